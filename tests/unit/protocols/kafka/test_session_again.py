"""A session that recognises what a producer repeats must read the same as one that decodes everything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubbub.octets.batch import Entry, build
from hubbub.octets.malformed import Malformed
from hubbub.protocols.kafka.handlers.table import served
from hubbub.protocols.kafka.session import Request, Session
from hubbub.protocols.kafka.wire.codec import encode_request
from hubbub.protocols.kafka.wire.generated import produce as wire
from hubbub.protocols.kafka.wire.headers import request_frame

VERSIONS = st.integers(3, 13)
BATCHES = st.integers(0, 300).map(lambda size: build([Entry(0, None, b"x" * size)]))


def framed(
    version: int, correlation_id: int, request: wire.ProduceRequest, client: str | None = "tests"
) -> bytes:
    return b"".join(
        request_frame(0, version, correlation_id, client, encode_request(wire.API, version, request))
    )


def request(partition: int, batch: bytes, topic: str = "orders", acks: int = -1) -> wire.ProduceRequest:
    return wire.ProduceRequest(
        None,
        acks,
        30_000,
        [wire.TopicProduceData(topic, b"t" * 16, [wire.PartitionProduceData(partition, batch)])],
    )


def read(session: Session, octets: bytes) -> list[tuple[int, str | None, int, object]] | str:
    try:
        return [
            (each.version, each.client_id, each.correlation_id, plain(each))
            for each in session.receive(memoryview(octets))
        ]
    except Malformed:
        return "malformed"


def plain(call: Request[wire.ProduceRequest]) -> object:
    body = call.body
    return (
        body.transactional_id,
        body.acks,
        body.timeout_ms,
        [
            (t.name, t.topic_id, [(p.index, bytes(p.records or b"")) for p in t.partition_data])
            for t in body.topic_data
        ],
    )


@given(
    VERSIONS,
    st.lists(
        st.tuples(st.integers(-(2**31), 2**31 - 1), st.integers(0, 1000), BATCHES), min_size=2, max_size=8
    ),
)
def test_a_repeating_producer_is_read_like_any_other(
    version: int, said: list[tuple[int, int, bytes]]
) -> None:
    frames = [
        framed(version, correlation_id, request(partition, batch))
        for correlation_id, partition, batch in said
    ]
    assert read(Session(served(), 1 << 20, 1 << 20), b"".join(frames)) == [
        one for frame in frames for one in read(Session(served(), 1 << 20, 1 << 20), frame)
    ]


@given(VERSIONS, BATCHES, st.data())
def test_what_differs_anywhere_is_decoded_anew(version: int, batch: bytes, data: st.DataObject) -> None:
    frame = framed(version, 7, request(3, batch))
    mutated = bytearray(frame)
    for _ in range(data.draw(st.integers(1, 3))):
        mutated[data.draw(st.integers(8, len(frame) - 1))] = data.draw(st.integers(0, 255))
    alone = read(Session(served(), 1 << 20, 1 << 20), bytes(mutated))
    session = Session(served(), 1 << 20, 1 << 20)
    read(session, frame)
    assert read(session, bytes(mutated)) == alone


@pytest.mark.parametrize("version", range(3, 14))
def test_another_topic_another_acks_and_two_partitions_are_noticed(version: int) -> None:
    batch = build([Entry(0, None, b"x")])
    two = wire.ProduceRequest(
        None,
        -1,
        30_000,
        [
            wire.TopicProduceData(
                "orders",
                b"t" * 16,
                [wire.PartitionProduceData(0, batch), wire.PartitionProduceData(1, batch)],
            )
        ],
    )
    said = [
        request(0, batch),
        request(0, batch, topic="ordert"),
        request(0, batch, acks=1),
        two,
        request(0, batch),
    ]
    session = Session(served(), 1 << 20, 1 << 20)
    for each in said:
        frame = framed(version, 1, each)
        assert read(session, frame) == read(Session(served(), 1 << 20, 1 << 20), frame)
