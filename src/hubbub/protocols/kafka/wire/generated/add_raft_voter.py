# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""AddRaftVoter, key 80: versions 0-1, flexible from 0."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import NIL, Api, Field, Message


class Listener(Struct, frozen=True, gc=False):
    name: str = ""
    host: str = ""
    port: int = 0


class AddRaftVoterRequest(Struct, frozen=True, gc=False):
    """AddRaftVoterRequest, versions 0-1."""

    cluster_id: str | None = ""
    timeout_ms: int = 0
    voter_id: int = 0
    voter_directory_id: bytes = NIL
    listeners: Sequence[Listener] = ()
    ack_when_committed: bool = True


class AddRaftVoterResponse(Struct, frozen=True, gc=False):
    """AddRaftVoterResponse, versions 0-1."""

    throttle_time_ms: int = 0
    error_code: int = 0
    error_message: str | None = ""


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    Listener: (
        Field("name", "string", "0+"),
        Field("host", "string", "0+"),
        Field("port", "uint16", "0+"),
    ),
    AddRaftVoterRequest: (
        Field("cluster_id", "string", "0+", null="0+"),
        Field("timeout_ms", "int32", "0+"),
        Field("voter_id", "int32", "0+"),
        Field("voter_directory_id", "uuid", "0+"),
        Field("listeners", Listener, "0+", many=True),
        Field("ack_when_committed", "bool", "1+"),
    ),
    AddRaftVoterResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
    ),
}

VERSIONS: Final = (0, 1)
FLEXIBLE_FROM: Final = 0

API: Final = Api(
    key=80,
    name="AddRaftVoter",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(AddRaftVoterRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(AddRaftVoterResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
