"""What a message is to people: its layouts, its JSON, and its properties by the names of the standard."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import click
from msgspec import Struct

from hubbub.cli.data import text_or_octets
from hubbub.cli.feeding import pairs
from hubbub.cli.formats import Fields, Format, number, text
from hubbub.cli.printing import json_line

if TYPE_CHECKING:
    from aio_pika import Message
    from aio_pika.abc import AbstractIncomingMessage

TEXT: Final = (
    "content_type", "content_encoding", "correlation_id", "reply_to", "message_id", "type", "user_id", "app_id",
)  # fmt: skip
NUMBERS: Final = ("priority", "delivery_mode")
OTHERS: Final = ("expiration", "timestamp")
"""The first in ms, as on the wire; the second in seconds since 1970."""


class Properties(Struct, frozen=True):
    """What was given, by name."""

    text: dict[str, str]
    numbers: dict[str, int]

    def message(self, body: bytes, headers: Mapping[str, str]) -> "Message":
        """A message with them. aio-pika adds priority 0, and an id where none was given, by which it knows returned messages."""
        from aio_pika import Message

        expiration, timestamp = self.numbers.get("expiration"), self.numbers.get("timestamp")
        return Message(
            body,
            headers=dict(headers),
            content_type=self.text.get("content_type"),
            content_encoding=self.text.get("content_encoding"),
            correlation_id=self.text.get("correlation_id"),
            reply_to=self.text.get("reply_to"),
            message_id=self.text.get("message_id"),
            type=self.text.get("type"),
            user_id=self.text.get("user_id"),
            app_id=self.text.get("app_id"),
            priority=self.numbers.get("priority"),
            delivery_mode=self.numbers.get("delivery_mode"),
            expiration=None if expiration is None else expiration / 1000,
            timestamp=None if timestamp is None else datetime.fromtimestamp(timestamp, UTC),
        )


def properties_of(message: "AbstractIncomingMessage") -> dict[str, object]:
    """Those that are set."""
    found: dict[str, object] = {}
    for name in (*TEXT, "priority"):
        value = getattr(message, name, None)
        if value not in (None, ""):
            found[name] = value
    if message.delivery_mode is not None:
        found["delivery_mode"] = int(message.delivery_mode)
    if isinstance(message.expiration, int | float):
        found["expiration"] = round(message.expiration * 1000)
    if isinstance(message.timestamp, datetime):
        found["timestamp"] = int(message.timestamp.timestamp())
    return found


def headers_of(message: "AbstractIncomingMessage") -> bytes:
    """As ``name=value,name=value``; what is no text is JSON."""
    return b",".join(
        name.encode() + b"=" + (value.encode() if isinstance(value, str) else json_line(value).rstrip(b"\n"))
        for name, value in message.headers.items()
    )


FIELDS: Final["Fields[AbstractIncomingMessage]"] = {
    "s": ("body", lambda message: message.body),
    "S": ("length of the body", lambda message: number(len(message.body))),
    "e": ("exchange", lambda message: text(message.exchange)),
    "k": ("routing key", lambda message: text(message.routing_key)),
    "K": ("length of the routing key", lambda message: number(len((message.routing_key or "").encode()))),
    "h": ("headers", headers_of),
    "c": ("content type", lambda message: text(message.content_type)),
    "i": ("message id", lambda message: text(message.message_id)),
    "C": ("correlation id", lambda message: text(message.correlation_id)),
    "o": ("delivery tag", lambda message: number(message.delivery_tag or 0)),
    "r": ("redelivered (1 or 0)", lambda message: number(int(bool(message.redelivered)))),
    "T": ("timestamp in s", lambda message: text(str(properties_of(message).get("timestamp", "")))),
    "j": ("all of it as JSON", lambda message: json_line(facts_of(message)).rstrip(b"\n")),
}


def facts_of(message: "AbstractIncomingMessage") -> dict[str, object]:
    """All of it."""
    return {
        "exchange": message.exchange,
        "routing_key": message.routing_key,
        "redelivered": bool(message.redelivered),
        **text_or_octets("body", message.body),
        "headers": message.headers,
        "properties": properties_of(message),
    }


def way(layout: str | None, *, as_json: bool) -> "Callable[[AbstractIncomingMessage], bytes]":
    """How a message is printed."""
    if layout is not None:
        return Format(layout, FIELDS)
    if as_json:
        return lambda message: json_line(facts_of(message))
    return lambda message: message.body + b"\n"


def properties_from(given: tuple[str, ...]) -> Properties:
    """Properties of a message to send. Raises `click.UsageError`."""
    text: dict[str, str] = {}
    numbers: dict[str, int] = {}
    for spelt, value in pairs(given, "--property"):
        name = spelt.replace("-", "_")
        if name in TEXT:
            text[name] = value
        elif name not in NUMBERS + OTHERS:
            there = ", ".join((*TEXT, *NUMBERS, *OTHERS))
            raise click.UsageError(
                f"--property: there is no {spelt!r}; there are {there}. --header sets a header"
            )
        elif value.isascii() and value.isdigit():
            numbers[name] = int(value)
        else:
            raise click.UsageError(f"--property: {spelt} is a number, not {value!r}")
    return Properties(text, numbers)
