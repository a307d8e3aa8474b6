"""The three ends of a task queue.

``python tasks.py submit resize --fails`` puts a task into its queue and prints its number; ``python tasks.py work resize report`` works on tasks and publishes
results; ``python tasks.py results NUMBER`` waits for a result, and ``python tasks.py failed NUMBER`` for a task that failed for good.
"""

import argparse
import asyncio
import json
import os
import sys
import uuid

import aio_pika

AMQP = os.environ.get("AMQP", "amqp://guest:guest@localhost:5672/")


def message(value: dict[str, object]) -> aio_pika.Message:
    mode = aio_pika.DeliveryMode.PERSISTENT
    return aio_pika.Message(json.dumps(value).encode(), content_type="application/json", delivery_mode=mode)


async def submit(channel: aio_pika.abc.AbstractChannel, kind: str, *, fails: bool) -> None:
    """A task, which is in its queue when this returns: publishing is confirmed."""
    number = str(uuid.uuid4())
    exchange = await channel.get_exchange("tasks")
    await exchange.publish(message({"task_id": number, "kind": kind, "fails": fails}), kind)
    print(number)


async def work(channel: aio_pika.abc.AbstractChannel, kinds: list[str]) -> None:
    """One task after the other. One that fails goes back; the queue counts how often, and lets it go where failed ones are."""
    await channel.set_qos(prefetch_count=1)
    results = await channel.get_exchange("results")

    async def do(incoming: aio_pika.abc.AbstractIncomingMessage) -> None:
        task = json.loads(incoming.body)
        if task["fails"]:
            await incoming.reject(requeue=True)  # counts; a nack would not
            return
        await results.publish(
            message({"task_id": task["task_id"], "status": "done"}), f"result.{task['kind']}"
        )
        await incoming.ack()

    for kind in kinds:
        queue = await channel.get_queue(f"tasks.{kind}")
        await queue.consume(do)
    print(f"working on {', '.join(kinds)}", flush=True)
    await asyncio.Future()


async def find(channel: aio_pika.abc.AbstractChannel, queue: str, number: str) -> None:
    """The message about this task."""
    source = await channel.get_queue(queue)
    async with source.iterator() as incoming:
        async for each in incoming:
            async with each.process():
                found = json.loads(each.body)
                if found["task_id"] == number:
                    reasons = [death["reason"] for death in each.headers.get("x-death", [])]
                    print(json.dumps({**found, "reasons": reasons}))
                    return


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    submitting = commands.add_parser("submit")
    submitting.add_argument("kind", choices=["resize", "report"])
    submitting.add_argument("--fails", action="store_true")
    commands.add_parser("work").add_argument("kinds", nargs="+")
    commands.add_parser("results").add_argument("number")
    commands.add_parser("failed").add_argument("number")
    options = parser.parse_args()
    async with await aio_pika.connect(AMQP) as connection:
        channel = await connection.channel()
        if options.command == "submit":
            await submit(channel, options.kind, fails=options.fails)
        elif options.command == "work":
            await work(channel, options.kinds)
        else:
            await find(
                channel, {"results": "results.all", "failed": "tasks.failed"}[options.command], options.number
            )


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        sys.exit(130)
