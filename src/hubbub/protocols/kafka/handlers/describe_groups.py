"""DescribeGroups (15), versions 0-6: members of groups, and in stable ones who has what.

v3 can tell what the client may do with a group (KIP-430), v4 tells instance ids. A group that is not there is "Dead"; since v6 it is also an error
(KIP-1043). Groups that only ever committed offsets are "Empty".
"""

from typing import Final

from hubbub.core.access import Operation
from hubbub.core.groups import Group, State
from hubbub.protocols.kafka.failures import Code
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.naming.groups import STATES
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import describe_groups as wire

API: Final = wire.API
GROUP_OPERATIONS: Final = 0b1101_0100_1000
"""READ, DELETE, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS as a bit field (KIP-430)."""
NOT_ASKED: Final = -(2**31)


def handle(guest: Guest, request: Request[wire.DescribeGroupsRequest]) -> wire.DescribeGroupsResponse:
    """Each group on its own."""
    body = request.body
    operations = GROUP_OPERATIONS if body.include_authorized_operations else NOT_ASKED
    return wire.DescribeGroupsResponse(
        groups=[_named(guest, request.version, name, operations) for name in body.groups]
    )


def _named(guest: Guest, version: int, name: str, operations: int) -> wire.DescribedGroup:
    if not guest.permits(Operation.DESCRIBE, name):
        return wire.DescribedGroup(Code.GROUP_AUTHORIZATION_FAILED, group_id=name)
    group = guest.broker.groups.find(name)
    if group is None:
        why = Code.GROUP_ID_NOT_FOUND if version >= 6 else Code.NONE
        text = f"Group {name} not found." if why else None
        return wire.DescribedGroup(
            why, text, name, STATES[State.DEAD], authorized_operations=operations if not why else NOT_ASKED
        )
    return _describe(group, operations)


def _describe(group: Group, operations: int) -> wire.DescribedGroup:
    is_stable = group.state is State.STABLE
    return wire.DescribedGroup(
        group_id=group.name,
        group_state=STATES[group.state],
        protocol_type=group.kind,
        protocol_data=group.protocol if is_stable else "",
        members=[
            wire.DescribedGroupMember(
                member.id,
                member.said.instance,
                member.said.client_id,
                member.said.client_host,
                member.metadata(group.protocol) if is_stable else b"",
                member.assignment if is_stable else b"",
            )
            for member in group.roster
        ],
        authorized_operations=operations,
    )
