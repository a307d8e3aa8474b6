"""DescribeAcls (29), versions 0-3: no authorizer is configured, and Kafka says so with an error rather than an empty list.

The versions differ in resource patterns (v1, KIP-290), encoding (v2) and user types (v3): in nothing that shows in this answer. Kafka 4
begins at v1.
"""

from typing import Final

from hubbub.protocols.kafka.failures import Code
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import describe_acls as wire

API: Final = wire.API


def handle(guest: Guest, request: Request[wire.DescribeAclsRequest]) -> wire.DescribeAclsResponse:
    """Clients hear that security is off."""
    return wire.DescribeAclsResponse(
        error_code=Code.SECURITY_DISABLED, error_message="no authorizer is configured"
    )
