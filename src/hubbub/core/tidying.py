"""Retention and compaction, from time to time, as long as there is anything to keep in bounds."""

from collections.abc import Callable
from typing import Final

from hubbub.core.broker import Broker
from hubbub.core.compaction import Compaction
from hubbub.model.clock import Timer

TIDY_SECONDS: Final = 5.0


def keep_tidy(broker: Broker) -> Callable[[], None]:
    """Begin; returns how to end it."""
    timer: list[Timer] = []
    compaction = Compaction(broker.topics, broker.engine, broker.clock, broker.turn)

    def tidy() -> None:
        broker.engine.tidy(broker.clock.now())
        compaction.tidy()
        timer[:] = [broker.clock.call_in(TIDY_SECONDS, tidy)]

    def end() -> None:
        timer[0].cancel()
        compaction.close()

    timer.append(broker.clock.call_in(TIDY_SECONDS, tidy))
    return end
