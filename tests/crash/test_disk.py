"""What a hub keeps on the disk is what it needs, and it comes back."""

import time
from pathlib import Path

import pika
import pytest

from tests.crash.amqp_load import AWAY, PERSISTENT, connect
from tests.crash.load import PATIENCE
from tests.crash.test_kills import arguments, free_port
from tests.unit.cli.program import Serving

MEGABYTE = 1 << 20
ROUNDS = 40
BODY = bytes(64 * 1024)


def octets_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("logs/*/*") if path.exists())


def test_a_message_that_nobody_acknowledges_does_not_keep_all_that_came_behind_it(tmp_path: Path) -> None:
    ports = {"amqp": free_port()}
    hub = Serving(*arguments(ports, "interval"), folder=tmp_path)
    try:
        connection = connect(ports["amqp"])
        channel = connection.channel()
        channel.queue_declare("q", durable=True)
        channel.confirm_delivery()
        channel.basic_publish("", "q", b"head" + BODY, PERSISTENT)
        head, _, _ = channel.basic_get("q")
        assert head is not None

        def come_and_go(number: int, body: bytes) -> None:
            for _ in range(number):
                channel.basic_publish("", "q", body, PERSISTENT)
            for _ in range(number):
                got, _, _ = channel.basic_get("q")
                assert got is not None
                channel.basic_ack(got.delivery_tag)

        for _ in range(ROUNDS):
            come_and_go(50, BODY)
        until = time.monotonic() + PATIENCE
        while octets_in(tmp_path / "data") > 40 * MEGABYTE:  # of 125 that came
            assert time.monotonic() < until
            come_and_go(1, b"small")
        channel.basic_publish("", "q", b"tail" + BODY, PERSISTENT)
        hub.process.kill()
        code, said = hub.said()
        assert code < 0, said
        with pytest.raises(AWAY):
            connection.process_data_events(PATIENCE)
        hub = Serving(*arguments(ports, "interval"), folder=tmp_path)
        connection = connect(ports["amqp"])
        channel = connection.channel()
        bodies = []
        while (got := channel.basic_get("q", auto_ack=True))[0] is not None:
            bodies.append((got[2][:4], got[0].redelivered))
        assert bodies == [(b"head", True), (b"tail", True)]
        connection.close()
        code, said = hub.stop()
        assert code == 0, said
    finally:
        hub.process.kill()
        hub.process.communicate()


def test_a_delayed_message_survives_a_kill_and_comes_when_its_time_has_come(tmp_path: Path) -> None:
    ports = {"amqp": free_port()}
    with Serving(*arguments(ports, "interval"), folder=tmp_path) as hub:
        connection = connect(ports["amqp"])
        channel = connection.channel()
        channel.exchange_declare(
            "later", "x-delayed-message", durable=True, arguments={"x-delayed-type": "direct"}
        )
        channel.queue_declare("q", durable=True)
        channel.queue_bind("q", "later", "k")
        channel.confirm_delivery()
        for body, delay in (b"minutes", 600_000), (b"moments", 1_500):
            properties = pika.BasicProperties(delivery_mode=2, headers={"x-delay": delay})
            channel.basic_publish("later", "k", body, properties)
        assert channel.basic_get("q") == (None, None, None)
        hub.process.kill()
        with pytest.raises(AWAY):
            connection.process_data_events(PATIENCE)
    with Serving(*arguments(ports, "interval"), folder=tmp_path) as hub:
        connection = connect(ports["amqp"])
        channel = connection.channel()
        _, _, body = next(channel.consume("q", inactivity_timeout=PATIENCE))
        assert body == b"moments"
        connection.close()
        code, said = hub.stop()
        assert code == 0, said
