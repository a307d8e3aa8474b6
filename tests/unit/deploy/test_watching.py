"""The dashboard and the alerts ask for what a hub has: every metric, every label, every value that they name, after traffic of all protocols."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import paho.mqtt.client as paho
import pika
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from hubbub.protocols.kafka.options import KafkaOptions
from hubbub.settings import Settings
from tests.clients.kafka_words import Confluent, Message
from tests.clients.mqtt_words import until
from tests.clients.test_mqtt_clients import connected, subscribe
from tests.conftest import HubThread, on_free_ports
from tests.unit.cli.program import ROOT
from tests.unit.console.api import Api
from tests.unit.deploy.promql import MADE, OF_THE_SCRAPE, labels, parsed, wanted
from tools import dashboard
from tools.metrics_page import declared

DEPLOY: Final = ROOT / "deploy"
RULES: Final = DEPLOY / "prometheus" / "alerts.yaml"
BOARD: Final = json.loads(dashboard.FILE.read_text(encoding="utf-8"))
PANELS: Final = [panel for panel in BOARD["panels"] if panel["type"] != "row"]
DRAWN: Final = [
    (panel["title"], target["expr"], target["legendFormat"])
    for panel in PANELS
    for target in panel["targets"]
]
ALERTS: Final = [
    rule for group in yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"] for rule in group["rules"]
]
ASKED: Final = {expr for _, expr, _ in DRAWN} | {rule["expr"] for rule in ALERTS}
ASKED_ONCE: Final = {annotation["expr"] for annotation in BOARD["annotations"]["list"]}
CLOSED_LABELS: Final = {"reason", "protocol", "request", "api", "part", "state"}
"""Whose values are the hub's own, so that a misspelt one matches nothing for ever."""

Scrape = dict[str, list[dict[str, str]]]
"""The labels of all rows, by the name of the sample."""


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubThread]:
    """One that keeps its data, and has had clients of all kinds, honest and not."""
    folder = tmp_path_factory.mktemp("data")
    kafka = KafkaOptions(port=0, default_partitions=1)
    running = HubThread(on_free_ports(Settings(kafka=kafka, data_dir=str(folder))))
    kafka_traffic(running)
    mqtt_traffic(running)
    amqp_traffic(running)
    yield running
    running.stop()
    assert running.defects == []


def kafka_traffic(hub: HubThread) -> None:
    client, address = Confluent(), hub.address("kafka")
    client.produce(address, "orders", [Message(0, b"x")] * 10)
    client.read_group(address, "orders", "billing", 10)
    with pytest.raises(Exception, match="MSG_SIZE_TOO_LARGE"):
        client.produce(address, "orders", [Message(0, b"x" * 3_000_000)], max_bytes=5_000_000, retries=False)


def mqtt_traffic(hub: HubThread) -> None:
    with connected(hub, paho.MQTTv5, "tcp", "one") as client:
        subscribe(client, "sensors/#", 1)
        client.publish("sensors/t1", b"21", 1, retain=True).wait_for_publish(10)
        client.inbox.get(timeout=10)
    refused = paho.Client(paho.CallbackAPIVersion.VERSION2, "", protocol=paho.MQTTv31, clean_session=True)
    refused._client_id = b""  # what the library would not send by itself
    refused.connect("127.0.0.1", hub.port("mqtt"))
    until(lambda: refused.loop(0.1) != paho.MQTT_ERR_SUCCESS)


def amqp_traffic(hub: HubThread) -> None:
    with pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", hub.port("amqp"))) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.queue_declare("tasks", durable=True)
        channel.basic_publish("", "tasks", b"x", pika.BasicProperties(delivery_mode=2))
        channel.basic_ack(channel.basic_get("tasks")[0].delivery_tag)
        with pytest.raises(pika.exceptions.ChannelClosedByBroker):
            channel.queue_declare("missing", passive=True)


@pytest.fixture(scope="module")
def scrape(hub: HubThread) -> Scrape:
    """As Prometheus makes it."""
    found: Scrape = {}
    for family in text_string_to_metric_families(Api(hub).ask("GET", "/metrics").body.decode()):
        for sample in family.samples:
            found.setdefault(sample.name, []).append(dict(sample.labels))
    return found


@pytest.fixture(scope="module")
def known(scrape: Scrape) -> dict[str, frozenset[str]]:
    """The labels of all metrics, as Prometheus keeps them."""
    return {name: frozenset(rows[0]) | OF_THE_SCRAPE for name, rows in scrape.items()} | MADE


@pytest.mark.parametrize("query", sorted(ASKED | ASKED_ONCE))
def test_all_that_is_asked_for_is_there(query: str, scrape: Scrape, known: dict[str, frozenset[str]]) -> None:
    tree = parsed(query)
    asked = list(wanted(tree))
    assert asked
    for name, matchers in asked:
        assert name in known, f"{name}: no such metric, or no number of it after traffic"
        for label, value in matchers:
            if label in CLOSED_LABELS:
                seen = {row[label] for row in scrape[name]}
                if label == "request":  # a sample is measured: all that were counted count
                    seen |= {row["api"] for row in scrape["kafka_requests_total"]}
                assert set(value.split("|")) <= seen, f"{name} has {label} {seen}"
    labels(tree, known)


@pytest.mark.parametrize(("title", "query", "legend"), DRAWN, ids=lambda each: str(each)[:40])
def test_every_line_is_called_by_labels_that_it_has(
    title: str, query: str, legend: str, known: dict[str, frozenset[str]]
) -> None:
    had = labels(parsed(query), known)
    assert set(re.findall(r"{{(\w+)}}", legend)) <= had
    assert legend != "__auto" or not had, f"{title}: many lines without a name"


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_every_alert_speaks_of_labels_that_it_has(
    rule: dict[str, Any], known: dict[str, frozenset[str]]
) -> None:
    had = labels(parsed(rule["expr"]), known)
    assert set(re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"])) <= had
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert had, "one alert for each hub that is meant"


def test_a_query_that_asks_for_the_wrong_thing_would_be_noticed(known: dict[str, frozenset[str]]) -> None:
    for query in (
        'kafka_consumer_lag{queue="x"}',
        "sum by (queue) (kafka_consumer_lag)",
        "histogram_quantile(0.9, sum(rate(hubbub_request_seconds_bucket[5m])))",
        "hubbub_connections / hubbub_ready",
    ):
        with pytest.raises(AssertionError):
            labels(parsed(query), known)
    with pytest.raises(KeyError):
        labels(parsed("rate(kafka_messages_total[5m])"), known)


def test_all_that_a_hub_counts_is_on_the_dashboard_or_in_a_rule() -> None:
    """But for what only says the same again, or is for the curious."""
    apart = {
        "amqp_queues_total",
        "kafka_topic_partition_count",
        "python_gc_objects_collected_total",
        "hubbub_part_serving",
    }
    asked = {
        re.sub("_bucket$", "", name) for query in ASKED | ASKED_ONCE for name, _ in wanted(parsed(query))
    }
    assert {family.name for family in declared()} - asked == apart


def test_all_that_is_scraped_is_in_the_docs(scrape: Scrape) -> None:
    page = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))
    assert {
        name for name in scrape if {name, re.sub("_(bucket|sum|count)$", "", name)}.isdisjoint(told)
    } == set()


def test_the_names_that_others_know_lead_to_ours() -> None:
    page = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    ours = re.findall(r"^\| `mockforge_.*\| (.*) \|$", page, re.MULTILINE)
    named = {name for cell in ours for name in re.findall(r"[a-z]+_[a-z_]+", cell)}
    assert named
    assert named <= {family.name for family in declared()}


@pytest.mark.row("EX-65")
@pytest.mark.parametrize("title", ["Messages in", "Messages out"])
def test_what_the_dashboard_draws_moves_with_what_clients_do(title: str, hub: HubThread) -> None:
    """Every counter of its first panels, for each protocol: none stays at nothing."""
    (query,) = [query for each, query, _ in DRAWN if each == title]
    names = [name for name, _ in wanted(parsed(query))]
    assert [name.partition("_")[0] for name in names] == ["kafka", "mqtt", "amqp"]
    before = totals(hub, names)
    assert min(before) > 0
    kafka_traffic(hub)
    mqtt_traffic(hub)
    amqp_traffic(hub)
    assert all(now > then for now, then in zip(totals(hub, names), before, strict=True))


def totals(hub: HubThread, names: list[str]) -> list[float]:
    """Over all labels, as Prometheus reads them."""
    text = Api(hub).ask("GET", "/metrics").body.decode()
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return [sum(sample.value for sample in samples if sample.name == name) for name in names]


def test_the_dashboard_is_made_from_its_table() -> None:
    assert dashboard.FILE.read_text(encoding="utf-8") == dashboard.text(), "run `make docs`"


def test_panels_have_names_and_places_of_their_own() -> None:
    numbers = [panel["id"] for panel in BOARD["panels"]]
    assert len(numbers) == len(set(numbers))
    taken: set[tuple[int, int]] = set()
    for panel in BOARD["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < dashboard.WIDTH
        taken |= cells
    assert [panel["title"] for panel in BOARD["panels"] if panel["type"] == "row"] == [
        "Overview", "Kafka", "MQTT", "AMQP", "Storage", "Process",
    ]  # fmt: skip


def test_every_alert_is_explained_where_people_look() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert re.findall(r"^\*\*(\w+)\*\*", page, re.MULTILINE) == [rule["alert"] for rule in ALERTS]


def promtool() -> str:
    """Prometheus' own checker; skips where there is none."""
    fetched = ROOT / "build" / "prometheus" / "usr" / "bin"  # by the Makefile
    found = shutil.which("promtool", path=f"{os.environ['PATH']}{os.pathsep}{fetched}")
    if found is None:
        pytest.skip("skipped: no promtool here")
    return found


def checked(*arguments: str) -> None:
    result = subprocess.run(
        [promtool(), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=DEPLOY / "prometheus",
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_prometheus_takes_its_configuration_and_the_rules() -> None:
    checked("check", "config", "prometheus.yml")
    checked("check", "rules", "alerts.yaml")


def test_alerts_come_when_they_should_and_not_before() -> None:
    """All of them are played."""
    plays = Path(__file__).with_name("alerts_test.yaml")
    checked("test", "rules", str(plays))
    played = {
        test["alertname"]
        for each in yaml.safe_load(plays.read_text(encoding="utf-8"))["tests"]
        for test in each.get("alert_rule_test", ())
        if test["exp_alerts"]
    }
    assert played == {rule["alert"] for rule in ALERTS}


def test_prometheus_finds_nothing_to_mend_in_a_scrape(hub: HubThread) -> None:
    text = Api(hub).ask("GET", "/metrics").body
    result = subprocess.run(
        [promtool(), "check", "metrics"], input=text, capture_output=True, timeout=60, check=False
    )
    given_by_others = ("amqp_queues_total ", "kafka_topic_partition_count ")
    assert [
        line for line in result.stderr.decode().splitlines() if not line.startswith(given_by_others)
    ] == []
