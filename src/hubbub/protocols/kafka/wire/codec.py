"""Octets into messages and back, for every API and version: what handlers, clients and tests call.

    from hubbub.protocols.kafka.wire.codec import decode_request, encode_response
    from hubbub.protocols.kafka.wire.generated import metadata as m

    asked = decode_request(m.API, 12, buffer, offset, end)        # an m.MetadataRequest
    buffers = encode_response(m.API, 12, m.MetadataResponse(...))

Arrays are read as tuples and written from any sequence; ``Records`` alone must be one buffer or a list of
buffers. Uuids are 16 octets. The functions that do the work are written when a version is first met
(``decoder``, ``encoder``). Headers and lengths of frames are not part of this: see ``headers`` and
``frames``.
"""

from hubbub.octets.buffer import Buffer
from hubbub.protocols.kafka.wire.decoder import compile_decoder
from hubbub.protocols.kafka.wire.encoder import compile_encoder
from hubbub.protocols.kafka.wire.schema import Api, M, Message, Q, R


def decode(message: Message[M], version: int, buffer: Buffer, offset: int, end: int) -> tuple[M, int]:
    """The message that lies at ``buffer[offset:end]``, and how many octets it took.

    ``records`` are views of the buffer, everything else is copied. Raises ``Malformed`` for octets that are
    no such message, ``ValueError`` for a version the message does not have.
    """
    decoder = message.decoders.get(version) or compile_decoder(message, version)
    return decoder(buffer, offset, end)


def encode(message: Message[M], version: int, value: M) -> list[Buffer]:
    """The message's octets as buffers that follow each other; batches are those of ``value``, not copied."""
    encoder = message.encoders.get(version) or compile_encoder(message, version)
    return encoder(value)


def decode_request(api: Api[Q, R], version: int, buffer: Buffer, offset: int, end: int) -> Q:
    """The request behind a request header. Octets behind the message are ignored, as Kafka ignores them."""
    message = api.request
    decoder = message.decoders.get(version) or compile_decoder(message, version)
    return decoder(buffer, offset, end)[0]


def encode_response(api: Api[Q, R], version: int, response: R) -> list[Buffer]:
    """The response that goes behind a response header."""
    message = api.response
    encoder = message.encoders.get(version) or compile_encoder(message, version)
    return encoder(response)


def decode_response(api: Api[Q, R], version: int, buffer: Buffer, offset: int, end: int) -> R:
    """The response behind a response header, for clients."""
    return decode(api.response, version, buffer, offset, end)[0]


def encode_request(api: Api[Q, R], version: int, request: Q) -> list[Buffer]:
    """The request that goes behind a request header, for clients."""
    return encode(api.request, version, request)
