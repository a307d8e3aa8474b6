"""Who is connected, and showing them the door."""

from typing import Annotated

from msgspec import Meta

from hubbub.console.office import Office
from hubbub.console.pages import Listing, Paged, page
from hubbub.console.rooms import hatch_of
from hubbub.console.route import Asked
from hubbub.core.errors import NotFound
from hubbub.core.hatch import Client, Hatch


class ClientShown(Client, frozen=True, kw_only=True):
    """A connection."""

    room: str


class Clients(Paged, frozen=True):
    """Of one room, or of all."""

    room: Annotated[str, Meta(description="Only clients of this protocol.")] = ""


class OneClient(Asked, frozen=True):
    """By its id, as the list has it."""

    room: str
    client: str


async def listing(office: Office, asked: Clients) -> Listing[ClientShown]:
    """The clients that are connected."""
    hub = office.hub
    hatches = [hatch_of(hub, asked.room)] if asked.room else list(hub.hatches.values())
    found = [(hatch, client) for hatch in hatches for client in hatch.clients()]
    return await page(found, lambda each: (each[0].name, each[1].id), shown, asked, hub.broker.clock)


def kick(office: Office, asked: OneClient) -> None:
    """Close a client's connection, with its protocol's word for it."""
    if not hatch_of(office.hub, asked.room).kick(asked.client, "closed by the admin API"):
        raise NotFound(f"no client {asked.client!r} of {asked.room} is connected")


def shown(found: tuple[Hatch, Client]) -> ClientShown:
    """With its room's name."""
    hatch, client = found
    return ClientShown(
        client.id,
        client.peer,
        client.user,
        client.protocol,
        client.since,
        client.octets_in,
        client.octets_out,
        client.details,
        room=hatch.name,
    )
