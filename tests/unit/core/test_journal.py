"""The journal: bounded whatever comes, sampled when much comes, silent when nothing does."""

import pytest

from hubbub.core.journal import OVERHEAD, SCANNED, Journal, JournalBounds, Query
from hubbub.core.taps import NOWHERE, Place, Taps
from hubbub.core.turn import Turn
from hubbub.model.address import Address, Kind, parse_pattern
from hubbub.model.clock import Action, Clock
from hubbub.model.record import Record
from hubbub.octets.batch import Entry, build

DAY = 24 * 3600


class Desk:
    """A journal in a core that does nothing else."""

    def __init__(self, **bounds: int) -> None:
        self.due: list[Action] = []
        self.alarms = 0
        self.clock = Clock(lambda: 0.0, lambda: 1_700_000_000.0, self._arm, self.due.append)
        self.turn = Turn(self.due.append, lambda commit: None)
        self.taps = Taps(self.clock, self.turn)
        self.journal = Journal(self.taps, self.clock, JournalBounds(**bounds))

    def _arm(self, when: float) -> None:
        self.alarms += 1

    def publish(self, path: str, value: bytes = b"x", key: bytes | None = None) -> None:
        """As publishers do it."""
        record = Record(Address("toy", Kind.LIVE, tuple(path.split("/"))), value, key)
        if self.taps.is_open:
            self.taps.saw((record,))
        else:
            self.taps.unseen += 1

    def append(self, path: str, batch: bytes, count: int) -> None:
        if self.taps.is_open:
            self.taps.saw_batch(Address("toy", Kind.STREAM, (path,)), Place(0, 7), count, batch)
        else:
            self.taps.unseen += count

    def end_turn(self) -> None:
        while self.due:
            self.due.pop(0)()

    def paths(self, query: Query | None = None) -> list[str]:
        return [
            "/".join(sighting.address.parts) for sighting in self.journal.query(query or Query()).sightings
        ]


def test_what_went_through_is_there_in_order() -> None:
    desk = Desk()
    desk.publish("a", b"1")
    desk.append("b", build([Entry(1, b"k", b"2"), Entry(1, None, None)]), 2)
    desk.publish("a/c", b"3")
    page = desk.journal.query(Query())
    assert [(str(sighting.address), sighting.count) for sighting in page.sightings] == [
        ("toy:a", 1),
        ("toy:b", 2),
        ("toy:a/c", 1),
    ]
    assert [record.value for sighting in page.sightings for record in sighting.records()] == [
        b"1",
        b"2",
        b"",
        b"3",
    ]
    assert [sighting.place for sighting in page.sightings] == [NOWHERE, Place(0, 7), NOWHERE]
    assert (page.is_last, page.left_out, page.forgotten) == (True, 0, 0)


def test_one_may_ask_by_address_time_number_and_key() -> None:
    desk = Desk()
    desk.publish("a/1", key=b"order-17")
    desk.clock.advance(10)
    desk.publish("a/2", key="grün".encode())
    desk.publish("b/2", key=b"order-18")
    now = desk.clock.now()
    assert desk.paths(Query(pattern=parse_pattern("toy:a/#"))) == ["a/1", "a/2"]
    assert desk.paths(Query(pattern=parse_pattern("other:#"))) == []
    assert desk.paths(Query(since=now)) == ["a/2", "b/2"]
    assert desk.paths(Query(until=now - 1)) == ["a/1"]
    assert desk.paths(Query(after=2)) == ["b/2"]
    assert desk.paths(Query(text="order-1")) == ["a/1", "b/2"]
    assert desk.paths(Query(text="grün", pattern=parse_pattern("*:#"))) == ["a/2"]


def test_pages_lead_on_to_the_next_and_say_when_there_is_none() -> None:
    desk = Desk(per_second=10_000)
    for number in range(250):
        desk.publish(str(number))
    seen: list[str] = []
    query = Query(limit=100)
    while True:
        page = desk.journal.query(query)
        seen += [sighting.address.parts[0] for sighting in page.sightings]
        query = Query(limit=100, after=page.after)
        if page.is_last:
            break
    assert seen == [str(number) for number in range(250)]
    assert desk.journal.query(query).sightings == []
    desk.publish("more")
    assert [sighting.address.parts[0] for sighting in desk.journal.query(query).sightings] == ["more"]


def test_a_search_through_keys_takes_bounded_time_and_may_be_gone_on_with() -> None:
    desk = Desk(per_second=10_000)
    for number in range(SCANNED + 10):
        desk.publish(str(number), key=b"%d" % number)
    wanted = str(SCANNED + 5)
    page = desk.journal.query(Query(text=wanted))
    assert (page.sightings, page.is_last, page.after) == ([], False, SCANNED)
    page = desk.journal.query(Query(text=wanted, after=page.after))
    assert [sighting.address.parts[0] for sighting in page.sightings] == [wanted]


def test_it_keeps_the_latest_within_its_bounds() -> None:
    desk = Desk(sightings=3, per_second=100)
    for number in range(5):
        desk.publish(str(number))
    assert desk.paths() == ["2", "3", "4"]
    assert desk.journal.query(Query()).forgotten == 2
    desk = Desk(octets=16 * 2000, per_second=100)
    for number in range(100):
        desk.publish(str(number), b"x" * 1200)
    assert desk.journal.octets <= 16 * 2000
    assert len(desk.journal) == 16 * 2000 // (1200 + 2 * OVERHEAD)


def test_what_is_too_large_is_kept_without_its_contents() -> None:
    desk = Desk(octets=16 * 1000)
    desk.publish("large", b"x" * 1001)
    desk.publish("small", b"x" * 1000)
    large, small = desk.journal.query(Query()).sightings
    assert (large.records(), large.count, large.octets) == ([], 1, 1001)
    assert len(small.records()) == 1


def test_beyond_its_budget_it_closes_its_eyes_until_the_second_is_over() -> None:
    desk = Desk(per_second=3)
    for number in range(10):
        desk.publish(str(number))
    assert not desk.taps.is_open
    assert desk.paths() == ["0", "1", "2"]
    assert desk.journal.left_out == 7
    desk.append("batch", b"", 5)
    assert desk.journal.query(Query()).left_out == 12
    desk.clock.advance(1.0)
    assert desk.taps.is_open
    desk.publish("new")
    assert desk.paths() == ["0", "1", "2", "new"]
    assert desk.journal.left_out == 12


def test_a_tap_beside_it_misses_nothing_and_what_the_journal_misses_is_counted_all_the_same() -> None:
    desk = Desk(per_second=2)
    tap = desk.taps.open(lambda address: True, lambda: None)
    for number in range(5):
        desk.publish(str(number))
    assert [sighting.address.parts[0] for sighting in tap.take()] == ["0", "1", "2", "3", "4"]
    assert desk.paths() == ["0", "1"]
    assert desk.journal.left_out == 3
    tap.close()
    assert not desk.taps.is_open


def test_without_a_budget_it_never_looks() -> None:
    desk = Desk(per_second=0)
    desk.publish("a")
    assert not desk.taps.is_open
    assert (desk.paths(), desk.journal.left_out) == ([], 1)


def test_an_idle_hub_sets_no_timer_for_it() -> None:
    desk = Desk(per_second=2)
    assert desk.alarms == 0
    desk.publish("a")
    assert desk.alarms == 0
    desk.publish("b")
    assert desk.alarms == 1
    desk.clock.advance(DAY)
    assert desk.alarms == 1


def test_whoever_watches_is_called_once_a_turn() -> None:
    desk = Desk()
    calls: list[int] = []
    end = desk.journal.watch(lambda: calls.append(len(desk.journal)))
    desk.publish("a")
    desk.publish("b")
    assert calls == []
    desk.end_turn()
    assert calls == [2]
    end()
    end()
    desk.publish("c")
    desk.end_turn()
    assert calls == [2]


@pytest.mark.parametrize("each_second", [1, 300])
def test_a_journal_of_24_hours_stays_within_its_bounds(each_second: int) -> None:
    bounds = JournalBounds(sightings=5000, octets=1 << 20, per_second=10)
    desk = Desk(sightings=5000, octets=1 << 20, per_second=10)
    published = 0
    for second in range(DAY):
        for number in range(each_second if second % 600 == 0 else 1):  # bursts, and a quiet hub in between
            desk.publish(f"sensors/{number}", b"x" * (published % 997), b"%d" % published)
            published += 1
        desk.clock.advance(1.0)
        if second % 3600 == 0:
            assert len(desk.journal) <= bounds.sightings
            assert desk.journal.octets <= bounds.octets
    page = desk.journal.query(Query(limit=10_000))
    assert len(page.sightings) + page.forgotten + page.left_out == published
    assert page.sightings[-1].at >= desk.clock.now() - 1000


def test_a_wall_clock_that_is_set_back_does_not_keep_its_eyes_closed() -> None:
    desk = Desk(per_second=2)
    desk.publish("a")
    desk.clock._wall = lambda: 1_600_000_000.0  # type: ignore[method-assign]
    for name in ("b", "c"):
        desk.publish(name)
        desk.clock.advance(1.0)
    desk.publish("d")
    assert desk.paths() == ["a", "b", "c", "d"]


def test_a_closed_journal_sees_no_more() -> None:
    desk = Desk()
    desk.publish("a")
    desk.journal.close()
    desk.publish("b")
    assert desk.paths() == ["a"]
    assert not desk.taps.is_open
