"""The edge of the hub: where the loop calls in, and the one place where a defect of ours is caught.

What a peer does wrong is answered by its room long before this. What arrives here nobody could answer: it is told to ``on_defect`` (the log,
or a test that fails), and only the connection or timer it came up in pays for it.
"""

from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeAlias, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

OnDefect: TypeAlias = Callable[[Exception], None]


def attempt(on_defect: OnDefect, action: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R | None:
    """What ``action`` returns; None where it failed, after ``on_defect`` has heard of it."""
    try:
        return action(*args, **kwargs)
    except Exception as defect:  # noqa: BLE001 - the one place
        on_defect(defect)
        return None


async def attend(on_defect: OnDefect, work: Awaitable[R]) -> R | None:
    """`attempt` for work that takes its time."""
    try:
        return await work
    except Exception as defect:  # noqa: BLE001 - the same place
        on_defect(defect)
        return None
