"""What there is to look at: a hub's core, rooms and ports as they are now. Handed to whoever shows them, anew each time."""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from hubbub.core.broker import Broker
from hubbub.model.counters import Histogram, Reading, Traffic
from hubbub.net.listener import Listener


class RoomToShow(Struct, frozen=True):
    """One room: what it says of itself, and what is counted of its conversations."""

    name: str
    readings: Callable[[], Mapping[str, Reading]]
    traffic: Traffic


class Port(Struct, frozen=True):
    """A listener and what is spoken there."""

    protocol: str
    listener: Listener


class View(Struct, frozen=True):
    """Of one hub."""

    broker: Broker
    rooms: Sequence[RoomToShow]
    ports: Sequence[Port]
    commits: Histogram
    """How long commits take."""
    lateness: Histogram
    """How late timers fire."""
    data_dir: str
    began_at: int
    """When the hub was started: wall time in ms."""
    defects: int
    """Bugs of ours that came up since."""
