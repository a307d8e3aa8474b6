"""The neutral properties as Kafka's headers, and back. Kafka itself has none: these are the names that its libraries use.

What is written is the first name of each row; what is read is any of them, without regard to case (Spring's, Confluent's, CloudEvents', plain ones).
"""

from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from hubbub.model.record import Properties, Record

NAMES: Final[dict[str, tuple[str, ...]]] = {
    "content_type": ("content-type", "contenttype", "ce_datacontenttype"),
    "content_encoding": ("content-encoding",),
    "correlation": (
        "correlation-id", "correlationid", "correlation_id", "x-correlation-id", "kafka_correlationid", "ce_correlationid",
    ),
    "reply_to": ("reply-to", "replyto", "reply_to", "kafka_replytopic"),
    "message_id": ("message-id", "messageid", "message_id", "ce_id"),
    "kind": ("type", "ce_type"),
    "user": ("user-id",),
    "application": ("app-id",),
}  # fmt: skip
BY_NAME: Final = {name: field for field, names in NAMES.items() for name in names}
OCTETS: Final = frozenset({"correlation"})

Header = tuple[str, bytes]


def headers_of(record: Record) -> tuple[Header, ...]:
    """A record's headers, with those of its properties that no header says yet."""
    properties = record.properties
    if properties in (PLAIN, ABSENT):
        return record.headers
    said = {BY_NAME.get(name.lower()) for name, _ in record.headers}
    more: list[Header] = []
    for field, names in NAMES.items():
        value = READ[field](properties)
        if value is not None and field not in said:
            more.append((names[0], value if isinstance(value, bytes) else value.encode()))
    return (*record.headers, *more)


def neutral(record: Record) -> Record:
    """A record with the properties that its headers say; the headers stay."""
    found: dict[str, str | bytes] = {}
    for name, value in record.headers:
        field = BY_NAME.get(name.lower())
        if field is not None and field not in found:
            found[field] = value if field in OCTETS else value.decode(errors="replace")
    if not found:
        return record
    return replace(record, properties=replace(record.properties, **found))


PLAIN: Final = Properties()
ABSENT: Final = Properties(is_absent=True)
READ: Final[dict[str, Callable[[Properties], str | bytes | None]]] = {
    "content_type": lambda it: it.content_type,
    "content_encoding": lambda it: it.content_encoding,
    "correlation": lambda it: it.correlation,
    "reply_to": lambda it: it.reply_to,
    "message_id": lambda it: it.message_id,
    "kind": lambda it: it.kind,
    "user": lambda it: it.user,
    "application": lambda it: it.application,
}
