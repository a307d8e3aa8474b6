"""What commands that declare share: arguments of the wire, and words about what was done."""

from typing import Final

import click
import msgspec

from hubbub.cli.exits import talk
from hubbub.cli.feeding import pairs
from hubbub.cli.printing import flush, json_line, put

Argument = str | int | float | bool | None
ARGUMENTS: Final = click.option(
    "-a",
    "--argument",
    "arguments",
    multiple=True,
    metavar="NAME=VALUE",
    help="An argument, as x-max-length=10: numbers, true, false and null are those, all else is text; may be repeated.",
)
DURABLE: Final = click.option(
    "--durable/--transient",
    default=True,
    show_default=True,
    help="Whether it is there again after a restart.",
)
AUTO_DELETE: Final = click.option("--auto-delete", is_flag=True, help="It goes when nobody uses it any more.")


def arguments_from(given: tuple[str, ...]) -> dict[str, Argument]:
    """Typed as they look."""
    return {name: typed(text) for name, text in pairs(given, "--argument")}


def typed(text: str) -> Argument:
    """A number, true, false or null where it is one; else the text itself."""
    try:
        return msgspec.json.decode(text, type=int | float | bool | None)
    except msgspec.MsgspecError:
        return text


def report(words: str, facts: dict[str, object], *, as_json: bool) -> None:
    """What was done, to programs or to people."""
    if as_json:
        put(json_line(facts))
        flush()
    else:
        talk(words)
