"""Alerting service: watches the warehouse, and tells everybody when it gets too warm."""

import json
import uuid

from services.bus import mqtt_client, notifications

TOO_WARM = 30.0


async def run() -> None:
    async with mqtt_client("alerting") as mqtt, notifications() as notify:
        await mqtt.subscribe("warehouse/sensors/temperature/#", qos=1)
        async for message in mqtt.messages:
            reading = json.loads(message.payload)
            temperature = reading.get("temp", reading.get("temperature", 0.0))
            if temperature <= TOO_WARM:
                continue
            alert = {
                "alert_id": str(uuid.uuid4()),
                "severity": "CRITICAL",
                "topic": str(message.topic),
                "value": temperature,
                "threshold": TOO_WARM,
                "message": "Temperature exceeded safe threshold",
            }
            await mqtt.publish("alerts/critical", json.dumps(alert), qos=2)
            await notify(
                "notification.email.alert",
                {"type": "temperature_alert", "recipient": "warehouse@example.com", **alert},
            )
            await mqtt.publish(
                "dashboard/updates", json.dumps({"source": "alerting", "alert": alert}), retain=True
            )
