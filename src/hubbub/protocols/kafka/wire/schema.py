"""What a message of Kafka's protocol is made of: the words in which generated modules describe themselves.

A message has one struct that holds the fields of all its versions. Beside it stands a layout: one ``Field``
per field of the struct, in wire order, each with the versions that carry it. ``decoder`` and ``encoder``
turn layout and version into straight-line functions when a version is first met; until then a message costs
its tables alone.

Knows nothing of the single messages and refuses to know: what is special about one of them stands beside
the generated modules, never in them.
"""

from collections.abc import Callable, Mapping
from typing import Final, Generic, Literal, TypeAlias, TypeVar

import msgspec

from hubbub.octets.buffer import Buffer

Scalar: TypeAlias = Literal[
    "bool", "int8", "int16", "uint16", "int32", "int64", "float64", "uuid", "string", "bytes", "records"
]
Kind: TypeAlias = Scalar | type[msgspec.Struct]

Records: TypeAlias = Buffer | list[memoryview] | None
"""Record batches in a reply: one buffer, or pieces that follow each other; sent without a copy."""

NIL: Final = bytes(16)
"""The uuid of nothing: sixteen zero octets. Uuids are plain ``bytes`` of length 16 everywhere."""

NEVER: Final = 0x8000
"""A version no message reaches: ``flexible_from`` of messages without compact types and tagged fields."""

M = TypeVar("M", bound=msgspec.Struct)
Q = TypeVar("Q", bound=msgspec.Struct)
R = TypeVar("R", bound=msgspec.Struct)


class Field(msgspec.Struct, frozen=True, gc=False):
    """One field of a struct. Versions stand as Kafka writes them: ``3+``, ``0-2``, ``7``, or nothing."""

    name: str
    kind: Kind
    versions: str
    many: bool = False
    null: str = ""
    tag: int = -1


Layouts: TypeAlias = Mapping[type[msgspec.Struct], tuple[Field, ...]]
Decode: TypeAlias = Callable[[Buffer, int, int], tuple[M, int]]
Encode: TypeAlias = Callable[[M], list[Buffer]]


class Message(Generic[M]):
    """A struct, what its versions look like, and the codecs made for the versions met so far."""

    __slots__ = ("decoders", "encoders", "flexible_from", "layouts", "max_version", "min_version", "struct")

    def __init__(
        self, struct: type[M], versions: tuple[int, int], flexible_from: int, layouts: Layouts
    ) -> None:
        self.struct: Final = struct
        self.min_version, self.max_version = versions
        self.flexible_from: Final = flexible_from
        self.layouts: Final = layouts
        self.decoders: Final[dict[int, Decode[M]]] = {}
        self.encoders: Final[dict[int, Encode[M]]] = {}


class Api(Generic[Q, R]):
    """A request and its response under one key. Versions are those the codec knows; a room may serve less."""

    __slots__ = ("flexible_from", "key", "max_version", "min_version", "name", "request", "response")

    def __init__(
        self,
        key: int,
        name: str,
        versions: tuple[int, int],
        flexible_from: int,
        request: Message[Q],
        response: Message[R],
    ) -> None:
        self.key: Final = key
        self.name: Final = name
        self.min_version, self.max_version = versions
        self.flexible_from: Final = flexible_from
        self.request: Final = request
        self.response: Final = response


def within(versions: str, version: int) -> bool:
    """Whether a range as it stands in a ``Field`` contains this version."""
    if not versions:
        return False
    first, dash, last = versions.rstrip("+").partition("-")
    if version < int(first):
        return False
    if versions.endswith("+"):
        return True
    return version <= int(last if dash else first)
