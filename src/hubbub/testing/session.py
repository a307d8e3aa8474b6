"""The hub that many tests use, one after the other."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path as File
from typing import Final

from msgspec.structs import replace

from hubbub.client.choices import Choice, all_on_free_ports, settings_of
from hubbub.client.hub import Hub
from hubbub.client.running import RunningHub
from hubbub.settings import Settings
from hubbub.testing.hub import Scene
from hubbub.testing.witness import MOST_MESSAGES


class SharedHub:
    """``running``, and the defects that came up in it."""

    def __init__(self, settings: Settings) -> None:
        self.defects: Final[list[Exception]] = []
        self.running: Final = RunningHub(Hub(settings, on_defect=self.defects.append))
        self._is_fresh = True

    @contextmanager
    def scene(self, patience: float, *, resets: bool, most: int = MOST_MESSAGES) -> Iterator[Scene]:
        """One test, which sees so many messages at most. Raises what came up in the hub meanwhile, for it is a bug of ours."""
        scene = Scene(self.running, patience, most)
        scene.begin(resets=resets and not self._is_fresh)
        self._is_fresh = False
        try:
            yield scene
        finally:
            scene.end()
            defects, self.defects[:] = list(self.defects), []
        if defects:
            raise ExceptionGroup("defects in Hubbub itself; please report them", defects)


@contextmanager
def shared(file: File | None, choices: Mapping[str, Choice]) -> Iterator[SharedHub]:
    """A hub on free ports, whatever the file says; and in memory, for tests must not empty the directory of a file that is not theirs."""
    settings, _ = settings_of(file, choices)
    if "data_dir" not in choices:
        settings = replace(settings, data_dir="")
    hub = SharedHub(all_on_free_ports(settings))
    hub.running.start()
    try:
        yield hub
    finally:
        hub.running.stop()
