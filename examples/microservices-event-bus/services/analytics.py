"""Analytics service: counts what happens, as a consumer group of its own, and shows the figures on the dashboard."""

import json
from collections import Counter

from services.bus import kafka_events, mqtt_client

TOPICS = (
    "orders.created",
    "orders.status-updated",
    "payments.processed",
    "payments.refunded",
    "inventory.updated",
)


async def run() -> None:
    counts: Counter[str] = Counter()
    async with mqtt_client("analytics") as mqtt:
        async for topic, event in kafka_events("analytics-service", *TOPICS):
            counts[topic] += 1
            if topic == "payments.processed":
                counts["revenue_cents"] += round(event["amount"] * 100)
            figures = {"source": "analytics", "last_order": event.get("order_id"), "counts": dict(counts)}
            await mqtt.publish("dashboard/updates", json.dumps(figures), qos=0, retain=True)
