"""One conversation, sans-IO: its order, its level, and what the two sides agreed on. Dies with the socket.

    CONNECT        nothing else may come first
    (conversation) everything but CONNECT
    the end        nothing is read any more

The session holds the negotiated values and the topic aliases; what outlives the socket is the core's.
"""

from collections.abc import Callable, Iterator
from enum import Enum
from typing import Final, TypeVar

from msgspec.structs import replace

from hubbub.octets.buffer import Buffer
from hubbub.protocols.mqtt.wire.broken import Broken, protocol_error
from hubbub.protocols.mqtt.wire.decode import LARGEST, Decoded, Decoder, Names
from hubbub.protocols.mqtt.wire.encode import encode
from hubbub.protocols.mqtt.wire.packets import (
    V5,
    Connect,
    Packet,
    Puback,
    Pubcomp,
    Publish,
    Pubrec,
    Pubrel,
    Run,
    Suback,
    Unsuback,
    singles,
)
from hubbub.protocols.mqtt.wire.properties import AckProperties
from hubbub.protocols.mqtt.wire.reasons import Reason

Answer = TypeVar("Answer", Puback, Pubrec, Pubrel, Pubcomp, Suback, Unsuback)

DEFAULT_RECEIVE_MAXIMUM: Final = 65_535
LONGEST_WORD: Final = 1000
"""Characters of a reason string."""


class Stage(Enum):
    """Where the conversation stands."""

    WAITING = "for CONNECT"
    TALKING = "after CONNACK"
    OVER = "closed, or about to be"


class Session:
    """One side of one connection: the server's."""

    __slots__ = (
        "_decoded_used",
        "_decoder",
        "_given",
        "_heard",
        "_packets",
        "_raw",
        "alias_limit",
        "aliases",
        "aliases_out",
        "largest_out",
        "receive_maximum",
        "stage",
        "tells_problems",
        "wanted",
    )

    def __init__(self, names: Names, limit: int, alias_limit: int, heard: Callable[[], None]) -> None:
        self._decoder: Final = Decoder(names, limit=limit)
        self._heard: Final = heard
        self._raw = b""
        self._decoded_used = 0
        self._given = 0
        self._packets: list[Packet | Run] = []
        self.wanted = 0
        self.stage = Stage.WAITING
        self.alias_limit: Final = alias_limit
        """How many aliases the client may use."""
        self.aliases: dict[int, str] = NO_ALIASES
        self.aliases_out = Aliases(0)
        self.largest_out = LARGEST
        """The largest packet the client takes."""
        self.receive_maximum = DEFAULT_RECEIVE_MAXIMUM
        self.tells_problems = True
        """Whether reason strings and user properties may go into packets other than PUBLISH, CONNACK and DISCONNECT."""

    @property
    def level(self) -> int:
        """3, 4 or 5; 0 as long as no CONNECT has said it."""
        return self._decoder.level

    @property
    def used(self) -> int:
        """See `contract.Session`. Counted out only when somebody stopped halfway, which is rare."""
        if self._given == len(self._packets):
            return self._decoded_used
        at, data = 0, self._raw
        for _ in singles(self._packets[: self._given]):
            length, shift, at = 0, 0, at + 1
            while True:
                octet = data[at]
                length |= (octet & 0x7F) << shift
                shift, at = shift + 7, at + 1
                if octet < 0x80:
                    break
            at += length
        self._raw, self._packets = b"", []
        self._decoded_used, self._given = at, 0
        return at

    def receive(self, data: memoryview) -> Iterator[Packet | Run]:
        """Yield each whole packet, in order, plain ones in runs. Raises `Broken` where the conversation cannot go on."""
        self._heard()
        raw = bytes(data)
        decoded = self._decoder.decode(raw)
        self._decoded_used = decoded.used
        self.wanted = decoded.wanted
        if len(decoded.packets) == 1 and decoded.broken is None:  # mostly, and nobody can stop halfway
            return iter(decoded.packets)
        return self._several(raw, decoded)

    def _several(self, raw: bytes, decoded: Decoded) -> Iterator[Packet | Run]:
        """One by one, counted, and then what is wrong behind them."""
        self._raw = raw
        self._given = 0
        self._packets = decoded.packets
        for packet in decoded.packets:
            self._given += 1
            yield packet
        self._raw, self._packets, self._given = b"", [], 0
        if decoded.broken is not None:
            raise decoded.broken

    def encode(self, call: Packet | Run, reply: Packet | bytes) -> list[Buffer]:  # noqa: ARG002 - replies need no look at their calls
        """The bytes of a reply. Hot ones come as bytes already."""
        return [reply] if isinstance(reply, bytes) else [self.write(reply)]

    def write(self, packet: Packet) -> bytes:
        """A packet at this session's level."""
        return encode(packet, self._decoder.level)

    def explain(self, packet: Answer, why: str) -> Answer:
        """An acknowledgement that says "no", with a reason string where the client wants to hear it (MQTT-3.1.2-29) and takes
        a packet of that size (MQTT-3.4.2-2 and its like).
        """
        if why and self.is_5 and self.tells_problems:
            told = replace(packet, properties=AckProperties(reason_string=why[:LONGEST_WORD]))
            if len(self.write(told)) <= self.largest_out:
                return told
        return packet

    def agree(self, connect: Connect, alias_limit_out: int) -> None:
        """CONNECT is accepted: take over what the client said of itself."""
        asked = connect.properties
        self.stage = Stage.TALKING
        self.receive_maximum = asked.receive_maximum or DEFAULT_RECEIVE_MAXIMUM
        self.largest_out = asked.maximum_packet_size or LARGEST
        self.aliases_out = Aliases(min(asked.topic_alias_maximum or 0, alias_limit_out))
        self.tells_problems = asked.request_problem_information != 0

    def topic_of(self, packet: Publish) -> str:
        """The topic name behind a PUBLISH that has an alias, learning it where it is given (MQTT-3.3.2-7 to -12)."""
        alias = packet.properties.topic_alias
        if alias is None:
            return packet.topic
        if alias > self.alias_limit:
            raise Broken(Reason.TOPIC_ALIAS_INVALID, f"topic alias {alias}; {self.alias_limit} are allowed")
        if packet.topic:
            if self.aliases is NO_ALIASES:
                self.aliases = {}
            self.aliases[alias] = packet.topic
            return packet.topic
        topic = self.aliases.get(alias)
        if topic is None:
            raise protocol_error(f"topic alias {alias} stands for nothing yet")
        return topic

    @property
    def is_5(self) -> bool:
        """Whether the client can be told reasons."""
        return self._decoder.level == V5


class Aliases:
    """Aliases that the hub gave to topics it sends to one client: the first topics that come get one, for good."""

    __slots__ = ("_given", "limit")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._given: dict[str, int] = NO_GIVEN

    def of(self, topic: str) -> tuple[int, bool]:
        """The alias of a topic and whether the client knows it already; 0 when there is none left."""
        alias = self._given.get(topic)
        if alias is not None:
            return alias, True
        if len(self._given) >= self.limit:
            return 0, False
        if self._given is NO_GIVEN:
            self._given = {}
        alias = self._given[topic] = len(self._given) + 1
        return alias, False


NO_ALIASES: Final[dict[int, str]] = {}
NO_GIVEN: Final[dict[str, int]] = {}
