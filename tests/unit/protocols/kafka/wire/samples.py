"""Messages to test with, made from the layouts themselves: by chance but repeatably, and as hypothesis
strategies.
"""

import importlib
from collections.abc import Iterator
from random import Random
from typing import Any

import msgspec
from hypothesis import strategies as st

from hubbub.protocols.kafka.wire.keys import MODULES
from hubbub.protocols.kafka.wire.schema import Api, Field, Message, within

Plain = Any
"""A message as tuples and plain values, field after field of one version, for comparing with other codecs."""

BITS = {"int8": 7, "int16": 15, "uint16": 16, "int32": 31, "int64": 63}
WORDS = ("", "a", "orders.created", "größe", "ключ", "鍵", "x" * 130)


def api(name: str) -> Api[Any, Any]:
    """The API of a generated module."""
    made = importlib.import_module(f"hubbub.protocols.kafka.wire.generated.{name}").API
    assert isinstance(made, Api)
    return made


APIS = tuple(MODULES.values())


def versions(message: Message[Any]) -> range:
    return range(message.min_version, message.max_version + 1)


def both(name: str) -> tuple[Message[Any], Message[Any]]:
    """Request and response."""
    return api(name).request, api(name).response


def present(message: Message[Any], kind: type[msgspec.Struct], version: int) -> Iterator[Field]:
    """The fields that a version of a struct has."""
    return (field for field in message.layouts[kind] if within(field.versions, version))


def sample(message: Message[Any], version: int, random: Random) -> Any:
    """A message with every field of the version filled; the same again for a ``random`` in the same state.

    Numbers are such that other codecs, which know times and error codes as types of their own, can hold them.
    """

    def struct(kind: type[msgspec.Struct]) -> msgspec.Struct:
        return kind(**{field.name: value(field) for field in present(message, kind, version)})

    def value(field: Field) -> Any:
        if within(field.null, version) and random.random() < 0.25:
            return None
        if field.many:
            return tuple(one(field) for _ in range(random.choice((0, 1, 1, 2, 3))))
        return one(field)

    def one(field: Field) -> Any:
        if not isinstance(field.kind, str):
            return struct(field.kind)
        match field.kind:
            case "bool":
                return random.random() < 0.5
            case "float64":
                return random.choice((0.0, 1.5, -2.25e10))
            case "uuid":
                return random.randbytes(16)
            case "string":
                return random.choice(WORDS)
            case "bytes":
                return random.randbytes(random.choice((0, 1, 20, 200)))
            case "records":
                return memoryview(random.randbytes(random.choice((0, 61, 300))))
            case _ if field.name.endswith("error_code"):
                return random.randrange(100)
            case _ if "authorized_operations" in field.name:
                return random.choice((0, 0b1111000))
            case _:
                return random.randrange(1 << min(BITS[field.kind], random.choice((7, 15, 31, 40))))

    return struct(message.struct)


def plain(message: Message[Any], version: int, value: Any) -> Plain:
    """One of our messages as plain values."""
    if isinstance(value, msgspec.Struct):
        fields = present(message, type(value), version)
        return tuple(plain(message, version, getattr(value, field.name)) for field in fields)
    if isinstance(value, memoryview):
        return bytes(value)
    if isinstance(value, tuple):
        return [plain(message, version, each) for each in value]
    return value


def values(message: Message[Any], version: int) -> st.SearchStrategy[Any]:
    """Every message that a version can carry."""

    def struct(kind: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
        return st.builds(kind, **{field.name: value(field) for field in present(message, kind, version)})

    def value(field: Field) -> st.SearchStrategy[Any]:
        made = one(field)
        if field.many:
            made = st.lists(made, max_size=3).map(tuple)
        return st.none() | made if within(field.null, version) else made

    def one(field: Field) -> st.SearchStrategy[Any]:
        if not isinstance(field.kind, str):
            return struct(field.kind)
        match field.kind:
            case "bool":
                return st.booleans()
            case "float64":
                return st.floats(allow_nan=False)
            case "uuid":
                return st.binary(min_size=16, max_size=16)
            case "string":
                return st.text(max_size=200)
            case "bytes":
                return st.binary(max_size=200)
            case "records":
                return st.binary(max_size=300).map(memoryview)
            case "uint16":
                return st.integers(0, 0xFFFF)
            case _:
                bits = BITS[field.kind]
                return st.integers(-1 << bits, (1 << bits) - 1)

    return struct(message.struct)
