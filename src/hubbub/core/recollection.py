"""At the start: what `Keepsakes` had written, as the core's own things again."""

from collections import defaultdict
from collections.abc import Iterator

from hubbub.core.durable import RELEASED, Parcel
from hubbub.core.keepsakes import (
    BODY,
    DURABLE,
    ONE,
    RECEIVED,
    RETAINED,
    SUBSCRIPTION,
    TWO,
    UNSETTLED,
    WAITING,
    Keepsakes,
    KeptParcel,
    decode_durable,
    decode_parcel,
    decode_record,
    decode_retained,
    decode_subscription,
    pattern_of,
    record_of,
)
from hubbub.core.lasting import Lasting
from hubbub.core.retained import Kept
from hubbub.core.subscriptions import Subscription, Subscriptions, Target
from hubbub.model.record import Record


class Recollection:
    """Made of all keys and values; then asked, durable by durable, in the order of the methods."""

    def __init__(self, found: dict[bytes, bytes], keepsakes: Keepsakes) -> None:
        self._keepsakes = keepsakes
        self._retained: dict[str, bytes] = {}
        self._durables: dict[str, bytes] = {}
        self._subscriptions: defaultdict[int, list[tuple[str, bytes]]] = defaultdict(list)
        self._waiting: defaultdict[int, list[tuple[int, KeptParcel]]] = defaultdict(list)
        self._sent: defaultdict[int, list[tuple[int, KeptParcel]]] = defaultdict(list)
        self._received: defaultdict[int, set[int]] = defaultdict(set)
        self._bodies: dict[int, Record] = {}
        for key, value in found.items():
            self._sort(key[:1], key[1:], value)

    def retained(self) -> Iterator[tuple[str, Kept]]:
        """Paths and their records."""
        for path, value in self._retained.items():
            assurance, record = decode_retained(value)
            yield path, Kept(record_of(record), assurance)

    def names(self) -> list[str]:
        """Of all durables."""
        return list(self._durables)

    def begin(self, durable: Lasting) -> None:
        """Give a durable what it is, and the numbers that came from its peer."""
        kept = decode_durable(self._durables[durable.name])
        self._keepsakes.begin_behind(kept.serial)
        durable.restore(kept)
        durable.received |= self._received.get(kept.serial, set())

    def subscriptions(self, durable: Lasting) -> Iterator[Subscription]:
        """Of a durable that has begun."""
        for text, value in self._subscriptions.get(durable.kept.serial, ()):
            kept = decode_subscription(value)
            yield Subscription(
                durable,
                text,
                pattern_of(kept.pattern),
                kept.assurance,
                kept.mark,
                kept.skips_own,
                kept.as_published,
                kept.share,
            )

    def deliveries(self, durable: Lasting, subscriptions: Subscriptions) -> None:
        """Give a durable what it is owed. All subscriptions are there again by now."""
        serial = durable.kept.serial
        for number, kept in sorted(self._sent.get(serial, ()), key=_order):
            sent = self._parcel(durable, kept, subscriptions) if kept.body else RELEASED
            durable.restore_sent(kept.order, number, sent)
        for order, kept in sorted(self._waiting.get(serial, ()), key=_order):
            durable.restore_waiting(order, self._parcel(durable, kept, subscriptions))

    # inside

    def _sort(self, kind: bytes, rest: bytes, value: bytes) -> None:
        if kind == RETAINED:
            self._retained[rest.decode()] = value
        elif kind == DURABLE:
            self._durables[rest.decode()] = value
        elif kind == SUBSCRIPTION:
            (serial,) = ONE.unpack_from(rest)
            self._subscriptions[serial].append((rest[ONE.size :].decode(), value))
        elif kind == BODY:
            (number,) = ONE.unpack(rest)
            record = self._bodies[number] = record_of(decode_record(value))
            self._keepsakes.adopt(number, record)
        else:
            serial, number = TWO.unpack(rest)
            if kind == RECEIVED:
                self._received[serial].add(number)
            elif kind == WAITING:
                self._waiting[serial].append((number, decode_parcel(value)))
            elif kind == UNSETTLED:
                self._sent[serial].append((number, decode_parcel(value)))

    def _parcel(self, durable: Lasting, kept: KeptParcel, subscriptions: Subscriptions) -> Parcel:
        subscription = durable.subscriptions.get(kept.share) if kept.share else None
        group = subscriptions.group(subscription) if subscription is not None else None
        target = Target(durable, kept.assurance, kept.marks, kept.as_published, group)
        return Parcel(self._bodies[kept.body], kept.assurance, target, kept.stored)


def _order(each: tuple[int, KeptParcel]) -> int:
    return each[1].order
