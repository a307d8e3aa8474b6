"""Headers are those that kio writes and reads; responses of ApiVersions are the exception."""

import io

import pytest
from kio.schema.request_header.v1.header import RequestHeader as RequestHeader1
from kio.schema.request_header.v2.header import RequestHeader as RequestHeader2
from kio.schema.response_header.v0.header import ResponseHeader as ResponseHeader0
from kio.schema.response_header.v1.header import ResponseHeader as ResponseHeader1
from kio.serial import entity_reader, entity_writer
from kio.static.primitive import i16, i32

from hubbub.octets.malformed import Malformed
from hubbub.protocols.kafka.wire.frames import Frames
from hubbub.protocols.kafka.wire.headers import (
    read_client_id,
    read_correlation_id,
    request_frame,
    response_frame,
)
from hubbub.protocols.kafka.wire.keys import ApiKey

NAMES = (None, "", "a", "größe", "x" * 300)


@pytest.mark.parametrize("client_id", NAMES)
@pytest.mark.parametrize(("version", "header"), [(8, RequestHeader1), (9, RequestHeader2)])
def test_request_headers(version: int, header: type, client_id: str | None) -> None:
    written = io.BytesIO()
    entity_writer(header)(
        written,
        header(
            request_api_key=i16(3),
            request_api_version=i16(version),
            correlation_id=i32(-7),
            client_id=client_id,
        ),
    )
    frame = b"".join(request_frame(ApiKey.METADATA, version, -7, client_id, [b"body"]))
    assert frame == (len(frame) - 4).to_bytes(4, "big") + written.getvalue() + b"body"
    read = read_client_id(memoryview(frame), 12, len(frame), is_flexible=version == 9)
    assert read == (client_id, len(frame) - 4)


@pytest.mark.parametrize(
    ("key", "version", "header"),
    [
        (ApiKey.METADATA, 8, ResponseHeader0),
        (ApiKey.METADATA, 9, ResponseHeader1),
        (ApiKey.OFFSET_DELETE, 0, ResponseHeader0),
        (ApiKey.API_VERSIONS, 0, ResponseHeader0),
        (ApiKey.API_VERSIONS, 3, ResponseHeader0),  # KIP-511
        (ApiKey.API_VERSIONS, 4, ResponseHeader0),
    ],
)
def test_response_headers(key: int, version: int, header: type) -> None:
    frame = b"".join(response_frame(key, version, 77, [b"body", b"more"]))
    ((start, end),) = Frames(frame, len(frame))
    theirs, used = entity_reader(header)(frame[start:], 0)
    assert (theirs.correlation_id, frame[start + used :]) == (77, b"bodymore")
    assert read_correlation_id(key, version, frame, start, end) == (77, start + used)


def test_batches_stay_where_they_are_behind_a_header() -> None:
    batches = memoryview(bytes(100))
    frame = response_frame(ApiKey.FETCH, 12, 1, [b"head", batches, b"end"])
    assert frame[1] is batches
    assert int.from_bytes(frame[0][:4], "big") == sum(map(len, frame)) - 4


@pytest.mark.parametrize("tags", ["00", "01 00 00", "02 05 02 beef 8801 00", "01 00 8001" + "ff" * 128])
def test_tagged_fields_of_a_header_are_skipped_whatever_they_are(tags: str) -> None:
    header = b"\xff\xff" + bytes.fromhex(tags)
    buffer = header + b"body"
    assert read_client_id(buffer, 0, len(buffer), is_flexible=True) == (None, len(header))


@pytest.mark.parametrize(
    "octets",
    ["", "00", "0002 61", "fffe", "0001 ff", "ffff", "ffff 01", "ffff 01 00", "ffff 01 00 05 61", "ffff ff"],
)
def test_a_header_that_reaches_behind_its_frame_is_malformed(octets: str) -> None:
    """The frame behind it in the buffer is not read for it."""
    header = bytes.fromhex(octets)
    with pytest.raises(Malformed):
        read_client_id(memoryview(header + bytes(20)), 0, len(header), is_flexible=True)
