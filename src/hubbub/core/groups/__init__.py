"""Groups: members that share the partitions of topics, and the offsets they have committed.

Read `group` first: the state machine. `registry` holds all groups of a hub; `members` has the words that are exchanged, `waiting`
those who wait for an answer, `offsets` what was committed and `archive` what survives a restart.
"""

from hubbub.core.groups.group import Group, State
from hubbub.core.groups.members import Claim, Introduction, Joined, Joining, Member, Synced, Syncing
from hubbub.core.groups.offsets import Committed
from hubbub.core.groups.options import GroupOptions
from hubbub.core.groups.registry import Groups

__all__ = [
    "Claim",
    "Committed",
    "Group",
    "GroupOptions",
    "Groups",
    "Introduction",
    "Joined",
    "Joining",
    "Member",
    "State",
    "Synced",
    "Syncing",
]
