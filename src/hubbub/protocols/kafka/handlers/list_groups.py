"""ListGroups (16), versions 0-5: all groups that the client may see.

v4 tells states and can ask for some (KIP-518), v5 the same for types (KIP-848). Filters know no case; one that names nothing known finds nothing.
"""

from typing import Final

from hubbub.core.access import Operation
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.naming.groups import CLASSIC, STATES
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import list_groups as wire

API: Final = wire.API


def handle(guest: Guest, request: Request[wire.ListGroupsRequest]) -> wire.ListGroupsResponse:
    """Name, kind and state of each."""
    body = request.body
    states = {name.lower() for name in body.states_filter}
    types = {name.lower() for name in body.types_filter}
    if types and CLASSIC not in types:
        return wire.ListGroupsResponse()
    return wire.ListGroupsResponse(
        groups=[
            wire.ListedGroup(group.name, group.kind, STATES[group.state], CLASSIC)
            for group in guest.broker.groups
            if (not states or STATES[group.state].lower() in states)
            and guest.permits(Operation.DESCRIBE, group.name)
        ]
    )
