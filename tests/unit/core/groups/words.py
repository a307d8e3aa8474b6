"""What the tests of groups say again and again: a hall with a clock moved by hand, and members that talk."""

from collections.abc import Callable
from typing import Any

from hubbub.core.commit import Commit, Outcome
from hubbub.core.errors import Refusal
from hubbub.core.groups import Claim, Group, GroupOptions, Groups, Joined, Joining, Synced, Syncing
from hubbub.core.groups.refusals import (
    FencedInstance,
    GroupFull,
    IdRequired,
    OldGeneration,
    Rebalancing,
    UnknownMember,
)
from hubbub.core.turn import Turn
from hubbub.model.clock import Action, Clock
from hubbub.storage.memory.engine import MemoryEngine

START = 1_700_000_000
KIND = "consumer"
RANGE = (("range", b"range of all"),)
SESSION = 10.0
REBALANCE = 60.0


class LastingEngine(MemoryEngine):
    """Outlives its hubs, and ends a commit when it is told to."""

    @property
    def outlives(self) -> bool:
        return True

    def __init__(self) -> None:
        super().__init__()
        self.sealed: list[Commit] = []
        self.is_quick = True

    def seal(self, commit: Commit) -> None:
        if self.is_quick:
            commit.end(Outcome.OK)
        else:
            self.sealed.append(commit)

    def end_commits(self, outcome: Outcome) -> None:
        sealed, self.sealed = self.sealed, []
        for commit in sealed:
            commit.end(outcome)


class Hall:
    """A hub's groups, with nothing around them."""

    def __init__(self, options: GroupOptions | None = None, engine: MemoryEngine | None = None) -> None:
        self.soon: list[Action] = []
        self.clock = Clock(lambda: 0.0, lambda: START, lambda when: None, self.soon.append)
        self.engine = engine or MemoryEngine()
        self.turn = Turn(self.soon.append, self.engine.seal)
        self.groups = Groups(self.engine, self.clock, self.turn, options or GroupOptions())

    def __getitem__(self, name: str) -> Group:
        return self.groups.named(name)

    def end_turn(self) -> None:
        while self.soon:
            self.soon.pop(0)()

    def advance(self, seconds: float) -> None:
        """Let time pass, with all that falls due."""
        self.clock.advance(seconds)
        self.end_turn()

    def member(self, group: str = "g", **traits: Any) -> "Voice":
        return Voice(self, group, **traits)

    def stable(self, *voices: "Voice") -> None:
        """Bring these, who make up a whole group, to one generation in which all have an assignment."""
        for voice in voices:
            voice.join()
        if any(voice.is_waiting for voice in voices):  # those who came first have to come again
            for voice in voices:
                if not voice.is_waiting:
                    voice.join()
        leader = next(voice for voice in voices if voice.joined.leader == voice.id)
        for voice in voices:
            if voice is not leader:
                voice.sync()
        leader.sync({voice.id: f"for {voice.id}".encode() for voice in voices})


class Question:
    """Something a client asked, and how often it was answered."""

    def __init__(self) -> None:
        self.answers = 0
        self.is_open = True
        """Whether the one who asked is still there."""
        self.cancel: Callable[[], None] = lambda: None

    def heard(self) -> None:
        assert self.is_open, "an answer for somebody who has hung up"
        self.answers += 1
        assert self.answers == 1, "answered twice"

    def hang_up(self) -> None:
        self.is_open = self.answers > 0
        self.cancel()


class Voice:
    """One client: asks, and remembers all that it was answered."""

    def __init__(
        self,
        hall: Hall,
        group: str,
        *,
        instance: str | None = None,
        protocols: tuple[tuple[str, bytes], ...] = RANGE,
        session: float = SESSION,
        rebalance: float = REBALANCE,
        kind: str = KIND,
        two_steps: bool = True,
        may_skip: bool = False,
    ) -> None:
        self.hall = hall
        self.group = group
        self.instance = instance
        self.protocols = protocols
        self.session = session
        self.rebalance = rebalance
        self.kind = kind
        self.two_steps = two_steps
        self.may_skip = may_skip
        self.id = ""
        self.generation = -1
        self.join_answers: list[Joined | Refusal] = []
        self.sync_answers: list[Synced | Refusal] = []
        self.questions: list[Question] = []
        self.is_joined = False
        self.is_synced = False
        self.is_out = False
        """Sent away for good: fenced, or no room."""
        self.must_rejoin = False

    # asking

    def join(self) -> "Voice":
        """Ask to join; a newcomer comes twice, as it is told to."""
        self._join()
        answer = self.join_answers[-1] if self.join_answers else None
        if isinstance(answer, IdRequired) and answer.member_id != self.id:
            self.id = answer.member_id
            self._join()
        self.hall.end_turn()
        return self

    def _join(self) -> None:
        said = Joining(
            self.id,
            self.kind,
            self.protocols,
            int(self.session * 1000),
            int(self.rebalance * 1000),
            self.instance,
            client_id="test",
            learns_id_first=self.two_steps,
            may_skip_assignment=self.may_skip,
        )
        question = self._ask()

        def answer(joined: Joined | Refusal) -> None:
            question.heard()
            self.join_answers.append(joined)
            self.is_joined = isinstance(joined, Joined)
            self.is_synced = self.must_rejoin = False
            self.is_out = isinstance(joined, FencedInstance | GroupFull)
            if isinstance(joined, Joined):
                self.id = joined.member_id
                self.generation = joined.generation

        question.cancel = self.hall.groups.join(self.group, said, answer)

    def sync(self, assignments: dict[str, bytes] | None = None, **also: str) -> "Voice":
        said = Syncing(self.claim, assignments=assignments or {}, **also)
        question = self._ask()

        def answer(synced: Synced | Refusal) -> None:
            question.heard()
            self.sync_answers.append(synced)
            self.is_synced = isinstance(synced, Synced)
            self.is_joined = self.is_synced
            self.must_rejoin = isinstance(synced, Rebalancing)

        try:
            group = self.hall.groups.of_member(self.group)
        except Refusal as refusal:
            answer(refusal)
        else:
            question.cancel = group.sync(said, answer)
        self.hall.end_turn()
        return self

    def _ask(self) -> Question:
        self.questions.append(Question())
        return self.questions[-1]

    def hang_up(self) -> None:
        """Lose all connections."""
        for question in self.questions:
            question.hang_up()

    def behave(self) -> None:
        """Do what a good client does next: join when it must, sync when it has joined, else say that it lives."""
        if self.is_waiting or self.is_out:
            return
        if self.is_joined and not self.is_synced:
            self.sync({known.member_id: self.share for known in self.joined.members})
            return
        if self.must_rejoin:
            self.join()  # as a client does that was told so when it asked for its assignment
            return
        try:
            self.heartbeat()
        except (UnknownMember, OldGeneration):
            self.id = ""
            self.join()
        except Rebalancing:
            self.join()
        except FencedInstance:
            self.is_out = True

    @property
    def share(self) -> bytes:
        return f"of generation {self.generation}".encode()

    def heartbeat(self) -> None:
        self.hall.groups.of_member(self.group).heartbeat(self.claim)

    def leave(self) -> None:
        self.hall.groups.of_member(self.group).leave(self.id, self.instance)
        self.hall.end_turn()

    @property
    def claim(self) -> Claim:
        return Claim(self.id, self.generation, self.instance)

    # what it heard

    @property
    def is_waiting(self) -> bool:
        return any(question.is_open and not question.answers for question in self.questions)

    @property
    def joined(self) -> Joined:
        assert not self.is_waiting, "not answered yet"
        answer = self.join_answers[-1]
        assert isinstance(answer, Joined), answer
        return answer

    @property
    def refused(self) -> Refusal:
        assert not self.is_waiting, "not answered yet"
        answer = self.join_answers[-1]
        assert isinstance(answer, Refusal), answer
        return answer

    @property
    def assigned(self) -> bytes:
        assert not self.is_waiting, "not answered yet"
        answer = self.sync_answers[-1]
        assert isinstance(answer, Synced), answer
        return answer.assignment
