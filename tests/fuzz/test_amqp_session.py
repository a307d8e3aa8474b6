"""A client that says anything at all: whatever it sends, the room answers or closes, has no defect, and others go on."""

from typing import Any, get_args

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hubbub.protocols.amqp.wire import content
from hubbub.protocols.amqp.wire.content import Properties
from hubbub.protocols.amqp.wire.frames import content_frames, method_frame
from hubbub.protocols.amqp.wire.generated import methods as wire
from hubbub.protocols.amqp.wire.generated.methods import Method
from hubbub.protocols.amqp.wire.preamble import AMQP_0_9_1
from hubbub.protocols.amqp.wire.table import Table, table
from tests.unit.protocols.amqp.words import Client, Hub

NAMES = st.sampled_from(["", "q", "r", "e", "amq.topic", "amq.headers", "amq.rabbitmq.reply-to", "a\r\nb"])
TABLES = st.sampled_from(
    [
        Table(),
        table({"x-max-length": 2, "x-overflow": "reject-publish"}),
        table({"x-message-ttl": 0, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "q"}),
        table({"x-max-priority": 3, "x-expires": 10}),
        table({"x-single-active-consumer": True}),
        table({"x-queue-type": "stream"}),
        table({"x-queue-type": "quorum", "x-delivery-limit": 0}),
        table({"x-match": "any", "k": 1}),
        table({"x-delayed-type": "fanout"}),
        table({"x-stream-offset": "first"}),
        table({"x-priority": -7}),
    ]
)
KINDS = st.sampled_from(["direct", "fanout", "topic", "headers", "x-consistent-hash", "x-delayed-message"])
FIELDS: dict[Any, st.SearchStrategy[Any]] = {
    str: NAMES,
    bytes: st.binary(max_size=5),
    bool: st.booleans(),
    int: st.integers(0, 5),
    Table: TABLES,
}
PROPERTIES = st.builds(
    Properties,
    headers=st.sampled_from(
        [None, table({"CC": ["q", "r"], "BCC": ["e"]}), table({"CC": 1}), table({"x-delay": 5, "k": 1})]
    ),
    expiration=st.sampled_from([None, "0", "5", "x"]),
    priority=st.sampled_from([None, 9]),
    reply_to=st.sampled_from([None, "amq.rabbitmq.reply-to"]),
    user_id=st.sampled_from([None, "guest"]),
    delivery_mode=st.sampled_from([None, 2]),
)
SERVERS = (wire.ConnectionCloseOk, wire.ConnectionClose)


@st.composite
def said(draw: st.DrawFn) -> bytes:
    """A method that means something, or content, or noise."""
    channel = draw(st.sampled_from([0, 1, 1, 1, 1, 2]))
    what = draw(st.integers(0, 9))
    if what == 0:
        return draw(st.binary(max_size=30))
    if what <= 3:
        body = draw(st.binary(max_size=20))
        header = content.encode_header(len(body), draw(PROPERTIES))
        publish = wire.BasicPublish(draw(NAMES), draw(NAMES), draw(st.booleans()), False)
        whole = method_frame(channel, publish) + b"".join(
            content_frames(channel, header, body, draw(st.sampled_from([0, 12])))
        )
        return whole[: draw(st.sampled_from([len(whole)] * 8 + [len(whole) // 2]))]
    kind = draw(st.sampled_from([each for each in get_args(Method) if each not in SERVERS]))
    values = {name: draw(FIELDS[t]) for name, t in kind.__annotations__.items() if name != "INDEX"}
    if kind is wire.ExchangeDeclare:
        values["type"] = draw(KINDS)
    if kind is wire.QueueDeclare:
        values["durable"] = True
    return method_frame(channel, kind(**values))


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(said(), max_size=25), st.integers(1, 400), st.sampled_from([0.0, 0.01, 1.0]))
def test_a_client_that_says_anything(steps: list[bytes], stride: int, pause: float) -> None:
    hub = Hub()
    bystander = hub.client()
    client = hub.client()
    stream = b"".join(steps)
    for start in range(0, len(stream), stride):
        client.line.written.clear()  # what it hears is of no interest here
        feed(client, stream[start : start + stride])
        hub.advance(pause)
    client.lose()
    hub.advance(20)
    assert hub.defects == []
    assert bystander.declare("still here").queue == "still here"


def feed(client: Client, octets: bytes) -> None:
    view = client.stream.get_buffer(-1)
    view[: len(octets)] = octets
    if not client.line.is_closed and not client.line.is_paused:
        client.stream.buffer_updated(len(octets))
        client.hub.end_turn()


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.booleans())
def test_a_first_packet_of_anything(octets: bytes, polite: bool) -> None:
    hub = Hub()
    client = Client(hub)
    feed(client, AMQP_0_9_1 + octets if polite else octets)
    client.lose()
    assert hub.defects == []


def test_what_is_announced_is_not_allocated() -> None:
    hub = Hub()
    client = hub.client()
    for number in range(2, 200):
        client.raw(method_frame(number, wire.ChannelOpen()))
        half = content_frames(number, content.encode_header(100 << 20), b"x" * 100, 131072)
        client.raw(method_frame(number, wire.BasicPublish("", "q")) + b"".join(half))
    client.heard.clear()
    assert client.declare("q").message_count == 0
    client.lose()
    assert hub.defects == []


def test_all_channels_that_were_agreed_on_and_one_more() -> None:
    hub = Hub(max_channels_per_connection=65535)
    client = Client(hub)
    client.raw(AMQP_0_9_1)
    client.expect(wire.ConnectionStart)
    client.say(wire.ConnectionStartOk(Table(), "PLAIN", b"\0guest\0guest", "en_US"), 0)
    client.expect(wire.ConnectionTune)
    client.say(wire.ConnectionTuneOk(20_000, 131072, 0), 0)
    client.call(wire.ConnectionOpen("/"), wire.ConnectionOpenOk, 0)
    client.raw(b"".join(method_frame(number, wire.ChannelOpen()) for number in range(1, 20_001)))
    assert len(client.all(wire.ChannelOpenOk)) == 20_000
    client.say(wire.ChannelOpen(), 20_001)
    assert client.expect(wire.ConnectionClose).method.reply_code == 530
    assert hub.defects == []


def test_a_consumer_that_never_acknowledges_costs_no_more_than_its_messages() -> None:
    hub = Hub()
    client = hub.client()
    client.declare("q")
    client.consume("q")
    for _ in range(50):
        client.raw(
            (
                method_frame(1, wire.BasicPublish("", "q"))
                + b"".join(content_frames(1, content.encode_header(1), b"x", 0))
            )
            * 100
        )
        assert len(client.bodies()) == 100
    client.lose()
    assert (len(hub.queue("q")), hub.queue("q").out) == (5000, 0)
