"""Another codec reads what ours writes and writes what ours reads: kio, made from the definitions by other
people.

kio knows the versions of Kafka 4.3 and none of the older ones.
"""

import dataclasses
import datetime as dt
import enum
import io
import uuid
from random import Random
from typing import Any

import kio.index
import pytest
from kio.serial import entity_reader, entity_writer

from hubbub.protocols.kafka.wire.codec import decode, encode
from tests.unit.protocols.kafka.wire.samples import APIS, Plain, api, plain, sample, versions

MILLISECOND = dt.timedelta(milliseconds=1)
KNOWN = 554
"""Message versions in which the two must at least have met; kio 0.6.5 has this many."""


def from_kio(value: Any) -> Plain:
    if dataclasses.is_dataclass(value):
        return tuple(
            bytes(16) if inner is None and field.metadata.get("kafka_type") == "uuid" else from_kio(inner)
            for field in dataclasses.fields(value)
            for inner in (getattr(value, field.name),)
        )
    match value:
        case tuple():
            return [from_kio(each) for each in value]
        case enum.IntEnum():
            return int(value)
        case dt.timedelta():
            return value // MILLISECOND
        case dt.datetime():
            return round(value.timestamp() * 1000)
        case uuid.UUID():
            return value.bytes
    return value


def schemas(name: str) -> list[tuple[Any, int, Any]]:
    """Our message, a version and kio's class for all that kio has of an API."""
    found = []
    served = api(name)
    for message, load in (
        (served.request, kio.index.load_request_schema),
        (served.response, kio.index.load_response_schema),
    ):
        for version in versions(message):
            try:
                found.append((message, version, load(served.key, version)))
            except kio.index.KioIndexError:
                assert version < 4, "only old versions are missing"
    return found


@pytest.mark.parametrize("name", APIS)
def test_kio_and_we_understand_each_other(name: str) -> None:
    for message, version, theirs in schemas(name):
        read, write = entity_reader(theirs), entity_writer(theirs)
        for seed in range(5):
            value = sample(message, version, Random(seed))
            octets = b"".join(encode(message, version, value))
            their_value, used = read(octets, 0)
            assert (from_kio(their_value), used) == (plain(message, version, value), len(octets))
            written = io.BytesIO()
            write(written, their_value)
            assert written.getvalue() == octets
            assert decode(message, version, written.getvalue(), 0, len(octets)) == (value, len(octets))


def test_kio_was_asked_about_nearly_everything() -> None:
    assert sum(len(schemas(name)) for name in APIS) >= KNOWN
