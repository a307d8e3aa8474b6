"""pamqp as an oracle: it reads what we write, we read what it writes, and arbitrary values survive the round trip."""

import datetime as dt
import math
from typing import Any, get_args

import pamqp.body
import pamqp.commands
import pamqp.frame
import pamqp.header
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubbub.protocols.amqp.wire import content
from hubbub.protocols.amqp.wire.frames import HEADER, content_frames, method_frame, split
from hubbub.protocols.amqp.wire.generated import methods
from hubbub.protocols.amqp.wire.generated.methods import BasicDeliver, BasicPublish, Method
from hubbub.protocols.amqp.wire.methods import decode_method
from hubbub.protocols.amqp.wire.table import Decimal, Field, Table, decode_table, encode_table, table

SHORT = (
    st.text(max_size=60)
    .map(lambda text: text.encode("utf-8", "ignore").decode())
    .filter(lambda t: len(t.encode()) <= 255)
)


def letters() -> st.SearchStrategy[Field]:
    def of(letter: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[Field]:
        return values.map(lambda value: Field(letter, value))

    def whole(letter: str, bits: int, *, signed: bool) -> st.SearchStrategy[Field]:
        low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
        return of(letter, st.integers(low, high))

    leaves = st.one_of(
        of("t", st.booleans()),
        whole("b", 8, signed=True),
        whole("B", 8, signed=False),
        whole("s", 16, signed=True),
        whole("u", 16, signed=False),
        whole("I", 32, signed=True),
        whole("i", 32, signed=False),
        whole("l", 64, signed=True),
        whole("L", 64, signed=True),
        whole("T", 64, signed=False),
        of("f", st.floats(width=32, allow_nan=False)),
        of("d", st.floats(allow_nan=False)),
        of("D", st.builds(Decimal, st.integers(0, 255), st.integers(0, (1 << 32) - 1))),
        of("S", st.binary(max_size=40)),
        of("x", st.binary(max_size=40)),
        st.just(Field("V", None)),
    )
    return st.recursive(
        leaves,
        lambda inner: of("A", st.lists(inner, max_size=4).map(tuple)) | of("F", tables_of(inner)),
        max_leaves=12,
    )


def tables_of(fields: st.SearchStrategy[Field]) -> st.SearchStrategy[Table]:
    return st.lists(st.tuples(SHORT, fields), max_size=5).map(lambda entries: Table(tuple(entries)))


TABLES = tables_of(letters())


@given(TABLES)
def test_any_table_survives(value: Table) -> None:
    raw = encode_table(value)
    assert decode_table(raw, 0, len(raw)) == (value, len(raw))


def test_a_nan_survives_with_its_bits() -> None:
    raw = encode_table(Table((("n", Field("d", math.nan)),)))
    assert encode_table(decode_table(raw, 0, len(raw))[0]) == raw


def value_of(kind: Any) -> st.SearchStrategy[Any]:
    return {
        str: SHORT,
        bytes: st.binary(max_size=40),
        bool: st.booleans(),
        Table: TABLES,
        int: st.integers(0, 255),
    }[kind]


@pytest.mark.parametrize("kind", get_args(Method), ids=lambda kind: kind.__name__)
@settings(max_examples=20)
@given(data=st.data())
def test_any_method_survives(kind: Any, data: st.DataObject) -> None:
    method = kind(
        **{name: data.draw(value_of(t)) for name, t in kind.__annotations__.items() if name != "INDEX"}
    )
    raw = method_frame(3, method)
    (frame,), used = split(raw)
    assert (used, frame.channel) == (len(raw), 3)
    assert decode_method(raw, frame.start, frame.stop) == method


PLAIN_METHODS = [kind for kind in get_args(Method) if "Access" not in kind.__name__]


@pytest.mark.filterwarnings("ignore:This command is deprecated:DeprecationWarning")
@pytest.mark.parametrize("kind", PLAIN_METHODS, ids=lambda kind: kind.__name__)
def test_pamqp_reads_every_method_that_we_write(kind: Any) -> None:
    given_values: dict[Any, Any] = {
        str: "guest",
        bytes: b"guest",
        bool: True,
        int: 7,
        Table: table({"x": {"y": [1, "z"]}}),
    }
    if kind is methods.BasicQos:  # pamqp refuses a few values that are legal on the wire
        given_values[int] = 0
    fields = {name: given_values[t] for name, t in kind.__annotations__.items() if name != "INDEX"}
    if kind is methods.BasicPublish:
        del fields["immediate"]
    if "exchange" in fields and kind is methods.ExchangeDeclare:
        fields["type"] = "topic"
    _, channel, theirs = pamqp.frame.unmarshal(method_frame(2, kind(**fields)))
    assert channel == 2
    assert theirs.index == kind.INDEX
    for name, value in fields.items():
        their_name = {"global_": "global_", "type": "exchange_type"}.get(name, name)
        seen = getattr(theirs, their_name)
        if isinstance(value, Table):
            assert seen == {"x": {"y": [1, "z"]}}
        elif isinstance(value, bytes):
            assert seen in (value, value.decode())
        else:
            assert seen == value


def test_pamqp_reads_the_content_that_we_write() -> None:
    properties = content.Properties(
        content_type="text/plain",
        headers=table({"k": "v", "n": 1 << 40, "f": 0.5, "l": [True, None]}),
        delivery_mode=2,
        timestamp=1767323045,
        message_id="m",
    )
    pieces = b"".join(content_frames(5, content.encode_header(20, properties), b"x" * 20, 18))
    used, channel, header = pamqp.frame.unmarshal(pieces)
    assert isinstance(header, pamqp.header.ContentHeader)
    assert (channel, header.body_size) == (5, 20)
    assert header.properties.headers == {"k": "v", "n": 1 << 40, "f": 0.5, "l": [True, None]}
    assert header.properties.timestamp == dt.datetime.fromtimestamp(1767323045, dt.UTC)
    bodies = b""
    sizes = []
    while used < len(pieces):
        step, _, body = pamqp.frame.unmarshal(pieces[used:])
        assert isinstance(body, pamqp.body.ContentBody)
        bodies += body.value
        sizes.append(len(body.value))
        used += step
    assert (bodies, sizes) == (b"x" * 20, [10, 10])


@given(st.integers(0, 50), st.integers(9, 40))
def test_a_body_never_has_an_empty_frame(size: int, frame_max: int) -> None:
    pieces = b"".join(content_frames(1, content.encode_header(size), b"y" * size, frame_max))
    frames, used = split(pieces)
    assert used == len(pieces)
    assert [frame.kind for frame in frames].count(HEADER) == 1
    lengths = [frame.stop - frame.start for frame in frames[1:]]
    assert sum(lengths) == size
    assert all(0 < length <= frame_max - 8 for length in lengths)


def test_publish_and_deliver_are_what_pamqp_writes() -> None:
    theirs = pamqp.frame.marshal(pamqp.commands.Basic.Publish(0, "e", "k", True), 1)
    assert method_frame(1, BasicPublish("e", "k", True)) == theirs
    theirs = pamqp.frame.marshal(pamqp.commands.Basic.Deliver("t", 9, True, "e", "k"), 1)
    assert method_frame(1, BasicDeliver("t", 9, True, "e", "k")) == theirs
