"""`hubbub health`: whether a hub serves, for health checks of containers and service managers, and how each of its parts is."""

from collections.abc import Iterator

import click
from msgspec import Struct

from hubbub.cli.asking import AS_JSON
from hubbub.cli.exits import Ends, Exit
from hubbub.cli.flags import CONFIG_HELP, settings_of
from hubbub.cli.hubs import hub_at
from hubbub.cli.printing import flush, put
from hubbub.cli.web import decoded
from hubbub.client.places import LOCAL, Place


class Part(Struct, frozen=True):
    """One part of the hub."""

    state: str
    why: str = ""


class Report(Struct, frozen=True):
    """What is shown of the answer."""

    state: str
    parts: dict[str, Part]


@click.command()
@click.option("-c", "--config", "file", metavar="FILE", help=CONFIG_HELP)
@click.option(
    "--admin-url",
    metavar="URL",
    envvar="HUBBUB_ADMIN_URL",
    help="The hub's admin API; also $HUBBUB_ADMIN_URL. Without it: where the settings say that it listens.",
)
@AS_JSON
def health(file: str | None, admin_url: str | None, *, as_json: bool) -> Exit:
    """Say whether a hub serves, and how each of its parts is.

    Ends with 0 when clients may come, with 1 when a part cannot serve, with 6 when nobody answers: what a health check
    wants to know. A hub that is merely near a limit serves. Reads the same file and variables as `hubbub serve` beside it,
    and needs no token.
    """
    site = hub_at(admin_url or own_url(file), "")
    is_serving, body = site.verdict("/health")
    found = decoded(site, body, Report)
    put(body + b"\n" if as_json else "".join(f"{line}\n" for line in lines(found)).encode())
    flush()
    return Exit.OK if is_serving else Exit.FAILED


def own_url(file: str | None) -> str:
    """Where a hub with these settings has its admin API, seen from its own machine. Ends the command where that is nowhere."""
    admin = settings_of(file, {}).settings.admin
    if not admin.enabled:
        raise Ends(
            Exit.USAGE, ["the admin API is switched off (admin.enabled), and there is no other way to ask"]
        )
    if not admin.port:
        raise Ends(Exit.USAGE, ["admin.port is 0, any free one; say which it is with --admin-url"])
    return f"http://{Place(LOCAL.get(admin.host, admin.host), admin.port).address}"


def lines(found: Report) -> Iterator[str]:
    """For people."""
    yield found.state
    width = max(map(len, found.parts), default=0)
    for name, part in found.parts.items():
        yield f"  {name.ljust(width)}  {part.state}{f': {part.why}' if part.why else ''}"
