r"""Output lines that the user lays out, in kcat's manner: ``-f '%t %p %o %k %s\n'``.

``%`` and a letter is a field of the record, ``%%`` a per cent sign, ``\n``, ``\r``, ``\t``, ``\\`` and ``\x1e`` are octets. No newline
is added. Which letters there are is a table of each command; a letter that is in no table is a mistake of the user's.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final, Generic, TypeVar

from hubbub.cli.exits import Ends, Exit

Message = TypeVar("Message")
Field = Callable[[Message], bytes]
Fields = Mapping[str, tuple[str, Field[Message]]]
"""Letter to what it is and where it comes from."""

PIECE: Final = re.compile(r"%(.)|\\(x[0-9a-fA-F]{2}|.)|([^%\\]+)|(.)", re.DOTALL)
ESCAPES: Final = {"n": b"\n", "r": b"\r", "t": b"\t", "\\": b"\\", "0": b"\0"}


class Format(Generic[Message]):
    """A layout, read once, then applied to each record. Raises `Ends` at a letter that is not there."""

    __slots__ = ("_pieces",)

    def __init__(self, text: str, fields: Fields[Message]) -> None:
        self._pieces: list[bytes | Field[Message]] = []
        for match in PIECE.finditer(text):
            letter, escape, plain, stray = match.groups()
            if letter == "%":
                self._pieces.append(b"%")
            elif letter is not None:
                self._pieces.append(self._field(letter, fields))
            elif escape is not None:
                self._pieces.append(octets_of(escape))
            else:
                self._pieces.append((plain or stray).encode())

    def __call__(self, message: Message) -> bytes:
        """The record, laid out."""
        return b"".join(piece if isinstance(piece, bytes) else piece(message) for piece in self._pieces)

    @staticmethod
    def _field(letter: str, fields: Fields[Message]) -> Field[Message]:
        if letter not in fields:
            raise Ends(Exit.USAGE, [f"--format: there is no %{letter} here; there are {listed(fields)}"])
        return fields[letter][1]


def octets_of(escape: str) -> bytes:
    r"""What stands behind a backslash; an unknown one stays as it is written."""
    if len(escape) == 3:
        return bytes([int(escape[1:], 16)])
    return ESCAPES.get(escape, f"\\{escape}".encode())


def listed(fields: Fields[Message]) -> str:
    """All letters with their meaning, for help and for mistakes."""
    return ", ".join(f"%{letter} {meaning}" for letter, (meaning, _) in fields.items())


def number(value: int) -> bytes:
    """A number as text."""
    return b"%d" % value


def text(value: str | None) -> bytes:
    """Text as octets; nothing for none."""
    return (value or "").encode()


def length(octets: bytes | None) -> bytes:
    """How long a field is; -1 where there is none, as in kcat."""
    return number(-1 if octets is None else len(octets))
