"""MQTT load: pre-encoded packets from one process against a broker in another; messages per second and per second of broker CPU.

    python bench/mqtt.py                              a hub of its own, all scenarios
    python bench/mqtt.py --against localhost:1884     somebody else's broker (--pid for its CPU time)
    python bench/mqtt.py --only "qos1"                scenarios whose name holds this text

"windows" means that a publisher writes that many messages at once and waits until they are settled (QoS 1, 2) or have arrived
(QoS 0). "One write per message": a window of messages, each in a system call of its own. Figures are deliveries to subscribers.
"""

import argparse
import asyncio
import contextlib
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import ClassVar, NamedTuple, cast

import uvloop

ROOT = Path(__file__).resolve().parents[1]
TICKS = os.sysconf("SC_CLK_TCK")


class Scenario(NamedTuple):
    """Publishers each write to their own topic; each topic has ``fan`` subscribers."""

    name: str
    publishers: int
    fan: int
    qos: int
    window: int
    payload: int = 64
    merge: bool = False  # all publishers to one subscriber
    single: bool = False  # every message in a write of its own


SCENARIOS = [
    Scenario("qos0 1->1 windows of 500", 1, 1, 0, 500),
    Scenario("qos0 10->10 windows of 200", 10, 1, 0, 200),
    Scenario("qos0 10->10 1 KB", 10, 1, 0, 100, 1024),
    Scenario("qos1 10->10 windows of 20", 10, 1, 1, 20),
    Scenario("qos2 10->10 windows of 10", 10, 1, 2, 10),
    Scenario("qos0 1->100 windows of 20", 1, 100, 0, 20),
    Scenario("qos1 1->100 windows of 20", 1, 100, 1, 20),
    Scenario("qos0 100->1 windows of 20", 100, 1, 0, 20, merge=True),
    Scenario("qos0 1->1 one write per message", 1, 1, 0, 100, single=True),
    Scenario("qos1 1->1 one write per message", 1, 1, 1, 20, single=True),
    Scenario("qos0 10->10 one write per message", 10, 1, 0, 20, single=True),
    Scenario("qos1 10->10 one write per message", 10, 1, 1, 20, single=True),
    Scenario("qos0 1->1 ping-pong", 1, 1, 0, 1),
    Scenario("qos1 1->1 ping-pong", 1, 1, 1, 1),
]


def packet(first: int, body: bytes) -> bytes:
    """Fixed header and body."""
    size, length = len(body), bytearray()
    while True:
        length.append(size & 127 | (128 if size > 127 else 0))
        size >>= 7
        if not size:
            return bytes((first,)) + bytes(length) + body


def text(value: str) -> bytes:
    """A string field."""
    raw = value.encode()
    return len(raw).to_bytes(2, "big") + raw


def connect(client_id: str) -> bytes:
    """CONNECT of 3.1.1, clean session, no keep alive."""
    return packet(0x10, text("MQTT") + b"\x04\x02\x00\x00" + text(client_id))


def publish(topic: str, qos: int, number: int, payload: int) -> bytes:
    """PUBLISH."""
    ids = number.to_bytes(2, "big") if qos else b""
    return packet(0x30 | qos << 1, text(topic) + ids + b"x" * payload)


class Peer(asyncio.Protocol):
    """A connection that counts what comes."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport
        self.ready = asyncio.get_running_loop().create_future()
        self.skip = 0
        self.on_data = self.early

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self.on_data(data)

    def early(self, data: bytes) -> None:
        """CONNACK, SUBACK: only their size matters."""
        self.skip -= len(data)
        if self.skip <= 0 and not self.ready.done():
            self.ready.set_result(None)

    async def expect(self, octets: int, send: bytes) -> None:
        """Send, and wait for so many octets."""
        self.ready = asyncio.get_running_loop().create_future()
        self.skip = octets
        self.transport.write(send)
        await self.ready


class Subscriber(Peer):
    """Acknowledges as its QoS asks; counts deliveries."""

    def __init__(self, scenario: Scenario, topic: str) -> None:
        super().__init__()
        self.qos = scenario.qos
        self.size = len(publish(topic, scenario.qos, 1, scenario.payload))
        self.at_id = self.size - scenario.payload - 2
        self.count = 0
        self.partial = b""
        self.partial_octets = 0
        self.wake = lambda: None

    def start(self) -> None:
        """From now on everything is a delivery."""
        self.on_data = (self.count_0, self.settle_1, self.settle_2)[self.qos]

    def count_0(self, data: bytes) -> None:
        octets = self.partial_octets + len(data)
        arrived, self.partial_octets = divmod(octets, self.size)
        self.count += arrived
        self.wake()

    def settle_1(self, data: bytes) -> None:
        data = self.partial + data
        arrived = len(data) // self.size
        used = arrived * self.size
        self.partial = data[used:]
        acks = bytearray(b"\x40\x02\0\0" * arrived)
        acks[2::4] = data[self.at_id : used : self.size]
        acks[3::4] = data[self.at_id + 1 : used : self.size]
        self.transport.write(acks)
        self.count += arrived
        self.wake()

    def settle_2(self, data: bytes) -> None:
        data = self.partial + data
        at, end, acks = 0, len(data), bytearray()
        while at < end:
            if data[at] == 0x62:
                if at + 4 > end:
                    break
                acks += b"\x70\x02" + data[at + 2 : at + 4]
                at += 4
            else:
                if at + self.size > end:
                    break
                acks += b"\x50\x02" + data[at + self.at_id : at + self.at_id + 2]
                at += self.size
                self.count += 1
        self.partial = data[at:]
        if acks:
            self.transport.write(acks)
        self.wake()


class Publisher(Peer):
    """Writes a window, waits, writes the next."""

    def __init__(self, scenario: Scenario, topic: str) -> None:
        super().__init__()
        self.window = scenario.window
        self.qos = scenario.qos
        self.batch = b"".join(
            publish(topic, scenario.qos, n + 1, scenario.payload) for n in range(scenario.window)
        )
        self.messages = [
            publish(topic, scenario.qos, n + 1, scenario.payload) for n in range(scenario.window)
        ]
        self.single = scenario.single
        self.releases = b"".join(b"\x62\x02" + (n + 1).to_bytes(2, "big") for n in range(scenario.window))
        self.receivers: list[Subscriber] = []
        self.target = 0
        self.octets = 0
        self.running = True

    def start(self) -> None:
        """Go."""
        self.on_data = self.settled
        for receiver in self.receivers:
            receiver.wake = self.arrived
        self.write()

    def write(self) -> None:
        if self.running:
            self.target += self.window
            self.octets = 0
            if self.single:
                place = self.transport.get_extra_info("socket").fileno()
                for message in self.messages:
                    if os.write(place, message) < len(message):
                        raise RuntimeError(
                            "the socket is full: the window is too large for one write per message"
                        )
            else:
                self.transport.write(self.batch)

    def arrived(self) -> None:
        """QoS 0: nothing is in flight any more."""
        if self.qos == 0 and all(receiver.count >= self.target for receiver in self.receivers):
            self.write()

    def settled(self, data: bytes) -> None:
        self.octets += len(data)
        if self.qos == 1 and self.octets >= 4 * self.window:
            self.write()
        elif self.qos == 2:
            if self.octets == 4 * self.window:
                self.transport.write(self.releases)
            elif self.octets >= 8 * self.window:
                self.write()


class MergedPublisher(Publisher):
    """One of many that write to the same subscriber: goes by its share of what has arrived."""

    everybody: ClassVar[list["MergedPublisher"]] = []

    def arrived(self) -> None:
        total = sum(one.target for one in self.everybody)
        if self.receivers[0].count >= total:
            for one in self.everybody:
                one.write()


def cpu(pid: int) -> float:
    """Seconds of CPU a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


async def run(scenario: Scenario, host: str, port: int, pid: int, seconds: float) -> tuple[float, float]:
    """Deliveries per second, and per second of the broker's CPU (nan without a pid)."""
    loop = asyncio.get_running_loop()
    publishers: list[Publisher] = []
    subscribers: list[Subscriber] = []

    async def subscriber(topic: str, filter_: str) -> Subscriber:
        _, one = await loop.create_connection(lambda: Subscriber(scenario, topic), host, port)
        await one.expect(4, connect(f"s{len(subscribers)}"))
        await one.expect(5, packet(0x82, b"\0\1" + text(filter_) + bytes((scenario.qos,))))
        subscribers.append(one)
        return one

    merged = await subscriber("bench/topic/000", "bench/topic/+") if scenario.merge else None
    MergedPublisher.everybody = []
    for n in range(scenario.publishers):
        topic = f"bench/topic/{n:03d}"
        kind = MergedPublisher if merged else Publisher
        _, one = await loop.create_connection(
            lambda kind=kind, topic=topic: kind(scenario, topic), host, port
        )
        await one.expect(4, connect(f"p{n}"))
        if merged:
            one.receivers = [merged]
            MergedPublisher.everybody.append(one)  # type: ignore[arg-type]
        else:
            one.receivers = [await subscriber(topic, topic) for _ in range(scenario.fan)]
        publishers.append(one)
    for one in subscribers:
        one.start()
    for one in publishers:
        one.start()
    await asyncio.sleep(seconds / 4)
    began, used, count = time.perf_counter(), cpu(pid) if pid else 0.0, sum(one.count for one in subscribers)
    await asyncio.sleep(seconds)
    took = time.perf_counter() - began
    burned = cpu(pid) - used if pid else float("nan")
    arrived = sum(one.count for one in subscribers) - count
    for one in publishers:
        one.running = False
    for peer in [*publishers, *subscribers]:
        peer.transport.abort()
    await asyncio.sleep(0.1)
    return arrived / took, arrived / burned if burned else float("nan")


@contextlib.contextmanager
def own_hub(port: int):
    """A hub in a process of its own."""
    code = (
        "import asyncio, uvloop\n"
        "from hubbub.app import Hub\n"
        "from hubbub.settings import Settings\n"
        "from hubbub.protocols.kafka.options import KafkaOptions\n"
        "from hubbub.protocols.mqtt.options import MqttOptions\n"
        "async def main():\n"
        f"    hub = Hub(Settings(host='127.0.0.1', kafka=KafkaOptions(enabled=False), mqtt=MqttOptions(port={port}, websocket=False)))\n"
        "    found = await hub.start()\n"
        "    print(found[0].port, flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "uvloop.run(main())\n"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline()), process.pid
        finally:
            process.kill()


async def latency(host: str, port: int, rate: int, qos: int, seconds: float) -> list[float]:
    """One publisher at a steady rate, one subscriber: milliseconds from write to arrival, sorted."""
    loop = asyncio.get_running_loop()
    scenario = Scenario("", 1, 1, qos, 1)
    topic = "bench/latency/1"
    _, hearing = await loop.create_connection(lambda: Subscriber(scenario, topic), host, port)
    _, saying = await loop.create_connection(Peer, host, port)
    await hearing.expect(4, connect("lat-s"))
    await hearing.expect(5, packet(0x82, b"\0\1" + text(topic) + bytes((qos,))))
    await saying.expect(4, connect("lat-p"))
    sent: list[float] = []
    found: list[float] = []

    def arrived() -> None:
        now = time.perf_counter()
        while len(found) < hearing.count:
            found.append((now - sent[len(found)]) * 1000)

    hearing.start()
    hearing.wake = arrived
    saying.on_data = lambda data: None
    began = time.perf_counter()
    total, step = int(rate * seconds), max(1, rate // 2000)
    while len(sent) < total:
        due = min(total, int((time.perf_counter() - began) * rate))
        for _ in range(len(sent), due, 1):
            saying.transport.write(publish(topic, qos, len(sent) % 60000 + 1, 64))
            sent.append(time.perf_counter())
        await asyncio.sleep(step / rate / 4)
    await asyncio.sleep(0.3)
    for peer in (hearing, saying):
        peer.transport.abort()
    return sorted(found)


async def idle(host: str, port: int, pid: int, wanted: int) -> tuple[int, float, float]:
    """Connections held, octets of broker memory for each, connects per second."""
    loop = asyncio.get_running_loop()
    limit = min(wanted, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 100)

    def resident() -> int:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS"))

    before, began = resident(), time.perf_counter()
    peers: list[Peer] = []

    async def one(n: int) -> None:
        _, peer = await loop.create_connection(Peer, host, port)
        await peer.expect(4, connect(f"idle-{n}"))
        peers.append(peer)

    for start in range(0, limit, 200):
        await asyncio.gather(*(one(n) for n in range(start, min(limit, start + 200))))
    took = time.perf_counter() - began
    each = (resident() - before) / len(peers)
    for peer in peers:
        peer.transport.abort()
    await asyncio.sleep(0.5)
    return len(peers), each, len(peers) / took


async def masses(host: str, port: int, count: int) -> dict[str, float]:
    """So many subscriptions and so many retained messages, each per second; and how fast they are replayed."""
    loop = asyncio.get_running_loop()
    found: dict[str, float] = {}
    _, one = await loop.create_connection(Peer, host, port)
    began = time.perf_counter()
    await one.expect(4, connect("masses"))
    found["ms to CONNACK"] = (time.perf_counter() - began) * 1000
    began = time.perf_counter()
    for start in range(0, count, 100):
        filters = b"".join(
            text(f"m/{n}/+" if n % 2 else f"m/{n}/x") + b"\0" for n in range(start, start + 100)
        )
        await one.expect(4 + 100, packet(0x82, b"\0\1" + filters))
    found["subscriptions/s"] = count / (time.perf_counter() - began)
    began = time.perf_counter()
    for start in range(0, count, 1000):
        batch = b"".join(packet(0x31, text(f"r/{n:06d}") + b"x" * 64) for n in range(start, start + 1000))
        await one.expect(2, batch + b"\xc0\x00")
    found["retained stored/s"] = count / (time.perf_counter() - began)
    _, late = await loop.create_connection(Peer, host, port)
    await late.expect(4, connect("late"))
    began = time.perf_counter()
    await late.expect(5 + 1, packet(0x82, b"\0\1" + text("r/#") + b"\0"))
    found["ms to the first replayed"] = (time.perf_counter() - began) * 1000
    size = len(packet(0x31, text("r/000000") + b"x" * 64))
    left = late.skip - 1 + count * size
    if left > 0:
        await late.expect(left, b"")
    found["retained replayed/s"] = count / (time.perf_counter() - began)
    for start in range(0, count, 1000):  # leave nothing behind
        await one.expect(
            2, b"".join(packet(0x31, text(f"r/{n:06d}")) for n in range(start, start + 1000)) + b"\xc0\x00"
        )
    for peer in (one, late):
        peer.transport.abort()
    return found


async def steady(host: str, port: int, pid: int, clients: int, seconds: float) -> tuple[float, float]:
    """So many clients, each sending one message a second to its own topic and hearing it: arrivals per second, and CPU share."""
    loop = asyncio.get_running_loop()
    scenario = Scenario("", 1, 1, 0, 1)
    peers: list[tuple[Subscriber, bytes]] = []

    async def one(n: int) -> None:
        topic = f"steady/{n:05d}"
        _, peer = await loop.create_connection(lambda: Subscriber(scenario, topic), host, port)
        await peer.expect(4, connect(f"steady-{n}"))
        await peer.expect(5, packet(0x82, b"\0\1" + text(topic) + b"\0"))
        peer.start()
        peers.append((peer, publish(topic, 0, 0, 64)))

    for start in range(0, clients, 200):
        await asyncio.gather(*(one(n) for n in range(start, min(clients, start + 200))))
    began, used = time.perf_counter(), cpu(pid) if pid else 0.0
    sent = 0
    while (elapsed := time.perf_counter() - began) < seconds:
        while sent < elapsed * clients:
            peer, message = peers[sent % clients]
            peer.transport.write(message)
            sent += 1
        await asyncio.sleep(0.001)
    await asyncio.sleep(0.2)
    took, burned = time.perf_counter() - began, cpu(pid) - used if pid else float("nan")
    arrived = sum(peer.count for peer, _ in peers)
    for peer, _ in peers:
        peer.transport.abort()
    await asyncio.sleep(0.3)
    return arrived / took, burned / took


def main() -> None:
    """Run what was asked for and print one line each."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--against", default="", help="host:port of a running broker; none: start a hub")
    arguments.add_argument("--pid", type=int, default=0, help="that broker's process id, for its CPU time")
    arguments.add_argument("--only", default="")
    arguments.add_argument("--seconds", type=float, default=3.0)
    arguments.add_argument("--idle", type=int, default=10_000)
    arguments.add_argument("--masses", type=int, default=100_000, help="subscriptions and retained messages")
    asked = arguments.parse_args()
    with contextlib.ExitStack() as stack:
        if asked.against:
            host, _, port = asked.against.rpartition(":")
            pid = asked.pid
        else:
            host = "127.0.0.1"
            port, pid = stack.enter_context(own_hub(0))
        for scenario in SCENARIOS:
            if asked.only in scenario.name:
                rate, per_cpu = uvloop.run(run(scenario, host, int(port), pid, asked.seconds))
                print(f"{scenario.name:36} {rate:12,.0f}/s {per_cpu:12,.0f} per CPU second", flush=True)
        for rate, qos in ((5_000, 0), (5_000, 1), (50_000, 0)):
            name = f"latency qos{qos} at {rate:,}/s"
            if asked.only in name:
                found = uvloop.run(latency(host, int(port), rate, qos, asked.seconds))
                points = [found[int(len(found) * part)] for part in (0.5, 0.99, 0.999)]
                print(
                    f"{name:36} p50 {points[0]:.3f}  p99 {points[1]:.3f}  p99.9 {points[2]:.3f} ms  mean {statistics.fmean(found):.3f}",
                    flush=True,
                )
        for clients in (1_000, 10_000):
            name = f"{clients:,} clients, one message a second each"
            if asked.only in name:
                limit = min(clients, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 100)
                rate, share = uvloop.run(steady(host, int(port), pid, limit, asked.seconds))
                print(f"{name:44} {rate:,.0f} arrivals/s of {limit:,}, {share:.0%} of a core", flush=True)
        if asked.only in "masses":
            for name, value in uvloop.run(masses(host, int(port), asked.masses)).items():
                print(f"{name:36} {value:12,.1f}", flush=True)
        if pid and asked.only in "idle connections":
            count, each, rate = uvloop.run(idle(host, int(port), pid, asked.idle))
            print(
                f"{'idle connections':36} {count} held, {each:,.0f} octets each, {rate:,.0f} connects/s",
                flush=True,
            )


if __name__ == "__main__":
    main()
