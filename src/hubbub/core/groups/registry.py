"""All groups of a hub, by name: made when somebody joins or commits, gone when nothing of them is left."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Final, TypeAlias

from hubbub.core.commit import Commit
from hubbub.core.errors import Refusal, Unavailable
from hubbub.core.groups.archive import Archive
from hubbub.core.groups.group import Group, State
from hubbub.core.groups.members import Claim, Joined, Joining
from hubbub.core.groups.offsets import Committed, Offsets, kept
from hubbub.core.groups.options import GroupOptions
from hubbub.core.groups.refusals import (
    BadName,
    NoSuchGroup,
    NotEmpty,
    NoteTooLong,
    UnknownMember,
)
from hubbub.core.groups.waiting import Answer, Cancel
from hubbub.core.store import Engine
from hubbub.core.turn import Turn
from hubbub.model.clock import Clock, nothing

Place: TypeAlias = tuple[str, int]
"""Topic and partition."""

DEFAULTS: Final = GroupOptions()


class Groups:
    """One per hub. What earlier runs have kept is there from the start."""

    __slots__ = ("_archive", "_by_name", "_clock", "_is_sweeping", "_offsets_state", "_options", "_turn")

    def __init__(self, engine: Engine, clock: Clock, turn: Turn, options: GroupOptions = DEFAULTS) -> None:
        self._clock = clock
        self._turn = turn
        self._options = options
        self._archive = Archive(engine, turn)
        self._offsets_state = engine.state("offsets")
        self._by_name: dict[str, Group] = {}
        self._is_sweeping = False
        for name, group in self._archive.kept():
            self._open(name).restore(group)
        for name, topic, partition, committed in kept(self._offsets_state):
            self._open(name).offsets.load(topic, partition, committed)

    def __iter__(self) -> Iterator[Group]:
        """A snapshot."""
        return iter(list(self._by_name.values()))

    def __len__(self) -> int:
        return len(self._by_name)

    def find(self, name: str) -> Group | None:
        """By name."""
        return self._by_name.get(name)

    def named(self, name: str) -> Group:
        """By name. Raises `NoSuchGroup`."""
        group = self._by_name.get(name)
        if group is None:
            raise NoSuchGroup(f"no group {name!r}")
        return group

    def of_member(self, name: str) -> Group:
        """The group in which somebody believes to be. Raises `BadName`, `UnknownMember`."""
        group = self._by_name.get(name)
        if group is None:
            check_name(name)
            raise UnknownMember(f"group {name!r} has no members")
        return group

    def join(self, name: str, said: Joining, answer: Answer[Joined]) -> Cancel:
        """`Group.join`, in a group that is made if need be. Refuses with `BadName`, too."""
        try:
            check_name(name)
            group = self.of_member(name) if said.member_id else self._open(name)
        except Refusal as refusal:
            answer(refusal)
            return nothing
        return group.join(said, answer)

    def commit(
        self, name: str, claim: Claim, offsets: Mapping[Place, Committed], commit: Commit
    ) -> dict[Place, Refusal]:
        """Keep offsets, as safe as ``commit`` when it ends OK; return those places that were refused (`NoteTooLong`, `Full`).

        Raises what `Group.check_commit` raises, and `NoSuchGroup` when a member commits to a group that is not there; an outsider's
        commit makes the group.
        """
        group = self._by_name.get(name)
        if group is not None:
            group.check_commit(claim)
        elif claim.generation >= 0:
            raise NoSuchGroup(f"no group {name!r}")
        refused: dict[Place, Refusal] = {}
        for (topic, partition), committed in offsets.items():
            try:
                if len(committed.note) > self._options.max_note_length:
                    raise NoteTooLong(
                        f"{len(committed.note)} letters beside an offset, over {self._options.max_note_length}"
                    )
                if group is None:
                    group = self._open(name)
                group.offsets.put(topic, partition, committed, commit)
            except Refusal as refusal:
                refused[topic, partition] = refusal
        return refused

    def delete(self, name: str, commit: Commit) -> None:
        """Forget a group and its offsets. Raises `NoSuchGroup`, `NotEmpty`."""
        group = self.named(name)
        if group.state is not State.EMPTY:
            raise NotEmpty(f"group {name!r} has members")
        for topic, partition, _ in group.offsets:
            group.offsets.drop(topic, partition, commit)
        group.bury()
        del self._by_name[name]

    def forget_topic(self, topic: str) -> None:
        """A topic is gone, and with it what was committed for it."""
        for group in self._by_name.values():
            for partition in group.offsets.partitions(topic):
                group.offsets.drop(topic, partition, self._turn.commit)

    # inside

    def _open(self, name: str) -> Group:
        group = self._by_name.get(name)
        if group is None:
            offsets = Offsets(name, self._offsets_state)
            group = self._by_name[name] = Group(name, offsets, self._archive, self._clock, self._options)
            self._sweep_later()
        return group

    def _sweep_later(self) -> None:
        """One timer, and none while there are no groups."""
        if not self._is_sweeping:
            self._is_sweeping = True
            self._clock.call_in(self._options.sweep_interval_ms / 1000, self._sweep)

    def _sweep(self) -> None:
        """Groups without members lose the offsets whose time is up; those without offsets as well are forgotten."""
        self._is_sweeping = False
        with suppress(Unavailable):  # the storage takes nothing now: the next time is early enough
            self._forget_old()
        if self._by_name:
            self._sweep_later()

    def _forget_old(self) -> None:
        now = self._clock.now()
        for group in self:
            if group.state is not State.EMPTY:
                continue
            if group.offsets:
                idle_since = group.since if group.kind else 0
                group.offsets.expire(now, idle_since, self._options.offset_retention_ms, self._turn.commit)
            if not group.offsets and not group.is_expecting:
                self.delete(group.name, self._turn.commit)


def check_name(name: str) -> None:
    """Raises `BadName` for the empty name, under which offsets may be committed but nobody can join."""
    if not name:
        raise BadName("a group that has members needs a name")
