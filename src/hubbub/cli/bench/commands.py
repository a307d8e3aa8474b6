"""The table of `hubbub bench`."""

from typing import Final

from hubbub.cli.lazy import Entry, LazyGroup

COMMANDS: Final = {
    "kafka": Entry("hubbub.cli.bench.kafka:kafka", "One producer and one consumer of a topic."),
    "mqtt": Entry("hubbub.cli.bench.mqtt:mqtt", "One publisher and one subscriber of a topic."),
    "amqp": Entry("hubbub.cli.bench.amqp:amqp", "One publisher and one consumer of a queue."),
}
ABOUT: Final = """Load a broker and report its rate and latency.

One client sends and one receives, both in this process: what is slower, the broker or they, is what is measured. What is made for the load is
taken away again.
"""

bench: Final = LazyGroup("bench", COMMANDS, ABOUT)
