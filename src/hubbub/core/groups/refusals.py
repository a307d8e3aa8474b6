"""What a group refuses, beyond the core's common words."""

from hubbub.core.errors import Fenced, Full, Invalid, NotFound, Refusal, TooLarge, Unavailable, Unknown


class UnknownMember(Unknown):
    """No member of this id in the group: join again, as somebody new."""


class IdRequired(Refusal):
    """A newcomer must come again with ``member_id``, the id given here, so that a lost answer leaves no ghost behind."""

    def __init__(self, member_id: str) -> None:
        super().__init__(f"join again as {member_id!r}")
        self.member_id = member_id


class OldGeneration(Fenced):
    """The member speaks of a generation that is not the present one: join again."""


class FencedInstance(Fenced):
    """Somebody else has joined under the same instance id: stop."""


class Rebalancing(Refusal):
    """The group is gathering for its next generation: join again."""


class Inconsistent(Invalid):
    """A protocol kind, or a list of protocols, that does not go with those of the other members."""


class BadSessionTimeout(Invalid):
    """Outside the hub's bounds."""


class BadName(Invalid):
    """A group that has members needs a name."""


class GroupFull(Full):
    """As many members as the hub allows for one group."""


class NotEmpty(Refusal):
    """It has members: it cannot be deleted, nor its offsets."""


class NoSuchGroup(NotFound):
    """No group of this name."""


class NoteTooLong(TooLarge):
    """The text beside a committed offset is longer than the hub keeps."""


class NotKept(Unavailable):
    """The engine could not keep what the group decided."""
