"""How much a broker takes: messages through several producers at once, with the time that each took to be acknowledged."""

import asyncio
from functools import partial
from typing import Annotated

from msgspec import Meta, Struct

from hubbub.client.ends import ProducerConfig
from hubbub.client.producer import Producer, ProducerResult

Count = Annotated[int, Meta(ge=1)]


class BenchmarkConfig(Struct, frozen=True):
    """What is sent."""

    message_count: Count = 100_000
    message_size: Count = 1024
    """Octets."""
    batch_size: Count = 100
    """Messages that travel together."""
    thread_count: Count = 4
    """Producers, each with a connection of its own."""
    topic_name: str = "benchmark"
    required_acks: int = 1


class BenchmarkResults(Struct, frozen=True):
    """How it went."""

    message_count: int
    messages_per_second: float
    megabytes_per_second: float
    """Of values, in MiB."""
    p50_latency_ms: float
    """From handing a message over until it was acknowledged."""
    p99_latency_ms: float
    total_time_ms: float


async def benchmark(address: str, config: BenchmarkConfig | None = None) -> BenchmarkResults:
    """Send all of it to a Kafka broker, and wait until the last is acknowledged. Raises what a `Producer` raises."""
    config = config or BenchmarkConfig()
    loop = asyncio.get_running_loop()
    latencies: list[float] = []
    value = b"x" * config.message_size
    shares = [
        config.message_count // config.thread_count + (number < config.message_count % config.thread_count)
        for number in range(config.thread_count)
    ]

    def acknowledged(handed_over: float, _: "asyncio.Future[ProducerResult]") -> None:
        latencies.append(loop.time() - handed_over)

    async def drive(producer: Producer, share: int) -> None:
        waiting: list[asyncio.Future[ProducerResult]] = []
        for _ in range(share):
            handed_over = loop.time()
            done = await producer.submit(value)
            done.add_done_callback(partial(acknowledged, handed_over))
            waiting.append(done)
        await producer.flush()
        await asyncio.gather(*waiting)

    producers = [
        Producer(
            address,
            ProducerConfig(
                config.topic_name,
                partition=None,
                required_acks=config.required_acks,  # type: ignore[arg-type]
                batch_size=config.batch_size,
                timeout_ms=60_000,
            ),
        )
        for _ in shares
    ]
    try:
        await asyncio.gather(*(producer.start() for producer in producers))
        began = loop.time()
        await asyncio.gather(*map(drive, producers, shares))
        seconds = loop.time() - began
    finally:
        await asyncio.gather(*(producer.shutdown() for producer in producers), return_exceptions=True)
    latencies.sort()
    return BenchmarkResults(
        config.message_count,
        config.message_count / seconds,
        config.message_count * config.message_size / (1 << 20) / seconds,
        1000 * quantile(latencies, 0.5),
        1000 * quantile(latencies, 0.99),
        1000 * seconds,
    )


def quantile(ordered: list[float], share: float) -> float:
    """The value that this share of all does not exceed."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
