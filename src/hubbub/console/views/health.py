"""Health, for load balancers, containers and people; `observe.health` says what it means."""

from msgspec import Struct

from hubbub.console.office import Office
from hubbub.console.route import Asked, Verdict
from hubbub.observe.health import Report


class Alive(Struct, frozen=True):
    """The loop answers. ``now`` is the hub's wall time in ms."""

    is_alive: bool
    now: int


class Readiness(Struct, frozen=True):
    """Whether clients may come, and what keeps them."""

    is_ready: bool
    why: dict[str, str]
    """By the part that does not serve."""


def health(office: Office, asked: Asked) -> Verdict[Report]:  # noqa: ARG001 - a view's shape
    """Every part with its state. The status is 503 where one does not serve."""
    report = office.hub.health.report()
    return Verdict(report, report.is_serving)


def live(office: Office, asked: Asked) -> Verdict[Alive]:  # noqa: ARG001 - a view's shape
    """Whether the hub lives: it answers."""
    is_alive = office.hub.health.live()
    return Verdict(Alive(is_alive, office.hub.broker.clock.now()), is_alive)


def ready(office: Office, asked: Asked) -> Verdict[Readiness]:  # noqa: ARG001 - a view's shape
    """Whether clients may come: 200, or 503 and why not."""
    report = office.hub.health.report()
    why = {name: part.why for name, part in report.parts.items() if not part.is_serving}
    return Verdict(Readiness(report.is_serving, why), report.is_serving)
