"""Heartbeat (12), versions 0-4: a member lives, and hears whether it must join again.

v3 has instance ids (KIP-345).
"""

from typing import Final

from hubbub.core.access import Operation
from hubbub.core.errors import Refusal
from hubbub.core.groups import Claim
from hubbub.protocols.kafka.failures import Code, code
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import heartbeat as wire

API: Final = wire.API
ALL_IS_WELL: Final = wire.HeartbeatResponse()


def handle(guest: Guest, request: Request[wire.HeartbeatRequest]) -> wire.HeartbeatResponse:
    """Go on, or why not."""
    body = request.body
    if not guest.permits(Operation.READ, body.group_id):
        return wire.HeartbeatResponse(error_code=Code.GROUP_AUTHORIZATION_FAILED)
    try:
        group = guest.broker.groups.of_member(body.group_id)
        group.heartbeat(Claim(body.member_id, body.generation_id, body.group_instance_id))
    except Refusal as refusal:
        return wire.HeartbeatResponse(error_code=code(refusal))
    return ALL_IS_WELL
