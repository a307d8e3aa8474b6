"""IncrementalAlterConfigs (44), versions 0-1: change some settings of a topic; answer when that is safe (KIP-339).

Operations: set, delete (back to the default), append to and subtract from a list. All changes of a topic are made or none. The versions
differ in their encoding alone.
"""

from enum import IntEnum
from functools import partial
from typing import Final

from hubbub.protocols.contract import Later, Reply
from hubbub.protocols.kafka.failures import Code
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.handlers.resources import Verdict, change_each, configure, find_topic
from hubbub.protocols.kafka.naming.settings import defaults, items
from hubbub.protocols.kafka.naming.topic_settings import LIST, SETTINGS
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import incremental_alter_configs as wire

API: Final = wire.API


class Change(IntEnum):
    """What to do with a setting."""

    SET = 0
    DELETE = 1
    APPEND = 2
    SUBTRACT = 3


def handle(guest: Guest, request: Request[wire.IncrementalAlterConfigsRequest]) -> Reply | Later:
    """Each resource on its own."""
    body = request.body
    return change_each(
        guest,
        body.resources,
        partial(_alter, guest, validate_only=body.validate_only),
        partial(response, body),
        validate_only=body.validate_only,
    )


def response(
    body: wire.IncrementalAlterConfigsRequest, verdicts: list[Verdict]
) -> wire.IncrementalAlterConfigsResponse:
    """In the order of the request."""
    return wire.IncrementalAlterConfigsResponse(
        responses=[
            wire.AlterConfigsResourceResponse(
                verdict.code, verdict.text, resource.resource_type, resource.resource_name
            )
            for resource, verdict in zip(body.resources, verdicts, strict=True)
        ]
    )


def _alter(guest: Guest, resource: wire.AlterConfigsResource, *, validate_only: bool) -> Verdict:
    topic = find_topic(guest, resource)
    if isinstance(topic, Verdict):
        return topic
    settings = dict(topic.settings)
    inherited = defaults(guest.options)
    for config in resource.configs:
        refusal = _apply(settings, inherited, config)
        if refusal is not None:
            return refusal
    return configure(guest, topic, settings, validate_only=validate_only)


def _apply(
    settings: dict[str, str], inherited: dict[str, str], config: wire.AlterableConfig
) -> Verdict | None:
    """One change to ``settings``, or why not."""
    name, value, change = config.name, config.value, config.config_operation
    if change == Change.DELETE:
        settings.pop(name, None)
        return None
    if change not in set(Change):
        return Verdict(Code.INVALID_REQUEST, f"{name}: there is no operation {change}")
    if value is None:
        return Verdict(Code.INVALID_REQUEST, f"{name} has no value")
    if change == Change.SET:
        settings[name] = value
        return None
    setting = SETTINGS.get(name)
    if setting is None or setting.kind is not LIST:
        return Verdict(
            Code.INVALID_CONFIG, f"{name} is not a list: it can be set or deleted, not added to or taken from"
        )
    has = items(settings.get(name, inherited[name]))
    if change == Change.APPEND:
        has += [item for item in dict.fromkeys(items(value)) if item not in has]
    else:
        gone = set(items(value))
        has = [item for item in has if item not in gone]
    settings[name] = ",".join(has)
    return None
