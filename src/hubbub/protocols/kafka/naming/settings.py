"""What the settings of a topic mean, in the core's words, and what they are where a topic does not say.

Those with an effect change `TopicOptions`; the rest are kept and shown again, because tools set them everywhere and expect them back. An
unknown name, or a value out of its bounds, is refused.
"""

from collections.abc import Callable, Mapping
from enum import IntEnum
from typing import Final

import msgspec
from msgspec import Struct

from hubbub.core.errors import Invalid
from hubbub.core.options import TopicOptions
from hubbub.protocols.kafka.naming.topic_settings import (
    BOOL,
    DOUBLE,
    INT,
    LIST,
    LONG,
    SETTINGS,
    TEXT,
    Setting,
    SettingType,
)
from hubbub.protocols.kafka.options import KafkaOptions


class Source(IntEnum):
    """Where a value comes from, as DescribeConfigs numbers it."""

    DYNAMIC_TOPIC = 1
    STATIC_BROKER = 4
    DEFAULT = 5


def defaults(options: KafkaOptions) -> dict[str, str]:
    """Every topic setting with the value it has on this broker when a topic does not say otherwise."""
    values = {name: setting.default for name, setting in SETTINGS.items()}
    values["max.message.bytes"] = str(options.message_max_bytes)
    values["retention.ms"] = str(options.log_retention_ms)
    values["retention.bytes"] = str(options.log_retention_bytes)
    values["segment.bytes"] = str(options.log_segment_bytes)
    return values


class Shown(Struct, frozen=True, gc=False):
    """A setting of a topic as clients see it."""

    text: str
    source: Source


def topic_values(settings: Mapping[str, str], options: KafkaOptions) -> dict[str, Shown]:
    """Every topic setting, in order of names, with what it is on a topic that has these settings of its own."""
    values: dict[str, Shown] = {}
    for name, inherited in defaults(options).items():
        own = settings.get(name)
        if own is not None:
            values[name] = Shown(own, Source.DYNAMIC_TOPIC)
        else:
            values[name] = Shown(
                inherited, Source.DEFAULT if inherited == SETTINGS[name].default else Source.STATIC_BROKER
            )
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
        retention_records=int(values["hubbub.retention.records"]),
        segment_bytes=int(values["segment.bytes"]),
        segment_ms=int(values["segment.ms"]),
        max_batch_bytes=int(values["max.message.bytes"]),
        stamps_on_append=values["message.timestamp.type"] == "LogAppendTime",
        discards="delete" in policies,
        compacts="compact" in policies,
        tombstone_ms=int(values["delete.retention.ms"]),
        least_lag_ms=int(values["min.compaction.lag.ms"]),
        most_lag_ms=int(values["max.compaction.lag.ms"]),
        dirty_ratio=float(values["min.cleanable.dirty.ratio"]),
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
    return (
        ""
        if not setting.choices or value in setting.choices
        else f"it is one of {', '.join(setting.choices)}"
    )


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
