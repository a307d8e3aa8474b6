"""A producer and a consumer, with a broker of their own in the same process.

python producer_consumer.py                    ten messages, one by one
python producer_consumer.py --count 1000       more
python producer_consumer.py --config config/example-full.yaml
                                               with the settings of a file, and its broker
"""

import argparse
import asyncio
from contextlib import AsyncExitStack
from itertools import count

from msgspec.structs import replace

import hubbub

DEMO = hubbub.ClientConfig(
    producer=hubbub.ProducerConfig(topic="demo-topic", batch_size=10, flush_interval_ms=50),
    consumer=hubbub.ConsumerConfig(
        topic="demo-topic", group_id="demo-group", auto_commit=True, poll_interval_ms=100
    ),
)


class Printer:
    """Prints what comes, until it was enough."""

    def __init__(self, wanted: int) -> None:
        self.numbers = count(1)
        self.wanted = wanted
        self.enough = asyncio.Event()

    async def handle(self, message: hubbub.ConsumedMessage) -> None:
        number = next(self.numbers)
        print(f"[Consumer] Message #{number}: {message}", flush=True)
        if number == self.wanted:
            self.enough.set()


async def main() -> None:
    parser = argparse.ArgumentParser(description="A producer and a consumer that talk to each other.")
    parser.add_argument("--count", type=int, default=10, help="how many messages")
    parser.add_argument("--config", help="a YAML file with broker, producer and consumer")
    arguments = parser.parse_args()
    print("=== Hubbub Producer-Consumer Example ===", end="\n\n")

    async with AsyncExitStack() as stack:
        if arguments.config:
            config = hubbub.ClientConfig.from_file(arguments.config)
            print(f"Step 1: Using the broker of {arguments.config}...")
            print(f"✓ Broker expected at {config.broker.address}", end="\n\n")
        else:
            print("Step 1: Starting broker...")
            hub = await stack.enter_async_context(hubbub.Hub(mqtt=False, amqp=False))
            config = replace(DEMO, broker=hubbub.BrokerConfig(address=hub.kafka.bootstrap))
            print(f"✓ Broker started at {hub.kafka.bootstrap}", end="\n\n")

        print("Step 2: Creating producer...")
        producer = await stack.enter_async_context(hubbub.Producer.of(config))
        print("✓ Producer started", end="\n\n")

        print("Step 3: Creating consumer...")
        consumer = hubbub.Consumer.of(config)
        printer = Printer(arguments.count)
        await consumer.start(printer)
        print("✓ Consumer started", end="\n\n")

        print("Step 4: Sending messages...")
        for number in range(1, arguments.count + 1):
            await producer.send(f"Message number {number}")
            print(f"[Producer] Sent: Message number {number}", flush=True)
        await producer.flush()
        await printer.enough.wait()

        print("\nStep 5: Shutting down...")
        await consumer.shutdown()
        await producer.shutdown()
        print(f"✓ {arguments.count} messages sent and received")


asyncio.run(main())
