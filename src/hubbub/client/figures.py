"""What a hub does just now, as a few numbers, and whether it is well."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from hubbub.observe.process import Usage, disk_space, usage
from hubbub.observe.sheet import Family

if TYPE_CHECKING:
    from hubbub.app import Hub as Inside

MIB: Final = 1 << 20
CAME: Final = (
    "kafka_messages_produced_total",
    "mqtt_messages_published_total",
    "amqp_messages_published_total",
)
WENT: Final = (
    "kafka_messages_consumed_total",
    "mqtt_messages_delivered_total",
    "amqp_messages_consumed_total",
)


class Totals(Struct, frozen=True):
    """Of a moment, since the hub was started."""

    at: float
    came: int
    went: int
    used: Usage


class Figures(Struct, frozen=True):
    """A snapshot. What is per second, and the CPU, is of the time since the snapshot before; -1 where the system does not tell."""

    messages_per_second: float
    """Published, by all protocols."""
    deliveries_per_second: float
    messages_total: int
    deliveries_total: int
    active_connections: int
    memory_usage_mb: float
    """Resident, of the process, in MiB."""
    cpu_usage_percent: float
    """Of one core, by the process."""
    disk_io_mb_per_sec: float
    """Read and written by the process, in MiB."""
    disk_usage_percent: float
    """Of the disk on which the data lie; -1 in memory."""


class Metrics:
    """Made by `Hub.metrics`."""

    __slots__ = ("_before", "_inside")

    def __init__(self, inside: "Callable[[], Inside]") -> None:
        self._inside = inside
        self._before = self._totals(0, 0)

    def snapshot(self) -> Figures:
        """As of now. The first is about the time since the hub was started."""
        inside = self._inside()
        families = {family.name: family for family in inside.metrics.sheet().families}
        came, went = (sum(total(families.get(name)) for name in names) for names in (CAME, WENT))
        before, now = self._before, self._totals(came, went)
        self._before = now
        if came < before.came or went < before.went:  # a reset began a new count
            before = Totals(before.at, 0, 0, before.used)
        seconds = max(now.at - before.at, 1e-9)
        return Figures(
            messages_per_second=(now.came - before.came) / seconds,
            deliveries_per_second=(now.went - before.went) / seconds,
            messages_total=now.came,
            deliveries_total=now.went,
            active_connections=inside.connections,
            memory_usage_mb=now.used.resident / MIB if now.used.resident >= 0 else -1.0,
            cpu_usage_percent=100 * (now.used.cpu_seconds - before.used.cpu_seconds) / seconds,
            disk_io_mb_per_sec=disk_io(before.used, now.used) / MIB / seconds
            if now.used.written_octets >= 0
            else -1.0,
            disk_usage_percent=disk_usage(inside.settings.data_dir),
        )

    def text(self, accept: str = "") -> str:
        """All of it, as Prometheus reads it; ``accept`` as the HTTP header, for OpenMetrics."""
        return self._inside().metrics.text(accept)[1].decode()

    def _totals(self, came: int, went: int) -> Totals:
        return Totals(self._inside().broker.clock.elapsed(), came, went, usage())


def total(family: Family | None) -> int:
    """Over all rows."""
    return 0 if family is None else sum(value for _, value in family.rows if isinstance(value, int))


def disk_io(before: Usage, now: Usage) -> int:
    """Octets in between."""
    return now.read_octets + now.written_octets - before.read_octets - before.written_octets


def disk_usage(directory: str) -> float:
    """Percent; -1 where there is no directory."""
    if not directory:
        return -1.0
    size, free = disk_space(directory)
    return 100 * (1 - free / size) if size else 0.0
