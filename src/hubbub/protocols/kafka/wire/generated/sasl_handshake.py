# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""SaslHandshake, key 17: versions 0-1, never flexible."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import NEVER, Api, Field, Message


class SaslHandshakeRequest(Struct, frozen=True, gc=False):
    """SaslHandshakeRequest, versions 0-1."""

    mechanism: str = ""


class SaslHandshakeResponse(Struct, frozen=True, gc=False):
    """SaslHandshakeResponse, versions 0-1."""

    error_code: int = 0
    mechanisms: Sequence[str] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    SaslHandshakeRequest: (
        Field("mechanism", "string", "0+"),
    ),
    SaslHandshakeResponse: (
        Field("error_code", "int16", "0+"),
        Field("mechanisms", "string", "0+", many=True),
    ),
}

VERSIONS: Final = (0, 1)
FLEXIBLE_FROM: Final = NEVER

API: Final = Api(
    key=17,
    name="SaslHandshake",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(SaslHandshakeRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(SaslHandshakeResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
