"""The table of `hubbub kafka`."""

from typing import Final

from hubbub.cli.lazy import Entry, LazyGroup

COMMANDS: Final = {
    "serve": Entry("hubbub.cli.kafka.serve:serve", "Run a hub that speaks Kafka and nothing else."),
    "produce": Entry("hubbub.cli.kafka.produce:produce", "Send records to a topic."),
    "consume": Entry("hubbub.cli.kafka.consume:consume", "Print the records of a topic."),
    "topics": Entry(
        "hubbub.cli.kafka.topics:topics", "List, describe, create and delete topics.", ("topic",)
    ),
    "consumer-groups": Entry(
        "hubbub.cli.kafka.groups:groups", "List, describe, reset and delete consumer groups.", ("groups",)
    ),
    "simulate": Entry("hubbub.cli.kafka.simulate:simulate", "Let a group lag, rebalance or begin elsewhere."),
    "metrics": Entry("hubbub.cli.kafka.metrics:metrics", "Show what a hub counts of Kafka."),
    "fixtures": Entry("hubbub.cli.playing:kafka", "Load, list, start and stop fixtures of a hub."),
}
ABOUT: Final = """Talk to a Kafka broker.

It may be a hub or any other. The broker is localhost:9092, or what --bootstrap-server (also --broker) or $HUBBUB_KAFKA_BOOTSTRAP says.
"""

kafka: Final = LazyGroup("kafka", COMMANDS, ABOUT)
