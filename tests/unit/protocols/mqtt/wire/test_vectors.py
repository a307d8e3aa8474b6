"""Every wire case of `tests/vectors/mqtt`: whole, byte by byte, with a tail, thousands in one read, and written again."""

import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from hubbub.protocols.mqtt.wire.decode import FROM_CLIENT, FROM_SERVER, Decoded, Decoder, Names
from hubbub.protocols.mqtt.wire.encode import encode
from hubbub.protocols.mqtt.wire.packets import Packet, singles

VECTORS = next(place for place in Path(__file__).parents if (place / "vectors").is_dir()) / "vectors" / "mqtt"
LIMIT = 1 << 20


def octets(text: str) -> bytes:
    """Hex digits and quoted text."""
    parts = re.findall(r"'([^']*)'|([0-9a-f]+)", text)
    return b"".join(bytes.fromhex(digits) if digits else word.encode() for word, digits in parts)


def plain(value: Any) -> Any:
    """A packet as its vector shows it: what differs from the defaults, bytes as hex."""
    if isinstance(value, msgspec.Struct):
        fields = msgspec.structs.fields(value)
        return {
            field.name: plain(getattr(value, field.name))
            for field in fields
            if field.required or getattr(value, field.name) != field.default
        }
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return value


def cases(*, broken: bool) -> list[Any]:
    """Parameters for all vectors that end in an error, or for all that do not."""
    found = []
    for file in sorted(VECTORS.glob("*.toml")):
        for case in tomllib.loads(file.read_text()).get("case", []):
            if ("error" in case) is broken:
                mark = pytest.mark.statement(case["rule"])
                found.append(pytest.param(case, id=f"{file.stem}: {case['name']}", marks=mark))
    return found


def decoder(case: dict[str, Any]) -> Decoder:
    readers = FROM_SERVER if case.get("direction") == "server" else FROM_CLIENT
    return Decoder(Names(), limit=LIMIT, readers=readers, level=case.get("level", 0))


def only(decoded: Decoded) -> Packet:
    assert decoded.broken is None
    (packet,) = singles(decoded.packets)
    return packet


@pytest.mark.parametrize("case", cases(broken=False))
def test_a_packet_is_read_as_its_vector_says(case: dict[str, Any]) -> None:
    data = octets(case["hex"])
    decoded = decoder(case).decode(data)
    packet = only(decoded)
    assert {"type": type(packet).__name__, **plain(packet)} == case["frame"]
    assert (decoded.used, decoded.wanted) == (len(data), 0)
    if case.get("canonical", True):
        assert encode(packet, case.get("level", 4)) == data
    again = decoder(case).decode(encode(packet, case.get("level", 4)))
    assert only(again) == packet


@pytest.mark.parametrize("case", cases(broken=False))
def test_an_unfinished_packet_is_no_error_and_says_what_it_wants(case: dict[str, Any]) -> None:
    data = octets(case["hex"])
    for size in range(len(data)):
        decoded = decoder(case).decode(data[:size])
        assert (decoded.packets, decoded.used, decoded.broken) == ([], 0, None)
        assert decoded.wanted == (0 if size == 0 else 2 if size == 1 else len(data))


@pytest.mark.parametrize("case", cases(broken=False))
def test_what_stands_behind_a_packet_is_left_alone(case: dict[str, Any]) -> None:
    data = octets(case["hex"])
    decoded = decoder(case).decode(data + data[:1])
    only(decoded)
    assert (decoded.used, decoded.wanted) == (len(data), 2)


@pytest.mark.parametrize("case", cases(broken=False))
def test_thousands_of_packets_come_out_of_one_read_in_order(case: dict[str, Any]) -> None:
    data = octets(case["hex"])
    decoded = decoder(case).decode(data * 2000 + data[:-1])
    assert decoded.broken is None
    packets = singles(decoded.packets)
    assert len(packets) == 2000
    assert all(packet == packets[0] for packet in packets)
    assert (decoded.used, decoded.wanted) == (len(data) * 2000, 2 if len(data) == 2 else len(data))


@pytest.mark.parametrize("case", cases(broken=True))
def test_a_broken_packet_is_refused_with_its_code(case: dict[str, Any]) -> None:
    data = octets(case["hex"])
    decoded = decoder(case).decode(data + b"\xc0\x00")
    assert decoded.broken is not None
    assert decoded.broken.code == case["error"]
    assert (decoded.packets, decoded.used, decoded.wanted) == ([], 0, 0)


@pytest.mark.parametrize("case", cases(broken=True))
def test_a_broken_packet_is_never_taken_for_a_whole_one_while_it_comes(case: dict[str, Any]) -> None:
    data = octets(case["hex"])
    for size in range(len(data)):
        decoded = decoder(case).decode(data[:size])
        assert decoded.packets == []
        assert decoded.broken is None or decoded.broken.code == case["error"]


@pytest.mark.parametrize("case", [case for case in cases(broken=True) if case.values[0].get("level")])
def test_what_stood_before_a_broken_packet_is_handed_out(case: dict[str, Any]) -> None:
    before = b"\xd0\x00" if case.get("direction") == "server" else b"\xc0\x00"
    decoded = decoder(case).decode(before * 3 + octets(case["hex"]))
    assert len(singles(decoded.packets)) == 3
    assert decoded.used == 6
    assert decoded.broken is not None
    assert decoded.broken.code == case["error"]
