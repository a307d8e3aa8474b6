"""Patterns over paths, and a trie that finds all patterns a path matches.

A path is a tuple of levels. A pattern is the same with two wildcards: `ONE` stands for exactly one level, `REST`, only at the
end, for any number of levels, none included. A path whose first level begins with ``$`` belongs to the hub itself: no
wildcard at the first level matches it.

No regular expressions: the cost of a match is bounded by the levels of the path and the nodes it meets.
"""

from collections.abc import Hashable, Iterator, Sequence
from enum import Enum
from typing import Final, Generic, TypeAlias, TypeVar, cast


class Wild(Enum):
    """What may stand in a pattern in place of a level."""

    ONE = "one"
    REST = "rest"


ONE: Final = Wild.ONE
REST: Final = Wild.REST
Pattern: TypeAlias = tuple[str | Wild, ...]
V = TypeVar("V")


def is_hidden(path: Sequence[str]) -> bool:
    """Whether wildcards at the first level pass this path by."""
    return path[0].startswith("$")


def matches(pattern: Pattern, path: Sequence[str]) -> bool:
    """Whether one pattern matches one path; for those who have few patterns and no trie."""
    if is_hidden(path) and isinstance(pattern[0], Wild):
        return False
    for place, level in enumerate(pattern):
        if level is REST:
            return True
        if place >= len(path) or (level is not ONE and level != path[place]):
            return False
    return len(pattern) == len(path)


class _Node(Generic[V]):
    """Where patterns part or end. ``label``: levels on the way to it that all patterns behind it share, so that a pattern costs two
    nodes at most, however many levels it has. ``here``: values of patterns that end at it; ``below``: of those that end with `REST`.
    """

    __slots__ = ("below", "children", "here", "label", "one")

    def __init__(self, label: Pattern) -> None:
        self.label = label
        self.children: dict[str, _Node[V]] = {}
        self.one: _Node[V] | None = None
        self.here: dict[Hashable, V] = {}
        self.below: dict[Hashable, V] = {}

    @property
    def is_empty(self) -> bool:
        return not (self.children or self.one or self.here or self.below)

    def child(self, level: str | Wild) -> "_Node[V] | None":
        return self.one if isinstance(level, Wild) else self.children.get(level)

    def attach(self, level: str | Wild, child: "_Node[V]") -> None:
        if isinstance(level, Wild):
            self.one = child
        else:
            self.children[level] = child

    def detach(self, level: str | Wild) -> None:
        if isinstance(level, Wild):
            self.one = None
        else:
            del self.children[level]

    def split(self, count: int) -> None:
        """Keep ``count`` levels of the label; what follows moves into a child."""
        label = self.label
        rest: _Node[V] = _Node(label[count + 1 :])
        rest.children, rest.one, rest.here, rest.below = self.children, self.one, self.here, self.below
        self.label, self.children, self.one, self.here, self.below = label[:count], {}, None, {}, {}
        self.attach(label[count], rest)

    def join(self) -> None:
        """Undo a split that nothing needs any more."""
        if self.here or self.below or len(self.children) + (self.one is not None) != 1:
            return
        level: str | Wild
        if self.one is None:
            ((level, rest),) = self.children.items()
        else:
            level, rest = ONE, self.one
        self.label = (*self.label, level, *rest.label)
        self.children, self.one, self.here, self.below = rest.children, rest.one, rest.here, rest.below


class Trie(Generic[V]):
    """Values under patterns; several under one pattern are told apart by a key."""

    __slots__ = ("_root",)

    def __init__(self) -> None:
        self._root: _Node[V] = _Node(())

    def put(self, pattern: Pattern, key: Hashable, value: V) -> None:
        """Set the value under (pattern, key)."""
        is_open, levels = _ending(pattern)
        node, place = self._root, 0
        while True:
            if node.label:
                shared = _shared(node.label, levels, place)
                if shared < len(node.label):
                    node.split(shared)
                place += shared
            if place == len(levels):
                break
            child = node.child(levels[place])
            if child is None:
                child = _Node(levels[place + 1 :])
                node.attach(levels[place], child)
            node = child
            place += 1
        (node.below if is_open else node.here)[key] = value

    def remove(self, pattern: Pattern, key: Hashable) -> None:
        """Forget (pattern, key), and the nodes that only it needed. No error when it is not there."""
        is_open, levels = _ending(pattern)
        way = self._way(levels)
        if not way:
            return
        node, level = way.pop()
        (node.below if is_open else node.here).pop(key, None)
        if node.is_empty and way:
            parent, above = way.pop()
            parent.detach(level)
            node, level = parent, above
        if node is not self._root:
            node.join()

    def has(self, pattern: Pattern, key: Hashable) -> bool:
        """Whether there is a value under (pattern, key)."""
        is_open, levels = _ending(pattern)
        way = self._way(levels)
        return bool(way) and key in (way[-1][0].below if is_open else way[-1][0].here)

    def match(self, path: Sequence[str]) -> list[V]:
        """The values of all patterns that match, in no promised order."""
        found: list[V] = []
        length = len(path)
        places: list[tuple[_Node[V], int]] = [(self._root, 0)]
        if is_hidden(path):
            child = self._root.children.get(path[0])
            places = [] if child is None else [(child, 1)]
        while places:
            node, place = places.pop()
            for wanted in node.label:
                if place == length or (wanted is not ONE and wanted != path[place]):
                    break
                place += 1
            else:  # the whole label fits
                if node.below:
                    found.extend(node.below.values())
                if place == length:
                    found.extend(node.here.values())
                    continue
                child = node.children.get(path[place])
                if child is not None:
                    places.append((child, place + 1))
                if node.one is not None:
                    places.append((node.one, place + 1))
        return found

    def _way(self, levels: Pattern) -> list[tuple[_Node[V], str | Wild]]:
        """The nodes down to where this pattern ends, each with the level that leads to it; empty when there is no such end."""
        node, place = self._root, 0
        way: list[tuple[_Node[V], str | Wild]] = [(node, ONE)]
        while place < len(levels):
            level = levels[place]
            child = node.child(level)
            if child is None:
                return []
            node = child
            place += 1
            if node.label:
                if _shared(node.label, levels, place) < len(node.label):
                    return []
                place += len(node.label)
            way.append((node, level))
        return way


def _ending(pattern: Pattern) -> tuple[bool, Pattern]:
    """Whether a pattern ends with `REST`, and what stands before that."""
    return (True, pattern[:-1]) if pattern[-1] is REST else (False, pattern)


def _shared(label: Pattern, levels: Pattern, place: int) -> int:
    """How many levels of a label go on like ``levels`` from there."""
    count = 0
    for mine, other in zip(label, levels[place : place + len(label)], strict=False):
        if mine != other:
            break
        count += 1
    return count


class PathTree(Generic[V]):
    """The other way round: values under paths, found by pattern. Walks only what the pattern allows."""

    __slots__ = ("_children", "_value")

    def __init__(self) -> None:
        self._children: dict[str, PathTree[V]] = cast("dict[str, PathTree[V]]", NO_CHILDREN)
        self._value: V | _Absent = ABSENT

    def put(self, path: Sequence[str], value: V) -> None:
        """Set the value of a path."""
        node = self
        for level in path:
            child = node._children.get(level)
            if child is None:
                if node._children is NO_CHILDREN:
                    node._children = {}
                child = node._children[level] = PathTree()
            node = child
        node._value = value

    def remove(self, path: Sequence[str]) -> None:
        """Forget a path, and the nodes that only it needed. No error when it is not there."""
        way: list[PathTree[V]] = [self]
        for level in path:
            child = way[-1]._children.get(level)
            if child is None:
                return
            way.append(child)
        way[-1]._value = ABSENT
        for place in range(len(path) - 1, -1, -1):
            node = way[place + 1]
            if node._children or node._value is not ABSENT:
                return
            parent = way[place]
            del parent._children[path[place]]
            if not parent._children:
                parent._children = cast("dict[str, PathTree[V]]", NO_CHILDREN)

    def match(self, pattern: Pattern) -> Iterator[V]:
        """The values of all paths that match, found while one asks: the tree may change in between.

        What was put or removed meanwhile may or may not show; nothing else is missed or comes twice.
        """
        walks: list[tuple[Iterator[PathTree[V]], int]] = [(iter((self,)), 0)]
        while walks:
            nodes, place = walks[-1]
            node = next(nodes, None)
            if node is None:
                walks.pop()
            elif place == len(pattern):
                if not isinstance(node._value, _Absent):
                    yield node._value
            elif (level := pattern[place]) is REST:
                if not isinstance(node._value, _Absent):
                    yield node._value
                if node._children:
                    walks.append((node._open(skips_hidden=node is self), place))
            elif isinstance(level, Wild):
                walks.append((node._open(skips_hidden=place == 0), place + 1))
            elif level in node._children:
                walks.append((iter((node._children[level],)), place + 1))

    def _open(self, *, skips_hidden: bool) -> "Iterator[PathTree[V]]":
        """The children as they are now."""
        if not skips_hidden:
            return iter(list(self._children.values()))
        return iter([child for level, child in self._children.items() if not level.startswith("$")])


class _Absent:
    """The value of a path that has none; a value may be anything, None too."""

    __slots__ = ()


ABSENT: Final = _Absent()
# What most nodes have, one for all: an empty dict for each of them would be most of the tree. Never written to.
NO_CHILDREN: Final[dict[str, object]] = {}
