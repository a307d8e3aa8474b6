"""FindCoordinator (10), versions 0-6: who looks after a group or a transactional id. Here that is always this node.

Key type 0 is a group, 1 (v1) a transactional id, 2 (v6) a share group, which there is none of. v4 asks for many keys at once.
"""

from typing import Final

from hubbub.core.access import Operation
from hubbub.protocols.kafka.failures import Code
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import find_coordinator as wire

API: Final = wire.API
GROUP: Final = 0
TRANSACTION: Final = 1
REFUSALS: Final = {
    GROUP: Code.GROUP_AUTHORIZATION_FAILED,
    TRANSACTION: Code.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
}
NOBODY: Final = (-1, "", -1)


def handle(guest: Guest, request: Request[wire.FindCoordinatorRequest]) -> wire.FindCoordinatorResponse:
    """This node, at the address the client came to."""
    body = request.body
    if request.version >= 4:
        return wire.FindCoordinatorResponse(
            coordinators=[_find(guest, body.key_type, key) for key in body.coordinator_keys]
        )
    found = _find(guest, body.key_type, body.key)
    return wire.FindCoordinatorResponse(
        error_code=found.error_code,
        error_message=found.error_message or None,
        node_id=found.node_id,
        host=found.host,
        port=found.port,
    )


def _find(guest: Guest, key_type: int, key: str) -> wire.Coordinator:
    refusal = REFUSALS.get(key_type)
    if refusal is None:
        return wire.Coordinator(
            key, *NOBODY, Code.INVALID_REQUEST, f"nobody here looks after keys of type {key_type}"
        )
    if not guest.permits(Operation.DESCRIBE, key):
        return wire.Coordinator(key, *NOBODY, refusal, "not permitted")
    return wire.Coordinator(key, guest.options.broker_id, *guest.address())
