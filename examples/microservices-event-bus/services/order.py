"""Order service: takes orders over HTTP and publishes them; knows what became of each.

``POST /orders`` with items and total answers with the order; ``GET /orders/ID`` with its state.
"""

import asyncio
import json
import os
import uuid
from typing import Any

from services.bus import Publish, kafka_events, kafka_producer

HTTP_PORT = int(os.environ.get("ORDERS_PORT", "3000"))


async def run() -> None:
    orders: dict[str, dict[str, Any]] = {}
    async with kafka_producer() as publish, asyncio.TaskGroup() as tasks:
        tasks.create_task(follow(orders))

        async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            status, answer = await handle(reader, orders, publish)
            body = json.dumps(answer).encode()
            head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            writer.write(head.encode() + body)
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(converse, "localhost", HTTP_PORT)
        await server.serve_forever()


async def handle(
    reader: asyncio.StreamReader, orders: dict[str, dict[str, Any]], publish: Publish
) -> tuple[str, object]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    method, path, *_ = head.split(" ", 2)
    if method == "post" and path == "/orders":
        length = next(
            int(line.partition(":")[2]) for line in head.splitlines() if line.startswith("content-length:")
        )
        asked = json.loads(await reader.readexactly(length))
        order = {"event_type": "order.created", "order_id": str(uuid.uuid4()), "status": "pending", **asked}
        orders[order["order_id"]] = order
        await publish("orders.created", order["order_id"], order)
        return "201 Created", order
    order = orders.get(path.removeprefix("/orders/"), {})
    return ("200 OK", order) if order else ("404 Not Found", {"error": "no such order"})


async def follow(orders: dict[str, dict[str, Any]]) -> None:
    """Inventory and payment say what became of an order."""
    async for _, event in kafka_events("order-service", "orders.status-updated"):
        if event["order_id"] in orders:
            orders[event["order_id"]]["status"] = event["new_status"]
