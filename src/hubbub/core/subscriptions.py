"""Live fan-out: who hears what is published on a path, worked out once per path.

A `Subscription` ties a receiver to a pattern. One receiver hears one message once, however many of its subscriptions
match: with the strongest assurance among them and all their marks. Members of a share group hear each message in turns.

Knows patterns and receivers; what a receiver does with a message (send, keep, drop) is its own affair.
"""

from collections.abc import Hashable, Sequence
from enum import IntEnum
from typing import Final, Protocol

from msgspec import Struct

from hubbub.core.matching import Pattern, Trie, Wild
from hubbub.model.record import Record

KNOWN_PATHS: Final = 16_384


class Assurance(IntEnum):
    """How surely a record arrives."""

    AT_MOST_ONCE = 0
    AT_LEAST_ONCE = 1
    EXACTLY_ONCE = 2


class Receiver(Protocol):
    """Who can subscribe. Told apart by identity."""

    def offer(self, records: Sequence[Record], assurance: int, target: "Target") -> bool:
        """Take records of one path, in order, sent with ``assurance``. False: at least one was dropped.

        Must not raise but `core.errors.Full`, and that only for a single record.
        """
        ...

    def readiness(self, assurance: int) -> int:
        """For members of a share group: 2 could send at once, 1 could keep it and is there, 0 could keep it, -1 could not."""
        ...


class Subscription(Struct, frozen=True):
    """One pattern of one receiver. ``pattern_text`` is the room's own spelling of it, with the share group if there is one."""

    receiver: Receiver
    pattern_text: str
    pattern: Pattern
    assurance: int = 0
    mark: int = 0
    """The receiver's own number for this subscription; 0 is none."""
    skips_own: bool = False
    """Whether what the receiver itself publishes passes it by."""
    as_published: bool = False
    """Whether a live record keeps its retain flag."""
    share: str = ""
    """The share group, empty when it hears everything itself."""


class Target(Struct, frozen=True):
    """All that one receiver's subscriptions say about one path, in one."""

    receiver: Receiver
    assurance: int
    marks: tuple[int, ...] = ()
    as_published: bool = False
    group: "Group | None" = None


class Group:
    """A share group: members of one name and one pattern; each record goes to one of them, in turns."""

    __slots__ = ("_next", "members", "name", "pattern_text")

    def __init__(self, name: str, pattern_text: str) -> None:
        self.name = name
        self.pattern_text = pattern_text
        self.members: dict[Receiver, Target] = {}
        self._next = 0

    def offer(self, record: Record, assurance: int, but: Receiver | None = None) -> bool:
        """Give it to the next member who can send it, else to one who is there, else to one who keeps it.

        False: there was nobody, or it was dropped.
        """
        targets = [target for receiver, target in self.members.items() if receiver is not but]
        count = len(targets)
        best, chosen = -1, 0
        for step in range(count):
            place = (self._next + step) % count
            target = targets[place]
            readiness = target.receiver.readiness(min(assurance, target.assurance))
            if readiness > best:
                best, chosen = readiness, place
                if best == 2:
                    break
        if best < 0:
            return False
        self._next = chosen + 1
        target = targets[chosen]
        return target.receiver.offer((record,), assurance, target)


class _Heard(Struct, frozen=True):
    """The answer for one path. ``own`` holds, for receivers that skip their own, what is left for them (None: nothing)."""

    targets: tuple[Target, ...]
    groups: tuple[Group, ...]
    own: dict[Receiver, Target | None]


class Subscriptions:
    """All subscriptions of one space of paths."""

    __slots__ = ("_exact", "_groups", "_heard", "_wild", "count", "separator")

    def __init__(self, separator: str = "/") -> None:
        self.separator = separator
        self._exact: dict[str, dict[Hashable, Subscription | Group]] = {}
        self._wild: Trie[Subscription | Group] = Trie()
        self._groups: dict[tuple[str, Pattern], Group] = {}
        self._heard: dict[str, _Heard] = {}
        self.count = 0

    def put(self, subscription: Subscription) -> None:
        """Add it, or put it in the place of the receiver's subscription with the same text, without a gap."""
        if not subscription.share:
            self._place(subscription.pattern, (subscription.receiver, ""), subscription)
            return
        key = (subscription.share, subscription.pattern)
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = Group(subscription.share, subscription.pattern_text)
            self._place(subscription.pattern, (group, ""), group)
            self.count -= 1
        if subscription.receiver not in group.members:
            self.count += 1
        group.members[subscription.receiver] = Target(
            subscription.receiver,
            subscription.assurance,
            (subscription.mark,) if subscription.mark else (),
            subscription.as_published,
            group,
        )

    def remove(self, subscription: Subscription) -> None:
        """Forget it. No error when it is not there."""
        if not subscription.share:
            self._displace(subscription.pattern, (subscription.receiver, ""))
            return
        key = (subscription.share, subscription.pattern)
        group = self._groups.get(key)
        if group is None or group.members.pop(subscription.receiver, None) is None:
            return
        self.count -= 1
        if not group.members:
            del self._groups[key]
            self._displace(subscription.pattern, (group, ""))
            self.count += 1

    def publish(self, path: str, records: Sequence[Record], assurance: int, sender: Receiver | None) -> int:
        """Offer records, in order, to all who subscribed to ``path``; how many receivers and groups took them all.

        A single record may raise `Full` (a receiver's policy); more than one are never refused.
        """
        heard = self._heard.get(path)
        if heard is None:
            heard = self._hear(path)
        taken = 0
        if heard.own and sender in heard.own:
            for target in heard.targets:
                mine: Target | None = target
                if target.receiver is sender:
                    mine = heard.own[sender]
                # whoever skips its own has subscribed all the same
                taken += mine is None or mine.receiver.offer(records, assurance, mine)
        else:
            for target in heard.targets:
                taken += target.receiver.offer(records, assurance, target)
        for group in heard.groups:
            taken += sum(group.offer(record, assurance) for record in records) == len(records)
        return taken

    def group(self, subscription: Subscription) -> Group | None:
        """The share group to which this subscription belongs."""
        return self._groups.get((subscription.share, subscription.pattern))

    def target(self, subscription: Subscription) -> Target:
        """A target for this subscription alone, as stored records are delivered."""
        marks = (subscription.mark,) if subscription.mark else ()
        return Target(subscription.receiver, subscription.assurance, marks, as_published=True)

    # inside

    def _place(self, pattern: Pattern, key: Hashable, value: Subscription | Group) -> None:
        text = self._literal(pattern)
        if text is None:
            self.count += not self._wild.has(pattern, key)
            self._wild.put(pattern, key, value)
            self._heard.clear()
        else:
            here = self._exact.setdefault(text, {})
            self.count += key not in here
            here[key] = value
            self._heard.pop(text, None)

    def _displace(self, pattern: Pattern, key: Hashable) -> None:
        text = self._literal(pattern)
        if text is None:
            self.count -= self._wild.has(pattern, key)
            self._wild.remove(pattern, key)
            self._heard.clear()
            return
        here = self._exact.get(text, {})
        if here.pop(key, None) is not None:
            self.count -= 1
        if not here:
            self._exact.pop(text, None)
        self._heard.pop(text, None)

    def _literal(self, pattern: Pattern) -> str | None:
        levels = [level for level in pattern if not isinstance(level, Wild)]
        return self.separator.join(levels) if len(levels) == len(pattern) else None

    def _hear(self, path: str) -> _Heard:
        found = [*self._exact.get(path, {}).values(), *self._wild.match(path.split(self.separator))]
        each: dict[Receiver, list[Subscription]] = {}
        groups: list[Group] = []
        for item in found:
            if isinstance(item, Group):
                groups.append(item)
            else:
                each.setdefault(item.receiver, []).append(item)
        own: dict[Receiver, Target | None] = {}
        for receiver, subscriptions in each.items():
            foreign = [one for one in subscriptions if not one.skips_own]
            if len(foreign) < len(subscriptions):
                own[receiver] = _merged(receiver, foreign) if foreign else None
        heard = _Heard(tuple(_merged(*item) for item in each.items()), tuple(groups), own)
        if len(self._heard) >= KNOWN_PATHS:
            self._heard.clear()
        self._heard[path] = heard
        return heard


def _merged(receiver: Receiver, subscriptions: list[Subscription]) -> Target:
    """One copy for all: the strongest assurance, all marks, the retain flag if one asked for it."""
    return Target(
        receiver,
        max(one.assurance for one in subscriptions),
        tuple(sorted({one.mark for one in subscriptions if one.mark})),
        any(one.as_published for one in subscriptions),
    )
