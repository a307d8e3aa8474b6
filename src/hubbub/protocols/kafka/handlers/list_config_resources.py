"""ListConfigResources (74), versions 0-1: what has settings, by type and name (KIP-1142).

v0 is about client metrics alone, of which there are none; v1 names types, none for all of them.
"""

from typing import Final

from hubbub.core.access import Operation
from hubbub.protocols.kafka.failures import Code
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.handlers.resources import Kind
from hubbub.protocols.kafka.naming.names import CLUSTER
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import list_config_resources as wire

API: Final = wire.API


def handle(
    guest: Guest, request: Request[wire.ListConfigResourcesRequest]
) -> wire.ListConfigResourcesResponse:
    """Topics and this broker; groups and client metrics have no settings here."""
    body = request.body
    if not guest.permits(Operation.DESCRIBE, CLUSTER):
        return wire.ListConfigResourcesResponse(error_code=Code.CLUSTER_AUTHORIZATION_FAILED)
    kinds: set[int] = {Kind.CLIENT_METRICS} if request.version == 0 else set(body.resource_types) or set(Kind)
    if not kinds <= set(Kind):
        return wire.ListConfigResourcesResponse(error_code=Code.UNSUPPORTED_VERSION)
    node = str(guest.options.broker_id)
    found = [wire.ConfigResource(node, kind) for kind in (Kind.BROKER, Kind.BROKER_LOGGER) if kind in kinds]
    if Kind.TOPIC in kinds:
        found += [wire.ConfigResource(topic.name, Kind.TOPIC) for topic in guest.broker.topics]
    return wire.ListConfigResourcesResponse(config_resources=found)
