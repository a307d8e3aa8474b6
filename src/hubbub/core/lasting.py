"""Durables that outlive the process as well: a `Durable` that writes down each step before its room may speak of it.

Only what is `held` is written: a durable that ends with its connection costs nothing here.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from hubbub.core.durable import Bounds, Durable, Parcel, Tally
from hubbub.core.keepsakes import FOR_EVER, THERE, Keepsakes, KeptDurable
from hubbub.core.subscriptions import Subscription


class Lasting(Durable):
    """``held``: whether it is written down. ``kept`` is its own entry, as it was written last."""

    __slots__ = ("_keepsakes", "_order", "_orders", "held", "kept")

    def __init__(self, name: str, bounds: Bounds, tally: Tally, keepsakes: Keepsakes) -> None:
        super().__init__(name, bounds, tally)
        self._keepsakes = keepsakes
        self._order = 0
        self._orders: dict[int, int] = {}  # of what waits, by identity of the parcel
        self.held = False
        self.kept = KeptDurable(0, 0)

    # as a whole

    def hold(self, keep_seconds: float, parting: bytes = b"", delay: float = 0.0) -> None:
        super().hold(keep_seconds)
        if not self.keeps:
            self.erase()
            return
        serial = self.kept.serial or self._keepsakes.serial()
        self._note(KeptDurable(serial, milliseconds(keep_seconds), THERE, parting, milliseconds(delay)))

    def left(self, now: int, keep_seconds: float, *, is_silent: bool) -> None:
        if self.held:
            parting = b"" if is_silent else self.kept.parting
            self._note(replace(self.kept, keep_ms=milliseconds(keep_seconds), left_at=now, parting=parting))

    def said(self) -> None:
        if self.held:
            self._note(replace(self.kept, parting=b""))

    def erase(self) -> None:
        """Forget all that is written of it. Idempotent."""
        if not self.held:
            return
        keepsakes, serial = self._keepsakes, self.kept.serial
        keepsakes.forget_durable(self.name)
        for text in self.subscriptions:
            keepsakes.forget_subscription(serial, text)
        for parcel in self._waiting:
            self._unwrite(parcel)
        for number, sent in self.unsettled.items():
            keepsakes.settled(serial, number, sent)
        for number in self.received:
            keepsakes.let_go(serial, number)
        self.held = False
        self.kept = KeptDurable(0, 0)

    def end(self) -> None:
        self.erase()
        super().end()

    def _note(self, kept: KeptDurable) -> None:
        self.held = True
        self.kept = kept
        self._keepsakes.durable(self.name, kept)

    # subscriptions

    def subscribed(self, subscription: Subscription) -> None:
        super().subscribed(subscription)
        if self.held:
            self._keepsakes.subscription(self.kept.serial, subscription)

    def unsubscribed(self, text: str) -> Subscription | None:
        found = super().unsubscribed(text)
        if self.held and found is not None:
            self._keepsakes.forget_subscription(self.kept.serial, text)
        return found

    # what came from the peer

    def take_in(self, numbers: Sequence[int]) -> None:
        super().take_in(numbers)
        if self.held:
            for number in numbers:
                self._keepsakes.took(self.kept.serial, number)

    def let_go(self, numbers: Sequence[int]) -> None:
        super().let_go(numbers)
        if self.held:
            for number in numbers:
                self._keepsakes.let_go(self.kept.serial, number)

    # what goes to the peer

    def settle(self, numbers: Sequence[int]) -> int:
        if self.held:
            for number in dict.fromkeys(numbers):
                sent = self.unsettled.get(number)
                if sent is not None:
                    self._keepsakes.settled(self.kept.serial, number, sent)
        return super().settle(numbers)

    def confirm(self, numbers: Sequence[int]) -> bool:
        if not self.held:
            return super().confirm(numbers)
        sent = {number: self.unsettled.get(number) for number in numbers}
        if not super().confirm(numbers):
            return False
        for number, parcel in sent.items():
            self._order += 1
            self._keepsakes.released(self.kept.serial, number, self._order, parcel)
        return True

    # at the start

    def restore(self, kept: KeptDurable) -> None:
        """Be what was written; `restore_waiting` and `restore_sent` follow."""
        self.held = self.keeps = True
        self.kept = kept

    def restore_waiting(self, order: int, parcel: Parcel) -> None:
        """The next of what waits; called in order."""
        self._keepsakes.refer(parcel.record)
        self._orders[id(parcel)] = order
        self._put_behind(parcel)
        self._order = max(self._order, order)

    def restore_sent(self, order: int, number: int, sent: Parcel | object) -> None:
        """The next of what was sent; called in order."""
        if isinstance(sent, Parcel):
            self._keepsakes.refer(sent.record)
        self.unsettled[number] = sent
        self._order = max(self._order, order)

    # inside

    def _numbered(self, numbers: list[int]) -> None:
        if not self.held:
            return
        for number in numbers:
            parcel = self.unsettled[number]
            if isinstance(parcel, Parcel):
                self._order += 1
                self._keepsakes.sent(self.kept.serial, number, self._order, parcel)

    def _put_behind(self, parcel: Parcel) -> None:
        super()._put_behind(parcel)
        if self.held and id(parcel) not in self._orders:
            self._order += 1
            self._orders[id(parcel)] = self._order
            self._keepsakes.waits(self.kept.serial, self._order, parcel)

    def _count_out(self, parcel: Parcel) -> None:
        super()._count_out(parcel)
        self._unwrite(parcel)

    def _unwrite(self, parcel: Parcel) -> None:
        order = self._orders.pop(id(parcel), None)
        if order is not None:
            self._keepsakes.waits_no_more(self.kept.serial, order, parcel)


def milliseconds(seconds: float) -> int:
    """`FOR_EVER` for infinity."""
    return FOR_EVER if seconds == float("inf") else int(seconds * 1000)
