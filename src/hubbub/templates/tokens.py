"""The words of the template language: from the text of an expression to tokens, up to the ``}}`` that closes it.

    number   10  2.5  1e3          duration  7d  90s  1.5h  500ms  2w  5m
    text     'a' or "a", with \\n \\t \\r \\\\ \\' \\" \\uXXXX
    name     a letter, ``_`` or ``$``, then letters, digits and ``_``
    mark     || && == != <= >= < > + - * / % ! ? : , . ( ) [ ] { } |

A token remembers whether space stands before it, for ``f [1]`` is a call and ``x[1]`` an item of a list. Braces of maps are counted, so that
``{{ {a: {b: 1}}.a }}`` ends where it should.
"""

import re
from enum import Enum
from itertools import takewhile
from typing import Final

from msgspec import Struct

from hubbub.templates.limits import LONGEST_EXPRESSION
from hubbub.templates.problems import Mistake
from hubbub.templates.times import UNITS, Span


class Kind(Enum):
    """What a token is."""

    NUMBER = "number"
    SPAN = "duration"
    TEXT = "text"
    NAME = "name"
    MARK = "mark"
    END = "end"


class Token(Struct, frozen=True, gc=False):
    """One word. ``end`` is where the next may begin; of the last, where text goes on after ``}}``."""

    kind: Kind
    value: str | int | float | Span
    at: int
    end: int
    is_spaced: bool

    def is_mark(self, mark: str) -> bool:
        """Whether it is this mark."""
        return self.kind is Kind.MARK and self.value == mark


WORD: Final = re.compile(
    r"""
      (?P<SPAN>\d+(?:\.\d+)?(?:ms|s|m|h|d|w)(?![A-Za-z0-9_]))
    | (?P<NUMBER>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![A-Za-z0-9_]))
    | (?P<TEXT>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    | (?P<NAME>[$A-Za-z_][A-Za-z0-9_]*)
    | (?P<MARK>\|\||&&|[=!<>]=|[-+*/%!?:,.()\[\]{}|<>])
    """,
    re.VERBOSE | re.DOTALL,
)
SPACE: Final = re.compile(r"\s*")
ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"', "/": "/"}
LARGEST_WHOLE: Final = 2**63 - 1


def tokens(text: str, start: int, *, is_closed: bool) -> list[Token]:
    """The tokens of the expression that begins at ``start``; the last is the END. Raises `Mistake`.

    ``is_closed``: it ends at ``}}``, else with the text.
    """
    found: list[Token] = []
    braces = 0
    at = start
    while True:
        gap = at
        at = _skip_space(text, at)
        if at - start > LONGEST_EXPRESSION:
            raise Mistake(
                start, "this expression is too long", f"{LONGEST_EXPRESSION} characters are the most"
            )
        if is_closed and not braces and text.startswith("}}", at):
            return [*found, Token(Kind.END, "}}", at, at + 2, is_spaced=True)]
        if at == len(text):
            if is_closed:
                raise Mistake(
                    start - 2, "this {{ is never closed", "end it with }}; write a plain {{ as {{ '{{' }}"
                )
            return [*found, Token(Kind.END, "the end", at, at, is_spaced=True)]
        match = WORD.match(text, at)
        if match is None or match.lastgroup is None:
            raise _strange(text, at)
        kind = Kind[match.lastgroup]
        value = READERS[kind](match.group(), at)
        braces += (value == "{") - (value == "}") if kind is Kind.MARK else 0
        found.append(Token(kind, value, at, match.end(), at > gap))
        at = match.end()


def _skip_space(text: str, at: int) -> int:
    match = SPACE.match(text, at)
    return match.end() if match else at


def _strange(text: str, at: int) -> Mistake:
    letter = text[at]
    if letter in "'\"":
        return Mistake(at, "this text is never closed", f"end it with {letter}")
    if letter == "=":
        return Mistake(at, "one = compares nothing", "write ==")
    if letter == "#":
        return Mistake(at, "there are no blocks in this language", "write a list, or condition ? a : b")
    if letter.isdigit():
        word = "".join(takewhile(lambda sign: sign.isalnum() or sign == ".", text[at : at + 24]))
        return Mistake(at, f"{word!r} is neither a number nor a duration", f"units are {', '.join(UNITS)}")
    return Mistake(at, f"{letter!r} has no meaning here", "docs/templates.md shows what has")


def _number(word: str, at: int) -> int | float:
    if not word.isdigit():
        number = float(word)
        if number == float("inf"):
            raise Mistake(at, f"{word} is too large", "write a smaller number")
        return number
    if len(word) > len(str(LARGEST_WHOLE)) or int(word) > LARGEST_WHOLE:
        raise Mistake(at, f"{word[:24]} is too large", f"the largest whole number is {LARGEST_WHOLE}")
    return int(word)


def _text(word: str, at: int) -> str:
    def resolve(match: re.Match[str]) -> str:
        code, letter = match.groups()
        if code is not None:
            if "d800" <= code.lower() <= "dfff":
                raise Mistake(
                    at + 1 + match.start(), f"\\u{code} is half a character", "write the character itself"
                )
            return chr(int(code, 16))
        if letter not in ESCAPES:
            raise Mistake(at + 1 + match.start(), f"\\{letter} has no meaning", "write \\\\ for a backslash")
        return ESCAPES[letter]

    inner = word[1:-1]
    return ESCAPE.sub(resolve, inner) if "\\" in inner else inner


def _span(word: str, at: int) -> Span:
    unit = word.lstrip("0123456789.")
    milliseconds = float(word[: -len(unit)]) * UNITS[unit]
    if milliseconds > LARGEST_WHOLE:
        raise Mistake(at, f"{word[:24]} is too long", "write a shorter duration")
    return Span(round(milliseconds))


def _as_is(word: str, at: int) -> str:  # noqa: ARG001 - all readers have one shape
    return word


READERS: Final = {
    Kind.SPAN: _span,
    Kind.NUMBER: _number,
    Kind.TEXT: _text,
    Kind.NAME: _as_is,
    Kind.MARK: _as_is,
}
