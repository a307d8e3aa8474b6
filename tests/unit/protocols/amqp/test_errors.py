"""Every row of the table of errors: which code, which level, and which method is named as the one that failed."""

from collections.abc import Callable
from typing import Any

import pytest

from hubbub.protocols.amqp.wire import content
from hubbub.protocols.amqp.wire.content import Properties
from hubbub.protocols.amqp.wire.frames import HEAD, content_frames, method_frame
from hubbub.protocols.amqp.wire.generated import methods as wire
from hubbub.protocols.amqp.wire.preamble import AMQP_0_9_1
from hubbub.protocols.amqp.wire.table import EMPTY, table
from tests.unit.protocols.amqp.words import Client, Hub

Act = Callable[[Client], None]


@pytest.fixture
def hub() -> Any:
    hub = Hub()
    yield hub
    assert hub.defects == []


def says(method: Any, channel: int = 1) -> Act:
    return lambda client: client.say(method, channel)


def declares(queue: str = "q", **more: Any) -> Act:
    arguments = table(more.pop("arguments", {}))
    return says(wire.QueueDeclare(queue, arguments=arguments, **more))


def publishes(properties: Properties, exchange: str = "", key: str = "q", **more: Any) -> Act:
    return lambda client: client.publish(exchange, key, b"body", properties, **more)


def in_turn(*acts: Act) -> Act:
    def act(client: Client) -> None:
        for step in acts:
            client.heard.clear()
            step(client)

    return act


def elsewhere(act: Act, then: Act) -> Act:
    """Something that another client does first, and stays."""

    def both(client: Client) -> None:
        other = client.hub.client()
        act(other)
        then(client)

    return both


def held(client: Client) -> None:
    """A message of the queue q is out on channel 1 with tag 1."""
    client.declare("q")
    client.publish("", "q", b"m")
    assert client.get("q", no_ack=False) is not None


EXCLUSIVE = says(wire.QueueDeclare("q", exclusive=True))
PLAIN = declares()
STREAM = declares(durable=True, arguments={"x-queue-type": "stream"})
QUORUM = declares(durable=True, arguments={"x-queue-type": "quorum"})
BIND = wire.QueueBind("q", "amq.direct", "k")

SOFT: dict[str, tuple[int, type, Act]] = {
    "publish to no exchange": (404, wire.BasicPublish, publishes(content.NOTHING, "nowhere")),
    "bind to no exchange": (404, wire.QueueBind, in_turn(PLAIN, says(wire.QueueBind("q", "nowhere", "k")))),
    "bind no queue": (404, wire.QueueBind, says(BIND)),
    "passive exchange": (404, wire.ExchangeDeclare, says(wire.ExchangeDeclare("e", passive=True))),
    "passive queue": (404, wire.QueueDeclare, declares(passive=True)),
    "consume from no queue": (404, wire.BasicConsume, says(wire.BasicConsume("q"))),
    "get from no queue": (404, wire.BasicGet, says(wire.BasicGet("q"))),
    "purge no queue": (404, wire.QueuePurge, says(wire.QueuePurge("q"))),
    "empty name, nothing declared": (404, wire.BasicGet, says(wire.BasicGet(""))),
    "exchange bind without source": (404, wire.ExchangeBind, says(wire.ExchangeBind("amq.fanout", "e", ""))),
    "declare another's exclusive queue": (405, wire.QueueDeclare, elsewhere(EXCLUSIVE, EXCLUSIVE)),
    "passive on another's exclusive queue": (
        405,
        wire.QueueDeclare,
        elsewhere(EXCLUSIVE, declares(passive=True)),
    ),
    "get from another's exclusive queue": (
        405,
        wire.BasicGet,
        elsewhere(EXCLUSIVE, says(wire.BasicGet("q"))),
    ),
    "delete another's exclusive queue": (
        405,
        wire.QueueDelete,
        elsewhere(EXCLUSIVE, says(wire.QueueDelete("q"))),
    ),
    "redeclare as exclusive": (405, wire.QueueDeclare, in_turn(PLAIN, EXCLUSIVE)),
    "inequivalent durable": (406, wire.QueueDeclare, in_turn(PLAIN, declares(durable=True))),
    "inequivalent auto_delete": (406, wire.QueueDeclare, in_turn(PLAIN, declares(auto_delete=True))),
    "inequivalent argument": (
        406,
        wire.QueueDeclare,
        in_turn(declares(arguments={"x-max-length": 5}), declares(arguments={"x-max-length": 6})),
    ),
    "argument is missing": (406, wire.QueueDeclare, in_turn(declares(arguments={"x-max-length": 5}), PLAIN)),
    "inequivalent exchange type": (
        406,
        wire.ExchangeDeclare,
        in_turn(says(wire.ExchangeDeclare("e", "direct")), says(wire.ExchangeDeclare("e", "topic"))),
    ),
    "inequivalent internal": (
        406,
        wire.ExchangeDeclare,
        in_turn(says(wire.ExchangeDeclare("e")), says(wire.ExchangeDeclare("e", internal=True))),
    ),
    "delete used queue if-unused": (
        406,
        wire.QueueDelete,
        in_turn(PLAIN, says(wire.BasicConsume("q")), says(wire.QueueDelete("q", if_unused=True))),
    ),
    "delete full queue if-empty": (
        406,
        wire.QueueDelete,
        in_turn(PLAIN, publishes(content.NOTHING), says(wire.QueueDelete("q", if_empty=True))),
    ),
    "delete used exchange if-unused": (
        406,
        wire.ExchangeDelete,
        in_turn(
            PLAIN,
            says(wire.ExchangeDeclare("e")),
            says(wire.QueueBind("q", "e", "k")),
            says(wire.ExchangeDelete("e", True)),
        ),
    ),
    "unknown delivery tag": (406, wire.BasicAck, says(wire.BasicAck(1))),
    "unknown delivery tag, multiple": (406, wire.BasicAck, in_turn(held, says(wire.BasicAck(2, True)))),
    "a tag that is settled": (
        406,
        wire.BasicAck,
        in_turn(held, says(wire.BasicAck(1)), says(wire.BasicAck(1))),
    ),
    "nack unknown tag": (406, wire.BasicNack, says(wire.BasicNack(1))),
    "reject unknown tag": (406, wire.BasicReject, says(wire.BasicReject(1))),
    "bad value of an argument": (406, wire.QueueDeclare, declares(arguments={"x-message-ttl": "soon"})),
    "negative argument": (406, wire.QueueDeclare, declares(arguments={"x-max-length": -1})),
    "x-expires of zero": (406, wire.QueueDeclare, declares(arguments={"x-expires": 0})),
    "dead letter key is no string": (
        406,
        wire.QueueDeclare,
        declares(arguments={"x-dead-letter-exchange": "e", "x-dead-letter-routing-key": 5}),
    ),
    "dead letter key without exchange": (
        406,
        wire.QueueDeclare,
        declares(arguments={"x-dead-letter-routing-key": "k"}),
    ),
    "unknown overflow": (406, wire.QueueDeclare, declares(arguments={"x-overflow": "weep"})),
    "unknown queue type": (406, wire.QueueDeclare, declares(arguments={"x-queue-type": "stack"})),
    "argument of another queue type": (406, wire.QueueDeclare, declares(arguments={"x-delivery-limit": 3})),
    "quorum queue that is not durable": (
        406,
        wire.QueueDeclare,
        declares(arguments={"x-queue-type": "quorum"}),
    ),
    "quorum queue with priorities": (
        406,
        wire.QueueDeclare,
        declares(durable=True, arguments={"x-queue-type": "quorum", "x-max-priority": 5}),
    ),
    "quorum queue without a name": (
        406,
        wire.QueueDeclare,
        declares("", durable=True, arguments={"x-queue-type": "quorum"}),
    ),
    "bad expiration": (406, wire.BasicPublish, in_turn(PLAIN, publishes(Properties(expiration="soon")))),
    "signed expiration": (406, wire.BasicPublish, in_turn(PLAIN, publishes(Properties(expiration="+5")))),
    "expiration with a tail": (
        406,
        wire.BasicPublish,
        in_turn(PLAIN, publishes(Properties(expiration="5 "))),
    ),
    "user-id of somebody else": (
        406,
        wire.BasicPublish,
        in_turn(PLAIN, publishes(Properties(user_id="root"))),
    ),
    "CC that is no array": (
        406,
        wire.BasicPublish,
        in_turn(PLAIN, publishes(Properties(headers=table({"CC": "k"})))),
    ),
    "reply-to without consumer": (
        406,
        wire.BasicPublish,
        in_turn(PLAIN, publishes(Properties(reply_to="amq.rabbitmq.reply-to"))),
    ),
    "reply consumer that acknowledges": (
        406,
        wire.BasicConsume,
        says(wire.BasicConsume("amq.rabbitmq.reply-to")),
    ),
    "second reply consumer": (
        406,
        wire.BasicConsume,
        in_turn(
            says(wire.BasicConsume("amq.rabbitmq.reply-to", "a", no_ack=True)),
            says(wire.BasicConsume("amq.rabbitmq.reply-to", "b", no_ack=True)),
        ),
    ),
    "bad x-match": (
        406,
        wire.QueueBind,
        in_turn(PLAIN, says(wire.QueueBind("q", "amq.headers", "", False, table({"x-match": "some"})))),
    ),
    "bad x-priority": (
        406,
        wire.BasicConsume,
        in_turn(PLAIN, says(wire.BasicConsume("q", arguments=table({"x-priority": "high"})))),
    ),
    "confirm after tx": (406, wire.ConfirmSelect, in_turn(says(wire.TxSelect()), says(wire.ConfirmSelect()))),
    "tx after confirm": (406, wire.TxSelect, in_turn(says(wire.ConfirmSelect()), says(wire.TxSelect()))),
    "commit without select": (406, wire.TxCommit, says(wire.TxCommit())),
    "rollback without select": (406, wire.TxRollback, says(wire.TxRollback())),
    "unknown exchange type": (406, wire.ExchangeDeclare, says(wire.ExchangeDeclare("e", "x-unheard-of"))),
    "stream without prefetch": (406, wire.BasicConsume, in_turn(STREAM, says(wire.BasicConsume("q")))),
    "declare the default exchange": (403, wire.ExchangeDeclare, says(wire.ExchangeDeclare(""))),
    "delete the default exchange": (403, wire.ExchangeDelete, says(wire.ExchangeDelete(""))),
    "bind the default exchange": (403, wire.QueueBind, in_turn(PLAIN, says(wire.QueueBind("q", "", "k")))),
    "unbind the default exchange": (
        403,
        wire.QueueUnbind,
        in_turn(PLAIN, says(wire.QueueUnbind("q", "", "k"))),
    ),
    "new exchange amq.": (403, wire.ExchangeDeclare, says(wire.ExchangeDeclare("amq.mine"))),
    "new queue amq.": (403, wire.QueueDeclare, declares("amq.mine")),
    "delete exchange amq.": (403, wire.ExchangeDelete, says(wire.ExchangeDelete("amq.direct"))),
    "publish to an internal exchange": (
        403,
        wire.BasicPublish,
        in_turn(says(wire.ExchangeDeclare("e", internal=True)), publishes(content.NOTHING, "e")),
    ),
    "exclusive consume when in use": (
        403,
        wire.BasicConsume,
        in_turn(PLAIN, says(wire.BasicConsume("q", "a")), says(wire.BasicConsume("q", "b", exclusive=True))),
    ),
    "consume beside an exclusive consumer": (
        403,
        wire.BasicConsume,
        in_turn(PLAIN, says(wire.BasicConsume("q", "a", exclusive=True)), says(wire.BasicConsume("q", "b"))),
    ),
    "exclusive consume from single active": (
        403,
        wire.BasicConsume,
        in_turn(
            declares(arguments={"x-single-active-consumer": True}),
            says(wire.BasicConsume("q", "b", exclusive=True)),
        ),
    ),
}


@pytest.mark.parametrize("name", SOFT)
def test_an_error_of_the_channel_closes_the_channel_alone(hub: Hub, name: str) -> None:
    code, method, act = SOFT[name]
    client = hub.client()
    client.call(wire.ChannelOpen(), wire.ChannelOpenOk, 2)
    client.heard.clear()
    act(client)
    close = client.expect(wire.ChannelClose, 1).method
    assert (close.reply_code, close.class_id << 16 | close.method_id) == (code, method.INDEX)
    assert close.reply_text.startswith(f"{NAMES[code]} - ")
    # what was sent meanwhile is dropped, the other channel lives, and the number may be used again
    client.say(wire.QueueDeclare("late"))
    client.say(wire.ChannelCloseOk())
    assert "late" not in hub.broker.realms.by_name["/"].queues
    client.say(wire.QueueDeclare("other"), 2)
    client.expect(wire.QueueDeclareOk, 2)
    client.call(wire.ChannelOpen(), wire.ChannelOpenOk)


NAMES = {403: "ACCESS_REFUSED", 404: "NOT_FOUND", 405: "RESOURCE_LOCKED", 406: "PRECONDITION_FAILED"}
CONTENT = b"".join(content_frames(1, content.encode_header(3), b"abc", 131072))
PUBLISH = method_frame(1, wire.BasicPublish("", "q"))


def raw(octets: bytes) -> Act:
    return lambda client: client.raw(octets)


def frame(kind: int, channel: int, payload: bytes, end: bytes = b"\xce") -> bytes:
    return HEAD.pack(kind, channel, len(payload)) + payload + end


HARD: dict[str, tuple[int, int, Act]] = {
    "consumer tag reused": (
        530,
        wire.BasicConsume.INDEX,
        in_turn(PLAIN, says(wire.BasicConsume("q", "a")), says(wire.BasicConsume("q", "a"))),
    ),
    "channel above channel_max": (530, wire.ChannelOpen.INDEX, says(wire.ChannelOpen(), 2048)),
    "second channel.open": (504, wire.ChannelOpen.INDEX, says(wire.ChannelOpen())),
    "first method is not channel.open": (504, wire.QueueDeclare.INDEX, says(wire.QueueDeclare("q"), 7)),
    "body longer than declared": (
        501,
        0,
        raw(PUBLISH + frame(2, 1, content.encode_header(2)) + frame(3, 1, b"abc")),
    ),
    "wrong frame end": (501, 0, raw(frame(1, 1, b"abcdef", b"\x00"))),
    "frame too large": (501, 0, raw(HEAD.pack(3, 1, 1 << 20))),
    "unknown frame type": (501, 0, raw(frame(9, 1, b"abcdef"))),
    "malformed table": (501, 0, raw(frame(1, 1, b"\x00\x32\x00\x0a\x00\x00\x01q\x00\x00\x00\x00\x03\x01kZ"))),
    "short string not UTF-8": (501, 0, raw(frame(1, 1, b"\x00\x3c\x00\x46\x00\x00\x01\xff\x00"))),
    "header without method": (505, 0, raw(frame(2, 1, content.encode_header(3)))),
    "body without header": (505, wire.BasicPublish.INDEX, raw(PUBLISH + frame(3, 1, b"abc"))),
    "method where a header must be": (505, wire.BasicPublish.INDEX, raw(PUBLISH + PUBLISH)),
    "heartbeat on a channel": (505, 0, raw(frame(8, 1, b""))),
    "header of another class": (
        505,
        wire.BasicPublish.INDEX,
        raw(PUBLISH + frame(2, 1, b"\x00\x0a" + content.BARE[2:])),
    ),
    "unknown method": (503, 0, raw(frame(1, 1, b"\x00\x3c\x00\x63"))),
    "a method of servers": (503, wire.QueueDeclareOk.INDEX, says(wire.QueueDeclareOk("q", 0, 0))),
    "immediate": (540, wire.BasicPublish.INDEX, publishes(content.NOTHING, immediate=True)),
    "prefetch_size": (540, wire.BasicQos.INDEX, says(wire.BasicQos(1, 0, False))),
    "recover without requeue": (540, wire.BasicRecover.INDEX, says(wire.BasicRecover(False))),
    "flow off": (540, wire.ChannelFlow.INDEX, says(wire.ChannelFlow(False))),
    "get from a stream": (540, wire.BasicGet.INDEX, in_turn(STREAM, says(wire.BasicGet("q")))),
    "purge a stream": (540, wire.QueuePurge.INDEX, in_turn(STREAM, says(wire.QueuePurge("q")))),
    "no-ack from a stream": (
        540,
        wire.BasicConsume.INDEX,
        in_turn(STREAM, says(wire.BasicQos(0, 5, False)), says(wire.BasicConsume("q", no_ack=True))),
    ),
    "global prefetch on a quorum queue": (
        540,
        wire.BasicConsume.INDEX,
        in_turn(QUORUM, says(wire.BasicQos(0, 5, True)), says(wire.BasicConsume("q"))),
    ),
    "global prefetch on a stream": (
        540,
        wire.BasicConsume.INDEX,
        in_turn(
            STREAM,
            says(wire.BasicQos(0, 5, False)),
            says(wire.BasicQos(0, 5, True)),
            says(wire.BasicConsume("q")),
        ),
    ),
    "quorum delete with if-empty": (
        540,
        wire.QueueDelete.INDEX,
        in_turn(QUORUM, says(wire.QueueDelete("q", if_empty=True))),
    ),
    "tune after the handshake": (504, wire.ConnectionTuneOk.INDEX, says(wire.ConnectionTuneOk(), 0)),
}


@pytest.mark.parametrize("name", HARD)
def test_an_error_of_the_connection_closes_it(hub: Hub, name: str) -> None:
    code, index, act = HARD[name]
    client = hub.client()
    bystander = hub.client()
    act(client)
    close = client.heard[-1].method
    assert isinstance(close, wire.ConnectionClose), client.heard
    assert (close.reply_code, close.class_id << 16 | close.method_id) == (code, index)
    client.heard.clear()
    client.raw(frame(1, 1, b"\x00\x3c\x00\x28") + method_frame(0, wire.ConnectionCloseOk()))
    assert client.line.is_closed
    assert client.hears_nothing()
    assert bystander.declare("fine").queue == "fine"


def test_a_client_that_never_agrees_to_a_close_is_cut_off(hub: Hub) -> None:
    client = hub.client()
    client.say(wire.BasicQos(1, 0, False))
    client.expect(wire.ConnectionClose)
    assert not client.line.is_closed
    hub.advance(60)
    assert client.line.is_closed


def refused_at(hub: Hub, method: Any) -> wire.ConnectionClose:
    client = Client(hub)
    client.raw(AMQP_0_9_1)
    client.expect(wire.ConnectionStart)
    client.say(wire.ConnectionStartOk(EMPTY, "PLAIN", b"\0guest\0guest", "en_US"), 0)
    client.expect(wire.ConnectionTune)
    if isinstance(method, wire.ConnectionOpen):
        client.say(wire.ConnectionTuneOk(10, 131072, 0), 0)
    client.say(method, 0)
    close: wire.ConnectionClose = client.expect(wire.ConnectionClose, 0).method
    return close


@pytest.mark.parametrize(
    "tune",
    [
        wire.ConnectionTuneOk(0, 131072, 0),
        wire.ConnectionTuneOk(2048, 131072, 0),
        wire.ConnectionTuneOk(2047, 0, 0),
        wire.ConnectionTuneOk(2047, 131073, 0),
        wire.ConnectionTuneOk(2047, 4095, 0),
    ],
    ids=str,
)
def test_what_is_tuned_above_the_offer_is_530(hub: Hub, tune: wire.ConnectionTuneOk) -> None:
    assert refused_at(hub, tune).reply_code == 530


def test_an_unknown_virtual_host_is_530(hub: Hub) -> None:
    close = refused_at(hub, wire.ConnectionOpen("elsewhere"))
    assert (close.reply_code, close.reply_text) == (530, "NOT_ALLOWED - vhost elsewhere not found")


def test_a_method_before_its_time_is_504(hub: Hub) -> None:
    client = Client(hub)
    client.raw(AMQP_0_9_1)
    client.expect(wire.ConnectionStart)
    client.say(wire.ConnectionOpen("/"), 0)
    assert client.expect(wire.ConnectionClose).method.reply_code == 504


def test_an_unknown_mechanism_is_503(hub: Hub) -> None:
    client = Client(hub)
    client.raw(AMQP_0_9_1)
    client.expect(wire.ConnectionStart)
    client.say(wire.ConnectionStartOk(EMPTY, "KERBEROS", b"", "en_US"), 0)
    assert client.expect(wire.ConnectionClose).method.reply_code == 503


def test_a_refused_login_is_403_for_clients_that_understand_it(hub: Hub) -> None:
    client = Client(hub)
    client.raw(AMQP_0_9_1)
    client.expect(wire.ConnectionStart)
    said = table({"capabilities": {"authentication_failure_close": True}})
    client.say(wire.ConnectionStartOk(said, "PLAIN", b"\0guest\0wrong", "en_US"), 0)
    assert client.expect(wire.ConnectionClose).method.reply_code == 403


def test_a_refused_login_is_a_close_after_a_pause_for_others(hub: Hub) -> None:
    client = Client(hub)
    client.raw(AMQP_0_9_1)
    client.expect(wire.ConnectionStart)
    client.say(wire.ConnectionStartOk(EMPTY, "PLAIN", b"\0guest\0wrong", "en_US"), 0)
    assert client.hears_nothing()
    assert not client.line.is_closed
    hub.advance(5)
    assert client.line.is_closed


def test_a_handshake_that_dawdles_is_cut_off(hub: Hub) -> None:
    client = Client(hub)
    client.raw(AMQP_0_9_1)
    hub.advance(11)
    assert client.line.is_closed


def test_a_hub_that_stops_says_320(hub: Hub) -> None:
    client = hub.client()
    for conversation in list(hub.conversations):
        conversation.dismiss()
    hub.end_turn()
    assert client.expect(wire.ConnectionClose).method.reply_code == 320
    assert client.line.is_closed


def test_the_strict_profile_refuses_transient_queues_with_541() -> None:
    client = Hub(profile="rabbitmq-4").client()
    client.say(wire.QueueDeclare("q"))
    assert client.expect(wire.ConnectionClose).method.reply_code == 541


def test_a_message_larger_than_allowed_is_406() -> None:
    client = Hub(max_message_bytes=1000).client()
    client.publish("", "q", b"x" * 1001)
    assert client.expect(wire.ChannelClose).method.reply_code == 406


@pytest.mark.parametrize(
    ("method", "answer"),
    [
        (wire.QueueDelete("missing"), wire.QueueDeleteOk),
        (wire.ExchangeDelete("missing"), wire.ExchangeDeleteOk),
        (wire.QueueUnbind("q", "amq.direct", "never bound"), wire.QueueUnbindOk),
        (wire.ExchangeUnbind("amq.topic", "amq.direct", "never bound"), wire.ExchangeUnbindOk),
        (wire.BasicCancel("nobody"), wire.BasicCancelOk),
        (wire.QueueBind("q", "amq.direct", "k"), wire.QueueBindOk),
    ],
    ids=lambda value: getattr(value, "__name__", type(value).__name__),
)
def test_what_is_idempotent_is_no_error(hub: Hub, method: Any, answer: type) -> None:
    client = hub.client()
    client.declare("q")
    client.call(method, answer)
    client.call(method, answer)
