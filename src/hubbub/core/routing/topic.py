"""Patterns of dotted words against keys: ``*`` is exactly one word, ``#`` is none or more.

A trie of words, walked with all open possibilities at once: no regular expressions, no backtracking; the work for a key is bounded
by the nodes that can match, however many patterns there are. An empty key has no words: ``*`` does not match it.
"""

from collections.abc import Iterator
from typing import Final, Generic, TypeVar

T = TypeVar("T")

ONE: Final = "*"
ANY: Final = "#"


class Node(Generic[T]):
    """A place in the trie: where each next word leads, and what ends here (with how many bindings say so)."""

    __slots__ = ("ends", "words")

    def __init__(self) -> None:
        self.words: dict[str, Node[T]] = {}
        self.ends: dict[T, int] = {}


def words_of(key: str) -> list[str]:
    return key.split(".") if key else []


class TopicTrie(Generic[T]):
    """Destinations by pattern. The same pair may be added more than once, and is gone when removed as often."""

    __slots__ = ("_root",)

    def __init__(self) -> None:
        self._root: Node[T] = Node()

    def add(self, pattern: str, destination: T) -> None:
        node = self._root
        for word in words_of(pattern):
            node = node.words.setdefault(word, Node())
        node.ends[destination] = node.ends.get(destination, 0) + 1

    def remove(self, pattern: str, destination: T) -> None:
        """Take back one `add`; nothing happens where there was none. Branches that lead nowhere are cut."""
        path = [self._root]
        words = words_of(pattern)
        for word in words:
            node = path[-1].words.get(word)
            if node is None:
                return
            path.append(node)
        ends = path[-1].ends
        if destination not in ends:
            return
        ends[destination] -= 1
        if not ends[destination]:
            del ends[destination]
        for word in reversed(words):
            node = path.pop()
            if node.ends or node.words:
                return
            del path[-1].words[word]

    def match(self, key: str) -> Iterator[T]:
        """Each destination with a pattern that matches, possibly more than once."""
        words = words_of(key)
        last = len(words)
        open_ones: list[tuple[Node[T], int]] = [(self._root, 0)]
        seen: set[tuple[int, int]] = set()
        while open_ones:
            node, at = open_ones.pop()
            if at == last:
                yield from node.ends
            else:
                following = node.words.get(words[at])
                if following is not None:
                    open_ones.append((following, at + 1))
                following = node.words.get(ONE)
                if following is not None and words[at] != ONE:
                    open_ones.append((following, at + 1))
            many = node.words.get(ANY)
            if many is not None:
                # each place at which the rest may begin, once: several # in a row must not multiply the work
                for begin in range(at, last + 1):
                    if (id(many), begin) in seen:
                        break
                    seen.add((id(many), begin))
                    open_ones.append((many, begin))
