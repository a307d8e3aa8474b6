"""The same conversations with Mosquitto and with a hub, packet by packet.

A few hundred conversations are made from seeds: clients of all levels come, go, break off and come back, subscribe, unsubscribe,
publish at every QoS, with and without retain, acknowledge or do not. What each client hears is normalised (packet
identifiers by order of appearance; what a broker says of itself left out) and must be the same.

Where the two differ on purpose the conversations stay away; each such place is a test of its own here, which names the clause that
decides: the hub does what it says, and Mosquitto (2.0.11, Debian's) does not, or the test must go. Free by the standard, and so
normalised: the order of retained messages, and whether QoS 2 is delivered at PUBLISH or at PUBREL (figure 4.3).
"""

import contextlib
import random
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hubbub.protocols.mqtt.wire import packets as p
from hubbub.protocols.mqtt.wire.decode import FROM_SERVER, Decoder, Names
from hubbub.protocols.mqtt.wire.encode import encode
from hubbub.protocols.mqtt.wire.properties import (
    ConnectProperties,
    PublishProperties,
    SubscribeProperties,
    WillProperties,
)

pytestmark = pytest.mark.matrix
CONVERSATIONS = 400
STEPS = 25
FILTERS = ["a/b", "c/+", "d/#", "$share/g/e", "own/+", "kept/+"]  # the first three at every level
TOPICS = ["a/b", "c/x", "c/y", "d", "d/x/y", "e", "own/x", "kept/x", "nobody"]
LEVELS = [3, 4, 5]
ANSWERS = ("Connack", "Suback", "Unsuback", "Puback", "Pubrec", "Pubcomp", "Disconnect", "closed")


@pytest.fixture(scope="module")
def mosquitto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Its port."""
    binary = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
    if binary is None:
        pytest.skip("mosquitto is not installed (Debian: mosquitto)")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder: Path = tmp_path_factory.mktemp("mosquitto")
    (folder / "m.conf").write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\nmax_inflight_messages 0\nlog_type none\n"
    )
    with subprocess.Popen([binary, "-c", str(folder / "m.conf")]) as process:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
        yield port
        process.terminate()


class Line:
    """One connection; `settle` waits until everything said so far was answered."""

    def __init__(self, port: int, level: int) -> None:
        self.level = level
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.decoder = Decoder(Names(), readers=FROM_SERVER, level=level)
        self.kept = b""
        self.is_over = False
        self.settles = True
        self.numbers: dict[int, int] = {}

    def says(self, *packets: p.Packet) -> None:
        with contextlib.suppress(OSError):
            self.socket.sendall(b"".join(encode(packet, self.level) for packet in packets))

    def hears(self) -> list[Any]:
        """All that comes until the answer to a PINGREQ, or the end."""
        found: list[Any] = []
        pings = 1
        self.says(p.Pingreq())
        while pings and not self.is_over:
            with contextlib.suppress(OSError):
                data = self.socket.recv(1 << 16)
                self.kept += data
                if not data:
                    self.is_over = True
                    found.append("closed")
            decoded = self.decoder.decode(self.kept)
            self.kept = self.kept[decoded.used :]
            for packet in p.singles(decoded.packets):
                if isinstance(packet, p.Pingresp):
                    pings -= 1
                else:
                    found.append(self.normal(packet))
                    if self.settles and isinstance(packet, p.Publish | p.Pubrel):
                        self.settle(packet)
                        self.says(p.Pingreq())
                        pings += 1
        return found

    def settle(self, packet: Any) -> None:
        if isinstance(packet, p.Pubrel):
            self.says(p.Pubcomp(packet.packet_id))
        elif packet.qos:
            self.says((p.Puback, p.Pubrec)[packet.qos - 1](packet.packet_id))

    def normal(self, packet: Any) -> Any:
        """Without what brokers may choose: the numbers they give, what they say of themselves, the words of reasons."""
        kind = type(packet).__name__
        if isinstance(packet, p.Publish):
            number = self.numbers.setdefault(packet.packet_id, len(self.numbers)) if packet.packet_id else -1
            if packet.retain:
                number = self.numbers[packet.packet_id] = -1  # stored messages come in any order
            return (
                kind,
                packet.topic,
                packet.payload,
                packet.qos,
                packet.retain,
                packet.dup,
                number,
                packet.properties,
            )
        if isinstance(packet, p.Pubrel):
            return (kind, self.numbers.get(packet.packet_id))
        if isinstance(packet, p.Connack):
            return (kind, packet.session_present, packet.code)
        if isinstance(packet, p.Pubrec):
            return (kind, packet.packet_id, packet.reason if packet.reason >= p.Reason.UNSPECIFIED else 0)
        if isinstance(packet, p.Puback):
            return (kind, packet.packet_id, packet.reason)
        if isinstance(packet, p.Suback | p.Unsuback):
            return (kind, packet.packet_id, packet.codes)
        if isinstance(packet, p.Disconnect):
            return (kind, packet.reason)
        return (kind,)


def ordered(packets: list[Any]) -> tuple[list[Any], list[Any], list[Any]]:
    """Answers; retained messages, whose order is free; and deliveries."""
    answers = [each for each in packets if each[0] in ANSWERS]
    stored = [each for each in packets if each[0] == "Publish" and each[4]]
    return (
        answers,
        sorted(stored, key=repr),
        [each for each in packets if each not in answers and each not in stored],
    )


def play(seed: int, port: int) -> list[tuple[str, Any]]:
    """One conversation; everything that was heard, by whom."""
    dice = random.Random(seed)
    names = [f"{seed}-{each}" for each in "xyz"]
    prefix = f"{seed}/"
    lines: dict[str, Line] = {}
    heard: list[tuple[str, Any]] = []

    def gather(first: str) -> None:
        """What the deed of this client made everybody hear: its own connection is the first to settle."""
        order = [first, *names, *names]
        found: dict[str, list[Any]] = {name: [] for name in names}
        for name in order:
            if name in lines and not lines[name].is_over:
                found[name] += lines[name].hears()
        for name in names:
            what = f"step {step}, {deed} by {first[-1]}: {name[-1]} hears"
            if (
                heard
                and heard[-1][0].startswith(what.partition(":")[0])
                and any(each[0] == what for each in heard[-3:])
            ):
                next(each for each in heard[-3:] if each[0] == what)[1].extend(
                    found[name]
                )  # PUBLISH and PUBREL are one deed
            else:
                heard.append((what, found[name]))

    def where(filter_: str) -> str:
        return f"$share/g/{prefix}e" if filter_.startswith("$share") else prefix + filter_

    numbers = iter(range(1, 10_000))
    for step in range(STEPS):
        name = dice.choice(names)
        line = lines.get(name)
        deed = dice.choice(
            ["come", "subscribe", "publish", "publish", "publish", "go", "break", "unsubscribe"]
        )
        if line is None or line.is_over or deed == "come":
            if line is not None and not line.is_over:
                line.socket.close()
                line.is_over = True
                gather(name)
            level = dice.choice(LEVELS)
            properties = ConnectProperties(session_expiry=1000) if level == 5 else ConnectProperties()
            will = (
                p.Will(prefix + "d/will", b"gone", dice.randrange(3), dice.random() < 0.3)
                if dice.random() < 0.3
                else None
            )
            if line is not None:
                line.socket.close()
            line = lines[name] = Line(port, level)
            line.settles = dice.random() < 0.7
            line.says(p.Connect(name, level, dice.random() < 0.3, 0, will, properties=properties))
        elif deed == "subscribe":
            filter_ = dice.choice(FILTERS if line.level == 5 else FILTERS[:3])
            if filter_.startswith("$share") and name != names[0]:
                filter_ = "a/b"  # which member is chosen is a broker's own affair
            request = p.Request(
                where(filter_),
                2 if filter_.startswith("$share") else dice.randrange(3),
                filter_ == "own/+",
                filter_ == "kept/+",
                dice.randrange(3)
                if line.level == 5 and not filter_.startswith("$share")
                else 2 * (line.level == 5),
            )
            mark = dice.choice([None, 5, 500]) if line.level == 5 else None
            line.says(p.Subscribe(next(numbers), (request,), SubscribeProperties(subscription_id=mark)))
        elif deed == "unsubscribe":
            line.says(p.Unsubscribe(next(numbers), (where(dice.choice(FILTERS)),)))
        elif deed == "publish":
            qos = dice.randrange(3)
            number = next(numbers) if qos else 0
            payload = b"" if dice.random() < 0.2 else str(step).encode()
            user = PublishProperties(user=(("k", "1"), ("k", "2")), content_type="t", correlation_data=b"\1")
            properties = user if line.level == 5 and dice.random() < 0.4 else PublishProperties()
            retain = dice.random() < 0.3
            line.says(
                p.Publish(prefix + dice.choice(TOPICS), payload, qos, retain, False, number, properties)
            )
            if qos == 2:
                gather(name)
                line.says(p.Pubrel(number))
        elif deed == "go":
            line.says(p.Disconnect())
        else:
            line.socket.close()
            line.is_over = True
        gather(name)
    for line in lines.values():
        line.socket.close()
    return [(what, ordered(packets)) for what, packets in heard if packets]


@pytest.mark.parametrize(
    "seeds", [range(start, start + 20) for start in range(0, CONVERSATIONS, 20)], ids=str
)
def test_the_hub_says_what_mosquitto_says(mosquitto: int, hub: Any, seeds: range) -> None:
    for seed in seeds:
        theirs, ours = play(seed, mosquitto), play(seed, hub.port("mqtt"))
        for place, (their, our) in enumerate(zip(theirs, ours, strict=False)):
            assert our == their, f"seed {seed}, place {place}"
        assert len(ours) == len(theirs), f"seed {seed}"


def resubscribed_with_no_local(port: int) -> list[Any]:
    """MQTT-3.8.4-3: the same filter again replaces the subscription, its options too."""
    line = Line(port, 5)
    for no_local in (False, True):
        line.says(p.Connect("n", 5)) if not no_local else None
        line.says(p.Subscribe(1 + no_local, (p.Request("own", 0, no_local),)))
    line.says(p.Publish("own", b"x"))
    return closed(line)


def own_identifier(port: int) -> list[Any]:
    """MQTT-3.3.4-6: a client sends no subscription identifier; 0x82."""
    line = Line(port, 5)
    line.says(p.Connect("n", 5), p.Publish("a", b"x", properties=PublishProperties(subscription_ids=(1,))))
    return closed(line)


def delayed_will_of_no_session(port: int) -> list[Any]:
    """MQTT-3.1.2-8: a will is due at the end of its session, which without an expiry is at once."""
    hearing, dying = Line(port, 5), Line(port, 5)
    hearing.says(p.Connect("h", 5), p.Subscribe(1, (p.Request("w"),)))
    hearing.hears()
    dying.says(p.Connect("d", 5, will=p.Will("w", b"gone", properties=WillProperties(will_delay=30))))
    dying.hears()
    dying.socket.close()
    return closed(hearing)


def closed(line: Line) -> list[Any]:
    """What it hears, twice, so that others have had their turn."""
    heard = [*line.hears(), *line.hears()]
    line.socket.close()
    return heard


DIFFERENCES = [
    (resubscribed_with_no_local, lambda heard: all(each[0] != "Publish" for each in heard)),
    (own_identifier, lambda heard: ("Disconnect", p.Reason.PROTOCOL_ERROR) in heard),
    (delayed_will_of_no_session, lambda heard: any(each[0] == "Publish" for each in heard)),
]


@pytest.mark.parametrize(("script", "is_right"), DIFFERENCES, ids=lambda each: getattr(each, "__name__", ""))
def test_where_the_two_differ_the_standard_decides(
    mosquitto: int, hub: Any, script: Any, is_right: Any
) -> None:
    assert is_right(script(hub.port("mqtt")))
    assert not is_right(script(mosquitto)), "Mosquitto does it too: this is no difference any more"
