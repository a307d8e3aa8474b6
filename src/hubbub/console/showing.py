"""Records and their octets as people and programs can read them: JSON where it is JSON, text where it is text, base64 else."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Annotated, Final, TypeAlias

import msgspec
from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from hubbub.model.record import NO_PROPERTIES, Properties, Record

MOST_OCTETS: Final = 1 << 20
NAMES: Final = [name for name in Properties.__struct_fields__ if name != "is_absent"]


class Form(Enum):
    """How octets are shown. ``auto``: the first that fits of json, text, base64."""

    AUTO = "auto"
    TEXT = "text"
    HEX = "hex"
    BASE64 = "base64"


FormAsked: TypeAlias = Annotated[
    Form,
    Meta(
        description="How keys and values are shown: `auto` is JSON, text or base64, the first that fits; `text` replaces what is no UTF-8."
    ),
]
OctetsAsked: TypeAlias = Annotated[
    int, Meta(ge=0, le=MOST_OCTETS, description="How many octets of a value are shown at most.")
]


class Shown(Struct, frozen=True, omit_defaults=True):
    """Octets. One of ``json``, ``text``, ``hex``, ``base64`` is there; ``octets`` is how many there are, also where fewer are shown (``is_cut``)."""

    octets: int
    json: Raw | UnsetType = UNSET
    text: str | UnsetType = UNSET
    hex: str | UnsetType = UNSET
    base64: str | UnsetType = UNSET
    is_cut: bool = False


class HeaderShown(Struct, frozen=True):
    """A header."""

    name: str
    value: Shown


class RecordShown(Struct, frozen=True, omit_defaults=True):
    """A record. ``value`` null: it has none, and so deletes what its key had. ``partition`` and ``offset`` are there where it lies in a stream."""

    address: str
    timestamp: int
    value: Shown | None
    key: Shown | None = None
    headers: Sequence[HeaderShown] = ()
    properties: Mapping[str, str | int | bool] = {}
    origin: str = ""
    partition: int = -1
    offset: int = -1


class Look(Struct, frozen=True):
    """How records are to be shown."""

    form: Form = Form.AUTO
    most: int = 64 * 1024


def record_shown(record: Record, look: Look, partition: int = -1, offset: int = -1) -> RecordShown:
    """A record, for people and programs."""
    return RecordShown(
        str(record.address),
        record.timestamp,
        None if record.properties.is_absent else shown(record.value, look),
        None if record.key is None else shown(record.key, look),
        [HeaderShown(name, shown(value, look)) for name, value in record.headers],
        properties_shown(record.properties),
        record.origin,
        partition,
        offset,
    )


def shown(octets: bytes, look: Look) -> Shown:
    """Octets in the form that was asked for."""
    count = len(octets)
    part = octets[: look.most]
    is_cut = count > look.most
    match look.form:
        case Form.HEX:
            return Shown(count, hex=part.hex(), is_cut=is_cut)
        case Form.BASE64:
            return Shown(count, base64=b64encode(part).decode(), is_cut=is_cut)
        case Form.TEXT:
            return Shown(count, text=part.decode(errors="replace"), is_cut=is_cut)
        case Form.AUTO:
            if not is_cut and is_json(part):
                return Shown(count, json=Raw(part))
            try:
                return Shown(count, text=part.decode(), is_cut=is_cut)
            except UnicodeDecodeError as why:
                if is_cut and why.end == len(part) and why.start > len(part) - 4:  # cut inside of a letter
                    return Shown(count, text=part[: why.start].decode(), is_cut=True)
                return Shown(count, base64=b64encode(part).decode(), is_cut=is_cut)


def is_json(octets: bytes) -> bool:
    """Whether this is an object or a list in JSON. A bare number or word is text to most people."""
    if octets.lstrip()[:1] not in (b"{", b"["):
        return False
    try:
        msgspec.json.decode(octets)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def properties_shown(properties: Properties) -> dict[str, str | int | bool]:
    """Those that are there."""
    found: dict[str, str | int | bool] = {}
    if properties is NO_PROPERTIES:
        return found
    for name in NAMES:
        value = getattr(properties, name)
        if value is not None and value is not False:
            found[name] = value.decode(errors="backslashreplace") if isinstance(value, bytes) else value
    return found
