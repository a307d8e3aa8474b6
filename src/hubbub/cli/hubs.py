"""Commands about a hub that runs: where its admin API is, and how it is asked."""

from collections.abc import Callable
from typing import Final, TypeVar

from hubbub.cli.exits import Exit
from hubbub.cli.web import ADMIN_TOKEN, ADMIN_URL, Site

F = TypeVar("F", bound=Callable[..., object])

ONLY_WAY: Final = "there is no other way to ask"
V1: Final = "/api/v1"


def of_a_hub(command: F) -> F:
    """The options that say which hub is meant: they come as ``admin_url`` and ``admin_token``."""
    return ADMIN_URL(ADMIN_TOKEN(command))


def hub_at(url: str, token: str, seconds: float = 5.0) -> Site:
    """The hub whose admin API is there. Ends the command with `Exit.UNREACHABLE` when nobody answers."""
    return Site(url, token, ONLY_WAY, seconds, Exit.UNREACHABLE)


def span(seconds: float) -> str:
    """A time for people: ``3 d 4 h``, ``12 s``."""
    left = int(seconds)
    found: list[str] = []
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min"), (1, "s")):
        count, left = divmod(left, size)
        if count:
            found.append(f"{count} {unit}")
    return " ".join(found[:2]) or "0 s"
