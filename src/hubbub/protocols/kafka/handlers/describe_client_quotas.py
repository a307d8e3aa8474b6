"""DescribeClientQuotas (48), versions 0-1: no quotas are set here (KIP-546). Java refuses null entries: they are empty.

The versions differ in their encoding alone.
"""

from typing import Final

from hubbub.core.access import Operation
from hubbub.protocols.kafka.failures import Code
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.naming.names import CLUSTER
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import describe_client_quotas as wire

API: Final = wire.API
ENTITIES: Final = ("user", "client-id", "ip")
MATCHES: Final = (0, 1, 2)
"""By name, the default, any."""


def handle(
    guest: Guest, request: Request[wire.DescribeClientQuotasRequest]
) -> wire.DescribeClientQuotasResponse:
    """None, or what is wrong with the question."""
    body = request.body
    if not guest.permits(Operation.DESCRIBE, CLUSTER):
        return refused(Code.CLUSTER_AUTHORIZATION_FAILED, "not permitted")
    for component in body.components:
        if component.entity_type not in ENTITIES:
            return refused(Code.UNSUPPORTED_VERSION, f"there are no quotas for {component.entity_type!r}")
        if component.match_type not in MATCHES:
            return refused(Code.INVALID_REQUEST, f"there is no match of type {component.match_type}")
    return wire.DescribeClientQuotasResponse(error_message=None)


def refused(why: Code, text: str) -> wire.DescribeClientQuotasResponse:
    """With an error, and only then, Kafka sends null entries."""
    return wire.DescribeClientQuotasResponse(error_code=why, error_message=text, entries=None)
