"""Fixtures of a hub that runs: `load`, `list`, `start`, `stop`, `unload`, over its admin API. The same commands stand below `hubbub fixtures` and each protocol."""

from pathlib import Path as File
from typing import Final

import click
import msgspec
from msgspec import Struct

from hubbub.cli.asking import AS_JSON
from hubbub.cli.exits import Exit, talk
from hubbub.cli.hubs import V1, hub_at, of_a_hub
from hubbub.cli.printing import flush, json_line, put, rows
from hubbub.cli.web import decoded, listed, segment

COLUMNS: Final = ("name", "kind", "address", "doing", "sent", "wanted", "achieved", "last_error")


class Problem(Struct, frozen=True):
    """One thing that is wrong."""

    where: str
    what: str
    advice: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}; {self.advice}"


class Loaded(Struct, frozen=True):
    """What came of loading."""

    files: list[str]
    fixtures: list[str]
    problems: list[Problem]
    warnings: list[Problem]


def commands(room: str) -> dict[str, click.Command]:
    """All of them. ``room``: the protocol that files are about where they do not say; "" for any."""

    @click.command()
    @click.argument("path", metavar="DIR")
    @click.option("--strict", is_flag=True, help="Load nothing where anything is wrong.")
    @AS_JSON
    @of_a_hub
    def load(path: str, admin_url: str, admin_token: str, *, strict: bool, as_json: bool) -> int:
        """Load fixture files into a hub, from a directory or one file; again, where they are loaded already.

        The hub reads them itself, so it must be on this machine. Ends with code 1 when anything is wrong with them.
        """
        asked = {"path": str(File(path).absolute()), "room": room, "strict": strict}
        site = hub_at(admin_url, admin_token, seconds=60)
        found = decoded(site, site.ask("POST", f"{V1}/fixtures", {}, msgspec.json.encode(asked)), Loaded)
        for problem in [*found.warnings, *found.problems]:
            talk(str(problem))
        is_loaded = not (strict and found.problems)
        names = found.fixtures if is_loaded else []
        if as_json:
            put(json_line({"files": found.files, "fixtures": names, "problems": len(found.problems)}))
        else:
            put(f"{len(names)} fixtures of {len(found.files)} files are loaded\n".encode())
            put("".join(f"  {name}\n" for name in names).encode())
        flush()
        return Exit.FAILED if found.problems else Exit.OK

    @click.command("list")
    @AS_JSON
    @of_a_hub
    def list_fixtures(admin_url: str, admin_token: str, *, as_json: bool) -> None:
        """Show what is loaded, and what it does."""
        found = listed(hub_at(admin_url, admin_token), f"{V1}/fixtures")
        mine = [each for each in found if not room or str(each.get("address")).startswith(f"{room}:")]
        rows(mine, COLUMNS, as_json=as_json)

    @click.command()
    @click.argument("name")
    @of_a_hub
    def start(name: str, admin_url: str, admin_token: str) -> None:
        """Start a fixture, again if it has ended."""
        hub_at(admin_url, admin_token).ask("POST", f"{V1}/fixtures/{segment(name)}/start", {})
        talk(f"{name}: started")

    @click.command()
    @click.argument("name")
    @of_a_hub
    def stop(name: str, admin_url: str, admin_token: str) -> None:
        """Stop a fixture; it stays loaded."""
        hub_at(admin_url, admin_token).ask("POST", f"{V1}/fixtures/{segment(name)}/stop", {})
        talk(f"{name}: stopped")

    @click.command()
    @click.argument("name")
    @of_a_hub
    def unload(name: str, admin_url: str, admin_token: str) -> None:
        """Stop and forget a fixture, or all of a directory that was loaded."""
        named = str(File(name).absolute()) if File(name).exists() else name
        hub_at(admin_url, admin_token).ask("DELETE", f"{V1}/fixtures/{segment(named)}", {})
        talk(f"{name}: unloaded")

    return {"load": load, "list": list_fixtures, "start": start, "stop": stop, "unload": unload}


def group(room: str) -> click.Group:
    """`hubbub kafka fixtures` and its like."""
    return click.Group(
        "fixtures", commands=commands(room), help="Load, list, start and stop fixtures of a hub."
    )


kafka: Final = group("kafka")
mqtt: Final = group("mqtt")
amqp: Final = group("amqp")
