"""What the core refuses, in nobody's vocabulary. Each room has one table (`failures.py`) from these to its reply codes."""


class Refusal(Exception):  # noqa: N818 - the core says no; that is an answer, not an accident
    """Base of all the core's answers of "no". The text says what, where and why, fit for a log line."""


class NotFound(Refusal):
    """No such topic, partition, queue, exchange, group or session."""


class AlreadyExists(Refusal):
    """The name is taken by something that is not the same."""


class Invalid(Refusal):
    """A name, an option or a batch breaks a rule that does not depend on the hub's present state."""


class TooLarge(Refusal):
    """A record or batch is larger than its place takes."""


class OutOfRange(Refusal):
    """An offset below what is kept or above what was written."""


class Full(Refusal):
    """A limit of memory or disk is reached; nothing was written. Try again when there is room."""


class TooMany(Refusal):
    """As many of its kind as there may be are there already; to wait is of no use."""


class Fenced(Refusal):
    """Somebody newer owns this: a log's epoch, a producer's epoch, a group's generation."""


class Unavailable(Refusal):
    """The engine cannot promise anything just now. Nothing is known to be written; try again."""


class Denied(Refusal):
    """`core.access` said no."""


class OutOfSequence(Refusal):
    """A producer that numbers its batches left a gap: something it sent before this has not arrived."""


class Unknown(Refusal):
    """No such member, or an operation that its owner does not know."""


class Locked(Refusal):
    """Somebody else has it for themselves alone."""


class InUse(Refusal):
    """It would have to be unused, or empty, for that."""
