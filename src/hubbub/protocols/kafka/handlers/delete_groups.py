"""DeleteGroups (42), versions 0-2: forget groups that have no members, and what they committed (KIP-229)."""

from typing import Final

from hubbub.core.access import Operation
from hubbub.core.errors import Refusal
from hubbub.protocols.kafka.failures import Code, code
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import delete_groups as wire

API: Final = wire.API


def handle(guest: Guest, request: Request[wire.DeleteGroupsRequest]) -> wire.DeleteGroupsResponse:
    """Each group on its own."""
    body = request.body
    return wire.DeleteGroupsResponse(
        results=[wire.DeletableGroupResult(name, _delete(guest, name)) for name in body.groups_names]
    )


def _delete(guest: Guest, name: str) -> Code:
    if not guest.permits(Operation.DELETE, name):
        return Code.GROUP_AUTHORIZATION_FAILED
    try:
        guest.broker.groups.delete(name, guest.broker.turn.commit)
    except Refusal as refusal:
        return code(refusal)
    return Code.NONE
