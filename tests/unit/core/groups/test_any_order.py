"""Whatever members do, in any order: one generation has one leader and one membership, and nobody waits for ever."""

from contextlib import suppress

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from hubbub.core.errors import Refusal
from hubbub.core.groups import GroupOptions, State
from tests.unit.core.groups.words import Hall, Voice

PROTOCOLS = [
    (("a", b"1"), ("b", b"1")),
    (("b", b"2"), ("a", b"2")),
    (("a", b"3"),),
]
OPTIONS = [
    GroupOptions(),
    GroupOptions(initial_delay_ms=3000),
    GroupOptions(max_members=2),
]
voices = st.integers(0, 5)


class Company(RuleBasedStateMachine):
    """Six clients of one group, two of them under the same instance id, that know nothing of each other."""

    def __init__(self) -> None:
        super().__init__()
        self.hall = Hall()
        self.voices: list[Voice] = []
        self.heard: dict[int, set[str]] = {}

    @rule(options=st.sampled_from(OPTIONS), two_steps=st.booleans())
    @precondition(lambda self: not self.voices)
    def open(self, options: GroupOptions, two_steps: bool) -> None:
        self.hall = Hall(options)
        instances = [None, None, None, "i", "i", "j"]
        self.voices = [
            self.hall.member(instance=instance, two_steps=two_steps, protocols=PROTOCOLS[0])
            for instance in instances
        ]

    @rule(who=voices, protocols=st.sampled_from(PROTOCOLS))
    @precondition(lambda self: self.voices)
    def join(self, who: int, protocols: tuple[tuple[str, bytes], ...]) -> None:
        voice = self.voices[who]
        voice.protocols = protocols
        voice.join()

    @rule(who=voices)
    @precondition(lambda self: self.voices)
    def sync(self, who: int) -> None:
        voice = self.voices[who]
        members = voice.join_answers[-1].members if voice.is_joined and voice.join_answers else ()
        voice.sync({known.member_id: voice.share for known in members})

    @rule(who=voices)
    @precondition(lambda self: self.voices)
    def behave(self, who: int) -> None:
        self.voices[who].behave()

    @rule(rounds=st.integers(1, 8))
    @precondition(lambda self: self.voices)
    def all_behave(self, rounds: int) -> None:
        for _ in range(rounds):
            for voice in self.voices:
                voice.behave()

    @rule(who=voices)
    @precondition(lambda self: self.voices)
    def heartbeat(self, who: int) -> None:
        with suppress(Refusal):
            self.voices[who].heartbeat()

    @rule(who=voices)
    @precondition(lambda self: self.voices)
    def leave(self, who: int) -> None:
        with suppress(Refusal):
            self.voices[who].leave()

    @rule(who=voices)
    @precondition(lambda self: self.voices)
    def hang_up(self, who: int) -> None:
        self.voices[who].hang_up()

    @rule(seconds=st.sampled_from([1, 5, 11, 61]))
    @precondition(lambda self: self.voices)
    def wait(self, seconds: int) -> None:
        self.hall.advance(seconds)

    @invariant()
    def a_generation_has_one_leader_and_one_protocol(self) -> None:
        for voice in self.voices:
            for answer in voice.join_answers:
                if not isinstance(answer, Refusal):
                    assert answer.members == () or answer.leader == answer.member_id
                    said = self.heard.setdefault(answer.generation, set())
                    said.add(answer.protocol)
                    assert len(said) == 1

    @invariant()
    def everybody_is_given_what_belongs_to_its_generation(self) -> None:
        for voice in self.voices:
            for answer in voice.sync_answers:
                if not isinstance(answer, Refusal):
                    assert answer.assignment in {
                        b"",
                        *(f"of generation {known}".encode() for known in self.heard),
                    }

    @invariant()
    def the_group_agrees_with_itself(self) -> None:
        group = self.hall.groups.find("g")
        if group is None:
            return
        ids = {member.id for member in group.roster}
        assert (group.state is State.EMPTY) == (not ids) or group.state is State.PREPARING
        if ids and group.state is not State.PREPARING:
            assert group.leader in ids
            assert group.protocol in group.roster.common_protocols()
        for member in group.roster:
            assert group.roster.find(member.id) is member
            if member.said.instance is not None:
                assert group.roster.holder(member.said.instance) is member
            assert not member.timer.is_cancelled, "nobody watches its session"

    def teardown(self) -> None:
        """When all behave, those who are let in share one generation; when all fall silent, nobody is left waiting, and nothing is left."""
        for _ in range(200):
            self.hall.advance(1)
            for voice in self.voices:
                voice.behave()
        inside = [voice for voice in self.voices if not voice.is_out]
        if self.voices:
            group = self.hall["g"]
            assert group.state is State.STABLE
            assert {voice.id for voice in inside} == {member.id for member in group.roster}
            assert all(voice.is_synced and voice.generation == group.generation for voice in inside)
        self.hall.advance(4000)
        assert not any(voice.is_waiting for voice in self.voices)
        assert self.hall.groups.find("g") is None


Company.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestCompany = Company.TestCase
