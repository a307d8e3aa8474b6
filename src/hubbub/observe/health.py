"""Health: whether the hub lives, whether it is ready for clients, and how each of its parts is.

    live     the loop answers, and that is all it takes
    ready    every part can serve: ports listen, what is to be kept can be kept
    report   each part with its state, for people

The hub is *healthy* when all parts are, *degraded* when one is near a limit or cannot do all it should, *critical* when one cannot serve.
"""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Final

from msgspec import Struct

from hubbub.core.store import Engine
from hubbub.observe.process import disk_space
from hubbub.observe.view import View
from hubbub.version import __version__

MANY_CONNECTIONS: Final = 10_000
NEARLY_FULL: Final = 0.9
"""The share of memory or disk from which on there is little left."""


class State(Enum):
    """Of the hub or of one part."""

    HEALTHY = "healthy"
    DEGRADED = "degraded"
    CRITICAL = "critical"


class Part(Struct, frozen=True):
    """One part, and why it is not healthy if it is not."""

    state: State
    why: str = ""
    details: Mapping[str, str | int | float] = {}
    is_serving: bool = True
    """Whether it does its work: a disk that is nearly full does until it is full."""


class Report(Struct, frozen=True):
    """All parts, and the worst state among them. ``uptime`` in seconds."""

    state: State
    version: str
    uptime: float
    parts: Mapping[str, Part]

    @property
    def is_serving(self) -> bool:
        """Whether clients may come: what `Health.ready` means by yes."""
        return all(part.is_serving for part in self.parts.values())


class Health:
    """Of one hub. Parts are looked at when somebody asks. ``more`` adds parts that the hub itself does not know (generators, routes)."""

    __slots__ = ("_view", "more")

    def __init__(self, view: Callable[[], View]) -> None:
        self._view = view
        self.more: dict[str, Callable[[], Part]] = {}

    def live(self) -> bool:
        """Whoever hears this has been answered by the loop."""
        return True

    def ready(self) -> bool:
        """Whether clients may come."""
        return self.report().is_serving

    def report(self) -> Report:
        """Every part."""
        view = self._view()
        engine = view.broker.engine
        parts = {port.protocol: of_ports(view, port.protocol) for port in view.ports}
        parts["connections"] = of_connections(view)
        parts["memory"] = of_memory(engine)
        if view.data_dir:
            parts["storage"] = of_storage(engine, view.data_dir)
        for room in view.rooms:
            if room.readings().get("publishers_blocked"):
                parts[f"{room.name}-publishers"] = BLOCKED
        for name, look in self.more.items():
            parts[name] = look()
        worst = max((part.state for part in parts.values()), key=ORDER.index)
        uptime = (view.broker.clock.now() - view.began_at) / 1000
        return Report(worst, __version__, uptime, parts)


def of_ports(view: View, protocol: str) -> Part:
    """One protocol's ports."""
    listeners = {port.listener.port: port.listener for port in view.ports if port.protocol == protocol}
    connections = sum(len(listener.streams) for listener in listeners.values())
    details: dict[str, str | int | float] = {
        "connections": connections,
        "ports": ", ".join(map(str, listeners)),
    }
    if not any(listener.is_listening for listener in listeners.values()):
        return Part(State.CRITICAL, "it does not listen", details, is_serving=False)
    full = [port for port, listener in listeners.items() if len(listener.streams) >= listener.most]
    if full:
        return Part(State.DEGRADED, f"port {full[0]} takes no more connections", details)
    return Part(State.HEALTHY, "", details)


def of_connections(view: View) -> Part:
    """How many there are in all."""
    count = sum(len(port.listener.streams) for port in view.ports)
    if count > MANY_CONNECTIONS:
        return Part(State.DEGRADED, f"more than {MANY_CONNECTIONS} connections are open", {"open": count})
    return Part(State.HEALTHY, "", {"open": count})


def of_memory(engine: Engine) -> Part:
    """What holds records and states. On disk it is a cache, and may be full."""
    details: dict[str, str | int | float] = {"used_bytes": engine.in_use, "limit_bytes": engine.capacity}
    if not engine.outlives and engine.in_use > NEARLY_FULL * engine.capacity:
        return Part(State.DEGRADED, "nearly full: new records will be refused (memory.max_bytes)", details)
    return Part(State.HEALTHY, "", details)


def of_storage(engine: Engine, data_dir: str) -> Part:
    """The directory of the data."""
    if engine.is_failing:
        why = "nothing can be written; the log says why"
        return Part(State.CRITICAL, why, {"directory": data_dir}, is_serving=False)
    try:
        size, free = disk_space(data_dir)
    except OSError as error:
        return Part(State.CRITICAL, (error.strerror or str(error)).lower(), {"directory": data_dir})
    return of_disk(data_dir, size, free)


def of_disk(directory: str, size: int, free: int) -> Part:
    """How full a disk of ``size`` octets is."""
    used = 1 - free / size if size else 0.0
    details: dict[str, str | int | float] = {
        "directory": directory,
        "free_bytes": free,
        "used_percent": round(100 * used, 1),
    }
    if used > NEARLY_FULL:
        return Part(State.CRITICAL, f"the disk is {100 * used:.0f} % full", details)
    return Part(State.HEALTHY, "", details)


ORDER: Final = tuple(State)
BLOCKED: Final = Part(State.DEGRADED, "publishers must wait: memory or disk is short")
