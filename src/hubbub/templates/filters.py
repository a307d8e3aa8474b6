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
from hubbub.templates.signature import Change, Filter, Param, anything, count, span, text, whole
from hubbub.templates.signature import number as as_number
from hubbub.templates.times import Moment, Span, parse_moment, parse_span
from hubbub.templates.values import (
    as_json,
    is_in,
    is_there,
    item,
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


def on_text(change: Callable[[str], object]) -> Callable[[], Change]:
    """The same, for text."""
    return unless_null(lambda value: change(text_of(value)))


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


def _padded(width: int, filling: str, *, in_front: bool) -> Change:
    if width > LONGEST_TEXT or len(filling) != 1:
        raise Unfit(
            "it is filled up with one character"
            if len(filling) != 1
            else f"more than {LONGEST_TEXT} characters"
        )
    return lambda value: (
        text_of(value).rjust(width, filling) if in_front else text_of(value).ljust(width, filling)
    )


def _padded_left(width: int, filling: str) -> Change:
    return _padded(width, filling, in_front=True)


def _padded_right(width: int, filling: str) -> Change:
    return _padded(width, filling, in_front=False)


def _replaced(old: str, new: str) -> Change:
    if not old:
        raise Unfit("there is nothing to look for")

    def change(value: object) -> object:
        if value is None:
            return None
        before = text_of(value)
        if before.count(old) * (len(new) - len(old)) + len(before) > LONGEST_TEXT:
            raise Unfit(f"more than {LONGEST_TEXT} characters")
        return before.replace(old, new)

    return change


def _split(separator: str) -> Change:
    if not separator:
        raise Unfit("there is nothing to split at")
    return lambda value: None if value is None else list(text_of(value).split(separator))


def _joined(separator: str) -> Change:
    return lambda value: None if value is None else separator.join([text_of(each) for each in listed(value)])


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
    return list({as_json(value): value for value in values}.values())


def _total(values: list[object]) -> object:
    return sum(as_number(value) for value in values)


def _keys(value: object) -> object:
    return list(value) if isinstance(value, dict) else None


def _fields(value: object) -> object:
    return list(value.values()) if isinstance(value, dict) else None


FILTERS: Final = (
    Filter(name="round", make=_round, params=(Param("digits", whole, 0),), about="Rounded to that many digits behind the point; a whole number without.", example="faker.float 1 9 | round 2"),
    Filter(name="floor", make=on_number(math.floor), about="The whole number below.", example="2.7 | floor"),
    Filter(name="ceil", make=on_number(math.ceil), about="The whole number above.", example="2.1 | ceil"),
    Filter(name="abs", make=on_number(abs), about="Without its sign.", example="-3 | abs"),
    Filter(name="atLeast", make=_at_least, params=(Param("least", as_number),), about="The number, or the least that it may be.", example="normal 5 3 | atLeast 0"),
    Filter(name="atMost", make=_at_most, params=(Param("most", as_number),), about="The number, or the most that it may be.", example="normal 5 3 | atMost 10"),
    Filter(name="int", make=on_number(_whole), about="A whole number; what is behind the point is cut off.", example="'42' | int"),
    Filter(name="float", make=on_number(float), about="A number with a point.", example="'1.5' | float"),
    Filter(name="bool", make=lambda: is_there, about="False for null, false and what is empty; else true.", example="'' | bool"),
    Filter(name="string", make=lambda: text_of, about="Text; null is empty, lists and maps are JSON.", example="faker.int 1 5 | string"),
    Filter(name="json", make=lambda: lambda value: as_json(settled(value)).decode(), about="JSON as text.", example="[1, 2] | json"),
    Filter(name="upper", make=on_text(str.upper), about="In capitals.", example="'a' | upper"),
    Filter(name="lower", make=on_text(str.lower), about="In small letters.", example="'A' | lower"),
    Filter(name="capitalize", make=on_text(str.capitalize), about="With a capital in front.", example="'abc' | capitalize"),
    Filter(name="title", make=on_text(str.title), about="With capitals in front of all words.", example="'a tale' | title"),
    Filter(name="trim", make=on_text(str.strip), about="Without the space around it.", example="' a ' | trim"),
    Filter(name="truncate", make=_shortened, params=(Param("length", count),), about="Its first characters.", example="'abcdef' | truncate 3"),
    Filter(name="padLeft", make=_padded_left, params=(Param("width", whole), Param("filling", text, " ")), about="Filled up in front.", example="7 | padLeft 3 '0'"),
    Filter(name="padRight", make=_padded_right, params=(Param("width", whole), Param("filling", text, " ")), about="Filled up behind.", example="'a' | padRight 3"),
    Filter(name="replace", make=_replaced, params=(Param("old", text), Param("new", text)), about="With another text for each of one.", example="'a-b' | replace '-' '_'"),
    Filter(name="split", make=_split, params=(Param("separator", text, ","),), about="A list of its parts.", example="'a,b' | split ','"),
    Filter(name="join", make=_joined, params=(Param("separator", text, ","),), about="A list as one text.", example="['a', 'b'] | join '-'"),
    Filter(name="slice", make=_slice, params=(Param("first", whole), Param("end", whole, None)), about="A part of a text or a list, counted from 0; the end is not in it.", example="'abcdef' | slice 1 3"),
    Filter(name="contains", make=_contains, params=(Param("part", anything),), about="Whether a text, a list or the keys of a map have it.", example="['a', 'b'] | contains 'a'"),
    Filter(name="startsWith", make=_starts, params=(Param("start", text),), about="Whether it begins so.", example="'abc' | startsWith 'a'"),
    Filter(name="endsWith", make=_ends, params=(Param("end", text),), about="Whether it ends so.", example="'abc' | endsWith 'c'"),
    Filter(name="length", make=unless_null(_size), about="How many characters, items or fields it has.", example="'abc' | length"),
    Filter(name="first", make=lambda: lambda value: item(value, 0), about="The first item or letter.", example="[1, 2] | first"),
    Filter(name="last", make=lambda: lambda value: item(value, -1), about="The last item or letter.", example="[1, 2] | last"),
    Filter(name="item", make=_item, params=(Param("index", anything),), about="An item of a list or a field of a map.", example="[1, 2] | item 1"),
    Filter(name="sort", make=on_items(_ordered), about="In order: by number if all are numbers, else as text.", example="[2, 1] | sort"),
    Filter(name="unique", make=on_items(_distinct), about="Without those that were there before.", example="[1, 1] | unique"),
    Filter(name="reverse", make=on_items(lambda values: values[::-1]), about="The list from its end.", example="[1, 2] | reverse"),
    Filter(name="sum", make=on_items(_total), about="The sum of a list of numbers.", example="[1, 2] | sum"),
    Filter(name="keys", make=unless_null(_keys), about="The keys of a map.", example="{a: 1} | keys"),
    Filter(name="values", make=unless_null(_fields), about="The values of a map.", example="{a: 1} | values"),
    Filter(name="default", make=_default, params=(Param("other", anything),), about="The other where there is nothing; the same as `||`.", example="null | default 'none'"),
    Filter(name="addDuration", make=_later, params=(Param("duration", span),), about="A time, or text that reads as one, later.", example="now | add_duration '7 days'"),
    Filter(name="subtractDuration", make=_earlier, params=(Param("duration", span),), about="The same, earlier.", example="now | subtract_duration '2 hours'"),
    Filter(name="format", make=_formatted, params=(Param("form", text),), about="A time in UTC, written after the pattern of `strftime`.", example="now | format '%Y-%m-%d'"),
    Filter(name="unix", make=unless_null(_seconds), about="A time in seconds since 1970.", example="now | unix"),
    Filter(name="unixMs", make=unless_null(_milliseconds), about="A time in milliseconds since 1970; a duration in milliseconds.", example="now | unix_ms"),
    Filter(name="time", make=unless_null(_time), about="A time from text, to reckon with.", example="'2026-01-01' | time | add_duration 1d"),
    Filter(name="duration", make=unless_null(_duration), about="A duration from text, to reckon with.", example="now + ('3 days' | duration)"),
    Filter(name="base64", make=on_text(lambda value: b64encode(value.encode("utf-8", "replace")).decode()), about="In Base64.", example="'abc' | base64"),
    Filter(name="sha256", make=on_text(lambda value: sha256(value.encode("utf-8", "replace")).hexdigest()), about="Its SHA-256 in hexadecimal digits.", example="'abc' | sha256"),
    Filter(name="urlEncode", make=on_text(lambda value: quote(value, safe="", errors="replace")), about="With %xx for all that has a meaning in a URL.", example="'a b' | url_encode"),
)  # fmt: skip
