"""Publishing by HTTP, and what is there of live and queued messages; real clients at the other end."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue

import paho.mqtt.client as paho
import pika
import pytest

from tests.conftest import HubThread
from tests.unit.console.api import PATIENCE, Api, quoted


@contextmanager
def mqtt(hub: HubThread, client_id: str, *filters: str, clean: bool = True) -> Iterator[Queue[bytes]]:
    """A client that has subscribed; what it hears."""
    heard: Queue[bytes] = Queue()
    ready = threading.Event()
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id, clean_session=clean)
    client.on_subscribe = lambda *_: ready.set()
    client.on_message = lambda _client, _data, message: heard.put(message.payload)
    client.connect("127.0.0.1", hub.port("mqtt"))
    client.subscribe([(each, 1) for each in filters])
    client.loop_start()
    assert ready.wait(PATIENCE)
    yield heard
    client.disconnect()
    client.loop_stop()


@contextmanager
def amqp(hub: HubThread) -> Iterator[pika.adapters.blocking_connection.BlockingChannel]:
    with pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", hub.port("amqp"))) as connection:
        yield connection.channel()


def test_what_is_refused_says_why(hub: HubThread) -> None:
    api = Api(hub)
    for address, status, words in [
        ("nowhere", 404, "no address"),
        ("nats:x", 404, "no protocol 'nats'"),
        ("mqtt:a/+", 422, "wildcard"),
        ("kafka:not a name", 422, "not a name"),
        ("amqp:nowhere/key", 409, "no exchange 'nowhere'"),
    ]:
        answer = api.refused("POST", "publish", {"address": address, "text": "x"})
        assert (answer[0], words in answer[2]) == (status, True), answer
    assert api.refused("POST", "publish", {"address": "mqtt:a", "text": "", "json": 1})[0] == 422
    assert api.refused("POST", "publish", {"address": "mqtt:a", "base64": "?"})[0] == 400
    assert api.refused("POST", "publish", {})[0] == 400


def test_subscriptions_sessions_and_retained_records_are_listed(hub: HubThread) -> None:
    api = Api(hub)
    with mqtt(hub, "dash/board", "sensors/#", "$share/g/jobs"):
        reached = api.post("publish", address="mqtt:sensors/t1", json={"t": 21}, properties={"retain": True})[
            "reached"
        ]
        assert reached == 1
        found = api.get("subscriptions", room="mqtt")["items"]
        assert [(each["session"], each["filter"], each["share"]) for each in found] == [
            ("dash/board", "$share/g/jobs", "g"),
            ("dash/board", "sensors/#", ""),
        ]
        (session,) = api.get("sessions")["items"]
        assert (session["name"], session["is_connected"], session["subscriptions"]) == ("dash/board", True, 2)
    (kept,) = api.get("retained", address="mqtt:sensors/+")["items"]
    assert (kept["address"], kept["value"]["json"]) == ("mqtt:sensors/t1", {"t": 21})
    assert api.get("retained", address="mqtt:other/#")["items"] == []
    assert api.refused("GET", "retained?address=sensors")[0] == 422
    assert api.delete(f"retained/{quoted('mqtt:sensors/t1')}").status == 204
    assert api.get("retained")["items"] == []
    assert api.refused("DELETE", f"retained/{quoted('mqtt:sensors/t1')}")[0] == 404


def test_a_session_that_is_ended_forgets(hub: HubThread) -> None:
    api = Api(hub)
    with mqtt(hub, "away", "jobs", clean=False):
        pass
    api.post("publish", address="mqtt:jobs", text="for later")
    assert api.get("sessions")["items"][0]["waiting"] == 1
    assert api.delete("sessions/mqtt/away").status == 204
    assert api.get("sessions")["items"] == []
    assert api.refused("DELETE", "sessions/mqtt/away")[0] == 404
    assert api.refused("DELETE", "sessions/kafka/away")[0] == 404


def test_a_connected_session_is_disconnected_and_ended(hub: HubThread) -> None:
    api = Api(hub)
    gone = threading.Event()
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, "here", clean_session=False)
    here = threading.Event()
    client.on_connect = lambda *_: here.set()
    client.on_disconnect = lambda *_: gone.set()
    client.connect("127.0.0.1", hub.port("mqtt"))
    client.loop_start()
    assert here.wait(PATIENCE)
    client.loop_stop()
    assert api.delete("sessions/mqtt/here").status == 204
    assert api.get("sessions")["items"] == []


def test_clients_are_listed_and_kicked(hub: HubThread) -> None:
    api = Api(hub)
    gone, here = threading.Event(), threading.Event()
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, "a/b")
    client.on_connect = lambda *_: here.set()
    client.on_disconnect = lambda *_: gone.set()
    client.connect("127.0.0.1", hub.port("mqtt"))
    client.loop_start()
    assert here.wait(PATIENCE)
    (found,) = api.get("clients", room="mqtt")["items"]
    assert (found["room"], found["id"]) == ("mqtt", "a/b")
    assert api.delete(f"clients/mqtt/{quoted('a/b')}").status == 204
    assert gone.wait(PATIENCE)
    client.loop_stop()
    assert api.refused("DELETE", "clients/mqtt/nobody")[0] == 404
    assert api.refused("GET", "clients?room=nats")[0] == 404


def test_exchanges_queues_and_bindings_are_declared_and_listed(hub: HubThread) -> None:
    api = Api(hub)
    assert api.ask("POST", "exchanges", {"name": "events", "kind": "topic"}).status == 201
    assert api.ask("POST", "exchanges", {"name": "events", "kind": "topic"}).status == 200
    assert api.ask("POST", "queues", {"name": "tasks", "arguments": {"x-max-length": 10}}).status == 201
    assert (
        api.ask("POST", "bindings", {"source": "events", "destination": "tasks", "key": "order.*"}).status
        == 201
    )
    assert api.refused("POST", "exchanges", {"name": "events", "kind": "direct"})[:2] == (
        409,
        "already_exists",
    )
    assert api.refused("POST", "queues", {"name": "tasks"})[0] == 409
    assert api.refused("POST", "bindings", {"source": "none", "destination": "tasks"})[0] == 422
    assert {"events", "", "amq.topic"} <= {each["name"] for each in api.all("exchanges", limit=2)}
    (binding,) = api.get("bindings", destination="tasks")["items"]
    assert (binding["source"], binding["key"], binding["to_exchange"]) == ("events", "order.*", False)
    assert api.get("bindings", source="amq.topic")["items"] == []
    assert api.get("queues/tasks")["arguments"] == {"x-max-length": "10"}
    assert api.refused("GET", "queues/tasks?realm=other")[0] == 404


def test_waiting_messages_can_be_looked_at_and_stay(hub: HubThread) -> None:
    api = Api(hub)
    api.post("queues", name="tasks")
    for number in range(3):
        api.post(
            "publish",
            address="amqp:tasks",
            json={"n": number},
            headers={"h": "v"},
            properties={"correlation": "c-1", "priority": 2},
        )
    with amqp(hub) as channel:
        method, _, _ = channel.basic_get("tasks")
        found = api.get("queues/tasks/messages", limit=1)["items"]
        assert [each["value"]["json"]["n"] for each in found] == [1]
        queue = api.get("queues/tasks")
        assert (queue["ready"], queue["unacked"]) == (2, 1)
        channel.basic_nack(method.delivery_tag, requeue=True)
    first, *_ = found = api.get("queues/tasks/messages")["items"]
    assert [each["value"]["json"]["n"] for each in found] == [0, 1, 2]
    assert (first["returns"], first["properties"]["correlation"], first["address"]) == (
        1,
        "c-1",
        "amqp:/tasks",
    )
    assert first["headers"] == [{"name": "h", "value": {"octets": 1, "text": "v"}}]
    assert api.get("queues")["items"][0]["ready"] == 3
    assert api.delete("queues/tasks/messages").json == {"messages": 3}
    assert api.get("queues/tasks/messages")["items"] == []


def test_messages_of_higher_priority_are_shown_first(hub: HubThread) -> None:
    api = Api(hub)
    api.post("queues", name="tasks", arguments={"x-max-priority": 5})
    for priority in (1, 5, 3):
        api.post("publish", address="amqp:tasks", text=str(priority), properties={"priority": priority})
    assert [each["value"]["text"] for each in api.get("queues/tasks/messages", limit=2)["items"]] == [
        "5",
        "3",
    ]


def test_streams_are_looked_at_too_and_not_purged(hub: HubThread) -> None:
    api = Api(hub)
    api.post("queues", name="log", arguments={"x-queue-type": "stream"})
    api.post("publish", address="amqp:log", text="a")
    api.post("publish", address="amqp:log", text="b")
    assert [each["value"]["text"] for each in api.get("queues/log/messages")["items"]] == ["a", "b"]
    assert api.refused("DELETE", "queues/log/messages")[0] == 422


def test_a_deleted_queue_tells_its_consumers(hub: HubThread) -> None:
    api = Api(hub)
    with amqp(hub) as channel:
        channel.queue_declare("tasks")
        channel.basic_publish("", "tasks", b"x")
        cancelled: list[object] = []
        channel.add_on_cancel_callback(cancelled.append)
        channel.basic_consume("tasks", lambda *_: None)
        assert api.delete("queues/tasks").json == {"messages": 0}
        for _ in range(PATIENCE):
            if not cancelled:
                channel.connection.process_data_events(1)
        assert len(cancelled) == 1
    assert api.refused("GET", "queues/tasks")[0] == 404


@pytest.mark.row("MF-9")
def test_what_is_published_over_http_reaches_clients_of_all_protocols(hub: HubThread) -> None:
    api = Api(hub)
    api.post("queues", name="tasks")
    with mqtt(hub, "me", "t") as heard:
        api.post("publish", address="mqtt:t", text="by http", assurance=1)
        api.post("publish", address="amqp:tasks", text="by http")
        with amqp(hub) as channel:
            assert channel.basic_get("tasks", auto_ack=True)[2] == b"by http"
        assert heard.get(timeout=PATIENCE) == b"by http"
