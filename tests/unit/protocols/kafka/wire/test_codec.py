"""What callers may rely on: batches are not copied, mistakes are loud, strangers' tagged fields are
skipped.
"""

import struct
from typing import Any

import msgspec
import pytest

from hubbub.octets.malformed import Malformed
from hubbub.protocols.kafka.wire.codec import (
    decode_request,
    decode_response,
    encode_request,
    encode_response,
)
from hubbub.protocols.kafka.wire.generated import (
    fetch,
    find_coordinator,
    heartbeat,
    join_group,
    metadata,
    produce,
)


def test_batches_of_a_produce_request_are_views_of_the_buffer() -> None:
    batch = b"batch" * 100
    part = produce.PartitionProduceData(0, memoryview(batch))
    asked = produce.ProduceRequest(topic_data=[produce.TopicProduceData("t", partition_data=[part])])
    for version in range(13):
        buffer = bytearray(b"".join(encode_request(produce.API, version, asked)))
        read = decode_request(produce.API, version, memoryview(buffer), 0, len(buffer))
        records = read.topic_data[0].partition_data[0].records
        assert records == batch
        buffer[buffer.index(b"batch")] = ord("p")
        assert bytes(records or b"")[:5] == b"patch"


def test_batches_of_a_fetch_reply_are_sent_as_they_are() -> None:
    first, second, third = (memoryview(bytes([each]) * 100) for each in range(3))
    reply = fetch.FetchResponse(
        responses=[
            fetch.FetchableTopicResponse(
                "t",
                partitions=[
                    fetch.PartitionData(0, records=[first, second]),
                    fetch.PartitionData(1, records=third),
                    fetch.PartitionData(2, records=[]),
                    fetch.PartitionData(3, records=b""),
                    fetch.PartitionData(4, records=None),
                ],
            )
        ]
    )
    for version in range(19):
        buffers = encode_response(fetch.API, version, reply)
        assert [each for each in buffers if isinstance(each, memoryview)] == [first, second, third]
        assert all(any(each is sent for sent in buffers) for each in (first, second, third))
        octets = b"".join(buffers)
        read = decode_response(fetch.API, version, octets, 0, len(octets))
        assert [each.records for each in read.responses[0].partitions] == [
            bytes(first) + bytes(second),
            bytes(third),
            b"",
            b"",
            None,
        ]


def test_everything_but_batches_is_copied_out_of_the_buffer() -> None:
    asked = join_group.JoinGroupRequest(
        "group", protocols=[join_group.JoinGroupRequestProtocol("range", b"metadata")]
    )
    buffer = bytearray(encode_request(join_group.API, 5, asked)[0])
    read = decode_request(join_group.API, 5, memoryview(buffer), 0, len(buffer))
    buffer[:] = bytes(len(buffer))
    assert (read.group_id, read.protocols) == ("group", tuple(asked.protocols))


@pytest.mark.parametrize(
    ("version", "wrong", "error"),
    [
        (0, {"key": None}, AttributeError),
        (3, {"key": None}, AttributeError),
        (0, {"key": "x" * 40_000}, struct.error),
        (1, {"key_type": None}, struct.error),
        (1, {"key_type": 128}, struct.error),
        (4, {"coordinator_keys": None}, TypeError),
        (4, {"coordinator_keys": [None]}, AttributeError),
    ],
)
def test_what_cannot_be_written_is_a_loud_mistake(
    version: int, wrong: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error) as caught:
        encode_request(find_coordinator.API, version, find_coordinator.FindCoordinatorRequest(**wrong))
    assert caught.value.__notes__ == [f"while encoding FindCoordinatorRequest v{version}"]


@pytest.mark.parametrize("wrong", [{"topic_id": b"short"}, {"topic_id": None}, {"is_internal": None}])
def test_uuids_and_truths_are_not_bent_into_shape(wrong: dict[str, Any]) -> None:
    """``struct`` would pad a short uuid and take None for False."""
    topic = metadata.MetadataResponseTopic(name="t", **wrong)
    with pytest.raises((ValueError, TypeError, struct.error)):
        encode_response(metadata.API, 12, metadata.MetadataResponse(topics=[topic]))


def test_batches_are_a_buffer_or_a_list_of_buffers_and_nothing_that_has_a_length() -> None:
    part = fetch.PartitionData(0, records=(memoryview(b"batch"),))  # type: ignore[arg-type]
    reply = fetch.FetchResponse(responses=[fetch.FetchableTopicResponse("t", partitions=[part])])
    with pytest.raises(TypeError):
        encode_response(fetch.API, 12, reply)


def test_none_is_refused_where_a_version_has_no_null() -> None:
    anything = metadata.MetadataRequest(topics=None)
    assert encode_request(metadata.API, 1, anything) == [b"\xff\xff\xff\xff"]
    with pytest.raises(TypeError):
        encode_request(metadata.API, 0, anything)


def test_fields_that_a_version_does_not_have_are_left_out_and_come_back_as_defaults() -> None:
    full = metadata.MetadataResponseBroker(1, "localhost", 9092, "rack")
    reply = metadata.MetadataResponse(throttle_time_ms=5, brokers=(full,), cluster_id="c", error_code=7)
    octets = b"".join(encode_response(metadata.API, 0, reply))
    read = decode_response(metadata.API, 0, octets, 0, len(octets))
    assert read == metadata.MetadataResponse(brokers=(msgspec.structs.replace(full, rack=None),))


def test_octets_behind_a_message_are_ignored_as_kafka_ignores_them() -> None:
    octets = encode_request(heartbeat.API, 4, heartbeat.HeartbeatRequest("g", 1, "m"))[0] + b"\0more"
    assert decode_request(heartbeat.API, 4, octets, 0, len(octets)) == heartbeat.HeartbeatRequest("g", 1, "m")


def test_the_next_frame_in_the_buffer_is_never_read() -> None:
    octets = b"".join(encode_request(heartbeat.API, 4, heartbeat.HeartbeatRequest("g", 1, "m")))
    buffer = memoryview(octets * 2)
    for end in range(len(octets)):
        with pytest.raises(Malformed):
            decode_request(heartbeat.API, 4, buffer, 0, end)


def test_a_long_array_of_numbers_and_of_structs() -> None:
    for count in (126, 127, 128, 300):
        partitions = [metadata.MetadataResponsePartition(0, n, 1, 0, range(count)) for n in range(count)]
        reply = metadata.MetadataResponse(
            topics=[metadata.MetadataResponseTopic(0, "t", partitions=partitions)]
        )
        for version in (8, 12):
            octets = b"".join(encode_response(metadata.API, version, reply))
            read = decode_response(metadata.API, version, octets, 0, len(octets)).topics[0].partitions
            assert [each.partition_index for each in read] == list(range(count))
            assert read[-1].replica_nodes == tuple(range(count))


def test_a_traceback_shows_the_line_of_the_written_source() -> None:
    with pytest.raises(AttributeError) as caught:
        encode_request(find_coordinator.API, 0, find_coordinator.FindCoordinatorRequest(None))  # type: ignore[arg-type]
    assert "value.key.encode()" in str(caught.getrepr(style="native"))
