"""Another codec reads what ours writes and writes what ours reads: kafka-python's, which is written by hand.

It knows fewer APIs than we do, but of those it knows also the versions that Kafka 4 dropped.
"""

import importlib
import uuid
from random import Random
from typing import Any

import msgspec
import pytest

from hubbub.protocols.kafka.wire.codec import decode, encode
from tests.unit.protocols.kafka.wire.samples import APIS, Plain, both, plain, sample, versions

KNOWN = 522
"""Message versions in which the two must at least have met; kafka-python 3.0.12 has this many."""


def classes() -> dict[str, Any]:
    """kafka-python's messages by name."""
    for part in ("admin", "consumer", "metadata", "producer", "sasl"):
        importlib.import_module(f"kafka.protocol.{part}")
    message = importlib.import_module("kafka.protocol.api_message").ApiMessage
    return {kind.__name__: kind for kind in message.__subclasses__()}


THEIRS = classes()


def from_theirs(value: Any, version: int) -> Plain:
    match value:
        case list() | tuple():
            return [from_theirs(each, version) for each in value]
        case set():
            return sum(1 << bit for bit in value)
        case uuid.UUID():
            return value.bytes
        case memoryview():
            return bytes(value)
    if hasattr(value, "_struct"):
        fields = [field for field in value._struct._fields if field.for_version_q(version)]
        return tuple(from_theirs(getattr(value, field.name), version) for field in fields)
    return value


def pairs(name: str) -> list[tuple[Any, int, Any]]:
    """Our message, a version and their class for all that they have of an API."""
    return [
        (message, version, theirs)
        for message in both(name)
        for theirs in [THEIRS.get(message.struct.__name__)]
        if theirs is not None
        for version in versions(message)
        if version <= theirs.max_version
    ]


@pytest.mark.parametrize("name", [name for name in APIS if pairs(name)])
def test_kafka_python_and_we_understand_each_other(name: str) -> None:
    for message, version, theirs in pairs(name):
        for seed in range(5):
            value = sample(message, version, Random(seed))
            if message.struct.__name__ == "ApiVersionsResponse":
                # Theirs reads any error as a fallback to version 0, whatever the version.
                value = msgspec.structs.replace(value, error_code=0)
            octets = b"".join(encode(message, version, value))
            their_value = theirs.decode(octets, version=version)
            assert from_theirs(their_value, version) == plain(message, version, value)
            their_value._header = None  # what decode leaves here keeps encode from working
            written = bytes(their_value.encode(version=version))
            assert written == octets
            assert decode(message, version, written, 0, len(written)) == (value, len(written))


def test_kafka_python_was_asked_about_all_it_knows() -> None:
    assert sum(len(pairs(name)) for name in APIS) >= KNOWN
