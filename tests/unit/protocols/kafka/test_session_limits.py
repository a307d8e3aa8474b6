"""What a request may weigh: what carries records more than all else, and both are looked at before the whole of it has come."""

import struct

import pytest

from hubbub.octets.malformed import Malformed
from hubbub.protocols.kafka.handlers.table import served
from hubbub.protocols.kafka.session import Session

PRODUCE, METADATA = 0, 3
RECORDS, CONTROL = 1 << 20, 1 << 12


def session() -> Session:
    return Session(served(), RECORDS, CONTROL)


def metadata(topics: int) -> bytes:
    """Version 1, with so many empty names of two octets each."""
    body = struct.pack(">hhihi", METADATA, 1, 7, -1, topics) + b"\0\0" * topics
    return struct.pack(">i", len(body)) + body


def test_a_request_without_records_at_the_limit_is_taken() -> None:
    (call,) = session().receive(memoryview(metadata((CONTROL - 14) // 2)))
    assert len(call.body.topics) == (CONTROL - 14) // 2


@pytest.mark.parametrize("come", [6, 7, 100, CONTROL + 100], ids=lambda come: f"{come} octets")
def test_one_over_the_limit_is_refused_as_soon_as_its_key_is_there(come: int) -> None:
    frame = metadata(CONTROL)[:come]
    with pytest.raises(
        Malformed, match=rf"API {METADATA} and {2 * CONTROL + 14} octets, where at most {CONTROL}"
    ):
        list(session().receive(memoryview(frame)))


def test_a_whole_one_over_the_limit_is_not_decoded() -> None:
    with pytest.raises(Malformed, match="at most"):
        list(session().receive(memoryview(metadata(CONTROL))))


def test_those_before_it_are_answered() -> None:
    calls = session().receive(memoryview(metadata(1) + metadata(CONTROL)))
    assert len(next(calls).body.topics) == 1
    with pytest.raises(Malformed):
        next(calls)


def test_nothing_is_decided_before_the_key_is_there() -> None:
    one = session()
    assert list(one.receive(memoryview(metadata(CONTROL)[:5]))) == []
    assert one.wanted == 4 + 2 * CONTROL + 14


def test_what_carries_records_has_the_larger_limit() -> None:
    one = session()
    assert list(one.receive(memoryview(struct.pack(">ihh", RECORDS, PRODUCE, 9)))) == []
    assert one.wanted == RECORDS + 4
    with pytest.raises(Malformed, match=str(RECORDS)):
        list(session().receive(memoryview(struct.pack(">ihh", RECORDS + 1, PRODUCE, 9))))
