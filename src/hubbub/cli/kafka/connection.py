"""Which broker, as whom, and what is said when it cannot be reached or refuses."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import wraps
from typing import TYPE_CHECKING, Final, TypedDict

import click
from msgspec import Struct

from hubbub.cli.asking import PATIENCE, TLS_OPTIONS
from hubbub.cli.exits import Ends, Exit
from hubbub.cli.reaching import Peer, Tls, read_secret, server, unreachable
from hubbub.cli.working import wait
from hubbub.client.peers import hang_up

if TYPE_CHECKING:
    from ssl import SSLContext

    from aiokafka import AIOKafkaConsumer
    from aiokafka.admin import AIOKafkaAdminClient

DEFAULT: Final = "localhost:9092"
PORT: Final = 9092
REMEDY: Final = "start one (`hubbub kafka serve`), or name another with --bootstrap-server"
MECHANISMS: Final = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")


class Settings(TypedDict):
    """aiokafka's names for a connection."""

    bootstrap_servers: str
    client_id: str
    request_timeout_ms: int
    security_protocol: str
    ssl_context: "SSLContext | None"
    sasl_mechanism: str
    sasl_plain_username: str | None
    sasl_plain_password: str | None


class Broker(Struct, frozen=True):
    """Where, as whom, and how long to wait for each answer, in seconds."""

    servers: str
    user: str | None
    password: str
    mechanism: str
    tls: Tls
    patience: float

    def __str__(self) -> str:
        return self.servers

    @property
    def peers(self) -> list[Peer]:
        """Every server that was named."""
        named = [server(each, PORT, "--bootstrap-server") for each in self.servers.split(",") if each.strip()]
        if not named:
            raise Ends(Exit.USAGE, ["--bootstrap-server: name one, as host:port"])
        return [Peer("a Kafka broker", host, port, REMEDY) for host, port in named]

    def settings(self, patience: float = 0) -> Settings:
        """What all of aiokafka's clients are told. ``patience`` is for a client that must have more of it."""
        context = self.tls.context()
        kind = "SASL_" if self.user is not None else ""
        return {
            "bootstrap_servers": ",".join(str(peer) for peer in self.peers),
            "client_id": "hubbub",
            "request_timeout_ms": int(max(self.patience, patience) * 1000),
            "security_protocol": kind + ("SSL" if context else "PLAINTEXT"),
            "ssl_context": context,
            "sasl_mechanism": self.mechanism,
            "sasl_plain_username": self.user,
            "sasl_plain_password": read_secret(self.password) if self.user is not None else None,
        }


OPTIONS: Final = (
    click.option(
        "-b",
        "--bootstrap-server",
        "--bootstrap-servers",
        "--broker",
        "servers",
        metavar="HOST:PORT",
        envvar="HUBBUB_KAFKA_BOOTSTRAP",
        default=DEFAULT,
        show_default=True,
        help="The broker, or several with commas between; also $HUBBUB_KAFKA_BOOTSTRAP.",
    ),
    click.option(
        "--user",
        metavar="NAME",
        envvar="HUBBUB_KAFKA_USER",
        help="Log in with SASL; also $HUBBUB_KAFKA_USER.",
    ),
    click.option(
        "--password",
        metavar="X",
        envvar="HUBBUB_KAFKA_PASSWORD",
        default="",
        help="With this password, or with the first line of @FILE; also $HUBBUB_KAFKA_PASSWORD.",
    ),
    click.option(
        "--sasl-mechanism",
        "mechanism",
        type=click.Choice(MECHANISMS, case_sensitive=False),
        default="PLAIN",
        show_default=True,
        help="How to log in.",
    ),
    *TLS_OPTIONS,
    PATIENCE,
)


def reaching(command: Callable[..., Exit]) -> Callable[..., Exit]:
    """Give a command the options of a connection; it is called with ``broker``."""

    @wraps(command)
    def gathered(
        servers: str,
        user: str | None,
        password: str,
        mechanism: str,
        patience: float,
        *,
        tls: bool,
        tls_ca: str,
        tls_cert: str,
        tls_key: str,
        tls_insecure: bool,
        **rest: object,
    ) -> Exit:
        trust = Tls(tls, tls_ca, tls_cert, tls_key, tls_insecure)
        return command(broker=Broker(servers, user, password, mechanism.upper(), trust, patience), **rest)

    made: Callable[..., Exit] = gathered
    for option in reversed(OPTIONS):
        made = option(made)
    return made


@asynccontextmanager
async def refusals(broker: Broker) -> AsyncIterator[None]:
    """What the library raises, in words. Raises `Ends`."""
    from aiokafka.errors import KafkaConnectionError, KafkaError, KafkaTimeoutError, UnrecognizedBrokerVersion

    try:
        yield
    except (KafkaConnectionError, KafkaTimeoutError, UnrecognizedBrokerVersion, TimeoutError):
        raise await unreachable(broker.peers, broker.patience, broker.tls) from None
    except KafkaError as error:
        if (
            type(error) is KafkaError
        ):  # no error of the protocol: no broker that is known can be asked any more
            raise await unreachable(broker.peers, broker.patience, broker.tls) from None
        raise Ends(Exit.FAILED, [f"{broker} refuses: {said(error)}"]) from None


def said(error: Exception) -> str:
    """A Kafka error by its name in the protocol, with the broker's words if it has any."""
    words = str(error).strip()
    name = type(error).__name__.removesuffix("Error")
    return words if words.startswith("[Error") else f"{name}: {words}" if words and words != name else name


def refused(code: int, words: str | None) -> str:
    """An error code of an answer in words."""
    from aiokafka.errors import for_code

    name = for_code(code).__name__.removesuffix("Error")
    return f"{name}: {words}" if words else name


@asynccontextmanager
async def administering(broker: Broker) -> "AsyncIterator[AIOKafkaAdminClient]":
    """An admin client, connected. Raises `Ends`."""
    from aiokafka.admin import AIOKafkaAdminClient

    async with refusals(broker):
        client = AIOKafkaAdminClient(**broker.settings())
        try:
            await client.start()
            yield client
        finally:
            await client.close()


async def start(consumer: "AIOKafkaConsumer") -> None:
    """Connect. The turn of the loop is for its tasks: aiokafka's stop() breaks off with those that never ran."""
    await consumer.start()
    await wait(0)


@asynccontextmanager
async def looking(broker: Broker, group: str | None = None) -> "AsyncIterator[AIOKafkaConsumer]":
    """A consumer that reads nothing and joins no group, for offsets: those of logs, and those of ``group``. Raises `Ends`."""
    from aiokafka import AIOKafkaConsumer

    async with refusals(broker):
        consumer = AIOKafkaConsumer(group_id=group, enable_auto_commit=False, **broker.settings())
        try:
            await start(consumer)
            yield consumer
        finally:
            await hang_up(consumer, broker.patience)
