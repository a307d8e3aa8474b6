"""What a restarted hub must know of a group so that its members can go on: the last generation whose assignment was safe.

Kept in the engine's state ``groups``, one entry per group, where the engine outlives the process; elsewhere nothing is written.
"""

from collections.abc import Callable, Iterator

import msgspec
from msgspec import Struct

from hubbub.core.commit import Outcome
from hubbub.core.errors import Refusal
from hubbub.core.groups.members import Joining
from hubbub.core.store import Engine
from hubbub.core.turn import Turn


class KeptMember(Struct, frozen=True):
    """One member of the kept generation. ``said`` is its last word at the join barrier."""

    id: str
    said: Joining
    assignment: bytes


class KeptGroup(Struct, frozen=True):
    """One generation. ``since``: when the group came to its state, ms since the epoch."""

    kind: str
    generation: int
    protocol: str
    leader: str
    since: int
    members: tuple[KeptMember, ...]


class Archive:
    """Owned by `Groups`."""

    __slots__ = ("_is_lasting", "_state", "_turn")

    def __init__(self, engine: Engine, turn: Turn) -> None:
        self._is_lasting = engine.outlives
        self._state = engine.state("groups")
        self._turn = turn

    def keep(self, name: str, group: Callable[[], KeptGroup], done: Callable[[Outcome], None]) -> None:
        """Write a group's generation; ``done`` is called once, when it is safe or will not be. At once if there is nothing to write."""
        if not self._is_lasting:
            done(Outcome.OK)
            return
        commit = self._turn.commit
        try:
            self._state.put(name, msgspec.msgpack.encode(group()), commit)
        except Refusal:
            done(Outcome.UNAVAILABLE)
        else:
            commit.join(done)

    def forget(self, name: str) -> None:
        """The group is gone."""
        if self._is_lasting:
            self._state.delete(name, self._turn.commit)

    def kept(self) -> Iterator[tuple[str, KeptGroup]]:
        """What earlier runs have left."""
        for name, value in self._state.scan(""):
            yield name, msgspec.msgpack.decode(value, type=KeptGroup)
