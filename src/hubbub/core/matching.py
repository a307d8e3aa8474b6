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
    """One level. ``here``: values of patterns that end here; ``below``: of those that end here with `REST`."""

    __slots__ = ("below", "children", "here", "one")

    def __init__(self) -> None:
        self.children: dict[str, _Node[V]] = {}
        self.one: _Node[V] | None = None
        self.here: dict[Hashable, V] = {}
        self.below: dict[Hashable, V] = {}

    @property
    def is_empty(self) -> bool:
        return not (self.children or self.one or self.here or self.below)


class Trie(Generic[V]):
    """Values under patterns; several under one pattern are told apart by a key."""

    __slots__ = ("_root",)

    def __init__(self) -> None:
        self._root: _Node[V] = _Node()

    def put(self, pattern: Pattern, key: Hashable, value: V) -> None:
        """Set the value under (pattern, key)."""
        node = self._root
        for level in pattern:
            if level is REST:
                node.below[key] = value
                return
            if isinstance(level, Wild):
                if node.one is None:
                    node.one = _Node()
                node = node.one
            else:
                child = node.children.get(level)
                if child is None:
                    child = node.children[level] = _Node()
                node = child
        node.here[key] = value

    def remove(self, pattern: Pattern, key: Hashable) -> None:
        """Forget (pattern, key), and the nodes that only it needed. No error when it is not there."""
        way: list[tuple[_Node[V], str | Wild]] = []
        node = self._root
        for level in pattern:
            if level is REST:
                node.below.pop(key, None)
                break
            way.append((node, level))
            child = node.one if isinstance(level, Wild) else node.children.get(level)
            if child is None:
                return
            node = child
        else:
            node.here.pop(key, None)
        for parent, level in reversed(way):
            if not node.is_empty:
                break
            if isinstance(level, Wild):
                parent.one = None
            else:
                del parent.children[level]
            node = parent

    def has(self, pattern: Pattern, key: Hashable) -> bool:
        """Whether there is a value under (pattern, key)."""
        node = self._root
        for level in pattern:
            if level is REST:
                return key in node.below
            child = node.one if isinstance(level, Wild) else node.children.get(level)
            if child is None:
                return False
            node = child
        return key in node.here

    def match(self, path: Sequence[str]) -> list[V]:
        """The values of all patterns that match, in no promised order."""
        found: list[V] = []
        nodes = [self._root]
        if is_hidden(path):
            child = self._root.children.get(path[0])
            if child is None:
                return found
            nodes = [child]
            path = path[1:]
        for level in path:
            following: list[_Node[V]] = []
            for node in nodes:
                if node.below:
                    found.extend(node.below.values())
                child = node.children.get(level)
                if child is not None:
                    following.append(child)
                if node.one is not None:
                    following.append(node.one)
            if not following:
                return found
            nodes = following
        for node in nodes:
            found.extend(node.here.values())
            found.extend(node.below.values())
        return found


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
