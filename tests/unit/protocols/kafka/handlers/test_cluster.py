"""What tools ask about the cluster: true answers of one node, also where the truth is "none" or "not needed"."""

import pytest

from hubbub.octets.batch import Producer
from hubbub.protocols.kafka.failures import Code
from hubbub.protocols.kafka.wire.generated import alter_partition_reassignments as reassigning
from hubbub.protocols.kafka.wire.generated import alter_replica_log_dirs as moving
from hubbub.protocols.kafka.wire.generated import describe_acls as acls
from hubbub.protocols.kafka.wire.generated import describe_client_quotas as quotas
from hubbub.protocols.kafka.wire.generated import describe_cluster as cluster
from hubbub.protocols.kafka.wire.generated import describe_log_dirs as log_dirs
from hubbub.protocols.kafka.wire.generated import describe_producers as producers
from hubbub.protocols.kafka.wire.generated import describe_quorum as quorum
from hubbub.protocols.kafka.wire.generated import describe_topic_partitions as paging
from hubbub.protocols.kafka.wire.generated import describe_transactions as transactions
from hubbub.protocols.kafka.wire.generated import elect_leaders as electing
from hubbub.protocols.kafka.wire.generated import list_partition_reassignments as reassignments
from hubbub.protocols.kafka.wire.generated import list_transactions as transaction_list
from hubbub.protocols.kafka.wire.generated import offset_for_leader_epoch as epochs
from tests.unit.protocols.kafka.handlers.visit import NOW, Visit


def page(
    visit: Visit, limit: int, cursor: paging.Cursor | None, *names: str
) -> paging.DescribeTopicPartitionsResponse:
    body = paging.DescribeTopicPartitionsRequest([paging.TopicRequest(name) for name in names], limit, cursor)
    return visit.ask(paging.API, body)


def test_topics_come_in_pages_of_partitions() -> None:
    visit = Visit()
    for name, count in (("b", 3), ("a", 2), ("c", 2)):
        visit.topic(name, count)
    seen: list[tuple[str | None, int]] = []
    cursor, pages = None, 0
    while pages == 0 or cursor is not None:
        reply = page(visit, 2, cursor)
        here = [
            (topic.name, partition.partition_index)
            for topic in reply.topics
            for partition in topic.partitions
        ]
        assert 1 <= len(here) <= 2
        seen += here
        cursor = reply.next_cursor
        pages += 1
    assert seen == [("a", 0), ("a", 1), ("b", 0), ("b", 1), ("b", 2), ("c", 0), ("c", 1)]
    assert pages == 4


def test_a_partition_is_led_and_kept_by_this_node_and_nothing_is_null() -> None:
    visit = Visit()
    known = visit.topic("orders").id.bytes
    (topic,) = page(visit, 2000, None, "orders").topics
    assert (topic.error_code, topic.topic_id, topic.is_internal) == (Code.NONE, known, False)
    (partition,) = topic.partitions
    assert (partition.leader_id, list(partition.replica_nodes), list(partition.isr_nodes)) == (1, [1], [1])
    assert (partition.eligible_leader_replicas, partition.last_known_elr) == ((), ())


def test_topics_asked_for_by_name_come_sorted_with_their_errors() -> None:
    visit = Visit()
    visit.topic("orders")
    reply = page(visit, 2000, None, "orders", "gone", "bad name")
    assert [(topic.name, topic.error_code) for topic in reply.topics] == [
        ("bad name", Code.INVALID_TOPIC_EXCEPTION),
        ("gone", Code.UNKNOWN_TOPIC_OR_PARTITION),
        ("orders", Code.NONE),
    ]
    assert reply.next_cursor is None


def test_a_cursor_may_point_at_a_topic_that_has_gone_but_not_before_its_first_partition() -> None:
    visit = Visit()
    visit.topic("a")
    visit.topic("c")
    assert [topic.name for topic in page(visit, 10, paging.Cursor("b", 5)).topics] == ["c"]
    wrong = page(visit, 10, paging.Cursor("a", -1), "a").topics
    assert [topic.error_code for topic in wrong] == [Code.INVALID_REQUEST]


def test_the_cluster_is_this_node_at_its_advertised_address() -> None:
    visit = Visit()
    reply = visit.ask(cluster.API, cluster.DescribeClusterRequest(include_cluster_authorized_operations=True))
    assert (reply.error_code, reply.error_message) == (Code.NONE, None)
    assert (reply.cluster_id, reply.controller_id) == (visit.broker.hub_id, 1)
    assert [(node.broker_id, node.host, node.port) for node in reply.brokers] == [
        (1, "broker.example", 19092)
    ]
    assert reply.cluster_authorized_operations == sum(1 << bit for bit in (5, 7, 8, 9, 10, 11, 12))


@pytest.mark.parametrize(
    ("kind", "code"), [(2, Code.MISMATCHED_ENDPOINT_TYPE), (3, Code.UNSUPPORTED_ENDPOINT_TYPE)]
)
def test_controllers_do_not_listen_here(kind: int, code: Code) -> None:
    reply = Visit().ask(cluster.API, cluster.DescribeClusterRequest(endpoint_type=kind))
    assert (reply.error_code, list(reply.brokers)) == (code, [])
    assert reply.error_message


def test_log_dirs_show_the_octets_that_each_partition_holds() -> None:
    visit = Visit()
    visit.topic("orders", 2)
    visit.topic("empty")
    octets = visit.publish("orders", b"x" * 1000, partition=1)
    reply = visit.ask(log_dirs.API, log_dirs.DescribeLogDirsRequest(None))
    (place,) = reply.results
    sizes = {
        (topic.name, part.partition_index): part.partition_size
        for topic in place.topics
        for part in topic.partitions
    }
    assert sizes == {("orders", 0): 0, ("orders", 1): octets, ("empty", 0): 0}
    assert (place.error_code, place.total_bytes, place.usable_bytes) == (Code.NONE, -1, -1)


def test_log_dirs_can_be_asked_about_single_partitions_and_leave_out_what_is_not_there() -> None:
    visit = Visit()
    visit.topic("orders", 2)
    asked = [log_dirs.DescribableLogDirTopic("orders", [1, 9]), log_dirs.DescribableLogDirTopic("gone", [0])]
    (place,) = visit.ask(log_dirs.API, log_dirs.DescribeLogDirsRequest(asked)).results
    assert [(topic.name, [part.partition_index for part in topic.partitions]) for topic in place.topics] == [
        ("orders", [1])
    ]
    (nothing,) = visit.ask(log_dirs.API, log_dirs.DescribeLogDirsRequest([])).results
    assert list(nothing.topics) == []


def epoch_end(visit: Visit, topic: str, current: int, wanted: int) -> tuple[int, int, int]:
    body = epochs.OffsetForLeaderEpochRequest(
        topics=[epochs.OffsetForLeaderTopic(topic, [epochs.OffsetForLeaderPartition(0, current, wanted)])]
    )
    (result,) = visit.ask(epochs.API, body).topics[0].partitions
    return result.error_code, result.leader_epoch, result.end_offset


def test_a_reader_learns_that_it_has_not_lost_its_place() -> None:
    visit = Visit()
    epoch = visit.topic("orders").partitions[0].epoch
    visit.publish("orders", b"a", b"b")
    assert epoch_end(visit, "orders", epoch, epoch) == (Code.NONE, epoch, 2)
    assert epoch_end(visit, "orders", -1, epoch) == (Code.NONE, epoch, 2)
    assert epoch_end(visit, "orders", epoch, epoch + 1) == (Code.NONE, -1, -1)
    assert epoch_end(visit, "orders", epoch + 1, epoch) == (Code.UNKNOWN_LEADER_EPOCH, -1, -1)
    assert epoch_end(visit, "gone", -1, 0) == (Code.UNKNOWN_TOPIC_OR_PARTITION, -1, -1)


def test_producers_that_number_their_batches_are_remembered() -> None:
    visit = Visit()
    visit.topic("orders")
    visit.publish("orders", b"a", b"b", producer=Producer(77, 3, 0))
    visit.publish("orders", b"nobody's")
    body = producers.DescribeProducersRequest([producers.TopicRequest("orders", [0, 1])])
    here, missing = visit.ask(producers.API, body).topics[0].partitions
    (state,) = here.active_producers
    assert (state.producer_id, state.producer_epoch, state.last_sequence) == (77, 3, 1)
    assert (state.last_timestamp, state.current_txn_start_offset) == (int(NOW * 1000), -1)
    assert missing.error_code == Code.UNKNOWN_TOPIC_OR_PARTITION


def test_no_reassignment_is_under_way_and_none_is_possible_but_to_this_node() -> None:
    visit = Visit()
    visit.topic("orders", 2)
    listed = visit.ask(reassignments.API, reassignments.ListPartitionReassignmentsRequest())
    assert (listed.error_code, listed.error_message, list(listed.topics)) == (Code.NONE, None, [])
    wanted: list[list[int] | None] = [[1], [2], [1, 2], [], None]
    parts = [reassigning.ReassignablePartition(0, nodes) for nodes in wanted]
    parts.append(reassigning.ReassignablePartition(5, [1]))
    reply = visit.ask(
        reassigning.API,
        reassigning.AlterPartitionReassignmentsRequest(
            topics=[reassigning.ReassignableTopic("orders", parts)]
        ),
    )
    assert [part.error_code for part in reply.responses[0].partitions] == [
        Code.NONE,
        Code.INVALID_REPLICA_ASSIGNMENT,
        Code.INVALID_REPLICA_ASSIGNMENT,
        Code.INVALID_REPLICA_ASSIGNMENT,
        Code.NO_REASSIGNMENT_IN_PROGRESS,
        Code.UNKNOWN_TOPIC_OR_PARTITION,
    ]


def test_logs_lie_in_one_place() -> None:
    visit = Visit()
    visit.topic("orders")
    (place,) = visit.ask(log_dirs.API, log_dirs.DescribeLogDirsRequest(None)).results
    body = moving.AlterReplicaLogDirsRequest(
        [
            moving.AlterReplicaLogDir(place.log_dir, [moving.AlterReplicaLogDirTopic("orders", [0, 4])]),
            moving.AlterReplicaLogDir("/elsewhere", [moving.AlterReplicaLogDirTopic("orders", [0])]),
        ]
    )
    (topic,) = visit.ask(moving.API, body).results
    assert [(part.partition_index, part.error_code) for part in topic.partitions] == [
        (0, Code.NONE),
        (4, Code.UNKNOWN_TOPIC_OR_PARTITION),
        (0, Code.LOG_DIR_NOT_FOUND),
    ]


def test_no_election_is_needed() -> None:
    visit = Visit()
    visit.topic("orders")
    asked = electing.ElectLeadersRequest(0, [electing.TopicPartitions("orders", [0, 1])])
    (topic,) = visit.ask(electing.API, asked).replica_election_results
    assert [part.error_code for part in topic.partition_result] == [
        Code.ELECTION_NOT_NEEDED,
        Code.UNKNOWN_TOPIC_OR_PARTITION,
    ]
    everything = visit.ask(electing.API, electing.ElectLeadersRequest(1, None))
    assert (everything.error_code, list(everything.replica_election_results)) == (Code.NONE, [])
    assert visit.ask(electing.API, electing.ElectLeadersRequest(2, None)).error_code == Code.INVALID_REQUEST


def test_there_are_no_quotas_and_the_list_of_none_is_not_null() -> None:
    visit = Visit()
    reply = visit.ask(
        quotas.API, quotas.DescribeClientQuotasRequest([quotas.ComponentData("client-id", 2, None)])
    )
    assert (reply.error_code, reply.error_message, reply.entries) == (Code.NONE, None, ())
    strange = visit.ask(
        quotas.API, quotas.DescribeClientQuotasRequest([quotas.ComponentData("planet", 2, None)])
    )
    assert (strange.error_code, strange.entries) == (Code.UNSUPPORTED_VERSION, None)
    wrong = visit.ask(quotas.API, quotas.DescribeClientQuotasRequest([quotas.ComponentData("user", 9, None)]))
    assert wrong.error_code == Code.INVALID_REQUEST


def test_the_quorum_is_this_node() -> None:
    body = quorum.DescribeQuorumRequest(
        [
            quorum.RequestTopicData("__cluster_metadata", [quorum.RequestPartitionData(0)]),
            quorum.RequestTopicData("orders", [quorum.RequestPartitionData(0)]),
        ]
    )
    reply = Visit().ask(quorum.API, body)
    metadata, other = (topic.partitions[0] for topic in reply.topics)
    assert (metadata.error_code, metadata.leader_id, metadata.leader_epoch) == (Code.NONE, 1, 0)
    assert [voter.replica_id for voter in metadata.current_voters] == [1]
    assert metadata.current_voters[0].last_caught_up_timestamp == int(NOW * 1000)
    assert other.error_code == Code.UNKNOWN_TOPIC_OR_PARTITION
    (node,) = reply.nodes
    assert (node.node_id, node.listeners[0].port) == (1, 19092)


def test_there_are_no_transactions() -> None:
    visit = Visit()
    described = visit.ask(transactions.API, transactions.DescribeTransactionsRequest(["payments"]))
    assert [(state.transactional_id, state.error_code) for state in described.transaction_states] == [
        ("payments", Code.TRANSACTIONAL_ID_NOT_FOUND)
    ]
    listed = visit.ask(
        transaction_list.API, transaction_list.ListTransactionsRequest(["Ongoing", "Sleeping"])
    )
    assert (listed.error_code, list(listed.transaction_states)) == (Code.NONE, [])
    assert list(listed.unknown_state_filters) == ["Sleeping"]


def test_security_is_off_and_says_so() -> None:
    reply = Visit().ask(acls.API, acls.DescribeAclsRequest(1, None, 1, None, None, 1, 1))
    assert (reply.error_code, list(reply.resources)) == (Code.SECURITY_DISABLED, [])
    assert reply.error_message
