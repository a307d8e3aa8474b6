"""The last value of each key survives whatever was written before it, and the log does not grow with what has happened."""

from pathlib import Path
from queue import SimpleQueue

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubbub.core.changes import SLACK, Changes
from hubbub.core.commit import Commit
from hubbub.core.store import LogOptions
from hubbub.core.turn import Turn
from hubbub.model.clock import Action, Clock
from hubbub.storage.segments.engine import SegmentsEngine
from hubbub.storage.segments.options import SegmentsOptions

SMALL = LogOptions(segment_bytes=60_000)


class Keeper:
    """Changes in a directory, with a loop by hand."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.todo: list[Action] = []
        self.events: SimpleQueue[Action] = SimpleQueue()
        clock = Clock(lambda: 0.0, lambda: 0.0, lambda when: None, self.todo.append)
        self.engine = SegmentsEngine(
            str(directory), SegmentsOptions(chunk_bytes=4096, cache_bytes=1 << 16), clock, self.events.put
        )
        self.log = self.engine.acquire("log", SMALL)
        self.changes = Changes(self.log, clock, Turn(self.todo.append, self.engine.seal))
        done: list[bool] = []
        self.changes.recall(lambda: done.append(True))
        while not done:
            self.events.get()()

    def settle(self) -> None:
        """Run the loop until nothing is left to do."""
        while True:
            while self.todo:
                self.todo.pop(0)()
            last = Commit()
            self.engine.seal(last)
            while last.outcome is None:
                self.events.get()()
            while not self.events.empty():
                self.events.get()()
            if not self.todo:
                return

    def again(self) -> "Keeper":
        self.engine.close()
        return Keeper(self.directory)


def test_what_lies_at_the_head_is_put_again_so_that_the_log_stays_short(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path / "data")
    for number in range(50):
        keeper.changes.put(b"still %d" % number, b"x" * 500)
    keeper.settle()
    for turn in range(200):
        for number in range(100):
            keeper.changes.put(b"busy %d" % number, b"%d" % turn)
        keeper.settle()
    assert keeper.log.end > 4 * SLACK
    assert keeper.log.end - keeper.log.start < 2 * SLACK
    found = keeper.again().changes.found
    assert found == {b"still %d" % number: b"x" * 500 for number in range(50)} | {
        b"busy %d" % number: b"199" for number in range(100)
    }


def test_a_key_that_comes_and_goes_in_one_turn_is_never_written(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path / "data")
    keeper.changes.put(b"a", b"1")
    keeper.changes.delete(b"a")
    keeper.settle()
    assert keeper.log.end == 0


steps = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(0, 5), st.integers(0, 9)),
        st.tuples(st.just("delete"), st.integers(0, 5), st.just(0)),
        st.tuples(st.sampled_from(["turn", "restart"]), st.just(0), st.just(0)),
    ),
    max_size=40,
)


@settings(max_examples=40, deadline=None)
@given(steps=steps)
def test_whatever_happens_the_present_is_what_a_dictionary_says(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, int]]
) -> None:
    keeper = Keeper(tmp_path_factory.mktemp("changes") / "data")
    model: dict[bytes, bytes] = {}
    for step, key, value in steps:
        name = b"%d" % key
        if step == "put":
            keeper.changes.put(name, b"%d" % value)
            model[name] = b"%d" % value
        elif step == "delete":
            keeper.changes.delete(name)
            model.pop(name, None)
        else:
            keeper.settle()
            if step == "restart":
                keeper = keeper.again()
                assert keeper.changes.found == model
    keeper.settle()
    keeper = keeper.again()
    assert keeper.changes.found == model
    keeper.engine.close()
