"""Patterns and paths: the trie, the tree and the one-to-one matcher say the same as a definition of one line."""

from hypothesis import given
from hypothesis import strategies as st

from hubbub.core.matching import ONE, REST, PathTree, Pattern, Trie, matches

level = st.sampled_from(["", "a", "b", "$x"])
paths = st.lists(level, min_size=1, max_size=4).map(tuple)
patterns = st.builds(
    lambda front, end: tuple(front) + end,
    st.lists(level | st.just(ONE), min_size=1, max_size=4),
    st.sampled_from([(), (REST,)]),
) | st.just((REST,))


def by_definition(pattern: Pattern, path: tuple[str, ...]) -> bool:
    if path[0].startswith("$") and pattern[0] in (ONE, REST):
        return False
    if pattern[-1] is REST:
        front = pattern[:-1]
        return len(path) >= len(front) and by_definition_exact(front, path[: len(front)])
    return len(path) == len(pattern) and by_definition_exact(pattern, path)


def by_definition_exact(pattern: Pattern, path: tuple[str, ...]) -> bool:
    return all(p is ONE or p == level for p, level in zip(pattern, path, strict=True))


@given(st.lists(patterns, max_size=12), st.lists(patterns, max_size=6), paths)
def test_a_trie_finds_exactly_what_matches(
    kept: list[Pattern], removed: list[Pattern], path: tuple[str, ...]
) -> None:
    trie: Trie[Pattern] = Trie()
    for pattern in kept + removed:
        trie.put(pattern, "key", pattern)
    for pattern in removed:
        trie.remove(pattern, "key")
        assert not trie.has(pattern, "key")
    expected = {pattern for pattern in kept if pattern not in removed and by_definition(pattern, path)}
    assert set(trie.match(path)) == expected
    assert all(matches(pattern, path) == by_definition(pattern, path) for pattern in kept)


@given(st.lists(paths, max_size=12), st.lists(paths, max_size=6), patterns)
def test_a_tree_of_paths_finds_exactly_what_matches(
    kept: list[tuple[str, ...]], removed: list[tuple[str, ...]], pattern: Pattern
) -> None:
    tree: PathTree[tuple[str, ...]] = PathTree()
    for path in kept + removed:
        tree.put(path, path)
    for path in removed:
        tree.remove(path)
    found = list(tree.match(pattern))
    assert sorted(found) == sorted(
        {path for path in kept if path not in removed and by_definition(pattern, path)}
    )


def test_a_tree_may_change_while_it_is_walked() -> None:
    tree: PathTree[int] = PathTree()
    for n in range(100):
        tree.put(("t", str(n)), n)
    walk = tree.match((REST,))
    first = next(walk)
    for n in range(100):
        if n != first:
            tree.remove(("t", str(n)))
    tree.put(("u",), 1000)
    assert len(list(walk)) <= 100


def test_what_is_removed_leaves_nothing_behind() -> None:
    trie: Trie[int] = Trie()
    trie.put(("a", ONE, "c", REST), 1, 1)
    trie.put(("a", ONE, "c"), 1, 1)
    for pattern in (("a", ONE, "c", REST), ("a", ONE, "c"), ("never", "there")):
        trie.remove(pattern, 1)
    assert trie._root.is_empty


def test_a_pattern_costs_two_nodes_at_most_however_many_levels_it_has() -> None:
    trie: Trie[int] = Trie()
    pairs = [(f"{n}", ONE, *["x"] * 200, end) for n in range(50) for end in ("a", "b")]
    for pattern in pairs:
        trie.put(pattern, 1, 1)
    assert nodes(trie) == 1 + 50 * 3
    for pattern in pairs[::2]:
        trie.remove(pattern, 1)
    assert nodes(trie) == 1 + 50
    assert trie.match(("7", "y", *["x"] * 200, "b")) == [1]
    assert trie.match(("7", "y", *["x"] * 200, "a")) == []


def nodes(trie: Trie[int]) -> int:
    count, found = 0, [trie._root]
    while found:
        node = found.pop()
        count += 1
        found += node.children.values()
        if node.one is not None:
            found.append(node.one)
    return count
