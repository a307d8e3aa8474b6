"""The headers that stand before messages, in a request and in a response.

    request v1   int16 key, int16 version, int32 correlation id, nullable string client id
    request v2   the same, and tagged fields; the client id keeps its int16 length here (KIP-482)
    response v0  int32 correlation id
    response v1  the same, and tagged fields

Flexible versions of an API have the newer headers, with one exception: the header of an ApiVersions response is v0 always, because
its reader does not know yet what the broker speaks (KIP-511). Request header v0, without client id, belongs to the
brokers' own ControlledShutdown v0, which is not served.
"""

from struct import Struct
from typing import Final

import msgspec

from hubbub.octets.buffer import Buffer
from hubbub.octets.malformed import Malformed
from hubbub.protocols.kafka.wire.frames import SIZE
from hubbub.protocols.kafka.wire.keys import FLEXIBLE_FROM, ApiKey
from hubbub.protocols.kafka.wire.primitives import misfit, skip_tags
from hubbub.protocols.kafka.wire.schema import NEVER

unpack_request: Final = Struct(">hhih").unpack_from
pack_request: Final = Struct(">ihhi").pack
pack_length: Final = Struct(">h").pack
unpack_correlation: Final = Struct(">i").unpack_from
pack_response: Final = Struct(">ii").pack
pack_flexible_response: Final = Struct(">iix").pack

UNTAGGED: Final = frozenset({int(ApiKey.API_VERSIONS)})
"""Keys whose response headers never have tagged fields."""


class Request(msgspec.Struct, frozen=True, gc=False):
    """A request whose header is read and whose body is not: ``body`` is a view of the frame, good as long as that is.

    Key and version are what the client wrote; whether they are served is for the session to say.
    """

    api_key: int
    version: int
    correlation_id: int
    client_id: str | None
    body: memoryview


def flexible(key: int, version: int) -> bool:
    """Whether this version of an API has tagged fields; unknown APIs have none."""
    return version >= FLEXIBLE_FROM.get(key, NEVER)


def decode_request_header(buffer: Buffer, start: int, end: int) -> Request:
    """The request in the frame at ``buffer[start:end]``; raises ``Malformed``.

    Versions that do not exist yet are taken to have the header of the newest: ApiVersions must be answered whatever
    its version (KIP-511). For unknown keys the tagged fields, if there are any, stand at the beginning of ``body``.
    """
    frame = (buffer if buffer.__class__ is memoryview else memoryview(buffer))[start:end]
    if end - start < 10:
        raise Malformed(f"a request of {end - start} octets has no room for its header", start)
    key, version, correlation_id, length = unpack_request(frame)
    position = 10
    if length == -1:
        client_id = None
    else:
        position += length
        if length < 0 or position > len(frame):
            raise misfit("client_id", length, 10, len(frame))
        try:
            client_id = frame[10:position].tobytes().decode()
        except UnicodeDecodeError as wrong:
            raise Malformed(f"client_id is not UTF-8: {wrong.reason}", 10) from None
    if version >= FLEXIBLE_FROM.get(key, NEVER):
        position = after_tags(frame, position)
    return Request(key, version, correlation_id, client_id, frame[position:])


def after_tags(frame: memoryview, position: int) -> int:
    """Where a header's tagged fields end; none is known, so all are skipped."""
    try:
        count = frame[position]
        return skip_tags(frame, position + 1, count) if count else position + 1
    except IndexError:
        raise Malformed("the header's tagged fields end too early", position) from None


def request_frame(
    key: int, version: int, correlation_id: int, client_id: str | None, body: list[Buffer]
) -> list[Buffer]:
    """A whole frame, for clients: size, header and the buffers of the body, which are not copied."""
    name = b"" if client_id is None else client_id.encode()
    tail = (
        pack_length(-1 if client_id is None else len(name))
        + name
        + (b"\0" if flexible(key, version) else b"")
    )
    size = 8 + len(tail) + sum(map(len, body))
    return [pack_request(size, key, version, correlation_id) + tail, *body]


def response_frame(key: int, version: int, correlation_id: int, body: list[Buffer]) -> list[Buffer]:
    """A whole frame: size, header and the buffers of the body; the first of them is joined to the header."""
    size = 4 + sum(map(len, body))
    if version >= FLEXIBLE_FROM.get(key, NEVER) and key not in UNTAGGED:
        return [pack_flexible_response(size + 1, correlation_id) + body[0], *body[1:]]
    return [pack_response(size, correlation_id) + body[0], *body[1:]]


def decode_response_header(key: int, version: int, buffer: Buffer, start: int, end: int) -> tuple[int, int]:
    """Correlation id of the response in the frame at ``buffer[start:end]``, and where in the buffer its body starts."""
    frame = memoryview(buffer)[start:end]
    if len(frame) < SIZE:
        raise Malformed(f"a response of {len(frame)} octets has no room for its header", start)
    (correlation_id,) = unpack_correlation(frame)
    if flexible(key, version) and key not in UNTAGGED:
        return correlation_id, start + after_tags(frame, SIZE)
    return correlation_id, start + SIZE
