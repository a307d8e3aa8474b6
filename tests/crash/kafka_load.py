"""Kafka under kills: librdkafka's producers, one with idempotence and one that never sends again, and a group that commits.

Each record says who sent it and its number. The idempotent producer sends again whatever a kill has left unanswered; in the end each of its
numbers is there once, in order, at the offset that was acknowledged. The plain one has no retries, so that nothing is there twice; what was
not acknowledged may be there or not.
"""

from collections.abc import Callable
from functools import partial
from threading import Event, Thread
from typing import Literal

from confluent_kafka import Consumer, KafkaError, Message, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from tests.crash.checker import Account, Position, Stream
from tests.crash.load import PATIENCE, Tally

GROUP = "witness"
TOPICS = NUMBERED, PLAIN, TRIMMED = "numbered", "plain", "trimmed"
TRIM_EVERY = 200
QUIET = {
    "log_level": 0,
    "reconnect.backoff.ms": 10,
    "reconnect.backoff.max.ms": 100,
    "retry.backoff.ms": 10,
    "error_cb": lambda error: None,
}


class Sender:
    """One producer in one topic: ``acked`` is what it was told, offset by number; ``failed`` what it gave up."""

    def __init__(self, topic: str, tally: Tally, **settings: object) -> None:
        self.topic = topic
        self.sent = 0
        self.acked: dict[int, int] = {}
        self.failed: set[int] = set()
        self._settings = settings
        self._tally = tally

    def run(self, address: str, over: Event) -> None:
        producer = Producer({
            "bootstrap.servers": address, "linger.ms": 0, "batch.num.messages": 10,
            "queue.buffering.max.messages": 300, **QUIET, **self._settings,
        })  # fmt: skip
        while not over.is_set():
            try:
                producer.produce(self.topic, b"%d" % self.sent, b"key", 0, partial(self._heard, self.sent))
            except BufferError:
                producer.poll(0.05)
            else:
                self.sent += 1
                producer.poll(0)
        assert producer.flush(PATIENCE) == 0, "some records were never answered"

    def _heard(self, number: int, error: KafkaError | None, message: Message) -> None:
        if error is not None:
            self.failed.add(number)
        else:
            self.acked[number] = message.offset()
            self._tally.add(self.topic)


class Witness:
    """A member of a group that commits what it has read, and knows what was acknowledged to it."""

    def __init__(self, tally: Tally) -> None:
        self.committed = 0
        self._tally = tally

    def run(self, address: str, over: Event) -> None:
        consumer = Consumer({
            "bootstrap.servers": address, "group.id": GROUP, "enable.auto.commit": False,
            "auto.offset.reset": "earliest", "socket.timeout.ms": 2000, **QUIET,
        })  # fmt: skip
        consumer.subscribe([NUMBERED])
        while not over.is_set():
            message = consumer.poll(0.05)
            if message is None or message.error():
                continue
            assert message.offset() >= self.committed, "it was given again what it had committed"
            wanted = message.offset() + 1
            try:
                told = consumer.commit(offsets=[TopicPartition(NUMBERED, 0, wanted)], asynchronous=False)
            except Exception:  # the hub is away: nothing was promised
                continue
            if told and told[0].error is None:
                self.committed = wanted
                self._tally.add("witness")
        consumer.close()


class Trimmer:
    """Deletes old records again and again, below ``asked``; ``start`` is the first offset that was acknowledged to be kept."""

    def __init__(self, sender: Sender) -> None:
        self.start = 0
        self.asked = 0
        self._sender = sender

    def run(self, address: str, over: Event) -> None:
        admin = AdminClient({"bootstrap.servers": address, "socket.timeout.ms": 2000, **QUIET})
        while not over.wait(0.02):
            newest = max(self._sender.acked.copy().values(), default=0)
            wanted = newest - TRIM_EVERY
            if wanted <= self.start:
                continue
            self.asked = wanted
            asked = admin.delete_records([TopicPartition(TRIMMED, 0, wanted)], request_timeout=2)
            for told in asked.values():
                try:
                    self.start = told.result(PATIENCE).low_watermark
                except Exception:  # the hub is away
                    continue


class KafkaLoad:
    """`load.Load`."""

    room = "kafka"

    def __init__(self) -> None:
        self.tally = Tally(*TOPICS, "witness")
        self.numbered = Sender(NUMBERED, self.tally, **{"enable.idempotence": True})
        self.plain = Sender(PLAIN, self.tally, acks=1, retries=0, **{"message.timeout.ms": 5000})
        self.trimmed = Sender(TRIMMED, self.tally, **{"enable.idempotence": True})
        self.witness = Witness(self.tally)
        self.trimmer = Trimmer(self.trimmed)
        self._over = Event()
        self._threads: list[Thread] = []
        self._broken: list[BaseException] = []
        self._address = ""

    def begin(self, port: int) -> None:
        self._address = f"127.0.0.1:{port}"
        admin = AdminClient({"bootstrap.servers": self._address, **QUIET})
        settings = {"segment.bytes": "40000"}
        for made in admin.create_topics(
            [NewTopic(topic, 1, 1, config=settings) for topic in TOPICS]
        ).values():
            made.result(PATIENCE)
        for client in (self.numbered, self.plain, self.trimmed, self.witness, self.trimmer):
            self._threads.append(Thread(target=self._keep, args=(client.run,), daemon=True))
            self._threads[-1].start()

    def positions(self) -> list[Position]:
        assert self._broken == []
        committed, start = self.witness.committed, self.trimmer.start
        last = {each.topic: max(each.acked.copy().values(), default=-1) for each in self._senders()}
        reader = self._reader()
        (kept,) = reader.committed([TopicPartition(NUMBERED, 0)], PATIENCE)
        found = [Position("committed", committed, max(kept.offset, 0))]
        for topic, acked in last.items():
            low, high = reader.get_watermark_offsets(TopicPartition(topic, 0), PATIENCE)
            found.append(Position(f"end of {topic}", acked + 1, high))
            if topic == TRIMMED:
                found.append(Position(f"start of {topic}", start, low))
        reader.close()
        return found

    def finish(self) -> Account:
        self._over.set()
        for thread in self._threads:
            thread.join(2 * PATIENCE)
            assert not thread.is_alive()
        assert self._broken == []
        start = self.trimmer.start
        streams = [
            self._stream(self.numbered, "once"),
            self._stream(self.plain, "at most once"),
            self._stream(self.trimmed, "once", below=self.trimmer.asked),
        ]
        low, _ = self._reader().get_watermark_offsets(TopicPartition(TRIMMED, 0), PATIENCE)
        return Account(streams, [Position(f"start of {TRIMMED}", start, low)])

    def _stream(self, sender: Sender, promise: Literal["once", "at most once"], below: int = 0) -> Stream:
        found = self._read(sender.topic)
        there = {number: offset for offset, number in found}
        told = {number: offset for number, offset in sender.acked.items() if number in there}
        assert told.items() <= there.items(), "a record is not at the offset that was acknowledged"
        assert set(sender.acked) | sender.failed == set(range(sender.sent)), (
            "some records were never answered"
        )
        deleted = sum(offset < below for offset in sender.acked.values())
        numbers = [(number, False) for _, number in found]
        return Stream(sender.topic, promise, [1] * sender.sent, list(sender.acked), numbers, deleted)

    def _senders(self) -> tuple[Sender, ...]:
        return self.numbered, self.plain, self.trimmed

    def _keep(self, run: Callable[[str, Event], None]) -> None:
        try:
            run(self._address, self._over)
        except BaseException as error:
            self._broken.append(error)

    def _reader(self) -> Consumer:
        return Consumer({
            "bootstrap.servers": self._address, "group.id": GROUP, "enable.auto.commit": False,
            "enable.partition.eof": True, **QUIET,
        })  # fmt: skip

    def _read(self, topic: str) -> list[tuple[int, int]]:
        """Offset and number of all records, read from the hub from the beginning."""
        reader = self._reader()
        low, high = reader.get_watermark_offsets(TopicPartition(topic, 0), PATIENCE)
        reader.assign([TopicPartition(topic, 0, low)])
        found: list[tuple[int, int]] = []
        while not found or found[-1][0] < high - 1:
            message = reader.poll(PATIENCE)
            assert message is not None, f"{topic} ends at {high}, nothing comes after {found[-1:]}"
            if message.error() is None:
                found.append((message.offset(), int(message.value())))
        reader.close()
        return found
