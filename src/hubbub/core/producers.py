"""Producers that number their batches, so that a batch sent twice is stored once (KIP-98, KIP-360).

For each producer id a partition remembers the epoch and its last five batches. A repeat of one of these is answered with what was
answered before; a gap is refused. The state is rebuilt after a restart from what was kept (`core.checkpoint`) and from the log behind
it, since each batch carries its producer's numbers.
"""

from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct

from hubbub.core.errors import Fenced, OutOfSequence
from hubbub.octets.batch import BatchHeader

REMEMBERED_BATCHES: Final = 5
REMEMBERED_PRODUCERS: Final = 10_000
SEQUENCES: Final = 1 << 31
ANY: Final = -1
"""Stands for the next sequence number of a producer of whom nothing is known."""


class Verdict(Struct, frozen=True, gc=False, array_like=True):
    """A batch that is here already, and what was answered the first time."""

    first_sequence: int
    last_sequence: int
    base_offset: int
    stamped_at: int


class KeptProducer(Struct, frozen=True, gc=False, array_like=True):
    """A producer as it is written down. ``expected`` is its next sequence number."""

    id: int
    epoch: int
    expected: int
    last_timestamp: int
    batches: tuple[Verdict, ...]


class Producer:
    """What one partition knows of one producer. ``expected`` is the sequence number with which its next batch begins."""

    __slots__ = ("batches", "epoch", "expected", "last_timestamp")

    def __init__(self, epoch: int) -> None:
        self.epoch = epoch
        self.batches: deque[Verdict] = deque(maxlen=REMEMBERED_BATCHES)
        self.expected = ANY
        self.last_timestamp = -1


class Producers:
    """Of one partition. The longest silent are forgotten beyond a bound; a forgotten producer starts anew with any sequence."""

    __slots__ = ("known",)

    def __init__(self) -> None:
        self.known: dict[int, Producer] = {}

    def examine(self, header: BatchHeader) -> Verdict | None:
        """None: append it. A Verdict: it is here already. Raises `Fenced` (old epoch), `OutOfSequence` (a gap)."""
        producer = self.known.get(header.producer_id)
        if producer is None:
            return None
        first = header.base_sequence
        if header.producer_epoch != producer.epoch:
            if header.producer_epoch < producer.epoch:
                raise Fenced(
                    f"producer {header.producer_id} has epoch {producer.epoch} here; a batch came with {header.producer_epoch}"
                )
            if first != 0:
                raise OutOfSequence(
                    f"producer {header.producer_id} begins epoch {header.producer_epoch} with sequence {first}, not 0"
                )
            return None
        last = (first + header.last_offset_delta) % SEQUENCES
        for known in producer.batches:
            if known.first_sequence == first and known.last_sequence == last:
                return known
        if producer.expected not in (ANY, first):
            raise OutOfSequence(
                f"producer {header.producer_id} sent sequence {first} where {producer.expected} was due"
            )
        return None

    def remember(self, header: BatchHeader, base_offset: int, stamped_at: int) -> None:
        """A batch of this producer was appended."""
        producer = self.known.pop(header.producer_id, None)
        if producer is None or producer.epoch != header.producer_epoch:
            producer = Producer(header.producer_epoch)
        self.known[header.producer_id] = producer  # last in the order of use
        last = (header.base_sequence + header.last_offset_delta) % SEQUENCES
        producer.batches.append(Verdict(header.base_sequence, last, base_offset, stamped_at))
        producer.expected = (last + 1) % SEQUENCES
        producer.last_timestamp = header.max_timestamp
        if len(self.known) > REMEMBERED_PRODUCERS:
            del self.known[next(iter(self.known))]

    def replay(self, header: BatchHeader) -> None:
        """A batch of the log, found again after a restart; one that nobody numbered is passed over."""
        if header.producer_id >= 0 and header.base_sequence >= 0:
            stamped_at = header.max_timestamp if header.uses_log_append_time else -1
            self.remember(header, header.base_offset, stamped_at)

    def take_back(self, end: int) -> None:
        """Batches from offset ``end`` on were lost: they may come again, and the first of them is due next."""
        for producer in self.known.values():
            batches = producer.batches
            while batches and batches[-1].base_offset >= end:
                producer.expected = batches.pop().first_sequence

    def kept(self, end: int) -> list[KeptProducer]:
        """What is known from the batches below offset ``end``."""
        return [_kept(number, producer, end) for number, producer in self.known.items()]

    def restore(self, kept: Sequence[KeptProducer], end: int) -> None:
        """Know what was kept, as far as it lies below ``end``: what is behind may have been lost."""
        for each in kept:
            producer = self.known[each.id] = Producer(each.epoch)
            producer.batches.extend(each.batches)
            producer.expected = each.expected
            producer.last_timestamp = each.last_timestamp
        self.take_back(end)


def _kept(number: int, producer: Producer, end: int) -> KeptProducer:
    safe = tuple(batch for batch in producer.batches if batch.base_offset < end)
    expected = (
        producer.expected
        if len(safe) == len(producer.batches)
        else producer.batches[len(safe)].first_sequence
    )
    return KeptProducer(number, producer.epoch, expected, producer.last_timestamp, safe)


class ProducerIds:
    """Gives out producer ids that no earlier run of the hub has given.

    A thousand for each millisecond since 1970: a hub that restarts cannot have reached the present.
    """

    __slots__ = ("_next",)

    def __init__(self, now: Callable[[], int]) -> None:
        self._next = now() * 1000

    def begin_behind(self, seen: int) -> None:
        """An id that was found in what is kept: should the clock have been put back, it is not given again."""
        self._next = max(self._next, seen)

    def take(self) -> int:
        """A new one."""
        self._next += 1
        return self._next
