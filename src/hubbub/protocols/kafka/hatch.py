"""Kafka as the rest of the house sees it: records become batches, as a producer would have made them.

Keys choose partitions by murmur2, as Java's client and librdkafka do; records without a key go to one partition per call, the next one in the next
call. The neutral properties travel as headers (`naming.properties`).
"""

from collections.abc import Sequence
from typing import Final

from hubbub.core.commit import Outcome
from hubbub.core.errors import Invalid, NotFound, Refusal
from hubbub.core.hatch import Client, Declaration, Done, Posted, Posting, StreamWanted, not_kept, not_taken
from hubbub.core.partition import Partition
from hubbub.core.topics import Topic
from hubbub.model.address import Address, Kind
from hubbub.model.record import Record
from hubbub.octets.batch import Entry, build, check_batch
from hubbub.octets.murmur2 import partition_for
from hubbub.protocols.contract import House
from hubbub.protocols.kafka.guest import Register
from hubbub.protocols.kafka.handlers.provision import create, make_topic
from hubbub.protocols.kafka.naming.names import METADATA_TOPIC, refuse_bad_name
from hubbub.protocols.kafka.naming.properties import headers_of
from hubbub.protocols.kafka.naming.sharing import SHARING, Sharing
from hubbub.protocols.kafka.options import KafkaOptions

NAME: Final = "kafka"
BATCH_OCTETS: Final = 256 * 1024
"""Values and keys of one batch, beyond the first record."""
RECORD_OVERHEAD: Final = 64
NOT_SAFE: Final = "it could not be kept"


class Hatch:
    """`core.hatch.Hatch`."""

    __slots__ = ("_house", "_options", "_register", "_turn_of")

    def __init__(self, house: House, options: KafkaOptions, register: Register) -> None:
        self._house: Final = house
        self._options: Final = options
        self._register: Final = register
        self._turn_of = 0

    @property
    def name(self) -> str:
        return NAME

    def address(self, path: str) -> Address:
        refuse_bad_name(path)
        if path == METADATA_TOPIC:
            raise Invalid(f"{METADATA_TOPIC} belongs to the controllers")
        return Address(NAME, Kind.STREAM, (path,))

    def post(self, postings: Sequence[Posting], done: Done) -> None:
        answers = [Posted() for _ in postings]
        places: dict[Partition, list[tuple[int, Entry]]] = {}
        now = self._house.broker.clock.now()
        self._turn_of += 1
        for number, posting in enumerate(postings):
            try:
                partition = self._partition(posting)
            except Refusal as why:
                answers[number] = not_taken(why)
            else:
                places.setdefault(partition, []).append((number, entry_of(posting.record, now)))
        commit = self._house.broker.turn.commit
        for partition, entries in places.items():
            for run in in_batches(entries, min(BATCH_OCTETS, partition.options.max_batch_bytes // 2)):
                batch = build(entry for _, entry in run)
                try:
                    base = partition.append(batch, check_batch(batch), commit).base_offset
                except Refusal as why:
                    for number, _ in run:
                        answers[number] = not_taken(why)
                else:
                    for delta, (number, _) in enumerate(run):
                        answers[number] = Posted("", partition.index, base + delta)

        def ended(outcome: Outcome) -> None:
            if outcome is not Outcome.OK:
                answers[:] = [answer if answer.refused else not_kept(NOT_SAFE) for answer in answers]
            done(answers)

        commit.join(ended)

    def declare(self, wanted: Declaration) -> bool:
        if not isinstance(wanted, StreamWanted):
            raise Invalid(f"kafka has topics; {type(wanted).__name__} is something else")
        return make_topic(self._house.broker, self._options, wanted.name, wanted.partitions, wanted.settings)

    @property
    def scheme(self) -> Sharing:
        return SHARING

    def clients(self) -> list[Client]:
        return [
            Client(
                id=key,
                peer="{}:{}".format(*guest.stream.peer),
                user=guest.principal.name,
                protocol=" ".join(filter(None, guest.session.software)),
                since=guest.since,
                octets_in=guest.stream.octets_in,
                octets_out=guest.stream.octets_out,
                details={"client_id": guest.session.client_id},
            )
            for key, guest in self._register.guests.items()
        ]

    def kick(self, client: str, why: str) -> bool:
        guest = self._register.guests.get(client)
        if guest is None:
            return False
        self._house.log.info("closed %s:%s: %s", *guest.stream.peer, why)
        guest.stream.close()
        return True

    # inside

    def _partition(self, posting: Posting) -> Partition:
        """Where it goes. Raises `Refusal`."""
        record = posting.record
        topic = self._topic(record.address.parts[0])
        if topic.options.compacts and record.key is None:
            raise Invalid(f"topic {topic.name!r} keeps the last record of each key; this one has no key")
        count = len(topic.partitions)
        index = posting.partition
        if index < 0:
            index = self._turn_of % count if record.key is None else partition_for(record.key, count)
        if index >= count:
            raise NotFound(f"topic {topic.name!r} has {count} partitions, and none of number {index}")
        return topic.partitions[index]

    def _topic(self, name: str) -> Topic:
        topics = self._house.broker.topics
        topic = topics.find(name)
        if topic is None:
            self.address(name)
            if not self._options.auto_create_topics:
                raise NotFound(
                    f"there is no topic {name!r}, and none is made unasked (kafka.auto_create_topics)"
                )
            topic = create(self._house.broker, self._options, name)
        return topic


def entry_of(record: Record, now: int) -> Entry:
    """A record as it lies in a batch."""
    properties = record.properties
    return Entry(
        record.timestamp or now,
        record.key,
        None if properties.is_absent else record.value,
        headers_of(record),
    )


def in_batches(entries: list[tuple[int, Entry]], most: int) -> list[list[tuple[int, Entry]]]:
    """Runs of entries of at most so many octets together; a larger one stands alone."""
    runs: list[list[tuple[int, Entry]]] = []
    size = most
    for number, entry in entries:
        octets = len(entry.key or b"") + len(entry.value or b"") + RECORD_OVERHEAD
        if size + octets > most or not runs:
            runs.append([])
            size = 0
        runs[-1].append((number, entry))
        size += octets
    return runs
