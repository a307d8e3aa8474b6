"""The witness of a hub in a process of its own: it listens to the admin API's tap, which loses nothing or says so.

What was published may still be on its way here when its publisher knows that it was taken: `FeedWitness.catch_up` asks the hub how far it is, and waits for that.
What came is known as long as the feed goes on, and to the end where a hub ended in good order. Where it was reset or killed, nobody can say.
"""

import contextlib
import http.client
import socket
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator
from typing import Final

import msgspec
from msgspec import Struct

from hubbub.client.errors import NetworkError
from hubbub.client.messages import Message
from hubbub.console.feeds import Event
from hubbub.console.showing import MOST_OCTETS as MOST_OCTETS_OF_A_VALUE
from hubbub.console.showing import RecordShown, Shown
from hubbub.console.views.tap import Seen
from hubbub.model.address import Kind, parse_address
from hubbub.model.record import NO_PROPERTIES, Properties
from hubbub.testing.api import PATIENCE_SECONDS, Api
from hubbub.testing.witness import MOST_MESSAGES, MOST_OCTETS

CHUNK: Final = 1 << 16
BLANK: Final = b"\n\n"
KINDS: Final = {"kafka": Kind.STREAM, "mqtt": Kind.LIVE, "amqp": Kind.EXCHANGE}
"""An address does not say of which kind it is."""
OCTETS: Final = frozenset({"correlation"})
"""Properties that are octets, and text in JSON."""


class Facts(Struct):
    """Of events that show no records."""

    missed: int = 0
    after: int = 0


class FeedWitness:
    """A `witness.Witness`. `look` first, `leave` in the end."""

    def __init__(self, api: Api, most: int = MOST_MESSAGES) -> None:
        self._api = api
        self._most = most
        self._changed = threading.Condition()
        self._fresh: list[Seen] = []
        self._messages: list[Message] = []
        self._waiting: dict[Callable[[], object], None] = {}
        self._count = self._octets = self._missed = self._cut = 0
        self._reached = 0
        self._broke = ""
        self._has_ended = False
        self._connections: list[http.client.HTTPConnection] = []
        self._thread = threading.Thread(target=self._listen, name="hubbub-feed", daemon=True)
        self._responses: list[http.client.HTTPResponse] = []
        self.began = 0
        self.unreadable = 0

    # its life

    def look(self) -> None:
        """Return when all is seen that comes from now on. Raises `NetworkError`."""
        self.began = self._api.status().now
        query = {"form": "base64", "octets": str(MOST_OCTETS_OF_A_VALUE), "room_for": str(self._most)}
        connection, response = self._api.open("tap", **query)  # the hub begins to look before it answers
        self._connections.append(connection)
        self._responses.append(response)
        if response.status != http.HTTPStatus.OK:
            connection.close()
            raise NetworkError(f"the hub's tap cannot be listened to: {response.read(500)!r}")
        self._thread.start()

    def leave(self) -> None:
        """Listen no more. Idempotent."""
        for connection in self._connections:
            if connection.sock is not None:
                with contextlib.suppress(OSError):
                    connection.sock.shutdown(socket.SHUT_RDWR)
        if self._thread.is_alive():
            self._thread.join()
        for response in self._responses:
            response.close()
        for connection in self._connections:
            connection.close()

    # as a witness

    @property
    def is_beside(self) -> bool:
        return False

    @property
    def lost(self) -> str:
        with self._changed:
            if self._missed:
                return f"{self._missed} messages came for which there was no room"
            if self._cut:
                return (
                    f"{self._cut} messages were larger than {MOST_OCTETS_OF_A_VALUE} octets and came in part"
                )
            return self._broke

    def catch_up(self) -> None:
        try:
            aim = self._api.status().seen
        except NetworkError:  # there is no hub any more: what it has said to its end is all
            aim = -1
        with self._changed:
            self._changed.wait_for(
                lambda: self._has_ended or self._missed or 0 <= aim <= self._reached, PATIENCE_SECONDS
            )
            if self._has_ended and not self._broke and aim >= 0:
                self._broke = "the hub has ended its feed: it was reset"
            elif not (self._has_ended or self._missed) and not 0 <= aim <= self._reached:
                self._broke = f"the hub was not heard of within {PATIENCE_SECONDS:g} s"

    def messages(self) -> list[Message]:
        with self._changed:
            fresh, self._fresh = self._fresh, []
        for seen in fresh:
            self._messages += [message_of(seen, record) for record in seen.records]
        return self._messages

    def forget(self) -> None:
        self.catch_up()
        with self._changed:
            self._fresh = []
            self._messages = []
            self._count = self._octets = self._missed = self._cut = self.unreadable = 0

    def watch(self, on_news: Callable[[], object]) -> None:
        with self._changed:
            self._waiting[on_news] = None

    def unwatch(self, on_news: Callable[[], object]) -> None:
        with self._changed:
            self._waiting.pop(on_news, None)

    # inside, on the thread that listens

    def _listen(self) -> None:
        broke = ""
        try:
            for event in events(self._responses[0]):
                self._hear(event)
        except (OSError, ValueError, http.client.HTTPException) as why:
            broke = f"the hub's feed broke off ({str(why) or type(why).__name__})"
        with self._changed:
            self._has_ended = True
            self._broke = broke
            self._changed.notify_all()
            for on_news in self._waiting:
                on_news()

    def _hear(self, event: Event) -> None:
        with self._changed:
            match event.name:
                case "open":
                    self._reached = msgspec.json.decode(event.data, type=Facts).after
                case "seen":
                    self._keep(msgspec.json.decode(event.data, type=Seen))
                case "unreadable":
                    self.unreadable += 1
                case "missed":
                    self._missed += msgspec.json.decode(event.data, type=Facts).missed
            if event.id:  # the last of an act
                self._reached = int(event.id)
            self._changed.notify_all()
            for on_news in self._waiting:
                on_news()

    def _keep(self, seen: Seen) -> None:
        octets = sum(0 if record.value is None else record.value.octets for record in seen.records)
        if self._count + len(seen.records) > self._most or self._octets + octets > MOST_OCTETS:
            self._missed += len(seen.records)
            return
        self._cut += sum(is_cut(record) for record in seen.records)
        self._count += len(seen.records)
        self._octets += octets
        self._fresh.append(seen)


def is_cut(record: RecordShown) -> bool:
    """Whether anything of it is not all there."""
    shown = [record.value, record.key, *(header.value for header in record.headers)]
    return any(each is not None and each.is_cut for each in shown)


def message_of(seen: Seen, record: RecordShown) -> Message:
    """As a program sees it."""
    room = record.address.partition(":")[0]
    return Message(
        parse_address(record.address, KINDS.get(room, Kind.LIVE)),
        b"" if record.value is None else octets_of(record.value),
        None if record.key is None else octets_of(record.key),
        tuple((header.name, octets_of(header.value)) for header in record.headers),
        record.timestamp or seen.at,
        seen.at,
        record.partition,
        record.offset,
        seen.number,
        properties_of(record),
    )


def octets_of(shown: Shown) -> bytes:
    """What was asked for in base64."""
    return b64decode(shown.base64) if isinstance(shown.base64, str) else b""


def properties_of(record: RecordShown) -> Properties:
    """The neutral names."""
    if not record.properties and record.value is not None:
        return NO_PROPERTIES
    found: dict[str, object] = dict(record.properties)
    for name in OCTETS & found.keys():
        found[name] = str(found[name]).encode()
    return msgspec.convert({**found, "is_absent": record.value is None}, Properties, builtin_types=(bytes,))


def events(response: http.client.HTTPResponse) -> Iterator[Event]:
    """Of server-sent events, as they come; the end is the end of the answer. Raises what `http.client` raises where it breaks off."""
    held = bytearray()
    while True:
        end = held.find(BLANK)
        if end >= 0:
            text = bytes(held[:end])
            del held[: end + len(BLANK)]
            yield event_of(text)
            continue
        more = response.read1(CHUNK)
        if not more:
            return
        held += more


def event_of(text: bytes) -> Event:
    """One event; a comment has no name."""
    said: dict[bytes, list[bytes]] = {}
    for line in text.split(b"\n"):
        field, _, value = line.partition(b": ")
        said.setdefault(field, []).append(value)
    name, number = (said.get(each, [b""])[0].decode() for each in (b"event", b"id"))
    return Event(name, b"\n".join(said.get(b"data", [])), number)
