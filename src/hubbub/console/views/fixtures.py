"""Fixtures of a hub that runs: traffic from files, loaded, started, stopped and unloaded."""

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Final

from msgspec import Meta, Struct

from hubbub.console.office import Office
from hubbub.console.pages import Listing, Paged, number, page
from hubbub.console.rooms import hatch_of
from hubbub.console.route import Asked, meaningless
from hubbub.core.errors import NotFound
from hubbub.documents.problems import Problem
from hubbub.fixtures.figures import Figures

if TYPE_CHECKING:
    from hubbub.fixtures.loaded import Fixtures
    from hubbub.fixtures.reading.files import Reading

LONGEST_PATH: Final = 1024


class Files(Asked, frozen=True):
    """What is to be loaded."""

    path: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=LONGEST_PATH,
            pattern="^[^\x00]+$",
            description="A directory or a file, as the hub's own process sees it.",
        ),
    ]
    room: Annotated[
        str, Meta(description="The protocol that the files are about, where they do not say.")
    ] = ""
    strict: Annotated[bool, Meta(description="Whether nothing is loaded where anything is wrong.")] = False


class Loaded(Struct, frozen=True):
    """What came of it. Each problem kept something out; each warning did not."""

    files: list[str]
    fixtures: list[str]
    """By name."""
    problems: list[Problem]
    warnings: list[Problem]


class OneFixture(Asked, frozen=True):
    """By name."""

    fixture: str


class Unloaded(Struct, frozen=True):
    """How much went."""

    fixtures: int


async def listing(office: Office, asked: Paged) -> Listing[Figures]:
    """Everything that is loaded, in the order of loading, with what it does and has done."""
    found = list(enumerate((await fixtures_of(office)).loaded()))
    return await page(
        found, lambda each: (number(each[0]),), lambda each: each[1], asked, office.hub.broker.clock
    )


async def load(office: Office, asked: Files) -> Loaded:
    """Load fixture files; again, where they are loaded already."""
    if asked.room:
        hatch_of(office.hub, asked.room)
    try:
        # in a thread: a path may be a large tree, or on a slow disk
        found = await asyncio.to_thread(read, asked.path, asked.room)
        reading = (await fixtures_of(office)).play(asked.path, found, strict=asked.strict)
    except (OSError, ValueError) as why:
        raise meaningless(f"{asked.path!r} cannot be read: {why}") from None
    return Loaded(
        list(reading.files),
        [fixture.name for fixture in reading.book.fixtures],
        list(reading.problems),
        list(reading.warnings),
    )


async def start(office: Office, asked: OneFixture) -> None:
    """Start a fixture, again if it has ended."""
    (await fixtures_of(office)).start(asked.fixture)


async def stop(office: Office, asked: OneFixture) -> None:
    """Stop a fixture; it stays loaded."""
    (await fixtures_of(office)).stop(asked.fixture)


async def unload(office: Office, asked: OneFixture) -> Unloaded:
    """Stop and forget a fixture, or all of a path that was loaded. What it has published stays."""
    gone = (await fixtures_of(office)).unload(asked.fixture)
    if not gone:
        raise NotFound(f"no fixture is called {asked.fixture!r}, and no such path is loaded")
    return Unloaded(gone)


def read(path: str, room: str) -> "Reading":
    """What stands in the files. Raises OSError, ValueError."""
    from hubbub.fixtures.reading.files import Folder, read_folders

    return read_folders([Folder(path, room)])


async def fixtures_of(office: Office) -> "Fixtures":
    """The hub's. The first who asks has them imported, beside the hub's work."""
    await asyncio.to_thread(import_module, "hubbub.fixtures.loaded")
    return office.hub.fixtures
