"""The arena: one view for all, and a few spare buffers for large frames."""

from hubbub.net.arena import SPARE_OCTETS, SPARES, Arena


def test_a_buffer_that_was_given_back_serves_whoever_needs_no_more() -> None:
    arena = Arena(1024)
    buffer = arena.borrow(5_000)
    assert len(buffer) == 5_000
    arena.give_back(buffer)
    assert arena.borrow(6_000) is not buffer
    assert arena.borrow(4_000) is buffer
    assert arena.borrow(4_000) is not buffer, "it is lent once"


def test_few_are_kept_and_no_giants() -> None:
    arena = Arena(1024)
    arena.give_back(bytearray(SPARE_OCTETS + 1))
    assert len(arena.borrow(100)) == 100
    for _ in range(3 * SPARES):
        arena.give_back(bytearray(5_000))
    assert [len(arena.borrow(100)) for _ in range(SPARES + 1)] == [5_000] * SPARES + [100]


def test_all_read_into_the_same_octets() -> None:
    arena = Arena(1024)
    assert len(arena.view) == arena.octets == 1024
    assert not arena.view.readonly
