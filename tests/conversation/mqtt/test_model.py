"""Random conversations against a naive model of the delivery rules, with disconnects and reconnects in between.

The model is one page: for each client its subscriptions, whether it is there, and what it must still hear, in order. What the
hub sends is compared after every step. Topics, filters and clients are few, so that everything meets everything.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from hubbub.protocols.mqtt.wire.packets import (
    V5,
    V311,
    Disconnect,
    Puback,
    Pubcomp,
    Publish,
    Pubrec,
    Pubrel,
    Request,
    Unsubscribe,
)
from tests.conversation.mqtt.disk import DiskHall
from tests.conversation.mqtt.words import Client, Hall

NAMES = ["a", "b", "c"]
TOPICS = ["x", "x/y", "x/z", "$s"]
FILTERS = ["x", "x/#", "x/+", "#", "+", "$s", "+/y"]
MATCHES = {
    "x": ["x"],
    "x/#": ["x", "x/y", "x/z"],
    "x/+": ["x/y", "x/z"],
    "#": ["x", "x/y", "x/z"],
    "+": ["x"],
    "$s": ["$s"],
    "+/y": ["x/y"],
}
clients = st.sampled_from(NAMES)
qoses = st.integers(0, 2)


class Peer:
    """What the model knows of one client: it acknowledges everything at once, unless it is lazy."""

    def __init__(self) -> None:
        self.subscriptions: dict[str, tuple[int, bool]] = {}
        self.lasts = False
        self.is_there = False
        self.is_lazy = False
        self.expected: list[tuple[str, bytes, int]] = []
        """What must still be heard."""
        self.unsettled: list[tuple[str, bytes, int]] = []
        """What a lazy client has heard and will hear again after a reconnect."""


class Delivery(RuleBasedStateMachine):
    """Every message reaches exactly those who should hear it, once, in order, at the right QoS."""

    def __init__(self) -> None:
        super().__init__()
        self.hall = self.open()
        self.model = {name: Peer() for name in NAMES}
        self.lines: dict[str, Client] = {}
        self.retained: dict[str, tuple[bytes, int]] = {}
        self.count = 0

    def open(self) -> Hall:
        return Hall()

    def teardown(self) -> None:
        for line in self.lines.values():
            line.breaks()

    @initialize(levels=st.tuples(*[st.sampled_from([V311, V5])] * 3), lazy=st.booleans())
    def everybody_comes(self, levels: tuple[int, ...], lazy: bool) -> None:
        for name, level in zip(NAMES, levels, strict=True):
            self.connect(name, level, False, lazy)

    @rule(name=clients, level=st.sampled_from([V311, V5]), lazy=st.booleans())
    def come_back(self, name: str, level: int, lazy: bool) -> None:
        self.connect(name, level, False, lazy)

    @rule(name=clients, level=st.sampled_from([V311, V5]), clean=st.booleans(), lazy=st.booleans())
    def connect(self, name: str, level: int, clean: bool, lazy: bool) -> None:
        peer = self.model[name]
        was_there = peer.is_there
        if was_there:
            self.part(name)
        more = {"properties": {"session_expiry": 0 if clean else 1000}} if level == V5 else {}
        expected_present = peer.lasts and not clean
        if not expected_present:
            peer.subscriptions, peer.expected, peer.unsettled = {}, [], []
        line = self.lines[name] = self.hall.client(name, level, clean_start=clean, **more)
        assert line.connack.session_present is expected_present
        peer.lasts, peer.is_there, peer.is_lazy = not clean, True, lazy
        peer.expected = peer.unsettled + peer.expected
        peer.unsettled = []

    def part(self, name: str) -> None:
        """The model's side of a connection that ends."""
        peer = self.model[name]
        peer.is_there = False
        if not peer.lasts:
            peer.subscriptions, peer.expected, peer.unsettled = {}, [], []

    @rule(name=clients, politely=st.booleans())
    def leave(self, name: str, politely: bool) -> None:
        if self.model[name].is_there:
            if politely:
                self.lines[name].says(Disconnect())
            else:
                self.lines[name].breaks()
            self.part(name)

    @rule(
        name=clients,
        filter_=st.sampled_from(FILTERS),
        qos=qoses,
        no_local=st.booleans(),
        handling=st.integers(0, 2),
    )
    def subscribe(self, name: str, filter_: str, qos: int, no_local: bool, handling: int) -> None:
        peer = self.model[name]
        if not peer.is_there:
            return
        line = self.lines[name]
        if line.level != V5:
            no_local, handling = False, 0
        before = [packet for packet in line.hears() if isinstance(packet, Publish)]
        assert before == []
        line.subscribes(Request(filter_, qos, no_local, False, handling))
        is_new = filter_ not in peer.subscriptions
        peer.subscriptions[filter_] = (qos, no_local)
        if handling == 0 or (handling == 1 and is_new):
            owed = {
                (t, payload, min(qos, q))
                for t, (payload, q) in self.retained.items()
                if t in MATCHES[filter_]
            }
            packets = line.hears()
            assert {
                (packet.topic, packet.payload, packet.qos)
                for packet in packets
                if isinstance(packet, Publish)
            } == owed
            peer.expected += [(packet.topic, packet.payload, packet.qos) for packet in packets]
            line._kept = packets

    @rule(name=clients, filter_=st.sampled_from(FILTERS))
    def unsubscribe(self, name: str, filter_: str) -> None:
        if self.model[name].is_there:
            self.lines[name].says(Unsubscribe(self.lines[name].number(), (filter_,)))
            self.model[name].subscriptions.pop(filter_, None)

    @rule(
        name=clients,
        topic=st.sampled_from(TOPICS),
        qos=qoses,
        retain=st.booleans(),
        empty=st.booleans(),
        times=st.integers(1, 3),
    )
    def publish(self, name: str, topic: str, qos: int, retain: bool, empty: bool, times: int) -> None:
        if not self.model[name].is_there:
            return
        line = self.lines[name]
        packets = []
        for _ in range(times):
            self.count += 1
            payload = b"" if empty and retain else str(self.count).encode()
            packets.append(Publish(topic, payload, qos, retain, packet_id=line.number() if qos else 0))
            if retain:
                if payload:
                    self.retained[topic] = (payload, qos)
                else:
                    self.retained.pop(topic, None)
            for other, peer in self.model.items():
                hearing = [
                    granted
                    for filter_, (granted, no_local) in peer.subscriptions.items()
                    if topic in MATCHES[filter_] and not (no_local and other == name)
                ]
                if hearing and (peer.is_there or (peer.lasts and min(qos, max(hearing)) > 0)):
                    peer.expected.append((topic, payload, min(qos, max(hearing))))
        line.says(*packets)
        if qos == 2:
            line.says(*[Pubrel(packet.packet_id) for packet in packets])

    @invariant()
    def everybody_hears_what_is_due(self) -> None:
        for name, peer in self.model.items():
            if not peer.is_there:
                continue
            line = self.lines[name]
            heard: list[tuple[str, bytes, int]] = []
            while packets := [packet for packet in line.hears() if isinstance(packet, Publish | Pubrel)]:
                for packet in packets:
                    if isinstance(packet, Pubrel):
                        line.says(Pubcomp(packet.packet_id))
                        continue
                    heard.append((packet.topic, packet.payload, packet.qos))
                    if peer.is_lazy and packet.qos:
                        peer.unsettled.append(heard[-1])
                    elif packet.qos == 1:
                        line.says(Puback(packet.packet_id))
                    elif packet.qos == 2:
                        line.says(Pubrec(packet.packet_id))
            assert heard == peer.expected
            peer.expected = []


class KeptDelivery(Delivery):
    """The same, of a hub that keeps things and is killed now and then: nobody notices but by the connection that is gone."""

    def open(self) -> Hall:
        self.folder = TemporaryDirectory()
        return DiskHall(Path(self.folder.name) / "data")

    def teardown(self) -> None:
        super().teardown()
        self.hall.engine.close()
        self.folder.cleanup()

    @rule(qos=st.integers(1, 2), sender=clients, topic=st.sampled_from(TOPICS))
    def promise(self, qos: int, sender: str, topic: str) -> None:
        """Something is owed, more often than it would be by chance."""
        for name in NAMES:
            self.subscribe(name, "x/#", qos, False, 2)
        self.publish(sender, topic, qos, False, False, 3)

    @rule(level=st.sampled_from([V311, V5]), lazy=st.booleans(), come_back=st.booleans())
    def kill(self, level: int, lazy: bool, come_back: bool) -> None:
        assert isinstance(self.hall, DiskHall)
        self.hall = self.hall.is_killed()
        for name, peer in self.model.items():
            if peer.is_there:
                self.part(name)
        self.lines = {}
        for name in NAMES:
            if come_back:
                self.connect(name, level, False, lazy)


Delivery.TestCase.settings = settings(max_examples=200, stateful_step_count=30, deadline=None)
TestDelivery = Delivery.TestCase

KeptDelivery.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestKeptDelivery = KeptDelivery.TestCase
