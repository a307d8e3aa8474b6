"""The options of a load, for each of the commands."""

from collections.abc import Callable
from functools import wraps

from hubbub.cli.asking import AS_JSON
from hubbub.cli.bench.course import OPTIONS, Load
from hubbub.cli.exits import Exit


def loading(command: Callable[..., Exit]) -> Callable[..., Exit]:
    """Give a command the options of a load; it is called with ``load``."""

    @wraps(command)
    def gathered(messages: int, size: int, window: int, rate: float | None, **rest: object) -> Exit:
        return command(load=Load(messages, size, window, rate), **rest)

    made: Callable[..., Exit] = gathered
    for option in reversed((*OPTIONS, AS_JSON)):
        made = option(made)
    return made
