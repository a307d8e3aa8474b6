"""Reply codes of the protocol and what each closes: the channel alone, or the connection.

The numbers are fixed by the specification (constants with class soft-error and hard-error) and RabbitMQ's additions.
"""

from enum import IntEnum
from typing import Final


class Reply(IntEnum):
    """A reply code; its name, with dashes or underscores, opens every reply text."""

    SUCCESS = 200
    CONTENT_TOO_LARGE = 311
    NO_ROUTE = 312
    NO_CONSUMERS = 313
    CONNECTION_FORCED = 320
    INVALID_PATH = 402
    ACCESS_REFUSED = 403
    NOT_FOUND = 404
    RESOURCE_LOCKED = 405
    PRECONDITION_FAILED = 406
    FRAME_ERROR = 501
    SYNTAX_ERROR = 502
    COMMAND_INVALID = 503
    CHANNEL_ERROR = 504
    UNEXPECTED_FRAME = 505
    RESOURCE_ERROR = 506
    NOT_ALLOWED = 530
    NOT_IMPLEMENTED = 540
    INTERNAL_ERROR = 541


SOFT: Final = frozenset(
    {
        Reply.CONTENT_TOO_LARGE,
        Reply.NO_ROUTE,
        Reply.NO_CONSUMERS,
        Reply.ACCESS_REFUSED,
        Reply.NOT_FOUND,
        Reply.RESOURCE_LOCKED,
        Reply.PRECONDITION_FAILED,
    }
)
"""Codes that close a channel; all others but SUCCESS close the connection."""
