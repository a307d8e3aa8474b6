"""The admin port, as the hub's start and stop know it. Light: what answers there is imported by the first request."""

from secrets import token_urlsafe
from typing import Final

from hubbub.console.feeds import Feeds
from hubbub.console.gate import Terms, is_own
from hubbub.console.office import Office
from hubbub.console.options import AdminOptions
from hubbub.console.subject import Subject
from hubbub.net.asgi import App
from hubbub.net.edge import OnDefect
from hubbub.net.site import Site

TOKEN_OCTETS: Final = 24


class AdminPort:
    """`listen` raises what `Site.listen` raises. ``made_token`` is what callers must show, where nobody has chosen it; else empty."""

    __slots__ = ("_feeds", "_options", "made_token", "site")

    def __init__(self, options: AdminOptions, hub: Subject, on_defect: OnDefect) -> None:
        self._options = options
        self._feeds: Final = Feeds()
        is_open = not is_own(options.host)
        self.made_token = token_urlsafe(TOKEN_OCTETS) if is_open and not options.token else ""
        terms = Terms(options.token or self.made_token, names_of(options))
        office = Office(hub, self._feeds, hub.broker.clock.now())

        def load() -> App:
            from hubbub.console.site import app

            return app(office, terms)

        self.site: Final = Site(load, lambda: hub.broker.clock.now(), on_defect)

    async def listen(self) -> None:
        """Where the options say."""
        await self.site.listen(self._options.host, self._options.port)

    def end_feeds(self) -> None:
        """What answers without an end has come to one: the hub stops, or what it holds goes."""
        self._feeds.end()


def names_of(options: AdminOptions) -> tuple[str, ...]:
    """Names of this machine."""
    return ("localhost", options.host.lower(), *(name.lower() for name in options.allowed_hosts))
