"""Metrics of listening ports: connections and octets."""

from collections.abc import Iterator
from typing import Final

from hubbub.observe.sheet import Sheet
from hubbub.observe.view import View

SLICE: Final = 2000
"""Streams between two pauses."""


def ports(sheet: Sheet, view: View) -> Iterator[None]:
    """A `Source`."""
    labels = ("protocol", "port")
    active = sheet.gauge("hubbub_connections", "Open connections.", labels)
    most = sheet.gauge("hubbub_connections_limit", "What hubbub_connections may come to.", labels)
    accepted = sheet.counter("hubbub_connections_accepted_total", "Connections that came.", labels)
    refused = sheet.counter(
        "hubbub_connections_refused_total",
        "Connections that were closed at once: too many were open.",
        labels,
    )
    received = sheet.counter("hubbub_received_bytes_total", "Octets that came.", labels)
    sent = sheet.counter("hubbub_sent_bytes_total", "Octets that went out.", labels)
    for port in view.ports:
        listener = port.listener
        place = (port.protocol, str(listener.port))
        active.rows.append((place, len(listener.streams)))
        most.rows.append((place, listener.most))
        accepted.rows.append((place, listener.taken))
        refused.rows.append((place, listener.refused))
        octets_in, octets_out = listener.octets_in, listener.octets_out
        for number, stream in enumerate(
            list(listener.streams), 1
        ):  # one that closes meanwhile is still summed here
            octets_in += stream.octets_in
            octets_out += stream.octets_out
            if number % SLICE == 0:
                yield
        received.rows.append((place, octets_in))
        sent.rows.append((place, octets_out))
        yield
