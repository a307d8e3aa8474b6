"""JoinGroup (11), versions 0-9: take part in a group's next generation; answered when all its members have come.

v0 has no rebalance timeout: the session timeout stands for it. From v4 on a newcomer is given its id first and comes again with it (KIP-394),
unless it has an instance id (v5, KIP-345). v7 echoes the protocol type; in v9 a static leader may be told to assign nothing (KIP-814).
"""

from typing import Final

from hubbub.core.access import Operation
from hubbub.core.errors import Refusal
from hubbub.core.groups import Joined, Joining
from hubbub.core.groups.refusals import GroupFull, IdRequired
from hubbub.protocols.contract import Later
from hubbub.protocols.kafka.failures import Code, code
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import join_group as wire

API: Final = wire.API


def handle(guest: Guest, request: Request[wire.JoinGroupRequest]) -> wire.JoinGroupResponse | Later:
    """Wait at the join barrier."""
    body = request.body
    if not guest.permits(Operation.READ, body.group_id):
        return refused(request.version, Code.GROUP_AUTHORIZATION_FAILED, body.member_id)
    if not guest.options.consumer_groups:
        return refused(request.version, Code.COORDINATOR_NOT_AVAILABLE, body.member_id)
    later = Later(holds=True)

    def answer(joined: Joined | Refusal) -> None:
        later.complete(respond(request, joined))

    later.on_cancel = guest.broker.groups.join(body.group_id, said(guest, request), answer)
    return later


def said(guest: Guest, request: Request[wire.JoinGroupRequest]) -> Joining:
    """The request in the core's words."""
    body = request.body
    return Joining(
        member_id=body.member_id,
        kind=body.protocol_type,
        protocols=tuple((protocol.name, protocol.metadata) for protocol in body.protocols),
        session_timeout_ms=body.session_timeout_ms,
        rebalance_timeout_ms=body.session_timeout_ms
        if request.version == 0
        else max(0, body.rebalance_timeout_ms),
        instance=body.group_instance_id,
        client_id=request.client_id or "",
        client_host=f"/{guest.stream.peer[0]}",
        learns_id_first=request.version >= 4,
        may_skip_assignment=request.version >= 9,
    )


def respond(request: Request[wire.JoinGroupRequest], joined: Joined | Refusal) -> wire.JoinGroupResponse:
    """The core's answer in Kafka's words."""
    if isinstance(joined, Joined):
        return wire.JoinGroupResponse(
            generation_id=joined.generation,
            protocol_type=joined.kind,
            protocol_name=joined.protocol,
            leader=joined.leader,
            skip_assignment=joined.skips_assignment,
            member_id=joined.member_id,
            members=[
                wire.JoinGroupResponseMember(known.member_id, known.instance, known.metadata)
                for known in joined.members
            ],
        )
    member_id = request.body.member_id
    if isinstance(joined, IdRequired):
        member_id = joined.member_id
    elif isinstance(joined, GroupFull):
        member_id = ""
    return refused(request.version, code(joined), member_id)


def refused(version: int, why: Code, member_id: str) -> wire.JoinGroupResponse:
    """No generation."""
    return wire.JoinGroupResponse(
        error_code=why, protocol_name=None if version >= 7 else "", member_id=member_id
    )
