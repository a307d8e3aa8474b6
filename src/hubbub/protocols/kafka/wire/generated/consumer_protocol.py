# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""What consumers tell each other in JoinGroup, SyncGroup: versions 0-3, behind an int16."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import NEVER, Field, Message


class SubscribedTopicPartition(Struct, frozen=True, gc=False):
    topic: str = ""
    partitions: Sequence[int] = ()


class ConsumerProtocolSubscription(Struct, frozen=True, gc=False):
    """ConsumerProtocolSubscription, versions 0-3."""

    topics: Sequence[str] = ()
    user_data: bytes | None = None
    owned_partitions: Sequence[SubscribedTopicPartition] = ()
    generation_id: int = -1
    rack_id: str | None = None


class AssignedTopicPartition(Struct, frozen=True, gc=False):
    topic: str = ""
    partitions: Sequence[int] = ()


class ConsumerProtocolAssignment(Struct, frozen=True, gc=False):
    """ConsumerProtocolAssignment, versions 0-3."""

    assigned_partitions: Sequence[AssignedTopicPartition] = ()
    user_data: bytes | None = None


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    SubscribedTopicPartition: (
        Field("topic", "string", "1+"),
        Field("partitions", "int32", "1+", many=True),
    ),
    ConsumerProtocolSubscription: (
        Field("topics", "string", "0+", many=True),
        Field("user_data", "bytes", "0+", null="0+"),
        Field("owned_partitions", SubscribedTopicPartition, "1+", many=True),
        Field("generation_id", "int32", "2+"),
        Field("rack_id", "string", "3+", null="3+"),
    ),
    AssignedTopicPartition: (
        Field("topic", "string", "0+"),
        Field("partitions", "int32", "0+", many=True),
    ),
    ConsumerProtocolAssignment: (
        Field("assigned_partitions", AssignedTopicPartition, "0+", many=True),
        Field("user_data", "bytes", "0+", null="0+"),
    ),
}

VERSIONS: Final = (0, 3)

SUBSCRIPTION: Final = Message(ConsumerProtocolSubscription, VERSIONS, NEVER, LAYOUTS)
ASSIGNMENT: Final = Message(ConsumerProtocolAssignment, VERSIONS, NEVER, LAYOUTS)
