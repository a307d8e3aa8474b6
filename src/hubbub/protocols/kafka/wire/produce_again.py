"""Produce requests that repeat themselves: what a producer sends again and again differs only in three places.

A client that produces to one partition of one topic at a time, as most do when little is going on, sends the same octets each time but for
the correlation id, the partition's number and the batch. So once such a request has been decoded, the next is recognised by comparing
octets, which is several times faster than decoding it. Whatever differs otherwise is decoded as ever.

    key version | correlation id | client id, transactional id, acks, timeout, one topic | index | length | batch | tags
    `head`        differs          `middle`                                               differs           | `tail`

Knows the layouts of Produce 3 to 13 and no other message.
"""

from struct import Struct
from typing import Final

from hubbub.octets.buffer import Buffer
from hubbub.protocols.kafka.wire.generated.produce import (
    FLEXIBLE_FROM,
    PartitionProduceData,
    ProduceRequest,
    TopicProduceData,
)

NUMBERS: Final = Struct(">ii")
INDEX: Final = Struct(">i")
HEAD: Final = 4
MIDDLE: Final = 8
TAGS: Final[Buffer] = b"\0\0\0"
"""Behind the batch in flexible versions: no tagged fields of the partition, of the topic and of the request."""


class ProduceAgain:
    """The pattern of one request. `read` answers None for a request that is not like it."""

    __slots__ = ("_client_id", "_head", "_index_at", "_is_flexible", "_middle", "_request", "_topic")

    def __init__(self, head: bytes, middle: bytes, request: ProduceRequest, *, is_flexible: bool) -> None:
        self._head = head
        self._middle = middle
        self._index_at = MIDDLE + len(middle)
        self._is_flexible = is_flexible
        self._request = request
        self._topic = request.topic_data[0]

    def read(self, data: memoryview, start: int, stop: int) -> ProduceRequest | None:
        """The request in the frame at ``data[start:stop]``, if it is like the first one; its batch is a view of ``data``."""
        at = start + self._index_at
        if (
            at + 9 > stop
            or data[start : start + HEAD] != self._head
            or data[start + MIDDLE : at] != self._middle
        ):
            return None
        if self._is_flexible:
            (index,) = INDEX.unpack_from(data, at)
            at += 4
            length = shift = 0
            while (octet := data[at]) >= 0x80 and shift < 28 and at < stop:
                length |= (octet & 0x7F) << shift
                shift += 7
                at += 1
            length = (length | octet << shift) - 1
            at += 1
            end = stop - len(TAGS)
            if length < 0 or at + length != end or data[end:stop] != TAGS:
                return None
        else:
            index, length = NUMBERS.unpack_from(data, at)
            at += 8
            end = stop
            if length < 0 or at + length != end:
                return None
        request = self._request
        topic = self._topic
        return ProduceRequest(
            request.transactional_id,
            request.acks,
            request.timeout_ms,
            (TopicProduceData(topic.name, topic.topic_id, (PartitionProduceData(index, data[at:end]),)),),
        )


def pattern(
    data: memoryview, start: int, stop: int, version: int, request: ProduceRequest
) -> ProduceAgain | None:
    """The pattern of a request that has just been decoded from this frame; None where it names more than one partition."""
    if len(request.topic_data) != 1 or len(request.topic_data[0].partition_data) != 1:
        return None
    batch = request.topic_data[0].partition_data[0].records
    if not batch:
        return None
    is_flexible = version >= FLEXIBLE_FROM
    end = stop - len(TAGS) if is_flexible else stop
    at = end - len(batch) - (length_octets(len(batch) + 1) if is_flexible else 4) - 4
    made = ProduceAgain(
        bytes(data[start : start + HEAD]), bytes(data[start + MIDDLE : at]), request, is_flexible=is_flexible
    )
    return made if made.read(data, start, stop) == request else None


def length_octets(value: int) -> int:
    """How many octets an unsigned varint takes."""
    return max(1, (value.bit_length() + 6) // 7)
