"""Floods against a hub in a process of its own: the others go on meanwhile, and what the flood took comes back.

Each flood comes twice. What the first leaves behind (caches that have a bound, memory that the allocator keeps) serves the second: what
came back need not be taken again. The hub runs on the system's allocator, because Python's own keeps what is scattered.
"""

import os
import resource
import socket
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hubbub.protocols.mqtt.wire.packets import (
    Connack,
    Connect,
    Pingreq,
    Pingresp,
    Publish,
    Request,
    Subscribe,
)
from tests.clients.mqtt_words import Line, close_opened, honest
from tests.unit.cli.program import FREE, Serving

CONNECTIONS = 10_000
FILTERS = 100_000
LEVELS = 200
TOPICS = 60_000
AT_A_TIME = 1000
RESET = struct.pack("ii", 1, 0)
SLACK_KB = 4096


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Serving]:
    with Serving(*FREE, "--log-level", "error", folder=tmp_path, PYTHONMALLOC="malloc") as serving:
        yield serving
        close_opened()
        assert "defect" not in serving.stop()[1]


def resident_kb(hub: Serving) -> int:
    """Memory of the hub's process that is in use."""
    pages = int(Path(f"/proc/{hub.process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024


def served(line: Line) -> Line:
    """Come back when all that was said is handled."""
    assert line.says(Pingreq()).hears(1) == [Pingresp()]
    return line


def forgotten(hub: Serving) -> None:
    """Come back when the ends of connections that were closed before are handled: what comes later is."""
    served_by = Line(hub).says(Connect("later"))
    assert served_by.hears(1) == [Connack(False, 0)]
    served(served_by).socket.close()


def silent_connections(hub: Serving) -> None:
    """As many as the descriptors of a process allow, and none says CONNECT."""
    count = min(CONNECTIONS, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 500)
    lines = [socket.create_connection(("127.0.0.1", hub.port("mqtt"))) for _ in range(count)]
    with honest(hub, "in between"):
        pass
    for line in lines:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        line.close()


def filters(hub: Serving) -> None:
    """Subscriptions by the hundred thousand, one half with wildcards."""
    bomb = Line(hub).says(Connect("bomb"))
    bomb.hears(1)
    for start in range(0, FILTERS, AT_A_TIME):
        numbers = range(start, start + AT_A_TIME)
        requests = tuple(Request(f"bomb/{n}/+/#" if n % 2 else f"bomb/{n}") for n in numbers)
        bomb.says(Subscribe(1, requests)).hears(1)
        if start % 20_000 == 0:
            with honest(hub, "in between"):
                pass
    bomb.socket.close()


def levels(hub: Serving) -> None:
    """Filters and topics of 200 levels."""
    deep = Line(hub).says(Connect("deep"))
    deep.hears(1)
    for n in range(100):
        start = ["+" if n >> bit & 1 else "x" for bit in range(LEVELS - 1)]
        deep.says(Subscribe(1, (Request("/".join([*start, "here"])),))).hears(1)
    for n in range(100):
        deep.says(Publish("/".join(["x"] * (LEVELS - 1) + [f"there {n}"]), b""))
    served(deep).socket.close()


def topics(hub: Serving) -> None:
    """A topic of its own for each message, with somebody who hears them all."""
    ear = Line(hub).says(Connect("ear"), Subscribe(1, (Request("flood/#"),)))
    ear.hears(2)
    flood = Line(hub).says(Connect("flood"))
    flood.hears(1)
    for start in range(0, TOPICS, AT_A_TIME):
        flood.says(*[Publish(f"flood/{n}", b"x" * 50) for n in range(start, start + AT_A_TIME)])
        assert len(ear.hears(AT_A_TIME)) == AT_A_TIME
    for line in (flood, ear):
        line.socket.close()


def deaf_ears(hub: Serving) -> None:
    """Subscribers who never read, at QoS 0 and 1, below somebody who has much to say."""
    ears = [Line(hub).says(Connect(f"deaf {n}"), Subscribe(1, (Request("loud", n % 2),))) for n in range(4)]
    for ear in ears:
        ear.hears(2)
    loud = Line(hub).says(Connect("loud"))
    loud.hears(1)
    for number in range(300):
        loud.says(Publish("loud", b"x" * 100_000, 1, packet_id=1)).hears(1)
        if number % 100 == 0:
            with honest(hub, "in between"):
                pass
    for line in (loud, *ears):
        line.socket.close()


@pytest.mark.parametrize("flood", [silent_connections, filters, levels, topics, deaf_ears])
def test_what_a_flood_takes_comes_back(flood: Callable[[Serving], None], hub: Serving) -> None:
    with honest(hub):
        steps = [resident_kb(hub)]
        for _ in range(2):
            flood(hub)
            forgotten(hub)
            steps.append(resident_kb(hub))
    first, second = steps[1] - steps[0], steps[2] - steps[1]
    assert second < first // 4 + SLACK_KB, steps
