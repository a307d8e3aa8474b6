"""Inventory service: reserves what was ordered, or cancels the order when it is not there."""

from typing import Any

from services.bus import kafka_events, kafka_producer

PLENTY = 1_000_000
stock = {"prod-sold-out": 0}


async def run() -> None:
    async with kafka_producer() as publish:
        async for _, order in kafka_events("inventory-service", "orders.created"):
            missing = [
                item for item in order["items"] if stock.get(item["product_id"], PLENTY) < item["quantity"]
            ]
            if missing:
                await publish("orders.status-updated", order["order_id"], cancelled(order, missing))
                continue
            for item in order["items"]:
                left = stock[item["product_id"]] = stock.get(item["product_id"], PLENTY) - item["quantity"]
                await publish("inventory.updated", item["product_id"], reserved(order, item, left))


def cancelled(order: dict[str, Any], missing: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "event_type": "order.status_updated",
        "order_id": order["order_id"],
        "previous_status": order["status"],
        "new_status": "cancelled",
        "reason": f"out of stock: {', '.join(item['product_id'] for item in missing)}",
    }


def reserved(order: dict[str, Any], item: dict[str, Any], left: int) -> dict[str, Any]:
    return {
        "event_type": "inventory.updated",
        "order_id": order["order_id"],
        "product_id": item["product_id"],
        "quantity_change": -item["quantity"],
        "new_quantity": left,
        "is_low_stock": left < 50,
    }
