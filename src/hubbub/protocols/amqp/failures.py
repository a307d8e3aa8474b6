"""From what went wrong to what the client is told: a reply code, its level, and a text in RabbitMQ's words.

The level follows from the code (`SOFT`): a channel's error closes the channel, all others close the connection.
"""

from typing import Final

from hubbub.core.errors import (
    AlreadyExists,
    Denied,
    Fenced,
    Full,
    InUse,
    Invalid,
    Locked,
    NotFound,
    TooLarge,
    TooMany,
    Unavailable,
)
from hubbub.core.errors import Refusal as CoreRefusal
from hubbub.protocols.amqp.wire.replies import SOFT, Reply
from hubbub.protocols.amqp.wire.strings import cut

REPLIES: Final[dict[type[CoreRefusal], Reply]] = {
    NotFound: Reply.NOT_FOUND,
    AlreadyExists: Reply.PRECONDITION_FAILED,
    Invalid: Reply.PRECONDITION_FAILED,
    InUse: Reply.PRECONDITION_FAILED,
    TooLarge: Reply.PRECONDITION_FAILED,
    Locked: Reply.RESOURCE_LOCKED,
    Denied: Reply.ACCESS_REFUSED,
    TooMany: Reply.RESOURCE_ERROR,
    Full: Reply.RESOURCE_ERROR,
    Fenced: Reply.INTERNAL_ERROR,
    Unavailable: Reply.INTERNAL_ERROR,
}
"""The core's answers of "no" and the code that says so here; what is not in the table is 541."""


class Failed(Exception):  # noqa: N818 - an answer to the client
    """A method cannot be done; ``text`` is without the code's name."""

    def __init__(self, reply: Reply, text: str) -> None:
        super().__init__(text)
        self.reply = reply
        self.text = text

    @property
    def is_soft(self) -> bool:
        """Whether the channel alone is closed."""
        return self.reply in SOFT


def failure_of(refusal: CoreRefusal) -> Failed:
    """The core's refusal in this protocol's terms."""
    return Failed(REPLIES.get(type(refusal), Reply.INTERNAL_ERROR), str(refusal))


def reply_text(reply: Reply, text: str) -> str:
    """``NAME - explanation``, cut to what a short string takes."""
    return cut(f"{reply.name} - {text}")


def no_queue(name: str, realm: str) -> Failed:
    return Failed(Reply.NOT_FOUND, f"no queue '{name}' in vhost '{realm}'")


def no_exchange(name: str, realm: str) -> Failed:
    return Failed(Reply.NOT_FOUND, f"no exchange '{name}' in vhost '{realm}'")


def locked_queue(name: str, realm: str) -> Failed:
    return Failed(
        Reply.RESOURCE_LOCKED,
        f"cannot obtain exclusive access to locked queue '{name}' in vhost '{realm}'. It could be originally declared on "
        "another connection or the exclusive property value does not match that of the original declaration.",
    )


def refused(text: str) -> Failed:
    return Failed(Reply.ACCESS_REFUSED, text)


def unmet(text: str) -> Failed:
    return Failed(Reply.PRECONDITION_FAILED, text)


def unsupported(text: str) -> Failed:
    return Failed(Reply.NOT_IMPLEMENTED, text)


def inequivalent(what: str, name: str, realm: str, kind: str, values: tuple[str, str]) -> Failed:
    """A declaration that differs from what is there: (received, current)."""
    received, current = values
    return unmet(
        f"inequivalent arg '{what}' for {kind} '{name}' in vhost '{realm}': received {received} but current is {current}"
    )
