"""Notification service: tells customers, each thing by its own way. The routing key is the way."""

from services.bus import kafka_events, notifications

WAYS = {
    "payments.processed": ("notification.email.order", "order_confirmation"),
    "payments.refunded": ("notification.email.refund", "order_cancelled"),
}


async def run() -> None:
    async with notifications() as notify:
        async for topic, event in kafka_events("notification-service", *WAYS):
            key, kind = WAYS[topic]
            await notify(
                key,
                {
                    "type": kind,
                    "recipient": "customer@example.com",
                    "order_id": event["order_id"],
                    "amount": event["amount"],
                },
            )
            if topic == "payments.refunded":
                await notify("notification.sms.refund", {"type": kind, "order_id": event["order_id"]})
