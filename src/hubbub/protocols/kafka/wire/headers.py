"""What stands before every message: the size of its frame and a header, in a request and in a response.

    request v1   int16 key, int16 version, int32 correlation id, nullable string client id
    request v2   the same, and tagged fields; the client id keeps its int16 length here (KIP-482)
    response v0  int32 correlation id
    response v1  the same, and tagged fields

Flexible versions of an API have the newer headers, with one exception: the header of an ApiVersions
response is v0 always, because its reader does not know yet what the broker speaks (KIP-511). Request header
v0, without client id, belongs to the brokers' own ControlledShutdown v0, which is not served.
"""

from struct import Struct
from typing import Final

from hubbub.octets.buffer import Buffer
from hubbub.octets.malformed import Malformed
from hubbub.protocols.kafka.wire.keys import FLEXIBLE_FROM, ApiKey
from hubbub.protocols.kafka.wire.primitives import misfit, skip_tags
from hubbub.protocols.kafka.wire.schema import NEVER

SHORT: Final = Struct(">h")
CORRELATION: Final = Struct(">i")

pack_request: Final = Struct(">ihhi").pack
pack_response: Final = Struct(">ii").pack
pack_tagged_response: Final = Struct(">iix").pack


def read_client_id(buffer: Buffer, position: int, stop: int, *, is_flexible: bool) -> tuple[str | None, int]:
    """The client's id, and where the request's body begins. Tagged fields are skipped. Raises `Malformed`."""
    if stop - position < SHORT.size:
        raise Malformed("a request ends before its client id", position)
    (length,) = SHORT.unpack_from(buffer, position)
    position += SHORT.size
    client_id = None
    if length != -1:
        if not 0 <= length <= stop - position:
            raise misfit("client id", length, position, stop)
        try:
            client_id = str(buffer[position : position + length], "utf-8")
        except UnicodeDecodeError:
            raise Malformed("a client id that is not UTF-8", position) from None
        position += length
    if is_flexible:
        position = after_tags(buffer, position, stop)
    return client_id, position


def after_tags(buffer: Buffer, position: int, stop: int) -> int:
    """Where the tagged fields that begin here end; no header has one that is known, so all are skipped."""
    if position >= stop:
        raise Malformed("a header ends before its tagged fields", position)
    count = buffer[position]
    try:
        return skip_tags(buffer, position + 1, count, stop) if count else position + 1
    except IndexError:
        raise Malformed("a header ends within its tagged fields", position) from None


def has_tags(key: int, version: int) -> bool:
    """Whether response headers of this version have tagged fields; those of ApiVersions never have."""
    return version >= FLEXIBLE_FROM.get(key, NEVER) and key != ApiKey.API_VERSIONS


def response_frame(key: int, version: int, correlation_id: int, body: list[Buffer]) -> list[Buffer]:
    """A whole frame: size, header and the buffers of the body, the first of which is joined to the header."""
    size = 4 + sum(map(len, body))
    if has_tags(key, version):
        return [pack_tagged_response(size + 1, correlation_id) + body[0], *body[1:]]
    return [pack_response(size, correlation_id) + body[0], *body[1:]]


def read_correlation_id(key: int, version: int, buffer: Buffer, start: int, stop: int) -> tuple[int, int]:
    """For clients: correlation id of the response at ``buffer[start:stop]``, and where its body begins."""
    if stop - start < CORRELATION.size:
        raise Malformed("a response ends before its correlation id", start)
    (correlation_id,) = CORRELATION.unpack_from(buffer, start)
    start += CORRELATION.size
    return correlation_id, after_tags(buffer, start, stop) if has_tags(key, version) else start


def request_frame(
    key: int, version: int, correlation_id: int, client_id: str | None, body: list[Buffer]
) -> list[Buffer]:
    """For clients: a whole frame; the first of the body's buffers is joined to size and header."""
    name = b"" if client_id is None else client_id.encode()
    head = SHORT.pack(-1 if client_id is None else len(name)) + name
    if version >= FLEXIBLE_FROM.get(key, NEVER):
        head += b"\0"
    size = 8 + len(head) + sum(map(len, body))
    return [pack_request(size, key, version, correlation_id) + head + body[0], *body[1:]]
