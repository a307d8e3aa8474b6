"""MQTT under kills: paho's clients with lasting sessions, one that publishes at each of QoS 1 and 2, one that hears both.

Each message says its number. At QoS 2 every number is heard once, in order, whatever was killed in the middle of it. At QoS 1 every number
is heard, in order when it is heard first; again only as its publisher or the hub sent it again. A retained message does not go back.
"""

from collections import Counter
from collections.abc import Callable
from queue import Queue
from threading import BoundedSemaphore, Event, Thread
from typing import Any

import paho.mqtt.client as paho

from tests.crash.checker import Account, Position, Stream
from tests.crash.load import PATIENCE, Tally

END = b"end"
WINDOW = 20
RETAINED_EVERY = 10


class Client(paho.Client):
    """paho forgets, when it tries to reconnect twice in a row, which messages the hub has already, and publishes them anew: not this one.

    ``sends`` counts how often each payload went out on each topic.
    """

    def __init__(self, name: str) -> None:
        super().__init__(paho.CallbackAPIVersion.VERSION2, name, clean_session=False)
        self.sends: Counter[tuple[bytes, bytes]] = Counter()

    def _send_publish(self, mid: int, topic: bytes, payload: Any = b"", *more: Any, **others: Any) -> Any:
        self.sends[topic, bytes(payload)] += 1
        return super()._send_publish(mid, topic, payload, *more, **others)

    def _messages_reconnect_reset_out(self) -> None:
        for message in self._out_messages.values():
            if message.state == paho.mqtt_ms_resend_pubrel:
                message.state = paho.mqtt_ms_wait_for_pubcomp
        super()._messages_reconnect_reset_out()


def client(name: str) -> Client:
    """A client that comes back by itself, to its session."""
    made = Client(name)
    made.reconnect_delay_set(0.05, 0.1)  # type: ignore[arg-type] - seconds, whole or not
    made.max_inflight_messages_set(0)  # it counts wrongly; we count ourselves
    return made


class Publisher:
    """``acknowledged`` counts those below which all are safe; ``retained`` is the highest number whose retained message is."""

    def __init__(self, qos: int, tally: Tally) -> None:
        self.qos = qos
        self.name = f"qos {qos}"
        self.acknowledged = 0
        self.retained = -1
        self.sent = 0
        self._tally = tally
        self._retaining: dict[int, int] = {}
        self._places = BoundedSemaphore(WINDOW)
        self._client = client(self.name)
        self._client.on_publish = self._heard

    def begin(self, port: int) -> None:
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()

    def run(self, over: Event) -> None:
        while not over.is_set():
            if self._places.acquire(timeout=0.1):
                self._client.publish(f"fire/{self.qos}", b"%d" % self.sent, self.qos)
                if self.sent % RETAINED_EVERY == 0 and self._places.acquire(timeout=PATIENCE):
                    told = self._client.publish(f"state/{self.qos}", b"%d" % self.sent, self.qos, retain=True)
                    self._retaining[told.mid] = self.sent
                self.sent += 1

    def end(self) -> None:
        for _ in range(WINDOW):
            assert self._places.acquire(timeout=PATIENCE), "some messages were never acknowledged"
        self._client.publish(f"fire/{self.qos}", END, self.qos).wait_for_publish(PATIENCE)
        self._client.disconnect()
        self._client.loop_stop()

    def stream(self, found: list[tuple[int, bool]]) -> Stream:
        """What became of all messages, once the last one was acknowledged."""
        topic = f"fire/{self.qos}".encode()
        sent = [self._client.sends[topic, b"%d" % number] for number in range(self.sent)]
        return Stream(
            self.name, "once" if self.qos == 2 else "at least once", sent, list(range(self.sent)), found
        )

    def _heard(self, _client: Any, _data: Any, mid: int, *_more: Any) -> None:
        retained = self._retaining.pop(mid, -1)
        if retained >= 0:
            self.retained = max(self.retained, retained)
        else:
            self.acknowledged += 1
            self._tally.add(self.name)
        try:
            self._places.release()
        except ValueError:  # the last one, which took no place
            return


class Listener:
    """``seen`` is what came, in order, by QoS: the number, and whether the hub says that it may have come before."""

    def __init__(self, tally: Tally) -> None:
        self.seen: dict[int, list[tuple[int, bool]]] = {1: [], 2: []}
        self.ended = {1: Event(), 2: Event()}
        self.is_ready = Event()
        self._tally = tally
        self._client = client("listener")
        self._client.on_message = self._heard
        self._client.on_subscribe = lambda *_: self.is_ready.set()

    def begin(self, port: int) -> None:
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        self._client.subscribe("fire/+", 2)
        assert self.is_ready.wait(PATIENCE)

    def end(self) -> None:
        for ended in self.ended.values():
            assert ended.wait(PATIENCE), "the last message was never heard"
        self._client.disconnect()
        self._client.loop_stop()

    def _heard(self, _client: Any, _data: Any, message: paho.MQTTMessage) -> None:
        qos = int(message.topic[-1])
        if message.payload == END:
            self.ended[qos].set()
        else:
            self.seen[qos].append((int(message.payload), message.dup))
            self._tally.add("listener")


class MqttLoad:
    """`load.Load`."""

    room = "mqtt"

    def __init__(self) -> None:
        self.tally = Tally("qos 1", "qos 2", "listener")
        self._publishers = [Publisher(qos, self.tally) for qos in (1, 2)]
        self._listener = Listener(self.tally)
        self._over = Event()
        self._port = 0
        self._broken: list[BaseException] = []
        self._threads: list[Thread] = []

    def begin(self, port: int) -> None:
        self._port = port
        self._listener.begin(port)
        for publisher in self._publishers:
            publisher.begin(port)
            thread = Thread(target=self._guarded, args=(publisher.run, self._over), daemon=True)
            self._threads.append(thread)
            thread.start()

    def positions(self) -> list[Position]:
        """What was acknowledged of retained messages before somebody looked is there when they look."""
        promised = [(publisher.qos, publisher.retained) for publisher in self._publishers]
        return [
            Position(f"retained at QoS {qos}", number, self._retained(qos))
            for qos, number in promised
            if number >= 0
        ]

    def finish(self) -> Account:
        self._over.set()
        for thread in self._threads:
            thread.join(PATIENCE)
        assert not self._broken, self._broken
        for publisher in self._publishers:
            publisher.end()
        self._listener.end()
        seen = self._listener.seen
        return Account([publisher.stream(seen[publisher.qos]) for publisher in self._publishers], [])

    def _guarded(self, run: Callable[[Event], None], over: Event) -> None:
        try:
            run(over)
        except BaseException as error:
            self._broken.append(error)

    def _retained(self, qos: int) -> int:
        found: Queue[int] = Queue()
        looker = paho.Client(paho.CallbackAPIVersion.VERSION2)
        looker.on_message = lambda _client, _data, message: found.put(int(message.payload))
        looker.connect("127.0.0.1", self._port)
        looker.subscribe(f"state/{qos}", 1)
        looker.loop_start()
        try:
            return found.get(timeout=PATIENCE)
        finally:
            looker.disconnect()
            looker.loop_stop()
