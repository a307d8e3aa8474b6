"""Metrics of rooms: what each says of itself (`readings`), and what is counted of its conversations."""

from collections.abc import Iterator, Mapping
from typing import Final

from hubbub.model.counters import Labelled, Reading
from hubbub.observe.sheet import Sheet
from hubbub.observe.view import View


def rooms(sheet: Sheet, view: View) -> Iterator[None]:
    """A `Source`. A reading ``clients_connected`` of the room ``toy`` is the metric ``toy_clients_connected``."""
    for room in view.rooms:
        for name, reading in room.readings().items():
            put(sheet, room.name, name, reading)
        yield
    errors = sheet.counter(
        "hubbub_protocol_errors_total",
        "Connections that ended because the peer broke the protocol.",
        ("protocol",),
    )
    times = sheet.histogram(
        "hubbub_request_seconds",
        "From a request to its answer, waiting included; measured for a sample when many come.",
        ("protocol", "request"),
    )
    for room in view.rooms:
        errors.put(room.traffic.malformed, room.name)
        for call, found in sorted(room.traffic.times.items()):
            times.put(found, room.name, call)
    yield


def put(sheet: Sheet, room: str, name: str, reading: Reading) -> None:
    """A reading as a family."""
    labels = reading.labels if isinstance(reading, Labelled) else ()
    words = WORDS[name]
    make = sheet.counter if name.endswith("_total") else sheet.gauge
    family = make(f"{room}_{name}", words, labels, is_bounded=bool(labels))
    if isinstance(reading, Labelled):
        family.rows.extend(reading.values.items())
    else:
        family.put(reading)


WORDS: Final[Mapping[str, str]] = {
    "bindings": "Bindings.",
    "channels_active": "Open channels.",
    "clients_connected": "Clients that are connected.",
    "connections_active": "Open connections.",
    "connections_refused_total": "Connections that were refused by the protocol's own word.",
    "connections_total": "Connections that were accepted.",
    "errors_total": "Answers that said no, by their code.",
    "messages_acked_total": "Deliveries that were acknowledged.",
    "messages_dead_lettered_total": "Messages that a queue gave up and sent on, by the reason.",
    "messages_delivered_total": "Messages that were sent to subscribers, those that were sent again included.",
    "messages_dropped_total": "Messages that are lost, by the reason.",
    "messages_published_total": "Messages that were published.",
    "messages_queued": "Messages that wait for subscribers who are away or slow.",
    "messages_queued_bytes": "Octets of the messages that wait.",
    "messages_rejected_total": "Deliveries that were rejected.",
    "messages_returned_total": "Mandatory messages that reached no queue and went back.",
    "publishers_blocked": "1 while publishers must wait because memory or disk is short.",
    "requests_total": "Requests.",
    "retained_messages": "Retained messages.",
    "sessions": "Sessions, those whose client is away included.",
    "subscriptions_active": "Subscriptions.",
    "takeovers_total": "Connections that ended because the same client came again.",
}
"""What each reading is."""
