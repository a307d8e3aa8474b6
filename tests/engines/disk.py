"""A segments engine for tests: its calls to the loop are taken from a queue, its time stands still until it is moved."""

from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue

from hubbub.model.clock import Action, Clock
from hubbub.storage.segments.engine import SegmentsEngine
from hubbub.storage.segments.files import Files
from hubbub.storage.segments.options import SegmentsOptions
from tests.engines.words import Bench

NOW = 1_000_000_000_000
PATIENCE = 30


class DiskBench(Bench):
    """A bench whose engine can be opened again."""

    engine: SegmentsEngine
    directory: Path

    def __init__(
        self,
        engine: SegmentsEngine,
        events: SimpleQueue[Action],
        clock: Clock,
        trouble: list[str],
        defects: list[Exception],
    ) -> None:
        self.events = events
        self.clock = clock
        self.trouble = trouble
        self.defects = defects
        super().__init__(engine, lambda: events.get(timeout=PATIENCE)())

    def close(self) -> None:
        self.engine.close()
        assert self.defects == []


def open_bench(directory: Path, *, files: Files | None = None, **options: object) -> DiskBench:
    """An engine on this directory."""
    events: SimpleQueue[Action] = SimpleQueue()
    trouble: list[str] = []
    defects: list[Exception] = []
    soon: Callable[[Action], object] = events.put
    clock = Clock(steady=lambda: 0.0, wall=lambda: NOW / 1000, arm=lambda when: None, soon=soon)
    chosen = SegmentsOptions(**options)
    engine = SegmentsEngine(
        str(directory),
        chosen,
        clock,
        events.put,
        files=files,
        on_trouble=trouble.append,
        on_defect=defects.append,
    )
    bench = DiskBench(engine, events, clock, trouble, defects)
    bench.directory = directory
    return bench
