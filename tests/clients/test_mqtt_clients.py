"""Client libraries as they come, against a running hub: publish, subscribe, retained, will, session, at every level and over WebSocket."""

import asyncio
import contextlib
import queue
import shutil
import subprocess
import threading
from collections.abc import Iterator
from typing import Any

import pytest

paho = pytest.importorskip("paho.mqtt.client")
aiomqtt = pytest.importorskip("aiomqtt")
gmqtt = pytest.importorskip("gmqtt")

LEVELS = [paho.MQTTv31, paho.MQTTv311, paho.MQTTv5]
PORTS = {"tcp": "mqtt", "websockets": "mqtt-websocket"}


@contextlib.contextmanager
def connected(hub: Any, level: int, transport: str, client_id: str, **more: Any) -> Iterator[Any]:
    """A paho client with its loop in a thread; what it receives is in ``client.inbox``."""
    client = paho.Client(
        paho.CallbackAPIVersion.VERSION2, client_id, protocol=level, transport=transport, **more
    )
    if transport == "websockets":
        client.ws_set_options(path="/some/path")
    client.inbox = queue.Queue()
    client.on_message = lambda client, userdata, message: client.inbox.put(message)
    up, granted = threading.Event(), threading.Event()
    client.on_connect = lambda *args: up.set()
    client.on_subscribe = lambda *args: granted.set()
    client.granted = granted
    client.connect("127.0.0.1", hub.port(PORTS[transport]), keepalive=30)
    client.loop_start()
    assert up.wait(10)
    yield client
    client.disconnect()
    client.loop_stop()


def subscribe(client: Any, topic: str, qos: int) -> None:
    client.granted.clear()
    client.subscribe(topic, qos)
    assert client.granted.wait(10)


@pytest.mark.row("MF-80", "MF-81", "MF-91", "MF-82", "MF-83", "MF-84")
@pytest.mark.parametrize("transport", list(PORTS))
@pytest.mark.parametrize("level", LEVELS)
def test_paho_at_every_level_and_qos(hub: Any, level: int, transport: str) -> None:
    with connected(hub, level, transport, "p") as client:
        subscribe(client, "paho/#", 2)
        for qos in (0, 1, 2):
            client.publish(f"paho/{qos}", b"x" * 100_000, qos).wait_for_publish(10)
        got = [client.inbox.get(timeout=10) for _ in range(3)]
    assert [(message.topic, message.qos, len(message.payload)) for message in got] == [
        (f"paho/{qos}", qos, 100_000) for qos in (0, 1, 2)
    ]


@pytest.mark.row("MF-87", "MF-88")
@pytest.mark.parametrize("level", LEVELS)
def test_paho_finds_retained_messages_and_wills(hub: Any, level: int) -> None:
    with connected(hub, level, "tcp", "one") as one:
        one.publish("state", "on", 1, retain=True).wait_for_publish(10)
        subscribe(one, "gone", 1)
        dying = paho.Client(paho.CallbackAPIVersion.VERSION2, "dying", protocol=level)
        dying.will_set("gone", "alas", 1)
        dying.connect("127.0.0.1", hub.port("mqtt"))
        dying.loop_start()
        with connected(hub, level, "tcp", "two") as two:
            subscribe(two, "state", 1)
            message = two.inbox.get(timeout=10)
            assert (message.payload, message.retain) == (b"on", True)
        dying.loop_stop()
        dying._sock_close()
        assert one.inbox.get(timeout=10).payload == b"alas"


@pytest.mark.row("MF-89")
def test_paho_comes_back_to_its_session(hub: Any) -> None:
    with connected(hub, paho.MQTTv311, "tcp", "stays", clean_session=False) as client:
        subscribe(client, "a", 1)
    with connected(hub, paho.MQTTv311, "tcp", "other") as other:
        for n in range(20):
            other.publish("a", str(n), 1).wait_for_publish(10)
    with connected(hub, paho.MQTTv311, "tcp", "stays", clean_session=False) as client:
        assert [client.inbox.get(timeout=10).payload for _ in range(20)] == [
            str(n).encode() for n in range(20)
        ]


async def aio_round(port: int, level: Any) -> list[tuple[str, bytes]]:
    seen = []
    async with aiomqtt.Client("127.0.0.1", port, protocol=level) as client:
        await client.subscribe("aio/+", qos=2)
        for qos in (0, 1, 2):
            await client.publish(f"aio/{qos}", b"hello", qos=qos)
        async for message in client.messages:
            seen.append((message.topic.value, message.payload))
            if len(seen) == 3:
                break
    return seen


@pytest.mark.parametrize("level", list(aiomqtt.ProtocolVersion))
def test_aiomqtt(hub: Any, level: Any) -> None:
    seen = asyncio.run(asyncio.wait_for(aio_round(hub.port("mqtt"), level), 20))
    assert seen == [(f"aio/{qos}", b"hello") for qos in (0, 1, 2)]


async def gmqtt_round(port: int, version: int) -> list[tuple[str, bytes, dict[str, Any]]]:
    got: asyncio.Queue[tuple[str, bytes, dict[str, Any]]] = asyncio.Queue()
    ready = asyncio.Event()
    client = gmqtt.Client("gm")
    client.on_message = lambda client, topic, payload, qos, properties: (
        got.put_nowait((topic, payload, properties)) or 0
    )
    client.on_subscribe = lambda *args: ready.set()
    await client.connect("127.0.0.1", port, version=version)
    client.subscribe("gm/#", qos=1)
    await ready.wait()
    more = {"user_property": [("k", "v"), ("k", "w")], "message_expiry_interval": 60} if version == 5 else {}
    client.publish("gm/a", b"hello", qos=1, **more)
    found = [await got.get()]
    await client.disconnect()
    return found


@pytest.mark.parametrize("version", [4, 5])
def test_gmqtt(hub: Any, version: int) -> None:
    ((topic, payload, properties),) = asyncio.run(
        asyncio.wait_for(gmqtt_round(hub.port("mqtt"), version), 20)
    )
    assert (topic, payload) == ("gm/a", b"hello")
    if version == 5:
        assert properties["user_property"] == [("k", "v"), ("k", "w")]


def tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed (Debian: mosquitto-clients)")
    return found


@pytest.mark.row("EX-60")
@pytest.mark.parametrize("version", ["mqttv31", "mqttv311", "mqttv5"])
def test_mosquitto_pub_and_sub(hub: Any, version: str) -> None:
    place = ["-h", "127.0.0.1", "-p", str(hub.port("mqtt")), "-V", version]
    publish = [tool("mosquitto_pub"), *place, "-t", "test", "-q", "2", "-r", "-m", "hello"]
    assert subprocess.run(publish, timeout=10, check=False).returncode == 0
    subscribe = [tool("mosquitto_sub"), *place, "-t", "test/#", "-q", "1", "-C", "1", "-v"]
    done = subprocess.run(subscribe, timeout=10, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "test hello\n")


def test_mosquitto_rr_finds_its_answer(hub: Any) -> None:
    place = ["-h", "127.0.0.1", "-p", str(hub.port("mqtt"))]
    with connected(hub, paho.MQTTv5, "tcp", "server") as server:

        def answer(client: Any, userdata: Any, message: Any) -> None:
            client.publish(message.properties.ResponseTopic, b"echo " + message.payload, 1)

        server.on_message = answer
        subscribe(server, "ask", 1)
        asked = [
            tool("mosquitto_rr"),
            *place,
            "-V",
            "mqttv5",
            "-t",
            "ask",
            "-e",
            "answers/1",
            "-m",
            "hi",
            "-W",
            "10",
        ]
        done = subprocess.run(asked, timeout=20, check=False, capture_output=True, text=True)
    assert done.stdout == "echo hi\n"
