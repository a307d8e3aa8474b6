"""The admin port, as the hub's start and stop know it. Light: what answers there is imported by the first request."""

from typing import TYPE_CHECKING, Final

from hubbub.console.options import AdminOptions
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

    async def listen(self) -> None:
        """Where the options say."""
        await self.site.listen(self._options.host, self._options.port)

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
