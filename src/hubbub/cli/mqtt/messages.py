"""What a message is to people: its layouts, its JSON, and its properties by their names."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Final

import click

from hubbub.cli.data import text_or_octets
from hubbub.cli.exits import Ends, Exit
from hubbub.cli.feeding import pairs
from hubbub.cli.formats import Fields, Format, number, text
from hubbub.cli.printing import json_line

if TYPE_CHECKING:
    from paho.mqtt.client import MQTTMessage
    from paho.mqtt.properties import Properties

TEXT: Final[dict[str, str]] = {
    "content-type": "ContentType",
    "response-topic": "ResponseTopic",
    "correlation-data": "CorrelationData",
}
NUMBERS: Final[dict[str, str]] = {
    "message-expiry-interval": "MessageExpiryInterval",
    "payload-format-indicator": "PayloadFormatIndicator",
}
USER: Final = "UserProperty"


def properties_of(message: "MQTTMessage") -> dict[str, object]:
    """Those of MQTT 5 that are set, by the names of the standard; user properties as a list of pairs."""
    found: dict[str, object] = {}
    if message.properties is None:
        return found
    for name, spelling in (TEXT | NUMBERS).items():
        value = getattr(message.properties, spelling, None)
        if value is not None:
            found[name] = value.decode(errors="replace") if isinstance(value, bytes) else value
    user = getattr(message.properties, USER, None)
    if user:
        found["user"] = [{"name": name, "value": value} for name, value in user]
    return found


def user_properties(message: "MQTTMessage") -> bytes:
    """As ``name=value,name=value``."""
    user: Iterable[tuple[str, str]] = getattr(message.properties, USER, None) or ()
    return ",".join(f"{name}={value}" for name, value in user).encode()


def payload_of(message: "MQTTMessage") -> bytes:
    """What was published."""
    return bytes(message.payload)


FIELDS: Final["Fields[MQTTMessage]"] = {
    "t": ("topic", lambda message: text(message.topic)),
    "p": ("payload", payload_of),
    "s": ("payload", payload_of),
    "l": ("length of the payload", lambda message: number(len(message.payload))),
    "S": ("length of the payload", lambda message: number(len(message.payload))),
    "q": ("QoS", lambda message: number(message.qos)),
    "r": ("retained (1 or 0)", lambda message: number(int(message.retain))),
    "m": ("packet id", lambda message: number(message.mid)),
    "P": ("user properties", user_properties),
    "h": ("user properties", user_properties),
    "j": ("all of it as JSON", lambda message: json_line(facts_of(message)).rstrip(b"\n")),
}


def facts_of(message: "MQTTMessage") -> dict[str, object]:
    """All of it."""
    facts: dict[str, object] = {"topic": message.topic, "qos": message.qos, "retain": message.retain}
    facts |= text_or_octets("payload", payload_of(message))
    if properties := properties_of(message):
        facts["properties"] = properties
    return facts


def way(layout: str | None, *, with_topic: bool, as_json: bool) -> "Callable[[MQTTMessage], bytes]":
    """How a message is printed."""
    if layout is not None:
        return Format(layout, FIELDS)
    if as_json:
        return lambda message: json_line(facts_of(message))
    if with_topic:
        return lambda message: message.topic.encode() + b" " + payload_of(message) + b"\n"
    return lambda message: payload_of(message) + b"\n"


def properties_from(given: tuple[str, ...], user: tuple[str, ...], version: int) -> "Properties | None":
    """Properties of a message to send; none where none were given. Raises `click.UsageError`."""
    from paho.mqtt import MQTTException
    from paho.mqtt.packettypes import PacketTypes
    from paho.mqtt.properties import Properties

    if not (given or user):
        return None
    if version < 5:
        raise click.UsageError("properties came with MQTT 5; take --protocol-version away")
    made = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
    for name, value in pairs(given, "--property"):
        try:
            for spelling, one in spelt(name, value):
                setattr(made, spelling, one)
        except MQTTException as error:
            raise Ends(Exit.USAGE, [f"--property: {name}={value}: {error}"]) from None
    if user:
        made.UserProperty = list(pairs(user, "--header"))
    return made


def spelt(name: str, value: str) -> Iterator[tuple[str, str | bytes | int]]:
    """A property as paho spells it, with a value of its kind. Raises `click.UsageError`."""
    if name in NUMBERS:
        if not (value.isascii() and value.isdigit()):
            raise click.UsageError(f"--property: {name} is a number, not {value!r}")
        yield NUMBERS[name], int(value)
    elif name in TEXT:
        yield TEXT[name], value.encode() if name == "correlation-data" else value
    else:
        there = ", ".join([*TEXT, *NUMBERS])
        raise click.UsageError(
            f"--property: there is no {name!r}; there are {there}. --header sets a user property"
        )
