"""What a program can see and change in its hub: topics, groups, figures, health; and hubs by their purpose."""

import asyncio
import socket
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

import hubbub
from hubbub import Consumer, ConsumerConfig
from hubbub.observe.health import State

PATIENCE = 60


def in_loop(visit: Callable[[hubbub.Hub], Coroutine[Any, Any, None]], **choices: Any) -> None:
    """Visit a hub, within bounds."""

    async def run() -> None:
        async with asyncio.timeout(PATIENCE), hubbub.Hub(**choices) as hub:
            await visit(hub)

    asyncio.run(run())


@pytest.mark.row("FX-56", "FX-57", "FX-58", "FX-59", "FX-60", "FX-61")
def test_topics_are_made_listed_and_deleted() -> None:
    week = 7 * 24 * 3600 * 1000
    with hubbub.running() as hub:
        made = hub.topics.create("events", 3, retention_ms=week, segment_bytes=1 << 30)
        assert (made.name, made.partitions, made.records) == ("events", 3, 0)
        assert made.settings == {"retention.ms": str(week), "segment.bytes": str(1 << 30)}
        hub.topics.create("others", 1, settings={"cleanup.policy": "compact"})
        hub.publish("kafka:events", "x")
        assert [(topic.name, topic.partitions, topic.records) for topic in hub.topics.list()] == [
            ("events", 3, 1),
            ("others", 1, 0),
        ]
        for name, partitions, words in (
            ("events", 3, "topic events: it is there already"),
            ("bad/name", 1, "bad/name"),
            ("many", 20_000, "a topic has 1 to 10000"),
        ):
            with pytest.raises(hubbub.RefusedError, match=words):
                hub.topics.create(name, partitions)
        with pytest.raises(hubbub.RefusedError, match=r"retention\.ms"):
            hub.topics.create("short", retention_ms=-7)
        hub.topics.delete("events")
        assert [topic.name for topic in hub.topics.list()] == ["others"]
        for gone in (hub.topics.describe, hub.topics.delete):
            with pytest.raises(hubbub.RefusedError, match="topic events: there is none"):
                gone("events")


@pytest.mark.row("FX-38", "FX-39", "FX-40")
def test_groups_tell_who_reads_what_and_how_far_they_are_behind() -> None:
    async def visit(hub: hubbub.Hub) -> None:
        await hub.topics.create("t", 3)
        for number in range(9):
            await hub.publish("kafka:t", str(number), partition=number % 3)
        config = ConsumerConfig("t", partition=None, group_id="readers", poll_interval_ms=50)
        async with Consumer(hub.kafka.bootstrap, config) as consumer:
            for _ in range(4):
                await anext(consumer)
            await consumer.commit()
            (group,) = hub.groups.list()
            assert group == hub.groups.describe("readers")
            assert (group.group_id, group.state, group.member_count) == ("readers", "stable", 1)
            assert group.total_assigned_partitions == 3
            (member,) = group.members
            assert member.partitions == (("t", 0), ("t", 1), ("t", 2))
            assert (member.is_leader, member.id, member.client_id) == (True, group.leader_id, "hubbub")
            assert group.assignment_strategy == "roundrobin"
            assert group.generation_id >= 1
            assert sum(each.offset for each in group.offsets) == 4
            assert group.lag == sum(each.lag for each in group.offsets)
            with pytest.raises(hubbub.RefusedError, match="group readers"):
                await hub.groups.delete("readers")
        await hub.groups.delete("readers")
        assert hub.groups.list() == []
        with pytest.raises(hubbub.RefusedError, match="group readers: there is none"):
            hub.groups.describe("readers")

    in_loop(visit)


@pytest.mark.row("FX-4", "FX-44", "FX-45", "FX-46", "FX-47")
def test_a_snapshot_tells_how_much_a_hub_does(tmp_path: Path) -> None:
    with hubbub.running(data_dir=str(tmp_path)) as hub:
        for number in range(10):
            hub.publish("kafka:t", str(number))
        hub.publish("mqtt:t", "x")
        hub.publish("amqp:amq.topic/t", "x")
        with socket.create_connection(("127.0.0.1", hub.mqtt.port)):
            first = hub.metrics.snapshot()
            while hub.metrics.snapshot().active_connections != 1:
                pass
        assert (first.messages_total, first.deliveries_total) == (12, 0)
        assert first.messages_per_second > 0
        assert first.memory_usage_mb > 10
        while hub.metrics.snapshot().cpu_usage_percent == 0:
            pass  # the system counts in hundredths of a second
        quiet = hub.metrics.snapshot()
        assert (quiet.messages_total, quiet.messages_per_second) == (12, 0)
        assert 'kafka_messages_produced_total{topic="t"} 10' in hub.metrics.text()


@pytest.mark.row("FX-48", "FX-49")
def test_a_snapshot_tells_of_the_disk_where_there_is_one(tmp_path: Path) -> None:
    with hubbub.running(data_dir=str(tmp_path), segments_fsync="always") as hub:
        hub.metrics.snapshot()
        for _ in range(5):
            hub.publish("kafka:t", b"x" * 500_000)
        figures = hub.metrics.snapshot()
        assert 0 < figures.disk_usage_percent <= 100
        assert figures.disk_io_mb_per_sec > 0
    with hubbub.running() as hub:
        assert hub.metrics.snapshot().disk_usage_percent == -1


@pytest.mark.row("FX-52")
def test_health_names_the_part_that_is_not_well() -> None:
    with hubbub.running(kafka_max_connections=1) as hub:
        assert hub.health().state is State.HEALTHY
        with socket.create_connection(("127.0.0.1", hub.kafka.port)) as full:
            while hub.health().state is State.HEALTHY:
                pass
            health = hub.health()
            assert health.state is State.DEGRADED
            assert health.parts["kafka"].why == f"port {hub.kafka.port} takes no more connections"
            assert full.fileno() > 0


@pytest.mark.row("FX-50", "FX-51")
def test_metrics_are_served_on_a_port_of_ones_choice() -> None:
    from urllib.request import urlopen

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with hubbub.running(admin_port=port) as hub:
        hub.publish("kafka:t", "x")
        with urlopen(f"http://localhost:{port}/metrics", timeout=PATIENCE) as answer:
            assert b'kafka_messages_produced_total{topic="t"} 1' in answer.read()


@pytest.mark.row("FX-20", "FX-22", "FX-23")
def test_a_hub_is_made_from_the_purpose_it_has(tmp_path: Path) -> None:
    folder = str(tmp_path / "data")
    for name, limit, segment in (
        ("development", 10_000, 1 << 30),
        ("single_node", 1000, 1 << 30),
        ("high_performance", 50_000, 4 << 30),
    ):
        assert hubbub.preset(name)["kafka_port"] == 9092
        with hubbub.running(**hubbub.preset(name, data_dir=folder, kafka_port=0)) as hub:
            kafka = hub.hub.settings.kafka
            assert kafka.consumer_groups
            assert (kafka.max_connections, kafka.log_segment_bytes) == (limit, segment)
            assert hub.hub.settings.data_dir == folder
            hub.publish("kafka:t", name)
    for name, words in (
        ("production", "TLS and permissions, which Hubbub does not have yet"),
        ("high_availability", "several machines"),
        ("developement", "did you mean development"),
        ("?", "there are development, single_node, high_performance"),
    ):
        with pytest.raises(hubbub.ConfigError, match=words):
            hubbub.preset(name)


async def there(hub: hubbub.Hub) -> None:
    while not hub.ports:  # noqa: ASYNC110 - it says nothing
        await asyncio.sleep(0)


@pytest.mark.row("FX-2", "FX-3")
def test_a_hub_runs_until_it_is_told_to_stop(tmp_path: Path) -> None:
    async def live() -> None:
        hub = hubbub.Hub(data_dir=str(tmp_path))
        running = asyncio.ensure_future(hub.run())
        async with asyncio.timeout(PATIENCE):
            await there(hub)
            await hub.publish("kafka:t", "x")
            await hub.stop()
            await running
        with pytest.raises(hubbub.HubbubError, match="does not run"):
            _ = hub.metrics
        cancelled = asyncio.ensure_future(hub.run())
        await there(hub)
        cancelled.cancel()
        with pytest.raises(asyncio.CancelledError):
            await cancelled
        with pytest.raises(hubbub.HubbubError, match="does not run"):
            await hub.publish("kafka:t", "x")

    asyncio.run(live())


def test_what_cannot_be_kept_is_a_storage_error() -> None:
    with hubbub.running(memory_max_bytes=1 << 20) as hub:

        def fill() -> None:
            for _ in range(100):
                hub.publish("kafka:t", b"x" * 100_000, partition=0)

        with pytest.raises(hubbub.StorageError) as caught:
            fill()
        assert caught.value.is_full
        with pytest.raises(hubbub.RefusedError, match="3 partitions, and none of number 99"):
            hub.publish("kafka:t", b"x", partition=99)


@pytest.mark.row("FX-94")
def test_too_many_connections_are_a_network_error() -> None:
    async def visit(hub: hubbub.Hub) -> None:
        held = [await asyncio.open_connection("127.0.0.1", hub.kafka.port) for _ in range(2)]
        config = hubbub.ProducerConfig("t")
        with pytest.raises(hubbub.NetworkError, match="cannot connect"):
            await hubbub.Producer(hub.kafka.bootstrap, config, max_retries=0).start()
        for _, writer in held:
            writer.close()
            await writer.wait_closed()
        async with hubbub.Producer(hub.kafka.bootstrap, config) as producer:
            assert (await producer.send_sync("now there is room")).offset == 0

    in_loop(visit, kafka_max_connections=2)


@pytest.mark.row("FX-53", "FX-54", "FX-55")
def test_a_benchmark_tells_rate_and_latency() -> None:
    async def visit(hub: hubbub.Hub) -> None:
        config = hubbub.BenchmarkConfig(
            message_count=1003, message_size=100, batch_size=10, thread_count=4, topic_name="load"
        )
        results = await hubbub.benchmark(hub.kafka.bootstrap, config)
        assert hub.topics.describe("load").records == 1003
        assert results.message_count == 1003
        assert results.messages_per_second == pytest.approx(1003 / results.total_time_ms * 1000)
        assert 0 < results.p50_latency_ms <= results.p99_latency_ms <= results.total_time_ms
        defaults = hubbub.BenchmarkConfig()
        assert (
            defaults.message_count,
            defaults.message_size,
            defaults.batch_size,
            defaults.thread_count,
        ) == (
            100_000,
            1024,
            100,
            4,
        )

    in_loop(visit)


def test_figures_after_a_reset_are_of_what_came_since() -> None:
    with hubbub.running() as hub:
        for _ in range(10):
            hub.publish("mqtt:t", "x")
        assert hub.metrics.snapshot().messages_total == 10
        hub.reset()
        hub.publish("mqtt:t", "x")
        figures = hub.metrics.snapshot()
        assert figures.messages_total == 1
        assert figures.messages_per_second > 0
