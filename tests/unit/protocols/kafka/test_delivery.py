"""Long polls and fetch sessions, without a socket and with time moved by hand."""

from collections.abc import Sequence
from typing import Any

import pytest

from hubbub.core.partition import Partition
from hubbub.octets.batch import Entry, build, check_batch, records, split
from hubbub.protocols.contract import Later
from hubbub.protocols.kafka.delivery import FetchLimits, FetchSession, Got, Poll, Wanted, read_all
from hubbub.protocols.kafka.failures import Code
from hubbub.protocols.kafka.handlers.table import answer
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import fetch as wire
from tests.unit.protocols.kafka.handlers.visit import Visit

PLENTY = 1 << 20


class Desk:
    """Topics "t" with some partitions, and the polls of clients."""

    def __init__(self, partitions: int = 2) -> None:
        self.visit = Visit()
        self.topic = self.visit.topic("t", partitions)
        self.answers: list[list[Got]] = []

    def find(self, wanted: Wanted) -> Partition | Code:
        found = self.visit.broker.topics.partition(str(wanted.topic), wanted.index)
        return Code.UNKNOWN_TOPIC_OR_PARTITION if found is None else found

    def wanted(self, *indexes: int, offset: int = 0, max_bytes: int = PLENTY) -> list[Wanted]:
        return [Wanted("t", index, offset, max_bytes, -1) for index in indexes]

    def poll(
        self, wanted: Sequence[Wanted], *, min_bytes: int = 1, max_bytes: int = PLENTY, max_wait_ms: int = 500
    ) -> Poll:
        limits = FetchLimits(min_bytes, max_bytes, max_wait_ms)
        clock, turn = self.visit.clock, self.visit.turn
        return Poll(wanted, self.find, limits, self.answers.append, clock, turn)

    def append(self, index: int, *values: bytes) -> int:
        """In the turn that goes on; the size of the batch."""
        octets = build([Entry(1, None, value) for value in values])
        self.topic.partitions[index].append(octets, check_batch(octets), self.visit.turn.commit)
        return len(octets)

    def end_turn(self) -> None:
        self.visit.end_turn()

    def advance(self, ms: int) -> None:
        self.visit.clock.advance(ms / 1000)
        self.end_turn()

    @property
    def watchers(self) -> int:
        return sum(len(partition.watchers) for partition in self.topic.partitions)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def values(got: Sequence[Got]) -> list[bytes | None]:
    return [
        entry.value for each in got for view in each.views for part in split(view) for entry in records(part)
    ]


# long polls


def test_a_poll_waits_until_its_time_is_up_and_answers_with_what_there_is(desk: Desk) -> None:
    desk.poll(desk.wanted(0), max_wait_ms=500)
    desk.advance(499)
    assert desk.answers == []
    desk.advance(1)
    ((got,),) = desk.answers
    assert (got.code, got.high_watermark, got.octets) == (Code.NONE, 0, 0)
    assert desk.watchers == 0


def test_a_record_wakes_the_poll_in_the_turn_in_which_it_came(desk: Desk) -> None:
    desk.poll(desk.wanted(0, 1))
    desk.append(1, b"a")
    assert desk.answers == []
    desk.end_turn()
    assert [values(answer) for answer in desk.answers] == [[b"a"]]
    assert desk.watchers == 0


def test_all_that_came_in_one_turn_is_one_answer(desk: Desk) -> None:
    desk.poll(desk.wanted(0, 1))
    for number in range(3):
        desk.append(0, b"%d" % number)
        desk.append(1, b"%d" % (10 + number))
    desk.end_turn()
    assert [values(answer) for answer in desk.answers] == [[b"0", b"1", b"2", b"10", b"11", b"12"]]


def test_a_poll_waits_until_there_are_min_bytes_however_often_it_is_woken(desk: Desk) -> None:
    size = desk.append(0, b"a")
    desk.end_turn()
    desk.poll(desk.wanted(0, 1), min_bytes=3 * size)
    desk.append(1, b"b")
    desk.end_turn()
    assert desk.answers == []
    desk.append(0, b"c")
    desk.end_turn()
    assert [values(answer) for answer in desk.answers] == [[b"a", b"c", b"b"]]


def test_what_is_too_little_is_answered_when_the_time_is_up(desk: Desk) -> None:
    desk.poll(desk.wanted(0), min_bytes=PLENTY, max_wait_ms=500)
    desk.append(0, b"a")
    desk.advance(500)
    assert [values(answer) for answer in desk.answers] == [[b"a"]]


def test_a_poll_answers_once(desk: Desk) -> None:
    desk.poll(desk.wanted(0), max_wait_ms=500)
    desk.append(0, b"a")
    desk.end_turn()
    desk.append(0, b"b")
    desk.end_turn()
    desk.advance(10_000)
    assert len(desk.answers) == 1


def test_a_partition_that_goes_is_answered_with_an_error_at_once(desk: Desk) -> None:
    desk.poll(desk.wanted(0, 1))
    desk.visit.broker.topics.delete(desk.topic, desk.visit.turn.commit)
    desk.end_turn()
    ((first, second),) = desk.answers
    assert first.code == second.code == Code.UNKNOWN_TOPIC_OR_PARTITION


def test_a_cancelled_poll_lets_go_of_partitions_and_timer(desk: Desk) -> None:
    poll = desk.poll(desk.wanted(0, 1))
    assert desk.watchers == 2
    poll.cancel()
    poll.cancel()
    assert desk.watchers == 0
    desk.append(0, b"a")
    desk.end_turn()
    desk.advance(10_000)
    assert desk.answers == []


def test_a_poll_that_is_cancelled_in_the_turn_that_woke_it_says_nothing(desk: Desk) -> None:
    poll = desk.poll(desk.wanted(0))
    desk.append(0, b"a")
    desk.visit.turn.commit.join(lambda outcome: poll.cancel())
    desk.end_turn()
    assert desk.answers == []


def test_many_polls_at_one_partition_are_all_woken(desk: Desk) -> None:
    for _ in range(3):
        desk.poll(desk.wanted(0))
    desk.append(0, b"a")
    desk.end_turn()
    assert [values(answer) for answer in desk.answers] == [[b"a"]] * 3


# reading


def test_the_first_batch_is_returned_whole_beyond_every_limit(desk: Desk) -> None:
    size = desk.append(0, b"x" * 1_000)
    desk.append(1, b"y" * 1_000)
    results, total, _ = read_all(desk.wanted(0, 1, max_bytes=10), desk.find, 10)
    assert total == size
    assert [values([got]) for got in results] == [[b"x" * 1_000], []]


def test_an_empty_partition_does_not_use_up_the_right_to_one_batch(desk: Desk) -> None:
    desk.append(1, b"y" * 1_000)
    results, _, _ = read_all(desk.wanted(0, 1, max_bytes=10), desk.find, 10)
    assert [values([got]) for got in results] == [[], [b"y" * 1_000]]


def test_later_partitions_keep_to_what_is_left(desk: Desk) -> None:
    size = desk.append(0, b"a")
    for value in (b"b", b"c", b"d"):
        desk.append(1, value)
    results, total, _ = read_all(desk.wanted(0, 1), desk.find, 3 * size)
    assert [values([got]) for got in results] == [[b"a"], [b"b", b"c"]]
    assert total == 3 * size
    assert [got.high_watermark for got in results] == [1, 3]


def test_errors_are_told_apart_from_emptiness(desk: Desk) -> None:
    wanted = [*desk.wanted(0), *desk.wanted(1, offset=5), *desk.wanted(7)]
    results, total, has_error = read_all(wanted, desk.find, PLENTY)
    assert [got.code for got in results] == [
        Code.NONE,
        Code.OFFSET_OUT_OF_RANGE,
        Code.UNKNOWN_TOPIC_OR_PARTITION,
    ]
    assert (total, has_error) == (0, True)


def test_an_offset_below_what_is_kept_is_out_of_range_and_says_where_to_begin(desk: Desk) -> None:
    desk.append(0, b"a")
    desk.append(0, b"b")
    desk.topic.partitions[0].trim(1, desk.visit.turn.commit)
    (got,), _, _ = read_all(desk.wanted(0), desk.find, PLENTY)
    assert (got.code, got.start, got.high_watermark) == (Code.OFFSET_OUT_OF_RANGE, 1, 2)


# sessions, in the words of delivery


def test_a_session_tells_what_is_new_and_nothing_else() -> None:
    session = FetchSession()
    one, two = Wanted("t", 0, 0, PLENTY, -1), Wanted("t", 1, 0, PLENTY, -1)
    session.open([one, two])
    assert session.epoch == 1
    quiet = [Got(one, Code.NONE, 5, 0), Got(two, Code.NONE, 7, 0)]
    assert session.changed(quiet) == quiet, "the first answer says all"
    assert session.changed(quiet) == []
    moved = [Got(one, Code.NONE, 6, 0), quiet[1]]
    assert session.changed(moved) == [moved[0]]
    trimmed = [moved[0], Got(two, Code.NONE, 7, 3)]
    assert session.changed(trimmed) == [trimmed[1]]
    failed = [moved[0], Got(two, Code.UNKNOWN_TOPIC_OR_PARTITION)]
    assert session.changed(failed) == session.changed(failed) == [failed[1]], "an error is said each time"


def test_a_session_forgets_what_it_is_told_to_and_may_take_it_up_again() -> None:
    session = FetchSession()
    one, two = Wanted("t", 0, 0, PLENTY, -1), Wanted("t", 1, 0, PLENTY, -1)
    session.open([one, two])
    session.changed([Got(one, Code.NONE, 5, 0)])
    session.update([], [("t", 0), ("t", 9)])
    assert list(session.wanted.values()) == [two]
    session.update([one], [])
    assert session.changed([Got(one, Code.NONE, 5, 0)]) != [], "it is new to the client"


def test_the_epoch_goes_on_at_one_after_the_greatest() -> None:
    session = FetchSession()
    session.open([])
    session.epoch = 2**31 - 1
    session.update([], [])
    assert session.epoch == 1


# sessions, as a client has them


class Client:
    """A consumer in a session, as clients keep it: names only what changed."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.guest = desk.visit.guest
        self.session_id = 0
        self.epoch = 0
        self.read: dict[int, list[bytes | None]] = {}
        self.positions: dict[int, int] = {}

    def fetch(
        self, wanted: dict[int, int], *, forgotten: Sequence[int] = (), epoch: int | None = None, **also: Any
    ) -> wire.FetchResponse:
        """One request for these partitions at these offsets; it must be answered within the turn."""
        body = wire.FetchRequest(
            **{"max_wait_ms": 0, "min_bytes": 1, "max_bytes": PLENTY, **also},
            session_id=self.session_id,
            session_epoch=self.epoch if epoch is None else epoch,
            topics=[
                wire.FetchTopic(
                    topic="t",
                    partitions=[
                        wire.FetchPartition(partition=index, fetch_offset=offset, partition_max_bytes=PLENTY)
                        for index, offset in wanted.items()
                    ],
                )
            ],
            forgotten_topics_data=[wire.ForgottenTopic(topic="t", partitions=list(forgotten))],
        )
        reply = answer(self.guest, Request(1, 12, 1, "tests", body, wire.API))
        self.desk.end_turn()
        if isinstance(reply, Later):
            reply = reply.reply
        assert isinstance(reply, wire.FetchResponse)
        if not reply.error_code:
            self.session_id = reply.session_id
            self.epoch += 1
            self._keep(reply)
        return reply

    def _keep(self, reply: wire.FetchResponse) -> None:
        for part in partitions(reply):
            for view in part.records or []:
                for octets in split(view):
                    found = self.read.setdefault(part.partition_index, [])
                    found += [entry.value for entry in records(octets)]
                    self.positions[part.partition_index] = check_batch(octets).next_offset


def partitions(reply: wire.FetchResponse) -> list[wire.PartitionData]:
    return [part for topic in reply.responses for part in topic.partitions]


def test_a_session_lets_a_client_name_only_what_changed() -> None:
    desk = Desk(3)
    client = Client(desk)
    first = client.fetch({0: 0, 1: 0, 2: 0})
    assert first.session_id > 0
    assert [part.partition_index for part in partitions(first)] == [0, 1, 2]
    assert partitions(client.fetch({})) == []
    desk.append(1, b"a")
    news = client.fetch({})
    assert [part.partition_index for part in partitions(news)] == [1]
    assert client.read == {1: [b"a"]}
    assert partitions(client.fetch({1: 1})) == [], "it moved on, and there is nothing new"


def test_a_partition_that_is_forgotten_is_not_read_any_more() -> None:
    desk = Desk(2)
    client = Client(desk)
    client.fetch({0: 0, 1: 0})
    client.fetch({}, forgotten=[0])
    desk.append(0, b"unheard")
    desk.append(1, b"heard")
    client.fetch({})
    assert client.read == {1: [b"heard"]}


def test_a_waiting_fetch_in_a_session_answers_with_the_news_alone() -> None:
    desk = Desk(3)
    client = Client(desk)
    client.fetch({0: 0, 1: 0, 2: 0})
    desk.visit.turn.later(lambda: desk.append(2, b"a"))
    news = client.fetch({}, max_wait_ms=500)
    assert [part.partition_index for part in partitions(news)] == [2]


def test_a_session_that_is_not_known_and_an_epoch_out_of_turn_are_refused() -> None:
    client = Client(Desk())
    assert client.fetch({0: 0}, epoch=1).error_code == Code.FETCH_SESSION_ID_NOT_FOUND
    client.fetch({0: 0})
    assert client.fetch({}, epoch=client.epoch + 1).error_code == Code.INVALID_FETCH_SESSION_EPOCH
    assert client.fetch({}).error_code == Code.NONE, "the session is as it was"
    client.session_id += 1
    assert client.fetch({}).error_code == Code.FETCH_SESSION_ID_NOT_FOUND


def test_a_session_that_is_closed_is_gone() -> None:
    client = Client(Desk())
    client.fetch({0: 0})
    known = client.session_id
    assert client.fetch({0: 0}, epoch=-1).session_id == 0
    client.session_id = known
    assert client.fetch({}, epoch=1).error_code == Code.FETCH_SESSION_ID_NOT_FOUND


def test_a_session_that_is_opened_anew_has_another_id() -> None:
    client = Client(Desk())
    first = client.fetch({0: 0}).session_id
    client.session_id = client.epoch = 0
    assert client.fetch({0: 0}).session_id not in (0, first)


def test_no_partition_starves_where_only_one_batch_fits_into_an_answer() -> None:
    desk = Desk(4)
    for number in range(5):
        for index in range(4):
            desk.append(index, b"%d of %d" % (number, index))
    client = Client(desk)
    client.fetch(dict.fromkeys(range(4), 0), max_bytes=1)
    for _ in range(3):
        client.fetch(dict(client.positions), max_bytes=1)
    assert {index: len(found) for index, found in client.read.items()} == dict.fromkeys(range(4), 1)
    for _ in range(16):
        client.fetch(dict(client.positions), max_bytes=1)
    assert client.read == {
        index: [b"%d of %d" % (number, index) for number in range(5)] for index in range(4)
    }


def test_a_connection_that_goes_lets_go_of_its_waiting_fetch() -> None:
    desk = Desk()
    body = wire.FetchRequest(
        max_wait_ms=60_000,
        min_bytes=1,
        max_bytes=PLENTY,
        topics=[
            wire.FetchTopic(topic="t", partitions=[wire.FetchPartition(partition=0, partition_max_bytes=1)])
        ],
    )
    later = answer(desk.visit.guest, Request(1, 12, 1, "tests", body, wire.API))
    assert isinstance(later, Later)
    assert desk.watchers == 1
    later.cancel()
    assert desk.watchers == 0
    desk.append(0, b"a")
    desk.end_turn()
    assert later.reply is None
