"""Publishing to any address, as a client of its room would."""

import asyncio
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping
from typing import Annotated, Final

from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from hubbub.console.office import Office
from hubbub.console.rooms import address_of
from hubbub.console.route import Asked, meaningless
from hubbub.core.errors import Refusal
from hubbub.core.hatch import Hatch, Posted, Posting
from hubbub.model.record import Properties, Record

SMALLEST_TIME: Final = 0
GREATEST_TIME: Final = 253_402_300_799_999


class PropertiesAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """The neutral properties of a message; each room says them in its protocol's way, where it has one."""

    content_type: str | None = None
    content_encoding: str | None = None
    correlation: str | None = None
    reply_to: str | None = None
    message_id: str | None = None
    kind: str | None = None
    application: str | None = None
    priority: Annotated[int, Meta(ge=0, le=255)] | None = None
    expires_in_ms: Annotated[int, Meta(ge=0, le=4_294_967_295)] | None = None
    retain: bool = False
    persistent: bool = False


class Publication(Asked, frozen=True):
    """One message. Its value is one of ``text``, ``json`` and ``base64``; without any of them it has none (a tombstone, where there is such a thing)."""

    address: Annotated[
        str, Meta(description="`kafka:TOPIC`, `mqtt:TOPIC`, `amqp:EXCHANGE/KEY` or `amqp:QUEUE`.")
    ]
    text: str | UnsetType = UNSET
    json: Annotated[Raw | UnsetType, Meta(description="Any JSON; it is sent as it is written here.")] = UNSET
    base64: (
        Annotated[str, Meta(pattern="^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$")]
        | UnsetType
    ) = UNSET
    key: str | None = None
    headers: Mapping[str, str] = {}
    properties: PropertiesAsked = PropertiesAsked()
    assurance: Annotated[
        int, Meta(ge=0, le=2, description="How surely it arrives, where one can choose: MQTT's QoS.")
    ] = 1
    partition: Annotated[
        int, Meta(ge=-1, le=2_147_483_647, description="Of a topic; -1: by the key, or any.")
    ] = -1
    timestamp: Annotated[
        int, Meta(ge=SMALLEST_TIME, le=GREATEST_TIME, description="Wall time in ms; 0: now.")
    ] = 0
    realm: Annotated[str, Meta(description="The virtual host of an exchange.")] = "/"


class Published(Struct, frozen=True):
    """It is as safe as the hub keeps things. ``partition`` and ``offset`` are -1 where there is no such thing."""

    address: str
    partition: int
    offset: int
    reached: int
    """How many subscribers or queues took it, where that is known."""


async def publish(office: Office, asked: Publication) -> Published:
    """Publish a message; answered when it is as safe as the hub keeps things."""
    hub = office.hub
    hatch, address = address_of(hub, asked.address)
    value, is_absent = value_of(asked)
    now = hub.broker.clock.now()
    said = asked.properties
    properties = Properties(
        content_type=said.content_type,
        content_encoding=said.content_encoding,
        correlation=None if said.correlation is None else said.correlation.encode(),
        reply_to=said.reply_to,
        message_id=said.message_id,
        kind=said.kind,
        application=said.application,
        priority=said.priority,
        expires_at=None if said.expires_in_ms is None else now + said.expires_in_ms,
        retain=said.retain,
        persistent=said.persistent,
        is_text=asked.text is not UNSET or asked.json is not UNSET,
        is_absent=is_absent,
    )
    record = Record(
        address,
        value,
        None if asked.key is None else asked.key.encode(),
        tuple((name, text.encode()) for name, text in asked.headers.items()),
        asked.timestamp,
        properties,
    )
    posted = await outcome(hatch, Posting(record, asked.assurance, asked.partition, asked.realm))
    if posted.refused:
        raise NotTaken(posted.refused)
    return Published(str(address), posted.partition, posted.offset, posted.reached)


class NotTaken(Refusal):
    """The room refused a message."""


async def outcome(hatch: Hatch, posting: Posting) -> Posted:
    """What becomes of it."""
    heard: asyncio.Future[Posted] = asyncio.get_running_loop().create_future()

    def done(answers: list[Posted]) -> None:
        if not heard.done():
            heard.set_result(answers[0])

    hatch.post([posting], done)
    return await heard


def value_of(asked: Publication) -> tuple[bytes, bool]:
    """The octets, and whether there are none at all. Raises `Unanswerable`."""
    given = [form for form in (asked.text, asked.json, asked.base64) if form is not UNSET]
    if len(given) > 1:
        raise meaningless("a value is said once: as text, as json or as base64")
    if not given:
        return b"", True
    if isinstance(asked.text, str):
        return asked.text.encode(), False
    if isinstance(asked.json, Raw):
        return bytes(asked.json), False
    try:
        return b64decode(str(asked.base64), validate=True), False
    except NotBase64 as why:
        raise meaningless(f"base64: {why}") from None
