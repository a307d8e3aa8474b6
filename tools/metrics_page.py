"""The table of docs/metrics.md, made from a hub that has just been started: each metric with its kind, its labels and its words.

Every part declares its metrics whenever it is asked, also those that have no number yet, so that a hub without any clients knows them all.
"""

import asyncio
from functools import partial
from pathlib import Path
from typing import Final

from hubbub.app import Hub
from hubbub.observe.sheet import Family
from hubbub.protocols.amqp.options import AmqpOptions
from hubbub.protocols.kafka.options import KafkaOptions
from hubbub.protocols.mqtt.options import MqttOptions
from hubbub.settings import Settings
from tools.made import renewed

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "metrics.md"
SECTIONS: Final = {
    "hub": ("hubbub_",),
    "kafka": ("kafka_",),
    "mqtt": ("mqtt_",),
    "amqp": ("amqp_",),
    "process": ("process_", "python_"),
}
"""The beginnings of the names in each table."""
PROMISED: Final = {
    "kafka_messages_produced_total": "MF-168, EX-47",
    "kafka_messages_consumed_total": "MF-169",
    "kafka_consumer_lag": "MF-170",
    "kafka_topic_partition_count": "",
    "mqtt_messages_published_total": "MF-171, EX-48",
    "mqtt_clients_connected": "MF-172",
    "amqp_messages_published_total": "MF-173, EX-49",
    "amqp_queues_total": "MF-174",
}
"""Names that other projects gave, and the rows of docs/rows.md that promise them."""


def declared() -> list[Family]:
    """All metrics of a hub, in the order of a scrape."""

    async def ask() -> list[Family]:
        hub = Hub(
            Settings(
                kafka=KafkaOptions(port=0),
                mqtt=MqttOptions(port=0, websocket_port=0),
                amqp=AmqpOptions(port=0),
            )
        )
        await hub.start()
        try:
            return hub.metrics.sheet().families
        finally:
            await hub.stop()

    return asyncio.run(ask())


def metrics_page() -> str:
    """docs/metrics.md."""
    families = declared()
    placed = {
        section: [each for each in families if each.name.startswith(begin)]
        for section, begin in SECTIONS.items()
    }
    assert sum(map(len, placed.values())) == len(families), "a metric belongs to no table"
    tables = {section: partial(table, found) for section, found in placed.items()}
    return renewed(PAGE, {**tables, "promised": partial(promised, families)})


def promised(families: list[Family]) -> str:
    """Those of other projects, which must be there."""
    labels = {each.name: each.labels for each in families}
    rows = ["| metric | labels | [rows](rows.md) |", "| --- | --- | --- |"]
    rows += [
        f"| `{name}` | {', '.join(f'`{label}`' for label in labels[name])} | {numbers} |"
        for name, numbers in PROMISED.items()
    ]
    return "\n".join(rows)


def table(families: list[Family]) -> str:
    """One row for each metric."""
    rows = ["| metric | kind | labels | what |", "| --- | --- | --- | --- |"]
    rows += [
        f"| `{each.name}` | {each.kind.value} | {', '.join(f'`{label}`' for label in each.labels)} | {each.help} |"
        for each in sorted(families, key=lambda each: each.name)
    ]
    return "\n".join(rows)
