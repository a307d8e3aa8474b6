"""Flags made from the options structs, and the settings that come of a call."""

import os
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path as File
from typing import Final

import click

from hubbub.cli.exits import Ends, Exit, talk
from hubbub.settings import Settings
from hubbub.settings.known import DIALECT, DORMANT, PENDING_FLAGS
from hubbub.settings.loading import CONFIG_VARIABLE, Loaded, Sources, find_file, load
from hubbub.settings.options import Option, Path, options
from hubbub.settings.problems import BadSettings
from hubbub.settings.wording import described, shown

CONFIG_HELP: Final = f"Read settings from this file; also ${CONFIG_VARIABLE}. Without it: hubbub.yaml or mockforge.yaml of this folder, if there."


class SettingFlag(click.Option):
    """The flag of one option. Its text is checked with the other sources, not by click, so that all mistakes read alike."""

    def __init__(self, option: Option) -> None:
        self.option = option
        flag = option.flag
        both = f"{flag}/--no-{flag[2:]}" if option.is_switch else flag
        words = option.description or f"Takes {described(option.kind)}."
        if option.path in DORMANT:
            words += " Not effective yet."
        if option.default not in ("", (), None):
            words += f"  [default: {shown(option, option.default)}]"
        super().__init__(
            [both, parameter(option.path)],
            default=None,
            help=words,
            metavar=None if option.is_switch else "X",
        )


class PendingFlag(click.Option):
    """A flag that is known, has no effect yet, and says so."""

    def __init__(self, flag: str, reason: str) -> None:
        self.reason = reason
        super().__init__([flag], hidden=True, default=None, expose_value=False, callback=self.warn)

    def warn(self, _ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
        """Nothing is accepted in silence."""
        if value is not None:
            talk(f"warning: {self.opts[0]} is not effective yet; {self.reason}")


class SettingsCommand(click.Command):
    """A command with a flag for every option, listed by section in its help."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """The command's own flags first."""
        return [*super().get_params(ctx), *SETTING_FLAGS, *PENDING_FLAG_OPTIONS]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Section by section."""
        own = [
            record for param in super().get_params(ctx) if (record := param.get_help_record(ctx)) is not None
        ]
        with formatter.section("Options"):
            formatter.write_dl(own)
        for section, flags in groupby(SETTING_FLAGS, lambda flag: flag.option.path[:-1]):
            with formatter.section(f"Settings of {'.'.join(section) or 'the hub'}"):
                formatter.write_dl(
                    [record for flag in flags if (record := flag.get_help_record(ctx)) is not None]
                )


def parameter(path: Path) -> str:
    """The name under which click hands over an option's value."""
    return "__".join(path)


SETTING_FLAGS: Final = [SettingFlag(option) for option in options(Settings)]
PENDING_FLAG_OPTIONS: Final = [PendingFlag(flag, reason) for flag, reason in PENDING_FLAGS.items()]


def given(values: Mapping[str, object]) -> Iterator[tuple[Path, str | bool]]:
    """The settings among the values that click hands over, those that were typed."""
    for flag in SETTING_FLAGS:
        value = values.get(parameter(flag.option.path))
        if isinstance(value, str | bool):
            yield flag.option.path, value


def settings_of(named: str | None, flags: Mapping[Path, str | bool]) -> Loaded[Settings]:
    """What holds in this folder, environment and call. Warnings are told; ends the command where something is wrong."""
    file = find_file(named, os.environ, File())
    try:
        loaded = load(DIALECT, Sources(file, os.environ, flags))
    except BadSettings as bad:
        raise ends_for(bad) from None
    for warning in loaded.warnings:
        talk(f"warning: {warning}")
    return loaded


def ends_for(bad: BadSettings) -> Ends:
    """A wrong flag is a wrong command line; a wrong file or variable is not the fault of who typed the command."""
    by_flags_alone = all(problem.where.startswith("--") for problem in bad.problems)
    return Ends(
        Exit.USAGE if by_flags_alone else Exit.BAD_SETTINGS, [str(problem) for problem in bad.problems]
    )
