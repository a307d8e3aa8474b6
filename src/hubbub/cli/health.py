"""`hubbub health`: whether a hub serves, for health checks of containers and service managers, and how each of its parts is."""

from collections.abc import Iterator

import click
from msgspec import Struct

from hubbub.cli.asking import AS_JSON
from hubbub.cli.exits import Exit
from hubbub.cli.hubs import hub_at, of_a_hub
from hubbub.cli.printing import flush, put
from hubbub.cli.web import decoded


class Part(Struct, frozen=True):
    """One part of the hub."""

    state: str
    why: str = ""


class Report(Struct, frozen=True):
    """What is shown of the answer."""

    state: str
    parts: dict[str, Part]


@click.command()
@of_a_hub
@AS_JSON
def health(admin_url: str, admin_token: str, *, as_json: bool) -> Exit:
    """Say whether a hub serves, and how each of its parts is.

    Ends with 0 when clients may come, with 1 when a part cannot serve, with 6 when nobody answers: what a health check
    wants to know. A hub that is merely near a limit serves. Needs no token.
    """
    site = hub_at(admin_url, admin_token)
    is_serving, body = site.verdict("/health")
    found = decoded(site, body, Report)
    put(body + b"\n" if as_json else "".join(f"{line}\n" for line in lines(found)).encode())
    flush()
    return Exit.OK if is_serving else Exit.FAILED


def lines(found: Report) -> Iterator[str]:
    """For people."""
    yield found.state
    width = max(map(len, found.parts), default=0)
    for name, part in found.parts.items():
        yield f"  {name.ljust(width)}  {part.state}{f': {part.why}' if part.why else ''}"
