"""What is said to two brokers: every row of the table of errors, and the behaviours that the room promises, each as a short script."""

from collections.abc import Callable
from typing import Any

from hubbub.protocols.amqp.wire.content import Properties
from hubbub.protocols.amqp.wire.generated import methods as wire
from hubbub.protocols.amqp.wire.table import Field, Table, table
from tests.matrix.amqp_caller import Caller
from tests.unit.protocols.amqp.test_errors import HARD, SOFT

Script = Callable[[Caller], object]

TRANSIENT = Properties(delivery_mode=1)


def all_of(client: Caller, queue: str = "q") -> None:
    """Take what is ready."""
    while client.get(queue) is not None:
        pass


def dead_letters(client: Caller, **arguments: Any) -> None:
    """q buries in d by way of the exchange x."""
    client.exchange("x", "fanout")
    client.declare("d")
    client.bind("d", "x")
    client.declare("q", arguments={"x-dead-letter-exchange": "x", **arguments})


def names(client: Caller) -> None:
    client.say(wire.QueueDeclare(""))
    client.say(wire.QueueBind("", "amq.direct", ""))
    client.say(wire.BasicConsume("", ""))
    client.say(wire.QueueDeclare("with\r\nline end"))
    client.say(wire.QueueDelete("with\r\nline end"))


def idempotence(client: Caller) -> None:
    for method in (
        wire.QueueDelete("nothing"),
        wire.ExchangeDelete("nothing"),
        wire.BasicCancel("nothing"),
        wire.QueueDeclare("q"),
        wire.QueueBind("q", "amq.topic", "a.#"),
        wire.QueueBind("q", "amq.topic", "a.#"),
        wire.QueueUnbind("q", "amq.topic", "a.#"),
        wire.QueueUnbind("q", "amq.topic", "a.#"),
        wire.ExchangeDeclare("amq.direct", "direct", durable=True),
        wire.ExchangeDeclare("amq.direct", passive=True),
        wire.QueueDeclare("q", passive=True, durable=True),
        wire.AccessRequest(),
        wire.ChannelFlow(True),
    ):
        client.say(method)


def counts(client: Caller) -> None:
    client.declare("q")
    for number in range(3):
        client.publish("", "q", b"%d" % number)
    client.get("q", no_ack=False)
    client.declare("q")
    client.get("q")
    client.say(wire.QueuePurge("q"))
    client.say(wire.QueueDelete("q"))


def topics(client: Caller) -> None:
    for queue, keys in {
        "a": ["*.b", "#.b"],
        "b": ["a.#"],
        "c": ["#"],
        "d": [""],
        "e": ["*"],
        "f": ["#.b.#"],
    }.items():
        client.declare(queue)
        for key in keys:
            client.bind(queue, "amq.topic", key)
    for key in ("a.b", "b", "", "a", "a.b.c", "a..b", ".b"):
        client.publish("amq.topic", key, key.encode())
    for queue in "abcdef":
        all_of(client, queue)


def headers(client: Caller) -> None:
    for queue, arguments in {
        "all": {"x-match": "all", "n": 1, "s": "x"},
        "any": {"x-match": "any", "n": 1, "s": "x"},
        "none": {},
        "x": {"x-match": "all", "x-n": 1},
    }.items():
        client.declare(queue)
        client.bind(queue, "amq.headers", "", arguments)
    for said in ({"n": 1, "s": "x"}, {"n": 1}, {"n": "1", "s": "y"}, {}):
        client.publish("amq.headers", "", repr(said).encode(), Properties(headers=table(said)))
    for queue in ("all", "any", "none", "x"):
        all_of(client, queue)


def exchanges_in_a_circle(client: Caller) -> None:
    client.exchange("a", "fanout")
    client.exchange("b", "fanout")
    client.declare("q")
    for source, to in (("a", "b"), ("b", "a")):
        client.call(wire.ExchangeBind(to, source, ""), wire.ExchangeBindOk)
    client.bind("q", "b")
    client.bind("q", "a")
    client.publish("a", "k", b"once")
    client.call(wire.ExchangeUnbind("b", "a", ""), wire.ExchangeUnbindOk)
    client.publish("a", "k", b"still once")
    all_of(client)


def alternate(client: Caller) -> None:
    client.exchange("lost", "fanout")
    client.exchange("e", "direct", arguments={"alternate-exchange": "lost"})
    client.publish("e", "k", b"returned", mandatory=True)
    client.declare("q")
    client.bind("q", "lost")
    client.publish("e", "k", b"kept", mandatory=True)
    all_of(client)


def copies(client: Caller) -> None:
    for queue in "abc":
        client.declare(queue)
    keys = {"CC": Field("A", (Field("S", b"b"),)), "BCC": Field("A", (Field("S", b"c"),))}
    client.publish("", "a", b"m", Properties(headers=Table(tuple(keys.items()))))
    for queue in "abc":
        all_of(client, queue)


def every_property(client: Caller) -> None:
    client.declare("q")
    values = {
        "t": True,
        "n": -5,
        "big": 1 << 40,
        "s": "text",
        "list": [1, "a"],
        "deep": {"a": {"b": None}},
        "f": 0.5,
    }
    properties = Properties(
        "text/plain", "utf-8", table(values), 2, 7, "corr", "reply", None, "id", 1, "kind", "guest", "app"
    )
    client.publish("", "q", b"\x00\xff", properties)
    client.publish("", "q", b"", properties)
    all_of(client)


def returned(client: Caller) -> None:
    client.say(wire.ConfirmSelect())
    client.publish("amq.direct", "nobody", b"m", Properties(message_id="1"), mandatory=True)
    client.publish("amq.direct", "nobody", b"m")
    client.publish("", "nobody", b"", mandatory=True)


def confirms_and_refusals(client: Caller) -> None:
    client.declare("q", arguments={"x-max-length": 1, "x-overflow": "reject-publish"})
    client.say(wire.ConfirmSelect())
    client.say(wire.ConfirmSelect())
    for number in range(3):
        client.publish("", "q", b"%d" % number)
    all_of(client)


def acknowledgements(client: Caller) -> None:
    client.declare("q")
    for number in range(6):
        client.publish("", "q", b"%d" % number)
    client.say(wire.BasicQos(0, 3, False))
    client.say(wire.BasicConsume("q", "c"))
    client.say(wire.BasicAck(2, False))
    client.say(wire.BasicNack(3, True, True))
    client.say(wire.BasicReject(4, True))
    client.say(wire.BasicCancel("c"))
    client.say(wire.BasicRecover(True))
    all_of(client)


def requeued_in_place(client: Caller) -> None:
    client.declare("q")
    for number in range(4):
        client.publish("", "q", b"%d" % number)
    for _ in range(3):
        client.get("q", no_ack=False)
    client.say(wire.BasicNack(2, False, True))
    client.say(wire.BasicNack(3, False, True))
    client.say(wire.BasicNack(1, False, True))
    all_of(client)


def given_back_by_a_channel(client: Caller) -> None:
    client.declare("q")
    client.publish("", "q", b"1")
    client.publish("", "q", b"2")
    client.get("q", no_ack=False)
    client.say(wire.ChannelClose(200, "bye", 0, 0))
    client.say(wire.ChannelOpen())
    all_of(client)


def transaction(client: Caller) -> None:
    client.declare("q")
    client.say(wire.TxSelect())
    client.publish("", "q", b"forgotten")
    client.say(wire.TxRollback())
    client.publish("", "q", b"kept")
    client.declare("q")
    client.say(wire.TxCommit())
    client.get("q", no_ack=False)
    client.say(wire.BasicAck(1))
    client.say(wire.TxRollback())
    client.say(wire.BasicNack(1, False, True))
    client.say(wire.TxCommit())
    all_of(client)
    client.say(wire.TxCommit())


def rejected(client: Caller) -> None:
    dead_letters(client)
    client.publish("", "q", b"m", Properties(headers=table({"k": 1}), message_id="1"))
    client.get("q", no_ack=False)
    client.say(wire.BasicReject(1, False))
    all_of(client, "d")


def rejected_twice(client: Caller) -> None:
    client.declare("q", arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "d"})
    client.declare("d", arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "q"})
    client.publish("", "q", b"m")
    for tag, queue in enumerate(("q", "d", "q"), 1):
        client.get(queue, no_ack=False)
        client.say(wire.BasicReject(tag, False))
    all_of(client, "d")


def expired(client: Caller) -> None:
    dead_letters(client)
    client.publish("", "q", b"m", Properties(expiration="1"))
    client.hears_nothing()
    all_of(client)
    all_of(client, "d")


def too_many(client: Caller) -> None:
    dead_letters(client, **{"x-max-length": 1})
    client.publish("", "q", b"1")
    client.publish("", "q", b"2")
    all_of(client)
    all_of(client, "d")


def too_many_octets(client: Caller) -> None:
    client.declare("q", arguments={"x-max-length-bytes": 5})
    for body in (b"123", b"45", b"6", b"12345678"):
        client.publish("", "q", body)
    all_of(client)


def priorities(client: Caller) -> None:
    client.declare("q", arguments={"x-max-priority": 5})
    for priority in (0, 3, 5, 9, None, 3):
        client.publish("", "q", b"%r" % priority, Properties(priority=priority))
    all_of(client)


def consumer_priorities(client: Caller) -> None:
    client.declare("q")
    client.say(wire.BasicQos(0, 1, False))
    client.consume("q", "low", arguments={"x-priority": -1})
    client.consume("q", "high", arguments={"x-priority": 1})
    for number in range(3):
        client.publish("", "q", b"%d" % number)


def single_active(client: Caller) -> None:
    client.declare("q", arguments={"x-single-active-consumer": True})
    client.consume("q", "a", no_ack=True)
    client.consume("q", "b", no_ack=True)
    client.publish("", "q", b"1")
    client.publish("", "q", b"2")
    client.say(wire.BasicCancel("a"))
    client.publish("", "q", b"3")


def cancelled_by_deletion(client: Caller) -> None:
    client.declare("q")
    client.consume("q", "c")
    client.say(wire.QueueDelete("q"))


def auto_delete(client: Caller) -> None:
    client.declare("q", auto_delete=True)
    client.consume("q", "c")
    client.say(wire.BasicCancel("c"))
    client.say(wire.QueueDeclare("q", passive=True))


def auto_delete_exchange(client: Caller) -> None:
    client.exchange("e", "direct", auto_delete=True)
    client.declare("q")
    client.bind("q", "e", "k")
    client.say(wire.QueueUnbind("q", "e", "k"))
    client.say(wire.ExchangeDeclare("e", passive=True))


def exclusive_ends_with_its_connection(client: Caller) -> None:
    other = client.hub.client()
    other.declare("q", exclusive=True)
    other.say(wire.ConnectionClose(200, "bye", 0, 0), 0)
    client.say(wire.QueueDeclare("q", passive=True))


def direct_reply(client: Caller) -> None:
    client.say(wire.BasicConsume("amq.rabbitmq.reply-to", "r", no_ack=True))
    client.declare("q")
    client.publish("", "q", b"?", Properties(reply_to="amq.rabbitmq.reply-to"))
    asked = client.get("q")
    if asked is not None and asked.properties.reply_to is not None:
        client.publish("", asked.properties.reply_to, b"!")
        client.say(wire.QueueDeclare(asked.properties.reply_to))


def shared_window(client: Caller) -> None:
    client.declare("q")
    client.say(wire.BasicQos(0, 2, True))
    client.consume("q", "a")
    client.consume("q", "b")
    for number in range(4):
        client.publish("", "q", b"%d" % number)
    client.say(wire.BasicAck(2, True))


def quorum(client: Caller) -> None:
    client.declare("q", durable=True, arguments={"x-queue-type": "quorum", "x-delivery-limit": 1})
    client.publish("", "q", b"m")
    client.get("q", no_ack=False)
    client.say(wire.BasicReject(1, True))
    client.get("q", no_ack=False)
    client.say(wire.BasicReject(2, True))
    client.get("q")


def stream(client: Caller) -> None:
    client.declare("q", durable=True, arguments={"x-queue-type": "stream"})
    client.say(wire.ConfirmSelect())
    for number in range(3):
        client.publish("", "q", b"%d" % number, Properties(headers=table({"k": number})))
    client.say(wire.BasicQos(0, 2, False))
    client.consume("q", "c", arguments={"x-stream-offset": "first"})
    client.say(wire.BasicAck(2, True))
    client.say(wire.BasicCancel("c"))


def no_answers(client: Caller) -> None:
    client.say(wire.ExchangeDeclare("e", "fanout", nowait=True))
    client.say(wire.QueueDeclare("q", nowait=True))
    client.say(wire.QueueBind("q", "e", "", True))
    client.say(wire.BasicConsume("q", "c", no_ack=True, nowait=True))
    client.publish("e", "", b"m")
    client.say(wire.BasicCancel("c", True))
    client.say(wire.QueueUnbind("q", "e", ""))
    client.say(wire.QueueDelete("q", nowait=True))
    client.say(wire.QueueDelete("nowhere", nowait=True))
    client.say(wire.QueueBind("nowhere", "e", "", True))


def crossing_close(client: Caller) -> None:
    client.say(wire.QueueDeclare("nothing", passive=True))
    client.say(wire.ChannelClose(200, "", 0, 0))
    client.say(wire.ChannelCloseOk())
    client.say(wire.ChannelOpen())


def goodbye(client: Caller) -> None:
    client.say(wire.ConnectionClose(200, "bye", 0, 0), 0)


def long_body(client: Caller) -> None:
    client.declare("q")
    for size in (131072 - 8, 131072 - 7, 300_000):
        client.publish("", "q", b"x" * size)
    all_of(client)


BEHAVIOURS: tuple[Script, ...] = (
    names, idempotence, counts, topics, headers, exchanges_in_a_circle, alternate, copies, every_property,
    returned, confirms_and_refusals, acknowledgements, requeued_in_place, given_back_by_a_channel,
    transaction, rejected, rejected_twice, expired, too_many, too_many_octets, priorities,
    consumer_priorities, single_active, cancelled_by_deletion, auto_delete, auto_delete_exchange,
    exclusive_ends_with_its_connection, direct_reply, shared_window, quorum, stream, no_answers,
    crossing_close, goodbye, long_body,
)  # fmt: skip

SCRIPTS: dict[str, Script] = {
    **{name: act for name, (_, _, act) in SOFT.items()},
    **{name: act for name, (_, _, act) in HARD.items()},
    **{script.__name__.replace("_", " "): script for script in BEHAVIOURS},
}
