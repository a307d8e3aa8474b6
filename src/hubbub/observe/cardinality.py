"""How many rows a family may have where peers choose it: the greatest are shown, all others are one row.

A counter's row must never go back, or whoever computes rates takes it for a restart. So what has a row of its own keeps it until it vanishes, and
what went into the common row before is left out of the own one.
"""

from heapq import nlargest

from hubbub.model.counters import OTHER, Histogram
from hubbub.observe.sheet import Family, Kind, Row


class Common:
    """What of one family of counters has no row of its own."""

    __slots__ = ("counted", "own", "total")

    def __init__(self) -> None:
        self.own: dict[tuple[str, ...], int | float] = {}
        """Rows of their own, each with what of it is in the common row already."""
        self.counted: dict[tuple[str, ...], int | float] = {}
        """All others, as they were when they were looked at last."""
        self.total: int | float = 0


class Cardinality:
    """Of all families of a hub. ``most`` is how many rows of its own a family may have."""

    __slots__ = ("_common", "most")

    def __init__(self, most: int) -> None:
        self.most = most
        self._common: dict[str, Common] = {}

    def rows(self, family: Family) -> list[Row]:
        """The rows to show, in a steady order."""
        rows = family.rows
        if family.is_bounded:
            if family.kind is Kind.COUNTER and (len(rows) > self.most or family.name in self._common):
                return self._counters(family)
            if len(rows) > self.most:
                return self._levels(family)
        return rows

    def _levels(self, family: Family) -> list[Row]:
        greatest = nlargest(self.most, family.rows, key=number)
        rest = sum(map(number, family.rows)) - sum(map(number, greatest))
        return [*sorted(greatest, key=labels_of), (others(family), rest)]

    def _counters(self, family: Family) -> list[Row]:
        common = self._common.setdefault(family.name, Common())
        values = {labels: number((labels, value)) for labels, value in family.rows}
        given = values.pop(others(family), 0)  # the source has bounds of its own
        common.own = {labels: share for labels, share in common.own.items() if labels in values}
        room = self.most - len(common.own)
        if room > 0:
            rest = [row for row in values.items() if row[0] not in common.own]
            for labels, _ in nlargest(room, rest, key=number):
                common.own[labels] = common.counted.pop(labels, 0)
        counted: dict[tuple[str, ...], int | float] = {}
        for labels, value in values.items():
            if labels not in common.own:
                before = common.counted.get(labels, 0)
                common.total += value - before if value >= before else value
                counted[labels] = value
        common.counted = counted
        shown: list[Row] = []
        for labels, share in common.own.items():
            value = values[labels]
            if value < share:  # it began anew
                common.own[labels] = share = 0
            shown.append((labels, value - share))
        return [*sorted(shown, key=labels_of), (others(family), common.total + given)]


def others(family: Family) -> tuple[str, ...]:
    """The labels of the common row."""
    return (OTHER,) * len(family.labels)


def labels_of(row: Row) -> tuple[str, ...]:
    return row[0]


def number(row: Row) -> int | float:
    """The value of a row that is no histogram."""
    value = row[1]
    return 0 if isinstance(value, Histogram) else value
