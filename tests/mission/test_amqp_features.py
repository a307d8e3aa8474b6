"""AMQP as the first document promises it: exchanges, queues, routing, consumers, limits and logins, seen by pika."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pika
import pytest

from tests.unit.cli.program import FREE, Serving

LIMITS = """
amqp:
  enabled: true
  port: 0
  max_connections: 2
  max_channels_per_connection: 7
  frame_max: 65536
  heartbeat_interval: 17
"""


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with Serving(*FREE, folder=tmp_path_factory.mktemp("hub")) as hub:
        yield hub


def connect(hub: Serving, user: str = "guest", password: str = "guest") -> Any:
    login = pika.PlainCredentials(user, password)
    return pika.BlockingConnection(
        pika.ConnectionParameters("127.0.0.1", hub.port("amqp"), credentials=login)
    )


@contextmanager
def channel(hub: Serving) -> Iterator[Any]:
    with connect(hub) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        yield channel


def bound(channel: Any, exchange: str, kind: str, *keys: str, **arguments: Any) -> list[str]:
    """An exchange with a queue for each key."""
    channel.exchange_declare(exchange, kind)
    queues = []
    for key in keys:
        queue = channel.queue_declare("", exclusive=True).method.queue
        channel.queue_bind(queue, exchange, key, **arguments)
        queues.append(queue)
    return queues


def waiting(channel: Any, queue: str) -> list[bytes]:
    """All that lies in a queue."""
    found = []
    while (got := channel.basic_get(queue, auto_ack=True))[0] is not None:
        found.append(got[2])
    return found


@pytest.mark.row("MF-117")
def test_a_direct_exchange_goes_by_the_key(hub: Serving) -> None:
    with channel(hub) as ch:
        orders, payments = bound(ch, "d", "direct", "order", "payment")
        for key in ("order", "payment", "order"):
            ch.basic_publish("d", key, key.encode())
        assert waiting(ch, orders) == [b"order", b"order"]
        assert waiting(ch, payments) == [b"payment"]


@pytest.mark.row("MF-118")
def test_a_fanout_exchange_goes_to_all(hub: Serving) -> None:
    with channel(hub) as ch:
        queues = bound(ch, "f", "fanout", "a", "b", "")
        ch.basic_publish("f", "whatever", b"x")
        assert [waiting(ch, queue) for queue in queues] == [[b"x"]] * 3


@pytest.mark.row("MF-119")
def test_a_topic_exchange_matches_words(hub: Serving) -> None:
    keys = ("order.created", "order.eu.created", "order", "payment.created", "")
    wanted = {
        "order.*": {"order.created"},
        "order.#": {"order.created", "order.eu.created", "order"},
        "*.created": {"order.created", "payment.created"},
        "#.created": {"order.created", "order.eu.created", "payment.created"},
        "#": set(keys),
        "*": {"order"},
        "order.#.created": {"order.created", "order.eu.created"},
        "order.*.#": {"order.created", "order.eu.created"},
    }
    with channel(hub) as ch:
        queues = bound(ch, "t", "topic", *wanted)
        for key in keys:
            ch.basic_publish("t", key, key.encode())
        found = {
            pattern: {body.decode() for body in waiting(ch, queue)}
            for pattern, queue in zip(wanted, queues, strict=True)
        }
    assert found == wanted


@pytest.mark.row("MF-120")
def test_a_headers_exchange_matches_headers(hub: Serving) -> None:
    with channel(hub) as ch:
        ch.exchange_declare("h", "headers")
        queues = {}
        for how in ("all", "any"):
            queues[how] = ch.queue_declare("", exclusive=True).method.queue
            ch.queue_bind(queues[how], "h", "", {"x-match": how, "kind": "order", "region": "eu"})
        for headers in ({"kind": "order", "region": "eu"}, {"kind": "order"}, {"kind": "payment"}):
            properties = pika.BasicProperties(headers=headers)
            ch.basic_publish("h", "", json.dumps(headers).encode(), properties)
        assert len(waiting(ch, queues["all"])) == 1
        assert len(waiting(ch, queues["any"])) == 2


@pytest.mark.row("MF-121")
def test_queues_and_bindings_come_and_go_and_a_look_changes_nothing(hub: Serving) -> None:
    with channel(hub) as ch:
        (queue,) = bound(ch, "q", "direct", "k")
        ch.exchange_declare("q", "direct")
        ch.basic_publish("q", "k", b"1", mandatory=True)
        ch.queue_unbind(queue, "q", "k")
        with pytest.raises(pika.exceptions.UnroutableError):
            ch.basic_publish("q", "k", b"2", mandatory=True)
        assert ch.queue_declare(queue, passive=True).method.message_count == 1
        ch.queue_purge(queue)
        assert ch.queue_delete(queue).method.message_count == 0
        with pytest.raises(pika.exceptions.ChannelClosedByBroker) as closed:
            ch.queue_declare(queue, passive=True)
        assert closed.value.reply_code == 404


@pytest.mark.row("MF-122")
def test_consumers_of_a_queue_take_turns(hub: Serving) -> None:
    with channel(hub) as ch:
        queue = ch.queue_declare("", exclusive=True).method.queue
        found: dict[str, list[bytes]] = {"one": [], "two": [], "three": []}
        for name in found:
            ch.basic_consume(
                queue,
                lambda _ch, method, _properties, body, name=name: found[name].append(body),
                auto_ack=True,
                consumer_tag=name,
            )
        for number in range(9):
            ch.basic_publish("", queue, b"%d" % number)
        while sum(map(len, found.values())) < 9:
            ch.connection.process_data_events(1)
        assert sorted(map(len, found.values())) == [3, 3, 3]
        assert sorted(body for bodies in found.values() for body in bodies) == [b"%d" % n for n in range(9)]


@pytest.mark.row("MF-123")
def test_what_no_queue_takes_comes_back_when_it_must_not_be_lost(hub: Serving) -> None:
    with channel(hub) as ch:
        bound(ch, "r", "direct", "here")
        ch.basic_publish("r", "here", b"x", mandatory=True)
        ch.basic_publish("r", "nowhere", b"x")
        with pytest.raises(pika.exceptions.UnroutableError) as returned:
            ch.basic_publish("r", "nowhere", b"come back", mandatory=True)
        (message,) = returned.value.messages
        assert (message.body, message.method.reply_code) == (b"come back", 312)


@pytest.mark.row("MF-132", "MF-133", "MF-134", "MF-135")
def test_the_limits_of_a_file_are_kept(tmp_path: Path) -> None:
    (tmp_path / "mockforge.yaml").write_text(LIMITS, encoding="utf-8")
    with Serving(
        "--kafka-port", "0", "--mqtt-port", "0", "--mqtt-websocket-port", "0", "--admin-port", "0",
        folder=tmp_path,
    ) as hub, connect(hub) as one, connect(hub):  # fmt: skip
        limits = one._impl.params
        assert (limits.channel_max, limits.frame_max, limits.heartbeat) == (7, 65536, 17)
        with pytest.raises(pika.exceptions.AMQPConnectionError):
            connect(hub)
        for _ in range(7):
            one.channel()
        with pytest.raises(pika.exceptions.NoFreeChannels):
            one.channel()


@pytest.mark.row("MF-138", "MF-139")
def test_guest_is_welcome_unless_the_environment_names_somebody_else(hub: Serving, tmp_path: Path) -> None:
    connect(hub).close()
    with pytest.raises(pika.exceptions.ProbableAuthenticationError):
        connect(hub, "guest", "wrong")
    named = {"MOCKFORGE_AMQP_USERNAME": "shop", "MOCKFORGE_AMQP_PASSWORD": "secret"}
    with Serving(*FREE, folder=tmp_path, **named) as other:
        connect(other, "shop", "secret").close()
        with pytest.raises(pika.exceptions.ProbableAuthenticationError):
            connect(other, "guest", "guest")
