"""AMQP under kills: pika's publisher with confirms into a durable queue, and a consumer that acknowledges.

Each message says its number. The publisher sends again what no confirm came for, so a number may be there twice only if it was sent twice.
The consumer sees a number again only if the broker says that it was out before, or if it was sent twice; what it sees for the first time is
in order. In the end every number that was confirmed has been seen.
"""

from collections import Counter
from collections.abc import Callable
from threading import Event, Thread

import pika
from pika.exceptions import AMQPError

from tests.crash.checker import Account, Position, Stream
from tests.crash.load import PATIENCE, Tally

QUEUE = "under-fire"
PERSISTENT = pika.BasicProperties(delivery_mode=2)
AWAY = (AMQPError, OSError)
"""What pika raises when the hub is gone."""
END = b"end"
BEHIND = 100
"""So many numbers, as long as the publisher runs, the consumer stays behind: a kill finds them in the queue."""
TOGETHER = 10
"""So many deliveries are acknowledged at a time: a kill finds the others out."""


def connect(port: int) -> pika.BlockingConnection:
    """Once the hub is there."""
    return pika.BlockingConnection(
        pika.ConnectionParameters(
            "127.0.0.1", port, connection_attempts=200, retry_delay=0.05, socket_timeout=PATIENCE, heartbeat=0
        )
    )


class Publisher:
    """``sent`` counts how often each number went out; ``confirmed`` those below which all are safe."""

    def __init__(self, tally: Tally) -> None:
        self.sent: Counter[int] = Counter()
        self.confirmed = 0
        self._tally = tally

    def run(self, port: int, over: Event) -> None:
        while not over.is_set():
            try:
                self._publish(port, over)
            except AWAY:
                continue

    def _publish(self, port: int, over: Event) -> None:
        channel = connect(port).channel()
        channel.queue_declare(QUEUE, durable=True)
        channel.confirm_delivery()
        while not over.is_set():
            number = self.confirmed
            self.sent[number] += 1
            channel.basic_publish("", QUEUE, b"%d" % number, PERSISTENT)
            self.confirmed = number + 1
            self._tally.add("publisher")
        channel.connection.close()


class Receiver:
    """``seen`` is what came, in order: number, and whether the broker said that it had been out before."""

    def __init__(self, tally: Tally, publisher: Publisher) -> None:
        self.seen: list[tuple[int, bool]] = []
        self.is_done = Event()
        self._tally = tally
        self._publisher = publisher

    def run(self, port: int, over: Event) -> None:
        while not self.is_done.is_set():
            try:
                self._receive(port, over)
            except AWAY:
                continue

    def _receive(self, port: int, over: Event) -> None:
        channel = connect(port).channel()
        channel.queue_declare(QUEUE, durable=True)
        channel.basic_qos(prefetch_count=20)
        for method, _, body in channel.consume(QUEUE):
            assert method is not None
            if body != END:
                self.seen.append((int(body), method.redelivered))
                self._tally.add("receiver")
                while self._publisher.confirmed - int(body) < BEHIND and not over.wait(0.002):
                    pass
            if body == END or method.delivery_tag % TOGETHER == 0:
                channel.basic_ack(method.delivery_tag, multiple=True)
            if body == END:
                self.is_done.set()
                channel.connection.close()
                return


class AmqpLoad:
    """`load.Load`."""

    room = "amqp"

    def __init__(self) -> None:
        self.tally = Tally("publisher", "receiver")
        self.publisher = Publisher(self.tally)
        self.receiver = Receiver(self.tally, self.publisher)
        self._over = Event()
        self._threads: list[Thread] = []
        self._broken: list[BaseException] = []
        self._port = 0

    def begin(self, port: int) -> None:
        self._port = port
        for client in (self.publisher, self.receiver):
            self._threads.append(Thread(target=self._keep, args=(client.run,), daemon=True))
            self._threads[-1].start()

    def positions(self) -> list[Position]:
        assert self._broken == []
        return []

    def finish(self) -> Account:
        self._over.set()
        self._threads[0].join(PATIENCE)
        connection = connect(self._port)
        channel = connection.channel()
        channel.confirm_delivery()
        channel.basic_publish("", QUEUE, END, PERSISTENT)
        connection.close()
        self._threads[1].join(PATIENCE)
        assert self._broken == []
        assert not any(thread.is_alive() for thread in self._threads), self.tally.counts
        sent = [self.publisher.sent[number] for number in range(max(self.publisher.sent) + 1)]
        confirmed = list(range(self.publisher.confirmed))
        return Account([Stream(QUEUE, "at least once", sent, confirmed, self.receiver.seen)], [])

    def _keep(self, run: Callable[[int, Event], None]) -> None:
        try:
            run(self._port, self._over)
        except BaseException as error:
            self._broken.append(error)
