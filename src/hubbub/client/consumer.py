"""A consumer that hands out messages one by one, and keeps a group's place behind what was handled.

    async def handle(message: hubbub.ConsumedMessage) -> None:
        print(message)                                            # [events:0:17] what it says

    config = hubbub.ConsumerConfig("events", group_id="readers", auto_commit=True)
    consumer = hubbub.Consumer("localhost:9092", config)
    await consumer.start(handle)
    ...
    await consumer.shutdown()

Without a handler: ``async for message in consumer``, or `Consumer.poll`. It speaks Kafka's protocol, with any broker. While the broker is away
it waits, and goes on when it is there again.

What was handled is never handed out again to a group that committed it; what was handled and not committed when the process died, is: at
least once.
"""

import asyncio
import inspect
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Final, Protocol, Self, TypeAlias

from hubbub.client.ends import EARLIEST, LATEST, ClientConfig, ConsumerConfig
from hubbub.client.errors import ConfigError, HubbubError, RefusedError
from hubbub.client.peers import connected, hang_up, our_errors, servers_of
from hubbub.client.records import ConsumedMessage
from hubbub.net.edge import attend

if TYPE_CHECKING:
    from aiokafka import AIOKafkaConsumer, TopicPartition
    from aiokafka.structs import ConsumerRecord

NOBODY: Final = "this consumer does not run: start it with `async with`, or by `start`"
LOOK_EVERY: Final = 0.02
WORDS: Final = {EARLIEST: "earliest", LATEST: "latest"}


class MessageHandler(Protocol):
    """What may be given to `Consumer.start` instead of a function."""

    async def handle(self, message: ConsumedMessage) -> None:
        """Do what is to be done. What this raises ends the consumer, or goes to its ``on_error``."""
        ...


Handler: TypeAlias = MessageHandler | Callable[[ConsumedMessage], Awaitable[None] | None]
OnError: TypeAlias = Callable[[ConsumedMessage, Exception], None]


class Consumer:
    """Reads one topic. ``async with`` starts it and shuts it down; `start` and `shutdown` do the same by hand, each once.

    ``address`` is ``host:port``, several with commas between. Raises `ConfigError`.
    """

    def __init__(
        self, address: str, config: ConsumerConfig, *, timeout_secs: float = 30, max_retries: int = 3
    ) -> None:
        check(config)
        self.config: Final = config
        self._servers: Final = servers_of(address)
        self._timeout: Final = timeout_secs
        self._retries: Final = max_retries
        self._wire: list[AIOKafkaConsumer] = []
        self._ready: deque[ConsumerRecord[bytes, bytes]] = deque()
        self._given: Final[dict[TopicPartition, int]] = {}
        """The offset behind what was handed out, by partition."""
        self._done: Final[dict[TopicPartition, int]] = {}
        """The offset behind what is done with, and was not committed yet."""
        self._commit_at = 0.0
        self._work: asyncio.Task[None] | None = None
        self._fetching: asyncio.Future[dict[TopicPartition, list[ConsumerRecord[bytes, bytes]]]] | None = None
        self._is_told = False

    @classmethod
    def of(cls, config: ClientConfig) -> Self:
        """As a file says. Raises `ConfigError`."""
        broker = config.broker
        return cls(
            broker.address, config.consumer, timeout_secs=broker.timeout_secs, max_retries=broker.max_retries
        )

    # its life

    async def start(self, handler: Handler | None = None, on_error: OnError | None = None) -> None:
        """Connect, find the place to begin, and from then on give every message to ``handler``, one after the other.

        What a handler raises ends the consumer: the message counts as not handled, `finished` and `shutdown` raise it. With ``on_error``
        that is told instead, the message counts as handled, and the next one comes. Without a handler messages are taken with `poll` or
        ``async for``. Raises `NetworkError`, and `RefusedError` where there is no such partition or offset.
        """
        if self._wire:
            raise HubbubError("this consumer runs already")
        with our_errors(self._servers, f"cannot read {self.config.topic}"):
            self._wire.append(await connected(self._begin, self._retries))
            self._commit_at = self._now() + self.config.auto_commit_interval_ms / 1000
            is_placed = False
            try:
                await self._take_place()
                is_placed = True
            finally:
                if not is_placed:
                    await self._leave()
        if handler is not None:
            self._work = asyncio.get_running_loop().create_task(self._run(function_of(handler), on_error))

    async def finished(self) -> None:
        """Return when the handler has ended: never, before `shutdown`, if it does not fail. Raises what it raised."""
        if self._work is not None:
            await asyncio.shield(self._work)

    async def shutdown(self) -> None:
        """Let the handler end with its message, commit what is done (with ``auto_commit``), leave. Idempotent. Raises what the handler raised.

        A handler that takes longer than ``timeout_secs`` is cancelled; its message counts as not handled. Called by the handler itself, this
        makes its message the last one and leaves the rest to whoever waits for `finished`, and then calls it again.
        """
        if not self._wire:
            return
        self._is_told = True
        if self._work is asyncio.current_task():
            return
        if self._fetching is not None:
            self._fetching.cancel()
        try:
            if self._work is not None:
                await asyncio.wait({self._work}, timeout=self._timeout)
                self._work.cancel()
                with suppress(asyncio.CancelledError):
                    await self._work
        finally:
            try:
                if self.config.auto_commit:
                    self._count_as_done()
                    await self._commit()
            finally:
                await self._leave()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            await self.shutdown()
        else:
            self._given.clear()  # what it was handed last is not done
            with suppress(HubbubError):  # the block's own error is the one to tell
                await self.shutdown()

    # messages

    async def poll(self) -> list[ConsumedMessage]:
        """What is there, or comes within ``poll_interval_ms``. What the last poll brought counts as done. Raises `RefusedError`."""
        self._refuse_two()
        self._count_as_done()
        await self._commit_in_time()
        await self._fetch()
        found = []
        while self._ready:
            message = self._next()
            if message is not None:
                found.append(message)
        return found

    def __aiter__(self) -> Self:
        self._refuse_two()
        return self

    async def __anext__(self) -> ConsumedMessage:
        """The next one; the one before counts as done."""
        self._count_as_done()
        while self._wire:
            await self._commit_in_time()
            while self._ready:
                message = self._next()
                if message is not None:
                    return message
            await self._fetch()
        raise StopAsyncIteration

    async def commit(self) -> None:
        """Keep the group's place behind what was handed out, or what the handler has done. Raises `ConfigError` where there is no group,
        `NetworkError`, `RefusedError`.
        """
        if self.config.group_id is None:
            raise ConfigError("nobody's place is kept without a group: give the ConsumerConfig a group_id")
        if self._work is None:
            self._count_as_done()
        await self._commit()

    def current_offset(self, partition: int | None = None) -> int:
        """The offset of the next message to be handed out; -1 where that is not known yet. Of the one partition, or of this one."""
        return self._given.get(self._part(partition), -1)

    async def seek(self, offset: int, partition: int | None = None) -> None:
        """Go on at this offset, -2 the earliest, -1 the end. Raises `RefusedError` where there is no such offset."""
        part = self._part(partition)
        with our_errors(self._servers, f"cannot seek in {self.config.topic}"):
            at = await self._offset(part, offset)
        self._here().seek(part, at)
        self._ready = deque(record for record in self._ready if record.partition != part.partition)
        self._done.pop(part, None)
        self._given[part] = at

    # inside

    def _here(self) -> "AIOKafkaConsumer":
        if not self._wire:
            raise HubbubError(NOBODY)
        return self._wire[0]

    def _refuse_two(self) -> None:
        self._here()
        if self._work is not None:
            raise HubbubError("this consumer gives its messages to a handler")

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _part(self, partition: int | None) -> "TopicPartition":
        from aiokafka import TopicPartition

        chosen = self.config.partition if partition is None else partition
        if chosen is None:
            raise ConfigError("the group shares all partitions; say which one")
        return TopicPartition(self.config.topic, chosen)

    async def _begin(self) -> "AIOKafkaConsumer":
        from aiokafka import AIOKafkaConsumer

        config = self.config
        wire = AIOKafkaConsumer(
            bootstrap_servers=self._servers,
            client_id="hubbub",
            group_id=config.group_id,
            enable_auto_commit=False,
            auto_offset_reset=WORDS.get(config.offset, "none"),
            fetch_max_wait_ms=config.max_wait_ms,
            fetch_min_bytes=config.min_bytes,
            fetch_max_bytes=config.max_bytes,
            max_partition_fetch_bytes=config.max_bytes,
            request_timeout_ms=max(int(self._timeout * 1000), config.max_wait_ms + 1000),
        )
        is_connected = False
        try:
            async with asyncio.timeout(self._timeout):
                await wire.start()
            is_connected = True
        finally:
            if not is_connected:
                await hang_up(wire, self._timeout)
        return wire

    async def _take_place(self) -> None:
        config, wire = self.config, self._here()
        if config.partition is None:
            from hubbub.client.sharing import Sharing

            wire.subscribe([config.topic], listener=Sharing(self._give_up))
            return
        part = self._part(None)
        wire.assign([part])
        wire.pause(part)  # or the answers to what is asked now would wait behind that to a first fetch
        await self._find(part)
        async with asyncio.timeout(self._timeout):
            kept = None if config.group_id is None else await wire.committed(part)
            at = await self._offset(part, config.offset if kept is None else kept)
        wire.seek(part, at)
        wire.resume(part)
        self._given[part] = at

    async def _find(self, part: "TopicPartition") -> None:
        """Wait until the library knows the topic, which is made meanwhile where the broker makes topics unasked. Raises `RefusedError`."""
        wire = self._here()
        until = self._now() + self._timeout
        while not (there := wire.partitions_for_topic(part.topic)):
            if self._now() >= until:
                raise RefusedError(f"there is no topic {part.topic} at {self._servers}")
            await asyncio.sleep(LOOK_EVERY)
        if part.partition not in there:
            raise RefusedError(
                f"{part.topic} has no partition {part.partition}; it has {len(there)}, from 0 on"
            )

    async def _offset(self, part: "TopicPartition", wanted: int) -> int:
        """Where that is. Raises `RefusedError`."""
        wire = self._here()
        end: int = (await wire.end_offsets([part]))[part]
        if wanted == LATEST:
            return end
        first: int = (await wire.beginning_offsets([part]))[part]
        if wanted == EARLIEST:
            return first
        if not first <= wanted <= end:
            raise RefusedError(
                f"{part.topic}/{part.partition} has no offset {wanted}: it goes from {first} to {end}; -2 is the earliest, -1 the end"
            )
        return wanted

    async def _fetch(self) -> None:
        """What is there, or comes in time. `shutdown` breaks it off; who is cancelled meanwhile leaves what comes to the next."""
        if self._fetching is None:
            wire = self._here()
            self._fetching = asyncio.ensure_future(wire.getmany(timeout_ms=self.config.poll_interval_ms))
        await asyncio.wait({self._fetching})
        fetching, self._fetching = self._fetching, None
        with our_errors(self._servers, f"cannot read {self.config.topic}"):
            found = {} if fetching.cancelled() else fetching.result()
        for records in found.values():
            self._ready.extend(records)

    def _next(self) -> ConsumedMessage | None:
        """The first that is ready, handed out; None where its partition has gone to somebody else."""
        record = self._ready.popleft()
        part = self._part(record.partition)
        if part not in self._here().assignment():
            return None
        self._given[part] = record.offset + 1
        return ConsumedMessage(
            record.topic,
            record.partition,
            record.offset,
            record.key,
            record.value,
            record.timestamp,
            tuple(record.headers),
        )

    def _count_as_done(self) -> None:
        if self.config.group_id is not None:
            self._done.update(self._given)

    async def _commit(self) -> None:
        wire, done = self._here(), self._done.copy()
        there = wire.assignment()
        mine = {part: offset for part, offset in done.items() if part in there}
        if mine:
            with our_errors(self._servers, f"cannot commit for group {self.config.group_id}"):
                async with asyncio.timeout(self._timeout):
                    await wire.commit(mine)
        for part, offset in done.items():
            if self._done.get(part) == offset:
                del self._done[part]

    async def _commit_in_time(self) -> None:
        if self.config.auto_commit and self._now() >= self._commit_at:
            self._commit_at = self._now() + self.config.auto_commit_interval_ms / 1000
            await self._commit()

    async def _give_up(self, parts: "set[TopicPartition]") -> None:
        """Others will read these: let them begin behind what is done."""
        if self.config.auto_commit:
            with suppress(HubbubError):  # the next owner begins a little earlier
                await self._commit()
        for part in parts:
            self._given.pop(part, None)
            self._done.pop(part, None)
        self._ready.clear()  # what is still its own comes again, from where it is now

    async def _run(
        self, handle: Callable[[ConsumedMessage], Awaitable[None] | None], on_error: OnError | None
    ) -> None:
        while not self._is_told:
            await self._fetch()
            while self._ready and not self._is_told:
                message = self._next()
                if message is None:
                    continue
                await self._handle(message, handle, on_error)
                self._count_as_done()
                await self._commit_in_time()
            await self._commit_in_time()

    async def _handle(
        self,
        message: ConsumedMessage,
        handle: Callable[[ConsumedMessage], Awaitable[None] | None],
        on_error: OnError | None,
    ) -> None:
        async def work() -> None:
            answer = handle(message)
            if inspect.isawaitable(answer):
                await answer

        is_handled = False
        try:
            if on_error is None:
                await work()
            else:
                await attend(partial(on_error, message), work())
            is_handled = True
        finally:
            if not is_handled:
                self._given[self._part(message.partition)] = message.offset

    async def _leave(self) -> None:
        wires, self._wire = self._wire, []
        for wire in wires:
            await hang_up(wire, self._timeout)


def check(config: ConsumerConfig) -> None:
    """Raises `ConfigError`."""
    if not config.topic:
        raise ConfigError("the consumer has no topic; name one in its ConsumerConfig")
    if config.group_id is None and config.auto_commit:
        raise ConfigError("auto_commit keeps a group's place, and there is no group; set group_id")
    if config.group_id is None and config.partition is None:
        raise ConfigError(
            "the members of a group share partitions, and there is no group; set group_id, or partition"
        )
    if config.partition is None and config.offset >= 0:
        raise ConfigError(
            "an offset is one partition's; set partition, or offset to -2 (earliest) or -1 (latest)"
        )


def function_of(handler: Handler) -> Callable[[ConsumedMessage], Awaitable[None] | None]:
    """A handler as a function."""
    if callable(handler):
        return handler
    return handler.handle
