"""A group whose commands are imported when they are called. Its help is written from a table, so that `--help` imports none."""

from collections.abc import Mapping
from importlib import import_module

import click
from msgspec import Struct


class Entry(Struct, frozen=True):
    """Where a command is (``module:name``) and what it does in one line."""

    place: str
    summary: str


class LazyGroup(click.Group):
    """A `click.Group` over a table of entries."""

    def __init__(self, name: str, entries: Mapping[str, Entry], help: str) -> None:  # noqa: A002 - click calls it so
        super().__init__(name, help=help, context_settings={"help_option_names": ["-h", "--help"]})
        self._entries = entries

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of the table, which is the order of use."""
        return list(self._entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command now."""
        entry = self._entries.get(cmd_name)
        if entry is None:
            return None
        module, _, name = entry.place.partition(":")
        command = getattr(import_module(module), name)
        if not isinstance(command, click.Command):
            raise TypeError(f"{entry.place} is no command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table itself."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in self._entries.items()])
