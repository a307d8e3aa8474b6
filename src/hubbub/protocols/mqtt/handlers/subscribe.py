"""SUBSCRIBE and UNSUBSCRIBE (3.8, 3.10)."""

import logging
from collections.abc import Iterator
from typing import Final

from hubbub.core.access import Operation
from hubbub.core.durable import Parcel
from hubbub.core.live import Space
from hubbub.core.subscriptions import Subscription
from hubbub.protocols.mqtt.guest import Guest
from hubbub.protocols.mqtt.naming import Filter, NoFilter, parse_filter
from hubbub.protocols.mqtt.wire.broken import protocol_error
from hubbub.protocols.mqtt.wire.packets import Request, Suback, Subscribe, Unsuback, Unsubscribe
from hubbub.protocols.mqtt.wire.reasons import SUBACK_FAILURE, Reason

MOST_WORDS: Final = 5
"""Refused filters that a reason string speaks of."""


def subscribe(guest: Guest, packet: Subscribe) -> Suback:
    """One code for each filter, in order (MQTT-3.8.4-6); stored messages follow behind SUBACK."""
    codes: list[int] = []
    words: list[str] = []
    mark = packet.properties.subscription_id or 0
    is_5 = guest.session.is_5
    for request in packet.requests:
        try:
            parsed = _allowed(guest, request)
        except NoFilter as refused:
            line = logging.INFO, "client %s: filter %.100r is refused: %s"
            about = guest.client_id, refused.reason
            guest.hall.broker.complaints.about(
                guest.hall.log, about, line, guest.client_id, request.filter, refused, most=20
            )
            guest.hall.counters.errors[refused.reason] += 1
            if guest.hall.options.strict and not is_5 and refused.reason is Reason.TOPIC_FILTER_INVALID:
                raise protocol_error(f"no topic filter: {refused}") from refused  # 3.1.1: MQTT-4.8.0-1
            codes.append(refused.reason if is_5 else SUBACK_FAILURE)
            words.append(f"{request.filter[:100]}: {refused}")
            continue
        codes.append(_subscribe(guest, request, parsed, mark))
    return guest.session.explain(Suback(packet.packet_id, tuple(codes)), "; ".join(words[:MOST_WORDS]))


def unsubscribe(guest: Guest, packet: Unsubscribe) -> Unsuback:
    """One code for each filter, in order (MQTT-3.11.3-1)."""
    space, durable = guest.hall.space, guest.durable
    codes: list[int] = []
    words: list[str] = []
    for text in packet.filters:
        if space.unsubscribe(durable, text):
            codes.append(Reason.SUCCESS)
            continue
        try:
            parse_filter(text, guest.hall.options.max_topic_levels)
            codes.append(Reason.NO_SUBSCRIPTION_EXISTED)
        except NoFilter as refused:
            codes.append(refused.reason)
            words.append(f"{text[:100]}: {refused}")
    return guest.session.explain(Unsuback(packet.packet_id, tuple(codes)), "; ".join(words[:MOST_WORDS]))


def _allowed(guest: Guest, request: Request) -> Filter:
    """The parsed filter of a request that is granted. Raises `NoFilter` for others."""
    options = guest.hall.options
    parsed = parse_filter(request.filter, options.max_topic_levels)
    if parsed.share:
        if request.no_local:
            raise protocol_error("No Local on a shared subscription")  # MQTT-3.8.3-4
        if not options.shared_available:
            raise NoFilter(Reason.SHARED_NOT_SUPPORTED, "shared subscriptions are not offered")
    if not options.wildcard_available and parsed.has_wildcards:
        raise NoFilter(Reason.WILDCARDS_NOT_SUPPORTED, "wildcards are not offered")
    held = guest.durable.subscriptions
    if len(held) >= options.max_subscriptions and parsed.text not in held:
        raise NoFilter(Reason.QUOTA_EXCEEDED, f"the client has {len(held)} subscriptions")
    if not guest.permits(Operation.READ, parsed.text):
        raise NoFilter(Reason.NOT_AUTHORIZED, "not permitted")
    return parsed


def _subscribe(guest: Guest, request: Request, parsed: Filter, mark: int) -> int:
    hall, durable = guest.hall, guest.durable
    granted = min(request.qos, hall.options.max_qos)
    subscription = Subscription(
        durable,
        parsed.text,
        parsed.pattern,
        granted,
        mark,
        request.no_local,
        request.retain_as_published,
        parsed.share,
    )
    is_new = hall.space.subscribe(durable, subscription)
    if not parsed.share and (request.retain_handling == 0 or (request.retain_handling == 1 and is_new)):
        durable.replay(stored(hall.space, subscription))
        hall.broker.turn.later(durable.pump)
    return granted


def stored(space: Space, subscription: Subscription) -> Iterator[Parcel]:
    """The retained messages that a new subscription is owed, found as they are sent (MQTT-3.3.1-9)."""
    target = space.subscriptions.target(subscription)
    for kept in space.retained.match(subscription.pattern):
        yield Parcel(kept.record, min(kept.assurance, target.assurance), target, stored=True)
