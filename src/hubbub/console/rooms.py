"""Rooms and addresses by the names that people write."""

from hubbub.console.subject import Subject
from hubbub.core.errors import NotFound
from hubbub.core.hatch import Hatch
from hubbub.model.address import Address


def hatch_of(hub: Subject, room: str) -> Hatch:
    """Raises `NotFound`."""
    hatch = hub.hatches.get(room)
    if hatch is None:
        raise NotFound(
            f"there is no protocol {room!r} here; there are: {', '.join(sorted(hub.hatches)) or 'none'}"
        )
    return hatch


def address_of(hub: Subject, text: str) -> tuple[Hatch, Address]:
    """``room:path``. Raises `NotFound`, `Invalid`."""
    room, colon, path = text.partition(":")
    if not colon:
        raise NotFound(f"{text!r} is no address: it needs the form room:path, as in mqtt:sensors/t1")
    hatch = hatch_of(hub, room)
    return hatch, hatch.address(path)
