"""What is set on the broker, by the names Kafka's tools look for, and what it is here.

All of it comes from `KafkaOptions` and stays as it is while the hub runs; clients may read and not change it. Names that set something
this broker does not have (files, threads, replication) are left out: a value would be an invention.
"""

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.naming.names import LOG_DIR
from hubbub.protocols.kafka.naming.settings import defaults, setting_text
from hubbub.protocols.kafka.naming.topic_settings import BOOL, INT, LIST, SETTINGS, TEXT, SettingType
from hubbub.protocols.kafka.options import KafkaOptions


class BrokerSetting(Struct, frozen=True):
    """One setting of the broker, and where its value comes from."""

    kind: SettingType
    value: Callable[[KafkaOptions], object]
    documentation: str


class Value(Struct, frozen=True, gc=False):
    """What a setting is: now, and on a broker nobody has configured."""

    kind: SettingType
    value: str
    default: str
    documentation: str


BROKER_SETTINGS: Final[dict[str, BrokerSetting]] = {
    "advertised.listeners": BrokerSetting(
        TEXT, lambda _: "", "Where this client is told to find the broker."
    ),
    "auto.create.topics.enable": BrokerSetting(
        BOOL,
        lambda options: options.auto_create_topics,
        "Whether a topic is made when a client first asks for it.",
    ),
    "broker.id": BrokerSetting(INT, lambda options: options.broker_id, "This node's id."),
    "default.replication.factor": BrokerSetting(
        INT,
        lambda options: options.default_replication_factor,
        "Replication factor of topics made without one.",
    ),
    "delete.topic.enable": BrokerSetting(BOOL, lambda _: True, "Whether topics can be deleted."),
    "fetch.max.bytes": BrokerSetting(
        INT, lambda options: options.fetch_max_bytes, "Most octets in one fetch response."
    ),
    "group.initial.rebalance.delay.ms": BrokerSetting(
        INT,
        lambda options: options.group_initial_rebalance_delay_ms,
        "How long a new group waits for more members.",
    ),
    "group.max.session.timeout.ms": BrokerSetting(
        INT,
        lambda options: options.group_max_session_timeout_ms,
        "Longest session timeout of a group's member.",
    ),
    "group.max.size": BrokerSetting(INT, lambda options: options.group_max_size, "Most members of a group."),
    "group.min.session.timeout.ms": BrokerSetting(
        INT,
        lambda options: options.group_min_session_timeout_ms,
        "Shortest session timeout of a group's member.",
    ),
    "listeners": BrokerSetting(LIST, lambda _: "", "Where the broker listens, as this client sees it."),
    "log.dirs": BrokerSetting(LIST, lambda _: LOG_DIR, "Where logs are kept."),
    "max.connections": BrokerSetting(INT, lambda options: options.max_connections, "Connections at a time."),
    "node.id": BrokerSetting(INT, lambda options: options.broker_id, "This node's id."),
    "num.partitions": BrokerSetting(
        INT, lambda options: options.default_partitions, "Partitions of a topic made without a number."
    ),
    "offsets.retention.minutes": BrokerSetting(
        INT, lambda options: options.offsets_retention_minutes, "How long an empty group keeps its offsets."
    ),
    "process.roles": BrokerSetting(LIST, lambda _: "broker,controller", "What this node does."),
    "socket.request.max.bytes": BrokerSetting(
        INT, lambda options: options.max_request_bytes, "Largest request, in octets."
    ),
}


def broker_values(options: KafkaOptions) -> dict[str, Value]:
    """Every setting of the broker, in order of names; those that topics take their defaults from are among them."""
    plain = KafkaOptions()
    values = {
        name: Value(
            setting.kind,
            setting_text(setting.value(options)),
            setting_text(setting.value(plain)),
            setting.documentation,
        )
        for name, setting in BROKER_SETTINGS.items()
    }
    of_topics = defaults(options)
    for name, topic_setting in SETTINGS.items():
        if topic_setting.on_broker:
            values[topic_setting.on_broker] = Value(
                topic_setting.kind,
                of_topics[name],
                topic_setting.default,
                f"Default of topics' {name}. {topic_setting.documentation}",
            )
    return dict(sorted(values.items()))
