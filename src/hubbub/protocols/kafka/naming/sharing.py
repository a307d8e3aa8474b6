"""How consumers share topics, as they tell each other: `core.hatch.Scheme` for members that the hub itself plays.

They offer the assignors that every client has, the preferred first, so that a client may join them and lead. Where one of them leads, it assigns by range:
each topic's partitions in order, to members in the order of their ids.
"""

import struct
from collections.abc import Mapping, Sequence
from typing import Final

from hubbub.core.groups import Introduction
from hubbub.octets.malformed import Malformed
from hubbub.protocols.kafka.wire.codec import decode, encode
from hubbub.protocols.kafka.wire.generated.consumer_protocol import (
    ASSIGNMENT,
    SUBSCRIPTION,
    AssignedTopicPartition,
    ConsumerProtocolAssignment,
    ConsumerProtocolSubscription,
)

ASSIGNORS: Final = ("range", "roundrobin", "cooperative-sticky")
VERSION: Final = 1
PREFIX: Final = struct.Struct(">h")


class Sharing:
    """Stateless."""

    __slots__ = ()

    @property
    def kind(self) -> str:
        return "consumer"

    def protocols(self, topics: Sequence[str]) -> tuple[tuple[str, bytes], ...]:
        said = ConsumerProtocolSubscription(topics=sorted(topics))
        octets = PREFIX.pack(VERSION) + b"".join(encode(SUBSCRIPTION, VERSION, said))
        return tuple((assignor, octets) for assignor in ASSIGNORS)

    def shares(self, members: Sequence[Introduction], counts: Mapping[str, int]) -> Mapping[str, bytes]:
        wanted = {member.member_id: topics_in(member.metadata) for member in members}
        given: dict[str, list[AssignedTopicPartition]] = {member_id: [] for member_id in wanted}
        for topic, count in sorted(counts.items()):
            takers = sorted(member_id for member_id, topics in wanted.items() if topic in topics)
            first = 0
            for place, member_id in enumerate(takers):
                size = count // len(takers) + (place < count % len(takers))
                if size:
                    given[member_id].append(AssignedTopicPartition(topic, range(first, first + size)))
                first += size
        return {
            member_id: PREFIX.pack(VERSION)
            + b"".join(encode(ASSIGNMENT, VERSION, ConsumerProtocolAssignment(parts)))
            for member_id, parts in given.items()
        }

    def places(self, assignment: bytes) -> list[tuple[str, int]]:
        if len(assignment) < PREFIX.size:
            return []
        version = min(PREFIX.unpack_from(assignment)[0], ASSIGNMENT.max_version)
        try:
            found, _ = decode(ASSIGNMENT, version, assignment, PREFIX.size, len(assignment))
        except (Malformed, ValueError):
            return []
        return [(part.topic, index) for part in found.assigned_partitions for index in part.partitions]


def topics_in(metadata: bytes) -> Sequence[str]:
    """What a member wants; nothing, where it cannot be read."""
    if len(metadata) < PREFIX.size:
        return ()
    version = min(PREFIX.unpack_from(metadata)[0], SUBSCRIPTION.max_version)
    try:
        return decode(SUBSCRIPTION, version, metadata, PREFIX.size, len(metadata))[0].topics
    except (Malformed, ValueError):
        return ()


SHARING: Final = Sharing()
