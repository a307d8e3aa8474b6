"""What the Kafka benchmark says on the wire: requests built once, answers read no further than needed."""

import socket
import struct
from collections.abc import Iterator

from hubbub.octets.batch import Entry, Producer, build
from hubbub.protocols.kafka.wire.codec import decode_response, encode_request
from hubbub.protocols.kafka.wire.generated import (
    api_versions,
    create_topics,
    fetch,
    init_producer_id,
    list_offsets,
    metadata,
    produce,
)
from hubbub.protocols.kafka.wire.generated import delete_topics as deletion
from hubbub.protocols.kafka.wire.headers import read_correlation_id, request_frame

PRODUCE, FETCH, LIST_OFFSETS, METADATA, API_VERSIONS, CREATE_TOPICS, DELETE_TOPICS, INIT = (
    7,
    11,
    5,
    8,
    2,
    4,
    3,
    1,
)
MADE: list[str] = []
SIZE = struct.Struct(">i")


def frame(api, version, request) -> bytes:
    return b"".join(request_frame(api.key, version, 1, "bench", encode_request(api, version, request)))


def connect(address: tuple[str, int]) -> socket.socket:
    made = socket.create_connection(address, timeout=30)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def read_frame(source: socket.socket) -> bytes:
    """One answer without its size."""
    head = read_exactly(source, 4)
    return bytes(read_exactly(source, SIZE.unpack(head)[0]))


def read_exactly(source: socket.socket, octets: int) -> bytearray:
    data = bytearray(octets)
    view = memoryview(data)
    have = 0
    while have < octets:
        got = source.recv_into(view[have:])
        if not got:
            raise ConnectionError("the broker closed the connection")
        have += got
    return data


def ask(address: tuple[str, int], api, version, request):
    """One request, one answer, on a connection of its own."""
    with connect(address) as source:
        source.sendall(frame(api, version, request))
        return answer(source, api, version)


def answer(source: socket.socket, api, version):
    data = read_frame(source)
    _, start = read_correlation_id(api.key, version, data, 0, len(data))
    return decode_response(api, version, data, start, len(data))


def wait_until_ready(address: tuple[str, int]) -> None:
    ask(address, api_versions.API, API_VERSIONS, api_versions.ApiVersionsRequest())


def make_topic(address: tuple[str, int], name: str, partitions: int) -> None:
    """The topic, made and led; Kafka needs a moment for that."""
    MADE.append(name)
    ask(
        address,
        create_topics.API,
        CREATE_TOPICS,
        create_topics.CreateTopicsRequest(
            topics=[
                create_topics.CreatableTopic(
                    name, partitions, 1, configs=[create_topics.CreatableTopicConfig("retention.ms", "-1")]
                )
            ],
            timeout_ms=10_000,
        ),
    )
    wanted = metadata.MetadataRequest(
        topics=[metadata.MetadataRequestTopic(name=name)], allow_auto_topic_creation=False
    )
    for _ in range(10_000):
        (topic,) = ask(address, metadata.API, METADATA, wanted).topics
        if (
            not topic.error_code
            and len(topic.partitions) == partitions
            and all(p.leader_id >= 0 for p in topic.partitions)
        ):
            return
    raise TimeoutError(f"topic {name} has no leaders")


def delete_topics(address: tuple[str, int]) -> None:
    """All that were made here: one run's records are not the next one's burden."""
    ask(
        address,
        deletion.API,
        DELETE_TOPICS,
        deletion.DeleteTopicsRequest(topic_names=MADE, timeout_ms=10_000),
    )
    MADE.clear()


def producer_id(address: tuple[str, int]) -> Producer:
    for _ in range(10_000):
        got = ask(
            address,
            init_producer_id.API,
            INIT,
            init_producer_id.InitProducerIdRequest(transactional_id=None, transaction_timeout_ms=60_000),
        )
        if not got.error_code:
            return Producer(got.producer_id, got.producer_epoch, 0)
    raise TimeoutError("no producer id")


def batch(size: int, count: int, timestamp: int, producer: Producer | None = None) -> bytes:
    value = b"x" * size
    entries = [Entry(timestamp, None, value) for _ in range(count)]
    return build(entries, producer=producer) if producer else build(entries)


def produce_frame(topic: str, partition: int, records: bytes, acks: int = -1) -> bytes:
    return frame(
        produce.API,
        PRODUCE,
        produce.ProduceRequest(
            transactional_id=None,
            acks=acks,
            timeout_ms=30_000,
            topic_data=[
                produce.TopicProduceData(
                    topic, partition_data=[produce.PartitionProduceData(partition, records)]
                )
            ],
        ),
    )


def fetch_frame(
    topic: str, partition: int, offset: int, max_bytes: int, min_bytes: int = 1, max_wait_ms: int = 500
) -> bytes:
    return frame(
        fetch.API,
        FETCH,
        fetch.FetchRequest(
            max_wait_ms=max_wait_ms,
            min_bytes=min_bytes,
            max_bytes=max_bytes,
            topics=[
                fetch.FetchTopic(
                    topic,
                    partitions=[
                        fetch.FetchPartition(partition, fetch_offset=offset, partition_max_bytes=max_bytes)
                    ],
                )
            ],
        ),
    )


def end_offset(address: tuple[str, int], topic: str, partition: int) -> int:
    got = ask(
        address,
        list_offsets.API,
        LIST_OFFSETS,
        list_offsets.ListOffsetsRequest(
            replica_id=-1,
            topics=[
                list_offsets.ListOffsetsTopic(
                    topic, [list_offsets.ListOffsetsPartition(partition, timestamp=-1)]
                )
            ],
        ),
    )
    return got.topics[0].partitions[0].offset


def batches_in(data: memoryview) -> Iterator[tuple[int, int, int]]:
    """Base offset, last offset and position of each whole batch; what is cut off at the end is passed over."""
    position = 0
    while position + 61 <= len(data):
        base, length = struct.unpack_from(">qi", data, position)
        if position + 12 + length > len(data):
            return
        (delta,) = struct.unpack_from(">i", data, position + 23)
        yield base, base + delta, position
        position += 12 + length
