"""SyncGroup (14), versions 0-5: the leader brings everybody's assignment, and everybody gets its own.

v3 has instance ids (KIP-345). v5 names the protocol, which must be the group's, and tells it (KIP-559). Assignments go through untouched.
"""

from typing import Final

from hubbub.core.access import Operation
from hubbub.core.errors import Refusal
from hubbub.core.groups import Claim, Synced, Syncing
from hubbub.protocols.contract import Later
from hubbub.protocols.kafka.failures import Code, code
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import sync_group as wire

API: Final = wire.API


def handle(guest: Guest, request: Request[wire.SyncGroupRequest]) -> wire.SyncGroupResponse | Later:
    """Wait at the sync barrier."""
    body = request.body
    if not guest.permits(Operation.READ, body.group_id):
        return wire.SyncGroupResponse(error_code=Code.GROUP_AUTHORIZATION_FAILED)
    try:
        group = guest.broker.groups.of_member(body.group_id)
    except Refusal as refusal:
        return respond(refusal)
    later = Later(holds=True)

    def answer(synced: Synced | Refusal) -> None:
        later.complete(respond(synced))

    said = Syncing(
        Claim(body.member_id, body.generation_id, body.group_instance_id),
        body.protocol_type,
        body.protocol_name,
        {given.member_id: given.assignment for given in body.assignments},
    )
    later.on_cancel = group.sync(said, answer)
    return later


def respond(synced: Synced | Refusal) -> wire.SyncGroupResponse:
    """The core's answer in Kafka's words."""
    if isinstance(synced, Synced):
        return wire.SyncGroupResponse(
            protocol_type=synced.kind, protocol_name=synced.protocol, assignment=synced.assignment
        )
    return wire.SyncGroupResponse(error_code=code(synced))
