"""Live fan-out: subscriptions, sessions that outlive their connection, retained records."""

from collections.abc import Iterator
from itertools import chain
from typing import Annotated

from msgspec import Meta, Struct

from hubbub.console.commits import safe
from hubbub.console.office import Office
from hubbub.console.pages import Listing, Paged, page
from hubbub.console.patterns import pattern_of
from hubbub.console.rooms import address_of, hatch_of
from hubbub.console.route import Asked
from hubbub.console.showing import Form, FormAsked, Look, OctetsAsked, RecordShown, record_shown
from hubbub.core.durable import NOBODY, Durable
from hubbub.core.errors import NotFound
from hubbub.core.live import Space
from hubbub.core.matching import is_hidden
from hubbub.core.retained import Kept, is_over
from hubbub.core.subscriptions import Subscription


class SubscriptionShown(Struct, frozen=True):
    """A subscription, in the spelling of its protocol."""

    room: str
    session: str
    filter: str
    assurance: int
    share: str
    """The share group; empty where it hears everything itself."""


class SessionShown(Struct, frozen=True):
    """Who can be subscribed. ``waiting`` are records not sent yet, ``unsettled`` those sent and not settled."""

    room: str
    name: str
    is_connected: bool
    outlives_connection: bool
    subscriptions: int
    waiting: int
    unsettled: int


class InRoom(Paged, frozen=True):
    """Of one protocol, or of all."""

    room: Annotated[str, Meta(description="Only those of this protocol.")] = ""


class Subscriptions(InRoom, frozen=True):
    """Of one session, or of all."""

    session: Annotated[str, Meta(description="Only those of this session.")] = ""


class RetainedRecords(Paged, frozen=True):
    """Those whose addresses match."""

    address: Annotated[str, Meta(description="Only addresses of this pattern, such as `mqtt:sensors/#`.")] = (
        ""
    )
    form: FormAsked = Form.AUTO
    octets: OctetsAsked = 64 * 1024


class OneSession(Asked, frozen=True):
    """By name."""

    room: str
    session: str


class OneAddress(Asked, frozen=True):
    """By its text form."""

    address: str


async def subscriptions(office: Office, asked: Subscriptions) -> Listing[SubscriptionShown]:
    """Subscriptions, by session."""

    def all_of(room: str, space: Space) -> Iterator[tuple[str, str, Subscription]]:
        for durable in list(space.durables.values()):
            if asked.session in ("", durable.name):
                for subscription in list(durable.subscriptions.values()):
                    yield room, durable.name, subscription

    found = chain.from_iterable(all_of(*each) for each in spaces_of(office, asked.room))
    return await page(
        found,
        lambda each: (each[0], each[1], each[2].pattern_text),
        lambda each: SubscriptionShown(
            each[0], each[1], each[2].pattern_text, int(each[2].assurance), each[2].share
        ),
        asked,
        office.hub.broker.clock,
    )


async def sessions(office: Office, asked: InRoom) -> Listing[SessionShown]:
    """Sessions, connected or not."""
    found = [
        (room, durable)
        for room, space in spaces_of(office, asked.room)
        for durable in space.durables.values()
    ]
    return await page(
        found,
        lambda each: (each[0], each[1].name),
        lambda each: session_shown(*each),
        asked,
        office.hub.broker.clock,
    )


async def end_session(office: Office, asked: OneSession) -> None:
    """End a session; one that is connected is disconnected first."""
    (_, space), *_ = spaces_of(office, asked.room)
    if asked.session not in space.durables:
        raise NotFound(f"there is no session {asked.session!r}")
    if not space.forget(asked.session):
        hatch_of(office.hub, asked.room).kick(asked.session, "its session is ended by the admin API")
        await safe(office.hub.broker)
        space.forget(asked.session)
    await safe(office.hub.broker)


async def retained(office: Office, asked: RetainedRecords) -> Listing[RecordShown]:
    """Retained records, by address. Those of the hub itself (`$SYS`) only where the pattern begins so."""
    broker = office.hub.broker
    now = broker.clock.now()
    pattern = pattern_of(asked.address)
    look = Look(asked.form, asked.octets)
    shows_hidden = is_hidden([pattern.text.partition(":")[2]])

    def matching(space: Space) -> Iterator[Kept]:
        for _, kept in space.retained.all():
            address = kept.record.address
            is_asked_for = shows_hidden or not is_hidden(address.parts)
            if is_asked_for and pattern.matches(address) and not is_over(kept.record, now):
                yield kept

    found = chain.from_iterable(matching(space) for _, space in spaces_of(office, ""))
    return await page(
        found,
        lambda kept: (str(kept.record.address),),
        lambda kept: record_shown(kept.record, look),
        asked,
        broker.clock,
    )


async def release(office: Office, asked: OneAddress) -> None:
    """Forget the retained record of an address. Nobody is told."""
    hub = office.hub
    hatch, address = address_of(hub, asked.address)
    space = hub.broker.live.spaces.get(hatch.name)
    if space is None or not space.retained.remove("/".join(address.parts)):
        raise NotFound(f"{asked.address} has no retained record")
    await safe(hub.broker)


def spaces_of(office: Office, room: str) -> list[tuple[str, Space]]:
    """Of one room, or of all that have one. Raises `NotFound`."""
    spaces = office.hub.broker.live.spaces
    if not room:
        return list(spaces.items())
    if room not in spaces:
        raise NotFound(f"{room} has no subscriptions; there are: {', '.join(spaces) or 'none'}")
    return [(room, spaces[room])]


def session_shown(room: str, durable: Durable) -> SessionShown:
    """As this API says it."""
    return SessionShown(
        room,
        durable.name,
        durable.carrier is not NOBODY,
        durable.keeps,
        len(durable.subscriptions),
        durable.waiting,
        len(durable.unsettled),
    )
