"""What a partition notes down of its producers, so that after a restart a batch that comes twice is known although the log is long.

One entry per log in the engine's state ``producers``: what followed from all batches below an offset, and that offset. Only what was safe at
the time is noted, so that no failure can make it untrue; the batches behind it are read again from the log when the hub starts (`core.catchup`). Where
the engine ends with the process, nothing is noted.
"""

from typing import Final

import msgspec
from msgspec import Struct

from hubbub.core.commit import Commit
from hubbub.core.errors import Refusal
from hubbub.core.producers import KeptProducer, Producers
from hubbub.core.store import State

OCTETS: Final = 8 << 20
"""So much of a log, at most, is read again at a start; more where what is noted is itself long."""
SHARE: Final = 32
NEVER: Final = 1 << 63


class Note(Struct, frozen=True, gc=False, array_like=True):
    """What followed from all batches below ``offset``."""

    offset: int
    producers: list[KeptProducer]


class Checkpoint:
    """Of one partition. It is due when the partition has taken ``due_at`` octets since the hub started."""

    __slots__ = ("_is_lasting", "_key", "_noted", "_state", "due_at")

    def __init__(self, key: str, state: State, *, is_lasting: bool) -> None:
        self._key = key
        self._state = state
        self._is_lasting = is_lasting
        self._noted = 0
        self.due_at = OCTETS if is_lasting else NEVER

    def note(self, producers: Producers, durable: int, octets_in: int, commit: Commit) -> None:
        """Write down what follows from all below ``durable``, unless it is there. Where writing fails, later is good enough."""
        if not self._is_lasting or durable == self._noted:
            return
        octets = msgspec.msgpack.encode(Note(durable, producers.kept(durable)))
        self.due_at = octets_in + max(OCTETS, SHARE * len(octets))
        try:
            self._state.put(self._key, octets, commit)
        except Refusal:
            return
        self._noted = durable

    def recall(self, producers: Producers, end: int) -> int:
        """Know again what was noted, as far as the log still has it (up to ``end``); the offset from which it must be read."""
        octets = self._state.get(self._key) if self._is_lasting else None
        if octets is None:
            return 0
        note = msgspec.msgpack.decode(octets, type=Note)
        producers.restore(note.producers, end)
        self._noted = min(note.offset, end)
        return self._noted

    def forget(self, commit: Commit) -> None:
        """The partition is gone. Raises `Unavailable`."""
        if self._is_lasting:
            self._state.delete(self._key, commit)
