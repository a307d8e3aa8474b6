"""What a template sees while it is rendered: the time, the dice, the values of its variables. It reads neither clock nor environment."""

from collections.abc import Mapping
from random import Random

from hubbub.templates.times import Moment


class Scope:
    """One for each generator or route, on one loop; used again for every message.

    ``random`` is the only source of chance: the same seed gives the same stream. ``now`` is what ``{{now}}`` says, in milliseconds since 1970;
    whoever renders sets it from the hub's clock, once for a message or for a batch of them. ``values`` has an entry for each declared
    variable (``env``, ``context`` and the like are mappings); one that is missing is null. It may be replaced or changed between messages.
    """

    __slots__ = ("bits", "draw", "moment", "own", "random", "values")

    def __init__(self, random: Random, now: int, values: Mapping[str, object]) -> None:
        self.random = random
        self.values = values
        self.draw = random.random
        self.bits = random.getrandbits
        self.moment = Moment(now)
        self.own: dict[str, object] = {}
        """Fields of the message being rendered that others of its fields refer to."""

    @property
    def now(self) -> int:
        """Milliseconds since 1970-01-01T00:00:00Z."""
        return self.moment.milliseconds

    @now.setter
    def now(self, milliseconds: int) -> None:
        if milliseconds != self.moment.milliseconds:
            self.moment = Moment(milliseconds)
