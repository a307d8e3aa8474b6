"""AlterConfigs (33), versions 0-2: give a topic these settings and no others; answer when that is safe.

What is not listed goes back to its default, which is why IncrementalAlterConfigs replaced it (KIP-339). The versions differ in their
encoding alone.
"""

from functools import partial
from typing import Final

from hubbub.protocols.contract import Later, Reply
from hubbub.protocols.kafka.failures import Code
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.handlers.resources import Verdict, change_each, configure, find_topic
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import alter_configs as wire

API: Final = wire.API


def handle(guest: Guest, request: Request[wire.AlterConfigsRequest]) -> Reply | Later:
    """Each resource on its own."""
    body = request.body
    return change_each(
        guest,
        body.resources,
        partial(_alter, guest, validate_only=body.validate_only),
        partial(response, body),
        validate_only=body.validate_only,
    )


def response(body: wire.AlterConfigsRequest, verdicts: list[Verdict]) -> wire.AlterConfigsResponse:
    """In the order of the request."""
    return wire.AlterConfigsResponse(
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
    settings: dict[str, str] = {}
    for config in resource.configs:
        if config.value is None:
            return Verdict(Code.INVALID_REQUEST, f"{config.name} has no value")
        settings[config.name] = config.value
    return configure(guest, topic, settings, validate_only=validate_only)
