<<<<<<< HEAD
"""AMQP under kills: pika's publisher with confirms into a durable queue, and a consumer that acknowledges.

Each message says its number. The publisher sends again what no confirm came for, so a number may be there twice only if it was sent twice.
The consumer sees a number again only if the broker says that it was out before, or if it was sent twice; what it sees for the first time is
in order. In the end every number that was confirmed has been seen.
"""

from collections import Counter
=======
"""AMQP under kills: a publisher with confirms, and a worker that takes in transactions.

The publisher sends each number once, persistent, through a fanout exchange to two durable queues; what no confirm came for may be there or
not. The worker takes from one of them and acknowledges in transactions: what was committed never comes again, what was not comes
back marked as redelivered, in its place. Nobody takes from the other queue: in the end it holds all that was confirmed, once, in order.
"""

>>>>>>> amqp2
from collections.abc import Callable
from threading import Event, Thread

import pika
<<<<<<< HEAD
=======
from pika.adapters.blocking_connection import BlockingChannel
>>>>>>> amqp2
from pika.exceptions import AMQPError

from tests.crash.load import PATIENCE, Tally

<<<<<<< HEAD
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
=======
EXCHANGE = "fire"
WORK, REST = "work", "rest"
AT_ONCE = 20
PERSISTENT = pika.BasicProperties(delivery_mode=2)
Step = Callable[[BlockingChannel], None]


class Publisher:
    """``confirmed`` is what it was told, ``open`` what it never heard of again."""

    def __init__(self, tally: Tally) -> None:
        self.sent = 0
        self.confirmed: list[int] = []
        self.open: set[int] = set()
        self._tally = tally

    def begin(self, channel: BlockingChannel) -> None:
        channel.confirm_delivery()

    def step(self, channel: BlockingChannel) -> None:
        """Send one more and wait for its confirm."""
        number = self.sent
        self.sent += 1
        self.open.add(number)
        channel.basic_publish(EXCHANGE, "", b"%d" % number, PERSISTENT)
        self.open.discard(number)
        self.confirmed.append(number)
        self._tally.add("publisher")


class Worker:
    """``settled`` was committed, in the order in which it was taken; ``doubtful`` was out when the connection broke."""

    def __init__(self, tally: Tally) -> None:
        self.settled: list[int] = []
        self.doubtful: set[int] = set()
        self._last = -1
        self._tally = tally

    def begin(self, channel: BlockingChannel) -> None:
        channel.tx_select()
        self._last = -1

    def step(self, channel: BlockingChannel) -> None:
        """Take a few and commit them."""
        taken = []
        for _ in range(AT_ONCE):
            method, _, body = channel.basic_get(WORK)
            if method is None:
                break
            number = int(body)
            assert number > self._last, f"{number} came after {self._last}"
            assert number not in self.settled[-1000:], f"{number} was committed, and came again"
            assert method.redelivered or number not in self.doubtful, f"{number} came again without a mark"
            self._last = number
            self.doubtful.add(number)
            taken.append(number)
            channel.basic_ack(method.delivery_tag)
        channel.tx_commit()
        self.doubtful.difference_update(taken)
        self.settled += taken
        if taken:
            self._tally.add("worker")
>>>>>>> amqp2


class AmqpLoad:
    """`load.Load`."""

    room = "amqp"

    def __init__(self) -> None:
<<<<<<< HEAD
        self.tally = Tally("publisher", "receiver")
        self.publisher = Publisher(self.tally)
        self.receiver = Receiver(self.tally, self.publisher)
=======
        self.tally = Tally("publisher", "worker")
        self.publisher = Publisher(self.tally)
        self.worker = Worker(self.tally)
>>>>>>> amqp2
        self._over = Event()
        self._threads: list[Thread] = []
        self._broken: list[BaseException] = []
        self._port = 0

    def begin(self, port: int) -> None:
        self._port = port
<<<<<<< HEAD
        for client in (self.publisher, self.receiver):
            self._threads.append(Thread(target=self._keep, args=(client.run,), daemon=True))
=======
        channel = self._connected()
        channel.exchange_declare(EXCHANGE, "fanout", durable=True)
        for queue in (WORK, REST):
            channel.queue_declare(queue, durable=True)
            channel.queue_bind(queue, EXCHANGE)
        channel.connection.close()
        for client in (self.publisher, self.worker):
            self._threads.append(Thread(target=self._keep, args=(client.begin, client.step), daemon=True))
>>>>>>> amqp2
            self._threads[-1].start()

    def check_restarted(self) -> None:
        assert self._broken == []
<<<<<<< HEAD

    def finish(self) -> None:
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
        sent, seen = self.publisher.sent, self.receiver.seen
        assert {number for number, _ in seen} >= set(range(self.publisher.confirmed))
        fresh = [number for number, was_out in seen if not was_out]
        assert fresh == sorted(fresh), "what came for the first time was not in order"
        unexplained = {number: count for number, count in Counter(fresh).items() if count > sent[number]}
        assert unexplained == {}, "twice, though nobody sent it twice and the broker says it was not out"

    def _keep(self, run: Callable[[int, Event], None]) -> None:
        try:
            run(self._port, self._over)
=======
        confirmed = len(self.publisher.confirmed)
        channel = self._connected()
        count = channel.queue_declare(REST, passive=True).method.message_count
        channel.connection.close()
        assert count >= confirmed, f"{confirmed} were confirmed, {count} are there"

    def finish(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(2 * PATIENCE)
            assert not thread.is_alive()
        assert self._broken == []
        channel = self._connected()
        self.worker.begin(channel)
        before = -1
        while before != len(self.worker.settled):
            before = len(self.worker.settled)
            self.worker.step(channel)
        kept = []
        for method, _, body in iter(lambda: channel.basic_get(REST, auto_ack=True), (None, None, None)):
            assert method is not None
            kept.append(int(body))
        channel.connection.close()
        confirmed = set(self.publisher.confirmed)
        assert kept == sorted(set(kept)), "out of order, or there twice though it was sent once"
        assert confirmed <= set(kept) <= confirmed | self.publisher.open
        assert len(self.worker.settled) == len(set(self.worker.settled)), "committed twice"
        unheard = (
            self.worker.doubtful
        )  # taken in a transaction whose end nobody heard: it may have been committed
        assert confirmed <= set(self.worker.settled) | unheard
        assert set(self.worker.settled) <= confirmed | self.publisher.open

    def _connected(self) -> BlockingChannel:
        return pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", self._port)).channel()

    def _keep(self, begin: Step, step: Step) -> None:
        """One client: it comes back whenever its hub does."""
        try:
            while not self._over.is_set():
                try:
                    channel = self._connected()
                    begin(channel)
                    while not self._over.is_set():
                        step(channel)
                    channel.connection.close()
                except (AMQPError, OSError):
                    self._over.wait(0.05)  # the hub is away
>>>>>>> amqp2
        except BaseException as error:
            self._broken.append(error)
