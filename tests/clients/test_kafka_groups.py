"""Consumer groups, by the clients' own members: share partitions, take over, commit, resume."""

from collections.abc import Callable, Iterator
from typing import Any

import confluent_kafka
import pytest
from confluent_kafka.admin import AdminClient
from kafka import KafkaAdminClient

from hubbub.protocols.kafka.options import DeclaredTopic, KafkaOptions
from tests.clients.kafka_members import MEMBERS, ConfluentMember, Member, poll_until
from tests.clients.kafka_words import PATIENCE, Client, Confluent, Message

ALL = {0, 1, 2, 3}


@pytest.fixture
def hub(run_hub: Any) -> Any:
    """A hub with one topic of four partitions."""
    return run_hub(kafka=KafkaOptions(port=0, topics=(DeclaredTopic("jobs", 4),)))


@pytest.fixture
def join(hub: Any) -> Iterator[Callable[..., Member]]:
    """Members that leave when the test is over, if they have not left yet: ``join("aiokafka", "group")``."""
    members: list[Any] = []

    def start(client: str, group: str, **settings: Any) -> Member:
        member = MEMBERS[client](hub.address("kafka"), "jobs", group, **settings)
        members.append(member)
        return member

    yield start
    for member in members:
        member.close()


def ten_in_each(hub: Any) -> list[Message]:
    sent = [Message(number % 4, str(number).encode()) for number in range(40)]
    Confluent().produce(hub.address("kafka"), "jobs", sent)
    return sent


@pytest.mark.row("MF-29", "MF-30", "MF-38", "FX-66", "FX-67")
def test_a_group_resumes_behind_what_it_committed(hub: Any, client: Client) -> None:
    sent = [Message(1, str(number).encode()) for number in range(20)]
    client.produce(hub.address("kafka"), "jobs", sent)
    first = client.read_group(hub.address("kafka"), "jobs", "resuming", 12)
    second = client.read_group(hub.address("kafka"), "jobs", "resuming", 8, commits=False)
    third = client.read_group(hub.address("kafka"), "jobs", "resuming", 8)
    assert [each.offset for each in first] == list(range(12))
    assert [each.offset for each in second] == list(range(12, 20))
    assert third == second
    other = client.read_group(hub.address("kafka"), "jobs", "another", 20)
    assert [each.value for each in other] == [each.value for each in sent]


@pytest.mark.row("MF-37", "FX-69", "FX-70", "FX-71", "FX-72")
@pytest.mark.parametrize("client", MEMBERS)
def test_two_members_share_the_partitions_and_the_one_that_stays_takes_all(
    hub: Any, join: Callable[..., Member], client: str
) -> None:
    first = join(client, "workers")
    poll_until("one member to own all", [first], lambda: first.partitions() == ALL)
    second = MEMBERS[client](hub.address("kafka"), "jobs", "workers")
    poll_until(
        "two members to own half each",
        [first, second],
        lambda: (
            len(first.partitions()) == len(second.partitions()) == 2
            and first.partitions() | second.partitions() == ALL
        ),
    )
    ten_in_each(hub)
    seen: list[bytes | None] = []

    def forty() -> bool:
        seen.extend(each.value for member in (first, second) for each in member.poll())
        return len(seen) >= 40

    poll_until("all records", [], forty)
    assert sorted(seen, key=lambda value: int(value or b"")) == [str(each).encode() for each in range(40)]
    second.close()
    poll_until("the last member to own all again", [first], lambda: first.partitions() == ALL)


@pytest.mark.row("MF-25", "MF-26", "MF-37")
def test_members_of_different_clients_make_one_group(hub: Any, join: Callable[..., Member]) -> None:
    from kafka.coordinator.assignors.range import RangePartitionAssignor

    one = join("confluent-kafka", "mixed", **{"partition.assignment.strategy": "range"})
    other = join("kafka-python", "mixed", partition_assignment_strategy=[RangePartitionAssignor])
    poll_until(
        "both to own half",
        [one, other],
        lambda: len(one.partitions()) == len(other.partitions()) == 2,
    )
    assert one.partitions() | other.partitions() == ALL


@pytest.mark.row("MF-37")
def test_a_cooperative_group_moves_only_the_partitions_it_must(hub: Any, join: Callable[..., Member]) -> None:
    cooperative = {"partition.assignment.strategy": "cooperative-sticky"}
    first = join("confluent-kafka", "cooperative", **cooperative)
    poll_until("one member to own all", [first], lambda: first.partitions() == ALL)
    second = join("confluent-kafka", "cooperative", **cooperative)
    kept: list[set[int]] = []

    def is_shared() -> bool:
        kept.append(first.partitions())
        return len(first.partitions()) == len(second.partitions()) == 2

    poll_until("two members to own half each", [first, second], is_shared)
    assert all(len(each) >= 2 for each in kept)
    assert first.partitions() | second.partitions() == ALL


def test_a_static_member_returns_to_its_partitions_without_a_rebalance(
    hub: Any, join: Callable[..., Member]
) -> None:
    stays = join("confluent-kafka", "static", **{"group.instance.id": "stays"})
    restarts = ConfluentMember(hub.address("kafka"), "jobs", "static", **{"group.instance.id": "restarts"})
    poll_until(
        "two members to own half each",
        [stays, restarts],
        lambda: len(stays.partitions()) == len(restarts.partitions()) == 2,
    )
    owned = stays.partitions(), restarts.partitions()
    restarts.close()
    again = join("confluent-kafka", "static", **{"group.instance.id": "restarts"})
    kept: list[set[int]] = []

    def is_back() -> bool:
        kept.append(stays.partitions())
        return len(again.partitions()) == 2

    poll_until("the member to be back", [stays, again], is_back)
    assert all(each == owned[0] for each in kept)
    assert again.partitions() == owned[1]


@pytest.mark.row("MF-27", "FX-70")
def test_a_member_that_falls_silent_loses_its_partitions(hub: Any, join: Callable[..., Member]) -> None:
    """A static member that closes says no goodbye, so nothing but its session timeout tells of its end."""
    stays = join("confluent-kafka", "silent")
    silent = ConfluentMember(
        hub.address("kafka"),
        "jobs",
        "silent",
        **{"group.instance.id": "silent", "session.timeout.ms": 300, "heartbeat.interval.ms": 50},
    )
    poll_until(
        "two members to own half each",
        [stays, silent],
        lambda: len(stays.partitions()) == len(silent.partitions()) == 2,
    )
    silent.close()
    poll_until("the other to own all", [stays], lambda: stays.partitions() == ALL)


def test_two_members_by_turns_read_everything_once(hub: Any, join: Callable[..., Member]) -> None:
    """Commit before a rebalance, and nothing is read twice or lost over it."""
    ten_in_each(hub)
    first = join("kafka-python", "relay", max_poll_records=7)
    seen = poll_until("some records", [first], lambda: bool(first.partitions()))
    seen += poll_until("more records", [first], lambda: True)
    first.commit()
    second = join("kafka-python", "relay")
    seen += poll_until(
        "a shared group",
        [first, second],
        lambda: first.commit() is None and len(first.partitions()) == len(second.partitions()) == 2,
    )
    counted: list[Message] = list(seen)

    def forty() -> bool:
        counted.extend(each for member in (first, second) for each in member.poll())
        return len({each.value for each in counted}) == 40

    poll_until("all forty", [], forty)
    assert len(counted) == 40


@pytest.mark.row("MF-33", "FX-73", "FX-74")
def test_admin_tools_see_a_group_and_its_members(hub: Any, join: Callable[..., Member]) -> None:
    member = join("confluent-kafka", "visible", **{"client.id": "worker-1"})
    poll_until("the member to own all", [member], lambda: member.partitions() == ALL)
    admin = AdminClient({"bootstrap.servers": hub.address("kafka")})
    listed = admin.list_consumer_groups().result(PATIENCE).valid
    assert [(each.group_id, each.state.name) for each in listed] == [("visible", "STABLE")]
    group = admin.describe_consumer_groups(["visible"])["visible"].result(PATIENCE)
    assert group.state.name == "STABLE"
    (seen,) = group.members
    assert seen.client_id == "worker-1"
    assert seen.host in ("127.0.0.1", "/127.0.0.1")
    assert {each.partition for each in seen.assignment.topic_partitions} == ALL
    with pytest.raises(confluent_kafka.KafkaException) as caught:
        admin.delete_consumer_groups(["visible"])["visible"].result(PATIENCE)
    assert caught.value.args[0].code() == confluent_kafka.KafkaError.NON_EMPTY_GROUP


@pytest.mark.row("MF-33", "MF-38")
def test_admin_tools_move_and_delete_an_empty_groups_offsets(hub: Any) -> None:
    ten_in_each(hub)
    Confluent().read_group(hub.address("kafka"), "jobs", "idle", 40)
    admin = AdminClient({"bootstrap.servers": hub.address("kafka")})
    asked = [confluent_kafka.ConsumerGroupTopicPartitions("idle")]
    found = admin.list_consumer_group_offsets(asked)["idle"].result(PATIENCE)
    assert {(each.partition, each.offset) for each in found.topic_partitions} == {(each, 10) for each in ALL}
    back = [confluent_kafka.TopicPartition("jobs", 2, 4)]
    moved = admin.alter_consumer_group_offsets([confluent_kafka.ConsumerGroupTopicPartitions("idle", back)])
    moved["idle"].result(PATIENCE)
    again = Confluent().read_group(hub.address("kafka"), "jobs", "idle", 6, commits=False)
    assert [(each.partition, each.offset) for each in again] == [(2, offset) for offset in range(4, 10)]
    admin.delete_consumer_groups(["idle"])["idle"].result(PATIENCE)
    assert admin.list_consumer_groups().result(PATIENCE).valid == []


def test_kafka_pythons_admin_finds_what_each_client_committed(hub: Any, client: Client) -> None:
    ten_in_each(hub)
    client.read_group(hub.address("kafka"), "jobs", "audited", 40)
    admin = KafkaAdminClient(bootstrap_servers=hub.address("kafka"))
    try:
        offsets = admin.list_group_offsets("audited")["audited"]
        assert {each.partition: offset.offset for each, offset in offsets.items()} == dict.fromkeys(ALL, 10)
        assert [each["group_id"] for each in admin.list_groups()] == ["audited"]
    finally:
        admin.close()
