"""Queues against a naive model: the same steps in both, with time moved by hand, and all that can be seen must agree.

The model keeps plain lists and looks through all of them at each step. Consumers settle at random, late, or never.
"""

from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from hubbub.core.queues.consumer import Consumer, Window
from hubbub.core.queues.entry import Entry
from hubbub.core.queues.journal import Forgetful
from hubbub.core.queues.options import Death, Overflow, QueueOptions
from hubbub.core.queues.queue import ANYBODY, SLICE, Queue
from hubbub.core.turn import Turn
from hubbub.model.address import Address, Kind
from hubbub.model.clock import Action, Clock
from hubbub.model.record import Record

PLACE = Address("room", Kind.QUEUE, ("q",))


class Yard:
    """A keeper: what dies and who retires is written down."""

    def __init__(self) -> None:
        self.soon: list[Action] = []
        self.clock = Clock(lambda: 0.0, lambda: 0.0, lambda when: None, self.soon.append)
        self.turn = Turn(self.soon.append, lambda commit: None)
        self.journal = Forgetful()
        self.dead: list[tuple[bytes, Death]] = []
        self.retired: list[Queue] = []
        self.shortages = 0

    def bury(self, queue: Queue, entry: Entry, death: Death) -> None:
        self.dead.append((entry.record.value, death))

    def is_short_of_room(self) -> None:
        self.shortages += 1

    def retire(self, queue: Queue) -> None:
        self.retired.append(queue)
        queue.end()

    def settle_down(self) -> None:
        while self.soon:
            self.soon.pop(0)()

    def queue(self, **options: Any) -> Queue:
        return Queue("q", QueueOptions(**options), self, ANYBODY)


class Eater:
    """A consumer that keeps what it is handed."""

    def __init__(self, queue: Queue, *, limit: int = 0, settles: bool = True, priority: int = 0) -> None:
        self.had: list[Entry] = []
        self.is_cancelled = False
        self.queue = queue
        self.consumer = Consumer("c", self.accept, self.cancelled, (Window(limit), Window()))
        self.consumer.settles = settles
        self.consumer.priority = priority

    def accept(self, consumer: Consumer, entries: list[Entry]) -> None:
        self.had += entries

    def cancelled(self, consumer: Consumer) -> None:
        self.is_cancelled = True

    @property
    def values(self) -> list[bytes]:
        return [entry.record.value for entry in self.had]

    def done(self, entry: Entry) -> None:
        self.had.remove(entry)
        self.queue.settle(entry)
        self.free()

    def free(self) -> None:
        self.consumer.own.used -= 1
        self.queue.wake(self.consumer)


def record(value: bytes) -> Record:
    return Record(PLACE, value)


class Model:
    """One entry of the model."""

    def __init__(self, value: bytes, at: int, expires: float, priority: int) -> None:
        self.value = value
        self.at = at
        self.expires = expires
        self.priority = priority


class QueueMachine(RuleBasedStateMachine):
    """One queue without consumers but for gets: ready, out, put back, expired at the head, dropped from the head."""

    options: ClassVar[dict[str, Any]] = {}

    def __init__(self) -> None:
        super().__init__()
        self.yard = Yard()
        self.queue = self.yard.queue(**self.options)
        self.ready: list[Model] = []
        self.out: list[tuple[Entry, Model]] = []
        self.dead: list[tuple[bytes, Death]] = []
        self.count = 0

    def head_expires(self) -> None:
        now = self.yard.clock.elapsed()
        while self.ready and self.ready[0].expires <= now:
            self.dead.append((self.ready.pop(0).value, Death.EXPIRED))

    def sort(self) -> None:
        self.ready.sort(key=lambda model: (-model.priority, model.at))

    @rule(size=st.integers(1, 4), ttl=st.sampled_from([-1, -1, 0, 500, 1500]), priority=st.integers(0, 5))
    def put(self, size: int, ttl: int, priority: int) -> None:
        self.count += 1
        value = (b"%04d" % self.count) * size
        most, octets = self.options.get("max_records", -1), self.options.get("max_octets", -1)
        held = sum(len(model.value) for model in self.ready)
        is_full = 0 <= most <= len(self.ready) or 0 <= octets < held + len(value)
        refuses = self.options.get("overflow", Overflow.DROP_HEAD) is not Overflow.DROP_HEAD
        took = self.queue.put(record(value), ttl, priority)
        assert took is not (refuses and is_full)
        if not took:
            if self.options["overflow"] is Overflow.REFUSE_AND_BURY:
                self.dead.append((value, Death.OVERFLOW))
            return
        own = self.options.get("ttl_ms", -1)
        limits = [limit for limit in (ttl, own) if limit >= 0]
        expires = self.yard.clock.elapsed() + min(limits) / 1000 if limits else float("inf")
        level = min(priority, self.options.get("top_priority", 0))
        self.ready.append(Model(value, self.count, expires, level))
        self.sort()
        while 0 <= most < len(self.ready) or 0 <= octets < sum(len(model.value) for model in self.ready):
            self.dead.append((self.ready.pop(0).value, Death.OVERFLOW))
        self.head_expires()

    @rule()
    def take(self) -> None:
        self.head_expires()
        entry = self.queue.take()
        if not self.ready:
            assert entry is None
            return
        assert entry is not None
        model = self.ready.pop(0)
        assert entry.record.value == model.value
        self.out.append((entry, model))
        self.later_heads()

    def later_heads(self) -> None:
        """A head that comes up expired is found by its timer, which is due at once."""
        self.yard.clock.advance(0)
        self.yard.settle_down()
        self.head_expires()

    @precondition(lambda self: self.out)
    @rule(data=st.data(), what=st.sampled_from(["settle", "reject", "put back", "put all back"]))
    def answer(self, data: st.DataObject, what: str) -> None:
        if what == "put all back":
            entries, self.out = self.out, []
            self.queue.put_back([entry for entry, _ in entries], failed=False)
            self.ready += [model for _, model in entries]
        else:
            entry, model = self.out.pop(data.draw(st.integers(0, len(self.out) - 1)))
            if what == "settle":
                self.queue.settle(entry)
            elif what == "reject":
                self.queue.reject(entry)
                self.dead.append((model.value, Death.REJECTED))
            else:
                self.queue.put_back([entry], failed=True)
                self.ready.append(model)
        self.sort()
        self.head_expires()
        self.later_heads()

    @rule(seconds=st.sampled_from([0.1, 0.5, 1.0, 2.0]))
    def wait(self, seconds: float) -> None:
        self.yard.clock.advance(seconds)
        self.yard.settle_down()
        self.head_expires()

    @rule()
    def purge(self) -> None:
        assert self.queue.purge() == len(self.ready)
        self.ready = []
        self.yard.settle_down()

    @invariant()
    def agree(self) -> None:
        assert len(self.queue) == len(self.ready)
        assert self.queue.octets == sum(len(model.value) for model in self.ready)
        assert self.queue.out == len(self.out)
        assert self.queue.out_octets == sum(len(model.value) for _, model in self.out)
        assert sorted(self.yard.dead, key=str) == sorted(self.dead, key=str)

    def teardown(self) -> None:
        drained = []
        while (entry := self.queue.take()) is not None:
            drained.append(entry.record.value)
        now = self.yard.clock.elapsed()
        assert drained == [model.value for model in self.ready if model.expires > now]


def machine(**options: Any) -> Any:
    kind = type("Machine", (QueueMachine,), {"options": options})
    kind.TestCase.settings = settings(max_examples=40, stateful_step_count=30)  # type: ignore[attr-defined]
    return kind.TestCase  # type: ignore[attr-defined]


TestPlain = machine()
TestTtl = machine(ttl_ms=1000)
TestPriorities = machine(top_priority=3)
TestDropHead = machine(max_records=4)
TestDropHeadByOctets = machine(max_octets=40)
TestRefuse = machine(max_records=3, overflow=Overflow.REFUSE)
TestRefuseAndBury = machine(max_records=3, max_octets=30, overflow=Overflow.REFUSE_AND_BURY)
TestAll = machine(ttl_ms=1200, max_records=5, top_priority=2)


def filled(yard: Yard, count: int, **options: Any) -> Queue:
    queue = yard.queue(**options)
    for number in range(count):
        queue.put(record(b"%d" % number))
    return queue


def test_consumers_of_equal_priority_take_turns() -> None:
    yard = Yard()
    queue = yard.queue()
    eaters = [Eater(queue, settles=False) for _ in range(3)]
    for eater in eaters:
        queue.attach(eater.consumer)
    yard.settle_down()
    queue.put_all([record(b"%d" % number) for number in range(6)])
    assert [eater.values for eater in eaters] == [[b"0", b"3"], [b"1", b"4"], [b"2", b"5"]]


def test_a_higher_priority_comes_first_until_it_is_full() -> None:
    yard = Yard()
    queue = filled(yard, 5)
    low, high = Eater(queue), Eater(queue, limit=2, priority=5)
    queue.attach(low.consumer)
    queue.attach(high.consumer)
    yard.settle_down()
    assert (high.values, low.values) == ([b"0", b"1"], [b"2", b"3", b"4"])
    high.done(high.had[0])
    queue.put(record(b"5"))
    assert high.values == [b"1", b"5"]


@pytest.mark.parametrize("limit", [1, 3, 100])
def test_a_window_bounds_what_is_out_and_everything_arrives(limit: int) -> None:
    yard = Yard()
    queue = filled(yard, 50)
    eater = Eater(queue, limit=limit)
    queue.attach(eater.consumer)
    seen = []
    for number in range(50, 60):
        queue.put(record(b"%d" % number))
    while True:
        yard.settle_down()
        assert len(eater.had) <= limit
        if not eater.had:
            break
        seen.append(eater.had[0].record.value)
        eater.done(eater.had[0])
    assert seen == [b"%d" % number for number in range(60)]


def test_a_blocked_receiver_gets_nothing_until_it_is_let_go() -> None:
    yard = Yard()
    queue = yard.queue()
    eater = Eater(queue, settles=False)
    queue.attach(eater.consumer)
    eater.consumer.is_blocked = True
    queue.put_all([record(b"1")])
    queue.put(record(b"2"))
    yard.settle_down()
    assert eater.had == []
    eater.consumer.is_blocked = False
    queue.wake(eater.consumer)
    yard.settle_down()
    assert eater.values == [b"1", b"2"]


def test_what_comes_back_is_served_in_its_old_place_and_says_so() -> None:
    yard = Yard()
    queue = filled(yard, 4)
    taken = [queue.take() for _ in range(3)]
    queue.put_back([entry for entry in (taken[2], taken[0]) if entry is not None], failed=True)
    order = []
    while (entry := queue.take()) is not None:
        order.append((entry.record.value, entry.returns))
    assert order == [(b"0", 1), (b"2", 1), (b"3", 0)]


def test_one_consumer_at_a_time_where_the_queue_wants_it() -> None:
    yard = Yard()
    queue = yard.queue(single_active=True)
    first, second, third = Eater(queue, settles=False), Eater(queue, settles=False), Eater(queue, priority=9)
    for eater in (first, second, third):
        queue.attach(eater.consumer)
    yard.settle_down()
    queue.put_all([record(b"1"), record(b"2")])
    assert first.values == [b"1", b"2"]
    queue.detach(first.consumer)
    queue.put(record(b"3"))
    assert (queue.active is third.consumer, third.values, second.values) == (True, [b"3"], [])


def test_a_record_that_fails_too_often_dies() -> None:
    yard = Yard()
    queue = filled(yard, 1, return_limit=2)
    for _ in range(3):
        entry = queue.take()
        assert entry is not None
        queue.put_back([entry], failed=True)
    assert yard.dead == [(b"0", Death.RETURNED_TOO_OFTEN)]
    assert queue.take() is None


def test_an_expired_record_is_never_handed_out() -> None:
    yard = Yard()
    queue = yard.queue()
    queue.put(record(b"long"), 10_000)
    queue.put(record(b"short"), 1000)
    yard.clock.advance(2)
    eater = Eater(queue)
    queue.attach(eater.consumer)
    yard.settle_down()
    assert (eater.values, yard.dead) == ([b"long"], [(b"short", Death.EXPIRED)])


def test_a_record_without_time_to_live_goes_out_at_once_or_dies() -> None:
    yard = Yard()
    queue = yard.queue(ttl_ms=0)
    queue.put(record(b"nobody"))
    eater = Eater(queue)
    queue.attach(eater.consumer)
    yard.settle_down()
    queue.put(record(b"somebody"))
    assert (eater.values, yard.dead) == ([b"somebody"], [(b"nobody", Death.EXPIRED)])


def test_a_queue_that_lives_by_its_consumers_goes_with_the_last() -> None:
    yard = Yard()
    queue = yard.queue(auto_delete=True)
    one, two = Eater(queue), Eater(queue)
    queue.attach(one.consumer)
    queue.attach(two.consumer)
    queue.detach(one.consumer)
    assert yard.retired == []
    queue.detach(two.consumer)
    assert yard.retired == [queue]


def test_a_queue_that_nobody_uses_goes() -> None:
    yard = Yard()
    queue = yard.queue(idle_ms=1000)
    yard.clock.advance(0.9)
    queue.touch()
    yard.clock.advance(0.9)
    eater = Eater(queue)
    queue.attach(eater.consumer)
    yard.clock.advance(5)
    assert yard.retired == []
    queue.detach(eater.consumer)
    yard.clock.advance(0.9)
    assert yard.retired == []
    yard.clock.advance(0.2)
    assert yard.retired == [queue]


def test_a_queue_that_ends_tells_its_consumers() -> None:
    yard = Yard()
    queue = filled(yard, 3)
    eater = Eater(queue, limit=1)
    queue.attach(eater.consumer)
    yard.settle_down()
    assert queue.end() == 2
    assert eater.is_cancelled
    queue.put_back(eater.had, failed=True)
    queue.detach(eater.consumer)
    assert (len(queue), queue.out) == (0, 0)


@pytest.mark.parametrize("act", [Queue.purge, Queue.end])
def test_what_is_large_goes_in_slices(act: Callable[[Queue], int]) -> None:
    yard = Yard()
    count = SLICE * 25
    queue = yard.queue()
    queue.put_all([record(b"x")] * count)
    assert act(queue) == count
    assert len(queue) == 0
    slices = 0
    while yard.soon:
        yard.soon.pop(0)()
        slices += 1
    assert slices >= 2


def test_expiring_and_handing_on_are_sliced_too() -> None:
    yard = Yard()
    queue = yard.queue(ttl_ms=1000)
    for number in range(SLICE * 3):
        queue.put(record(b"%d" % number))
    yard.clock.advance(2)
    assert len(queue) == SLICE * 2
    yard.settle_down()
    assert len(yard.dead) == SLICE * 3
    other = yard.queue()
    other.put_all([record(b"x")] * (SLICE * 3))
    eater = Eater(other, settles=False)
    other.attach(eater.consumer)
    yard.turn.end()
    assert len(eater.had) == SLICE
    yard.settle_down()
    assert len(eater.had) == SLICE * 3
