"""The conversation: requests in, responses in the same order out, each by the version the client chose. Sans-IO.

It knows which versions are served (told by its maker) and the wire; it knows neither what requests mean nor the core. An unknown API or
version ends the conversation, as Kafka does, but for ApiVersions: that one is answered in version 0 (KIP-511).
"""

from collections.abc import Callable, Iterator, Mapping
from struct import Struct as Layout
from typing import Final, Generic, TypeAlias, TypeVar

from msgspec import Struct

from hubbub.octets.buffer import Buffer
from hubbub.octets.malformed import Malformed
from hubbub.protocols.kafka.wire.codec import decode_request, encode_response
from hubbub.protocols.kafka.wire.frames import SIZE, Frames
from hubbub.protocols.kafka.wire.generated.produce import ProduceRequest
from hubbub.protocols.kafka.wire.headers import read_client_id, response_frame
from hubbub.protocols.kafka.wire.keys import ApiKey
from hubbub.protocols.kafka.wire.produce_again import ProduceAgain, pattern
from hubbub.protocols.kafka.wire.schema import Api

Messages: TypeAlias = Api[Struct, Struct]
B = TypeVar("B", bound=Struct)

HEADER: Final = Layout(">hhi")
KEY: Final = Layout(">h")
CORRELATION: Final = Layout(">i")


class Served(Struct, frozen=True):
    """One API as this broker serves it: the versions, and its messages (loaded when first asked for)."""

    oldest: int
    newest: int
    messages: Callable[[], Messages]


class Request(Struct, Generic[B], frozen=True, gc=False):
    """One request. ``records`` in its body are only valid until the next request is read."""

    api_key: int
    version: int
    correlation_id: int
    client_id: str | None
    body: B
    messages: Messages
    is_unsupported: bool = False
    """An ApiVersions request of a version that nobody knows; ``version`` is 0 then."""


class Again(Struct, frozen=True):
    """What a producer says again and again."""

    key: int
    version: int
    client_id: str | None
    messages: Messages
    pattern: ProduceAgain


class Session:
    """Of one connection. ``software`` is what ApiVersions (v3 and later) said of the client: name and version; ``client_id`` what its latest request said.

    ``max_request`` bounds what carries records, which are never taken apart here; ``max_control`` bounds all else, because a frame of
    tiny elements becomes objects of many times its size. Both are looked at as soon as the first octets of a frame are there.
    """

    __slots__ = (
        "_again",
        "_max_control",
        "_max_request",
        "_served",
        "client_id",
        "software",
        "used",
        "wanted",
    )

    def __init__(self, served: Mapping[int, Served], max_request: int, max_control: int) -> None:
        self._served: Final = served
        self._max_request: Final = max_request
        self._max_control: Final = max_control
        self._again: Again | None = None
        self.used = 0
        self.wanted = 0
        self.software: tuple[str, str] = ("", "")
        self.client_id = ""

    def receive(self, data: memoryview) -> Iterator[Request[Struct]]:
        """Yield each whole request. Raises `Malformed` for what Kafka closes a connection for."""
        self.used = 0
        frames = Frames(data, len(data), limit=self._max_request)
        again = self._again
        request: Request[Struct]
        for start, stop in frames:
            if again is not None and (body := again.pattern.read(data, start, stop)) is not None:
                (correlation_id,) = CORRELATION.unpack_from(data, start + 4)
                request = Request(
                    again.key, again.version, correlation_id, again.client_id, body, again.messages
                )
            else:
                request = self._read(data, start, stop)
                again = self._again
            self.used = stop
            yield request
        self.wanted = frames.wanted
        if self.wanted > self._max_control and len(data) >= frames.used + SIZE + KEY.size:
            self._check_size(data, frames.used + SIZE, self.wanted - SIZE)

    def encode(self, call: Request[Struct], reply: Struct) -> list[Buffer]:
        """The response in its frame."""
        return response_frame(
            call.api_key,
            call.version,
            call.correlation_id,
            encode_response(call.messages, call.version, reply),
        )

    def _read(self, data: memoryview, start: int, stop: int) -> Request[Struct]:
        if stop - start < HEADER.size:
            raise Malformed(f"a request of {stop - start} octets is shorter than any header", start)
        key, version, correlation_id = HEADER.unpack_from(data, start)
        if stop - start > self._max_control:
            self._check_size(data, start, stop - start)
        served = self._served.get(key)
        if served is None:
            raise Malformed(f"a request of API {key}, which is not served here", start)
        messages = served.messages()
        is_unsupported = not served.oldest <= version <= served.newest
        if is_unsupported:
            if key != ApiKey.API_VERSIONS:
                raise Malformed(
                    f"{messages.name} version {version}; {served.oldest} to {served.newest} are served here",
                    start,
                )
            return Request(
                key, 0, correlation_id, None, messages.request.struct(), messages, is_unsupported=True
            )
        client_id, position = read_client_id(
            data, start + HEADER.size, stop, is_flexible=version >= messages.flexible_from
        )
        self.client_id = client_id or ""
        body = decode_request(messages, version, data, position, stop)
        if (
            isinstance(body, ProduceRequest)
            and (found := pattern(data, start, stop, version, body)) is not None
        ):
            self._again = Again(key, version, client_id, messages, found)
        return Request(key, version, correlation_id, client_id, body, messages)

    def _check_size(self, data: memoryview, start: int, size: int) -> None:
        (key,) = KEY.unpack_from(data, start)
        if key != ApiKey.PRODUCE and size > self._max_control:
            raise Malformed(
                f"a request of API {key} and {size} octets, where at most {self._max_control} are taken",
                start,
            )
