"""MQTT over WebSocket: frames cut anywhere, sub-protocols, any path, and what is refused."""

from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from hubbub.protocols.mqtt.wire.decode import FROM_SERVER, Decoder, Names
from hubbub.protocols.mqtt.wire.encode import encode
from hubbub.protocols.mqtt.wire.packets import (
    Connack,
    Connect,
    Packet,
    Publish,
    Request,
    Suback,
    Subscribe,
    singles,
)

statement = pytest.mark.statement


def opened(hub: Any, path: str = "/mqtt", names: list[str] | None = None) -> ClientConnection:
    subprotocols: Any = names or ["mqtt"]
    return connect(
        f"ws://127.0.0.1:{hub.port('mqtt-websocket')}{path}", subprotocols=subprotocols, max_size=None
    )


def heard(line: ClientConnection, count: int) -> list[Packet]:
    found: list[Packet] = []
    kept = b""
    decoder = Decoder(Names(), readers=FROM_SERVER, level=4)
    while len(found) < count:
        message = line.recv(timeout=10)
        assert isinstance(message, bytes)
        kept += message
        decoded = decoder.decode(kept)
        kept = kept[decoded.used :]
        found += singles(decoded.packets)
    return found


@statement("MQTT-6.0.0-4")
@pytest.mark.parametrize(
    ("offered", "chosen"),
    [(["mqtt"], "mqtt"), (["mqttv3.1"], "mqttv3.1"), (["x", "mqttv3.1", "mqtt"], "mqtt")],
)
@pytest.mark.parametrize("path", ["/", "/mqtt", "/any/where?at=all"])
def test_the_sub_protocol_is_named_on_any_path(hub: Any, path: str, offered: list[str], chosen: str) -> None:
    with opened(hub, path, offered) as line:
        assert line.subprotocol == chosen
        line.send(encode(Connect("c"), 4))
        assert heard(line, 1) == [Connack(False, 0)]


@statement("MQTT-6.0.0-2")
def test_packets_may_be_split_and_joined_over_frames(hub: Any) -> None:
    data = (
        encode(Connect("c"), 4)
        + encode(Subscribe(1, (Request("a"),)), 4)
        + encode(Publish("a", b"x" * 100), 4) * 3
    )
    expected = [Connack(False, 0), Suback(1, (0,)), *[Publish("a", b"x" * 100)] * 3]
    for size in (1, 7, len(data)):
        with opened(hub) as line:
            for at in range(0, len(data), size):
                line.send(data[at : at + size])
            assert heard(line, 5) == expected
    with opened(hub) as line:  # one message in many frames
        line.send([data[:5], data[5:50], data[50:]])
        assert heard(line, 5) == expected


@statement("MQTT-6.0.0-1")
def test_a_text_frame_closes(hub: Any) -> None:
    with opened(hub) as line:
        line.send("hello")
        with pytest.raises(ConnectionClosed) as closed:
            line.recv(timeout=10)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1003


def test_large_messages_go_through_both_ways(hub: Any) -> None:
    payload = b"x" * 3_000_000
    with opened(hub) as line:
        line.send(encode(Connect("c"), 4) + encode(Subscribe(1, (Request("a"),)), 4))
        line.send(encode(Publish("a", payload), 4))
        assert heard(line, 3)[2] == Publish("a", payload)


def test_what_is_no_websocket_is_turned_away(hub: Any) -> None:
    import socket

    with socket.create_connection(("127.0.0.1", hub.port("mqtt-websocket")), timeout=10) as raw:
        raw.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert raw.recv(100).startswith(b"HTTP/1.1 426")
    with socket.create_connection(("127.0.0.1", hub.port("mqtt-websocket")), timeout=10) as raw:
        raw.sendall(encode(Connect("c"), 4) * 10 + b"\r\n\r\n")
        assert not raw.recv(1000).startswith(b"\x20")
