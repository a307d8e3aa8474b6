"""Hostile clients over real sockets: the others go on, and what was taken comes back."""

import contextlib
import random
import resource
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from hubbub.core.subscriptions import KNOWN_PATHS
from hubbub.protocols.mqtt.naming import KNOWN_PLACES
from hubbub.protocols.mqtt.options import MqttOptions
from hubbub.protocols.mqtt.wire.decode import KNOWN_NAMES
from hubbub.protocols.mqtt.wire.encode import encode
from hubbub.protocols.mqtt.wire.packets import (
    Connack,
    Connect,
    Pingreq,
    Pingresp,
    Publish,
    Request,
    Suback,
    Subscribe,
    Unsuback,
    Unsubscribe,
)
from tests.clients.mqtt_words import Line, close_opened, honest, until


@pytest.fixture(autouse=True)
def close_all() -> Iterator[None]:
    yield
    close_opened()


def readings(hub: Any) -> dict[str, Any]:
    found: dict[str, Any] = hub.call(lambda: hub.hub.desks["mqtt"].readings())
    return found


def test_random_bytes_close_their_own_connection_only(hub: Any) -> None:
    dice = random.Random(7)
    with honest(hub):
        for start in (b"", encode(Connect("x"), 4), encode(Connect("x", 5), 5)):
            for _ in range(30):
                line = Line(hub)
                with contextlib.suppress(ConnectionError):
                    line.says(start + dice.randbytes(dice.randrange(1, 400)))
                    line.socket.shutdown(socket.SHUT_WR)
                assert line.is_closed()


def test_huge_lengths_are_refused_before_anything_is_kept(run_hub: Any) -> None:
    hub = run_hub(mqtt=MqttOptions(port=0, websocket_port=0, max_packet_size=1 << 20))
    with honest(hub):
        for data in (b"\x10\xff\xff\xff\x7f", encode(Connect("x"), 4) + b"\x30\xff\xff\xff\x7f\x00\x01a"):
            assert Line(hub).says(data).is_closed()


def test_many_half_packets_and_silent_connections_disturb_nobody(hub: Any) -> None:
    count = min(1500, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2 - 200)
    with honest(hub):
        lines = [Line(hub) for _ in range(count)]
        for line in lines[::2]:
            line.says(encode(Connect("half" * 50), 4)[:40])
        with honest(hub, "another"):
            pass
        for line in lines:
            line.socket.close()
        until(lambda: readings(hub)["clients_connected"] <= 2)


def test_a_bomb_of_subscriptions_is_borne_and_forgotten(hub: Any) -> None:
    with honest(hub):
        bomb = Line(hub).says(Connect("bomb"))
        bomb.hears(1)
        for start in range(0, 20_000, 500):
            requests = tuple(Request(f"b/{n}/+/#" if n % 2 else f"b/{n}") for n in range(start, start + 500))
            bomb.says(Subscribe(1, requests))
        assert len(bomb.hears(40)) == 40
        deep = "+/" * 200 + "#"
        assert bomb.says(Subscribe(2, (Request(deep),))).hears(1) == [Suback(2, (0,))]
        assert bomb.says(Publish("/".join(["x"] * 200), b"")).hears(1)
        assert readings(hub)["subscriptions_active"] == 20_002
        bomb.socket.close()
        until(lambda: readings(hub)["subscriptions_active"] == 1)


def test_a_flood_of_topics_leaves_nothing_behind(hub: Any) -> None:
    with honest(hub):
        flood = Line(hub).says(Connect("flood"))
        flood.hears(1)
        for start in range(0, 40_000, 1000):
            flood.says(*[Publish(f"flood/{n}", b"x") for n in range(start, start + 1000)])
        assert flood.says(Pingreq()).hears(1) == [Pingresp()]
        hall = hub.hub.desks["mqtt"]._hall
        assert len(hall.places.known) <= KNOWN_PLACES
        assert len(hall.names.known) <= KNOWN_NAMES
        assert len(hall.space.subscriptions._heard) <= KNOWN_PATHS


def test_a_subscriber_that_never_reads_costs_only_itself(run_hub: Any) -> None:
    hub = run_hub(mqtt=MqttOptions(port=0, websocket_port=0, max_queued=50))
    with honest(hub):
        deaf = Line(hub).says(Connect("deaf"), Subscribe(1, (Request("loud", 1),)))
        deaf.hears(2)
        loud = Line(hub).says(Connect("loud"))
        loud.hears(1)
        for n in range(400):
            loud.says(Publish("loud", b"x" * 100_000, n % 2, packet_id=n % 2 * (n + 1)))
        until(lambda: readings(hub)["clients_connected"] == 2)
        assert readings(hub)["messages_dropped_total"].values["not_reading",] > 0
        assert readings(hub)["messages_queued_bytes"] == 0


@pytest.mark.row("MF-99")
def test_connections_above_the_limit_are_closed_at_once(run_hub: Any) -> None:
    hub = run_hub(mqtt=MqttOptions(port=0, websocket_port=0, max_connections=3))
    lines = [Line(hub).says(Connect(str(n))) for n in range(3)]
    for line in lines:
        assert line.hears(1) == [Connack(False, 0)]
    assert Line(hub).is_closed()
    lines[0].socket.close()

    def is_welcome() -> bool:
        line = Line(hub)
        with contextlib.suppress(OSError, AssertionError):
            return line.says(Connect("late")).hears(1) == [Connack(False, 0)]
        return False

    until(is_welcome)


def test_subscriptions_above_the_limit_are_refused_and_the_others_stay(run_hub: Any) -> None:
    hub = run_hub(mqtt=MqttOptions(port=0, websocket_port=0, max_subscriptions=3))
    with honest(hub):
        line = Line(hub).says(Connect("x"), *(Subscribe(n, (Request(str(n)),)) for n in range(1, 6)))
        _, *subacks = line.hears(6)
        assert subacks == [Suback(n, (0 if n <= 3 else 0x80,)) for n in range(1, 6)]
        line.says(Subscribe(6, (Request("3", 1),)), Unsubscribe(7, ("1",)), Subscribe(8, (Request("4"),)))
        assert line.hears(3) == [Suback(6, (1,)), Unsuback(7, ()), Suback(8, (0,))]
        line.says(Publish("4", b"heard"), Publish("5", b"not heard"), Pingreq())
        assert [type(packet) for packet in line.hears(2)] == [Publish, Pingresp]


@pytest.mark.row("MF-100")
def test_packets_above_the_limit_close_and_those_at_it_pass(run_hub: Any) -> None:
    hub = run_hub(mqtt=MqttOptions(port=0, websocket_port=0, max_packet_size=1_048_576))
    with honest(hub):
        exactly = encode(Publish("a", b"x" * (1_048_576 - 7)), 4)
        assert len(exactly) == 1_048_576
        line = Line(hub).says(Connect("x"), Subscribe(1, (Request("a"),)), exactly)
        assert len(line.hears(3)) == 3
        with contextlib.suppress(ConnectionError):
            line.says(encode(Publish("a", b"x" * (1_048_576 - 6)), 4))
        assert line.is_closed()
