"""MQTT under kills: paho's publishers at QoS 1 and 2, and a subscriber with a session that outlives its connections.

Each message says its number. At QoS 2 the subscriber sees each number once, in order, whatever was killed in the middle of a handshake. At
QoS 1 it sees each at least once, the first time in order; a number comes twice only marked as a duplicate, or where the publisher had to send
it again. The messages at QoS 1 are retained, too: whoever comes later finds none older than the last that was acknowledged.

paho forgets how far a handshake at QoS 2 has come when an attempt to connect fails (it resets its messages before each attempt, and the second
time takes one that waits for PUBCOMP for a new one). So its clients come back when the hub is there again, and the hub is not killed before they
have.
"""

import socket
from collections import Counter, deque
from collections.abc import Callable
from threading import Condition, Event, Thread

from paho.mqtt.client import CallbackAPIVersion, Client, MQTTMessage

from tests.crash.load import PATIENCE, Tally

TOPICS = AT_LEAST, EXACTLY = "at-least-once", "exactly-once"
UNDER_WAY = 50
HELLO = b"\x10\x0c\x00\x04MQTT\x04\x02\x00\x3c\x00\x00"
"""CONNECT of MQTT 3.1.1, without a session."""


class Line:
    """A client with a session, and how often it has connected."""

    def __init__(self, name: str, port: int) -> None:
        self.connections = 0
        self._port = port
        self._changed = Condition()
        self.paho = Client(CallbackAPIVersion.VERSION2, name, clean_session=False)
        self.paho.reconnect_delay_set(0.01, 0.01)  # type: ignore[arg-type]
        self.paho.max_inflight_messages_set(20)
        self.paho.on_connect = lambda *told: self._connected()
        self.paho.on_disconnect = lambda *told: self.disconnected()
        self.paho.connect("127.0.0.1", port)
        self.paho.loop_start()

    def wait_for(self, connections: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self.connections >= connections, PATIENCE), (
                f"a client does not come back: {self.connections} connections, {connections} wanted"
            )

    def disconnected(self) -> None:
        """Runs in paho's thread, before it tries again: not before somebody answers. A hub that dies may still take a connection."""
        pause = Event()
        while not is_there(self._port):
            pause.wait(0.01)

    def _connected(self) -> None:
        with self._changed:
            self.connections += 1
            self._changed.notify_all()

    def close(self) -> None:
        self.paho.disconnect()
        self.paho.loop_stop()


def is_there(port: int) -> bool:
    """Whether a hub says hello."""
    try:
        with socket.create_connection(("127.0.0.1", port), PATIENCE) as probe:
            probe.sendall(HELLO)
            return probe.recv(1) != b""
    except OSError:
        return False


class Publisher:
    """``acked`` counts what was acknowledged, in order; ``resent`` has what was under way when a connection ended."""

    def __init__(self, topic: str, tally: Tally) -> None:
        self.topic = topic
        self.qos = 2 if topic == EXACTLY else 1
        self.sent = 0
        self.acked = 0
        self.resent: set[int] = set()
        self._under_way: dict[int, int] = {}
        self._answers: deque[int] = deque()
        self._has_answers = Event()
        self._tally = tally

    def begin(self, port: int) -> Line:
        self._line = Line(f"publisher of {self.topic}", port)
        self._line.paho.on_publish = lambda *told: self._heard(told[2])
        self._line.paho.on_disconnect = lambda *told: self._disconnected()
        return self._line

    def run(self, over: Event) -> None:
        paho = self._line.paho
        while not over.is_set() or self._under_way:
            if len(self._under_way) < UNDER_WAY and not over.is_set():
                number = b"%d" % self.sent
                info = paho.publish(self.topic, number, self.qos, retain=self.qos == 1)
                self._under_way[info.mid] = self.sent
                self.sent += 1
            else:
                assert self._has_answers.wait(PATIENCE), (
                    f"{len(self._under_way)} messages are not acknowledged"
                )
            self._has_answers.clear()
            while self._answers:
                del self._under_way[self._answers.popleft()]
                self.acked = min(self._under_way.values(), default=self.sent)
                self._tally.add(self.topic)
        self._line.close()

    def _disconnected(self) -> None:
        self.resent.update(self._under_way.copy().values())
        self._line.disconnected()

    def _heard(self, number: int) -> None:
        self._answers.append(number)
        self._has_answers.set()


class Subscriber:
    """``seen`` has all that came, by topic: number, and whether it was marked as a duplicate."""

    def __init__(self) -> None:
        self.seen: dict[str, list[tuple[int, bool]]] = {topic: [] for topic in TOPICS}
        self._changed = Condition()

    def begin(self, port: int) -> Line:
        """Subscribe, once: the session remembers."""
        is_subscribed = Event()
        line = Line("subscriber", port)
        line.paho.on_subscribe = lambda *told: is_subscribed.set()
        line.paho.on_message = lambda *told: self._heard(told[2])
        line.wait_for(1)
        line.paho.subscribe([(topic, 2) for topic in TOPICS])
        assert is_subscribed.wait(PATIENCE)
        return line

    def wait_for(self, topic: str, number: int) -> None:
        """Until this number has come."""
        with self._changed:
            assert self._changed.wait_for(
                lambda: bool(self.seen[topic]) and self.seen[topic][-1][0] >= number, PATIENCE
            ), f"{number} was acknowledged on {topic}, the last that came is {self.seen[topic][-1:]}"

    def _heard(self, message: MQTTMessage) -> None:
        with self._changed:
            self.seen[message.topic].append((int(message.payload), message.dup))
            self._changed.notify_all()


class MqttLoad:
    """`load.Load`."""

    room = "mqtt"

    def __init__(self) -> None:
        self.tally = Tally(*TOPICS)
        self.publishers = {topic: Publisher(topic, self.tally) for topic in TOPICS}
        self.subscriber = Subscriber()
        self._over = Event()
        self._lines: list[Line] = []
        self._lives = 1
        self._threads: list[Thread] = []
        self._broken: list[BaseException] = []
        self._port = 0

    def begin(self, port: int) -> None:
        self._port = port
        self._lines.append(self.subscriber.begin(port))
        for publisher in self.publishers.values():
            self._lines.append(publisher.begin(port))
            self._threads.append(Thread(target=self._keep, args=(publisher.run,), daemon=True))
            self._threads[-1].start()

    def check_restarted(self) -> None:
        assert self._broken == []
        self._lives += 1
        for line in self._lines:
            line.wait_for(self._lives)
        acked = self.publishers[AT_LEAST].acked
        if acked:
            retained = self._retained()
            assert retained >= acked - 1, f"{acked - 1} was acknowledged, {retained} is retained"

    def finish(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(2 * PATIENCE)
            assert not thread.is_alive()
        assert self._broken == []
        for topic, publisher in self.publishers.items():
            assert publisher.acked == publisher.sent
            self.subscriber.wait_for(topic, publisher.sent - 1)
        assert self._retained() == self.publishers[AT_LEAST].sent - 1
        self._lines[0].close()
        exactly = [number for number, _ in self.subscriber.seen[EXACTLY]]
        wanted = list(range(self.publishers[EXACTLY].sent))
        assert exactly == wanted, differences(exactly, wanted)
        at_least = self.subscriber.seen[AT_LEAST]
        first = list(dict.fromkeys(number for number, _ in at_least))
        wanted = list(range(self.publishers[AT_LEAST].sent))
        assert first == wanted, differences(first, wanted)
        unmarked = Counter(number for number, is_dup in at_least if not is_dup)
        twice = {number for number, count in unmarked.items() if count > 1}
        assert twice <= self.publishers[AT_LEAST].resent, "twice, neither marked nor sent again"

    def _retained(self) -> int:
        """What a client that comes now is given."""
        found: deque[int] = deque()
        has_come = Event()

        def heard(*told: object) -> None:
            message = told[2]
            assert isinstance(message, MQTTMessage)
            found.append(int(message.payload))
            has_come.set()

        paho = Client(CallbackAPIVersion.VERSION2)
        paho.on_message = heard
        paho.connect("127.0.0.1", self._port)
        paho.loop_start()
        paho.subscribe(AT_LEAST, 0)
        assert has_come.wait(PATIENCE), "nothing is retained"
        paho.disconnect()
        paho.loop_stop()
        return found[0]

    def _keep(self, run: Callable[[Event], None]) -> None:
        try:
            run(self._over)
        except BaseException as error:
            self._broken.append(error)


def differences(found: list[int], wanted: list[int]) -> str:
    """In a few words, for long lists."""
    twice = sorted(number for number, count in Counter(found).items() if count > 1)
    missing = sorted(set(wanted) - set(found))
    place = next((at for at, pair in enumerate(zip(found, wanted, strict=False)) if pair[0] != pair[1]), -1)
    return f"twice: {twice[:10]}, missing: {missing[:10]}, first difference at {place}: {found[place : place + 5]}"
