"""The wire cases in `tests/vectors/amqp`: each decoded whole, octet by octet and with a tail, and written back the same."""

import tomllib
from pathlib import Path
from typing import Any, get_args

import pytest

from hubbub.protocols.amqp.wire import content, table
from hubbub.protocols.amqp.wire.broken import Broken
from hubbub.protocols.amqp.wire.frames import HEADER, METHOD, method_frame, split
from hubbub.protocols.amqp.wire.generated.methods import DECODERS, ENCODERS, Method
from hubbub.protocols.amqp.wire.methods import decode_method

VECTORS = Path(__file__).parents[4] / "vectors" / "amqp"


def cases(file: str) -> list[Any]:
    text = (VECTORS / f"{file}.toml").read_text()
    return [pytest.param(case, id=case["name"]) for case in tomllib.loads(text)["case"]]


@pytest.mark.parametrize("case", cases("methods"))
def test_a_method_is_read_and_written_back(case: dict[str, str]) -> None:
    raw = bytes.fromhex(case["hex"])
    (frame,), used = split(raw)
    assert used == len(raw)
    method = decode_method(raw, frame.start, frame.stop)
    assert repr(method) == case["value"]
    again = method_frame(frame.channel, method)
    (other,), _ = split(again)
    assert decode_method(again, other.start, other.stop) == method


def test_the_vectors_hold_every_method() -> None:
    seen = {eval_name(case.values[0]["value"]) for case in cases("methods")}
    assert seen == {method.__name__ for method in get_args(Method)}
    assert len(seen) == len(DECODERS) == len(ENCODERS)


def eval_name(value: str) -> str:
    return value.partition("(")[0]


@pytest.mark.parametrize("case", [*cases("methods"), *cases("properties")])
def test_a_frame_that_comes_octet_by_octet_is_the_same_frame(case: dict[str, str]) -> None:
    raw = bytes.fromhex(case["hex"])
    for have in range(len(raw)):
        assert split(raw[:have], 131072) == ([], 0)
    assert len(split(raw, 131072)[0]) == 1


@pytest.mark.parametrize("case", [*cases("methods"), *cases("properties")])
def test_a_tail_behind_a_frame_is_left_alone(case: dict[str, str]) -> None:
    raw = bytes.fromhex(case["hex"])
    frames, used = split(raw + raw + raw[:-1])
    assert used == 2 * len(raw)
    assert [raw[f.start : f.stop] if f.stop < len(raw) else raw[7:-1] for f in frames] == [raw[7:-1]] * 2


@pytest.mark.parametrize("case", cases("properties"))
def test_properties_are_read_and_written_back(case: dict[str, str]) -> None:
    raw = bytes.fromhex(case["hex"])
    (frame,), _ = split(raw)
    assert frame.kind == HEADER
    header = raw[frame.start : frame.stop]
    properties = content.decode_properties(header)
    assert repr(properties) == case["value"]
    assert content.decode_properties(content.encode_header(5, properties)) == properties
    assert content.body_size(header) == 5
    assert content.delivery_mode(header) == (properties.delivery_mode or 1)


@pytest.mark.parametrize("case", cases("tables"))
def test_a_table_is_read_and_written_back_with_its_letters(case: dict[str, str]) -> None:
    raw = bytes.fromhex(case["hex"])
    value, end = table.decode_table(raw, 0, len(raw))
    assert end == len(raw)
    assert repr(value) == case["value"]
    assert table.encode_table(value) == raw
    assert table.decode_table(raw + b"tail", 0, len(raw) + 4) == (value, len(raw))
    for have in range(len(raw)):
        with pytest.raises(Broken):
            table.decode_table(raw[:have], 0, have)


@pytest.mark.parametrize("case", cases("malformed"))
def test_what_is_malformed_is_refused_with_its_code(case: dict[str, Any]) -> None:
    raw = bytes.fromhex(case["hex"])
    with pytest.raises(Broken) as refusal:
        FEEDERS[case["kind"]](raw)
    assert refusal.value.reply == case["error"]


def feed_frame(raw: bytes) -> None:
    (frame,), _ = split(raw, 131072)
    assert frame.kind == METHOD
    decode_method(raw, frame.start, frame.stop)


def feed_table(raw: bytes) -> None:
    table.decode_table(raw, 0, len(raw))


def feed_header(raw: bytes) -> None:
    content.body_size(raw)
    content.decode_properties(raw)
    content.delivery_mode(raw)


FEEDERS = {"frame": feed_frame, "table": feed_table, "header": feed_header}
