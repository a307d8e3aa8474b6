"""LeaveGroup (13), versions 0-5: members go at once instead of being missed.

Up to v2 a member leaves by itself. From v3 on any number of members are named, by id or by instance id alone, and each has its own answer
(KIP-345). The reason of v5 is for a broker's log.
"""

from typing import Final

from hubbub.core.access import Operation
from hubbub.core.errors import Refusal
from hubbub.core.groups import Group
from hubbub.core.groups.refusals import BadName
from hubbub.protocols.kafka.failures import Code, code
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import leave_group as wire

API: Final = wire.API


def handle(guest: Guest, request: Request[wire.LeaveGroupRequest]) -> wire.LeaveGroupResponse:
    """Each member on its own; the others hear of it with their next heartbeats."""
    body = request.body
    if not guest.permits(Operation.READ, body.group_id):
        return wire.LeaveGroupResponse(error_code=Code.GROUP_AUTHORIZATION_FAILED)
    if not body.group_id:
        return wire.LeaveGroupResponse(error_code=code(BadName()))
    group = guest.broker.groups.find(body.group_id)
    if request.version < 3:
        return wire.LeaveGroupResponse(error_code=_leave(group, body.member_id, None))
    return wire.LeaveGroupResponse(
        members=[
            wire.MemberResponse(
                leaving.member_id,
                leaving.group_instance_id,
                _leave(group, leaving.member_id, leaving.group_instance_id),
            )
            for leaving in body.members
        ]
    )


def _leave(group: Group | None, member_id: str, instance: str | None) -> Code:
    if group is None:
        return Code.UNKNOWN_MEMBER_ID
    try:
        group.leave(member_id, instance)
    except Refusal as refusal:
        return code(refusal)
    return Code.NONE
