"""A producer that gathers: messages wait a moment for others, travel as batches, and are acknowledged.

    async with hubbub.Producer("localhost:9092", hubbub.ProducerConfig("events")) as producer:
        await producer.send(hubbub.ProducerMessage("Hello, Kafka!"))
        result = await producer.send_sync("and where is this?")      # result.partition, result.offset

It speaks Kafka's protocol, with any broker.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from itertools import cycle
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from msgspec import Struct

from hubbub.client.ends import ClientConfig, ProducerConfig
from hubbub.client.errors import ConfigError, HubbubError, RefusedError
from hubbub.client.messages import octets_of
from hubbub.client.peers import connected, our_errors, servers_of, translated
from hubbub.client.records import ProducerMessage
from hubbub.octets.murmur2 import partition_for

if TYPE_CHECKING:
    from aiokafka import AIOKafkaProducer
    from aiokafka.producer.message_accumulator import BatchBuilder
    from aiokafka.structs import RecordMetadata

LARGEST_BATCH: Final = 1_000_000
"""Octets: what a topic takes that says nothing else is a little more."""


class ProducerResult(Struct, frozen=True):
    """What became of a message. ``offset`` is the one that a consumer finds it at, and -1 where nobody was asked for an answer."""

    partition: int
    offset: int
    error_code: int = 0
    """Always 0: what is not, is raised."""


class Batch:
    """Messages for one partition that have not been sent yet, and who waits for which of them."""

    __slots__ = ("messages", "waiting")

    def __init__(self) -> None:
        self.messages: list[ProducerMessage] = []
        self.waiting: dict[int, asyncio.Future[ProducerResult]] = {}


class Producer:
    """Sends to one topic. ``async with`` starts it and shuts it down; `start` and `shutdown` do the same by hand, each once.

    ``address`` is ``host:port``, several with commas between. Raises `ConfigError`.
    """

    def __init__(
        self, address: str, config: ProducerConfig, *, timeout_secs: float = 30, max_retries: int = 3
    ) -> None:
        if not config.topic:
            raise ConfigError("the producer has no topic; name one in its ProducerConfig")
        self.config: Final = config
        self._servers: Final = servers_of(address)
        self._timeout: Final = timeout_secs
        self._retries: Final = max_retries
        self._wire: list[AIOKafkaProducer] = []
        self._batches: dict[int, Batch] = {}
        self._turns = cycle([0])
        self._sending: Final = asyncio.Lock()
        self._flying: Final[set[asyncio.Future[RecordMetadata | None]]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._sends: Final[set[asyncio.Task[None]]] = set()
        self._failures: Final[list[Exception]] = []

    @classmethod
    def of(cls, config: ClientConfig) -> Self:
        """As a file says. Raises `ConfigError`."""
        broker = config.broker
        return cls(
            broker.address, config.producer, timeout_secs=broker.timeout_secs, max_retries=broker.max_retries
        )

    # its life

    async def start(self) -> None:
        """Connect. Raises `NetworkError`, `RefusedError`."""
        if self._wire:
            raise HubbubError("this producer runs already")
        from aiokafka import AIOKafkaProducer

        acks = self.config.required_acks
        doing = f"cannot produce to {self.config.topic}"

        async def begin() -> AIOKafkaProducer:
            wire = AIOKafkaProducer(
                bootstrap_servers=self._servers,
                client_id="hubbub",
                acks="all" if acks == -1 else acks,
                enable_idempotence=acks == -1,
                max_batch_size=LARGEST_BATCH,
                request_timeout_ms=self.config.timeout_ms,
            )
            is_connected = False
            try:
                async with asyncio.timeout(self._timeout):
                    await wire.start()
                    if self.config.partition is None:
                        self._turns = cycle(sorted(await wire.partitions_for(self.config.topic)))
                is_connected = True
            finally:
                if not is_connected:
                    await wire.stop()
            return wire

        with our_errors(self._servers, doing):
            wire = await connected(begin, self._retries)
        self._wire.append(wire)

    async def shutdown(self) -> None:
        """Send what waits, and hang up. Idempotent. Raises what `flush` raises, when it has hung up."""
        if not self._wire:
            return
        try:
            await self.flush()
        finally:
            wires, self._wire = self._wire, []
            if self._timer is not None:
                self._timer.cancel()
            for wire in wires:
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._timeout):
                        await wire.stop()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            await self.shutdown()
        else:
            with suppress(HubbubError):  # the block's own error is the one to tell
                await self.shutdown()

    # messages

    async def send(self, message: ProducerMessage | str | bytes) -> None:
        """Let it go with the next batch. Waits only where the broker does not keep up.

        Raises what became of earlier ones (see `flush`), `RefusedError` for a partition that is not there, and `HubbubError` before `start`.
        """
        self._tell()
        await self._put(message, None)

    async def send_sync(self, message: ProducerMessage | str | bytes) -> ProducerResult:
        """Send it now, with what waits, and return where it is when it is acknowledged. Raises `NetworkError`, `RefusedError`."""
        done: asyncio.Future[ProducerResult] = asyncio.get_running_loop().create_future()
        partition = await self._put(message, done)
        await self._send(partition)
        return await done

    async def submit(self, message: ProducerMessage | str | bytes) -> "asyncio.Future[ProducerResult]":
        """As `send`, and what comes back can be waited for: where it is, or why it was not acknowledged."""
        done: asyncio.Future[ProducerResult] = asyncio.get_running_loop().create_future()
        await self._put(message, done)
        return done

    async def flush(self) -> None:
        """Return when all that was sent so far is acknowledged. Raises `NetworkError` or `RefusedError` if something was not."""
        for partition in list(self._batches):
            self._begin_send(partition)
        if self._sends:
            await asyncio.wait(self._sends)
        if self._flying:
            await asyncio.wait(self._flying)
        self._tell()

    # inside

    def _here(self) -> "AIOKafkaProducer":
        if not self._wire:
            raise HubbubError("this producer does not run: start it with `async with`, or by `start`")
        return self._wire[0]

    def _tell(self) -> None:
        """Raise the first thing that went wrong and was not told yet."""
        if self._failures:
            first, *others = self._failures
            self._failures.clear()
            if others:
                first.add_note(f"and {len(others)} batches more")
            raise first

    async def _put(
        self, message: ProducerMessage | str | bytes, done: "asyncio.Future[ProducerResult] | None"
    ) -> int:
        """Into the batch of its partition, which is sent when it is full; returns which one that is."""
        self._here()
        if not isinstance(message, ProducerMessage):
            message = ProducerMessage(message)
        partition = self.config.partition if message.partition is None else message.partition
        if partition is None:
            partition = await self._choice(message)
        batch = self._batches.setdefault(partition, Batch())
        if done is not None:
            batch.waiting[len(batch.messages)] = done
        batch.messages.append(message)
        if len(batch.messages) >= self.config.batch_size:
            await self._send(partition)
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(
                self.config.flush_interval_ms / 1000, self._begin_flush
            )
        return partition

    async def _choice(self, message: ProducerMessage) -> int:
        """Its key decides, else the next one's turn it is."""
        key = octets_of(message.key)
        if key is None:
            return next(self._turns)
        partitions = await self._here().partitions_for(self.config.topic)
        return partition_for(key, len(partitions))

    def _begin_flush(self) -> None:
        self._timer = None
        for partition in list(self._batches):
            self._begin_send(partition)

    async def _send(self, partition: int) -> None:
        """Hand over what waits for this partition. Who does not wait for the end of it loses nothing."""
        await asyncio.shield(self._begin_send(partition))

    def _begin_send(self, partition: int) -> asyncio.Task[None]:
        batch = self._batches.pop(partition, Batch())
        task = asyncio.get_running_loop().create_task(self._hand_over(partition, batch))
        self._sends.add(task)
        task.add_done_callback(self._sends.discard)
        return task

    async def _hand_over(self, partition: int, batch: Batch) -> None:
        """One batch after the other, as they were begun. Where it is more than one request may hold, it goes in several."""
        async with self._sending:
            first = 0
            while first < len(batch.messages):
                builder = self._here().create_batch()
                count = fill(builder, batch.messages, first)
                waiting = {
                    at - first: done for at, done in batch.waiting.items() if first <= at < first + count
                }
                topic = self.config.topic
                await self._let_fly(
                    builder, Flight(self._servers, topic, partition, count, waiting, self._failures)
                )
                first += count

    async def _let_fly(self, builder: "BatchBuilder", flight: "Flight") -> None:
        """What goes wrong is kept for who asks next."""
        from aiokafka.errors import KafkaError

        wire, topic, partition = self._here(), self.config.topic, flight.partition
        try:
            if partition not in (there := await wire.partitions_for(topic)):
                flight.failed(
                    RefusedError(f"{topic} has no partition {partition}; it has {len(there)}, from 0 on")
                )
                return
            flying = await wire.send_batch(builder, topic, partition=partition)
        except (KafkaError, TimeoutError) as error:
            flight.failed(translated(error, self._servers, flight.lost))
        else:
            self._flying.add(flying)
            flying.add_done_callback(self._flying.discard)
            flying.add_done_callback(flight.landed)


class Flight:
    """A batch on its way. ``waiting`` are those who want to hear of single messages; what nobody waits for is told by ``failures``."""

    __slots__ = ("_count", "_failures", "_servers", "_waiting", "lost", "partition")

    def __init__(
        self,
        servers: str,
        topic: str,
        partition: int,
        count: int,
        waiting: "dict[int, asyncio.Future[ProducerResult]]",
        failures: list[Exception],
    ) -> None:
        self._servers = servers
        self.partition = partition
        self._count = count
        self._waiting = waiting
        self._failures = failures
        self.lost = f"{count} messages for {topic}/{partition} were not acknowledged"

    def landed(self, future: "asyncio.Future[RecordMetadata | None]") -> None:
        """The broker has answered, or nobody waits for it to answer any more."""
        error = TimeoutError() if future.cancelled() else future.exception()
        if error is not None:
            self.failed(translated(error, self._servers, self.lost))
            return
        found = future.result()
        for at, done in self._waiting.items():
            if not done.done():
                offset = -1 if found is None or found.offset < 0 else found.offset + at
                done.set_result(ProducerResult(self.partition, offset))

    def failed(self, error: Exception) -> None:
        """Nobody knows what became of it, or it was refused."""
        for done in self._waiting.values():
            if not done.done():
                done.set_exception(error)
        if len(self._waiting) < self._count:
            self._failures.append(error)


def fill(builder: "BatchBuilder", messages: Sequence[ProducerMessage], first: int) -> int:
    """Put as many messages as fit into one batch, at least one; returns how many."""
    for at in range(first, len(messages)):
        message = messages[at]
        taken = builder.append(
            timestamp=message.timestamp,
            key=octets_of(message.key),
            value=octets_of(message.value),
            headers=list(message.headers),
        )
        if taken is None:
            return at - first
    return len(messages) - first
