"""The core's refusals as MQTT's reason codes: one table."""

from typing import Final

from hubbub.core.errors import (
    Denied,
    Fenced,
    Full,
    Invalid,
    NotFound,
    Refusal,
    TooLarge,
    TooMany,
    Unavailable,
)
from hubbub.protocols.mqtt.wire.reasons import Reason

REASONS: Final[dict[type[Refusal], Reason]] = {
    Denied: Reason.NOT_AUTHORIZED,
    Full: Reason.QUOTA_EXCEEDED,
    TooMany: Reason.QUOTA_EXCEEDED,
    TooLarge: Reason.PACKET_TOO_LARGE,
    Invalid: Reason.TOPIC_NAME_INVALID,
    NotFound: Reason.IMPLEMENTATION_SPECIFIC,
    Fenced: Reason.IMPLEMENTATION_SPECIFIC,
    Unavailable: Reason.UNSPECIFIED,
}


def reason_of(refusal: Refusal) -> Reason:
    """The code for a refusal; 0x80 for one the table does not know."""
    return REASONS.get(type(refusal), Reason.UNSPECIFIED)
