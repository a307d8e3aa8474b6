"""The cases in tests/vectors/kafka: each read whole, octet by octet and with a tail, and written back to
the same octets.

A case has ``hex`` (one frame, size included) and either ``frame``, what the frame says, or ``error``, a
part of the reason for which it is malformed. In a frame's ``body`` octets stand as hex, and what is null is
left out. ``canonical = false`` marks what is read but would be written differently (unknown tagged fields,
padded numbers).
"""

import tomllib
from pathlib import Path
from struct import unpack_from
from typing import Any

import msgspec
import pytest

from hubbub.octets.malformed import Malformed
from hubbub.protocols.kafka.wire.codec import (
    decode_request,
    decode_response,
    encode_request,
    encode_response,
)
from hubbub.protocols.kafka.wire.frames import Frames
from hubbub.protocols.kafka.wire.headers import (
    read_client_id,
    read_correlation_id,
    request_frame,
    response_frame,
)
from hubbub.protocols.kafka.wire.keys import MODULES
from tests.unit.protocols.kafka.wire.samples import api, present

Case = dict[str, Any]

VECTORS = Path(__file__).parents[4] / "vectors" / "kafka"
CASES = {
    f"{path.stem}: {case['name']}": case
    for path in sorted(VECTORS.glob("*.toml"))
    for case in tomllib.loads(path.read_text("utf-8"))["case"]
}
TAIL = bytes.fromhex("0000000700")

cases = pytest.mark.parametrize("case", CASES.values(), ids=CASES)
good = pytest.mark.parametrize("case", [c for c in CASES.values() if "frame" in c])


def read(case: Case, buffer: memoryview) -> list[tuple[Case, Any]]:
    """What the whole frames in the buffer say, and the messages in them."""
    reader = read_request if case["direction"] == "request" else read_response
    return [reader(case, buffer, start, end) for start, end in Frames(buffer, len(buffer))]


def read_request(case: Case, buffer: memoryview, start: int, end: int) -> tuple[Case, Any]:
    key, version, correlation_id = unpack_from(">hhi", buffer, start)
    asked = api(MODULES[key])
    is_flexible = version >= asked.flexible_from
    client_id, position = read_client_id(buffer, start + 8, end, is_flexible=is_flexible)
    message = decode_request(asked, version, buffer, position, end)
    said = {"api": MODULES[key], "version": version, "correlation_id": correlation_id}
    if client_id is not None:
        said["client_id"] = client_id
    return said | {"body": told(asked.request, version, message)}, message


def read_response(case: Case, buffer: memoryview, start: int, end: int) -> tuple[Case, Any]:
    """The octets do not say what they answer: the case does."""
    name, version = case["answers"]
    answered = api(name)
    correlation_id, position = read_correlation_id(answered.key, version, buffer, start, end)
    message = decode_response(answered, version, buffer, position, end)
    said = {"api": name, "version": version, "correlation_id": correlation_id}
    return said | {"body": told(answered.response, version, message)}, message


def write(case: Case, message: Any) -> bytes:
    frame = case["frame"]
    name, version, correlation_id = frame["api"], frame["version"], frame["correlation_id"]
    if case["direction"] == "request":
        body = encode_request(api(name), version, message)
        return b"".join(request_frame(api(name).key, version, correlation_id, frame.get("client_id"), body))
    body = encode_response(api(name), version, message)
    return b"".join(response_frame(api(name).key, version, correlation_id, body))


def told(message: Any, version: int, value: Any) -> Any:
    """A message as it stands in a case."""
    if isinstance(value, msgspec.Struct):
        inner = {field.name: getattr(value, field.name) for field in present(message, type(value), version)}
        return {name: told(message, version, each) for name, each in inner.items() if each is not None}
    if isinstance(value, bytes | memoryview):
        return value.hex()
    if isinstance(value, tuple):
        return [told(message, version, each) for each in value]
    return value


@good
def test_a_frame_says_what_it_says(case: Case) -> None:
    ((said, _),) = read(case, memoryview(bytes.fromhex(case["hex"])))
    assert said == case["frame"]


@good
def test_a_frame_that_comes_octet_by_octet_is_read_once_it_is_whole(case: Case) -> None:
    octets = bytes.fromhex(case["hex"])
    for length in range(len(octets)):
        frames = Frames(octets[:length], length)
        assert list(frames) == []
        assert (frames.used, frames.wanted) == (0, len(octets) if length >= 4 else 4)
    ((said, _),) = read(case, memoryview(octets))
    assert said == case["frame"]


@good
def test_the_tail_behind_a_frame_is_left_alone(case: Case) -> None:
    octets = bytes.fromhex(case["hex"])
    ((said, _),) = read(case, memoryview(octets + TAIL))
    assert said == case["frame"]


@good
def test_a_frame_is_written_as_it_was_read(case: Case) -> None:
    octets = bytes.fromhex(case["hex"])
    ((_, message),) = read(case, memoryview(octets))
    assert (write(case, message) == octets) is case.get("canonical", True)


@pytest.mark.parametrize("case", [c for c in CASES.values() if "error" in c])
@pytest.mark.parametrize("tail", [b"", TAIL], ids=["whole", "with a tail"])
def test_what_is_malformed_is_told_so(case: Case, tail: bytes) -> None:
    with pytest.raises(Malformed) as caught:
        read(case, memoryview(bytes.fromhex(case["hex"]) + tail))
    assert case["error"] in str(caught.value)


@cases
def test_a_case_is_complete(case: Case) -> None:
    assert case["rule"]
    assert case["direction"] in {"request", "response"}
    assert ("frame" in case) != ("error" in case)
