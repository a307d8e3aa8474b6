"""`hubbub fixtures`: traffic from files, checked and tried without a hub; `playing` has what is done with one."""

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

import click
import msgspec

from hubbub.cli.exits import Ends, Exit, talk
from hubbub.cli.playing import commands

if TYPE_CHECKING:
    from hubbub.fixtures.reading.files import Reading
    from hubbub.fixtures.sampling import Sample

ROOMS: Final = ("kafka", "mqtt", "amqp")
DIRECTORY = click.argument("directory", metavar="DIR")
PROTOCOL = click.option(
    "--protocol",
    type=click.Choice(ROOMS),
    default=None,
    help="What the files are about, where they do not say.",
)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object on each line.")
SEED = click.option("--seed", type=int, default=None, help="The same number makes the same samples.")


@click.group()
def fixtures() -> None:
    """Check, try and load fixture files."""


for each in commands("").values():
    fixtures.add_command(each)


@fixtures.command()
@DIRECTORY
@PROTOCOL
@click.option("--strict", is_flag=True, help="Warnings count, too.")
@click.option(
    "--dry-run",
    "count",
    metavar="N",
    type=click.IntRange(0),
    default=0,
    help="Print N samples of each fixture that is good.",
)
@SEED
@AS_JSON
def check(
    directory: str, protocol: str | None, count: int, seed: int | None, *, strict: bool, as_json: bool
) -> int:
    """Check all fixture files below DIR, or the one file DIR.

    Every mistake is told with its file and line. Ends with code 4 if there is one.
    """
    reading = read(directory, protocol)
    problems = [*map(str, reading.problems), *faults(reading, seed)]
    for warning in reading.warnings:
        talk(f"warning: {warning}")
    for problem in problems:
        talk(problem)
    if count:
        show_samples(reading, "", count, seed, as_json=as_json)
    book = reading.book
    click.echo(
        f"{directory}: {len(reading.files)} files, {len(book.fixtures)} fixtures, {len(book.relationships)} relationships, "
        f"{len(book.scenarios)} scenarios, {len(book.groups)} groups; {len(problems)} mistakes, {len(reading.warnings)} warnings",
        err=as_json,
    )
    return Exit.BAD_SETTINGS if problems or (strict and reading.warnings) else Exit.OK


@fixtures.command()
@DIRECTORY
@PROTOCOL
@click.option(
    "-n", "--count", type=click.IntRange(1), default=3, show_default=True, help="How many of each fixture."
)
@click.option("--name", default="", help="Only the fixture of this name.")
@SEED
@AS_JSON
def sample(
    directory: str, protocol: str | None, count: int, name: str, seed: int | None, *, as_json: bool
) -> int:
    """Print messages that the fixtures below DIR would send. Nothing is sent."""
    reading = read(directory, protocol)
    for problem in reading.problems:
        talk(str(problem))
    if name and all(fixture.name != name for fixture in reading.book.fixtures):
        known = ", ".join(fixture.name for fixture in reading.book.fixtures)
        raise Ends(Exit.USAGE, [f"no fixture is called {name!r}; there are: {known or 'none'}"])
    show_samples(reading, name, count, seed, as_json=as_json)
    return Exit.BAD_SETTINGS if reading.problems else Exit.OK


def read(directory: str, protocol: str | None) -> "Reading":
    """The files of a directory."""
    from hubbub.fixtures.reading.files import Folder, read_folders

    return read_folders([Folder(directory, protocol or "")])


def faults(reading: "Reading", seed: int | None) -> list[str]:
    """Mistakes that show only when a message is made."""
    found: list[str] = []
    for _ in samples(reading, "", 1, seed, found.append):
        pass
    return found


def show_samples(reading: "Reading", name: str, count: int, seed: int | None, *, as_json: bool) -> None:
    """For programs on one line each, for people in paragraphs."""
    show = show_json if as_json else show_text
    for made in samples(reading, name, count, seed, talk):
        show(made)


def samples(
    reading: "Reading", name: str, count: int, seed: int | None, tell: Callable[[str], object]
) -> "Iterator[Sample]":
    """So many of each fixture. One whose templates and values do not fit is told once."""
    from hubbub.fixtures.sampling import Sampler
    from hubbub.net.clock import wall_ms
    from hubbub.templates.problems import TemplateFault

    sampler = Sampler(reading.book, wall_ms(), os.environ, seed)
    for fixture in reading.book.fixtures:
        if name in ("", fixture.name):
            try:
                yield from sampler.samples(fixture, count)
            except TemplateFault as why:
                tell(str(why))


def show_json(sample: "Sample") -> None:
    """One line."""
    click.echo(msgspec.json.encode(sample))


def show_text(sample: "Sample") -> None:
    """A paragraph."""
    click.echo(f"{sample.fixture} -> {sample.address}")
    if sample.key is not None:
        click.echo(f"  key: {sample.key}")
    for name, value in sample.headers.items():
        click.echo(f"  {name}: {value}")
    for name, setting in sample.properties.items():
        click.echo(f"  ({name}: {setting})")
    text = (
        msgspec.json.format(msgspec.json.encode(sample.value), indent=2).decode()
        if not sample.value64
        else sample.value64
    )
    click.echo("\n".join(f"  {line}" for line in text.splitlines()))
