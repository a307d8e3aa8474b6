"""Members of a group: what they say when they join, who they are, and the roster that finds them and lets them vote.

What a member says of its protocols, and what is assigned to it, are octets that nobody here looks into.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from hubbub.core.groups.refusals import FencedInstance, UnknownMember
from hubbub.model.clock import NEVER, Timer, nothing

UNARMED: Final = Timer(NEVER, 0, nothing)
"""Stands where no timer runs."""


class Joining(Struct, frozen=True):
    """What somebody says who joins. ``member_id`` is empty for newcomers; timeouts in ms."""

    member_id: str
    kind: str
    """The family of protocols all members of a group share."""
    protocols: tuple[tuple[str, bytes], ...]
    """Ways of assigning that the member knows, the preferred first, each with what the leader needs to know for it."""
    session_timeout_ms: int
    rebalance_timeout_ms: int
    instance: str | None = None
    """The name of a static member: whoever joins under it takes over the place of the one before."""
    client_id: str = ""
    client_host: str = ""
    learns_id_first: bool = False
    """Whether a newcomer is told its id by `IdRequired` before it becomes a member."""
    may_skip_assignment: bool = False
    """Whether a leader that takes over understands that there is nothing to assign."""


class Claim(Struct, frozen=True, gc=False):
    """Who speaks: a member and the generation it believes to be in; empty id and -1 for somebody outside."""

    member_id: str
    generation: int
    instance: str | None = None


class Introduction(Struct, frozen=True, gc=False):
    """One member, as the leader is told of it: ``metadata`` is what it said of the chosen protocol."""

    member_id: str
    instance: str | None
    metadata: bytes


class Joined(Struct, frozen=True):
    """The answer to a join: the generation. ``members`` is empty for all but the leader."""

    member_id: str
    generation: int
    kind: str
    protocol: str
    leader: str
    members: tuple[Introduction, ...] = ()
    skips_assignment: bool = False


class Syncing(Struct, frozen=True):
    """What a member says to get its assignment; the leader's word has ``assignments`` by member id."""

    claim: Claim
    kind: str | None = None
    protocol: str | None = None
    assignments: Mapping[str, bytes] = {}


class Synced(Struct, frozen=True, gc=False):
    """The answer to a sync: this member's assignment, as the leader gave it."""

    kind: str
    protocol: str
    assignment: bytes


class Member:
    """Owned by its `Roster`. ``deadline`` is the steady time at which its session ends; the timer follows it lazily."""

    __slots__ = ("assignment", "deadline", "id", "is_new", "said", "timer")

    def __init__(self, member_id: str, said: Joining, assignment: bytes = b"") -> None:
        self.id = member_id
        self.said = said
        self.assignment = assignment
        self.deadline = NEVER
        self.timer = UNARMED
        self.is_new = True

    def metadata(self, protocol: str) -> bytes:
        """What it said of this protocol; empty if it does not know it."""
        for name, metadata in self.said.protocols:
            if name == protocol:
                return metadata
        return b""


class Roster:
    """The members of one group, in the order in which they came, and who holds which instance id."""

    __slots__ = ("_by_id", "_by_instance", "_known")

    def __init__(self) -> None:
        self._by_id: dict[str, Member] = {}
        self._by_instance: dict[str, Member] = {}
        self._known: Counter[str] = Counter()
        """How many members know a protocol."""

    def __iter__(self) -> Iterator[Member]:
        """A snapshot: members may be removed meanwhile."""
        return iter(list(self._by_id.values()))

    def __len__(self) -> int:
        return len(self._by_id)

    def __contains__(self, member_id: str) -> bool:
        return member_id in self._by_id

    def find(self, member_id: str) -> Member | None:
        """By id."""
        return self._by_id.get(member_id)

    def holder(self, instance: str) -> Member | None:
        """Who holds this instance id."""
        return self._by_instance.get(instance)

    def verify(self, member_id: str, instance: str | None) -> Member:
        """The member that speaks. Raises `UnknownMember`, `FencedInstance`."""
        if instance is not None:
            holder = self._by_instance.get(instance)
            if holder is None:
                raise UnknownMember(f"no member holds instance id {instance!r}")
            if holder.id != member_id:
                raise FencedInstance(
                    f"instance id {instance!r} is held by {holder.id!r}, not by {member_id!r}"
                )
        member = self._by_id.get(member_id)
        if member is None:
            raise UnknownMember(f"no member {member_id!r}")
        return member

    def add(self, member: Member) -> None:
        """A new member, last in order."""
        self._by_id[member.id] = member
        self._known.update(known_to(member.said))
        if member.said.instance is not None:
            self._by_instance[member.said.instance] = member

    def hear(self, member: Member, said: Joining) -> None:
        """A member has something new to say."""
        self._unlearn(member.said)
        self._known.update(known_to(said))
        member.said = said

    def remove(self, member: Member) -> None:
        """A member goes."""
        del self._by_id[member.id]
        self._unlearn(member.said)
        if member.said.instance is not None:
            self._by_instance.pop(member.said.instance, None)

    def replace(self, old: Member, new: Member) -> None:
        """The same static member under a new id, at the same place in the order."""
        self._by_id = {
            (new.id if member is old else member.id): (new if member is old else member)
            for member in self._by_id.values()
        }
        self._unlearn(old.said)
        self._known.update(known_to(new.said))
        if new.said.instance is not None:
            self._by_instance[new.said.instance] = new

    def rebalance_timeout(self) -> float:
        """Seconds that the most patient member allows for a rebalance."""
        return max((member.said.rebalance_timeout_ms for member in self._by_id.values()), default=0) / 1000

    def common_protocols(self) -> list[str]:
        """The protocols that all members know, as the first member orders them."""
        first = next(iter(self._by_id.values()), None)
        if first is None:
            return []
        everybody = len(self._by_id)
        return [name for name, _ in first.said.protocols if self._known[name] == everybody]

    def choose_protocol(self) -> str:
        """Each member votes for the first it lists of those that all know; the most votes win, then the first member's order.

        Members that have nothing in common are not let in, so there is always one; empty only for an empty roster.
        """
        candidates = self.common_protocols()
        votes = dict.fromkeys(candidates, 0)
        for member in self._by_id.values():
            for name, _ in member.said.protocols:
                if name in votes:
                    votes[name] += 1
                    break
        return max(candidates, key=votes.__getitem__, default="")

    def _unlearn(self, said: Joining) -> None:
        for name in known_to(said):
            self._known[name] -= 1
            if not self._known[name]:
                del self._known[name]


def known_to(said: Joining) -> set[str]:
    """Names of the protocols that somebody knows, each once."""
    return {name for name, _ in said.protocols}
