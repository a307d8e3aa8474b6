"""Publisher confirms: every publish on a channel has a number, and hears whether its turn's Commit ended well.

The publishes of one turn are answered together: basic.ack with ``multiple`` up to the last, cut into pieces by those that a queue
refused, which get a basic.nack of their own. Commits end in order, so an ack never passes an unconfirmed number.
"""

from collections.abc import Sequence
from typing import Final

from hubbub.core.commit import NO_COMMIT, Commit, Outcome
from hubbub.core.turn import Turn
from hubbub.net.stream import Stream
from hubbub.protocols.amqp.wire.frames import ack_frame, method_frame
from hubbub.protocols.amqp.wire.generated.methods import BasicAck, BasicNack

NONE: Final[tuple[int, ...]] = ()
FIRST: Final = (0,)
REQUEUE: Final = True
"""Means nothing to publishers; RabbitMQ's bit is on."""


class Batch:
    """Consecutive numbers that share a Commit."""

    __slots__ = ("first", "last", "refused")

    def __init__(self, first: int) -> None:
        self.first = first
        self.last = first
        self.refused: list[int] = []


class Confirms:
    """Of one channel in confirm mode."""

    __slots__ = ("_batch", "_channel", "_commit", "_next", "_stream", "_turn", "is_closed")

    def __init__(self, channel: int, stream: Stream, turn: Turn) -> None:
        self._channel = channel
        self._stream = stream
        self._turn = turn
        self._next = 1
        self._commit: Commit = NO_COMMIT
        self._batch = Batch(0)
        self.is_closed = False

    def published(self, *, took: bool) -> None:
        """One more publish; whether all its queues took it."""
        self.published_all(1, NONE if took else FIRST)

    def published_all(self, count: int, refusals: Sequence[int]) -> None:
        """So many more publishes, of which those at these places were refused by a queue."""
        first = self._next
        self._next = first + count
        commit = self._turn.commit
        if commit is not self._commit:
            self._commit = commit
            batch = self._batch = Batch(first)
            commit.join(lambda outcome: self._ended(batch, outcome))
        self._batch.last = first + count - 1
        if refusals:
            self._batch.refused += [first + place for place in sorted(set(refusals))]

    def _ended(self, batch: Batch, outcome: Outcome) -> None:
        if self.is_closed:
            return
        out = self._stream.out
        if outcome is Outcome.OK and not batch.refused:
            out.append(ack_frame(self._channel, batch.last, multiple=batch.last > batch.first))
        elif outcome is not Outcome.OK:
            out.append(method_frame(self._channel, BasicNack(batch.last, batch.last > batch.first, REQUEUE)))
        else:
            out += [method_frame(self._channel, answer) for answer in answers(batch)]
        self._turn.flush(self._stream)


def answers(batch: Batch) -> list[BasicAck | BasicNack]:
    """The fewest acks and nacks that say what became of each number of a batch."""
    told: list[BasicAck | BasicNack] = []
    begin = batch.first
    for number in batch.refused:
        if number > begin:
            told.append(BasicAck(number - 1, number - 1 > begin))
        told.append(BasicNack(number, False, REQUEUE))
        begin = number + 1
    if begin <= batch.last:
        told.append(BasicAck(batch.last, batch.last > begin))
    return told
