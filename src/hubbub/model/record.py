"""Record: what travels, whatever protocol it came by.

Values stay the producer's bytes. Properties are the neutral table below; a room that needs its own form back unchanged keeps the
wire's bytes in ``original`` beside it. A Record is shared by all who receive it: it is immutable, and what happens to one
delivery of it (redelivered, id, remaining life) lives with that delivery.
"""

from msgspec import Struct

from hubbub.model.address import Address


class Properties(Struct, frozen=True, gc=False, omit_defaults=True):
    """The neutral names. Absent is None or the zero value."""

    content_type: str | None = None
    content_encoding: str | None = None
    correlation: bytes | None = None
    reply_to: str | None = None
    message_id: str | None = None
    kind: str | None = None
    user: str | None = None
    application: str | None = None
    priority: int | None = None
    expires_at: int | None = None
    """Wall time in ms after which nobody may receive it."""
    is_text: bool = False
    retain: bool = False
    persistent: bool = False
    is_absent: bool = False
    """There is no value, which is not the same as an empty one: a tombstone."""
    sent_at: int | None = None
    """What the sender said of the time, in ms."""


NO_PROPERTIES = Properties()


class Record(Struct, frozen=True, gc=False):
    """One event. ``headers`` keeps order and repeats; ``timestamp`` is when the hub took it, in ms."""

    address: Address
    value: bytes
    key: bytes | None = None
    headers: tuple[tuple[str, bytes], ...] = ()
    timestamp: int = 0
    properties: Properties = NO_PROPERTIES
    original: bytes = b""
    """The properties as the origin's wire had them, for rooms of the same protocol; empty elsewhere."""
    origin: str = ""
    """Who sent it (a client id, a user), where the protocol says."""
