"""Members of consumer groups, one shape for three clients: poll, look at what is assigned, leave.

A test moves all its members on in turns, so that none waits for another that is never asked.
"""

import asyncio
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, Protocol

import confluent_kafka

from tests.clients.kafka_words import (
    PATIENCE,
    Aiokafka,
    Confluent,
    KafkaPython,
    Message,
    as_message,
    wait_for,
)

STEP_SECONDS: Final = 0.02
POLL_MS: Final = 1000


class Member(Protocol):
    """One consumer that has subscribed to one topic."""

    def poll(self) -> list[Message]:
        """Give the client a moment; return what it delivered."""
        ...

    def partitions(self) -> set[int]:
        """What it owns now."""
        ...

    def commit(self) -> None:
        """Commit behind all that was delivered."""
        ...

    def close(self) -> None:
        """Leave the group."""
        ...


class ConfluentMember:
    """librdkafka: works in threads of its own, answers in polls."""

    def __init__(self, address: str, topic: str, group: str, **settings: Any) -> None:
        self._consumer = Confluent().consumer(address, group, **settings)
        self._consumer.subscribe([topic])

    def poll(self) -> list[Message]:
        found = self._consumer.consume(1000, timeout=STEP_SECONDS)
        for each in found:
            if each.error() is not None:
                raise confluent_kafka.KafkaException(each.error())
        return [Message(each.partition(), each.value(), each.key(), offset=each.offset()) for each in found]

    def partitions(self) -> set[int]:
        return {each.partition for each in self._consumer.assignment()}

    def commit(self) -> None:
        self._consumer.commit(asynchronous=False)

    def close(self) -> None:
        self._consumer.close()


class KafkaPythonMember:
    """kafka-python: polls in a thread of its own; one question at a time stays open over several of the test's steps.

    It has to: a poll that ends while the client is joining leaves the client in a state in which it never sends a heartbeat.
    """

    def __init__(self, address: str, topic: str, group: str, **settings: Any) -> None:
        self._consumer = KafkaPython().consumer(address, group, **settings)
        self._consumer.subscribe([topic])
        self._thread = ThreadPoolExecutor(1, "kafka-python")
        self._question = self._ask()

    def _ask(self) -> Any:
        return self._thread.submit(self._consumer.poll, POLL_MS)

    def poll(self) -> list[Message]:
        try:
            found = self._question.result(STEP_SECONDS)
        except TimeoutError:
            return []
        self._question = self._ask()
        return [as_message(each) for records in found.values() for each in records]

    def partitions(self) -> set[int]:
        return {each.partition for each in self._consumer.assignment()}

    def commit(self) -> None:
        self._thread.submit(self._consumer.commit).result(PATIENCE)

    def close(self) -> None:
        self._thread.submit(self._consumer.close).result(PATIENCE)
        self._thread.shutdown()


class AiokafkaMember:
    """aiokafka: tasks on a loop in a thread of its own; one question at a time stays open over several polls.

    It has to: ``getmany`` comes back only when the group has settled, for which the other members must move on.
    """

    def __init__(self, address: str, topic: str, group: str, **settings: Any) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="aiokafka")
        self._thread.start()
        self._consumer = self._run(self._start(address, topic, group, settings)).result(PATIENCE)
        self._question = self._ask()

    async def _start(self, address: str, topic: str, group: str, settings: dict[str, Any]) -> Any:
        consumer = Aiokafka().consumer(address, group, **settings)
        await consumer.start()
        consumer.subscribe([topic])
        return consumer

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def _ask(self) -> Any:
        return self._run(self._consumer.getmany(timeout_ms=int(STEP_SECONDS * 1000)))

    def poll(self) -> list[Message]:
        try:
            found = self._question.result(STEP_SECONDS)
        except TimeoutError:
            return []
        self._question = self._ask()
        return [as_message(each) for records in found.values() for each in records]

    def partitions(self) -> set[int]:
        return {each.partition for each in self._consumer.assignment()}

    def commit(self) -> None:
        self._run(self._consumer.commit()).result(PATIENCE)

    def close(self) -> None:
        self._question.cancel()
        self._run(self._consumer.stop()).result(PATIENCE)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


MEMBERS: Final[dict[str, Callable[..., Member]]] = {
    "confluent-kafka": ConfluentMember,
    "kafka-python": KafkaPythonMember,
    "aiokafka": AiokafkaMember,
}


def poll_until(what: str, members: Iterable[Member], is_so: Callable[[], bool]) -> list[Message]:
    """Move all members on in turns until it is so; return all that was delivered on the way."""
    delivered: list[Message] = []

    def turn() -> bool:
        for member in members:
            delivered.extend(member.poll())
        return is_so()

    wait_for(what, turn)
    return delivered
