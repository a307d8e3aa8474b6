"""FindCoordinator (10), versions 0-6: who looks after a group. Here that is always this node.

Key type 0 is a group, 1 (v1) a transactional id, 2 (v6) a share group; the last two are not offered, which is said with an error that no client
tries again. v4 asks for many keys at once.
"""

from typing import Final

from hubbub.core.access import Operation
from hubbub.protocols.kafka.failures import Code
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import find_coordinator as wire

API: Final = wire.API
GROUP: Final = 0
NOT_OFFERED: Final = {
    # the one code that every client takes for final: others make librdkafka ask again until its time is up
    1: (Code.TRANSACTIONAL_ID_AUTHORIZATION_FAILED, "transactions are not offered here yet"),
    2: (Code.INVALID_REQUEST, "share groups are not offered here yet"),
}
NO_GROUPS: Final = "consumer groups are switched off here (kafka.consumer_groups)"
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
    if key_type != GROUP:
        unknown = (Code.INVALID_REQUEST, f"nobody here looks after keys of type {key_type}")
        return wire.Coordinator(key, *NOBODY, *NOT_OFFERED.get(key_type, unknown))
    if not guest.permits(Operation.DESCRIBE, key):
        return wire.Coordinator(key, *NOBODY, Code.GROUP_AUTHORIZATION_FAILED, "not permitted")
    if not guest.options.consumer_groups:
        return wire.Coordinator(key, *NOBODY, Code.COORDINATOR_NOT_AVAILABLE, NO_GROUPS)
    return wire.Coordinator(key, guest.options.broker_id, *guest.address())
