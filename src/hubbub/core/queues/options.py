"""What a queue was declared as, in the core's words. Times in ms; -1: without limit."""

from enum import Enum
from typing import Final

from msgspec import Struct


class Overflow(Enum):
    """What gives way when a queue is full."""

    DROP_HEAD = "drop-head"
    REFUSE = "reject-publish"
    REFUSE_AND_BURY = "reject-publish-dlx"
    """Refuse the record and send it where the dead go."""


class QueueKind(Enum):
    """How a queue behaves."""

    PLAIN = "classic"
    QUORUM = "quorum"
    STREAM = "stream"


class Death(Enum):
    """Why a record left a queue without having been accepted."""

    REJECTED = "rejected"
    EXPIRED = "expired"
    OVERFLOW = "maxlen"
    RETURNED_TOO_OFTEN = "delivery_limit"


class QueueOptions(Struct, frozen=True, gc=False):
    """The rules of one queue."""

    kind: QueueKind = QueueKind.PLAIN
    durable: bool = False
    exclusive: bool = False
    auto_delete: bool = False
    """Goes with its last consumer, once it has had one."""
    ttl_ms: int = -1
    idle_ms: int = -1
    """Goes when nobody has used it for so long."""
    max_records: int = -1
    max_octets: int = -1
    overflow: Overflow = Overflow.DROP_HEAD
    top_priority: int = 0
    """Levels above 0; 0: one level, priorities mean nothing."""
    bury_to: str | None = None
    """The exchange that gets the dead; None: they are forgotten."""
    bury_key: str | None = None
    """Their key there; None: the one they had."""
    single_active: bool = False
    return_limit: int = -1
    """How often a record may fail to be accepted before it is dead."""
    max_age_ms: int = -1
    """For a stream: how long records stay."""
    segment_octets: int = -1
    settle_ms: int = -1
    """How long an entry may be out; whoever hands it on sees to that. 0: for ever."""
    arguments: tuple[tuple[str, object], ...] = ()
    """As declared, for those who list them."""


PLAIN: Final = QueueOptions()
