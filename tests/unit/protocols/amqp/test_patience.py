"""What is not answered in time: the consumer timeout, and commands that cannot wait for a commit."""

from typing import Any

import pytest

from hubbub.core.commit import Commit
from hubbub.protocols.amqp.wire.content import Properties
from hubbub.protocols.amqp.wire.generated import methods as wire
from hubbub.protocols.amqp.wire.table import table
from tests.unit.protocols.amqp.words import Client, Hub, LastingEngine

HALF_AN_HOUR = 1800
TEXT = (
    "PRECONDITION_FAILED - delivery acknowledgement on channel 1 timed out. Timeout value used: {} ms. "
    "This timeout value can be configured, see consumers doc guide to learn more"
)


def test_an_unanswered_delivery_closes_its_channel_after_half_an_hour() -> None:
    hub = Hub()
    client = hub.client()
    client.call(wire.ChannelOpen(), wire.ChannelOpenOk, 2)
    client.declare("q")
    client.consume("q")
    client.publish("", "q", b"m")
    assert client.bodies() == [b"m"]
    hub.advance(HALF_AN_HOUR - 1)
    assert client.hears_nothing()
    hub.advance(1)
    close = client.expect(wire.ChannelClose, 1).method
    assert (close.reply_code, close.reply_text) == (406, TEXT.format(1_800_000))
    assert (close.class_id, close.method_id) == (0, 0)
    assert len(hub.queue("q")) == 1
    client.say(wire.ChannelCloseOk())
    client.call(wire.QueueDeclare("other"), wire.QueueDeclareOk, 2)
    assert hub.defects == []


def test_each_delivery_has_its_own_time() -> None:
    hub = Hub(consumer_timeout_ms=60_000)
    client = hub.client()
    client.declare("q")
    client.consume("q")
    for number in range(1, 11):
        client.publish("", "q")
        assert client.expect(wire.BasicDeliver).method.delivery_tag == number
        hub.advance(45)
        client.say(wire.BasicAck(number))
    hub.advance(3600)
    assert client.hears_nothing()
    client.publish("", "q")
    client.expect(wire.BasicDeliver)
    hub.advance(59)
    assert client.hears_nothing()
    hub.advance(3)
    client.expect(wire.ChannelClose)


def test_a_message_that_was_fetched_must_be_answered_too() -> None:
    hub = Hub(consumer_timeout_ms=60_000)
    client = hub.client()
    client.declare("q")
    client.publish("", "q")
    assert client.get("q", no_ack=False) is not None
    hub.advance(61)
    assert client.expect(wire.ChannelClose).method.reply_code == 406


@pytest.mark.parametrize("kind", ["classic", "quorum"])
def test_a_queue_may_have_a_limit_of_its_own(kind: str) -> None:
    hub = Hub()
    client = hub.client()
    client.declare("slow", durable=True, arguments={"x-queue-type": kind})
    client.declare("quick", durable=True, arguments={"x-queue-type": kind, "x-consumer-timeout": 5000})
    for queue in ("slow", "quick"):
        client.consume(queue, queue)
        client.publish("", queue)
        client.expect(wire.BasicDeliver)
    hub.advance(4.9)
    assert client.hears_nothing()
    hub.advance(0.2)
    assert client.expect(wire.ChannelClose).method.reply_text == TEXT.format(5000)


def test_nobody_waits_for_who_takes_without_answering_or_has_no_limit() -> None:
    hub = Hub(consumer_timeout_ms=0)
    client = hub.client()
    client.declare("q")
    client.consume("q", no_ack=True)
    client.declare("for ever")
    client.consume("for ever", "d")
    client.publish("", "q")
    client.publish("", "for ever")
    assert len(client.all(wire.BasicDeliver)) == 2
    hub.advance(24 * 3600)
    assert client.hears_nothing()


def test_the_strict_profile_waits_for_ever_but_at_quorum_queues() -> None:
    hub = Hub(profile="rabbitmq-4")
    client = hub.client()
    client.declare("classic", durable=True)
    client.declare("quorum", durable=True, arguments={"x-queue-type": "quorum"})
    client.publish("", "classic")
    assert client.get("classic", no_ack=False) is not None
    hub.advance(24 * 3600)
    assert client.hears_nothing()
    client.publish("", "quorum")
    assert client.get("quorum", no_ack=False) is not None
    hub.advance(HALF_AN_HOUR)
    client.expect(wire.ChannelClose)


class SlowEngine(LastingEngine):
    """Its commits end when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.is_slow = False
        self.waiting: list[Commit] = []

    def seal(self, commit: Commit) -> None:
        if self.is_slow:
            self.waiting.append(commit)
        else:
            super().seal(commit)

    def catch_up(self) -> None:
        self.is_slow = False
        for commit in self.waiting:
            super().seal(commit)


def committing() -> tuple[SlowEngine, Client]:
    engine = SlowEngine()
    client = Hub(engine).client()
    client.declare("q", durable=True)
    client.call(wire.TxSelect(), wire.TxSelectOk)
    client.publish("", "q", b"m", Properties(delivery_mode=2))
    engine.is_slow = True
    client.say(wire.TxCommit())
    assert client.hears_nothing()
    return engine, client


def test_a_commit_is_answered_when_it_is_safe() -> None:
    engine, client = committing()
    engine.catch_up()
    client.hub.end_turn()
    client.expect(wire.TxCommitOk)
    assert client.drained("q") == [b"m"]


def test_a_command_during_a_commit_is_504() -> None:
    engine, client = committing()
    client.say(wire.QueueDeclare("late"))
    close = client.expect(wire.ConnectionClose, 0).method
    assert (close.reply_code, close.class_id, close.method_id) == (504, 50, 10)
    assert close.reply_text == "CHANNEL_ERROR - unexpected command while processing 'tx.commit'"
    engine.catch_up()
    client.hub.end_turn()
    assert client.hears_nothing()


def test_a_channel_may_close_during_a_commit() -> None:
    engine, client = committing()
    client.call(wire.ChannelClose(200, "", 0, 0), wire.ChannelCloseOk)
    engine.catch_up()
    client.hub.end_turn()
    assert client.hears_nothing()


def many_hashes(client: Client, exchange: str) -> Any:
    client.declare("q", durable=True)
    client.bind("q", exchange, "#.a.#")
    client.say(wire.QueueBind("q", exchange, "#.a.#.b.#"))


def test_the_strict_profile_allows_two_hashes_in_a_topic_key() -> None:
    client = Hub(profile="rabbitmq-4").client()
    many_hashes(client, "amq.direct")
    client.expect(wire.QueueBindOk)
    many_hashes(client, "amq.topic")
    assert client.expect(wire.ChannelClose).method.reply_code == 406
    lenient = Hub().client()
    many_hashes(lenient, "amq.topic")
    lenient.expect(wire.QueueBindOk)


def test_more_consumers_than_a_channel_may_have_are_530() -> None:
    client = Hub(max_consumers_per_channel=2).client()
    client.declare("q")
    for tag in ("a", "b"):
        client.consume("q", tag)
    client.say(wire.BasicConsume("q", "c", arguments=table({})))
    close = client.expect(wire.ConnectionClose).method
    assert (close.reply_code, close.reply_text) == (
        530,
        "NOT_ALLOWED - reached maximum (2) of consumers per channel",
    )
