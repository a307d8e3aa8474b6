"""A hub with a data directory comes back as it was, for clients that do not know that it was away; and what they hear of a disk in trouble."""

import errno
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path

import pytest
from confluent_kafka import (
    Consumer,
    ConsumerGroupTopicPartitions,
    KafkaException,
    Producer,
    TopicPartition,
)
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    NewTopic,
    ResourceType,
)

from hubbub.octets.batch import Entry, build
from hubbub.octets.batch import Producer as Numbered
from hubbub.octets.buffer import Buffer
from hubbub.storage.segments.files import Files
from tests.conftest import HubThread

PATIENCE = 10.0
RunHub = Callable[..., HubThread]


def admin(hub: HubThread) -> AdminClient:
    return AdminClient({"bootstrap.servers": hub.address("kafka")})


def create(hub: HubThread, name: str, partitions: int = 1, **config: str) -> None:
    client = admin(hub)
    client.create_topics([NewTopic(name, partitions, 1, config=config)])[name].result(PATIENCE)


def send(hub: HubThread, topic: str, *values: bytes) -> None:
    producer = Producer({"bootstrap.servers": hub.address("kafka")})
    for value in values:
        producer.produce(topic, value, b"key", partition=0)
    assert producer.flush(PATIENCE) == 0


def read(hub: HubThread, topic: str, count: int, group: str = "reader") -> list[tuple[int, bytes]]:
    consumer = Consumer({
        "bootstrap.servers": hub.address("kafka"), "group.id": group, "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
    })  # fmt: skip
    consumer.assign([TopicPartition(topic, 0, 0)])
    messages = consumer.consume(count, PATIENCE)
    consumer.close()
    return [(message.offset(), message.value()) for message in messages]


@pytest.mark.row("FX-11")
def test_topics_with_their_ids_configs_and_records_come_back(tmp_path: Path, run_hub: RunHub) -> None:
    hub = run_hub(data_dir=str(tmp_path / "data"))
    create(hub, "orders", 3, **{"retention.ms": "-1", "cleanup.policy": "compact"})
    create(hub, "gone")
    send(hub, "orders", b"1", b"2", b"3")
    client = admin(hub)
    client.delete_topics(["gone"])["gone"].result(PATIENCE)
    broker = hub.call(lambda: hub.hub.broker)
    before = broker.topics.find("orders").id, broker.hub_id
    hub.stop()
    again = run_hub(data_dir=str(tmp_path / "data"))
    broker = again.call(lambda: again.hub.broker)
    assert (broker.topics.find("orders").id, broker.hub_id) == before
    client = admin(again)
    seen = client.list_topics(timeout=PATIENCE).topics
    assert {name: len(topic.partitions) for name, topic in seen.items()} == {"orders": 3}
    resource = ConfigResource(ResourceType.TOPIC, "orders")
    shown = client.describe_configs([resource])[resource].result(PATIENCE)
    assert (shown["retention.ms"].value, shown["cleanup.policy"].value) == ("-1", "compact")
    assert read(again, "orders", 3) == [(0, b"1"), (1, b"2"), (2, b"3")]
    send(again, "orders", b"4")
    assert read(again, "orders", 4)[-1] == (3, b"4")


@pytest.mark.row("FX-66")
def test_a_group_goes_on_where_it_was(tmp_path: Path, run_hub: RunHub) -> None:
    hub = run_hub(data_dir=str(tmp_path / "data"))
    create(hub, "orders")
    send(hub, "orders", b"1", b"2", b"3")
    first = group_member(hub)
    assert [message.value() for message in first.consume(2, PATIENCE)] == [b"1", b"2"]
    first.commit(asynchronous=False)
    hub.stop()
    again = run_hub(data_dir=str(tmp_path / "data"))
    second = group_member(again)
    assert [message.value() for message in second.consume(1, PATIENCE)] == [b"3"]
    second.close()
    first.close()


def group_member(hub: HubThread) -> Consumer:
    consumer = Consumer({
        "bootstrap.servers": hub.address("kafka"), "group.id": "g", "group.instance.id": "same",
        "auto.offset.reset": "earliest", "enable.auto.commit": False, "log_level": 0,
    })  # fmt: skip
    consumer.subscribe(["orders"])
    return consumer


def test_deleted_records_stay_deleted(tmp_path: Path, run_hub: RunHub) -> None:
    hub = run_hub(data_dir=str(tmp_path / "data"))
    create(hub, "orders")
    send(hub, "orders", *(b"%d" % number for number in range(10)))
    client = admin(hub)
    (deleted,) = client.delete_records([TopicPartition("orders", 0, 7)]).values()
    assert deleted.result(PATIENCE).low_watermark == 7
    hub.stop()
    again = run_hub(data_dir=str(tmp_path / "data"))
    consumer = Consumer({"bootstrap.servers": again.address("kafka"), "group.id": "g"})
    assert consumer.get_watermark_offsets(TopicPartition("orders", 0), PATIENCE) == (7, 10)
    consumer.close()


@pytest.mark.parametrize("octets", [10, 900_000])
def test_a_batch_that_was_sent_before_the_restart_is_known_after_it(
    tmp_path: Path, run_hub: RunHub, octets: int
) -> None:
    """With large ones the hub has noted down what it knows on the way, and reads only the rest again."""
    data = str(tmp_path / "data")
    hub = run_hub(data_dir=data)
    create(hub, "orders")
    batches = [
        build([Entry(1, b"k", bytes(octets))], producer=Numbered(7, 0, number)) for number in range(12)
    ]
    assert [hub.call(append, hub, batch) for batch in batches] == list(range(12))
    hub.stop()
    again = run_hub(data_dir=data)
    assert [again.call(append, again, batch) for batch in batches[-5:]] == list(range(7, 12))
    following = build([Entry(1, b"k", b"new")], producer=Numbered(7, 0, 12))
    assert again.call(append, again, following) == 12
    assert again.call(lambda: partition(again).high_watermark) in (12, 13)


def partition(hub: HubThread):  # type: ignore[no-untyped-def]
    return hub.hub.broker.topics.partition("orders", 0)


def append(hub: HubThread, octets: bytes) -> int:
    from hubbub.octets.batch import check_batch

    broker = hub.hub.broker
    return int(partition(hub).append(octets, check_batch(octets), broker.turn.commit).base_offset)


# a disk in trouble


class TightFiles(Files):
    """Real files on a disk that may be full."""

    __slots__ = ()
    is_full = False

    def append(self, descriptor: int, views: Sequence[Buffer]) -> None:
        if type(self).is_full:
            raise OSError(errno.ENOSPC, "No space left on device")
        super().append(descriptor, views)


@pytest.fixture
def full(tmp_path: Path, run_hub: RunHub, monkeypatch: pytest.MonkeyPatch) -> HubThread:
    """A hub with a topic, a group that has committed, and a disk that is full since then."""
    monkeypatch.setattr("hubbub.storage.segments.engine.Files", TightFiles)
    monkeypatch.setattr(TightFiles, "is_full", False)
    hub = run_hub(data_dir=str(tmp_path / "data"))
    create(hub, "orders")
    send(hub, "orders", b"1")
    consumer = group_member(hub)
    consumer.consume(1, PATIENCE)
    consumer.commit(asynchronous=False)
    consumer.close()
    monkeypatch.setattr(TightFiles, "is_full", True)
    hasty = Producer({"bootstrap.servers": hub.address("kafka"), "retries": 0, "log_level": 0})
    hasty.produce("orders", b"lost", partition=0)
    hasty.flush(PATIENCE)
    return hub


CHANGES: dict[str, Callable[[AdminClient], dict[object, Future[object]]]] = {
    "create topics": lambda client: client.create_topics([NewTopic("more", 1, 1)]),
    "create partitions": lambda client: client.create_partitions([NewPartitions("orders", 3)]),
    "delete topics": lambda client: client.delete_topics(["orders"]),
    "delete records": lambda client: client.delete_records([TopicPartition("orders", 0, 1)]),
    "alter configs": lambda client: client.incremental_alter_configs([
        ConfigResource(ResourceType.TOPIC, "orders", incremental_configs=[
            ConfigEntry("retention.ms", "1", incremental_operation=AlterConfigOpType.SET)
        ])
    ]),
    "delete groups": lambda client: client.delete_consumer_groups(["g"]),
    "alter offsets": lambda client: client.alter_consumer_group_offsets([
        ConsumerGroupTopicPartitions("g", [TopicPartition("orders", 0, 0)])
    ]),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_can_be_changed_on_a_full_disk_and_nothing_breaks(full: HubThread, change: str) -> None:
    client = admin(full)
    (told,) = CHANGES[change](client).values()
    with pytest.raises(KafkaException):
        raise_inner(told.result(PATIENCE))
    seen = client.list_topics(timeout=PATIENCE).topics
    assert {name: len(topic.partitions) for name, topic in seen.items()} == {"orders": 1}
    assert read(full, "orders", 1) == [(0, b"1")]


def raise_inner(result: object) -> None:
    """What is refused for one partition of a group comes inside the answer."""
    for partition in getattr(result, "topic_partitions", ()):
        if partition.error is not None:
            raise KafkaException(partition.error)


def test_a_topic_cannot_make_itself_on_a_full_disk(full: HubThread) -> None:
    consumer = Consumer({
        "bootstrap.servers": full.address("kafka"), "group.id": "g", "allow.auto.create.topics": True, "log_level": 0,
    })  # fmt: skip
    consumer.subscribe(["fresh"])
    message = consumer.poll(1.0)
    assert message is None or message.error() is not None
    consumer.close()
    assert set(admin(full).list_topics(timeout=PATIENCE).topics) == {"orders"}


def test_a_full_disk_is_told_to_producers_while_consumers_go_on_and_all_is_well_when_there_is_room(
    tmp_path: Path, run_hub: RunHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hubbub.storage.segments.engine.Files", TightFiles)
    monkeypatch.setattr(TightFiles, "is_full", False)
    hub = run_hub(data_dir=str(tmp_path / "data"))
    create(hub, "orders")
    send(hub, "orders", b"1", b"2")
    TightFiles.is_full = True
    heard: list[object] = []
    hasty = Producer({"bootstrap.servers": hub.address("kafka"), "retries": 0, "log_level": 0})
    hasty.produce("orders", b"lost", partition=0, on_delivery=lambda error, _: heard.append(error.name()))
    hasty.flush(PATIENCE)
    assert heard == ["KAFKA_STORAGE_ERROR"]
    assert read(hub, "orders", 2) == [(0, b"1"), (1, b"2")]
    client = admin(hub)
    with pytest.raises(KafkaException):
        client.create_topics([NewTopic("more", 1, 1)])["more"].result(PATIENCE)
    patient = Producer(
        {"bootstrap.servers": hub.address("kafka"), "enable.idempotence": True, "log_level": 0}
    )
    patient.produce("orders", b"3", partition=0)
    patient.poll(0.2)
    TightFiles.is_full = False
    assert patient.flush(PATIENCE) == 0
    assert read(hub, "orders", 3) == [(0, b"1"), (1, b"2"), (2, b"3")]
    hub.stop()
    again = run_hub(data_dir=str(tmp_path / "data"))
    assert read(again, "orders", 3) == [(0, b"1"), (1, b"2"), (2, b"3")]
