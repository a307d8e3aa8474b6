"""Every YAML block of the documents and every shipped file, loaded as it is into a hub without sockets: rates, content, and an effect for every key."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from msgspec import Struct
from msgspec.structs import replace

from hubbub.fixtures.fixture import Book
from hubbub.fixtures.reading.files import Folder, Reading, read_folders, read_text
from hubbub.fixtures.sampling import Sampler
from hubbub.settings.known import DIALECT
from hubbub.settings.loading import Sources, load
from tests.mission.shipped import EXAMPLE, ORDER_EVENTS, PROTOCOLS, SENSORS, shipped, yaml_blocks
from tests.unit.fixtures.house import START, House

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
TEN_MINUTES = 600.0


def as_settings(text: str, folder: Path) -> None:
    file = folder / "mockforge.yaml"
    file.write_text(text, encoding="utf-8")
    assert load(DIALECT, Sources(file)).warnings == ()


def as_fixtures(text: str, folder: Path) -> None:
    House().load(text, folder)


def as_pace(text: str, folder: Path) -> None:
    """Three sections of three protocols, each under a comment: each is put into a fixture, as it is meant."""
    homes = {
        "Kafka": "topic: t\nvalue: {}\n",
        "MQTT": "pattern: t\npayload: {}\n",
        "AMQP": "queue: q\npayload: {}\n",
    }
    sections = re.split(r"^# (\w+)\n", text, flags=re.MULTILINE)[1:]
    assert sections[::2] == list(homes)
    for room, section in zip(sections[::2], sections[1::2], strict=True):
        House().load(homes[room] + section, folder)


def as_value(text: str, folder: Path) -> None:
    house = House(environment={"API_KEY": "k-1"})
    house.load(f"identifier: a\ntopic: t\nauto_produce: {{count: 3}}\n{text}", folder)
    house.advance(3)
    values = house.values("kafka:t")
    assert [value["sequence"] for value in values] == [1, 2, 3]
    for value in values:
        assert UUID.fullmatch(value["id"])
        assert " " in value["customer_name"]
        assert "@" in value["email"]
        assert 10 <= value["amount"] <= 1000
        assert value["amount"] == round(value["amount"], 2)
        assert TIME.fullmatch(value["created_at"])
        assert value["expires_at"] > value["created_at"]
        assert value["status"] in ("pending", "processing", "completed")
        assert value["api_key"] == "k-1"


def as_nothing(text: str, folder: Path) -> None:
    house = House()
    house.load(text, folder)
    assert house.fixtures.loaded() == []


AS: list[Callable[[str, Path], None]] = [
    as_settings, as_fixtures, as_settings, as_fixtures, as_settings, as_pace, as_value, as_fixtures, as_fixtures, as_fixtures,
    as_nothing, as_nothing, as_nothing, as_nothing,
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(AS)))
def test_every_yaml_block_of_the_document_loads_and_does_what_it_says(number: int, tmp_path: Path) -> None:
    blocks = yaml_blocks()
    if not blocks:
        pytest.skip("the mission's documents are not beside this checkout")
    assert len(blocks) == len(AS)
    AS[number](blocks[number], tmp_path)


def loaded(path: Path, *, settle: bool = True) -> tuple[House, Reading]:
    house = House()
    reading = house.fixtures.load(str(shipped(path)))
    if settle:
        house.settle()
    return house, reading


def test_the_examples_fixtures_load_unchanged_and_without_a_word() -> None:
    _, reading = loaded(EXAMPLE / "fixtures")
    assert (reading.problems, reading.warnings) == ((), ())
    assert len(reading.book.fixtures) == 9


def test_the_examples_rates_are_kept_within_two_percent_over_ten_minutes() -> None:
    house, _ = loaded(EXAMPLE / "fixtures")
    house.advance(TEN_MINUTES - 0.001)
    expected = {
        "kafka:orders.created": 3000,
        **{f"mqtt:warehouse/sensors/temperature/zone-{zone}": 120 for zone in (1, 2, 3)},
        **{f"mqtt:warehouse/sensors/humidity/zone-{zone}": 60 for zone in (1, 2)},
        "mqtt:dashboard/updates": 40,
    }
    counts: dict[str, int] = {}
    for record in house.heard:
        counts[str(record.address)] = counts.get(str(record.address), 0) + 1
    assert counts.pop("mqtt:alerts/critical", 0) <= 10
    assert set(counts) == set(expected)
    for address, count in expected.items():
        assert counts[address] == pytest.approx(count, rel=0.02)


def test_an_alert_with_a_tenth_of_a_chance_comes_about_once_in_ten_minutes() -> None:
    house = House()
    house.fixtures.load(str(shipped(EXAMPLE) / "fixtures" / "mqtt"))
    house.advance(100 * TEN_MINUTES)
    assert len(house.at("mqtt:alerts/critical")) == pytest.approx(100, abs=30)


ORDER: dict[str, Any] = {
    "event_type": "order.created", "order_id": UUID, "customer_id": re.compile(r"customer-\d{4}"), "customer_email": re.compile(r"\S+@\S+"),
    "items": [{"product_id": UUID, "name": re.compile(r".+"), "quantity": (1, 5), "price": (10.0, 500.0)}],
    "subtotal": (50.0, 2000.0), "tax": (5.0, 200.0), "shipping": (5.0, 25.0), "total": (60.0, 2225.0), "currency": "USD", "status": "pending",
    "shipping_address": {"street": re.compile(r".+"), "city": re.compile(r".+"), "state": re.compile(r".+"), "zip": re.compile(r"\d{5}"), "country": "US"},
    "payment_method": {"credit_card", "debit_card", "paypal"}, "created_at": TIME, "updated_at": TIME,
}  # fmt: skip
TEMPERATURE: dict[str, Any] = {
    "sensor_id": "temp-zone-2", "temperature": (18.0, 30.0), "unit": "celsius", "zone": "zone-2", "battery_level": (60, 100),
    "signal_strength": (-80, -30), "timestamp": TIME, "status": "active",
}  # fmt: skip


def fits(value: object, wanted: object) -> bool:
    """Whether a value has this shape: a pattern for text, bounds of the same type for numbers, a set of choices."""
    match wanted:
        case dict():
            return (
                isinstance(value, dict)
                and value.keys() == wanted.keys()
                and all(fits(value[name], wanted[name]) for name in wanted)
            )
        case list():
            return isinstance(value, list) and len(value) == len(wanted) and all(map(fits, value, wanted))
        case (least, most):
            return type(value) is type(least) and least <= value <= most
        case re.Pattern():
            return isinstance(value, str) and wanted.fullmatch(value) is not None
        case set():
            return value in wanted
        case _:
            return value == wanted


def test_orders_and_readings_have_the_shape_and_the_types_of_their_file() -> None:
    house, _ = loaded(EXAMPLE / "fixtures")
    house.advance(60)
    orders = house.at("kafka:orders.created")
    for record in orders:
        assert fits(json.loads(record.value), ORDER), record.value
        assert re.fullmatch(rb"order-[0-9a-f-]{36}", record.key or b"")
        headers = dict(record.headers)
        assert (headers["event_version"], headers["source_service"]) == (b"1.0", b"order-service")
        assert UUID.fullmatch(headers["correlation_id"].decode())
    assert len({record.key for record in orders}) == len(orders)
    for value in house.values("mqtt:warehouse/sensors/temperature/zone-2"):
        assert fits(value, TEMPERATURE), value


def test_fixtures_on_demand_wait_for_what_causes_them() -> None:
    house, _ = loaded(EXAMPLE / "fixtures")
    waiting = ["order-status-updated", "payment-processed", "inventory-updated"]
    assert [house.figures(name).doing.value for name in waiting] == ["waiting"] * 3
    assert house.figures("inventory-realtime").doing.value == "stopped"


TOLD = [
    (211, "order_created_template"), (214, "payment_success_template"), (218, "status_processing_template"),
    (222, "inventory_decrement_template"), (226, "status_shipped_template"), (236, "order_created_template"),
    (239, "payment_failed_template"), (243, "status_cancelled_template"), (258, "order_created_template"),
    (261, "fraud_check_template"), (265, "fraud_check_result_template"), (269, "payment_success_template"),
]  # fmt: skip


def test_what_is_broken_in_a_shipped_file_is_told_with_its_line_and_the_rest_runs() -> None:
    house, reading = loaded(PROTOCOLS)
    assert [(problem.where, problem.what.split("'")[3]) for problem in reading.problems] == [
        (f"{ORDER_EVENTS}:{line}", name) for line, name in TOLD
    ]
    assert [(warning.where.rpartition("/")[2], warning.what) for warning in reading.warnings] == [
        ("order-events.yaml:296", "prometheus has no effect"),
        ("order-events.yaml:306", "jaeger is not effective yet"),
        ("order-events.yaml:273", "failure_simulation is not effective yet"),
        ("order-events.yaml:12", "cluster has no effect"),
        ("iot-sensors.yaml:123", "session_expiry_interval has no effect"),
    ]
    house.advance(10)
    assert len(house.at("kafka:orders.created")) == pytest.approx(100, abs=2)


def test_the_order_events_do_what_they_say_for_ten_minutes() -> None:
    house, _ = loaded(ORDER_EVENTS)
    house.advance(TEN_MINUTES - 0.001)
    orders, payments = house.values("kafka:orders.created"), house.values("kafka:payments.processed")
    assert len(orders) == pytest.approx(6000, rel=0.02)
    totals = {order["order_id"]: order["total"] for order in orders}
    assert {payment["order_id"]: payment["amount"] for payment in payments} == totals
    failed = sum(payment["status"] == "failed" for payment in payments)
    assert failed == pytest.approx(0.02 * len(payments), abs=50)
    steps: dict[str, list[tuple[str, str]]] = {}
    for record in house.at("kafka:orders.status-updated"):
        value = json.loads(record.value)
        assert record.key == value["order_id"].encode()
        steps.setdefault(value["order_id"], []).append((value["previous_status"], value["new_status"]))
    assert set(steps) <= set(totals)
    shipped_orders = sum(("processing", "shipped") in each for each in steps.values())
    cancelled = sum(("processing", "cancelled") in each for each in steps.values())
    assert shipped_orders / (shipped_orders + cancelled) == pytest.approx(0.95, abs=0.02)
    assert {first for each in steps.values() for first in each[:1]} == {("pending", "processing")}
    for name, partitions in [
        ("orders.created", 3),
        ("orders.status-updated", 3),
        ("payments.processed", 3),
        ("inventory.updated", 5),
    ]:
        topic = house.broker.topics.find(name)
        assert topic is not None
        assert len(topic.partitions) == partitions
    created = house.broker.topics.find("orders.created")
    assert created is not None
    assert created.settings == {
        "compression.type": "gzip",
        "max.message.bytes": "1048576",
        "retention.ms": "604800000",
        "segment.ms": "86400000",
    }


def test_orders_arrive_after_days_which_injected_time_has(tmp_path: Path) -> None:
    house = House()
    file = shipped(ORDER_EVENTS)
    text = file.read_text(encoding="utf-8").replace("rate_per_second: 10 ", "interval_ms: 36000000 ")
    text = (
        text.partition("\nconsumer_groups:")[0] + "\nrelationships:" + text.partition("\nrelationships:")[2]
    )
    slow = tmp_path / "kafka.yaml"
    slow.write_text(text, encoding="utf-8")
    reading = house.fixtures.load(str(slow))
    assert len(reading.problems) == len(TOLD)
    house.advance(6 * 86400)
    ends = {value["new_status"] for value in house.values("kafka:orders.status-updated")}
    assert "delivered" in ends


def test_the_simulated_groups_of_the_order_events_lag_as_they_should() -> None:
    house, _ = loaded(ORDER_EVENTS)
    house.advance(TEN_MINUTES)
    states = {group.name: (group.state.value, len(group.roster)) for group in house.broker.groups}
    assert states == {
        "order-processor": ("stable", 1),
        "analytics-service": ("stable", 1),
        "notification-service": ("stable", 1),
    }
    # ten orders a second come, and 1000/300 are processed
    assert house.figures("order-processor").waiting == pytest.approx(
        TEN_MINUTES * (10 - 1000 / 300), rel=0.05
    )
    # half a status a second is processed of some twenty that come
    assert house.figures("notification-service").waiting > 5000


def test_the_sensors_of_the_nested_file_drift_and_wave_and_fall_silent_now_and_then() -> None:
    house, _ = loaded(SENSORS)
    house.advance(6 * 3600.0)
    readings = house.at("mqtt:sensors/temperature/1")
    values = [json.loads(record.value)["temperature"] for record in readings]
    # 5 s each, less what the network loses and the outages (0.5 % fail for 30 s) swallow
    assert 0.90 * 4320 < len(readings) < 4320
    assert all(15.0 <= value <= 30.0 for value in values)
    assert max(values) > 24.0  # a quarter of the day's wave: its top
    record = readings[0]
    assert record.properties.expires_at == record.timestamp + 300_000
    assert record.properties.reply_to == "sensors/responses/hubbub-Temperature Sensors"
    assert record.properties.retain
    humidity = house.at("mqtt:sensors/humidity/1")
    assert {json.loads(each.value)["humidity"] for each in humidity} == {35.0, 55.0}
    assert dict(humidity[0].headers) == {"sensor_type": b"DHT22", "firmware_version": b"1.2.3"}
    assert humidity[0].properties.content_type == "application/json"
    assert UUID.fullmatch((humidity[0].properties.correlation or b"").decode())
    wills = house.values("mqtt:sensors/status/disconnected")
    assert wills
    assert wills[0].keys() == {"status", "reason", "timestamp"}
    assert house.figures("log_all_sensors").sent == len(house.at("mqtt:sensors/temperature/1")) + len(
        humidity
    ) + len(wills)


# Every key has an effect: each value of each shipped file is changed, one at a time, and something must be different then.

SAYS_NOTHING = {
    ("fixture", "name"), ("fixture", "description"), ("patterns", "name"), ("subscriptions", "qos"),
}  # fmt: skip
"""Words for people; and a subscription that only logs loses nothing, whatever it asks for."""


def leaves(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(tree, dict):
        for name, child in tree.items():
            yield from leaves(child, (*path, name))
    elif isinstance(tree, list) and tree:
        for number, child in enumerate(tree):
            yield from leaves(child, (*path, number))
    else:
        yield path


def changed(value: Any) -> Any:
    match value:
        case bool():
            return not value
        case int() | float():
            return (
                value * 0.5
                if isinstance(value, float)
                else (value + 1) % 3
                if value in (0, 1, 2)
                else value + 7
            )
        case str():
            return {
                "key_hash": "round_robin",
                "earliest": "latest",
                "latest": "earliest",
                "json": "xml",
                "sinusoidal": "stepped",
                "stepped": "sinusoidal",
                "gzip": "none",
                ">": "<",
            }.get(value, f"{value}x")
        case _:
            return 1


def with_change(tree: Any, path: tuple[Any, ...]) -> Any:
    if not path:
        return changed(tree)
    first, *rest = path
    if isinstance(tree, dict):
        return {
            name: with_change(child, tuple(rest)) if name == first else child for name, child in tree.items()
        }
    return [
        with_change(child, tuple(rest)) if number == first else child for number, child in enumerate(tree)
    ]


def print_of(reading: Reading) -> object:
    """All that can be seen of a reading: what it found, its values, and a sample of each message."""
    wills = {fixture.will.name: fixture.will for fixture in reading.book.fixtures if fixture.will is not None}
    book: Book = replace(reading.book, fixtures=(*reading.book.fixtures, *wills.values()))
    sampler = Sampler(book, START * 1000, {}, seed=3)
    samples = [repr(list(sampler.samples(fixture, 3))) for fixture in book.fixtures]
    said = [re.sub(r":\d+:", ":", str(each)) for each in (*reading.problems, *reading.warnings)]
    return said, seen(book), samples


def seen(value: object) -> object:
    if isinstance(value, Struct):
        return {name: seen(getattr(value, name)) for name in value.__struct_fields__ if name != "where"}
    if isinstance(value, tuple | list):
        return [seen(item) for item in value]
    if isinstance(value, dict):
        return {name: seen(item) for name, item in value.items()}
    return (
        value
        if value is None or isinstance(value, str | int | float | bool | frozenset)
        else type(value).__name__
    )


@pytest.mark.parametrize(
    "path",
    [
        EXAMPLE / "fixtures" / "kafka" / "orders.yaml",
        EXAMPLE / "fixtures" / "mqtt" / "sensors.yaml",
        ORDER_EVENTS,
        SENSORS,
    ],
    ids=lambda path: path.name,
)
def test_every_key_of_a_shipped_file_has_an_effect_or_a_warning(path: Path) -> None:
    text = shipped(path).read_text(encoding="utf-8")
    tree = yaml.safe_load(text)
    room = path.parent.name
    before = read_text(yaml.safe_dump(tree), "f.yaml", room)
    warned = {warning.what.split(" ")[0] for warning in before.warnings}
    unchanged = []
    for leaf in leaves(tree):
        names = tuple(step for step in leaf if isinstance(step, str))
        if warned & set(names) or (names[0], names[-1]) in SAYS_NOTHING or names[0] == "scenarios":
            continue
        after = read_text(yaml.safe_dump(with_change(tree, leaf)), "f.yaml", room)
        if print_of(after) == print_of(before):
            unchanged.append(leaf)
    assert unchanged == []


def test_scenarios_of_the_order_events_run_where_their_messages_have_names(tmp_path: Path) -> None:
    text = shipped(ORDER_EVENTS).read_text(encoding="utf-8")
    tree = yaml.safe_load(text)
    names = {
        step["message"]: step["topic"] for scenario in tree["scenarios"] for step in scenario["sequence"]
    }
    topics = {topic["name"]: topic for topic in tree["topics"]}
    for name, topic in names.items():
        messages = topics.setdefault(topic, {"name": topic, "messages": []}).setdefault("messages", [])
        if name == "order_created_template":
            messages[0]["identifier"] = name
        else:
            messages.append(
                {
                    "identifier": name,
                    "key": "{{context.order_id}}",
                    "value": {"order_id": "{{context.order_id}}", "what": name},
                }
            )
    tree["topics"] = list(topics.values())
    for scenario in tree["scenarios"]:
        for step in scenario["sequence"]:
            if "delay_ms" in step:
                step["delay_ms"] = [1, 2]
    house = House()
    named = tmp_path / "kafka.yaml"
    named.write_text(yaml.safe_dump(tree), encoding="utf-8")
    reading = house.fixtures.load(str(named))
    assert reading.problems == ()
    house.advance(100)
    told = [value for record in house.heard if "what" in (value := json.loads(record.value))]
    by_order: dict[str, list[str]] = {}
    for value in told:
        by_order.setdefault(value["order_id"], []).append(value["what"])
    ways = [tuple(way) for way in by_order.values()]
    good = (
        "payment_success_template",
        "status_processing_template",
        "inventory_decrement_template",
        "status_shipped_template",
    )
    assert set(ways) == {
        good, ("payment_failed_template", "status_cancelled_template"), ("fraud_check_template", "fraud_check_result_template", "payment_success_template"),
    }  # fmt: skip
    assert ways.count(good) == pytest.approx(850, abs=50)


def test_both_folders_together_load_too() -> None:
    reading = read_folders([Folder(str(shipped(PROTOCOLS))), Folder(str(shipped(EXAMPLE) / "fixtures"))])
    assert len(reading.problems) == len(TOLD)
    assert len(reading.book.fixtures) == 16
