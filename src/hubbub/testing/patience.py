"""Asking whether something has come, and waiting for it, in tests with a loop and in tests without.

In a test without a loop a wait blocks. In one with a loop it must not, for what is waited for may need that loop: there it is awaited. What
was said and never asked is asked when the test ends (`Ledger`), so that a forgotten ``await`` costs no truth.
"""

import asyncio
from collections.abc import Callable, Coroutine, Generator
from contextlib import suppress
from enum import Enum
from pathlib import PurePath
from traceback import walk_stack
from typing import Final, Protocol, TypeVar

from hubbub.client.messages import Message
from hubbub.testing.witness import Witness

T = TypeVar("T")
OURS: Final = "hubbub."


class Unmet(AssertionError):  # noqa: N818 - an assertion that did not hold
    """What was expected did not come, or what was not expected did. The text says what came instead."""


class TooLate(Unmet):
    """A wait was in vain. The text says what is lacking, and nothing of what came."""


class Stand(Enum):
    """How a question stands, by what has come so far."""

    OPEN = "open"
    MET = "met"
    BROKEN = "broken"
    """Nothing that may come can mend it."""


class Question(Protocol):
    """Something that may be true of what came."""

    def stand(self) -> Stand:
        """Whether waiting longer can change the answer."""
        ...

    def holds_in_the_end(self) -> bool:
        """Whether it is true when it is still open and no more is waited for."""
        ...

    def found(self) -> list[Message]:
        """The messages that make it true."""
        ...

    def failure(self, seconds: float) -> str:
        """Why it is not, and what came instead."""
        ...


class Pending(Protocol):
    """Something that a test must not end without."""

    @property
    def is_settled(self) -> bool: ...

    def settle(self) -> object:
        """Do it now, blocking. Raises AssertionError."""
        ...


class Ledger:
    """What a test still owes. ``patience`` is how long is waited where nobody said, in seconds."""

    __slots__ = ("_pending", "patience")

    def __init__(self, patience: float) -> None:
        self.patience = patience
        self._pending: list[tuple[Pending, str]] = []

    def owe(self, pending: Pending) -> None:
        """This must be settled before the test ends."""
        self._pending.append((pending, caller()))

    def settle(self) -> None:
        """Settle all that is open. Raises AssertionError for the first that fails; then nobody asks for the rest."""
        __tracebackhide__ = True
        pending, self._pending = self._pending, []
        for each, place in pending:
            if each.is_settled:
                continue
            try:
                each.settle()
            except Unmet as why:
                raise Unmet(f"{why}\n\nThis was said at {place}, and asked when the test ended.") from None


class Found(list[Message]):
    """The messages that met an expectation, in order. In a test with a loop await it; it is empty before."""

    def __init__(self, question: Question, witness: Witness, within: float) -> None:
        super().__init__()
        self._question = question
        self._witness = witness
        self._within = within
        self.is_settled = False

    def __await__(self) -> Generator[object, None, "Found"]:
        __tracebackhide__ = True
        failure = yield from self._ask().__await__()
        return self._answered(failure)

    def settle(self) -> "Found":
        """Wait, blocking. Raises `Unmet`."""
        __tracebackhide__ = True
        return self._answered(block(self._ask()))

    def _answered(self, failure: str) -> "Found":
        __tracebackhide__ = True
        if failure:
            raise Unmet(failure)
        return self

    async def _ask(self) -> str:
        """What is wrong; empty: nothing."""
        self.is_settled = True
        question, witness = self._question, self._witness
        await caught_up(witness)
        await wait_until(
            witness, lambda: bool(witness.lost) or question.stand() is not Stand.OPEN, self._within
        )
        if question.stand() is Stand.OPEN:
            await caught_up(witness)
        stand = question.stand()
        if lost := witness.lost:
            return (
                f"{question}: nobody can say, for {lost}. "
                "Let one test see less, or begin anew in between with hub.forget()."
            )
        if stand is Stand.BROKEN or (stand is Stand.OPEN and not question.holds_in_the_end()):
            return question.failure(self._within)
        self[:] = question.found()
        return ""


class Owed:
    """A question that is asked when the test ends, unless somebody asked before."""

    __slots__ = ("_ledger", "_question", "_witness", "is_settled")

    def __init__(self, question: Question, witness: Witness, ledger: Ledger) -> None:
        self._question = question
        self._witness = witness
        self._ledger = ledger
        self.is_settled = False
        ledger.owe(self)

    def settle(self) -> Found:
        """Ask as patiently as the ledger says; not at all patiently where waiting can only spoil it. Raises `Unmet`."""
        __tracebackhide__ = True
        self.is_settled = True
        patience = 0.0 if self._question.holds_in_the_end() else self._ledger.patience
        return Found(self._question, self._witness, patience).settle()

    def ask(self, seconds: float) -> Found:
        """Ask now: block, or return something to await. Raises `Unmet`."""
        __tracebackhide__ = True
        self.is_settled = True
        found = Found(self._question, self._witness, seconds)
        if not has_loop():
            return found.settle()
        self._ledger.owe(found)
        return found


def has_loop() -> bool:
    """Whether this code runs in an event loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def caller() -> str:
    """The line that led here, of the first file that is none of ours."""
    for frame, line in walk_stack(None):
        if not str(frame.f_globals.get("__name__")).startswith(OURS):
            return f"{PurePath(frame.f_code.co_filename).name}:{line}"
    return "an unknown place"


async def caught_up(witness: Witness) -> None:
    """`Witness.catch_up`, without holding up the loop."""
    if not witness.is_beside:
        await asyncio.to_thread(witness.catch_up)


async def wait_until(witness: Witness, is_over: Callable[[], bool], seconds: float) -> None:
    """Return when it is over, looked at whenever more came, or when the time is."""
    loop = asyncio.get_running_loop()
    news = asyncio.Event()

    def tell() -> None:
        with suppress(RuntimeError):  # the loop ended before who waited in it
            loop.call_soon_threadsafe(news.set)

    witness.watch(tell)
    try:
        async with asyncio.timeout(seconds):
            while not is_over():
                await news.wait()
                news.clear()
    except TimeoutError:
        return
    finally:
        witness.unwatch(tell)


def block(work: Coroutine[object, object, T]) -> T:
    """Do this here and now, where no loop runs."""
    __tracebackhide__ = True
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        return runner.run(work)
