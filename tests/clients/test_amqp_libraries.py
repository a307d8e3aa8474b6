"""Client libraries as they come, against a running hub: pika, aio-pika, py-amqp, kombu."""

import asyncio
import gc
import threading
from typing import Any

import pytest

pika = pytest.importorskip("pika")
aio_pika = pytest.importorskip("aio_pika")
amqp = pytest.importorskip("amqp")
kombu = pytest.importorskip("kombu")


def url(hub: Any) -> str:
    return f"amqp://guest:guest@127.0.0.1:{hub.port('amqp')}/%2F"


def pika_connection(hub: Any) -> Any:
    return pika.BlockingConnection(
        pika.URLParameters(url(hub) + "?socket_timeout=5&blocked_connection_timeout=5")
    )


def test_pika_returns_confirms_and_nacks(hub: Any) -> None:
    connection = pika_connection(hub)
    channel = connection.channel()
    channel.confirm_delivery()
    with pytest.raises(pika.exceptions.UnroutableError):
        channel.basic_publish("amq.direct", "nowhere", b"x", mandatory=True)
    channel.queue_declare("full", arguments={"x-max-length": 1, "x-overflow": "reject-publish"})
    channel.basic_publish("", "full", b"1")
    with pytest.raises(pika.exceptions.NackError):
        channel.basic_publish("", "full", b"2")
    connection.close()


def test_pika_hears_why_its_channel_was_closed(hub: Any) -> None:
    connection = pika_connection(hub)
    channel = connection.channel()
    with pytest.raises(pika.exceptions.ChannelClosedByBroker) as closed:
        channel.queue_declare("missing", passive=True)
    assert (closed.value.reply_code, closed.value.reply_text) == (
        404,
        "NOT_FOUND - no queue 'missing' in vhost '/'",
    )
    again = connection.channel()
    again.queue_declare("there")
    connection.close()


def test_pika_is_refused_with_a_wrong_password(hub: Any) -> None:
    wrong = pika.URLParameters(url(hub).replace("guest:guest", "guest:wrong"))
    with pytest.raises(pika.exceptions.ProbableAuthenticationError):
        pika.BlockingConnection(wrong)


def test_pika_selects(hub: Any) -> None:
    """The asynchronous adapter: everything by callback."""
    seen: list[bytes] = []

    def on_open(connection: Any) -> None:
        connection.channel(on_open_callback=on_channel)

    def on_channel(channel: Any) -> None:
        channel.queue_declare(
            "", exclusive=True, callback=lambda frame: on_queue(channel, frame.method.queue)
        )

    def on_queue(channel: Any, queue: str) -> None:
        channel.basic_consume(queue, on_message)
        for number in range(20):
            channel.basic_publish("", queue, b"%d" % number)

    def on_message(channel: Any, method: Any, properties: Any, body: bytes) -> None:
        seen.append(body)
        channel.basic_ack(method.delivery_tag)
        if len(seen) == 20:
            channel.connection.close()

    connection = pika.SelectConnection(
        pika.URLParameters(url(hub)),
        on_open_callback=on_open,
        on_close_callback=lambda connection, reason: connection.ioloop.stop(),
    )
    connection.ioloop.start()
    connection.ioloop.close()
    assert seen == [b"%d" % number for number in range(20)]


def test_pika_on_asyncio(hub: Any) -> None:
    """The adapter of asyncio: confirms by callback, a window of messages, a close that is heard."""
    from pika.adapters.asyncio_connection import AsyncioConnection

    async def talk() -> tuple[list[bytes], int]:
        loop = asyncio.get_running_loop()
        opened, queued, consumed, confirmed, closed = (loop.create_future() for _ in range(5))
        seen: list[bytes] = []
        connection = AsyncioConnection(
            pika.URLParameters(url(hub)),
            on_open_callback=lambda it: it.channel(on_open_callback=opened.set_result),
            on_close_callback=lambda it, reason: closed.set_result(reason.reply_code),
            custom_ioloop=loop,
        )
        channel = await opened

        def on_message(channel: Any, method: Any, properties: Any, body: bytes) -> None:
            seen.append(body)
            if len(seen) % 10 == 0:
                channel.basic_ack(method.delivery_tag, multiple=True)
            if len(seen) == 100:
                consumed.set_result(None)

        def on_confirm(frame: Any) -> None:
            if frame.method.delivery_tag == 100:
                confirmed.set_result(type(frame.method).__name__)

        channel.confirm_delivery(on_confirm)
        channel.queue_declare(
            "", exclusive=True, callback=lambda frame: queued.set_result(frame.method.queue)
        )
        queue = await queued
        channel.basic_qos(prefetch_count=10)
        channel.basic_consume(queue, on_message)
        for number in range(100):
            channel.basic_publish("", queue, b"%d" % number)
        await consumed
        assert await confirmed == "Ack"
        connection.close()
        return seen, await closed

    seen, code = asyncio.run(asyncio.wait_for(talk(), 20))
    assert (seen, code) == ([b"%d" % number for number in range(100)], 200)


def test_pika_calls_back_over_direct_replies(hub: Any) -> None:
    server, client = pika_connection(hub), pika_connection(hub)
    asked, asking = server.channel(), client.channel()
    asked.queue_declare("rpc")
    answers: list[bytes] = []
    asking.basic_consume(
        "amq.rabbitmq.reply-to", lambda _, __, ___, body: answers.append(body), auto_ack=True
    )
    asking.confirm_delivery()
    asking.basic_publish("", "rpc", b"2+2", pika.BasicProperties(reply_to="amq.rabbitmq.reply-to"))
    _, properties, body = asked.basic_get("rpc", auto_ack=True)
    assert body == b"2+2"
    asked.basic_publish("", properties.reply_to, b"4")
    client.process_data_events(time_limit=5)
    assert answers == [b"4"]
    server.close()
    client.close()


def test_aio_pika_robust_connections(hub: Any) -> None:
    async def run() -> list[bytes]:
        connection = await aio_pika.connect_robust(url(hub))
        async with connection:
            channel = await connection.channel(on_return_raises=True)
            await channel.set_qos(prefetch_count=3)
            exchange = await channel.declare_exchange("events", aio_pika.ExchangeType.TOPIC, durable=True)
            queue = await channel.declare_queue("orders", durable=True, arguments={"x-queue-type": "quorum"})
            await queue.bind(exchange, "order.#")
            messages = [
                aio_pika.Message(b"%d" % n, headers={"n": n}, delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
                for n in range(10)
            ]
            await asyncio.gather(*(exchange.publish(message, "order.new") for message in messages))
            seen = []
            async with queue.iterator() as waiting:
                async for message in waiting:
                    async with message.process():
                        seen.append(message.body)
                    if len(seen) == 10:
                        break
            with pytest.raises(aio_pika.exceptions.DeliveryError):
                await exchange.publish(aio_pika.Message(b"lost"), "nowhere")
            transaction = (await connection.channel(publisher_confirms=False)).transaction()
            await transaction.select()
            await transaction.rollback()
            return seen

    assert sorted(asyncio.run(run())) == [b"%d" % n for n in range(10)]


def test_py_amqp_as_kombu_uses_it(hub: Any) -> None:
    connection = amqp.Connection(
        f"127.0.0.1:{hub.port('amqp')}", userid="guest", password="guest", login_method="AMQPLAIN"
    )
    connection.connect()
    channel = connection.channel()
    channel.exchange_declare("e", "headers", auto_delete=False)
    channel.queue_declare("q", auto_delete=False)
    channel.queue_bind("q", "e", arguments={"x-match": "all", "kind": "a", "size": 3})
    channel.basic_publish(amqp.Message("no", application_headers={"kind": "a"}), "e")
    channel.basic_publish(
        amqp.Message("yes", application_headers={"kind": "a", "size": 3, "more": True}), "e"
    )
    message = channel.basic_get("q", no_ack=True)
    assert message.body == "yes"
    assert channel.basic_get("q") is None
    channel.close()
    connection.close()


def test_kombu_drains_and_requeues(hub: Any) -> None:
    seen: list[Any] = []
    with kombu.Connection(url(hub)) as connection:
        queue = kombu.Queue("k", kombu.Exchange("k", "direct"), "k", max_priority=10)
        with connection.Producer(serializer="json") as producer:
            for priority in (1, 9, 5):
                producer.publish(
                    {"p": priority},
                    exchange=queue.exchange,
                    routing_key="k",
                    declare=[queue],
                    priority=priority,
                )

        def on_message(body: Any, message: Any) -> None:
            if not message.delivery_info["redelivered"] and body["p"] == 9:
                message.requeue()
            else:
                seen.append(body["p"])
                message.ack()

        with connection.Consumer(queue, callbacks=[on_message], prefetch_count=1):
            while len(seen) < 3:
                connection.drain_events(timeout=5)
    assert seen == [9, 5, 1]


def test_a_celery_worker_does_retries_chords_and_priorities(hub: Any) -> None:
    celery = pytest.importorskip("celery")
    from celery.contrib.testing.worker import start_worker

    app = celery.Celery("tasks", broker=url(hub), backend="rpc://")
    app.conf.update(
        broker_connection_retry_on_startup=True,
        worker_hijack_root_logger=False,
        task_acks_late=True,
        worker_prefetch_multiplier=1,
        task_queue_max_priority=10,
        task_default_queue="tasks",
    )
    attempts: list[int] = []

    @app.task(bind=True, max_retries=3, name="flaky")
    def flaky(self: Any, value: int) -> int:
        attempts.append(self.request.retries)
        if self.request.retries < 2:
            raise self.retry(countdown=0)
        return value * 2

    @app.task(name="add")
    def add(left: int, right: int) -> int:
        return left + right

    with start_worker(app, perform_ping_check=False, pool="solo", loglevel="ERROR", shutdown_timeout=20):
        assert add.apply_async((2, 3), priority=7).get(timeout=20) == 5
        assert flaky.delay(21).get(timeout=20) == 42
        results = celery.group(add.s(n, n) for n in range(5)).apply_async()
        assert results.get(timeout=20) == [0, 2, 4, 6, 8]
    assert attempts == [0, 1, 2]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_celery_chord_comes_together(hub: Any) -> None:
    celery = pytest.importorskip("celery")
    from celery.contrib.testing.worker import start_worker

    app = celery.Celery("chords", broker=url(hub), backend="cache+memory://")
    app.conf.update(broker_connection_retry_on_startup=True, worker_hijack_root_logger=False)

    @app.task(name="square")
    def square(value: int) -> int:
        return value * value

    @app.task(name="total")
    def total(values: list[int]) -> int:
        return sum(values)

    with start_worker(app, perform_ping_check=False, pool="solo", loglevel="ERROR", shutdown_timeout=20):
        chord = celery.chord((square.s(n) for n in range(4)), total.s())
        assert chord.apply_async().get(timeout=20) == 14
        later = square.apply_async((9,), countdown=0.2)
        assert later.get(timeout=20) == 81
    app.pool.force_close_all()
    app.close()
    gc.collect()  # Celery forgets a socket or two; their warning belongs to this test


def test_many_connections_at_once_and_none_left_behind(hub: Any) -> None:
    """A storm: two hundred clients at once, each leaving in its own way."""
    failures: list[BaseException] = []

    def come_and_go(number: int) -> None:
        try:
            connection = amqp.Connection(hub.address("amqp"), userid="guest", password="guest")
            connection.connect()
            channel = connection.channel()
            channel.queue_declare(f"storm-{number}", exclusive=True)
            if number % 2:
                connection.close()
            else:
                connection.transport.sock.close()
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=come_and_go, args=(number,)) for number in range(200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []
    last = pika_connection(hub)
    last.channel().queue_declare("storm-1", exclusive=True)
    last.close()


def test_two_pika_workers_share_the_work_fairly(hub: Any) -> None:
    publisher = pika_connection(hub)
    channel = publisher.channel()
    channel.queue_declare("work", durable=True)
    counts = {"a": 0, "b": 0}
    both_ready = threading.Barrier(3)

    def work(name: str) -> None:
        connection = pika_connection(hub)
        mine = connection.channel()
        mine.basic_qos(prefetch_count=1)
        both_ready.wait(10)
        for method, _, body in mine.consume("work", inactivity_timeout=5):
            if method is None or body == b"stop":
                if method is not None:
                    mine.basic_ack(method.delivery_tag)
                break
            counts[name] += 1
            mine.basic_ack(method.delivery_tag)
        connection.close()

    workers = [threading.Thread(target=work, args=(name,)) for name in counts]
    for worker in workers:
        worker.start()
    both_ready.wait(10)
    for number in range(100):
        channel.basic_publish("", "work", b"%d" % number)
    for _ in workers:
        channel.basic_publish("", "work", b"stop")
    for worker in workers:
        worker.join(20)
    assert sum(counts.values()) == 100
    assert min(counts.values()) > 0
    publisher.close()
