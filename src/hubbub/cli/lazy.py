"""A group whose commands are imported when they are called. Its help is written from a table, so that `--help` imports none."""

from collections.abc import Mapping
from difflib import get_close_matches
from importlib import import_module
from typing import NamedTuple

import click

from hubbub.cli.exits import ReaderHasEnough


class Entry(NamedTuple):
    """Where a command is (``module:name``), what it does in one line, and how else people write it."""

    place: str
    summary: str
    aliases: tuple[str, ...] = ()


class LazyGroup(click.Group):
    """A `click.Group` over a table of entries."""

    def __init__(self, name: str, entries: Mapping[str, Entry], help: str) -> None:  # noqa: A002 - click calls it so
        super().__init__(name, help=help, context_settings={"help_option_names": ["-h", "--help"]})
        self._entries = entries
        self._spelt = {alias: name for name, entry in entries.items() for alias in entry.aliases}

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """In the order of the table, which is the order of use."""
        return list(self._entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import the command now."""
        entry = self._entries.get(self._spelt.get(cmd_name, cmd_name))
        if entry is None:
            return None
        module, _, name = entry.place.partition(":")
        command = getattr(import_module(module), name)
        if not isinstance(command, click.Command):
            raise TypeError(f"{entry.place} is no command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Like click's, but says what was probably meant."""
        name = args[0]
        if name not in self._entries and name not in self._spelt and not name.startswith("-"):
            near = get_close_matches(name, [*self._entries, *self._spelt], n=1)
            meant = f"; did you mean {near[0]!r}?" if near else ""
            raise click.UsageError(f"there is no command {name!r}{meant}", ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Like click's, but a reader who has enough is no failure. Raises `ReaderHasEnough`."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise ReaderHasEnough from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """The table itself."""
        with formatter.section("Commands"):
            formatter.write_dl(
                [(", ".join((name, *entry.aliases)), entry.summary) for name, entry in self._entries.items()]
            )
