"""What a test's hub saw, as lines of JSON: an artefact to look at after the test, one message a line.

    {"seconds": 0.012, "address": "kafka:orders", "key": "order-1", "value": "…", "headers": {…}, "partition": 0, "offset": 3, …}

Values, keys and headers that are no UTF-8 text stand in base64, under ``value_base64`` and the like.
"""

import base64
from collections.abc import Iterable
from pathlib import Path as File

import msgspec

from hubbub.client.messages import Message


def record(file: File, messages: Iterable[Message], began: int) -> None:
    """Write a file, and the folders it lies in. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as lines:
        for message in messages:
            lines.write(msgspec.json.encode(entry(message, began)) + b"\n")


def entry(message: Message, began: int) -> dict[str, object]:
    """One line."""
    facts: dict[str, object] = {
        "seconds": (message.at - began) / 1000,
        "at": message.at,
        "address": message.address,
    }
    facts |= said("key", message.key) | said("value", None if message.is_absent else message.value)
    if message.headers:
        facts["headers"] = [{"name": name} | said("value", value) for name, value in message.headers]
    if message.offset >= 0:
        facts |= {"partition": message.partition, "offset": message.offset}
    if message.correlation_id is not None:
        facts["correlation_id"] = message.correlation_id
    return facts


def said(name: str, octets: bytes | None) -> dict[str, object]:
    """Octets under a name that says how they are written; nothing where there are none."""
    if octets is None:
        return {}
    try:
        return {name: octets.decode()}
    except UnicodeDecodeError:
        return {f"{name}_base64": base64.b64encode(octets).decode()}
