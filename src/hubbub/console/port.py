"""The admin port, as the hub's start and stop know it. Light: what answers there is imported by the first request."""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from hubbub.console.options import ADMIN_PORT, AdminOptions
from hubbub.console.subject import Subject
from hubbub.net.asgi import App
from hubbub.net.edge import OnDefect
from hubbub.net.site import Site

if TYPE_CHECKING:
    from hubbub.console.feeds import Feeds

TOKEN_OCTETS: Final = 24


class AdminPort:
    """`listen` raises what `Site.listen` raises. ``made_token`` is what callers must show, where nobody has chosen it; else empty."""

    __slots__ = ("_feeds", "_hub", "_options", "_started_at", "made_token", "site")

    def __init__(self, options: AdminOptions, hub: Subject, on_defect: OnDefect) -> None:
        self._options: Final = options
        self._hub: Final = hub
        self._started_at: Final = hub.broker.clock.now()
        self._feeds: list[Feeds] = []
        self.made_token: Final = "" if options.token or is_own(options.host) else new_token()
        self.site: Final = Site(self._load, lambda: hub.broker.clock.now(), on_defect)

    async def listen(self, *, is_beside: bool) -> None:
        """Where the options say. ``is_beside``: there are other hubs on this machine, so the default port is not insisted on."""
        port = self._options.port
        await self.site.listen(self._options.host, 0 if is_beside and port == ADMIN_PORT else port)

    def stop(self) -> None:
        """Accept no more; what is being answered goes on."""
        self.end_feeds()
        self.site.stop()

    async def drain(self, grace: float) -> None:
        """Return when all is answered and nobody connected; what takes longer than so many seconds is ended."""
        with suppress(TimeoutError):
            async with asyncio.timeout(grace):
                await self.site.drained()
        self.site.abort()
        await self.site.drained()

    def end_feeds(self) -> None:
        """What answers without an end has come to one: the hub stops, or what it holds goes."""
        for feeds in self._feeds:
            feeds.end()

    # inside

    def _load(self) -> App:
        from hubbub.console.feeds import Feeds
        from hubbub.console.gate import Terms
        from hubbub.console.office import Office
        from hubbub.console.site import app

        feeds = Feeds()
        self._feeds.append(feeds)
        options = self._options
        names = ("localhost", options.host.lower(), *(name.lower() for name in options.allowed_hosts))
        terms = Terms(options.token or self.made_token, names)
        return app(Office(self._hub, feeds, self._started_at), terms)


def is_own(host: str) -> bool:
    """Whether only this machine can reach what listens there."""
    if host == "localhost":
        return True
    from ipaddress import ip_address

    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def new_token() -> str:
    """One that nobody guesses."""
    from secrets import token_urlsafe

    return token_urlsafe(TOKEN_OCTETS)
