"""Whatever members do, in any order: one generation has one leader and one membership, and nobody waits for ever."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from hubbub.core.errors import Refusal
from hubbub.core.groups import GroupOptions, State
from hubbub.core.groups.refusals import FencedInstance, UnknownMember
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
        self.forget_lost_ids(voice)

    @rule(who=voices)
    @precondition(lambda self: self.voices)
    def sync(self, who: int) -> None:
        voice = self.voices[who]
        group = self.hall.groups.find("g")
        members = [] if group is None else [member.id for member in group.roster]
        voice.sync({member: f"{voice.generation}".encode() for member in members})

    @rule(who=voices)
    @precondition(lambda self: self.voices)
    def heartbeat(self, who: int) -> None:
        try:
            self.voices[who].heartbeat()
        except Refusal:
            pass

    @rule(who=voices)
    @precondition(lambda self: self.voices)
    def leave(self, who: int) -> None:
        try:
            self.voices[who].leave()
        except Refusal:
            pass

    @rule(who=voices)
    @precondition(lambda self: self.voices)
    def hang_up(self, who: int) -> None:
        voice = self.voices[who]
        voice.hang_up()
        voice.asked = len(voice.join_answers) + len(voice.sync_answers)  # nobody waits any more

    @rule(seconds=st.sampled_from([1, 5, 11, 61]))
    @precondition(lambda self: self.voices)
    def wait(self, seconds: int) -> None:
        self.hall.advance(seconds)

    def forget_lost_ids(self, voice: Voice) -> None:
        if isinstance(voice.join_answers[-1] if voice.join_answers else None, UnknownMember | FencedInstance):
            voice.id = ""

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
                    assert answer.assignment == b"" or int(answer.assignment) in self.heard

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

    @invariant()
    def answers_never_outnumber_questions(self) -> None:
        for voice in self.voices:
            assert len(voice.join_answers) + len(voice.sync_answers) <= voice.asked

    def teardown(self) -> None:
        """Once timers have run, everybody who still waits has its answer and silent members are out."""
        self.hall.advance(4000)
        for voice in self.voices:
            assert not voice.is_waiting
        assert self.hall.groups.find("g") is None


Company.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestCompany = Company.TestCase
