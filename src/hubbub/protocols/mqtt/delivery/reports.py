"""$SYS: what the broker says about itself, under Mosquitto's names, retained, while somebody may look.

Topics are published again only when their value has changed. The same figures go to metrics by `readings`.
"""

from collections.abc import Mapping
from typing import Final

from hubbub.model.clock import Timer
from hubbub.model.counters import OTHER, Histogram, Labelled, Reading
from hubbub.model.record import Record
from hubbub.protocols.mqtt.delivery.hall import Hall
from hubbub.protocols.mqtt.naming import RETAIN
from hubbub.version import __version__

ROOT: Final = "$SYS/broker/"
ORIGIN: Final = "hubbub"
LOADS: Final = ((60.0, "1min"), (300.0, "5min"), (900.0, "15min"))


class Reports:
    """One for a room. Publishes every ``sys_interval_secs``; 0 never."""

    __slots__ = ("_hall", "_interval", "_loads", "_said", "_seen", "_timer")

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._interval = hall.options.sys_interval_secs
        self._said: dict[str, str] = {}
        self._seen: dict[str, int] = {}
        self._loads: dict[str, float] = {}
        self._timer: list[Timer] = []
        if self._interval:
            self._say("version", f"hubbub version {__version__}")
            self._publish()

    def close(self) -> None:
        """Say no more."""
        for timer in self._timer:
            timer.cancel()

    def readings(self) -> Mapping[str, Reading]:
        """Counters and levels by name, for metrics."""
        hall, counters = self._hall, self._hall.counters
        tally = hall.space.tally
        errors: dict[tuple[str, ...], int | Histogram] = {
            (reason.name,): count for reason, count in counters.errors.items()
        }
        published: dict[tuple[str, ...], int | Histogram] = {
            (topic,): count.value for topic, count in hall.places.published.by_name.items() if count.value
        }
        if hall.places.published.other.value:
            published[OTHER,] = hall.places.published.other.value
        return {
            "clients_connected": len(hall.guests),
            "connections_total": counters.connects,
            "connections_refused_total": counters.refused,
            "takeovers_total": counters.takeovers,
            "errors_total": Labelled(("code",), errors),
            "messages_published_total": Labelled(("topic",), published),
            "messages_delivered_total": counters.publishes_sent,
            "messages_dropped_total": Labelled(
                ("reason",),
                {
                    ("queue_full",): counters.overflown,
                    ("not_reading",): counters.unread,
                    ("too_large",): counters.oversized,
                    ("expired",): tally.expired,
                    ("not_kept",): counters.retained_refused,
                },
            ),
            "messages_queued": tally.queued,
            "messages_queued_bytes": tally.queued_octets,
            "sessions": len(hall.space.durables),
            "subscriptions_active": hall.space.subscriptions.count,
            "retained_messages": len(hall.space.retained),
        }

    def _publish(self) -> None:
        hall, counters = self._hall, self._hall.counters
        published = hall.places.published.total()
        connected, sessions = len(hall.guests), len(hall.space.durables)
        totals = {
            "messages/received": published,
            "messages/sent": counters.publishes_sent,
            "publish/messages/received": published,
            "publish/messages/sent": counters.publishes_sent,
            "publish/messages/dropped": counters.dropped + counters.oversized,
            "connections": counters.connects,
        }
        self._say("uptime", f"{int(hall.broker.clock.elapsed() - hall.opened)} seconds")
        self._say("clients/connected", str(connected))
        self._say("clients/active", str(connected))
        self._say("clients/disconnected", str(sessions - connected))
        self._say("clients/inactive", str(sessions - connected))
        self._say("clients/total", str(sessions))
        self._say("clients/maximum", str(counters.clients_maximum))
        self._say("subscriptions/count", str(hall.space.subscriptions.count))
        self._say("retained messages/count", str(len(hall.space.retained)))
        self._say("messages/stored", str(hall.space.tally.queued + len(hall.space.retained)))
        self._say("store/messages/count", str(hall.space.tally.queued + len(hall.space.retained)))
        self._say("store/messages/bytes", str(hall.space.tally.queued_octets))
        for name, total in totals.items():
            if name != "connections":
                self._say(name, str(total))
            self._load(name, total)
        self._timer = [hall.broker.clock.call_in(self._interval, self._publish)]

    def _load(self, name: str, total: int) -> None:
        """Moving averages per minute, as Mosquitto keeps them."""
        per_minute = (total - self._seen.get(name, 0)) * 60.0 / self._interval
        self._seen[name] = total
        for seconds, span in LOADS:
            topic = f"load/{name}/{span}"
            share = 2.718281828459045 ** (-self._interval / seconds)
            self._loads[topic] = per_minute + share * (self._loads.get(topic, 0.0) - per_minute)
            self._say(topic, f"{self._loads[topic]:.2f}")

    def _say(self, name: str, value: str) -> None:
        if self._said.get(name) == value:
            return
        self._said[name] = value
        hall = self._hall
        topic = ROOT + name
        place = hall.places.known.get(topic) or hall.places.learn(topic)
        now = hall.broker.clock.now()
        record = Record(place.address, value.encode(), timestamp=now, properties=RETAIN, origin=ORIGIN)
        hall.space.report(place.path, record)
