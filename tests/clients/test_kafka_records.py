"""What producers send, consumers get: every octet of keys, values and headers, in order, at the offsets that were told."""

import random
from typing import Any

import pytest
from kafka import TopicPartition

from tests.clients.kafka_words import CLIENTS, COMPRESSIONS, Client, Confluent, KafkaPython, Message

NOON = 1_700_000_000_000


def without_offsets(messages: list[Message], partition: int) -> list[Message]:
    return [each._replace(offset=-1) for each in messages if each.partition == partition]


@pytest.mark.row("MF-19", "MF-20", "MF-41", "FX-62", "FX-63")
@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_records_come_back_octet_for_octet(hub: Any, client: Client, compression: str) -> None:
    chance = random.Random(compression)
    sent = [
        Message(
            number % 3,
            chance.randbytes(number * 7) + b"again and again " * number,
            f"key {number}".encode(),
            (("trace", chance.randbytes(8)), ("trace", b""), ("unicode \u2713", "✓".encode())),
            NOON + number,
        )
        for number in range(60)
    ]
    offsets = client.produce(hub.address("kafka"), "octets", sent, compression=compression)
    assert offsets == [number // 3 for number in range(60)]
    got = client.consume(hub.address("kafka"), "octets", range(3), 60)
    for partition in range(3):
        assert without_offsets(got, partition) == [each for each in sent if each.partition == partition]
        assert [each.offset for each in got if each.partition == partition] == list(range(20))


def test_nothing_is_not_the_same_as_empty(hub: Any, client: Client) -> None:
    """A tombstone is a record without a value; an empty value is a value. The same for keys."""
    sent = [
        Message(0, None, b"deleted", timestamp=NOON),
        Message(0, b"", b"emptied", timestamp=NOON),
        Message(0, b"keyless", None, timestamp=NOON),
        Message(0, b"nameless", b"", timestamp=NOON),
    ]
    client.produce(hub.address("kafka"), "tombstones", sent)
    assert without_offsets(client.consume(hub.address("kafka"), "tombstones", [0], 4), 0) == sent


@pytest.mark.parametrize("reader", [each.name for each in CLIENTS])
def test_what_one_client_writes_every_other_reads(hub: Any, client: Client, reader: str) -> None:
    (other,) = (each for each in CLIENTS if each.name == reader)
    sent = [Message(0, b"a" * 100, b"k", (("h", b"v"),), NOON + number) for number in range(10)]
    client.produce(hub.address("kafka"), "mixed", sent, compression="zstd")
    assert without_offsets(other.consume(hub.address("kafka"), "mixed", [0], 10), 0) == sent


@pytest.mark.row("MF-36")
def test_ten_thousand_small_records_keep_their_order_in_three_partitions(hub: Any, client: Client) -> None:
    sent = [Message(number % 3, str(number).encode(), timestamp=NOON) for number in range(10_000)]
    client.produce(hub.address("kafka"), "many", sent)
    assert client.end_offsets(hub.address("kafka"), "many", range(3)) == [3334, 3333, 3333]
    got = client.consume(hub.address("kafka"), "many", range(3), 10_000)
    for partition in range(3):
        assert without_offsets(got, partition) == [each for each in sent if each.partition == partition]


@pytest.mark.row("MF-19", "FX-62")
@pytest.mark.parametrize("compression", COMPRESSIONS)
@pytest.mark.parametrize("acks", [0, 1, "all"])
def test_what_was_produced_is_where_partitions_end_and_what_is_consumed(
    hub: Any, client: Client, acks: int | str, compression: str
) -> None:
    sent = [Message(number % 4 % 3, b"x" * 50, timestamp=NOON) for number in range(200)]
    counts = [sum(each.partition == partition for each in sent) for partition in range(3)]
    client.produce(hub.address("kafka"), "counted", sent, acks=acks, compression=compression)
    got = client.consume(hub.address("kafka"), "counted", range(3), len(sent))
    assert client.end_offsets(hub.address("kafka"), "counted", range(3)) == counts
    assert [sum(each.partition == partition for each in got) for partition in range(3)] == counts


@pytest.mark.row("FX-64", "MF-23")
@pytest.mark.parametrize("compression", ["none", "zstd"])
def test_a_time_leads_to_its_record_also_inside_a_batch(hub: Any, client: Client, compression: str) -> None:
    sent = [Message(1, b"tick", timestamp=NOON + 10 * number) for number in range(50)]
    client.produce(hub.address("kafka"), "clocked", sent, compression=compression)

    def offset_for(moment: int) -> int:
        return client.offset_for(hub.address("kafka"), "clocked", 1, moment)

    assert offset_for(NOON) == 0
    assert offset_for(NOON + 171) == 18
    assert offset_for(NOON + 490) == 49
    assert offset_for(NOON + 491) == -1


def test_no_partition_starves_where_answers_are_small(hub: Any) -> None:
    """Each answer has room for one record or two; all partitions get their turn (and the consumer all records)."""
    sent = [Message(number % 3, b"x" * 600) for number in range(90)]
    for start in range(0, 90, 3):
        Confluent().produce(hub.address("kafka"), "narrow", sent[start : start + 3])
    consumer = KafkaPython().consumer(
        hub.address("kafka"), fetch_max_bytes=1500, max_partition_fetch_bytes=1500, max_poll_records=1
    )
    try:
        consumer.assign([TopicPartition("narrow", each) for each in range(3)])
        consumer.seek_to_beginning()
        got = KafkaPython().read(consumer, 90)
    finally:
        consumer.close()
    assert {each.partition for each in got[:20]} == {0, 1, 2}
    assert [each.offset for each in got if each.partition == 1] == list(range(30))


def test_an_idempotent_producer_stores_each_record_once_and_in_order(hub: Any, client: Client) -> None:
    sent = [Message(number % 3, str(number).encode(), timestamp=NOON) for number in range(600)]
    offsets = client.produce(hub.address("kafka"), "once", sent, idempotent=True)
    assert offsets == [number // 3 for number in range(600)]
    assert client.end_offsets(hub.address("kafka"), "once", range(3)) == [200, 200, 200]
