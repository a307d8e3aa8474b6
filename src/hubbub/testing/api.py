"""The admin API of a hub in a process of its own, as far as tests need it: `ApiLooks` for waits, and feeds for a `feed.FeedWitness`.

Each function asks and blocks. Nothing here knows how long is waited, and of what.
"""

import http.client
from collections.abc import Iterator
from typing import Final, TypeVar
from urllib.parse import quote, urlencode

import msgspec
from msgspec import Struct

from hubbub.client.errors import NetworkError
from hubbub.client.places import AdminPlace
from hubbub.testing import looks

PATIENCE_SECONDS: Final = 20.0
V1: Final = "/api/v1"
MOST_ITEMS: Final = "1000"
NOT_FOUND: Final = 404
T = TypeVar("T")


class Page(Struct):
    """Of a list."""

    items: list[msgspec.Raw]
    next: str | None


class Status(Struct):
    """Of the hub. ``now`` is wall time in ms, ``seen`` the number of the last act that was shown."""

    now: int
    seen: int


class Named(Struct):
    """Anything that has a name."""

    name: str


class Group(Struct):
    """How a group stands."""

    state: str
    members: int


class Offset(Struct):
    """How far a group is."""

    topic: str
    partition: int
    offset: int


class Partition(Struct):
    """What a partition holds."""

    partition: int
    start: int
    end: int


class Queue(Struct):
    """What a queue holds."""

    ready: int
    unacked: int
    consumers: int


class Subscription(Struct):
    """What somebody has subscribed to."""

    filter: str


class Client(Struct):
    """What went to and came from a client."""

    octets_in: int
    octets_out: int


class Api:
    """One hub's. Raises `NetworkError` where it does not answer as it should."""

    def __init__(self, place: AdminPlace) -> None:
        self._place: Final = place

    def get(self, path: str, kind: type[T], **query: str) -> T | None:
        """What is there; None: no such thing."""
        connection, response = self.open(path, **query)
        try:
            body = response.read()
        except (OSError, http.client.HTTPException) as why:
            raise self._failed(path, why) from None
        finally:
            connection.close()
        if response.status == NOT_FOUND:
            return None
        if response.status != http.HTTPStatus.OK:
            raise NetworkError(f"{self._place.url}{V1}/{path} says {response.status}: {body[:500]!r}")
        return msgspec.json.decode(body, type=kind)

    def all(self, path: str, kind: type[T], **query: str) -> Iterator[T]:
        """All pages of a list; nothing where there is none."""
        cursor: str | None = ""
        while cursor is not None:
            page = self.get(path, Page, **query, limit=MOST_ITEMS, cursor=cursor)
            if page is None:
                return
            for item in page.items:
                yield msgspec.json.decode(item, type=kind)
            cursor = page.next

    def status(self) -> Status:
        """Of the hub."""
        found = self.get("status", Status)
        if found is None:
            raise NetworkError(f"{self._place.url} is no admin API of Hubbub")
        return found

    def open(self, path: str, **query: str) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
        """An answer that is still to be read; the caller closes the connection."""
        connection = http.client.HTTPConnection(self._place.host, self._place.port, timeout=PATIENCE_SECONDS)
        try:
            connection.request("GET", f"{V1}/{path}" + (f"?{urlencode(query)}" if query else ""))
            return connection, connection.getresponse()
        except (OSError, http.client.HTTPException) as why:
            connection.close()
            raise self._failed(path, why) from None

    def _failed(self, path: str, why: Exception) -> NetworkError:
        return NetworkError(f"{self._place.url}{V1}/{path} cannot be asked: {str(why) or type(why).__name__}")


class ApiLooks:
    """`looks.Looks` by asking."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def group_behind(self, name: str, topic: str) -> str:
        if self._api.get(f"groups/{segment(name)}", Group) is None:
            return looks.missing("group", name, self._names("groups"))
        offsets = self._api.all(f"groups/{segment(name)}/offsets", Offset)
        committed = {(each.topic, each.partition): each.offset for each in offsets}
        topics = [topic] if topic else sorted({each for each, _ in committed})
        if not topics:
            return looks.nothing_committed(name)
        behind: list[str] = []
        for each in topics:
            partitions = list(self._api.all(f"topics/{segment(each)}/partitions", Partition))
            if not partitions:
                return looks.missing("topic", each, self._names("topics"))
            for one in partitions:
                at = committed.get((each, one.partition), one.start)
                if at < one.end:
                    behind.append(f"{each}[{one.partition}] at {at} of {one.end}")
        return looks.behind_text(name, behind)

    def group_unstable(self, name: str, members: int) -> str:
        group = self._api.get(f"groups/{segment(name)}", Group)
        if group is None:
            return looks.missing("group", name, self._names("groups"))
        return looks.unstable_text(name, group.state, group.members, members)

    def queue_full(self, realm: str, name: str) -> str:
        queue = self._queue(realm, name)
        if queue is None:
            return looks.missing("queue", name, self._names("queues", realm=realm), realm)
        return looks.full_text(name, queue.ready, queue.unacked, queue.consumers)

    def queue_idle(self, realm: str, name: str) -> str:
        queue = self._queue(realm, name)
        if queue is None:
            return looks.missing("queue", name, self._names("queues", realm=realm), realm)
        return looks.idle_text(name, queue.consumers)

    def unheard(self, pattern: str) -> str:
        held = {each.filter for each in self._api.all("subscriptions", Subscription)}
        return looks.unheard_text(pattern, held)

    def moved(self) -> tuple[float, tuple[int, ...]]:
        clients = list(self._api.all("clients", Client))
        status = self._api.status()
        octets = sum(client.octets_in + client.octets_out for client in clients)
        return status.now / 1000, (len(clients), octets, status.seen)

    # inside

    def _queue(self, realm: str, name: str) -> Queue | None:
        return self._api.get(f"queues/{segment(name)}", Queue, realm=realm)

    def _names(self, path: str, **query: str) -> list[str]:
        return [each.name for each in self._api.all(path, Named, **query)]


def segment(name: str) -> str:
    """A name in a path, whatever is in it."""
    return quote(name, safe="")
