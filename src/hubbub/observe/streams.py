"""Metrics of topics and groups, read off the core."""

from collections.abc import Iterator
from typing import Final

from hubbub.core.groups import Groups
from hubbub.core.topics import Topics
from hubbub.observe.sheet import Sheet
from hubbub.observe.view import View

SLICE: Final = 500
"""Partitions between two pauses."""


def streams(sheet: Sheet, view: View) -> Iterator[None]:
    """A `Source`."""
    yield from of_topics(sheet, view.broker.topics)
    yield from of_groups(sheet, view.broker.groups, view.broker.topics)


def of_topics(sheet: Sheet, topics: Topics) -> Iterator[None]:
    """What came and went, and what is there."""
    by_topic = ("topic",)
    produced = sheet.counter(
        "kafka_messages_produced_total",
        "Records that were appended to a topic.",
        by_topic,
        is_bounded=True,
    )
    consumed = sheet.counter(
        "kafka_messages_consumed_total",
        "Records that were handed to consumers.",
        by_topic,
        is_bounded=True,
    )
    octets_in = sheet.counter(
        "kafka_topic_received_bytes_total",
        "Octets of batches that were appended.",
        by_topic,
        is_bounded=True,
    )
    octets_out = sheet.counter(
        "kafka_topic_sent_bytes_total",
        "Octets of batches that were handed to consumers.",
        by_topic,
        is_bounded=True,
    )
    kept = sheet.gauge("kafka_topic_messages", "Offsets that a topic keeps.", by_topic, is_bounded=True)
    size = sheet.gauge("kafka_topic_size_bytes", "Octets that a topic keeps.", by_topic, is_bounded=True)
    partitions = sheet.gauge(
        "kafka_topic_partition_count", "Partitions of a topic.", by_topic, is_bounded=True
    )
    gone = count = seen = 0
    for topic in topics:
        records_in = records_out = in_octets = out_octets = there = octets = 0
        for partition in topic.partitions:
            log = partition.log
            records_in += partition.records_in
            records_out += partition.records_out
            in_octets += partition.octets_in
            out_octets += partition.octets_out
            there += log.durable - log.start
            octets += log.size
            gone += partition.records_gone
            seen += 1
        count += len(topic.partitions)
        labels = (topic.name,)
        produced.rows.append((labels, records_in))
        consumed.rows.append((labels, records_out))
        octets_in.rows.append((labels, in_octets))
        octets_out.rows.append((labels, out_octets))
        kept.rows.append((labels, there))
        size.rows.append((labels, octets))
        partitions.rows.append((labels, len(topic.partitions)))
        if seen >= SLICE:
            seen = 0
            yield
    sheet.level("kafka_topics", "Topics.", len(topics))
    sheet.level("kafka_partitions", "Partitions of all topics.", count)
    dropped = sheet.counter("kafka_messages_dropped_total", "Records that are gone, and why.", ("reason",))
    dropped.put(gone + topics.records_gone, "retention")
    yield


def of_groups(sheet: Sheet, groups: Groups, topics: Topics) -> Iterator[None]:
    """Who shares work, and how far behind they are."""
    lag = sheet.gauge(
        "kafka_consumer_lag",
        "Records behind the offset that a group has committed.",
        ("group", "topic", "partition"),
        is_bounded=True,
    )
    members = sheet.gauge("kafka_consumer_group_members", "Members of a group.", ("group",), is_bounded=True)
    generations = sheet.counter(
        "kafka_consumer_group_rebalances_total",
        "Generations that a group has had.",
        ("group",),
        is_bounded=True,
    )
    states: dict[str, int] = {}
    seen = 0
    for group in groups:
        members.put(len(group.roster), group.name)
        generations.put(group.generation, group.name)
        states[group.state.value] = states.get(group.state.value, 0) + 1
        for name, index, committed in group.offsets:
            partition = topics.partition(name, index)
            if partition is not None:
                behind = partition.high_watermark - committed.offset
                lag.rows.append(((group.name, name, str(index)), max(0, behind)))
            seen += 1
        seen += 1
        if seen >= SLICE:
            seen = 0
            yield
    in_state = sheet.gauge("kafka_consumer_groups", "Groups, by their state.", ("state",))
    for state, count in sorted(states.items()):
        in_state.put(count, state)
    yield
