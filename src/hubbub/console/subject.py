"""The hub that is administered, as this feature sees it. `app` hands in the real one."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from msgspec import Raw, Struct

from hubbub.core.broker import Broker
from hubbub.core.hatch import Hatch
from hubbub.observe.health import Health
from hubbub.observe.metrics import Metrics

if TYPE_CHECKING:
    from hubbub.fixtures.loaded import Fixtures


class Place(Protocol):
    """Where a protocol can be reached."""

    @property
    def protocol(self) -> str: ...
    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def tls(self) -> bool: ...


class Setting(Struct, frozen=True):
    """An option, and what it is in this hub."""

    key: str
    value: Raw
    """As JSON; a secret that is set is not shown."""
    is_default: bool
    description: str


class Subject(Protocol):
    """What it is and holds changes with a reset: ask for each when it is used."""

    @property
    def broker(self) -> Broker: ...

    @property
    def hatches(self) -> Mapping[str, Hatch]:
        """By the room's name; rooms that are off are not there."""
        ...

    @property
    def listening(self) -> Sequence[Place]: ...

    @property
    def topics_room(self) -> str:
        """The room whose addresses topics have."""
        ...

    @property
    def queues_room(self) -> str:
        """The room whose exchanges and queues the core keeps."""
        ...

    @property
    def fixtures(self) -> "Fixtures": ...

    @property
    def metrics(self) -> Metrics: ...

    @property
    def health(self) -> Health: ...

    @property
    def is_changing(self) -> bool:
        """Whether a reset, or the stop, is under way."""
        ...

    def readings(self, room: str) -> Mapping[str, int]:
        """A room's counters."""
        ...

    async def reset(self) -> None:
        """Be as new. Raises `Unavailable`: it could not be, and is as it was, or has ended."""
        ...

    def configuration(self) -> Sequence[Setting]:
        """All options, in the order in which they are written down."""
        ...
