"""One vocabulary for three Kafka clients, so that a promise is written once and kept to each of them.

Every function connects, does its work and closes, the way a user's script would; nothing here knows a hub but by its address.
Partitions are named outright: which partitioner a client brings is its own affair.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple, Protocol

import confluent_kafka
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka import TopicPartition as AioPartition
from kafka import KafkaConsumer, KafkaProducer
from kafka import TopicPartition as PyPartition

PATIENCE: Final = 20.0
"""Seconds after which a test that waits for a client says what is missing."""

COMPRESSIONS: Final = ("none", "gzip", "snappy", "lz4", "zstd")


class Message(NamedTuple):
    """A record as its producer gave it. Offset and timestamp are what the broker made of it, where it did."""

    partition: int
    value: bytes | None
    key: bytes | None = None
    headers: tuple[tuple[str, bytes], ...] = ()
    timestamp: int = 0
    offset: int = -1


class Client(Protocol):
    """A Kafka client library, as far as all of them can do the same."""

    name: str

    def produce(self, address: str, topic: str, messages: Sequence[Message], **options: Any) -> list[int]:
        """Send all in order, wait for what ``acks`` promises, return their offsets (-1 where none is told).

        Options: ``acks`` ("all", 1, 0), ``compression``, ``idempotent``, ``max_bytes``, ``retries``. Raises the client's own error.
        """
        ...

    def consume(self, address: str, topic: str, partitions: Iterable[int], count: int) -> list[Message]:
        """Read these partitions from the start until ``count`` records came."""
        ...

    def end_offsets(self, address: str, topic: str, partitions: Sequence[int]) -> list[int]:
        """Where each partition ends."""
        ...

    def offset_for(self, address: str, topic: str, partition: int, timestamp: int) -> int:
        """The first offset at or after a time in ms; -1 if there is none."""
        ...

    def read_group(
        self, address: str, topic: str, group: str, count: int, *, commits: bool = True
    ) -> list[Message]:
        """As the only member of a group: subscribe, read ``count`` records, commit behind them, leave."""
        ...


def wait_for(what: str, ask: Callable[[], Any]) -> Any:
    """Ask (a client call, that takes its own time) until the answer is true; return it."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        answer = ask()
        if answer:
            return answer
    raise AssertionError(f"waited {PATIENCE:.0f} s for {what}")


class Confluent:
    """confluent-kafka: librdkafka under Python."""

    name = "confluent-kafka"

    def produce(
        self,
        address: str,
        topic: str,
        messages: Sequence[Message],
        *,
        acks: int | str = "all",
        compression: str = "none",
        idempotent: bool = False,
        max_bytes: int = 1_000_000,
        retries: bool = True,
    ) -> list[int]:
        producer = confluent_kafka.Producer(
            {
                "bootstrap.servers": address,
                "acks": acks,
                "compression.type": compression,
                "enable.idempotence": idempotent,
                "message.max.bytes": max_bytes,
                "linger.ms": 1,
                "message.timeout.ms": 10_000,
                "retries": 10 if retries else 0,
            }
        )
        offsets = [-1] * len(messages)
        failures = []

        def delivered(number: int) -> Callable[[Any, Any], None]:
            def heard(error: Any, message: Any) -> None:
                if error is not None:
                    failures.append(error)
                elif acks != 0:
                    offsets[number] = message.offset()

            return heard

        for number, message in enumerate(messages):
            producer.produce(
                topic,
                message.value,
                message.key,
                message.partition,
                on_delivery=delivered(number),
                timestamp=message.timestamp,
                headers=list(message.headers),
            )
        assert producer.flush(PATIENCE) == 0
        if failures:
            raise confluent_kafka.KafkaException(failures[0])
        return offsets

    def consumer(self, address: str, group: str = "none", **settings: Any) -> Any:
        return confluent_kafka.Consumer(
            {
                "bootstrap.servers": address,
                "group.id": group,
                "auto.offset.reset": "earliest",
                "enable.auto.commit": False,
                "fetch.wait.max.ms": 50,
                "heartbeat.interval.ms": 50,
                "session.timeout.ms": 6000,
                **settings,
            }
        )

    def consume(self, address: str, topic: str, partitions: Iterable[int], count: int) -> list[Message]:
        consumer = self.consumer(address)
        consumer.assign([confluent_kafka.TopicPartition(topic, each, 0) for each in partitions])
        try:
            return self.read(consumer, count)
        finally:
            consumer.close()

    def read(self, consumer: Any, count: int) -> list[Message]:
        seen: list[Message] = []

        def poll() -> bool:
            for message in consumer.consume(count - len(seen), timeout=0.1):
                if message.error() is not None:
                    raise confluent_kafka.KafkaException(message.error())
                seen.append(
                    Message(
                        message.partition(),
                        message.value(),
                        message.key(),
                        tuple(message.headers() or ()),
                        message.timestamp()[1],
                        message.offset(),
                    )
                )
            return len(seen) >= count

        wait_for(f"{count} records", poll)
        return seen

    def end_offsets(self, address: str, topic: str, partitions: Sequence[int]) -> list[int]:
        consumer = self.consumer(address)
        try:
            asked = [confluent_kafka.TopicPartition(topic, each) for each in partitions]
            return [consumer.get_watermark_offsets(each, timeout=PATIENCE)[1] for each in asked]
        finally:
            consumer.close()

    def offset_for(self, address: str, topic: str, partition: int, timestamp: int) -> int:
        consumer = self.consumer(address)
        try:
            asked = [confluent_kafka.TopicPartition(topic, partition, timestamp)]
            (found,) = consumer.offsets_for_times(asked, timeout=PATIENCE)
            # librdkafka answers "end of the log" where the broker says that there is no such record
            return -1 if found.offset == confluent_kafka.OFFSET_END else int(found.offset)
        finally:
            consumer.close()

    def read_group(
        self, address: str, topic: str, group: str, count: int, *, commits: bool = True
    ) -> list[Message]:
        consumer = self.consumer(address, group)
        consumer.subscribe([topic])
        try:
            seen = self.read(consumer, count)
            if commits:
                consumer.commit(
                    offsets=[confluent_kafka.TopicPartition(topic, *each) for each in behind(seen).items()],
                    asynchronous=False,
                )
            return seen
        finally:
            consumer.close()


class KafkaPython:
    """kafka-python: pure Python, threads."""

    name = "kafka-python"

    def produce(
        self,
        address: str,
        topic: str,
        messages: Sequence[Message],
        *,
        acks: int | str = "all",
        compression: str = "none",
        idempotent: bool = False,
        max_bytes: int = 1_048_576,
        retries: bool = True,
    ) -> list[int]:
        producer = KafkaProducer(
            bootstrap_servers=address,
            acks=acks,
            compression_type=None if compression == "none" else compression,
            enable_idempotence=idempotent,
            max_request_size=max_bytes,
            linger_ms=1,
            retries=10 if retries else 0,
        )
        try:
            futures = [
                producer.send(
                    topic,
                    value=message.value,
                    key=message.key,
                    headers=list(message.headers),
                    partition=message.partition,
                    timestamp_ms=message.timestamp or None,
                )
                for message in messages
            ]
            return [future.get(PATIENCE).offset for future in futures]
        finally:
            producer.close()

    def consumer(self, address: str, group: str | None = None, **settings: Any) -> Any:
        return KafkaConsumer(
            bootstrap_servers=address,
            group_id=group,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            fetch_max_wait_ms=50,
            heartbeat_interval_ms=50,
            session_timeout_ms=6000,
            **settings,
        )

    def consume(self, address: str, topic: str, partitions: Iterable[int], count: int) -> list[Message]:
        consumer = self.consumer(address)
        try:
            consumer.assign([PyPartition(topic, each) for each in partitions])
            consumer.seek_to_beginning()
            return self.read(consumer, count)
        finally:
            consumer.close()

    def read(self, consumer: Any, count: int) -> list[Message]:
        seen: list[Message] = []

        def poll() -> bool:
            for records in consumer.poll(1000, max_records=count - len(seen)).values():
                seen.extend(as_message(each) for each in records)
            return len(seen) >= count

        wait_for(f"{count} records", poll)
        return seen

    def end_offsets(self, address: str, topic: str, partitions: Sequence[int]) -> list[int]:
        consumer = self.consumer(address)
        try:
            asked = [PyPartition(topic, each) for each in partitions]
            found = consumer.end_offsets(asked)
            return [found[each] for each in asked]
        finally:
            consumer.close()

    def offset_for(self, address: str, topic: str, partition: int, timestamp: int) -> int:
        consumer = self.consumer(address)
        try:
            asked = PyPartition(topic, partition)
            found = consumer.offsets_for_times({asked: timestamp})[asked]
            return -1 if found is None else int(found.offset)
        finally:
            consumer.close()

    def read_group(
        self, address: str, topic: str, group: str, count: int, *, commits: bool = True
    ) -> list[Message]:
        consumer = self.consumer(address, group)
        try:
            consumer.subscribe([topic])
            seen = self.read(consumer, count)
            if commits:
                consumer.commit()
            return seen
        finally:
            consumer.close()


class Aiokafka:
    """aiokafka: asyncio, and the oldest versions of every request."""

    name = "aiokafka"

    def produce(
        self,
        address: str,
        topic: str,
        messages: Sequence[Message],
        *,
        acks: int | str = "all",
        compression: str = "none",
        idempotent: bool = False,
        max_bytes: int = 1_048_576,
        retries: bool = True,
    ) -> list[int]:
        async def run() -> list[int]:
            producer = AIOKafkaProducer(
                bootstrap_servers=address,
                acks=acks,
                compression_type=None if compression == "none" else compression,
                enable_idempotence=idempotent,
                max_request_size=max_bytes,
                linger_ms=1,
                request_timeout_ms=10_000
                if retries
                else 200,  # it tries again until then, whatever it is told
            )
            await producer.start()
            try:
                futures = [
                    await producer.send(
                        topic,
                        value=message.value,
                        key=message.key,
                        headers=list(message.headers),
                        partition=message.partition,
                        timestamp_ms=message.timestamp or None,
                    )
                    for message in messages
                ]
                sent = await asyncio.wait_for(asyncio.gather(*futures), PATIENCE)
                return [-1 if each is None else each.offset for each in sent]
            finally:
                await producer.stop()

        return asyncio.run(run())

    def consumer(self, address: str, group: str | None = None, **settings: Any) -> Any:
        return AIOKafkaConsumer(
            bootstrap_servers=address,
            group_id=group,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            fetch_max_wait_ms=50,
            heartbeat_interval_ms=50,
            session_timeout_ms=6000,
            **settings,
        )

    def consume(self, address: str, topic: str, partitions: Iterable[int], count: int) -> list[Message]:
        async def work(consumer: Any) -> list[Message]:
            consumer.assign([AioPartition(topic, each) for each in partitions])
            await consumer.seek_to_beginning()
            return await self.read(consumer, count)

        return self._run(address, None, work)

    async def read(self, consumer: Any, count: int) -> list[Message]:
        seen: list[Message] = []
        async with asyncio.timeout(PATIENCE):
            while len(seen) < count:
                found = await consumer.getmany(timeout_ms=100, max_records=count - len(seen))
                for records in found.values():
                    seen.extend(as_message(each) for each in records)
        return seen

    def end_offsets(self, address: str, topic: str, partitions: Sequence[int]) -> list[int]:
        async def work(consumer: Any) -> list[int]:
            asked = [AioPartition(topic, each) for each in partitions]
            found = await consumer.end_offsets(asked)
            return [found[each] for each in asked]

        return self._run(address, None, work)

    def offset_for(self, address: str, topic: str, partition: int, timestamp: int) -> int:
        async def work(consumer: Any) -> int:
            asked = AioPartition(topic, partition)
            found = (await consumer.offsets_for_times({asked: timestamp}))[asked]
            return -1 if found is None else int(found.offset)

        return self._run(address, None, work)

    def read_group(
        self, address: str, topic: str, group: str, count: int, *, commits: bool = True
    ) -> list[Message]:
        async def work(consumer: Any) -> list[Message]:
            consumer.subscribe([topic])
            seen = await self.read(consumer, count)
            if commits:
                await consumer.commit()
            return seen

        return self._run(address, group, work)

    def _run(self, address: str, group: str | None, work: Callable[[Any], Any]) -> Any:
        async def run() -> Any:
            consumer = self.consumer(address, group)
            await consumer.start()
            try:
                return await work(consumer)
            finally:
                await consumer.stop()

        return asyncio.run(run())


CLIENTS: Final[tuple[Client, ...]] = (Confluent(), KafkaPython(), Aiokafka())


def as_message(record: Any) -> Message:
    """A record of the two clients that share their shape."""
    return Message(
        record.partition,
        record.value,
        record.key,
        tuple(record.headers),
        record.timestamp,
        record.offset,
    )


def behind(messages: Iterable[Message]) -> dict[int, int]:
    """For each partition the offset after the last of these."""
    ends: dict[int, int] = {}
    for message in messages:
        ends[message.partition] = max(ends.get(message.partition, 0), message.offset + 1)
    return ends
