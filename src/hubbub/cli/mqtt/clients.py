"""`hubbub mqtt clients`: who is connected. MQTT has no message that asks; the hub's admin API tells."""

from collections.abc import Mapping
from typing import Final

import click

from hubbub.cli.asking import AS_JSON
from hubbub.cli.exits import Exit, talk
from hubbub.cli.printing import rows
from hubbub.cli.web import ADMIN_TOKEN, ADMIN_URL, Site, listed, segment

WITHOUT: Final = "the wire of MQTT does not tell who is connected"
COLUMNS: Final = ("client", "peer", "user", "protocol", "octets_in", "octets_out")
LISTING: Final = "list"


@click.group(invoke_without_command=True)
@ADMIN_URL
@ADMIN_TOKEN
@AS_JSON
@click.pass_context
def clients(ctx: click.Context, admin_url: str, admin_token: str, *, as_json: bool) -> None:
    """Show who is connected, or disconnect somebody, over the hub's admin API.

    Without a command: list.
    """
    ctx.obj = Site(admin_url, admin_token, WITHOUT)
    if ctx.invoked_subcommand is None:
        show(ctx.obj, as_json=as_json)


@clients.command(LISTING)
@AS_JSON
@click.pass_obj
def list_clients(site: Site, *, as_json: bool) -> None:
    """Print who is connected."""
    show(site, as_json=as_json)


@clients.command()
@click.argument("client", metavar="ID")
@click.pass_obj
def disconnect(site: Site, client: str) -> Exit:
    """Close the connection of the client with this id."""
    site.ask("DELETE", f"/api/v1/clients/mqtt/{segment(client)}", {})
    talk(f"{client}: disconnected")
    return Exit.OK


def show(site: Site, *, as_json: bool) -> None:
    """In alphabetical order."""
    found = listed(site, "/api/v1/clients", room="mqtt")
    rows([each if as_json else in_columns(each) for each in found], COLUMNS, as_json=as_json)


def in_columns(client: Mapping[str, object]) -> dict[str, object]:
    """Under the names that people read."""
    return {**client, "client": client.get("id")}
