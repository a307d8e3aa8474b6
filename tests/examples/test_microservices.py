"""The microservices event bus: one hub, six services, and the scripts of its document, each with the flow that it promises."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pika
import pytest
from confluent_kafka.admin import AdminClient
from pika.adapters.blocking_connection import BlockingChannel
from pika.spec import Basic, BasicProperties

from tests.examples.running import EXAMPLES, PATIENCE, Program, hub_of, script, steps
from tests.mission.test_serve import free_ports
from tests.unit.cli.program import Serving
from tests.unit.fixtures.house import House

EXAMPLE = "microservices-event-bus"


class Shop:
    """The hub, and where the order service listens."""

    def __init__(self, hub: Serving, port: int) -> None:
        self.hub = hub
        self.extra = {"ORDERS_PORT": str(port)}

    def run(self, *command: str) -> tuple[int, str]:
        """A script, to its end."""
        done = script(EXAMPLE, self.hub, *command, **self.extra)
        return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    (port,) = free_ports(1)
    with hub_of(EXAMPLE) as hub, Program(EXAMPLE, hub, "-m", "services", ORDERS_PORT=str(port)) as services:
        services.until("running: order, inventory, payment, notification, analytics, alerting")
        yield Shop(hub, port)


@pytest.mark.row("EX-41", "EX-25", "EX-26", "EX-27", "EX-28", "EX-29")
def test_the_happy_path(shop: Shop) -> None:
    code, printed = shop.run("scripts/test-happy-path.sh")
    assert code == 0, printed
    assert steps(printed) == [
        "Kafka orders.created", "Kafka inventory.updated", "Kafka payments.processed", "AMQP email.queue", "MQTT dashboard/updates",
    ]  # fmt: skip
    admin = AdminClient({"bootstrap.servers": f"127.0.0.1:{shop.hub.port('kafka')}"})
    groups = admin.list_consumer_groups().result(10)
    assert "analytics-service" in {group.group_id for group in groups.valid}


@pytest.mark.row("EX-42", "EX-10", "EX-2", "EX-3")
def test_out_of_stock(shop: Shop) -> None:
    code, printed = shop.run("scripts/test-out-of-stock.sh")
    assert code == 0, printed
    assert steps(printed) == [
        "Kafka orders.created", "Kafka orders.status-updated", "Kafka payments.refunded", "AMQP email.queue", "AMQP sms.queue",
    ]  # fmt: skip


@pytest.mark.row("EX-43", "EX-32", "EX-5")
def test_a_temperature_alert(shop: Shop) -> None:
    code, printed = shop.run("scripts/test-temperature-alert.sh")
    assert code == 0, printed
    assert steps(printed) == ["MQTT alerts/critical", "AMQP email.queue", "MQTT dashboard/updates"]


@pytest.mark.row("EX-44", "MF-180")
def test_load(shop: Shop) -> None:
    code, printed = shop.run("scripts/load-test.sh", "--rate", "1000", "--duration", "3")
    assert code == 0, printed
    (results,) = (json.loads(line) for line in printed.splitlines() if line.startswith("{"))
    assert results["kafka_messages"] == pytest.approx(3000, rel=0.1)
    assert results["mqtt_latency_ms_median"] > 0
    assert results["amqp_queue_depth"] >= 0


@pytest.mark.row("EX-45")
def test_stress(shop: Shop) -> None:
    code, printed = shop.run("scripts/stress-test.sh", "--connections", "300")
    assert code == 0, printed
    (results,) = (json.loads(line) for line in printed.splitlines() if line.startswith("{"))
    assert results == {
        "connections": 300,
        "received": 300,
        "refused": 0,
        "why": [],
    }


@pytest.mark.row("EX-4", "EX-15", "EX-16", "EX-17", "EX-18", "EX-19")
def test_the_exchanges_and_queues_of_the_document_are_there_from_the_start(shop: Shop) -> None:
    with pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", shop.hub.port("amqp"))) as connection:
        channel = connection.channel()
        channel.exchange_declare("notifications", "topic", durable=True)
        channel.exchange_declare("tasks", "direct", durable=True)
        for way in ("email", "sms", "push"):
            channel.basic_publish("notifications", f"notification.{way}.test", b"hello")
            depth = channel.queue_declare(f"{way}.queue", passive=True).method.message_count
            assert depth >= 1


@pytest.mark.row("EX-35")
def test_a_notification_goes_to_the_worker_of_its_way_and_to_no_other() -> None:
    heard: list[tuple[str, str]] = []

    def worker(way: str) -> Callable[[BlockingChannel, Basic.Deliver, BasicProperties, bytes], None]:
        def work(channel: BlockingChannel, delivered: Basic.Deliver, _: BasicProperties, body: bytes) -> None:
            heard.append((way, body.decode()))
            channel.basic_ack(delivered.delivery_tag or 0)

        return work

    with (
        hub_of(EXAMPLE) as hub,
        pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", hub.port("amqp"))) as connection,
    ):
        channel = connection.channel()
        for way in ("email", "sms", "push"):
            channel.basic_consume(f"{way}.queue", worker(way))
        channel.confirm_delivery()
        for way in ("sms", "push", "email"):
            body = f'{{"type": "order_confirmation", "order_id": "{way}"}}'.encode()
            channel.basic_publish("notifications", f"notification.{way}.order", body, mandatory=True)
        with pytest.raises(pika.exceptions.UnroutableError):
            channel.basic_publish("notifications", "notification.pigeon.order", b"", mandatory=True)
        while len(heard) < 3:
            connection.process_data_events(PATIENCE)
        left = [
            channel.queue_declare(f"{way}.queue", passive=True).method for way in ("email", "sms", "push")
        ]
        connection.process_data_events(0)  # what else was on its way is here by now
    assert sorted(heard) == [
        (way, f'{{"type": "order_confirmation", "order_id": "{way}"}}') for way in ("email", "push", "sms")
    ]
    assert [each.message_count for each in left] == [0, 0, 0]


@pytest.mark.row("EX-1")
def test_the_shop_is_played_without_any_service(tmp_path: Path) -> None:
    """Orders, stock, payments, live stock levels and mails, on three protocols, by relationships alone."""
    house = House()
    reading = house.fixtures.load(str(EXAMPLES / EXAMPLE / "simulation"))
    assert (reading.problems, reading.warnings) == ((), ())
    house.settle()
    house.advance(60)
    orders = {value["order_id"]: value for value in house.values("kafka:orders.created")}
    stock = house.values("kafka:inventory.updated")
    payments = house.values("kafka:payments.processed")
    mails = house.values("amqp:notifications/notification.email.order")
    levels = [record for record in house.heard if str(record.address).startswith("mqtt:inventory/updates/")]
    assert len(orders) == pytest.approx(300, abs=3)
    assert len(stock) == len(levels) == pytest.approx(600, abs=8)
    assert all(payment["amount"] == orders[payment["order_id"]]["total"] for payment in payments)
    assert all(update["quantity_change"] < 0 and update["product_name"] for update in stock)
    assert {mail["order_id"] for mail in mails} == {
        payment["order_id"] for payment in payments if payment["status"] == "success"
    }
