"""Which broker, as whom, and what every command of the group is given for it."""

from collections.abc import Callable
from functools import wraps
from typing import Final
from urllib.parse import unquote, urlsplit

import click
from msgspec import Struct

from hubbub.cli.asking import PATIENCE, TLS_OPTIONS
from hubbub.cli.exits import Ends, Exit
from hubbub.cli.reaching import Peer, Tls, read_secret

REMEDY: Final = "start one (`hubbub mqtt serve`), or name another with --host and --port, or with --url"
PORTS: Final = {"mqtt": 1883, "mqtts": 8883, "ws": 80, "wss": 443}
VERSIONS: Final = {"5": 5, "311": 4, "3.1.1": 4, "31": 3, "3.1": 3}
"""To the numbers of the protocol."""


class Broker(Struct, frozen=True):
    """Where, as whom, in which version, and how long to wait for each answer, in seconds."""

    host: str
    port: int
    user: str | None
    password: str
    path: str | None
    """Of a WebSocket; None for a connection without one."""
    tls: Tls
    version: int
    client_id: str
    patience: float

    @property
    def peer(self) -> Peer:
        """Whom to reach."""
        return Peer("an MQTT broker", self.host, self.port, REMEDY)


OPTIONS: Final = (
    click.option("--host", metavar="HOST", help="Where the broker is.  [default: localhost]"),
    click.option(
        "--port", metavar="N", type=click.IntRange(1, 65535), help="At which port.  [default: 1883]"
    ),
    click.option(
        "-L",
        "--url",
        metavar="URL",
        envvar="HUBBUB_MQTT_URL",
        help="Both, and more: mqtt://user:password@host:1883, mqtts://, ws://host:port/path, wss://; also $HUBBUB_MQTT_URL. "
        "The other options win over it.",
    ),
    click.option("-u", "--user", "--username", "user", metavar="NAME", help="Log in under this name."),
    click.option(
        "-P",
        "--password",
        "--pw",
        "password",
        metavar="X",
        help="With this password, or with the first line of @FILE.",
    ),
    click.option("-i", "--id", "--client-id", "client_id", metavar="ID", default="", help="The client's id."),
    click.option(
        "-V",
        "--protocol-version",
        "version",
        type=click.Choice(list(VERSIONS)),
        default="5",
        show_default=True,
        help="The version of MQTT to speak.",
    ),
    *TLS_OPTIONS,
    PATIENCE,
)


def reaching(command: Callable[..., Exit]) -> Callable[..., Exit]:
    """Give a command the options of a connection; it is called with ``broker``."""

    @wraps(command)
    def gathered(
        host: str | None,
        port: int | None,
        url: str | None,
        user: str | None,
        password: str | None,
        client_id: str,
        version: str,
        patience: float,
        *,
        tls: bool,
        tls_ca: str,
        tls_cert: str,
        tls_key: str,
        tls_insecure: bool,
        **rest: object,
    ) -> Exit:
        found = from_url(url or "mqtt://localhost")
        trust = Tls(tls or found.tls.wanted, tls_ca, tls_cert, tls_key, tls_insecure)
        broker = Broker(
            host or found.host,
            port or found.port,
            user if user is not None else found.user,
            read_secret(password) if password is not None else found.password,
            found.path,
            trust,
            VERSIONS[version],
            client_id,
            patience,
        )
        return command(broker=broker, **rest)

    made: Callable[..., Exit] = gathered
    for option in reversed(OPTIONS):
        made = option(made)
    return made


def from_url(url: str) -> Broker:
    """What a URL says. Ends the command where it is none of ours."""
    parts = urlsplit(url if "://" in url else f"mqtt://{url}")
    try:
        port = parts.port
    except ValueError:
        raise Ends(Exit.USAGE, [f"--url: {url!r} has no port that could be one"]) from None
    if parts.scheme not in PORTS:
        raise Ends(
            Exit.USAGE, [f"--url: {url!r} begins with none of {', '.join(f'{each}://' for each in PORTS)}"]
        )
    user = unquote(parts.username) if parts.username is not None else None
    path = (parts.path or "/mqtt") if parts.scheme in ("ws", "wss") else None
    return Broker(
        parts.hostname or "localhost",
        port or PORTS[parts.scheme],
        user,
        unquote(parts.password or ""),
        path,
        Tls(parts.scheme in ("mqtts", "wss")),
        5,
        "",
        0,
    )
