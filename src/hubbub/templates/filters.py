"""The filters: what may stand behind a pipe. One table, which makes the docs too. Null goes through all but a few, and stays null."""

import math
import re
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import Final
from urllib.parse import quote

from hubbub.templates.limits import LONGEST_TEXT
from hubbub.templates.problems import Unfit
from hubbub.templates.signature import Change, Filter, Known, Param, anything, count, span, text, whole
from hubbub.templates.signature import number as as_number
from hubbub.templates.times import Moment, Span, parse_moment, parse_span
from hubbub.templates.values import (
    bounded,
    finite,
    is_in,
    is_there,
    item,
    json_of,
    kind_of,
    moment_of,
    moved,
    number_of,
    settled,
    text_of,
)


def unless_null(change: Change) -> Callable[[], Change]:
    """A filter without arguments that lets null through."""
    return lambda: lambda value: None if value is None else change(value)


def on_text(change: Callable[[str], str]) -> Callable[[], Change]:
    """The same, for text."""
    return unless_null(lambda value: bounded(change(text_of(value))))


def on_number(change: Callable[[float], object]) -> Callable[[], Change]:
    """The same, for numbers."""
    return unless_null(lambda value: change(as_number(value)))


def on_items(change: Callable[[list[object]], object]) -> Callable[[], Change]:
    """The same, for lists."""
    return unless_null(lambda value: change(listed(value)))


def listed(value: object) -> list[object]:
    """A list, also an empty one."""
    if not isinstance(value, list | tuple):
        raise Unfit(f"{kind_of(value)} is no list")
    return list(value)


def _round(digits: int) -> Change:
    if not 0 <= digits <= 15:
        raise Unfit(f"{digits} is not from 0 to 15 digits")
    places = digits or None

    def change(value: object) -> object:
        if type(value) is float:
            return round(value, places)
        return None if value is None else round(as_number(value), places)

    return change


def _whole(value: float) -> int:
    return int(value)


def _size(value: object) -> int:
    if isinstance(value, list | tuple | dict):
        return len(value)
    return len(text_of(value))


def _shortened(length: int) -> Change:
    return lambda value: None if value is None else text_of(value)[:length]


def _padded_left(width: int, filling: str) -> Change:
    _check_padding(width, filling)
    return lambda value: text_of(value).rjust(width, filling)


def _padded_right(width: int, filling: str) -> Change:
    _check_padding(width, filling)
    return lambda value: text_of(value).ljust(width, filling)


def _check_padding(width: int, filling: str) -> None:
    if not 0 <= width <= LONGEST_TEXT:
        raise Unfit(f"{width} is not from 0 to {LONGEST_TEXT} characters")
    if len(filling) != 1:
        raise Unfit("it is filled up with one character")


def _replaced(old: str, new: str) -> Change:
    if not old:
        raise Unfit("there is nothing to look for")

    def change(value: object) -> object:
        if value is None:
            return None
        before = text_of(value)
        _check_length(len(before) + before.count(old) * (len(new) - len(old)))
        return before.replace(old, new)

    return change


def _check_length(length: int) -> None:
    """Before what is long is made, which takes longer than to refuse it."""
    if length > LONGEST_TEXT:
        raise Unfit(f"text of more than {LONGEST_TEXT} characters")


def _split(separator: str) -> Change:
    if not separator:
        raise Unfit("there is nothing to split at")
    return lambda value: None if value is None else list(text_of(value).split(separator))


def _joined(separator: str) -> Change:
    def change(value: object) -> object:
        if value is None:
            return None
        texts = [text_of(each) for each in listed(value)]
        _check_length(sum(map(len, texts)) + len(separator) * len(texts))
        return separator.join(texts)

    return change


def _default(other: object) -> Change:
    return lambda value: value if is_there(value) else other


def _later(duration: Span) -> Change:
    return lambda value: moved(value, duration.milliseconds, "+")


def _earlier(duration: Span) -> Change:
    return lambda value: moved(value, -duration.milliseconds, "-")


def _formatted(form: str) -> Change:
    """`strftime` leaves what it does not know to the platform; this does not."""
    for known in re.findall("%(.?)", form, re.DOTALL):
        if known not in DIRECTIVES or not known:
            raise Unfit(
                f"%{known} is no part of a time; there are {' '.join(f'%{each}' for each in DIRECTIVES)}"
            )
    return lambda value: None if value is None else moment_of(value).when.strftime(form)


DIRECTIVES: Final = "YymdHIMSfpjaAbBzZ%"


def _seconds(value: object) -> int:
    return moment_of(value).milliseconds // 1000


def _milliseconds(value: object) -> int:
    if type(value) is Span:
        return value.milliseconds
    return moment_of(value).milliseconds


def _time(value: object) -> Moment:
    return value if type(value) is Moment else parse_moment(text_of(value))


def _duration(value: object) -> Span:
    return value if type(value) is Span else parse_span(text_of(value))


def _item(index: object) -> Change:
    return lambda value: item(value, index)


def _slice(first: int, end: int | None) -> Change:
    def change(value: object) -> object:
        if value is None:
            return None
        return listed(value)[first:end] if isinstance(value, list | tuple) else text_of(value)[first:end]

    return change


def _contains(part: object) -> Change:
    return lambda value: is_in(part, value)


def _starts(start: str) -> Change:
    return lambda value: value is not None and text_of(value).startswith(start)


def _ends(end: str) -> Change:
    return lambda value: value is not None and text_of(value).endswith(end)


def _at_least(least: float) -> Change:
    return lambda value: None if value is None else max(as_number(value), least)


def _at_most(most: float) -> Change:
    return lambda value: None if value is None else min(as_number(value), most)


def _ordered(values: list[object]) -> object:
    numbers = [number_of(value) for value in values]
    if all(value is not None for value in numbers):
        return sorted(values, key=lambda value: number_of(value) or 0)
    return sorted(values, key=text_of)


def _distinct(values: list[object]) -> object:
    return list({json_of(value): value for value in values}.values())


def _total(values: list[object]) -> object:
    return finite(sum(as_number(value) for value in values))


def _json(value: object) -> object:
    return bounded(json_of(settled(value)))


def _base64(value: str) -> str:
    return b64encode(value.encode("utf-8", "replace")).decode()


def _sha256(value: str) -> str:
    return sha256(value.encode("utf-8", "replace")).hexdigest()


def _quoted(value: str) -> str:
    return quote(value, safe="", errors="replace")


def _keys(value: object) -> object:
    return list(value) if isinstance(value, dict) else None


def _fields(value: object) -> object:
    return list(value.values()) if isinstance(value, dict) else None


ROUND: Final = Filter(
    "round",
    _round,
    "Rounded to that many digits behind the point; a whole number without.",
    "faker.float 1 9 | round 2",
    (Param("digits", whole, 0),),
    gives=Known.NUMBER,
)

FILTERS: Final = (
    ROUND,
    Filter("floor", on_number(math.floor), "The whole number below.", "2.7 | floor", gives=Known.NUMBER),
    Filter("ceil", on_number(math.ceil), "The whole number above.", "2.1 | ceil", gives=Known.NUMBER),
    Filter("abs", on_number(abs), "Without its sign.", "-3 | abs", gives=Known.NUMBER),
    Filter("atLeast", _at_least, "The number, or the least that it may be.", "normal 5 3 | atLeast 0", (Param("least", as_number),), gives=Known.NUMBER),
    Filter("atMost", _at_most, "The number, or the most that it may be.", "normal 5 3 | atMost 10", (Param("most", as_number),), gives=Known.NUMBER),
    Filter("int", on_number(_whole), "A whole number; what is behind the point is cut off.", "'42' | int", gives=Known.NUMBER),
    Filter("float", on_number(float), "A number with a point.", "'1.5' | float", gives=Known.NUMBER),
    Filter("bool", lambda: is_there, "False for null, false and what is empty; else true.", "'' | bool"),
    Filter("string", lambda: lambda value: bounded(text_of(value)), "Text; null is empty, lists and maps are JSON.", "faker.int 1 5 | string", gives=Known.PLAIN),
    Filter("json", lambda: _json, "JSON as text.", "[1, 2] | json"),
    Filter("upper", on_text(str.upper), "In capitals.", "'a' | upper", gives=Known.PLAIN),
    Filter("lower", on_text(str.lower), "In small letters.", "'A' | lower", gives=Known.PLAIN),
    Filter("capitalize", on_text(str.capitalize), "With a capital in front.", "'abc' | capitalize"),
    Filter("title", on_text(str.title), "With capitals in front of all words.", "'a tale' | title"),
    Filter("trim", on_text(str.strip), "Without the space around it.", "' a ' | trim"),
    Filter("truncate", _shortened, "Its first characters.", "'abcdef' | truncate 3", (Param("length", count),)),
    Filter("padLeft", _padded_left, "Filled up in front.", "7 | padLeft 3 '0'", (Param("width", whole), Param("filling", text, " "))),
    Filter("padRight", _padded_right, "Filled up behind.", "'a' | padRight 3", (Param("width", whole), Param("filling", text, " "))),
    Filter("replace", _replaced, "With another text for each of one.", "'a-b' | replace '-' '_'", (Param("old", text), Param("new", text))),
    Filter("split", _split, "A list of its parts.", "'a,b' | split ','", (Param("separator", text, ","),)),
    Filter("join", _joined, "A list as one text.", "['a', 'b'] | join '-'", (Param("separator", text, ","),)),
    Filter("slice", _slice, "A part of a text or a list, counted from 0; the end is not in it.", "'abcdef' | slice 1 3", (Param("first", whole), Param("end", whole, None))),
    Filter("contains", _contains, "Whether a text, a list or the keys of a map have it.", "['a', 'b'] | contains 'a'", (Param("part", anything),)),
    Filter("startsWith", _starts, "Whether it begins so.", "'abc' | startsWith 'a'", (Param("start", text),)),
    Filter("endsWith", _ends, "Whether it ends so.", "'abc' | endsWith 'c'", (Param("end", text),)),
    Filter("length", unless_null(_size), "How many characters, items or fields it has.", "'abc' | length"),
    Filter("first", lambda: lambda value: item(value, 0), "The first item or letter.", "[1, 2] | first"),
    Filter("last", lambda: lambda value: item(value, -1), "The last item or letter.", "[1, 2] | last"),
    Filter("item", _item, "An item of a list or a field of a map.", "[1, 2] | item 1", (Param("index", anything),)),
    Filter("sort", on_items(_ordered), "In order: by number if all are numbers, else as text.", "[2, 1] | sort"),
    Filter("unique", on_items(_distinct), "Without those that were there before.", "[1, 1] | unique"),
    Filter("reverse", on_items(lambda values: values[::-1]), "The list from its end.", "[1, 2] | reverse"),
    Filter("sum", on_items(_total), "The sum of a list of numbers.", "[1, 2] | sum"),
    Filter("keys", unless_null(_keys), "The keys of a map.", "{a: 1} | keys"),
    Filter("values", unless_null(_fields), "The values of a map.", "{a: 1} | values"),
    Filter("default", _default, "The other where there is nothing; the same as `||`.", "null | default 'none'", (Param("other", anything),)),
    Filter("addDuration", _later, "A time, or text that reads as one, later.", "now | add_duration '7 days'", (Param("duration", span),), gives=Known.TIME),
    Filter("subtractDuration", _earlier, "The same, earlier.", "now | subtract_duration '2 hours'", (Param("duration", span),), gives=Known.TIME),
    Filter("format", _formatted, "A time in UTC, written after the pattern of `strftime`.", "now | format '%Y-%m-%d'", (Param("form", text),)),
    Filter("unix", unless_null(_seconds), "A time in seconds since 1970.", "now | unix"),
    Filter("unixMs", unless_null(_milliseconds), "A time in milliseconds since 1970; a duration in milliseconds.", "now | unix_ms"),
    Filter("time", unless_null(_time), "A time from text, to reckon with.", "'2026-01-01' | time | add_duration 1d"),
    Filter("duration", unless_null(_duration), "A duration from text, to reckon with.", "now + ('3 days' | duration)"),
    Filter("base64", on_text(_base64), "In Base64.", "'abc' | base64"),
    Filter("sha256", on_text(_sha256), "Its SHA-256 in hexadecimal digits.", "'abc' | sha256"),
    Filter("urlEncode", on_text(_quoted), "With %xx for all that has a meaning in a URL.", "'a b' | url_encode"),
)  # fmt: skip
