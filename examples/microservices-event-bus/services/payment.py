"""Payment service: takes the money for each order, and gives it back when the order is cancelled."""

import uuid
from typing import Any

from services.bus import kafka_events, kafka_producer


async def run() -> None:
    taken: dict[str, float] = {}
    async with kafka_producer() as publish:
        async for topic, event in kafka_events("payment-service", "orders.created", "orders.status-updated"):
            order_id = event["order_id"]
            if topic == "orders.created":
                taken[order_id] = event["total"]
                await publish(
                    "payments.processed",
                    order_id,
                    payment("payment.processed", order_id, event["total"], "success"),
                )
            elif event["new_status"] == "cancelled":
                amount = taken.pop(order_id, 0.0)
                await publish(
                    "payments.refunded", order_id, payment("payment.refunded", order_id, amount, "refunded")
                )


def payment(kind: str, order_id: str, amount: float, status: str) -> dict[str, Any]:
    return {
        "event_type": kind,
        "payment_id": str(uuid.uuid4()),
        "order_id": order_id,
        "amount": amount,
        "currency": "USD",
        "status": status,
    }
