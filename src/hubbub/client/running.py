"""A hub in a thread of its own, with its own loop: for code that has none.

with hubbub.running() as hub:
    hub.publish("kafka:orders", {"total": 99.99}, key="order-1")
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from types import TracebackType
from typing import Final, Self, TypeVar, Unpack

from hubbub.client.choices import Choice, Origin
from hubbub.client.errors import HubbubError
from hubbub.client.hub import ROOM_FOR, Hub
from hubbub.client.messages import How, Message, Published, Value
from hubbub.client.places import AdminPlace, AmqpPlace, KafkaPlace, MqttPlace
from hubbub.client.subscription import Subscription
from hubbub.client.threads import RunningGroups, RunningMetrics, RunningTopics
from hubbub.net.loop import event_loop
from hubbub.observe.health import Report

T = TypeVar("T")


@contextmanager
def running(
    origin: Origin = None, /, *, on_defect: Callable[[Exception], None] | None = None, **choices: Choice
) -> Iterator["RunningHub"]:
    """A hub that runs as long as the block. Takes and raises what `Hub` takes and raises."""
    hub = RunningHub(Hub(origin, on_defect=on_defect, **choices))
    hub.start()
    try:
        yield hub
    finally:
        hub.stop()


class RunningHub:
    """`Hub`, for any thread but its own: each method is that of `Hub` and returns when it is done."""

    def __init__(self, hub: Hub) -> None:
        self._hub: Final = hub
        self._loop: Future[asyncio.AbstractEventLoop] = Future()
        self._told = asyncio.Event()
        self._thread: Final = threading.Thread(target=self._run, name="hubbub", daemon=True)

    # its life

    def start(self) -> None:
        """Listen. Raises what `Hub.start` raises."""
        self._thread.start()
        self._loop.result()

    def stop(self) -> None:
        """End, and wait for the end. Idempotent."""
        if self._thread.is_alive():
            self._loop.result().call_soon_threadsafe(self._told.set)
            self._thread.join()

    def reset(self) -> None:
        """`Hub.reset`."""
        self.call(self._hub.reset())

    # where it is

    @property
    def kafka(self) -> KafkaPlace:
        """`Hub.kafka`."""
        return self._hub.kafka

    @property
    def mqtt(self) -> MqttPlace:
        """`Hub.mqtt`."""
        return self._hub.mqtt

    @property
    def amqp(self) -> AmqpPlace:
        """`Hub.amqp`."""
        return self._hub.amqp

    @property
    def admin(self) -> AdminPlace:
        """`Hub.admin`."""
        return self._hub.admin

    @property
    def ports(self) -> dict[str, int]:
        """`Hub.ports`."""
        return self._hub.ports

    @property
    def environment(self) -> dict[str, str]:
        """`Hub.environment`."""
        return self._hub.environment

    # what is in it

    @property
    def topics(self) -> "RunningTopics":
        """`Hub.topics`."""
        return RunningTopics(self)

    @property
    def groups(self) -> "RunningGroups":
        """`Hub.groups`."""
        return RunningGroups(self)

    @property
    def metrics(self) -> "RunningMetrics":
        """`Hub.metrics`."""
        return RunningMetrics(self)

    def health(self) -> Report:
        """`Hub.health`."""
        return self.ask(self._hub.health)

    # messages

    def publish(self, address: str, value: Value = None, **how: Unpack[How]) -> Published:
        """`Hub.publish`."""
        return self.call(self._hub.publish(address, value, **how))

    def subscribe(self, pattern: str, *, most: int = ROOM_FOR) -> "RunningSubscription":
        """`Hub.subscribe`; what comes back is an iterator that waits."""

        async def subscribe() -> Subscription:
            return self._hub.subscribe(pattern, most=most)

        return RunningSubscription(self, self.call(subscribe()))

    # for others

    def call(self, work: Coroutine[object, object, T]) -> T:
        """Run this on the hub's loop, and return what it returns. Raises `HubbubError` where there is no hub to do it."""
        if self._thread is threading.current_thread():
            work.close()
            raise HubbubError("this is the hub's own thread, which cannot wait for itself")
        waiting = self.submit(work)
        try:
            return waiting.result()
        finally:
            waiting.cancel()  # of use when the wait itself was interrupted

    def ask(self, question: Callable[[], T]) -> T:
        """`call` for what is no coroutine."""

        async def answer() -> T:
            return question()

        return self.call(answer())

    def submit(self, work: Coroutine[object, object, T]) -> Future[T]:
        """`call` without waiting."""
        if not self._thread.is_alive():
            work.close()
            raise HubbubError("this hub does not run any more")
        return asyncio.run_coroutine_threadsafe(work, self._loop.result())

    @property
    def hub(self) -> Hub:
        """The hub, for those who run something in its loop."""
        return self._hub

    # inside

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=event_loop()) as runner:
                runner.run(self._live())
        finally:
            if not self._loop.done():  # a bug of ours, which the thread's own traceback tells of
                self._loop.set_exception(HubbubError("the hub did not start; see what its thread says"))

    async def _live(self) -> None:
        try:
            await self._hub.start()
        except HubbubError as why:
            self._loop.set_exception(why)
            return
        self._loop.set_result(asyncio.get_running_loop())
        await self._told.wait()
        await self._hub.stop()


class RunningSubscription:
    """`Subscription`, as an iterator that waits for the next one."""

    def __init__(self, hub: RunningHub, subscription: Subscription) -> None:
        self._hub: Final = hub
        self._subscription: Final = subscription

    def take(self) -> list[Message]:
        """`Subscription.take`."""

        async def take() -> list[Message]:
            return self._subscription.take()

        return self._hub.call(take())

    def next(self, within: float | None = None) -> Message:
        """`Subscription.next`; StopIteration at the end."""
        try:
            return self._hub.call(self._subscription.next(within))
        except StopAsyncIteration:
            raise StopIteration from None

    def close(self) -> None:
        """`Subscription.close`."""

        async def close() -> None:
            self._subscription.close()

        self._hub.call(close())

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Message:
        return self.next()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
