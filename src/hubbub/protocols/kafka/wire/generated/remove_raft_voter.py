# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""RemoveRaftVoter, key 81: versions 0, flexible from 0."""

from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import NIL, Api, Field, Message


class RemoveRaftVoterRequest(Struct, frozen=True, gc=False):
    """RemoveRaftVoterRequest, versions 0."""

    cluster_id: str | None = ""
    voter_id: int = 0
    voter_directory_id: bytes = NIL


class RemoveRaftVoterResponse(Struct, frozen=True, gc=False):
    """RemoveRaftVoterResponse, versions 0."""

    throttle_time_ms: int = 0
    error_code: int = 0
    error_message: str | None = ""


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    RemoveRaftVoterRequest: (
        Field("cluster_id", "string", "0+", null="0+"),
        Field("voter_id", "int32", "0+"),
        Field("voter_directory_id", "uuid", "0+"),
    ),
    RemoveRaftVoterResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
    ),
}

VERSIONS: Final = (0, 0)
FLEXIBLE_FROM: Final = 0

API: Final = Api(
    key=81,
    name="RemoveRaftVoter",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(RemoveRaftVoterRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(RemoveRaftVoterResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
