"""Metrics of health: whether clients may come, and how each part is; and how late the loop is, for what keeps it from its work."""

from collections.abc import Iterator

from hubbub.observe.health import Health, State
from hubbub.observe.sheet import Sheet
from hubbub.observe.view import View


def parts(health: Health, sheet: Sheet, view: View) -> Iterator[None]:
    """A `Source`, once it has the health to tell of."""
    report = health.report()
    sheet.level("hubbub_ready", "1 while clients may come, as /health/ready says.", int(report.is_serving))
    by_part = ("part",)
    serving = sheet.gauge("hubbub_part_serving", "1 while a part of the hub does its work.", by_part)
    healthy = sheet.gauge(
        "hubbub_part_healthy", "1 while a part is healthy; 0: /health says what it lacks.", by_part
    )
    for name, part in report.parts.items():
        serving.put(int(part.is_serving), name)
        healthy.put(int(part.state is State.HEALTHY), name)
    words = "How long after its time a timer fired: what has kept the loop from all its work."
    sheet.histogram("hubbub_timer_lateness_seconds", words).put(view.lateness)
    yield
