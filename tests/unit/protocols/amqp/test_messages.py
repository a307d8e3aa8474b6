"""What becomes of messages: delivered, settled, returned, confirmed, expired, dead, held back; by frames, with the clock moved by hand."""

from typing import Any

import pytest

from hubbub.protocols.amqp.wire import content
from hubbub.protocols.amqp.wire.content import Properties
from hubbub.protocols.amqp.wire.frames import content_frames, method_frame
from hubbub.protocols.amqp.wire.generated import methods as wire
from hubbub.protocols.amqp.wire.preamble import AMQP_0_9_1
from hubbub.protocols.amqp.wire.table import Field, Table, plain, table
from tests.unit.protocols.amqp.words import START, Client, Hub


@pytest.fixture
def hub() -> Any:
    hub = Hub()
    yield hub
    assert hub.defects == []


@pytest.fixture
def client(hub: Hub) -> Client:
    return hub.client()


def dead_letters(client: Client, **more: Any) -> None:
    """A queue q whose dead go to the queue dead."""
    client.exchange("dlx", "fanout")
    client.declare("dead")
    client.bind("dead", "dlx")
    arguments = {"x-dead-letter-exchange": "dlx", **more.pop("arguments", {})}
    client.declare("q", arguments=arguments, **more)


# publishing


@pytest.mark.parametrize("size", [0, 1, 100, 131064, 131065, 300_000])
def test_a_body_of_any_size_arrives_whole(client: Client, size: int) -> None:
    client.declare("q")
    body = bytes(range(256)) * (size // 256) + bytes(size % 256)
    client.publish("", "q", body, Properties(content_type="x", headers=table({"k": [1, None, {"a": 2.5}]})))
    said = client.get("q")
    assert said is not None
    assert said.body == body
    assert said.properties == Properties(content_type="x", headers=table({"k": [1, None, {"a": 2.5}]}))


def test_properties_pass_through_octet_by_octet(client: Client) -> None:
    odd = Table(
        (
            ("a", Field("b", -1)),
            ("a", Field("L", 1 << 40)),
            ("t", Field("T", (1 << 64) - 1)),
            ("x", Field("x", b"\xff")),
        )
    )
    client.declare("q")
    client.publish("", "q", b"", Properties(headers=odd, timestamp=1 << 63, cluster_id="c"))
    said = client.get("q")
    assert said is not None
    assert said.header == content.encode_header(0, Properties(headers=odd, timestamp=1 << 63, cluster_id="c"))


def test_frames_that_come_octet_by_octet_are_the_same_frames(hub: Hub) -> None:
    client = Client(hub)
    for octet in AMQP_0_9_1:
        client.raw(bytes((octet,)))
    client.expect(wire.ConnectionStart)
    rest = b"".join(
        (
            method_frame(0, wire.ConnectionStartOk(Table(), "PLAIN", b"\0guest\0guest", "en_US")),
            method_frame(0, wire.ConnectionTuneOk(10, 4096, 0)),
            method_frame(0, wire.ConnectionOpen("/")),
            method_frame(1, wire.ChannelOpen()),
            method_frame(1, wire.QueueDeclare("q")),
            method_frame(1, wire.BasicPublish("", "q")),
            *content_frames(1, content.encode_header(9000), b"z" * 9000, 4096),
            method_frame(1, wire.BasicGet("q", True)),
        )
    )
    for octet in rest:
        client.raw(bytes((octet,)))
    for kind in (wire.ConnectionTune, wire.ConnectionOpenOk, wire.ChannelOpenOk, wire.QueueDeclareOk):
        client.expect(kind)
    assert client.expect(wire.BasicGetOk).body == b"z" * 9000


def test_everything_may_come_in_one_packet(hub: Hub) -> None:
    client = Client(hub)
    client.raw(
        AMQP_0_9_1
        + method_frame(0, wire.ConnectionStartOk(Table(), "AMQPLAIN", AMQPLAIN, "en_US"))
        + method_frame(0, wire.ConnectionTuneOk(10, 4096, 0))
        + method_frame(0, wire.ConnectionOpen("/"))
        + method_frame(1, wire.ChannelOpen())
    )
    kinds = (wire.ConnectionStart, wire.ConnectionTune, wire.ConnectionOpenOk, wire.ChannelOpenOk)
    assert [type(client.expect(kind).method) for kind in kinds] == list(kinds)


AMQPLAIN = b"\x05LOGINS\x00\x00\x00\x05guest\x08PASSWORDS\x00\x00\x00\x05guest"


def test_channels_interleave_between_header_and_body(client: Client) -> None:
    client.call(wire.ChannelOpen(), wire.ChannelOpenOk, 2)
    client.declare("q")
    one = content_frames(1, content.encode_header(3), b"one", 131072)
    two = content_frames(2, content.encode_header(3), b"two", 131072)
    client.raw(method_frame(1, wire.BasicPublish("", "q")) + b"".join(one[:3]))
    client.raw(b"\x08\x00\x00\x00\x00\x00\x00\xce")
    client.raw(method_frame(2, wire.BasicPublish("", "q")) + b"".join(two))
    client.raw(b"".join(one[3:]))
    assert client.drained("q") == [b"two", b"one"]


def test_a_mandatory_message_that_nobody_wants_comes_back_before_its_confirm(client: Client) -> None:
    client.call(wire.ConfirmSelect(), wire.ConfirmSelectOk)
    client.publish("amq.direct", "nowhere", b"lost", Properties(message_id="m"), mandatory=True)
    returned = client.expect(wire.BasicReturn)
    assert (returned.method.reply_code, returned.method.reply_text, returned.body) == (
        312,
        "NO_ROUTE",
        b"lost",
    )
    assert returned.properties.message_id == "m"
    assert client.expect(wire.BasicAck).method == wire.BasicAck(1, False)


def test_confirms_of_one_turn_are_one_ack(client: Client) -> None:
    client.declare("q")
    client.call(wire.ConfirmSelect(), wire.ConfirmSelectOk)
    message = method_frame(1, wire.BasicPublish("", "q")) + b"".join(
        content_frames(1, content.encode_header(1), b"x", 0)
    )
    client.raw(message * 50)
    assert client.expect(wire.BasicAck).method == wire.BasicAck(50, True)
    client.raw(message)
    assert client.expect(wire.BasicAck).method == wire.BasicAck(51, False)
    assert client.hears_nothing()


def test_what_a_full_queue_refuses_is_nacked_and_acks_do_not_pass_it(client: Client) -> None:
    client.declare("q", arguments={"x-max-length": 2, "x-overflow": "reject-publish"})
    client.declare("free")
    client.call(wire.ConfirmSelect(), wire.ConfirmSelectOk)
    full = method_frame(1, wire.BasicPublish("", "q")) + b"".join(
        content_frames(1, content.encode_header(1), b"x", 0)
    )
    free = method_frame(1, wire.BasicPublish("", "free")) + b"".join(
        content_frames(1, content.encode_header(1), b"x", 0)
    )
    client.raw(full * 3 + free * 2 + full + free)
    answers = [said.method for said in client.all(object)]
    assert answers == [
        wire.BasicAck(2, True),
        wire.BasicNack(3, False, True),
        wire.BasicAck(5, True),
        wire.BasicNack(6, False, True),
        wire.BasicAck(7, False),
    ]


def test_cc_and_bcc_are_more_keys_and_bcc_is_not_delivered(client: Client) -> None:
    for queue in ("a", "b", "c"):
        client.declare(queue)
    client.publish("", "a", b"m", Properties(headers=table({"CC": ["b"], "BCC": ["c", "a"]})))
    for queue in ("a", "b", "c"):
        said = client.get(queue)
        assert said is not None
        assert said.headers == table({"CC": ["b"]})
        assert client.get(queue) is None


def test_a_transaction_holds_publishes_and_acks_till_its_commit(client: Client, hub: Hub) -> None:
    client.declare("q")
    client.publish("", "q", b"first")
    client.call(wire.TxSelect(), wire.TxSelectOk)
    got = client.get("q", no_ack=False)
    assert got is not None
    client.publish("", "q", b"second")
    client.say(wire.BasicAck(got.method.delivery_tag))
    assert (len(hub.queue("q")), hub.queue("q").out) == (0, 1)
    client.call(wire.TxRollback(), wire.TxRollbackOk)
    assert (len(hub.queue("q")), hub.queue("q").out) == (0, 1)
    client.publish("", "q", b"third")
    client.say(wire.BasicAck(got.method.delivery_tag))
    client.call(wire.TxCommit(), wire.TxCommitOk)
    assert hub.queue("q").out == 0
    assert client.drained("q") == [b"third"]


# consuming


def test_consume_ok_comes_before_the_first_delivery(client: Client) -> None:
    client.declare("q")
    client.publish("", "q", b"early")
    client.say(wire.BasicConsume("q", "c"))
    assert client.expect(wire.BasicConsumeOk).method.consumer_tag == "c"
    said = client.expect(wire.BasicDeliver)
    assert said.method == wire.BasicDeliver("c", 1, False, "", "q")


def test_prefetch_bounds_what_is_out_and_acks_let_more_through(client: Client) -> None:
    client.declare("q")
    for number in range(10):
        client.publish("", "q", b"%d" % number)
    client.call(wire.BasicQos(0, 3, False), wire.BasicQosOk)
    client.consume("q")
    assert client.bodies() == [b"0", b"1", b"2"]
    client.say(wire.BasicAck(2, True))
    assert client.bodies() == [b"3", b"4"]
    client.say(wire.BasicAck(3, False))
    assert client.bodies() == [b"5"]
    client.say(wire.BasicAck(0, True))
    assert client.bodies() == [b"6", b"7", b"8"]


def test_a_window_of_the_channel_is_shared_by_its_consumers(client: Client) -> None:
    client.declare("a")
    client.declare("b")
    client.call(wire.BasicQos(0, 3, True), wire.BasicQosOk)
    client.consume("a", "a")
    client.consume("b", "b")
    for queue in ("a", "b"):
        for number in range(3):
            client.publish("", queue, b"%s%d" % (queue.encode(), number))
    assert len(client.bodies()) == 3
    client.say(wire.BasicAck(3, True))
    assert len(client.bodies()) == 3


def test_a_lost_connection_returns_what_was_out_in_order(client: Client, hub: Hub) -> None:
    other = hub.client()
    client.declare("q")
    for number in range(4):
        client.publish("", "q", b"%d" % number)
    other.consume("q")
    other.bodies()
    other.lose()
    seen = []
    while (said := client.get("q")) is not None:
        seen.append((said.body, said.method.redelivered))
    assert seen == [(b"0", True), (b"1", True), (b"2", True), (b"3", True)]


def test_nack_returns_or_kills_and_recover_returns_all(client: Client) -> None:
    dead_letters(client)
    for number in range(3):
        client.publish("", "q", b"%d" % number)
    client.consume("q")
    assert client.bodies() == [b"0", b"1", b"2"]
    client.say(wire.BasicNack(1, False, True))
    assert client.expect(wire.BasicDeliver).method == wire.BasicDeliver("c", 4, True, "", "q")
    client.say(wire.BasicNack(3, True, False))
    assert client.drained("dead") == [b"1", b"2"]
    client.say(wire.BasicRecover(True))
    client.expect(wire.BasicRecoverOk)
    assert client.expect(wire.BasicDeliver).method.delivery_tag == 7


def test_a_deleted_queue_cancels_its_consumers(client: Client, hub: Hub) -> None:
    quiet = hub.client(capabilities={})
    client.declare("q")
    client.consume("q")
    quiet.consume("q")
    other = hub.client()
    other.call(wire.QueueDelete("q"), wire.QueueDeleteOk)
    assert client.expect(wire.BasicCancel).method == wire.BasicCancel("c", True)
    client.say(wire.BasicCancelOk("c"))
    assert client.hears_nothing()
    assert quiet.hears_nothing()


def test_who_deletes_its_own_queue_hears_that_first(client: Client) -> None:
    client.declare("q")
    client.consume("q")
    client.call(wire.QueueDelete("q"), wire.QueueDeleteOk)
    client.expect(wire.BasicCancel)
    client.declare("r")
    client.consume("r")
    client.raw(method_frame(1, wire.QueueDelete("r")) + method_frame(1, wire.ChannelClose(200, "", 0, 0)))
    client.expect(wire.QueueDeleteOk)
    client.expect(wire.ChannelCloseOk)
    assert client.hears_nothing()


def test_acks_for_a_channel_that_is_gone_hurt_nobody(client: Client) -> None:
    client.declare("q")
    client.publish("", "q", b"m")
    client.consume("q")
    client.bodies()
    client.call(wire.ChannelClose(200, "", 0, 0), wire.ChannelCloseOk)
    client.say(wire.BasicAck(1))
    client.call(wire.ChannelOpen(), wire.ChannelOpenOk)
    said = client.get("q")
    assert said is not None
    assert said.method.delivery_tag == 1


def test_exclusive_queues_are_gone_before_the_client_hears_close_ok(client: Client, hub: Hub) -> None:
    client.declare("mine", exclusive=True)
    client.say(wire.ConnectionClose(200, "bye", 0, 0), 0)
    client.expect(wire.ConnectionCloseOk)
    assert "mine" not in hub.broker.realms.by_name["/"].queues
    hub.client().declare("mine", exclusive=True)


def test_a_client_that_does_not_read_gets_nothing_more(client: Client, hub: Hub) -> None:
    other = hub.client()
    client.declare("q")
    other.consume("q", no_ack=True)
    other.stream.pause_writing()
    client.publish("", "q", b"1")
    client.publish("", "q", b"2")
    assert other.hears_nothing()
    assert len(hub.queue("q")) == 2
    other.stream.resume_writing()
    hub.end_turn()
    assert other.bodies() == [b"1", b"2"]


def test_names_are_given_where_none_are(client: Client) -> None:
    name = client.declare().queue
    assert name.startswith("amq.gen-")
    assert len(name) == 30
    client.say(wire.QueueBind("", "amq.direct", ""))
    client.expect(wire.QueueBindOk)
    client.publish("amq.direct", name, b"by name")
    client.say(wire.BasicConsume(""))
    assert client.expect(wire.BasicConsumeOk).method.consumer_tag.startswith("amq.ctag-")
    assert client.bodies() == [b"by name"]


def test_counts_are_of_what_is_ready(client: Client) -> None:
    client.declare("q")
    for _ in range(3):
        client.publish("", "q", b"x")
    got = client.get("q", no_ack=False)
    assert got is not None
    assert got.method.message_count == 2
    assert client.declare("q", passive=True).message_count == 2
    assert client.call(wire.QueuePurge("q"), wire.QueuePurgeOk).message_count == 2
    client.publish("", "q", b"x")
    assert client.call(wire.QueueDelete("q"), wire.QueueDeleteOk).message_count == 1


# direct replies


def test_a_direct_reply_finds_its_requester(client: Client, hub: Hub) -> None:
    server = hub.client()
    server.declare("rpc")
    client.consume("amq.rabbitmq.reply-to", "r", no_ack=True)
    client.publish("", "rpc", b"question", Properties(reply_to="amq.rabbitmq.reply-to", correlation_id="1"))
    asked = server.get("rpc")
    assert asked is not None
    name = asked.properties.reply_to
    assert name is not None
    assert name.startswith("amq.rabbitmq.reply-to.")
    server.declare(name, passive=True)
    server.publish("", name, b"answer", Properties(correlation_id="1"))
    said = client.expect(wire.BasicDeliver)
    assert (said.body, said.method.consumer_tag, said.method.routing_key) == (b"answer", "r", name)
    client.lose()
    server.say(wire.QueueDeclare(name, passive=True))
    assert server.expect(wire.ChannelClose).method.reply_code == 404


# time


def test_messages_expire_and_their_history_is_written(client: Client, hub: Hub) -> None:
    dead_letters(client, arguments={"x-message-ttl": 5000})
    client.publish("", "q", b"m", Properties(expiration="1000", headers=table({"k": "v"})))
    hub.advance(0.9)
    assert client.get("dead") is None
    hub.advance(0.2)
    said = client.get("dead")
    assert said is not None
    assert (said.method.exchange, said.method.routing_key) == ("dlx", "q")
    assert said.properties.expiration is None
    assert plain(said.headers) == {
        "k": "v",
        "x-death": [
            {
                "count": 1,
                "reason": "expired",
                "queue": "q",
                "time": START + 1,
                "exchange": "",
                "routing-keys": ["q"],
                "original-expiration": "1000",
            }
        ],
        "x-first-death-exchange": "",
        "x-first-death-queue": "q",
        "x-first-death-reason": "expired",
        "x-last-death-exchange": "",
        "x-last-death-queue": "q",
        "x-last-death-reason": "expired",
    }
    (death,) = [field.value for field in said.headers.value("x-death")]  # type: ignore[union-attr]
    assert [(name, field.letter) for name, field in death][:4] == [  # type: ignore[union-attr]
        ("count", "l"),
        ("reason", "S"),
        ("queue", "S"),
        ("time", "T"),
    ]


def test_a_retry_loop_counts_up_and_keeps_the_first_death(client: Client, hub: Hub) -> None:
    client.declare("work", arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "wait"})
    client.declare(
        "wait",
        arguments={"x-message-ttl": 1000, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "work"},
    )
    client.publish("", "work", b"job")
    for attempt in range(3):
        got = client.get("work", no_ack=False)
        assert got is not None, attempt
        client.say(wire.BasicReject(got.method.delivery_tag, False))
        hub.advance(1.1)
    said = client.get("work")
    assert said is not None
    deaths: Any = plain(said.headers)["x-death"]  # type: ignore[index, call-overload]
    assert [(death["queue"], death["reason"], death["count"], death["time"]) for death in deaths] == [
        ("wait", "expired", 3, START + 1),
        ("work", "rejected", 3, START),
    ]
    found: Any = plain(said.headers)
    assert (found["x-first-death-queue"], found["x-first-death-reason"]) == ("work", "rejected")
    assert (found["x-last-death-queue"], found["x-last-death-reason"]) == ("wait", "expired")


def test_a_circle_without_a_rejection_ends(client: Client, hub: Hub) -> None:
    for name, other in (("a", "b"), ("b", "a")):
        client.declare(
            name,
            arguments={
                "x-message-ttl": 100,
                "x-dead-letter-exchange": "",
                "x-dead-letter-routing-key": other,
            },
        )
    client.publish("", "a", b"round")
    hub.advance(1)
    assert (len(hub.queue("a")), len(hub.queue("b"))) == (0, 0)


def test_the_dead_of_an_overflow_say_so(client: Client) -> None:
    dead_letters(client, arguments={"x-max-length": 1})
    client.publish("", "q", b"old")
    client.publish("", "q", b"new")
    said = client.get("dead")
    assert said is not None
    assert (said.body, said.headers.value("x-first-death-reason")) == (b"old", b"maxlen")
    assert client.drained("q") == [b"new"]


def test_a_quorum_queue_counts_and_gives_up(client: Client) -> None:
    dead_letters(client, durable=True, arguments={"x-queue-type": "quorum", "x-delivery-limit": 1})
    client.publish("", "q", b"m")
    for expected in (None, 1):
        got = client.get("q", no_ack=False)
        assert got is not None
        assert got.headers.value("x-delivery-count") == expected
        client.say(wire.BasicReject(got.method.delivery_tag, True))
    said = client.get("dead")
    assert said is not None
    assert said.headers.value("x-last-death-reason") == b"delivery_limit"


def test_a_queue_that_nobody_uses_goes(client: Client, hub: Hub) -> None:
    client.declare("q", arguments={"x-expires": 1000})
    hub.advance(0.9)
    client.declare("q", arguments={"x-expires": 1000})
    hub.advance(0.9)
    assert "q" in hub.broker.realms.by_name["/"].queues
    hub.advance(0.2)
    assert "q" not in hub.broker.realms.by_name["/"].queues


def test_priorities_come_first_and_are_clamped(client: Client) -> None:
    client.declare("q", arguments={"x-max-priority": 5})
    for body, priority in ((b"low", 0), (b"none", None), (b"high", 5), (b"above", 9), (b"mid", 3)):
        client.publish("", "q", body, Properties(priority=priority))
    assert client.drained("q") == [b"high", b"above", b"mid", b"low", b"none"]


def test_a_delayed_exchange_holds_messages_back(client: Client, hub: Hub) -> None:
    client.exchange("later", "x-delayed-message", arguments={"x-delayed-type": "direct"})
    client.declare("q")
    client.bind("q", "later", "k")
    client.publish("later", "k", b"slow", Properties(headers=table({"x-delay": 2000})))
    client.publish("later", "k", b"fast", Properties(headers=table({"x-delay": 500})))
    client.publish("later", "k", b"now")
    hub.advance(1)
    assert client.drained("q") == [b"now", b"fast"]
    hub.advance(1.1)
    assert client.drained("q") == [b"slow"]


def test_heartbeats_are_sent_in_silence_and_missed_after_two_intervals(hub: Hub) -> None:
    client = Client(hub)
    client.log_in(heartbeat=10)
    for _ in range(6):
        hub.advance(5)
        client.raw(b"\x08\x00\x00\x00\x00\x00\x00\xce")
    assert client.beats >= 5
    assert not client.line.is_closed
    hub.advance(26)
    assert client.line.is_closed


# the alarm


def test_publishers_are_blocked_while_the_memory_is_full_and_consumers_never(hub: Hub) -> None:
    small = Hub(max_memory_bytes=8 << 20)
    publisher, consumer = small.client(), small.client()
    publisher.declare("q")
    for _ in range(12):
        publisher.publish("", "q", b"x" * (1 << 20))
    assert publisher.expect(wire.ConnectionBlocked, 0).method.reason == "low on memory"
    assert publisher.line.is_paused
    consumer.consume("q", no_ack=True)
    assert len(consumer.bodies()) >= 9
    small.advance(0.2)
    publisher.expect(wire.ConnectionUnblocked, 0)
    assert not publisher.line.is_paused
    assert small.defects == []


def test_opening_and_closing_channels_leaves_nothing_behind(client: Client, hub: Hub) -> None:
    pair = method_frame(9, wire.ChannelOpen()) + method_frame(9, wire.ChannelClose(200, "", 0, 0))
    client.raw(pair * 2000)
    assert len(client.all(object)) == 4000
    (guest,) = hub.desk.premises.guests
    assert set(guest.channels) == {1}


# streams


def stream(client: Client, count: int) -> None:
    client.declare("s", durable=True, arguments={"x-queue-type": "stream"})
    for number in range(count):
        client.publish(
            "",
            "s",
            b"%d" % number,
            Properties(headers=table({"x-stream-filter-value": "even" if number % 2 == 0 else "odd"})),
        )
    client.call(wire.BasicQos(0, 100, False), wire.BasicQosOk)


def read_from(client: Client, offset: Any, tag: str = "c", **more: Any) -> list[bytes]:
    client.consume("s", tag, arguments={"x-stream-offset": offset, **more})
    return client.bodies()


def test_every_reader_of_a_stream_gets_everything_again(client: Client, hub: Hub) -> None:
    stream(client, 5)
    assert read_from(client, "first") == [b"0", b"1", b"2", b"3", b"4"]
    client.say(wire.BasicAck(0, True))
    assert read_from(client, "first", "again") == [b"0", b"1", b"2", b"3", b"4"]
    assert client.declare("s", passive=True).message_count == 5


@pytest.mark.parametrize(
    ("offset", "seen"),
    [("first", 5), ("last", 1), ("next", 0), (3, 2), (99, 0), (-5, 5), ("1h", 5)],
    ids=str,
)
def test_a_stream_is_read_from_where_the_reader_likes(client: Client, offset: Any, seen: int) -> None:
    stream(client, 5)
    assert len(read_from(client, offset)) == seen
    client.publish("", "s", b"new")
    assert client.bodies() == [b"new"]


def test_deliveries_of_a_stream_say_where_they_are(client: Client) -> None:
    stream(client, 3)
    client.consume("s", arguments={"x-stream-offset": 1})
    offsets = [said.headers.find("x-stream-offset") for said in client.all(wire.BasicDeliver)]
    assert offsets == [Field("l", 1), Field("l", 2)]


def test_a_stream_is_read_at_the_pace_of_its_acks(client: Client) -> None:
    stream(client, 10)
    client.call(wire.BasicQos(0, 4, False), wire.BasicQosOk)
    assert read_from(client, "first") == [b"0", b"1", b"2", b"3"]
    client.say(wire.BasicAck(3, True))
    assert client.bodies() == [b"4", b"5", b"6"]
    client.say(wire.BasicNack(0, True, True))
    assert client.bodies() == [b"7", b"8", b"9"]


def test_a_stream_is_filtered_exactly(client: Client) -> None:
    stream(client, 6)
    assert read_from(client, "first", **{"x-stream-filter": "odd"}) == [b"1", b"3", b"5"]
    client.publish("", "s", b"unmarked")
    assert client.hears_nothing()
    assert read_from(
        client, 5, "both", **{"x-stream-filter": ["odd"], "x-stream-match-unfiltered": True}
    ) == [b"5", b"unmarked"]


def test_a_bad_offset_is_406(client: Client) -> None:
    stream(client, 1)
    client.say(wire.BasicConsume("s", arguments=table({"x-stream-offset": "yesterday"})))
    assert client.expect(wire.ChannelClose).method.reply_code == 406
