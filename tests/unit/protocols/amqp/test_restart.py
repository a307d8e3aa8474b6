"""What is still there when a hub comes back: durable things, persistent messages in durable queues, and nothing else."""

from typing import Any

import pytest

from hubbub.core.commit import Commit, Outcome
from hubbub.protocols.amqp.wire.content import Properties
from hubbub.protocols.amqp.wire.generated import methods as wire
from hubbub.protocols.amqp.wire.table import table
from hubbub.storage.memory.options import MemoryOptions
from tests.unit.protocols.amqp.words import Client, Hub, LastingEngine

PERSISTENT = Properties(delivery_mode=2, headers=table({"k": 1}))


@pytest.fixture
def engine() -> LastingEngine:
    return LastingEngine()


def back(engine: LastingEngine) -> Client:
    """A new hub on the same engine, and a client in it."""
    hub = Hub(engine)
    hub.end_turn()
    return hub.client()


def taken(client: Client, queue: str) -> list[tuple[bytes, bool]]:
    seen = []
    while (said := client.get(queue)) is not None:
        seen.append((said.body, said.method.redelivered))
    return seen


def test_persistent_messages_in_durable_queues_come_back_in_order(engine: LastingEngine) -> None:
    client = back(engine)
    client.declare("q", durable=True)
    for number in range(5):
        client.publish("", "q", b"%d" % number, PERSISTENT)
    client.publish("", "q", b"transient")
    out = client.get("q", no_ack=False)
    assert out is not None
    client.get("q")
    again = back(engine)
    said = again.get("q")
    assert said is not None
    assert (said.body, said.properties, said.method.redelivered) == (b"0", PERSISTENT, True)
    assert (said.method.exchange, said.method.routing_key) == ("", "q")
    assert again.drained("q") == [b"2", b"3", b"4"]
    assert back(engine).drained("q") == []


def test_what_was_acknowledged_stays_gone(engine: LastingEngine) -> None:
    client = back(engine)
    client.declare("q", durable=True)
    for number in range(3000):
        client.publish("", "q", b"%d" % number, PERSISTENT)
    client.consume("q")
    assert len(client.bodies()) == 3000
    client.say(wire.BasicAck(2990, True))
    client.say(wire.BasicAck(2995))
    (log,) = [name for name in engine.logs() if name.endswith("/q")]
    assert engine.acquire(log, None).start > 1000  # type: ignore[arg-type]
    assert [body for body, _ in taken(back(engine), "q")] == [
        b"%d" % n for n in range(2990, 3000) if n != 2994
    ]


def test_exchanges_bindings_and_arguments_come_back(engine: LastingEngine) -> None:
    client = back(engine)
    client.exchange("a", "headers", durable=True)
    client.exchange("b", "topic", durable=True, arguments={"alternate-exchange": "amq.fanout"})
    client.exchange("gone", "topic")
    client.declare("q", durable=True, arguments={"x-max-length": 3, "x-overflow": "reject-publish"})
    client.declare("mine", durable=True, exclusive=True)
    client.declare("short")
    client.bind("q", "a", "", {"x-match": "any", "n": 1, "s": "x"})
    client.bind("q", "gone", "#")
    client.bind("short", "a", "", {})
    client.call(wire.ExchangeBind("a", "b", "k.*"), wire.ExchangeBindOk)
    again = back(engine)
    again.declare("q", durable=True, arguments={"x-max-length": 3, "x-overflow": "reject-publish"})
    again.publish("b", "k.1", b"through both", Properties(headers=table({"n": 1})))
    again.publish("b", "k.1", b"nobody", Properties(headers=table({"n": 2})))
    assert again.drained("q") == [b"through both"]
    realm: Any = again.hub.broker.realms.by_name["/"]
    assert set(realm.queues) == {"q"}
    assert "gone" not in realm.graph.exchanges


def test_what_was_deleted_or_unbound_stays_gone(engine: LastingEngine) -> None:
    client = back(engine)
    client.declare("q", durable=True)
    client.declare("r", durable=True)
    client.exchange("e", "fanout", durable=True)
    client.exchange("auto", "fanout", durable=True, auto_delete=True)
    client.bind("q", "e")
    client.bind("r", "e")
    client.bind("q", "auto")
    client.publish("e", "", b"m", PERSISTENT)
    client.call(wire.QueueUnbind("r", "e", ""), wire.QueueUnbindOk)
    client.call(wire.QueueDelete("q"), wire.QueueDeleteOk)
    again = back(engine)
    assert "auto" not in again.hub.broker.realms.by_name["/"].graph.exchanges
    again.publish("e", "", b"to nobody", PERSISTENT)
    again.declare("q", durable=True)
    assert again.drained("q") == []
    assert again.drained("r") == [b"m"]


def test_quorum_queues_keep_everything_and_streams_all_there_was(engine: LastingEngine) -> None:
    client = back(engine)
    client.declare("q", durable=True, arguments={"x-queue-type": "quorum"})
    client.declare("s", durable=True, arguments={"x-queue-type": "stream"})
    client.publish("", "q", b"transient")
    client.publish("", "s", b"one")
    again = back(engine)
    assert again.drained("q") == [b"transient"]
    again.call(wire.BasicQos(0, 10, False), wire.BasicQosOk)
    again.consume("s", arguments={"x-stream-offset": "first"})
    assert again.bodies() == [b"one"]


def test_time_to_live_and_priority_come_back(engine: LastingEngine) -> None:
    client = back(engine)
    client.declare("q", durable=True, arguments={"x-max-priority": 5})
    client.publish("", "q", b"low", Properties(delivery_mode=2, priority=1))
    client.publish("", "q", b"high", Properties(delivery_mode=2, priority=5))
    client.publish("", "q", b"short", Properties(delivery_mode=2, priority=5, expiration="1000"))
    again = back(engine)
    again.hub.advance(2)
    assert again.drained("q") == [b"high", b"low"]


def test_a_declaration_is_answered_when_it_is_safe_and_not_before() -> None:
    engine = SlowEngine()
    hub = Hub(engine)
    engine.end_commits()
    client = hub.client()
    client.say(wire.QueueDeclare("q", durable=True))
    client.say(wire.ConfirmSelect())
    client.publish("", "q", b"m", PERSISTENT)
    assert client.hears_nothing()
    engine.end_commits()
    hub.end_turn()
    client.expect(wire.QueueDeclareOk)
    client.expect(wire.ConfirmSelectOk)
    assert client.hears_nothing()
    engine.end_commits()
    hub.end_turn()
    assert client.expect(wire.BasicAck).method.delivery_tag == 1


def test_a_storage_that_fails_nacks_and_refuses() -> None:
    engine = SlowEngine()
    hub = Hub(engine)
    engine.end_commits()
    client = hub.client()
    client.call(wire.ConfirmSelect(), wire.ConfirmSelectOk)
    client.publish("", "q", b"m", PERSISTENT)
    client.publish("", "q", b"n", PERSISTENT)
    engine.end_commits(Outcome.UNAVAILABLE)
    hub.end_turn()
    assert [said.method for said in client.all(wire.BasicNack)] == [
        wire.BasicNack(1, False, True),
        wire.BasicNack(2, False, True),
    ]
    client.say(wire.QueueDeclare("q", durable=True))
    engine.end_commits(Outcome.UNAVAILABLE)
    hub.end_turn()
    assert client.expect(wire.ConnectionClose).method.reply_code == 541


def test_an_engine_without_room_nacks_and_blocks_publishers_for_a_while() -> None:
    engine = LastingEngine(
        MemoryOptions(max_bytes=1 << 20, max_log_bytes=1 << 20, chunk_bytes=64 << 10, pool_bytes=64 << 10)
    )
    hub = Hub(engine)
    client = hub.client()
    client.declare("q", durable=True)
    client.declare("s", durable=True, arguments={"x-queue-type": "stream"})
    client.call(wire.ConfirmSelect(), wire.ConfirmSelectOk)
    for queue in ("q", "s"):
        for _ in range(40):
            client.publish("", queue, b"x" * 60_000, PERSISTENT)
    said = [type(each.method) for each in client.all(object)]
    assert wire.BasicAck in said
    assert wire.BasicNack in said
    assert wire.ConnectionBlocked in said
    hub.advance(1)
    client.expect(wire.ConnectionUnblocked)
    assert hub.defects == []


class SlowEngine(LastingEngine):
    """Ends commits when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.sealed: list[Commit] = []

    def seal(self, commit: Commit) -> None:
        self.sealed.append(commit)

    def end_commits(self, outcome: Outcome = Outcome.OK) -> None:
        sealed, self.sealed = self.sealed, []
        for commit in sealed:
            commit.end(outcome)


DELAYED = {"x-delayed-type": "headers"}


def later(body: bytes, mode: int, delay: int = 5_000) -> tuple[bytes, Properties]:
    return body, Properties(
        delivery_mode=mode, priority=3, headers=table({"x-delay": delay, "shape": "round"})
    )


def test_what_a_delayed_exchange_holds_goes_its_way_after_a_restart(engine: LastingEngine) -> None:
    client = back(engine)
    client.exchange("later", "x-delayed-message", durable=True, arguments=DELAYED)
    client.exchange("passing", "x-delayed-message", arguments=DELAYED)
    client.declare("q", durable=True, arguments={"x-max-priority": 5})
    for exchange in ("later", "passing"):
        client.bind("q", exchange, "", arguments={"x-match": "all", "shape": "round"})
        client.publish(exchange, "k", *later(b"slow", 2))
        client.publish(exchange, "k", *later(b"soon", 2, 1_000))
        client.publish(exchange, "k", *later(b"transient", 1))
    client.hub.advance(2)
    assert client.drained("q") == [b"soon", b"soon"]
    again = back(engine)  # whose clock begins where the other began
    assert again.drained("q") == []
    again.hub.advance(4.9)
    assert again.drained("q") == []
    again.hub.advance(0.2)
    said = again.get("q")
    assert said is not None
    assert (said.body, said.properties) == later(b"slow", 2)
    assert not said.method.redelivered
    assert again.get("q") is None
    third = back(engine)
    third.hub.advance(60)
    assert third.drained("q") == []


def test_what_a_deleted_exchange_held_never_comes(engine: LastingEngine) -> None:
    client = back(engine)
    for _ in range(2):
        client.exchange("later", "x-delayed-message", durable=True, arguments=DELAYED)
        client.declare("q", durable=True)
        client.bind("q", "later", "", arguments={"shape": "round"})
        client.publish("later", "k", *later(b"v", 2))
        client.call(wire.ExchangeDelete("later"), wire.ExchangeDeleteOk)
    client.exchange("later", "x-delayed-message", durable=True, arguments=DELAYED)
    client.bind("q", "later", "", arguments={"shape": "round"})
    client.hub.advance(60)
    assert client.drained("q") == []
    again = back(engine)
    again.hub.advance(60)
    assert again.drained("q") == []
