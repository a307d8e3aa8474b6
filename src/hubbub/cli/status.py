"""`hubbub status`: a hub at a glance."""

from collections.abc import Iterator
from typing import Final

import click
from msgspec import Struct

from hubbub.cli.asking import AS_JSON
from hubbub.cli.hubs import V1, hub_at, of_a_hub, span
from hubbub.cli.printing import flush, put
from hubbub.cli.ready import bracketed
from hubbub.cli.web import decoded

NOUNS: Final = (
    "topics",
    "partitions",
    "groups",
    "exchanges",
    "queues",
    "sessions",
    "subscriptions",
    "retained",
)


class Listener(Struct, frozen=True):
    """A port that is open."""

    protocol: str
    host: str
    port: int


class Status(Struct, frozen=True):
    """What is shown of the answer."""

    version: str
    pid: int
    python: str
    started_at: int
    now: int
    is_lasting: bool
    listening: list[Listener]
    counts: dict[str, int]


@click.command()
@of_a_hub
@AS_JSON
def status(admin_url: str, admin_token: str, *, as_json: bool) -> None:
    """Show a hub at a glance.

    What it is, where it listens, and how much there is of everything.
    """
    site = hub_at(admin_url, admin_token)
    body = site.get(f"{V1}/status")
    found = decoded(site, body, Status)
    if as_json:
        put(body + b"\n")
    else:
        put("".join(f"{line}\n" for line in lines(found)).encode())
    flush()


def lines(found: Status) -> Iterator[str]:
    """For people."""
    kept = "on disk" if found.is_lasting else "in memory"
    yield f"Hubbub {found.version} (Python {found.python}), pid {found.pid}, up {span((found.now - found.started_at) / 1000)}, {kept}"
    width = max((len(each.protocol) for each in found.listening), default=0)
    for each in found.listening:
        yield f"  {each.protocol.ljust(width)}  {bracketed(each.host)}:{each.port}"
    counts = found.counts
    yield f"  {counts['clients']} clients; " + ", ".join(f"{counts[noun]} {noun}" for noun in NOUNS)
