"""Scraping beside the hub's other work, and what the numbers say after a reset."""

import asyncio
import contextlib
import socket
from itertools import pairwise
from typing import Any

from hubbub.app import Hub
from hubbub.core.options import TopicOptions
from hubbub.net.arena import Arena
from hubbub.net.stream import NOBODY, Stream
from hubbub.observe.health import State, of_disk
from hubbub.observe.metrics import BREATH_SECONDS
from hubbub.observe.options import JournalOptions, MetricsOptions
from hubbub.octets.batch import Entry, build, check_batch
from hubbub.protocols.kafka.options import KafkaOptions
from hubbub.protocols.mqtt.options import MqttOptions
from hubbub.settings import Settings
from hubbub.wiring.cores import ended
from tests.clients.mqtt_words import until
from tests.clients.scraping import samples
from tests.conftest import on_free_ports

TOPICS = 10_000


def make_topics(hub: Hub) -> None:
    commit = hub.broker.turn.commit
    for number in range(TOPICS):
        hub.broker.topics.create(f"topic-{number}", 1, TopicOptions(), {}, commit)


def produce(hub: Any, topic: str, count: int) -> None:
    broker = hub.broker
    partition = (
        broker.topics.partition(topic, 0)
        or broker.topics.create(topic, 1, TopicOptions(), {}, broker.turn.commit).partitions[0]
    )
    batch = build([Entry(1, None, b"x")] * count)
    partition.append(batch, check_batch(batch), broker.turn.commit)


async def scraped_beside_a_beat(hub: Hub) -> tuple[str, list[float]]:
    """The text, and how long the loop was kept from its other work each time."""
    clock = hub.broker.clock
    beats: list[float] = []
    over: list[bool] = []

    def beat() -> None:
        beats.append(clock.elapsed())
        if not over:
            clock.soon(beat)

    beat()
    text = b"".join([piece async for piece in hub.metrics.pages()]).decode()
    over.append(True)
    return text, [later - earlier for earlier, later in pairwise(beats)]


def test_a_scrape_of_ten_thousand_topics_lets_others_in_between() -> None:
    async def run() -> None:
        hub = Hub(on_free_ports(Settings(metrics=MetricsOptions(max_series=100_000))))
        await hub.start()
        try:
            make_topics(hub)
            text, gaps = await scraped_beside_a_beat(hub)
            assert text.count("kafka_messages_produced_total{") == TOPICS
            assert len(gaps) >= 5
            # a slice, and what the machine is busy with meanwhile
            assert sorted(gaps)[len(gaps) // 2] < 10 * BREATH_SECONDS
            assert hub.metrics.text()[1].count(b"kafka_topic_messages{") == TOPICS
        finally:
            await hub.stop()

    asyncio.run(run())


def test_ten_thousand_topics_are_few_series_unless_asked_for() -> None:
    async def run() -> None:
        hub = Hub(on_free_ports(Settings()))
        await hub.start()
        try:
            make_topics(hub)
            produce(hub, "topic-7", 3)
            text = hub.metrics.text()[1].decode()
            assert len(text) < 1_000_000
            assert 'kafka_messages_produced_total{topic="topic-7"} 3\n' in text
            assert 'kafka_messages_produced_total{topic="__other__"} 0\n' in text
        finally:
            await hub.stop()

    asyncio.run(run())


def test_who_gave_up_a_scrape_disturbs_nobody(hub: Any) -> None:
    async def give_up() -> None:
        make_topics(hub.hub)
        scrape = asyncio.ensure_future(anext(hub.hub.metrics.pages()))
        await asyncio.wait({scrape}, timeout=0.001)
        scrape.cancel()
        await asyncio.wait({scrape})

    asyncio.run_coroutine_threadsafe(give_up(), hub._loop).result(20)
    assert samples(hub)["kafka_topics"] == {(): TOPICS}


def test_after_a_reset_the_same_object_counts_from_nothing(hub: Any) -> None:
    hub.call(produce, hub.hub, "a", 5)
    assert samples(hub)["kafka_messages_produced_total"] == {("a",): 5}
    asyncio.run_coroutine_threadsafe(hub.hub.reset(), hub._loop).result(10)
    assert "kafka_messages_produced_total" not in samples(hub)
    hub.call(produce, hub.hub, "a", 2)
    found = samples(hub)
    assert found["kafka_messages_produced_total"] == {("a",): 2}
    assert found["hubbub_connections"]["kafka", str(hub.port("kafka"))] == 0


def test_all_that_rooms_say_has_a_name_and_words(hub: Any) -> None:
    """`rooms.WORDS` is a table: a reading without an entry would be a KeyError here."""
    names = {name for name in samples(hub) if name.startswith(("kafka_", "mqtt_", "amqp_"))}
    assert {"mqtt_clients_connected", "amqp_channels_active", "kafka_connections_active"} <= names


def test_a_hub_is_healthy_and_says_how_its_parts_are(hub: Any) -> None:
    report = hub.call(hub.hub.health.report)
    assert (report.state, report.is_serving) == (State.HEALTHY, True)
    assert set(report.parts) == {"kafka", "mqtt", "mqtt-websocket", "amqp", "connections", "memory"}
    assert report.parts["kafka"].details["ports"] == str(hub.port("kafka"))
    assert hub.call(hub.hub.health.live)
    assert hub.call(hub.hub.health.ready)


def test_health_is_scraped_with_all_else(hub: Any) -> None:
    found = samples(hub)
    assert found["hubbub_ready"] == {(): 1}
    assert set(found["hubbub_part_serving"].values()) == set(found["hubbub_part_healthy"].values()) == {1}
    for listener, _ in hub.hub._places["amqp"]:
        hub.call(listener.stop)
    found = samples(hub)
    assert found["hubbub_ready"] == {(): 0}
    assert {part for (part,), value in found["hubbub_part_serving"].items() if not value} == {"amqp"}
    assert {part for (part,), value in found["hubbub_part_healthy"].items() if not value} == {"amqp"}


def test_the_limit_of_connections_stands_beside_their_number(run_hub: Any) -> None:
    hub = run_hub(kafka=KafkaOptions(port=0, max_connections=7))
    found = samples(hub)
    assert found["hubbub_connections_limit"]["kafka", str(hub.port("kafka"))] == 7
    assert found["hubbub_connections_limit"].keys() == found["hubbub_connections"].keys()


def test_the_journal_says_how_much_it_keeps_and_did_not_see(run_hub: Any) -> None:
    hub = run_hub(journal=JournalOptions(max_entries=3, per_second=5))
    for _ in range(10):
        hub.call(produce, hub.hub, "a", 2)
    found = samples(hub)
    assert found["hubbub_journal_entries"] == {(): 3}
    assert found["hubbub_journal_bytes"][()] > 0
    assert found["hubbub_journal_forgotten_total"][()] >= 2
    assert found["hubbub_journal_left_out_total"][()] % 2 == 0
    seen = found["hubbub_journal_entries"][()] + found["hubbub_journal_forgotten_total"][()]
    assert 2 * seen + found["hubbub_journal_left_out_total"][()] == 20


def test_only_commits_that_write_are_timed(run_hub: Any, tmp_path: Any) -> None:
    hub = run_hub(data_dir=str(tmp_path))

    def timed() -> float:
        return samples(hub)["hubbub_commit_seconds_count"][()]

    hub.wait(ended(hub.call(lambda: hub.hub.broker.turn.commit)))  # what the start has written is safe
    before = timed()
    for _ in range(5):
        hub.wait(ended(hub.call(lambda: hub.hub.broker.turn.commit)))
    assert timed() == before
    hub.call(produce, hub.hub, "a", 1)
    until(lambda: timed() > before)


def test_what_is_near_a_limit_is_degraded_and_what_cannot_serve_is_critical(
    run_hub: Any, tmp_path: Any
) -> None:
    hub = run_hub(
        kafka=KafkaOptions(port=0),
        mqtt=MqttOptions(port=0, websocket_port=0, max_connections=1),
        data_dir=str(tmp_path),
    )
    with contextlib.closing(socket.create_connection(("127.0.0.1", hub.port("mqtt")))):
        until(lambda: hub.call(hub.hub.health.report).state is State.DEGRADED)
        report = hub.call(hub.hub.health.report)
    assert report.parts["storage"].details["directory"] == str(tmp_path)
    assert report.parts["mqtt"].state is State.DEGRADED
    assert "takes no more" in report.parts["mqtt"].why
    assert report.is_serving
    hub.stop()
    after = hub.hub.health.report()
    assert (after.state, after.is_serving) == (State.CRITICAL, False)
    assert after.parts["kafka"].why == "it does not listen"
    assert not hub.hub.health.ready()


def test_more_than_ten_thousand_connections_are_a_degraded_hub(hub: Any) -> None:
    (listener, _) = hub.hub._places["amqp"][0]
    arena = Arena()
    crowd = {Stream(arena, lambda stream: NOBODY, lambda stream: None, raised) for _ in range(10_000)}
    hub.call(listener.streams.update, crowd)
    assert hub.call(hub.hub.health.report).state is State.HEALTHY
    one_more = Stream(arena, lambda stream: NOBODY, lambda stream: None, raised)
    hub.call(listener.streams.add, one_more)
    report = hub.call(hub.hub.health.report)
    assert (report.state, report.is_serving) == (State.DEGRADED, True)
    hub.call(listener.streams.clear)


def raised(defect: Exception) -> None:
    raise defect


def test_a_disk_that_is_more_than_nine_tenths_full_is_critical_and_serves_still() -> None:
    assert of_disk("there", 1000, 100).state is State.HEALTHY
    full = of_disk("there", 1000, 99)
    assert (full.state, full.is_serving, full.why) == (State.CRITICAL, True, "the disk is 90 % full")
    assert full.details == {"directory": "there", "free_bytes": 99, "used_percent": 90.1}
