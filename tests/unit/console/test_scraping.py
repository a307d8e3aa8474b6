"""Metrics and health over HTTP: what real clients did, as others read it."""

from collections.abc import Callable

import confluent_kafka
import paho.mqtt.client as paho
import pika
import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as prometheus

from hubbub.console.options import AdminOptions
from tests.conftest import HubThread
from tests.unit.console.api import PATIENCE, Answer, Api

OPEN = "application/openmetrics-text; version=1.0.0"


def samples(answer: Answer) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    parse = (
        openmetrics if answer.headers["content-type"].startswith("application/openmetrics") else prometheus
    )
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in parse(answer.body.decode())
        for sample in family.samples
    }


@pytest.mark.row("MF-167", "EX-46", "EX-47", "EX-48", "EX-49")
@pytest.mark.parametrize("path", ["/metrics", "/__mockforge/metrics"])
@pytest.mark.parametrize("accept", ["", OPEN])
def test_what_clients_did_is_counted_and_scraped_on_the_admin_port(
    hub: HubThread, path: str, accept: str
) -> None:
    producer = confluent_kafka.Producer({"bootstrap.servers": hub.address("kafka")})
    for _ in range(3):
        producer.produce("orders.created", b"x")
    assert producer.flush(PATIENCE) == 0
    client = paho.Client(paho.CallbackAPIVersion.VERSION2)
    client.connect("127.0.0.1", hub.port("mqtt"))
    client.loop_start()
    for _ in range(2):
        client.publish("sensors/t1", b"x", qos=1).wait_for_publish(PATIENCE)
    with pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", hub.port("amqp"))) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.exchange_declare("notifications", "topic")
        channel.basic_publish("notifications", "a", b"x")
        answer = Api(hub).ask("GET", path, headers={"Accept": accept} if accept else {})
    client.disconnect()
    client.loop_stop()
    assert answer.headers["content-type"].startswith(
        "application/openmetrics" if accept else "text/plain; version=0.0.4"
    )
    found = samples(answer)
    assert found["kafka_messages_produced_total", frozenset({("topic", "orders.created")})] == 3
    assert found["mqtt_messages_published_total", frozenset({("topic", "sensors/t1")})] == 2
    assert found["amqp_messages_published_total", frozenset({("exchange", "notifications")})] == 1
    assert found["mqtt_clients_connected", frozenset()] == 1


def test_health_says_how_each_part_is(hub: HubThread) -> None:
    api = Api(hub)
    report = api.get("/health")
    assert report["state"] == "healthy"
    assert {"kafka", "mqtt", "amqp", "memory"} <= set(report["parts"])
    assert api.get("/health/live")["is_alive"] is True
    assert api.get("/health/ready") == {"is_ready": True, "why": {}}


def test_a_part_that_does_not_serve_is_told_by_the_status_too(hub: HubThread) -> None:
    for listener, plan in hub.hub._places["amqp"]:
        assert plan.setting == "amqp.port"
        hub.call(listener.stop)
    api = Api(hub)
    answer = api.ask("GET", "/health/ready")
    assert (answer.status, answer.json["is_ready"], list(answer.json["why"])) == (503, False, ["amqp"])
    assert api.ask("GET", "/health").status == 503
    assert api.ask("GET", "/health/live").status == 200


def test_metrics_and_health_need_no_token(run_hub: Callable[..., HubThread]) -> None:
    api = Api(run_hub(admin=AdminOptions(host="0.0.0.0", port=0)))
    for path in ("/metrics", "/__mockforge/metrics", "/health", "/health/live", "/health/ready"):
        assert api.ask("GET", path, headers={"Host": "hubbub:9080"}).status == 200
    assert api.ask("GET", "/openapi.json").status == 401
