"""Producers that number their batches: against a naive model that remembers everything, and at the edges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec.structs import replace

from hubbub.core.errors import Fenced, OutOfSequence
from hubbub.core.producers import (
    REMEMBERED_BATCHES,
    REMEMBERED_PRODUCERS,
    SEQUENCES,
    ProducerIds,
    Producers,
    Verdict,
)
from hubbub.octets.batch import BatchHeader, Entry, Producer, build, read_header

TEMPLATE = read_header(build([Entry(1_000, None, b"value")], producer=Producer(7, 0, 0)))


def header(sequence: int, count: int = 1, *, epoch: int = 0, producer: int = 7) -> BatchHeader:
    return replace(
        TEMPLATE,
        producer_id=producer,
        producer_epoch=epoch,
        base_sequence=sequence,
        count=count,
        last_offset_delta=count - 1,
    )


class Shelf:
    """What a partition does with its producers."""

    def __init__(self) -> None:
        self.producers = Producers()
        self.end = 0

    def send(self, sent: BatchHeader) -> int:
        """The base offset that is answered."""
        verdict = self.producers.examine(sent)
        if verdict is not None:
            return verdict.base_offset
        base, self.end = self.end, self.end + sent.count
        self.producers.remember(sent, base, -1)
        return base


def test_a_repeat_of_any_of_the_last_five_batches_gets_the_first_answer() -> None:
    shelf = Shelf()
    bases = [shelf.send(header(2 * number, 2)) for number in range(8)]
    for number in range(8 - REMEMBERED_BATCHES, 8):
        assert shelf.send(header(2 * number, 2)) == bases[number]
    assert shelf.end == 16


def test_a_repeat_of_an_older_batch_is_out_of_sequence() -> None:
    shelf = Shelf()
    for number in range(REMEMBERED_BATCHES + 1):
        shelf.send(header(number))
    with pytest.raises(OutOfSequence, match=f"sequence 0 where {REMEMBERED_BATCHES + 1} was due"):
        shelf.send(header(0))


def test_a_batch_that_only_overlaps_an_earlier_one_is_no_repeat() -> None:
    shelf = Shelf()
    shelf.send(header(0, 4))
    for sequence, count in ((0, 3), (1, 3), (2, 4)):
        with pytest.raises(OutOfSequence):
            shelf.send(header(sequence, count))


def test_a_producer_that_is_not_known_may_begin_anywhere() -> None:
    shelf = Shelf()
    assert shelf.send(header(1234)) == 0
    assert shelf.send(header(1235)) == 1


def test_a_new_epoch_begins_at_nought_and_shuts_out_the_old() -> None:
    shelf = Shelf()
    shelf.send(header(0, 3, epoch=4))
    with pytest.raises(OutOfSequence, match="not 0"):
        shelf.send(header(3, epoch=5))
    assert shelf.send(header(0, epoch=5)) == 3
    with pytest.raises(Fenced):
        shelf.send(header(3, epoch=4))
    with pytest.raises(Fenced):
        shelf.send(header(0, 3, epoch=4))


def test_sequences_go_on_at_nought_after_the_greatest() -> None:
    shelf = Shelf()
    greatest = SEQUENCES - 1
    shelf.send(header(greatest - 1))
    assert shelf.send(header(greatest, 3)) == 1, "the greatest, nought and one"
    assert shelf.send(header(greatest, 3)) == 1
    with pytest.raises(OutOfSequence, match="where 2 was due"):
        shelf.send(header(1))
    assert shelf.send(header(2)) == 4


def test_producers_do_not_meet() -> None:
    shelf = Shelf()
    assert [shelf.send(header(0, producer=producer)) for producer in (1, 2, 3)] == [0, 1, 2]
    assert [shelf.send(header(0, producer=producer)) for producer in (1, 2, 3)] == [0, 1, 2]


def test_the_longest_silent_is_forgotten_beyond_the_bound() -> None:
    producers = Producers()
    for producer in range(REMEMBERED_PRODUCERS):
        producers.remember(header(0, producer=producer), 0, -1)
    producers.remember(header(1, producer=0), 1, -1)  # heard of again
    producers.remember(header(0, producer=REMEMBERED_PRODUCERS), 0, -1)
    assert len(producers.known) == REMEMBERED_PRODUCERS
    assert 0 in producers.known
    assert 1 not in producers.known
    assert producers.examine(header(0, producer=0)) == Verdict(0, 0, 0, -1)


@given(st.integers(1, 10**13), st.integers(1, 50))
def test_ids_are_never_given_twice_not_even_by_a_hub_that_starts_again_a_millisecond_later(
    now: int, taken: int
) -> None:
    first = ProducerIds(lambda: now)
    given_out = {first.take() for _ in range(taken)}
    assert len(given_out) == taken
    assert ProducerIds(lambda: now + 1).take() not in given_out


class AgainstMemory(RuleBasedStateMachine):
    """Whatever is sent, the answer is that of a model which keeps every batch it ever took and looks through all of them."""

    @initialize(begin=st.sampled_from([0, 5, SEQUENCES - 3]))
    def begin(self, begin: int) -> None:
        self.shelf = Shelf()
        self.taken: list[tuple[int, int, int, int]] = []  # epoch, first sequence, count, base offset
        self.epoch = 0
        self.next = begin
        self.send_and_compare(self.epoch, begin, 1)

    @rule(count=st.integers(1, 4))
    def go_on(self, count: int) -> None:
        self.send_and_compare(self.epoch, self.next, count)

    @rule(back=st.integers(1, 8))
    def repeat(self, back: int) -> None:
        if len(self.taken) >= back:
            epoch, first, count, _ = self.taken[-back]
            self.send_and_compare(epoch, first, count)

    @rule(distance=st.integers(-6, 6), count=st.integers(1, 4))
    def jump(self, distance: int, count: int) -> None:
        self.send_and_compare(self.epoch, (self.next + distance) % SEQUENCES, count)

    @rule(step=st.sampled_from([-1, 1]), first=st.sampled_from([0, 1]))
    def change_epoch(self, step: int, first: int) -> None:
        if self.epoch + step >= 0:
            self.send_and_compare(self.epoch + step, first, 1)

    def send_and_compare(self, epoch: int, first: int, count: int) -> None:
        expected = self.expected(epoch, first, count)
        if isinstance(expected, type):
            with pytest.raises(expected):
                self.shelf.send(header(first, count, epoch=epoch))
        else:
            assert self.shelf.send(header(first, count, epoch=epoch)) == expected

    def expected(self, epoch: int, first: int, count: int) -> int | type[Exception]:
        if self.taken:
            if epoch < self.epoch:
                return Fenced
            if epoch > self.epoch and first != 0:
                return OutOfSequence
            same = [batch for batch in self.taken if batch[0] == epoch][-REMEMBERED_BATCHES:]
            for batch in same:
                if batch[1:3] == (first, count):
                    return batch[3]
            if same and first != self.next:
                return OutOfSequence
        base = sum(batch[2] for batch in self.taken)
        self.taken.append((epoch, first, count, base))
        self.epoch = epoch
        self.next = (first + count) % SEQUENCES
        return base

    @invariant()
    def nothing_was_stored_twice(self) -> None:
        assert self.shelf.end == sum(batch[2] for batch in self.taken)


TestAgainstMemory = AgainstMemory.TestCase
