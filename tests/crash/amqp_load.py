"""AMQP under kills: a publisher with confirms, and a worker that takes in transactions.

The publisher sends each number once, persistent, through a fanout exchange to two durable queues; what no confirm came for may be there or
not. The worker takes from one of them and acknowledges in transactions: what was committed never comes again, what was not comes
back marked as redelivered, in its place. Nobody takes from the other queue: in the end it holds all that was confirmed, once, in order.
"""

from collections.abc import Callable
from threading import Event, Thread

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import AMQPError

from tests.crash.load import PATIENCE, Tally

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


class AmqpLoad:
    """`load.Load`."""

    room = "amqp"

    def __init__(self) -> None:
        self.tally = Tally("publisher", "worker")
        self.publisher = Publisher(self.tally)
        self.worker = Worker(self.tally)
        self._over = Event()
        self._threads: list[Thread] = []
        self._broken: list[BaseException] = []
        self._port = 0

    def begin(self, port: int) -> None:
        self._port = port
        channel = self._connected()
        channel.exchange_declare(EXCHANGE, "fanout", durable=True)
        for queue in (WORK, REST):
            channel.queue_declare(queue, durable=True)
            channel.queue_bind(queue, EXCHANGE)
        channel.connection.close()
        for client in (self.publisher, self.worker):
            self._threads.append(Thread(target=self._keep, args=(client.begin, client.step), daemon=True))
            self._threads[-1].start()

    def check_restarted(self) -> None:
        assert self._broken == []
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
        except BaseException as error:
            self._broken.append(error)
