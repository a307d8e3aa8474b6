"""What came, as a failure shows it: few lines, in order, with the nearest miss marked."""

from collections.abc import Sequence
from typing import Final

from hubbub.client.messages import Message, shown

LINES: Final = 20
BEFORE: Final = 12
"""Lines shown before the marked one, where not all fit."""
WIDE: Final = 40


def timeline(messages: Sequence[Message], began: int, marks: dict[int, str] | None = None) -> list[str]:
    """Lines for people. ``began`` in ms since 1970; ``marks`` are words beside messages, by their index."""
    marks = marks or {}
    if not messages:
        return ["Nothing came at all."]
    first, last = window(len(messages), min(marks, default=0))
    width = min(WIDE, max(len(message.address) for message in messages[first:last]))
    lines = [f"What came ({len(messages)} in all, by the time since the test began):"]
    if first:
        lines.append(f"    … {first} before these")
    lines += [
        line(message, began, width, marks.get(index, ""))
        for index, message in enumerate(messages[first:last], first)
    ]
    if last < len(messages):
        lines.append(f"    … {len(messages) - last} more")
    return lines


def window(count: int, about: int) -> tuple[int, int]:
    """Which of so many are shown, so that this one is among them."""
    if count <= LINES:
        return 0, count
    first = max(0, min(about - BEFORE, count - LINES))
    return first, first + LINES


def line(message: Message, began: int, width: int, mark: str) -> str:
    """One message."""
    key = "" if message.key is None else f"{shown(message.key, 30)} = "
    value = "(no value)" if message.is_absent else shown(message.value, 80)
    since = max(0, message.at - began) / 1000
    return f"  {since:8.3f} s  {message.address:<{width}}  {key}{value}{'   ← ' + mark if mark else ''}"
