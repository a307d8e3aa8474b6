"""`hubbub config`: show what holds, check a file, describe what can be set."""

from pathlib import Path as File

import click
import msgspec

from hubbub.cli.exits import talk
from hubbub.cli.flags import CONFIG_HELP, SettingsCommand, ends_for, given, settings_of
from hubbub.settings import Settings
from hubbub.settings.known import DIALECT
from hubbub.settings.loading import Loaded, Sources, load
from hubbub.settings.options import Option, options
from hubbub.settings.problems import BadSettings
from hubbub.settings.schema import schema_of
from hubbub.settings.wording import shown, value_of

COLUMN = 44


@click.group()
def config() -> None:
    """Show, check and describe settings."""


@config.command(cls=SettingsCommand)
@click.option("-c", "--config", "file", metavar="FILE", help=CONFIG_HELP)
@click.option("--changed", is_flag=True, help="Only what somebody has set.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object: key to value and origin.")
def show(file: str | None, *, changed: bool, as_json: bool, **flags: object) -> None:
    """Show every setting as it holds here, and who has set it."""
    loaded = settings_of(file, dict(given(flags)))
    chosen = [
        option for option in options(type(loaded.settings)) if not changed or option.path in loaded.origins
    ]
    if as_json:
        facts = {
            option.key: {
                "value": msgspec.Raw(shown_of(loaded, option).encode()),
                "origin": loaded.origin(option.path),
            }
            for option in chosen
        }
        click.echo(msgspec.json.encode(facts))
    else:
        click.echo("\n".join(as_yaml(loaded, chosen)))


def as_yaml(loaded: Loaded[Settings], chosen: list[Option]) -> list[str]:
    """Lines that are a configuration file themselves, with the origin of each value behind it."""
    lines: list[str] = []
    section = ""
    for option in chosen:
        *above, name = option.path
        if ".".join(above) != section:
            section = ".".join(above)
            lines.append(f"{section}:")
        line = f"{'  ' * len(above)}{name}: {shown_of(loaded, option)}"
        lines.append(f"{line.ljust(COLUMN)} # {loaded.origin(option.path)}")
    return lines


def shown_of(loaded: Loaded[Settings], option: Option) -> str:
    """The value that holds."""
    return shown(option, value_of(loaded.settings, option.path))


@config.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=File))
def validate(file: File) -> None:
    """Check FILE, and nothing but FILE, without starting anything.

    Every mistake is told with its line. Ends with code 4 if there is one.
    """
    try:
        loaded = load(DIALECT, Sources(file))
    except BadSettings as bad:
        raise ends_for(bad) from None
    for warning in loaded.warnings:
        talk(f"warning: {warning}")
    count = len(loaded.origins)
    click.echo(
        f"{file} is good: {count} {'setting' if count == 1 else 'settings'}, {len(loaded.warnings)} not effective yet"
    )


@config.command()
def schema() -> None:
    """Print the JSON Schema of a configuration file, for editors and checks."""
    click.echo(msgspec.json.format(msgspec.json.encode(schema_of(DIALECT)), indent=2))
