"""Kafka's names for places and settings, and the core's.

Topic names: 1 to 249 of letters, digits, dot, underscore, hyphen, and neither ``.`` nor ``..``. Topic settings: the table `SETTINGS`, by
Kafka's names (its documentation, "Topic-Level Configs"), with what this broker does about each: those with an effect change
`TopicOptions`; the rest are kept and shown again, because tools set them everywhere and expect them back.
"""

import re
from collections.abc import Callable, Mapping
from enum import IntEnum
from typing import Final

import msgspec
from msgspec import Struct

from hubbub.core.errors import Invalid
from hubbub.core.options import TopicOptions
from hubbub.protocols.kafka.options import KafkaOptions

NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,249}")
INTERNAL: Final = frozenset({"__consumer_offsets", "__transaction_state"})


def refuse_bad_name(name: str) -> None:
    """Raises `Invalid` for a name that Kafka does not allow."""
    if name in (".", "..") or NAME.fullmatch(name) is None:
        shown = name if len(name) <= 60 else name[:60] + "..."
        raise Invalid(f"topic name {shown!r}: a name has 1 to 249 of letters, digits, '.', '_' and '-', and is neither '.' nor '..'")


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
    "cleanup.policy": Setting(LIST, "delete", choices=("delete", "compact"), documentation="What becomes of old records."),
    "compression.gzip.level": Setting(INT, "-1", -1, 9),
    "compression.lz4.level": Setting(INT, "9", 1, 17),
    "compression.type": Setting(TEXT, "producer", choices=("uncompressed", "zstd", "lz4", "snappy", "gzip", "producer")),
    "compression.zstd.level": Setting(INT, "3", -131072, 22),
    "delete.retention.ms": Setting(LONG, "86400000", 0, documentation="How long deletion markers stay after compaction."),
    "file.delete.delay.ms": Setting(LONG, "60000", 0),
    "flush.messages": Setting(LONG, "9223372036854775807", 1),
    "flush.ms": Setting(LONG, "9223372036854775807", 0),
    "follower.replication.throttled.replicas": Setting(LIST, ""),
    "index.interval.bytes": Setting(INT, "4096", 0, WHOLE),
    "leader.replication.throttled.replicas": Setting(LIST, ""),
    "local.retention.bytes": Setting(LONG, "-2", -2),
    "local.retention.ms": Setting(LONG, "-2", -2),
    "max.compaction.lag.ms": Setting(LONG, "9223372036854775807", 1),
    "max.message.bytes": Setting(INT, "1048588", 0, WHOLE, documentation="Largest batch of records, in octets."),
    "message.timestamp.after.max.ms": Setting(LONG, "3600000", 0),
    "message.timestamp.before.max.ms": Setting(LONG, "9223372036854775807", 0),
    "message.timestamp.type": Setting(
        TEXT, "CreateTime", choices=("CreateTime", "LogAppendTime"), documentation="Whose time records carry."
    ),
    "min.cleanable.dirty.ratio": Setting(DOUBLE, "0.5", 0, 1),
    "min.compaction.lag.ms": Setting(LONG, "0", 0),
    "min.insync.replicas": Setting(INT, "1", 1, WHOLE),
    "preallocate": Setting(BOOL, "false"),
    "remote.log.copy.disable": Setting(BOOL, "false"),
    "remote.log.delete.on.disable": Setting(BOOL, "false"),
    "remote.storage.enable": Setting(BOOL, "false"),
    "retention.bytes": Setting(LONG, "-1", -1, documentation="Octets that a partition keeps; -1 is without limit."),
    "retention.ms": Setting(LONG, "604800000", -1, documentation="Age up to which records are kept; -1 is for ever."),
    "segment.bytes": Setting(INT, "1073741824", 14, WHOLE),
    "segment.index.bytes": Setting(INT, "10485760", 4, WHOLE),
    "segment.jitter.ms": Setting(LONG, "0", 0),
    "segment.ms": Setting(LONG, "604800000", 1),
    "unclean.leader.election.enable": Setting(BOOL, "false"),
}


def defaults(options: KafkaOptions) -> dict[str, str]:
    """Every topic setting with the value it has on this broker when a topic does not say otherwise."""
    values = {name: setting.default for name, setting in SETTINGS.items()}
    values["max.message.bytes"] = str(options.message_max_bytes)
    values["retention.ms"] = str(options.log_retention_ms)
    values["retention.bytes"] = str(options.log_retention_bytes)
    values["segment.bytes"] = str(options.log_segment_bytes)
    return values


def topic_options(settings: Mapping[str, str], options: KafkaOptions) -> TopicOptions:
    """What these settings mean. Raises `Invalid` for an unknown name or a value out of its bounds, with both in the text."""
    for name, value in settings.items():
        refuse_bad_setting(name, value)
    values = defaults(options)
    values.update(settings)
    policies = items(values["cleanup.policy"])
    return TopicOptions(
        retention_ms=int(values["retention.ms"]),
        retention_bytes=int(values["retention.bytes"]),
        segment_bytes=int(values["segment.bytes"]),
        segment_ms=int(values["segment.ms"]),
        max_batch_bytes=int(values["max.message.bytes"]),
        stamps_on_append=values["message.timestamp.type"] == "LogAppendTime",
        discards="delete" in policies,
        compacts="compact" in policies,
        tombstone_ms=int(values["delete.retention.ms"]),
    )


def refuse_bad_setting(name: str, value: str) -> None:
    """Raises `Invalid` when there is no such topic setting, or it cannot have this value."""
    setting = SETTINGS.get(name)
    if setting is None:
        raise Invalid(f"unknown topic config name: {name}")
    complaint = CHECKS[setting.kind](setting, value)
    if complaint:
        raise Invalid(f"invalid value {value!r} for configuration {name}: {complaint}")


def items(value: str) -> list[str]:
    """The items of a list setting."""
    return [item.strip() for item in value.split(",") if item.strip()]


def _check_bool(setting: Setting, value: str) -> str:  # noqa: ARG001 - all checks have one shape
    return "" if value.lower() in ("true", "false") else "it is true or false"


def _check_text(setting: Setting, value: str) -> str:
    return "" if not setting.choices or value in setting.choices else f"it is one of {', '.join(setting.choices)}"


def _check_list(setting: Setting, value: str) -> str:
    if setting.choices and not items(value):
        return f"it needs at least one of {', '.join(setting.choices)}"
    wrong = [item for item in items(value) if setting.choices and item not in setting.choices]
    return f"{wrong[0]!r} is not one of {', '.join(setting.choices)}" if wrong else ""


def _check_number(setting: Setting, value: str) -> str:
    try:
        number = float(value) if setting.kind is DOUBLE else int(value)
    except ValueError:
        return "it is a number"
    if number != number or not setting.least <= number <= setting.most:  # NaN
        return f"it lies between {setting.least} and {setting.most}"
    return ""


CHECKS: Final[dict[SettingType, Callable[[Setting, str], str]]] = {
    BOOL: _check_bool,
    TEXT: _check_text,
    INT: _check_number,
    LONG: _check_number,
    DOUBLE: _check_number,
    LIST: _check_list,
}


def setting_text(value: object) -> str:
    """A value from a configuration file as Kafka writes it: true, not True; 0.5; a list joined with commas."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ",".join(map(str, value))
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
