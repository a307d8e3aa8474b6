"""The arguments of queue.declare: which each kind of queue knows, what they must be, and what they mean.

One row per argument, so that checks, meaning and the comparison with what is there all come from the same table. Arguments
that nobody knows are taken and ignored; those of another kind of queue are refused.
"""

import re
from collections.abc import Callable
from typing import Final, TypeAlias

from msgspec import Struct

from hubbub.core.queues.options import Overflow, QueueKind, QueueOptions
from hubbub.core.routing.headers import Arguments, Value
from hubbub.protocols.amqp.failures import Failed, unmet
from hubbub.protocols.amqp.wire.generated import methods as wire

Check: TypeAlias = Callable[[Value], str]
"""Why a value will not do; empty: it will."""

LONGEST_MS: Final = (1 << 32) - 1
QUORUM_RETURNS: Final = 20
UNITS: Final = {"Y": 31_536_000, "M": 2_592_000, "D": 86_400, "h": 3600, "m": 60, "s": 1}


def whole(low: int, high: int = (1 << 63) - 1) -> Check:
    """A whole number between two bounds."""

    def check(value: Value) -> str:
        if isinstance(value, bool) or not isinstance(value, int):
            return f"expected a whole number, not {value!r}"
        if not low <= value <= high:
            return f"{value} is not between {low} and {high}"
        return ""

    return check


def text(value: Value) -> str:
    return "" if isinstance(value, str) else f"expected a string, not {value!r}"


def truth(value: Value) -> str:
    return "" if isinstance(value, bool) else f"expected true or false, not {value!r}"


def one_of(*allowed: str) -> Check:
    return lambda value: "" if value in allowed else f"expected one of {', '.join(allowed)}, not {value!r}"


def age(value: Value) -> str:
    if isinstance(value, str) and re.fullmatch(r"[0-9]+[YMDhms]", value):
        return ""
    return f"expected a number and one of Y, M, D, h, m, s, not {value!r}"


PLAIN: Final = frozenset({QueueKind.PLAIN})
QUORUM: Final = frozenset({QueueKind.QUORUM})
STREAM: Final = frozenset({QueueKind.STREAM})
ALL: Final = frozenset(QueueKind)


class Row(Struct, frozen=True):
    """One argument: who knows it, and what it must be."""

    kinds: frozenset[QueueKind]
    check: Check


ROWS: Final[dict[str, Row]] = {
    "x-queue-type": Row(ALL, one_of(*(kind.value for kind in QueueKind))),
    "x-message-ttl": Row(PLAIN | QUORUM, whole(0, LONGEST_MS)),
    "x-expires": Row(PLAIN | QUORUM, whole(1, LONGEST_MS)),
    "x-max-length": Row(PLAIN | QUORUM, whole(0)),
    "x-max-length-bytes": Row(ALL, whole(0)),
    "x-overflow": Row(PLAIN | QUORUM, one_of(*(overflow.value for overflow in Overflow))),
    "x-dead-letter-exchange": Row(PLAIN | QUORUM, text),
    "x-dead-letter-routing-key": Row(PLAIN | QUORUM, text),
    "x-dead-letter-strategy": Row(QUORUM, one_of("at-most-once", "at-least-once")),
    "x-max-priority": Row(PLAIN, whole(0, 255)),
    "x-single-active-consumer": Row(PLAIN | QUORUM, truth),
    "x-queue-mode": Row(PLAIN, one_of("default", "lazy")),
    "x-queue-version": Row(PLAIN, whole(1, 2)),
    "x-queue-master-locator": Row(PLAIN, text),
    "x-queue-leader-locator": Row(ALL, text),
    "x-delivery-limit": Row(QUORUM, whole(-1)),
    "x-quorum-initial-group-size": Row(QUORUM, whole(1)),
    "x-quorum-target-group-size": Row(QUORUM, whole(1)),
    "x-max-in-memory-length": Row(QUORUM, whole(0)),
    "x-max-in-memory-bytes": Row(QUORUM, whole(0)),
    "x-consumer-timeout": Row(ALL, whole(0)),
    "x-max-age": Row(STREAM, age),
    "x-stream-max-segment-size-bytes": Row(STREAM, whole(1)),
    "x-stream-filter-size-bytes": Row(STREAM, whole(16, 255)),
    "x-initial-cluster-size": Row(STREAM, whole(1)),
}


def options_of(call: wire.QueueDeclare, arguments: Arguments, name: str, realm: str) -> QueueOptions:
    """What was asked for. Raises `Failed`: 406 for arguments, 540 or 406 for flags that this kind of queue cannot have."""

    def bad(argument: str, why: str) -> Failed:
        return unmet(f"invalid arg '{argument}' for queue '{name}' in vhost '{realm}': {why}")

    for argument, value in arguments.items():
        row = ROWS.get(argument)
        why = row.check(value) if row is not None else ""
        if why:
            raise bad(argument, why)
    kind = QueueKind(arguments.get("x-queue-type", "classic"))
    for argument in arguments:
        row = ROWS.get(argument)
        if row is not None and kind not in row.kinds:
            place = f"queue '{name}' in vhost '{realm}' of queue type rabbit_{kind.value}_queue"
            raise unmet(f"invalid arg '{argument}' for {place}")
    overflow = Overflow(arguments.get("x-overflow", "drop-head"))
    if kind is not QueueKind.PLAIN:
        for flag, what in (
            (not call.durable, "non-durable"),
            (call.exclusive, "exclusive"),
            (call.auto_delete, "auto-delete"),
        ):
            if flag:
                raise unmet(f"invalid property '{what}' for queue '{name}' in vhost '{realm}'")
        if overflow is Overflow.REFUSE_AND_BURY:
            raise bad("x-overflow", f"queue type '{kind.value}' does not support it")
    bury_to, bury_key = (
        string(arguments, "x-dead-letter-exchange"),
        string(arguments, "x-dead-letter-routing-key"),
    )
    if bury_key is not None and bury_to is None:
        raise bad("x-dead-letter-routing-key", "routing_key_but_no_dlx_defined")
    return QueueOptions(
        kind=kind,
        durable=call.durable,
        exclusive=call.exclusive,
        auto_delete=call.auto_delete,
        ttl_ms=number(arguments, "x-message-ttl"),
        idle_ms=number(arguments, "x-expires"),
        max_records=number(arguments, "x-max-length"),
        max_octets=number(arguments, "x-max-length-bytes"),
        overflow=overflow,
        top_priority=max(0, number(arguments, "x-max-priority")) if kind is QueueKind.PLAIN else 0,
        bury_to=bury_to,
        bury_key=bury_key,
        single_active=arguments.get("x-single-active-consumer") is True,
        return_limit=number(arguments, "x-delivery-limit", QUORUM_RETURNS)
        if kind is QueueKind.QUORUM
        else -1,
        max_age_ms=milliseconds(string(arguments, "x-max-age")),
        segment_octets=number(arguments, "x-stream-max-segment-size-bytes"),
        settle_ms=number(arguments, "x-consumer-timeout"),
        arguments=tuple(arguments.items()),
    )


def number(arguments: Arguments, name: str, default: int = -1) -> int:
    value = arguments.get(name, default)
    return value if isinstance(value, int) else default


def string(arguments: Arguments, name: str) -> str | None:
    value = arguments.get(name)
    return value if isinstance(value, str) else None


def milliseconds(text: str | None) -> int:
    """``7D`` in milliseconds; -1 for nothing."""
    return -1 if text is None else int(text[:-1]) * UNITS[text[-1]] * 1000


def comparable(options: QueueOptions) -> dict[str, object]:
    """The arguments that make a difference between two declarations, by the kind of queue."""
    known = {
        name: value for name, value in options.arguments if name in ROWS and options.kind in ROWS[name].kinds
    }
    known["x-queue-type"] = options.kind.value
    return known
