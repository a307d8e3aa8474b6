"""One group: members that share work, in generations. Its whole state machine is in this file.

    EMPTY ──join──► PREPARING ──all have joined──► COMPLETING ──the leader's sync──► STABLE
      ▲                │  ▲                            │                               │
      └──nobody left───┘  └── join, leave, expiry, new metadata ◄──────────────────────┘

PREPARING is the join barrier: everybody who wants to be in the next generation asks to join and waits; who has not come when the
rebalance timeout ends is out (but static members keep their place until their session ends). Then the generation grows by one, a protocol
is chosen that all know, and the leader hears of all the others. COMPLETING is the sync barrier: everybody asks for an assignment
and waits until the leader has brought them all. Assignments and what members say of themselves are opaque here, so any
scheme works, also one that gives partitions up step by step.

Synchronous: answers that must wait come by callback. It refuses to know who carries the answers, and in which words.
"""

import logging
from collections.abc import Mapping
from enum import Enum
from functools import partial
from typing import Final
from uuid import uuid4

from hubbub.core.commit import OK, Outcome
from hubbub.core.errors import Refusal
from hubbub.core.groups.archive import Archive, KeptGroup, KeptMember
from hubbub.core.groups.members import (
    UNARMED,
    Claim,
    Introduction,
    Joined,
    Joining,
    Member,
    Roster,
    Synced,
    Syncing,
)
from hubbub.core.groups.offsets import Offsets
from hubbub.core.groups.options import GroupOptions
from hubbub.core.groups.refusals import (
    BadSessionTimeout,
    FencedInstance,
    GroupFull,
    IdRequired,
    Inconsistent,
    NotKept,
    OldGeneration,
    Rebalancing,
    UnknownMember,
)
from hubbub.core.groups.waiting import Answer, Cancel, Waiting
from hubbub.model.clock import Clock, Timer, nothing

LOG: Final = logging.getLogger("hubbub.groups")


class State(Enum):
    """Where a group is between two generations."""

    EMPTY = "empty"
    PREPARING = "preparing"
    COMPLETING = "completing"
    STABLE = "stable"
    DEAD = "dead"


MOVES: Final[Mapping[State, frozenset[State]]] = {
    State.EMPTY: frozenset({State.PREPARING, State.DEAD}),
    State.PREPARING: frozenset({State.COMPLETING, State.EMPTY, State.DEAD}),
    State.COMPLETING: frozenset({State.STABLE, State.PREPARING, State.DEAD}),
    State.STABLE: frozenset({State.PREPARING, State.DEAD}),
    State.DEAD: frozenset(),
}


class Group:
    """Owned by `Groups`. ``kind`` and ``protocol`` are empty as long as nobody has joined; ``since`` in ms since the epoch."""

    __slots__ = (
        "_alarm",
        "_archive",
        "_clock",
        "_expected",
        "_gathering_ends",
        "_has_newcomers",
        "_is_gathering",
        "_joining",
        "_options",
        "_syncing",
        "_unsynced",
        "generation",
        "kind",
        "leader",
        "name",
        "offsets",
        "protocol",
        "roster",
        "since",
        "state",
    )

    def __init__(
        self, name: str, offsets: Offsets, archive: Archive, clock: Clock, options: GroupOptions
    ) -> None:
        self.name = name
        self.state = State.EMPTY
        self.since = clock.now()
        self.kind = ""
        self.generation = 0
        self.protocol = ""
        self.leader = ""
        self.roster = Roster()
        self.offsets = offsets
        self._archive = archive
        self._clock = clock
        self._options = options
        self._alarm = UNARMED
        """Ends the barrier that is up."""
        self._expected: dict[str, Timer] = {}
        """Ids given to newcomers who have not come back yet."""
        self._joining: Waiting[Joined] = Waiting()
        self._syncing: Waiting[Synced] = Waiting()
        self._unsynced: set[str] = set()
        self._is_gathering = False
        self._has_newcomers = False
        self._gathering_ends = 0.0

    # what members ask

    def join(self, said: Joining, answer: Answer[Joined]) -> Cancel:
        """Take part in the next generation. Answers once, now or later; the returned call says that nobody waits any more.

        Refusals: `IdRequired`, `UnknownMember`, `FencedInstance`, `Inconsistent`, `BadSessionTimeout`, `GroupFull`, and `Rebalancing` for a
        join that was asked again before it was answered.
        """
        try:
            self._check(said)
            self._check_room(self._place_of(said))
            if said.member_id == "":
                return self._join_anew(said, answer)
            if said.member_id in self._expected and said.instance is None:
                self._expected.pop(said.member_id).cancel()
                return self._add(said.member_id, said, answer)
            return self._join_again(said, answer)
        except Refusal as refusal:
            answer(refusal)
            return nothing

    def sync(self, said: Syncing, answer: Answer[Synced]) -> Cancel:
        """Ask for this generation's assignment; the leader brings those of all. Answers once, now or later.

        Refusals: `UnknownMember`, `FencedInstance`, `OldGeneration`, `Inconsistent`, `Rebalancing`, `NotKept`.
        """
        try:
            member = self._current(said.claim)
            if said.kind not in (None, self.kind) or said.protocol not in (None, self.protocol):
                raise Inconsistent(f"group {self.name!r} is of {self.kind!r} and chose {self.protocol!r}")
            if self.state is State.PREPARING:
                raise Rebalancing(f"group {self.name!r} is rebalancing")
        except Refusal as refusal:
            answer(refusal)
            return nothing
        self._unsynced.discard(member.id)
        self._see(member)
        if self.state is State.STABLE:
            answer(self._synced(member))
            return nothing
        self._syncing.put(member.id, answer, Rebalancing("asked again"))
        if member.id == self.leader:
            assigned = {other.id: said.assignments.get(other.id, b"") for other in self.roster}
            self._archive.keep(
                self.name,
                lambda: self._record(assigned, self._clock.now()),
                partial(self._settle, self.generation, assigned),
            )
        return partial(self._stop_syncing, member.id, answer)

    def heartbeat(self, claim: Claim) -> None:
        """The member lives. Raises `UnknownMember`, `FencedInstance`, `OldGeneration`, and `Rebalancing`: it must join again."""
        member = self._current(claim)
        self._see(member)
        if self.state is State.PREPARING:
            raise Rebalancing(f"group {self.name!r} is rebalancing")

    def leave(self, member_id: str, instance: str | None) -> None:
        """A member goes, by its id or (with an empty id) its instance id. Raises `UnknownMember`, `FencedInstance`."""
        if self._expect_no_more(member_id):
            return
        if member_id == "" and instance is not None:
            holder = self.roster.holder(instance)
            member_id = "" if holder is None else holder.id
        self._remove(self.roster.verify(member_id, instance))

    def check_commit(self, claim: Claim) -> None:
        """Whether who claims this may commit offsets; a member that may has shown that it lives.

        Outsiders may while the group has no members. Raises `UnknownMember`, `FencedInstance`, `OldGeneration`, `Rebalancing` (at the sync barrier).
        """
        if claim.generation < 0 and claim.member_id == "" and claim.instance is None:
            if self.state is not State.EMPTY:
                raise UnknownMember(f"group {self.name!r} has members: only they commit")
            return
        self._see(self._current(claim))
        if self.state is State.COMPLETING:
            raise Rebalancing(f"group {self.name!r} waits for its leader")

    # what others ask

    @property
    def is_expecting(self) -> bool:
        """Whether newcomers were given ids and have not come back yet."""
        return bool(self._expected)

    def restore(self, kept: KeptGroup) -> None:
        """Go on where an earlier run ended; sessions begin anew."""
        self.kind = kept.kind
        self.generation = kept.generation
        self.protocol = kept.protocol
        self.leader = kept.leader
        self.since = kept.since
        for known in kept.members:
            member = Member(known.id, known.said, known.assignment)
            member.is_new = False
            self.roster.add(member)
            self._see(member)
        if len(self.roster):
            self.state = State.STABLE

    def bury(self) -> None:
        """It is deleted: nothing runs any more. Only for groups without members."""
        self._alarm.cancel()
        for timer in self._expected.values():
            timer.cancel()
        self._expected.clear()
        self._move(State.DEAD)
        self._archive.forget(self.name)

    # joining

    def _check(self, said: Joining) -> None:
        options = self._options
        if not options.min_session_timeout_ms <= said.session_timeout_ms <= options.max_session_timeout_ms:
            raise BadSessionTimeout(
                f"a session timeout of {said.session_timeout_ms} ms is not within {options.min_session_timeout_ms} and {options.max_session_timeout_ms}"
            )
        if not said.kind or not said.protocols:
            raise Inconsistent("a member that names no protocol cannot be given anything")
        if len(self.roster):
            if said.kind != self.kind:
                raise Inconsistent(f"group {self.name!r} is of {self.kind!r}, not of {said.kind!r}")
            common = self.roster.common_protocols()
            if not any(name in common for name, _ in said.protocols):
                raise Inconsistent(
                    f"the members of group {self.name!r} have {common} in common, and the one who joins none of these"
                )

    def _place_of(self, said: Joining) -> str:
        """The id of the member whose place somebody wants: its own, or that of the one before under the same instance id."""
        holder = (
            self.roster.holder(said.instance) if said.instance is not None and not said.member_id else None
        )
        return said.member_id if holder is None else holder.id

    def _check_room(self, member_id: str) -> None:
        """At the barrier places are given anew: who comes too late for one is out, even if it had one before."""
        limit = self._options.max_members
        known, taken = member_id in self.roster, len(self.roster)
        if self.state is State.PREPARING:
            known, taken = member_id in self._joining, len(self._joining)
        if 0 <= limit <= taken and not known:
            self._expect_no_more(member_id)
            member = self.roster.find(member_id)
            if member is not None:
                self._forget(member)
                self._try_complete()
            raise GroupFull(f"group {self.name!r} has {taken} members, as many as it may have")

    def _join_anew(self, said: Joining, answer: Answer[Joined]) -> Cancel:
        member_id = f"{said.client_id if said.instance is None else said.instance}-{uuid4()}"
        if said.instance is not None:
            holder = self.roster.holder(said.instance)
            if holder is not None:
                return self._replace(holder, member_id, said, answer)
        elif said.learns_id_first:
            self._expected[member_id] = self._clock.call_in(
                said.session_timeout_ms / 1000, partial(self._expect_no_more, member_id)
            )
            raise IdRequired(member_id)
        return self._add(member_id, said, answer)

    def _expect_no_more(self, member_id: str) -> bool:
        """An id that was given out is not waited for any more; whether it was."""
        timer = self._expected.pop(member_id, None)
        if timer is None:
            return False
        timer.cancel()
        self._try_complete()
        return True

    def _add(self, member_id: str, said: Joining, answer: Answer[Joined]) -> Cancel:
        member = Member(member_id, said)
        if not len(self.roster):
            self.kind = said.kind
        self.roster.add(member)
        self._has_newcomers = True
        self._watch(member, self._options.newcomer_timeout_ms)
        return self._gather(member, answer)

    def _join_again(self, said: Joining, answer: Answer[Joined]) -> Cancel:
        member = self.roster.verify(said.member_id, said.instance)
        may_just_answer = self.state is State.COMPLETING or (
            self.state is State.STABLE and member.id != self.leader
        )
        if may_just_answer and member.said.protocols == said.protocols:
            # nothing new: the answer was lost. A leader that does this in a stable group wants to assign anew
            self._see(member)
            answer(self._joined(member))
            return nothing
        self.roster.hear(member, said)
        return self._gather(member, answer)

    def _replace(self, old: Member, member_id: str, said: Joining, answer: Answer[Joined]) -> Cancel:
        """A static member is back under a new id: the old id is fenced, the place and the assignment stay."""
        fenced = FencedInstance(f"{member_id!r} has joined as {said.instance!r}")
        self._joining.refuse(old.id, fenced)
        self._syncing.refuse(old.id, fenced)
        old.timer.cancel()
        member = Member(member_id, said, old.assignment)
        member.is_new = old.is_new
        self.roster.replace(old, member)
        if old.id in self._unsynced:
            self._unsynced.remove(old.id)
            self._unsynced.add(member_id)
        leader_before = self.leader
        if self.leader == old.id:
            self.leader = member_id
        self._watch(member, self._options.newcomer_timeout_ms if member.is_new else said.session_timeout_ms)
        if self.state is not State.STABLE or self.roster.choose_protocol() != self.protocol:
            return self._gather(member, answer)
        # nothing changes for the others: no rebalance. What it says of itself may differ (it owns nothing any more): no reason either
        self._archive.keep(
            self.name, self._present_record, partial(self._welcome_back, member, leader_before, answer)
        )
        return nothing

    def _welcome_back(
        self, member: Member, leader_before: str, answer: Answer[Joined], outcome: Outcome
    ) -> None:
        """Give a static member its place. An old client that takes over from a leader must not learn that it leads: it would assign."""
        if outcome is not OK:
            answer(NotKept("the new id could not be kept"))
        elif member.said.may_skip_assignment:
            answer(self._joined(member, skips_assignment=member.id == self.leader))
        else:
            answer(Joined(member.id, self.generation, self.kind, self.protocol, leader_before))

    # the join barrier

    def _gather(self, member: Member, answer: Answer[Joined]) -> Cancel:
        self._joining.put(member.id, answer, Rebalancing("asked again"))
        self._rebalance()
        return partial(self._hang_up, member, answer)

    def _hang_up(self, member: Member, answer: Answer[Joined]) -> None:
        """Newcomers who go before their first generation are forgotten; others keep their place until their session ends."""
        if self._joining.silence(member.id, answer, keeps_place=True):
            if member.is_new:
                self._remove(member)
            else:
                self._see(member)

    def _rebalance(self) -> None:
        """Somebody came, went or changed."""
        if self.state is State.PREPARING:
            self._try_complete()
            return
        self._send_back_to_join()
        delay = self._options.initial_delay_ms / 1000
        self._is_gathering = self.state is State.EMPTY and delay > 0
        self._move(State.PREPARING)
        self._alarm.cancel()
        patience = self.roster.rebalance_timeout()
        if self._is_gathering:
            self._has_newcomers = False
            self._gathering_ends = self._clock.elapsed() + patience
            self._alarm = self._clock.call_in(min(delay, patience), self._gathered)
        else:
            self._alarm = self._clock.call_in(patience, self._complete)
            self._try_complete()

    def _send_back_to_join(self) -> None:
        """The sync barrier is off. Who waited there could not send heartbeats: its session begins anew."""
        for member in self.roster:
            if member.id in self._syncing:
                self._see(member)
        self._syncing.refuse_all(Rebalancing(f"group {self.name!r} is rebalancing"))
        self._unsynced.clear()

    def _gathered(self) -> None:
        """The initial delay is over: wait once more if somebody came meanwhile, but never beyond the rebalance timeout."""
        left = self._gathering_ends - self._clock.elapsed()
        if self._has_newcomers and left > 0:
            self._has_newcomers = False
            self._alarm = self._clock.call_in(
                min(self._options.initial_delay_ms / 1000, left), self._gathered
            )
        else:
            self._is_gathering = False
            self._complete()

    def _try_complete(self) -> None:
        if self.state is not State.PREPARING or self._is_gathering or self._expected:
            return
        if len(self._joining) == len(self.roster):
            self._complete()

    def _complete(self) -> None:
        """All are here, or the time is up: the next generation begins."""
        self._alarm.cancel()
        for member in self.roster:
            if member.id not in self._joining and member.said.instance is None:
                self._forget(member)
        if len(self.roster) and not self._elect():
            # only static members, and all silent: they have their sessions' time to come back
            self._alarm = self._clock.call_in(max(1.0, self.roster.rebalance_timeout()), self._complete)
            return
        self.generation += 1
        self.protocol = self.roster.choose_protocol()
        LOG.debug("%r: generation %d, %d members", self.name, self.generation, len(self.roster))
        if not len(self.roster):
            self._move(State.EMPTY)
            self._archive.keep(self.name, self._present_record, ignore)
            return
        self._move(State.COMPLETING)
        self._unsynced = {member.id for member in self.roster}
        self._alarm = self._clock.call_in(self.roster.rebalance_timeout(), self._drop_unsynced)
        for member in self.roster:
            member.is_new = False
            self._see(member)
        for member_id, answer in self._joining.take().items():
            answer(self._joined(self.roster.verify(member_id, None)))

    def _elect(self) -> bool:
        """Keep the leader if it has joined, else take the first who has; False if nobody has."""
        if self.leader in self._joining:
            return True
        for member in self.roster:
            if member.id in self._joining:
                self.leader = member.id
                return True
        return False

    # the sync barrier

    def _settle(self, generation: int, assigned: Mapping[str, bytes], outcome: Outcome) -> None:
        """The leader's word is kept, or could not be: answer all who wait."""
        if self.state is not State.COMPLETING or self.generation != generation:
            return
        if outcome is not OK:
            self._syncing.refuse_all(NotKept("the assignment could not be kept"))
            self._rebalance()
            return
        for member in self.roster:
            member.assignment = assigned.get(member.id, b"")
        self._move(State.STABLE)
        for member_id, answer in self._syncing.take().items():
            member = self.roster.verify(member_id, None)
            self._see(member)
            answer(self._synced(member))

    def _stop_syncing(self, member_id: str, answer: Answer[Synced]) -> None:
        self._syncing.silence(member_id, answer, keeps_place=False)

    def _drop_unsynced(self) -> None:
        """The rebalance timeout after the join barrier: who has not even asked for its assignment is out."""
        late = [member for member in self.roster if member.id in self._unsynced]
        for member in late:
            self._forget(member)
        if late:
            self._rebalance()

    # sessions

    def _see(self, member: Member) -> None:
        self._watch(member, member.said.session_timeout_ms)

    def _watch(self, member: Member, timeout_ms: int) -> None:
        """Move the end of its session. The timer follows when it fires, unless it would fire too late."""
        member.deadline = deadline = self._clock.elapsed() + timeout_ms / 1000
        if member.timer.when > deadline or member.timer.is_cancelled:
            member.timer.cancel()
            member.timer = self._clock.call_at(deadline, partial(self._look_at, member))

    def _look_at(self, member: Member) -> None:
        """Its timer fired: the session may have moved on, or wait at a barrier, or be over."""
        now = self._clock.elapsed()
        waits = self._joining.hears(member.id) or self._syncing.hears(member.id)
        if member.deadline <= now and waits and not member.is_new:
            member.deadline = now + member.said.session_timeout_ms / 1000
        if member.deadline > now:
            member.timer = self._clock.call_at(member.deadline, partial(self._look_at, member))
        else:
            LOG.debug("%r: %r was silent for too long", self.name, member.id)
            self._remove(member)

    def _remove(self, member: Member) -> None:
        self._forget(member)
        self._rebalance()

    def _forget(self, member: Member) -> None:
        gone = UnknownMember(f"{member.id!r} is no member any more")
        member.timer.cancel()
        self.roster.remove(member)
        self._unsynced.discard(member.id)
        if self.leader == member.id:
            self.leader = next((other.id for other in self.roster), "")
        self._joining.refuse(member.id, gone)
        self._syncing.refuse(member.id, gone)

    # inside

    def _current(self, claim: Claim) -> Member:
        member = self.roster.verify(claim.member_id, claim.instance)
        if claim.generation != self.generation:
            raise OldGeneration(
                f"group {self.name!r} is in generation {self.generation}, not {claim.generation}"
            )
        return member

    def _move(self, state: State) -> None:
        if state not in MOVES[self.state]:
            raise RuntimeError(f"a group that is {self.state.value} cannot become {state.value}")
        self.state = state
        self.since = self._clock.now()

    def _joined(self, member: Member, *, skips_assignment: bool = False) -> Joined:
        members: tuple[Introduction, ...] = ()
        if member.id == self.leader:
            members = tuple(
                Introduction(other.id, other.said.instance, other.metadata(self.protocol))
                for other in self.roster
            )
        return Joined(
            member.id, self.generation, self.kind, self.protocol, self.leader, members, skips_assignment
        )

    def _synced(self, member: Member) -> Synced:
        return Synced(self.kind, self.protocol, member.assignment)

    def _present_record(self) -> KeptGroup:
        return self._record({member.id: member.assignment for member in self.roster}, self.since)

    def _record(self, assigned: Mapping[str, bytes], since: int) -> KeptGroup:
        members = tuple(KeptMember(member.id, member.said, assigned[member.id]) for member in self.roster)
        return KeptGroup(self.kind, self.generation, self.protocol, self.leader, since, members)


def ignore(outcome: Outcome) -> None:
    """A record that only saves members a rejoin after a restart: without it, sessions of the kept generation expire."""
