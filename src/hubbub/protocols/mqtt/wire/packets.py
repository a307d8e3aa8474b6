"""All packets of MQTT 3.1, 3.1.1 and 5.0 as frozen structs. What 3.x does not carry stands at its default.

Strings are text that was checked; payloads, passwords and correlation data are bytes. Durations are seconds.
"""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from hubbub.protocols.mqtt.wire.properties import (
    AckProperties,
    AuthProperties,
    ConnackProperties,
    ConnectProperties,
    DisconnectProperties,
    PublishProperties,
    SubscribeProperties,
    UnsubscribeProperties,
    WillProperties,
)
from hubbub.protocols.mqtt.wire.reasons import Reason

V31: Final = 3
V311: Final = 4
V5: Final = 5
PROTOCOL_NAMES: Final = {V31: "MQIsdp", V311: "MQTT", V5: "MQTT"}


class Will(Struct, frozen=True, gc=False):
    """What the server publishes for a client that went without a word (3.1.2.5)."""

    topic: str
    payload: bytes
    qos: int = 0
    retain: bool = False
    properties: WillProperties = WillProperties()


class Connect(Struct, frozen=True, gc=False):
    """3.1. ``level`` is 3, 4 or 5; ``clean_start`` is Clean Session in 3.x; ``keep_alive`` 0 means none."""

    client_id: str
    level: int = V311
    clean_start: bool = True
    keep_alive: int = 0
    will: Will | None = None
    username: str | None = None
    password: bytes | None = None
    properties: ConnectProperties = ConnectProperties()


class Connack(Struct, frozen=True, gc=False):
    """3.2. ``code`` is a `Reason` at level 5 and a return code (0-5) at 3.x."""

    session_present: bool
    code: int
    properties: ConnackProperties = ConnackProperties()


class Publish(Struct, frozen=True, gc=False):
    """3.3. ``packet_id`` is 0 at QoS 0; ``topic`` is empty where a topic alias stands for it."""

    topic: str
    payload: bytes
    qos: int = 0
    retain: bool = False
    dup: bool = False
    packet_id: int = 0
    properties: PublishProperties = PublishProperties()


class Publishes(Struct, frozen=True, gc=False):
    """PUBLISH packets one after another with the same topic and QoS, and nothing else to say: no properties, no flags.

    What a decoder makes of plain ones, also of a single one. ``packet_ids`` is empty at QoS 0.
    """

    topic: str
    qos: int
    payloads: list[bytes]
    packet_ids: list[int]


class Acks(Struct, frozen=True, gc=False):
    """Acknowledgements one after another that say nothing but "success". ``head`` is their first octet."""

    head: int
    packet_ids: list[int]


class Puback(Struct, frozen=True, gc=False):
    """3.4: QoS 1 is settled."""

    packet_id: int
    reason: Reason = Reason.SUCCESS
    properties: AckProperties = AckProperties()


class Pubrec(Struct, frozen=True, gc=False):
    """3.5: QoS 2, received."""

    packet_id: int
    reason: Reason = Reason.SUCCESS
    properties: AckProperties = AckProperties()


class Pubrel(Struct, frozen=True, gc=False):
    """3.6: QoS 2, released."""

    packet_id: int
    reason: Reason = Reason.SUCCESS
    properties: AckProperties = AckProperties()


class Pubcomp(Struct, frozen=True, gc=False):
    """3.7: QoS 2 is settled."""

    packet_id: int
    reason: Reason = Reason.SUCCESS
    properties: AckProperties = AckProperties()


class Request(Struct, frozen=True, gc=False):
    """One filter of a SUBSCRIBE with its options (3.8.3.1). ``filter`` is text only; its grammar is judged elsewhere."""

    filter: str
    qos: int = 0
    no_local: bool = False
    retain_as_published: bool = False
    retain_handling: int = 0


class Subscribe(Struct, frozen=True, gc=False):
    """3.8. At least one request."""

    packet_id: int
    requests: tuple[Request, ...]
    properties: SubscribeProperties = SubscribeProperties()


class Suback(Struct, frozen=True, gc=False):
    """3.9. One code for each filter, in order: a `Reason` at level 5; 0, 1, 2 or 0x80 at 3.x."""

    packet_id: int
    codes: tuple[int, ...]
    properties: AckProperties = AckProperties()


class Unsubscribe(Struct, frozen=True, gc=False):
    """3.10. At least one filter."""

    packet_id: int
    filters: tuple[str, ...]
    properties: UnsubscribeProperties = UnsubscribeProperties()


class Unsuback(Struct, frozen=True, gc=False):
    """3.11. One code for each filter, in order, at level 5; none at 3.x."""

    packet_id: int
    codes: tuple[int, ...] = ()
    properties: AckProperties = AckProperties()


class Pingreq(Struct, frozen=True, gc=False):
    """3.12."""


class Pingresp(Struct, frozen=True, gc=False):
    """3.13."""


class Disconnect(Struct, frozen=True, gc=False):
    """3.14. At 3.x only from the client and always with SUCCESS."""

    reason: Reason = Reason.SUCCESS
    properties: DisconnectProperties = DisconnectProperties()


class Auth(Struct, frozen=True, gc=False):
    """3.15. Level 5 alone."""

    reason: Reason = Reason.SUCCESS
    properties: AuthProperties = AuthProperties()


Packet = (
    Connect
    | Connack
    | Publish
    | Puback
    | Pubrec
    | Pubrel
    | Pubcomp
    | Subscribe
    | Suback
    | Unsubscribe
    | Unsuback
    | Pingreq
    | Pingresp
    | Disconnect
    | Auth
)
Run = Publishes | Acks
_SINGLE: Final[dict[int, type[Puback | Pubrec | Pubrel | Pubcomp]]] = {
    0x40: Puback,
    0x50: Pubrec,
    0x62: Pubrel,
    0x70: Pubcomp,
}


def singles(packets: Iterable[Packet | Run]) -> list[Packet]:
    """The packets of runs one by one, for whoever has no use for runs."""
    found: list[Packet] = []
    for packet in packets:
        if isinstance(packet, Publishes):
            numbers = packet.packet_ids or [0] * len(packet.payloads)
            found += [
                Publish(packet.topic, payload, packet.qos, packet_id=n)
                for payload, n in zip(packet.payloads, numbers, strict=True)
            ]
        elif isinstance(packet, Acks):
            found += [_SINGLE[packet.head](number) for number in packet.packet_ids]
        else:
            found.append(packet)
    return found
