"""The conversation: requests in, responses in the same order out, each by the version the client chose. Sans-IO.

It knows which versions are served (told by its maker) and the wire; it knows neither what requests mean nor the core. An unknown API or
version ends the conversation, as Kafka does, but for ApiVersions: that one is answered in version 0 (KIP-511).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from hubbub.octets.buffer import Buffer
from hubbub.octets.malformed import Malformed
from hubbub.protocols.kafka.wire.codec import decode_request, encode_response
from hubbub.protocols.kafka.wire.frames import whole_frames
from hubbub.protocols.kafka.wire.headers import read_request_header
from hubbub.protocols.kafka.wire.keys import ApiKey
from hubbub.protocols.kafka.wire.schema import Api


class Served(Struct, frozen=True):
    """One API as this broker serves it: the versions, and its messages (loaded when first asked for)."""

    oldest: int
    newest: int
    messages: Callable[[], "Api[Any, Any]"]


class Request(Struct, frozen=True, gc=False):
    """One request. ``body`` is the API's request struct; `records` in it are only valid until the next request is read."""

    api_key: int
    version: int
    correlation_id: int
    client_id: str | None
    body: Any
    is_unsupported: bool = False
    """An ApiVersions request of a version that nobody knows: ``body`` is that of version 0."""


class Session:
    """Of one connection. ``client`` is what ApiVersions (v3 and later) said of the client's software."""

    __slots__ = ("_max_request", "_served", "client_id", "software", "used", "wanted")

    def __init__(self, served: Mapping[int, Served], max_request: int) -> None:
        self._served: Final = served
        self._max_request: Final = max_request
        self.used = 0
        self.wanted = 0
        self.client_id = ""
        self.software = ("", "")

    def receive(self, data: memoryview) -> Iterator[Request]:
        """Yield each whole request. Raises `Malformed` for what Kafka closes a connection for."""
        raise NotImplementedError

    def encode(self, call: Request, reply: Any) -> list[Buffer]:
        """The response, with its header."""
        raise NotImplementedError
