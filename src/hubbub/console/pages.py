"""Long lists in pages. A cursor says where the next one begins; what it holds is nobody's business but ours.

Lists are in the order of names, so that a page is the same whatever came and went before it. To find one, all is looked at, in slices.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Iterable
from heapq import nsmallest
from itertools import islice
from typing import Annotated, Final, Generic, TypeAlias, TypeVar

import msgspec
from msgspec import Meta, Struct

from hubbub.console.breath import AT_ONCE, breathe
from hubbub.console.route import Asked, meaningless
from hubbub.model.clock import Clock

T = TypeVar("T")
S = TypeVar("S")
C = TypeVar("C")
Key: TypeAlias = tuple[str, ...]
"""By what a list is ordered. Numbers are written so that they sort."""

MOST: Final = 1000
Limit: TypeAlias = Annotated[int, Meta(ge=1, le=MOST, description="How many there are in a page at most.")]
Cursor: TypeAlias = Annotated[str, Meta(description="`next` of the page before; empty: the first page.")]


class Paged(Asked, frozen=True):
    """A page of a list."""

    limit: Limit = 100
    cursor: Cursor = ""


class Listing(Struct, Generic[T], frozen=True):
    """A page of a list. Ask again with ``cursor`` set to ``next``; None: there is no more."""

    items: list[T]
    next: str | None


async def page(
    things: Iterable[T], key: Callable[[T], Key], show: Callable[[T], S], asked: Paged, clock: Clock
) -> Listing[S]:
    """The page that was asked for. ``things`` is a snapshot. Raises `Unanswerable` for what is no cursor."""
    after = unsealed(asked.cursor, Key) if asked.cursor else None
    best: list[tuple[Key, int, T]] = []
    seen = 0
    rest = iter(things)
    while some := list(islice(rest, AT_ONCE)):
        keyed = [(key(thing), place, thing) for place, thing in enumerate(some, seen)]
        seen += len(some)
        best += [each for each in keyed if after is None or each[0] > after]
        best = nsmallest(asked.limit + 1, best)
        await breathe(clock)
    shown = best[: asked.limit]
    following = sealed(shown[-1][0]) if len(best) > asked.limit else None
    return Listing([show(thing) for _, _, thing in shown], following)


def sealed(place: object) -> str:
    """A cursor."""
    return urlsafe_b64encode(msgspec.msgpack.encode(place)).decode().rstrip("=")


def unsealed(cursor: str, kind: type[C]) -> C:
    """What `sealed` was given. Raises `Unanswerable`."""
    try:
        return msgspec.msgpack.decode(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), type=kind)
    except (NotBase64, ValueError, msgspec.MsgspecError):
        raise meaningless("the cursor is none that was given here") from None


def number(value: int) -> str:
    """A number that sorts as text as it does as a number."""
    return f"{value:020d}"
