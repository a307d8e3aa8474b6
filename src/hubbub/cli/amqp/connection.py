"""Which broker, as whom, and what is said when it cannot be reached or refuses."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import wraps
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

import click
from msgspec import Struct

from hubbub.cli.asking import PATIENCE, TLS_OPTIONS
from hubbub.cli.exits import Ends, Exit
from hubbub.cli.reaching import Peer, Tls, read_secret, unreachable

if TYPE_CHECKING:
    from aio_pika.abc import AbstractChannel

REMEDY: Final = "start one (`hubbub amqp serve`), or name another with --host and --port, or with --url"
PORTS: Final = {"amqp": 5672, "amqps": 5671}
OPENED: Final = "Connection.OpenOk"
"""What the library waits for where the broker may refuse a virtual host; its error does not tell that it was refused."""
URL: Final = "amqp://guest:guest@localhost:5672/"


class Broker(Struct, frozen=True):
    """Where, as whom, and how long to wait for each answer, in seconds."""

    host: str
    port: int
    user: str
    password: str
    vhost: str
    tls: Tls
    patience: float

    @property
    def peer(self) -> Peer:
        """Whom to reach."""
        return Peer("an AMQP broker", self.host, self.port, REMEDY)


URL_OPTION: Final = click.option(
    "--url",
    metavar="URL",
    envvar="HUBBUB_AMQP_URL",
    default=URL,
    show_default=True,
    help="The broker: amqp://user:password@host:port/vhost, or amqps://; also $HUBBUB_AMQP_URL. The other options win over it.",
)
VHOST: Final = click.option("--vhost", metavar="NAME", help="The virtual host.  [default: /]")
OPTIONS: Final = (
    URL_OPTION,
    click.option("--host", metavar="HOST", help="Where the broker is.  [default: localhost]"),
    click.option(
        "--port", metavar="N", type=click.IntRange(1, 65535), help="At which port.  [default: 5672]"
    ),
    click.option(
        "-u", "--user", "--username", "user", metavar="NAME", help="Log in under this name.  [default: guest]"
    ),
    click.option(
        "-P",
        "--password",
        metavar="X",
        help="With this password, or with the first line of @FILE.  [default: guest]",
    ),
    VHOST,
    *TLS_OPTIONS,
    PATIENCE,
)


def reaching(command: Callable[..., Exit]) -> Callable[..., Exit]:
    """Give a command the options of a connection; it is called with ``broker``."""

    @wraps(command)
    def gathered(
        url: str,
        host: str | None,
        port: int | None,
        user: str | None,
        password: str | None,
        vhost: str | None,
        patience: float,
        *,
        tls: bool,
        tls_ca: str,
        tls_cert: str,
        tls_key: str,
        tls_insecure: bool,
        **rest: object,
    ) -> Exit:
        found = from_url(url)
        broker = Broker(
            host or found.host,
            port or found.port,
            user if user is not None else found.user,
            read_secret(password) if password is not None else found.password,
            vhost if vhost is not None else found.vhost,
            Tls(tls or found.tls.wanted, tls_ca, tls_cert, tls_key, tls_insecure),
            patience,
        )
        return command(broker=broker, **rest)

    made: Callable[..., Exit] = gathered
    for option in reversed(OPTIONS):
        made = option(made)
    return made


def from_url(url: str) -> Broker:
    """What a URL says. Ends the command where it is none of ours."""
    parts = urlsplit(url if "://" in url else f"amqp://{url}")
    try:
        port = parts.port
    except ValueError:
        raise Ends(Exit.USAGE, [f"--url: {url!r} has no port that could be one"]) from None
    if parts.scheme not in PORTS:
        raise Ends(Exit.USAGE, [f"--url: {url!r} begins with neither amqp:// nor amqps://"])
    return Broker(
        parts.hostname or "localhost",
        port or PORTS[parts.scheme],
        unquote(parts.username) if parts.username is not None else "guest",
        unquote(parts.password) if parts.password is not None else "guest",
        unquote(parts.path[1:]) or "/",
        Tls(parts.scheme == "amqps"),
        0,
    )


@asynccontextmanager
async def refusals(broker: Broker) -> AsyncIterator[None]:
    """What the library raises, in words. Raises `Ends`."""
    from aio_pika.exceptions import (
        AMQPConnectionError,
        AMQPError,
        AuthenticationError,
        ChannelInvalidStateError,
        ConnectionClosed,
        InvalidFrameError,
        ProbableAuthenticationError,
    )

    try:
        yield
    except (AuthenticationError, ProbableAuthenticationError) as error:
        raise Ends(Exit.FAILED, [f"{broker.peer} does not let {broker.user!r} in: {said(error)}"]) from None
    except ConnectionClosed as error:
        raise Ends(Exit.FAILED, [f"{broker.peer} has ended the connection: {said(error)}"]) from None
    except (AMQPConnectionError, OSError) as error:  # OSError has TimeoutError in it
        words = "" if isinstance(error, TimeoutError) else said(error)
        raise await unreachable([broker.peer], broker.patience, broker.tls, words) from None
    except InvalidFrameError as error:
        if OPENED not in str(error):
            raise Ends(Exit.FAILED, [f"{broker.peer} breaks the rules of AMQP: {error}"]) from None
        why = f"it is not there, or not for {broker.user!r}"
        raise Ends(
            Exit.FAILED, [f"{broker.peer} does not open virtual host {broker.vhost!r}: {why}"]
        ) from None
    except AMQPError as error:
        raise Ends(Exit.FAILED, [f"{broker.peer} refuses: {said(error)}"]) from None
    except ChannelInvalidStateError:
        raise Ends(Exit.UNREACHABLE, [f"{broker.peer} has ended the connection"]) from None


def said(error: Exception) -> str:
    """The broker's own words: ``NOT_FOUND - no queue 'x' in vhost '/'``."""
    words = [each for each in error.args if isinstance(each, str)]
    return words[-1] if words else str(error)


@asynccontextmanager
async def channel_of(broker: Broker, *, confirms: bool = False) -> "AsyncIterator[AbstractChannel]":
    """A channel, until the end of the block. Raises `Ends`."""
    import aio_pika

    async with refusals(broker):
        connection = await aio_pika.connect(
            host=broker.host,
            port=broker.port,
            login=broker.user,
            password=broker.password,
            virtualhost=broker.vhost,
            ssl=(context := broker.tls.context()) is not None,
            ssl_context=context,
            timeout=broker.patience,
            client_properties={"connection_name": "hubbub"},
        )
        async with connection, connection.channel(publisher_confirms=confirms) as channel:
            yield channel
