"""The library: hubs in this process, in a loop or in a thread, and what a program can do with them."""

import asyncio
import subprocess
import sys
import threading
from pathlib import Path
from urllib.request import urlopen

import pytest

import hubbub
from hubbub.settings import Settings
from tests.clients.kafka_words import Confluent, Message
from tests.unit.cli.program import ROOT, environment


def test_importing_it_costs_nothing() -> None:
    program = "import sys, hubbub; print(sorted(name for name in sys.modules if name.startswith('hubbub')))"
    result = subprocess.run(
        [sys.executable, "-c", program], env=environment({}), capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "['hubbub', 'hubbub.version']"


def test_all_that_it_offers_is_there_and_nothing_else() -> None:
    for name in hubbub.HOMES:
        assert getattr(hubbub, name) is not None
        assert name in dir(hubbub)
    with pytest.raises(AttributeError, match="no attribute 'Huub'"):
        _ = hubbub.Huub  # type: ignore[attr-defined]


def test_rooms_that_are_off_are_not_imported(tmp_path: Path) -> None:
    program = """
import sys, hubbub
with hubbub.running(kafka=False, amqp=False) as hub:
    print(*(each for each in ("kafka", "mqtt", "amqp") if f"hubbub.protocols.{each}.room" in sys.modules))
    print(*hub.ports)
"""
    result = subprocess.run(
        [sys.executable, "-c", program],
        env=environment({}), cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert result.stdout.split("\n")[:2] == ["mqtt", "mqtt mqtt-websocket"]


@pytest.mark.row("MF-176", "RQ-6", "RQ-14")
def test_a_broker_in_this_process_serves_a_real_client() -> None:
    """As the first document starts one in a unit test: the default configuration, start, a client."""
    with hubbub.running() as hub:
        client = Confluent()
        assert client.produce(hub.kafka.bootstrap, "t", [Message(0, b"hello")]) == [0]
        assert [message.value for message in client.consume(hub.kafka.bootstrap, "t", [0], 1)] == [b"hello"]


def test_several_hubs_live_in_one_loop_on_free_ports() -> None:
    async def live() -> None:
        async with hubbub.Hub() as one, hubbub.Hub() as two:
            assert not set(one.ports.values()) & set(two.ports.values())
            assert set(one.ports) == {"kafka", "mqtt", "mqtt-websocket", "amqp"}
            heard = two.subscribe("kafka:#")
            await one.publish("kafka:orders", "for one")
            await two.publish("kafka:orders", "for two")
            assert (await heard.next(within=5)).text == "for two"

    asyncio.run(live())


def test_several_hubs_live_in_threads_and_leave_no_thread() -> None:
    before = threading.active_count()
    with hubbub.running() as one, hubbub.running() as two:
        assert one.kafka.port != two.kafka.port
        assert threading.active_count() == before + 2
    assert threading.active_count() == before


@pytest.mark.parametrize("value", ["text", b"\x00octets", {"total": 99.99, "items": [1, 2]}, [1], 5, True])
def test_what_is_published_is_seen_as_it_was(
    value: str | bytes | dict[str, object] | list[object] | int,
) -> None:
    with hubbub.running(amqp_queues=[{"name": "tasks"}]) as hub, hub.subscribe("*:#") as seen:
        for address in ("kafka:orders", "mqtt:orders/new", "amqp:tasks"):
            published = hub.publish(address, value)
            message = seen.next(within=5)
            assert published.address == message.address == address
            if isinstance(value, bytes):
                assert message.value == value
            elif isinstance(value, str):
                assert message.text == value
            else:
                assert message.json() == value


def test_keys_headers_and_properties_travel() -> None:
    with hubbub.running(kafka={"default_partitions": 4}) as hub, hub.subscribe("*:#") as seen:
        sent = hub.publish(
            "kafka:orders", "x", key="order-1", headers={"source": "shop"}, correlation_id="c-1", timestamp=1_700_000_000_000
        )  # fmt: skip
        message = seen.next(within=5)
        assert (message.key, message.header("source"), message.correlation_id) == (b"order-1", "shop", "c-1")
        assert (message.partition, message.offset, message.timestamp) == (
            sent.partition,
            0,
            1_700_000_000_000,
        )
        assert hub.publish("kafka:orders", "y", partition=3).partition == 3
        hub.publish("mqtt:orders", "x", correlation_id="c-2", content_type="text/plain")
        seen.next(within=5)
        message = seen.next(within=5)
        assert (message.correlation_id, message.properties.content_type) == ("c-2", "text/plain")


def test_a_retained_message_waits_for_a_later_client() -> None:
    subscribe = pytest.importorskip("paho.mqtt.subscribe")
    with hubbub.running() as hub:
        hub.publish("mqtt:sensors/t1", "22.5", retain=True)
        message = subscribe.simple("sensors/#", hostname=hub.mqtt.host, port=hub.mqtt.port)
        assert (message.payload, message.retain) == (b"22.5", True)


def test_a_tombstone_has_no_value() -> None:
    with hubbub.running() as hub, hub.subscribe("kafka:#") as seen:
        hub.publish("kafka:orders", None, key="order-1")
        assert seen.next(within=5).is_absent


def test_what_cannot_be_published_says_why() -> None:
    with hubbub.running() as hub:
        with pytest.raises(hubbub.RefusedError, match="no exchange 'nowhere'"):
            hub.publish("amqp:nowhere/key", "x")
        with pytest.raises(hubbub.RefusedError, match="begin with one of: amqp:, kafka:, mqtt:"):
            hub.publish("orders", "x")
        with pytest.raises(hubbub.RefusedError, match="wildcard"):
            hub.publish("mqtt:sensors/+", "x")


def test_a_subscription_sees_its_pattern_alone_and_from_its_beginning() -> None:
    with hubbub.running(amqp_queues=[{"name": "tasks"}, {"name": "other"}]) as hub:
        hub.publish("mqtt:sensors/a/t", "too early")
        with hub.subscribe("mqtt:sensors/+/t") as sensors, hub.subscribe("amqp:tasks") as tasks:
            for address in (
                "mqtt:sensors/a/t",
                "mqtt:sensors/a/b/t",
                "kafka:sensors",
                "amqp:tasks",
                "amqp:other",
            ):
                hub.publish(address, address)
            assert [message.text for message in sensors.take()] == ["mqtt:sensors/a/t"]
            assert [message.text for message in tasks.take()] == ["amqp:tasks"]
            with pytest.raises(hubbub.LateError, match=r"nothing came to mqtt:sensors/\+/t within 0.01 s"):
                sensors.next(within=0.01)


def test_a_subscription_that_is_full_says_so_after_what_it_kept() -> None:
    with hubbub.running() as hub, hub.subscribe("kafka:#", most=2) as seen:
        for number in range(5):
            hub.publish("kafka:orders", str(number))
        assert [seen.next().text, seen.next().text] == ["0", "1"]
        with pytest.raises(hubbub.MissedError) as caught:
            seen.next()
        assert caught.value.missed == 3


def test_a_subscription_ends_with_its_hub() -> None:
    async def live() -> list[str]:
        async with hubbub.Hub() as hub:
            seen = hub.subscribe("kafka:#")
            await hub.publish("kafka:orders", "last")
        return [message.text async for message in seen]

    assert asyncio.run(live()) == ["last"]


def test_settings_come_from_keywords_a_file_or_a_struct(tmp_path: Path) -> None:
    file = tmp_path / "hubbub.yaml"
    file.write_text("kafka: {default_partitions: 7}\nmqtt: {enabled: false}\n", encoding="utf-8")
    from_file = hubbub.Hub(file, kafka={"auto_create_topics": False}).settings
    assert (from_file.kafka.default_partitions, from_file.kafka.auto_create_topics) == (7, False)
    assert (from_file.kafka.port, from_file.mqtt.enabled, from_file.amqp.enabled) == (0, False, True)
    flat = hubbub.Hub(kafka_default_partitions=2, kafka_port=9092, log_level="debug").settings
    assert (flat.kafka.default_partitions, flat.kafka.port, flat.amqp.port) == (2, 9092, 0)
    again = hubbub.Hub(from_file, kafka_default_partitions=8).settings
    assert (again.kafka.default_partitions, again.kafka.auto_create_topics) == (8, False)
    assert hubbub.Hub(Settings(data_dir="here")).settings.data_dir == "here"


def test_the_environment_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBBUB_KAFKA_DEFAULT_PARTITIONS", "99")
    assert hubbub.Hub().settings.kafka.default_partitions == 3


def test_the_admin_api_is_where_the_hub_says_if_it_was_switched_on() -> None:
    with hubbub.running(admin=True) as hub, urlopen(f"{hub.admin.url}/health/live") as answer:
        assert (answer.status, hub.admin.port) == (200, hub.ports["admin"])
    with hubbub.running() as hub, pytest.raises(hubbub.ConfigError, match=r"no admin port.*admin=True"):
        assert hub.admin.url


@pytest.mark.row("FX-91")
def test_bad_settings_are_all_told_at_once() -> None:
    with pytest.raises(hubbub.ConfigError) as caught:
        hubbub.Hub(kafka_prot=1, mqtt={"port": "x"}, amqp_port=70_000)
    assert len(caught.value.problems) == 3
    assert any("mqtt.port must be a whole number" in problem for problem in caught.value.problems)


def test_a_declaration_that_cannot_be_is_a_config_error() -> None:
    with (
        pytest.raises(hubbub.ConfigError, match="nonsense"),
        hubbub.running(amqp_exchanges=[{"name": "x", "type": "nonsense"}]),
    ):
        pass


@pytest.mark.row("FX-89")
def test_a_port_that_is_taken_is_a_network_error() -> None:
    with (
        hubbub.running() as hub,
        pytest.raises(hubbub.NetworkError, match=str(hub.kafka.port)),
        hubbub.running(kafka_port=hub.kafka.port),
    ):
        pass


@pytest.mark.row("FX-88")
def test_a_directory_that_cannot_be_used_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with (
        pytest.raises(hubbub.StorageError, match="not a directory"),
        hubbub.running(data_dir=str(tmp_path / "file")),
    ):
        pass


def test_a_protocol_that_is_off_has_no_place() -> None:
    with hubbub.running(mqtt=False) as hub, pytest.raises(hubbub.ConfigError, match="does not speak mqtt"):
        _ = hub.mqtt


def test_a_hub_that_does_not_run_says_so() -> None:
    with hubbub.running() as hub:
        pass
    with pytest.raises(hubbub.HubbubError, match="does not run"):
        hub.publish("kafka:orders", "x")
    hub.stop()

    async def early() -> None:
        await hubbub.Hub().publish("kafka:orders", "x")

    with pytest.raises(hubbub.HubbubError, match="does not run"):
        asyncio.run(early())


def test_it_is_typed_for_checkers(tmp_path: Path) -> None:
    """What users write is checked as strictly as what we write; nonsense is found."""
    program = tmp_path / "program.py"
    program.write_text(
        "import hubbub\n"
        "with hubbub.running(kafka={'default_partitions': 1}, mqtt=False) as hub:\n"
        "    place: str = hub.kafka.bootstrap\n"
        "    offset: int = hub.publish('kafka:orders', {'a': 1}, key='k', qos=1).offset\n"
        "    for message in hub.subscribe('mqtt:#'):\n"
        "        text: str = message.text\n"
        "    hub.publish('kafka:orders', 'x', kye='k')\n",
        encoding="utf-8",
    )
    result = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), "--config-file", str(ROOT / "pyproject.toml"), str(program)],
        env=environment({"MYPYPATH": str(ROOT / "src")}), cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "program.py:7" in result.stdout, result.stdout
    assert "Found 1 error" in result.stdout, result.stdout
