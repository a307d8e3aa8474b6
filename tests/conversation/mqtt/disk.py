"""A hall whose hub keeps things on a disk, and can be killed: what a killed process leaves is a copy of its directory at that moment."""

import shutil
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from hubbub.core.commit import Commit
from hubbub.core.store import Engine
from hubbub.model.clock import Action
from hubbub.storage.segments.engine import SegmentsEngine
from hubbub.storage.segments.files import Files
from hubbub.storage.segments.options import SegmentsOptions
from tests.conversation.mqtt.words import Hall

CHUNK = 1 << 14


class DiskHall(Hall):
    """One hub on one directory. `settle` waits until all that is under way has ended."""

    def __init__(
        self, directory: Path, time: float = 1000.0, files: Files | None = None, **options: Any
    ) -> None:
        self.directory = directory
        self.files = files or Files()
        self._events: SimpleQueue[Action] = SimpleQueue()
        self._all_options = options
        super().__init__(time, **options)
        self.settle()

    def open_engine(self) -> Engine:
        return SegmentsEngine(
            str(self.directory),
            SegmentsOptions(chunk_bytes=CHUNK),
            self.clock,
            self._events.put,
            files=self.files,
            on_trouble=lambda text: None,
        )

    def recall(self) -> None:
        done: list[bool] = []
        self.broker.live.recall(lambda: done.append(True))
        while not done:
            self._events.get()()

    def settle(self) -> None:
        super().settle()
        while not self._is_quiet() or self.todo:
            super().settle()

    def is_killed(self, after: float = 0.0, **options: Any) -> "DiskHall":
        """Kill it as it is; the hub that starts ``after`` so many seconds on what it left."""
        left = self.directory.with_name(self.directory.name + "'")
        shutil.copytree(self.directory, left)
        self.engine.close()
        return DiskHall(left, self.clock.elapsed() + after, **{**self._all_options, **options})

    def is_closed(self) -> "DiskHall":
        """Stop it in good order and start it again."""
        self.desk.close()
        self.engine.close()
        return DiskHall(self.directory, self.clock.elapsed(), **self._all_options)

    def _is_quiet(self) -> bool:
        """Let all that was sealed end."""
        last = Commit()
        self.engine.seal(last)
        was_quiet = last.outcome is not None
        while last.outcome is None:
            self._events.get()()
        return was_quiet
