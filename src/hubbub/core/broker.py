"""The parts that rooms work with, as one frozen struct. No logic: each part is a noun with its own file."""

from msgspec import Struct

from hubbub.core.access import Access
from hubbub.core.complaints import Complaints
from hubbub.core.groups import Groups
from hubbub.core.journal import Journal
from hubbub.core.live import Live
from hubbub.core.producers import ProducerIds
from hubbub.core.queues.realm import Realms
from hubbub.core.store import Engine
from hubbub.core.taps import Taps
from hubbub.core.topics import Topics
from hubbub.core.turn import Turn
from hubbub.model.clock import Clock


class Broker(Struct, frozen=True):
    """One hub's core. Made by `open_broker`, used on the hub's loop only."""

    hub_id: str
    """Stays the same as long as the hub's data does."""
    clock: Clock
    turn: Turn
    engine: Engine
    access: Access
    complaints: Complaints
    taps: Taps
    journal: Journal
    topics: Topics
    groups: Groups
    producer_ids: ProducerIds
    live: Live
    realms: Realms
