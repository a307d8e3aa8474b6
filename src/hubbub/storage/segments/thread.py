"""The edge of a thread: its one catch-all. A bug in one step is reported, and the thread goes on with the next."""

from collections.abc import Callable
from threading import Thread


def start(name: str, step: Callable[[], bool], on_defect: Callable[[Exception], None]) -> Thread:
    """A thread that takes one step after the other until one says False. ``on_defect`` hears of bugs, on that thread."""

    def run() -> None:
        goes_on = True
        while goes_on:
            try:
                goes_on = step()
            except Exception as defect:  # noqa: BLE001 - see above
                on_defect(defect)

    thread = Thread(target=run, name=name, daemon=True)
    thread.start()
    return thread
