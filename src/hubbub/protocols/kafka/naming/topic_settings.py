"""The settings that a topic has, by Kafka's names (its documentation, "Topic-Level Configs"), and what this broker does about each."""

from enum import IntEnum
from typing import Final

from msgspec import Struct


class SettingType(IntEnum):
    """As DescribeConfigs numbers them (KIP-226, KIP-569)."""

    BOOLEAN = 1
    STRING = 2
    INT = 3
    SHORT = 4
    LONG = 5
    DOUBLE = 6
    LIST = 7


class Setting(Struct, frozen=True):
    """One topic setting. ``choices`` bounds texts and list items; ``least`` and ``most`` bound numbers."""

    kind: SettingType
    default: str
    least: int = -(2**63)
    most: int = 2**63 - 1
    choices: tuple[str, ...] = ()
    documentation: str = ""
    on_broker: str = ""
    """The broker's setting that gives this one its default; empty where Kafka has none."""
    has_effect: bool = False
    """Whether this broker acts on it. The others are kept and shown."""


BOOL, TEXT, INT, LONG, DOUBLE, LIST = (
    SettingType.BOOLEAN,
    SettingType.STRING,
    SettingType.INT,
    SettingType.LONG,
    SettingType.DOUBLE,
    SettingType.LIST,
)
WHOLE: Final = 2**31 - 1

SETTINGS: Final[dict[str, Setting]] = {
    "cleanup.policy": Setting(
        LIST,
        "delete",
        choices=("delete", "compact"),
        on_broker="log.cleanup.policy",
        has_effect=True,
        documentation="What becomes of old records: delete drops them by age and size, compact keeps the last of each key. "
        "With compact, records without a key are refused.",
    ),
    "compression.gzip.level": Setting(
        INT,
        "-1",
        -1,
        9,
        on_broker="compression.gzip.level",
        documentation="Level at which a broker would compress with gzip.",
    ),
    "compression.lz4.level": Setting(
        INT,
        "9",
        1,
        17,
        on_broker="compression.lz4.level",
        documentation="Level at which a broker would compress with lz4.",
    ),
    "compression.type": Setting(
        TEXT,
        "producer",
        choices=("uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"),
        on_broker="compression.type",
        documentation="How batches are compressed when kept. Here they stay as the producer sent them.",
    ),
    "compression.zstd.level": Setting(
        INT,
        "3",
        -131072,
        22,
        on_broker="compression.zstd.level",
        documentation="Level at which a broker would compress with zstd.",
    ),
    "delete.retention.ms": Setting(
        LONG,
        "86400000",
        0,
        on_broker="log.cleaner.delete.retention.ms",
        has_effect=True,
        documentation="How long markers that delete a key stay readable after compaction.",
    ),
    "file.delete.delay.ms": Setting(
        LONG,
        "60000",
        0,
        on_broker="log.segment.delete.delay.ms",
        documentation="How long files of deleted segments are left lying.",
    ),
    "flush.messages": Setting(
        LONG,
        "9223372036854775807",
        1,
        on_broker="log.flush.interval.messages",
        documentation="After how many records a log is forced to disk. What an answer promises is the engine's setting here.",
    ),
    "flush.ms": Setting(
        LONG,
        "9223372036854775807",
        0,
        on_broker="log.flush.interval.ms",
        documentation="After what time a log is forced to disk. What an answer promises is the engine's setting here.",
    ),
    "follower.replication.throttled.replicas": Setting(
        LIST, "", documentation="Replicas whose following is slowed down. There are no followers here."
    ),
    "index.interval.bytes": Setting(
        INT,
        "4096",
        0,
        WHOLE,
        on_broker="log.index.interval.bytes",
        documentation="How densely a segment is indexed.",
    ),
    "leader.replication.throttled.replicas": Setting(
        LIST, "", documentation="Replicas whose leading is slowed down. There are no followers here."
    ),
    "hubbub.retention.records": Setting(
        LONG,
        "-1",
        -1,
        has_effect=True,
        documentation="How many of the newest records a partition keeps; -1 is without limit. Kafka has no such setting.",
    ),
    "local.retention.bytes": Setting(
        LONG,
        "-2",
        -2,
        on_broker="log.local.retention.bytes",
        documentation="Octets kept locally of a tiered log. Nothing is tiered here.",
    ),
    "local.retention.ms": Setting(
        LONG,
        "-2",
        -2,
        on_broker="log.local.retention.ms",
        documentation="Time kept locally of a tiered log. Nothing is tiered here.",
    ),
    "max.compaction.lag.ms": Setting(
        LONG,
        "9223372036854775807",
        1,
        on_broker="log.cleaner.max.compaction.lag.ms",
        has_effect=True,
        documentation="After what time a record must have been considered for compaction.",
    ),
    "max.message.bytes": Setting(
        INT,
        "1048588",
        0,
        WHOLE,
        on_broker="message.max.bytes",
        has_effect=True,
        documentation="Largest batch of records, in octets as sent.",
    ),
    "message.timestamp.after.max.ms": Setting(
        LONG,
        "3600000",
        0,
        on_broker="log.message.timestamp.after.max.ms",
        documentation="How far in the future a producer's timestamp may lie. Any is taken here.",
    ),
    "message.timestamp.before.max.ms": Setting(
        LONG,
        "9223372036854775807",
        0,
        on_broker="log.message.timestamp.before.max.ms",
        documentation="How far in the past a producer's timestamp may lie. Any is taken here.",
    ),
    "message.timestamp.type": Setting(
        TEXT,
        "CreateTime",
        choices=("CreateTime", "LogAppendTime"),
        on_broker="log.message.timestamp.type",
        has_effect=True,
        documentation="Whose time records carry: the producer's, or the broker's at arrival.",
    ),
    "min.cleanable.dirty.ratio": Setting(
        DOUBLE,
        "0.5",
        0,
        1,
        on_broker="log.cleaner.min.cleanable.ratio",
        has_effect=True,
        documentation="How much of a log must be new before it is compacted again.",
    ),
    "min.compaction.lag.ms": Setting(
        LONG,
        "0",
        0,
        on_broker="log.cleaner.min.compaction.lag.ms",
        has_effect=True,
        documentation="How long a record is safe from compaction.",
    ),
    "min.insync.replicas": Setting(
        INT,
        "1",
        1,
        WHOLE,
        on_broker="min.insync.replicas",
        documentation="How many replicas must have a record before acks=all is answered. This is one node: one always has it.",
    ),
    "preallocate": Setting(
        BOOL,
        "false",
        on_broker="log.preallocate",
        documentation="Whether segment files are made at full size at once.",
    ),
    "remote.log.copy.disable": Setting(
        BOOL, "false", documentation="Whether a tiered log stops copying. Nothing is tiered here."
    ),
    "remote.log.delete.on.disable": Setting(
        BOOL,
        "false",
        documentation="Whether tiered data goes when tiering is switched off. Nothing is tiered here.",
    ),
    "remote.storage.enable": Setting(
        BOOL, "false", documentation="Whether a log is tiered. Nothing is tiered here."
    ),
    "retention.bytes": Setting(
        LONG,
        "-1",
        -1,
        on_broker="log.retention.bytes",
        has_effect=True,
        documentation="Octets that a partition keeps; -1 is without limit.",
    ),
    "retention.ms": Setting(
        LONG,
        "604800000",
        -1,
        on_broker="log.retention.ms",
        has_effect=True,
        documentation="Age up to which records are kept; -1 is for ever.",
    ),
    "segment.bytes": Setting(
        INT,
        "1073741824",
        14,
        WHOLE,
        on_broker="log.segment.bytes",
        documentation="Size at which a new segment file begins.",
    ),
    "segment.index.bytes": Setting(
        INT,
        "10485760",
        4,
        WHOLE,
        on_broker="log.index.size.max.bytes",
        documentation="Largest index of a segment.",
    ),
    "segment.jitter.ms": Setting(
        LONG,
        "0",
        0,
        on_broker="log.roll.jitter.ms",
        documentation="By how much the beginnings of segments are scattered.",
    ),
    "segment.ms": Setting(
        LONG, "604800000", 1, on_broker="log.roll.ms", documentation="Age at which a new segment file begins."
    ),
    "unclean.leader.election.enable": Setting(
        BOOL,
        "false",
        on_broker="unclean.leader.election.enable",
        documentation="Whether a replica that lags behind may lead. There is one replica here.",
    ),
}
