"""The commands over TLS: a hub behind something that encrypts, and certificates that are good, bad, and asked for."""

import asyncio
import gc
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import trustme

from hubbub.net.acceptor import bind
from hubbub.protocols.kafka.options import KafkaOptions
from tests.clients.command import CommandLine, Outcome

Run = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """What paho left lying about is found here, and not in whatever test comes next."""
    yield
    gc.collect()


class Curtain:
    """Takes TLS on a port of its own for each protocol, and passes the bytes on in the clear. ``localhost`` is in its certificate, 127.0.0.1 is not."""

    def __init__(self) -> None:
        self.authority = trustme.CA()
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.authority.issue_cert("localhost").configure_cert(self._context)
        self._sockets = {name: bind("localhost", 0) for name in ("kafka", "mqtt", "mqtt-websocket", "amqp")}
        self.ports = {name: bound[0].getsockname()[1] for name, bound in self._sockets.items()}
        self._loop = asyncio.new_event_loop()
        self._running: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def open(self, hub: Any) -> None:
        """Pass on to this hub."""
        self._thread.start()
        for name, sockets in self._sockets.items():
            for bound in sockets:
                asyncio.run_coroutine_threadsafe(self._listen(bound, hub.port(name)), self._loop).result(10)

    def ask_for_certificates(self) -> None:
        """From now on, who shows none is sent away."""
        self.authority.configure_trust(self._context)
        self._context.verify_mode = ssl.CERT_REQUIRED

    def close(self) -> None:
        async def end() -> None:
            for each in self._servers:
                each.close()
            for task in list(self._running):
                task.cancel()
            if self._running:
                await asyncio.wait(self._running)

        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(end(), self._loop).result(10)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
        self._loop.close()

    _servers: list[asyncio.Server]

    async def _listen(self, bound: Any, target: int) -> None:
        async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            self._running.add(task)
            task.add_done_callback(self._running.discard)
            there, back = await asyncio.open_connection("127.0.0.1", target)
            try:
                await asyncio.gather(copy(reader, back), copy(there, writer))
            finally:
                for each in (writer, back):
                    each.transport.abort()

        self._servers = [
            *getattr(self, "_servers", []),
            await asyncio.start_server(pass_on, sock=bound, ssl=self._context),
        ]


async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Until one side has enough."""
    with suppress(OSError, ssl.SSLError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


@pytest.fixture
def curtain(run_hub: Callable[..., Any]) -> Iterator[Curtain]:
    made = Curtain()
    hub = run_hub(
        kafka=KafkaOptions(port=0, advertised_host="localhost", advertised_port=made.ports["kafka"])
    )
    made.open(hub)
    made.hub = hub  # type: ignore[attr-defined]
    yield made
    made.close()


@pytest.fixture
def line(curtain: Curtain, monkeypatch: pytest.MonkeyPatch, capfdbinary: Any) -> CommandLine:
    return CommandLine(curtain.hub, monkeypatch, capfdbinary)  # type: ignore[attr-defined]


@pytest.fixture
def trusted(curtain: Curtain, tmp_path: Path) -> str:
    """The authority's certificate, as a file."""
    file = tmp_path / "ca.pem"
    curtain.authority.cert_pem.write_to_path(str(file))
    return str(file)


def commands(curtain: Curtain, host: str = "localhost") -> dict[str, tuple[list[str], list[str]]]:
    """For each way of coming: what sends "hello", and what prints it."""
    port = curtain.ports
    where = {
        "kafka": ["--bootstrap-server", f"{host}:{port['kafka']}"],
        "mqtt": ["--url", f"mqtts://{host}:{port['mqtt']}"],
        "mqtt-websocket": ["--url", f"wss://{host}:{port['mqtt-websocket']}/mqtt"],
        "amqp": ["--url", f"amqps://{host}:{port['amqp']}"],
    }
    mqtt = (
        ["mqtt", "publish", "-t", "t", "-p", "hello", "-q", "1", "--retain"],
        ["mqtt", "subscribe", "t", "--count", "1", "--timeout", "20"],
    )
    told = {
        "kafka": (
            ["kafka", "produce", "-t", "t", "-m", "hello"],
            ["kafka", "consume", "t", "--from-beginning", "--exit"],
        ),
        "mqtt": mqtt,
        "mqtt-websocket": mqtt,
        "amqp": (
            ["amqp", "publish", "-k", "t", "-b", "hello"],
            ["amqp", "get", "t"],
        ),
    }
    return {way: tuple([*words, *where[way]] for words in both) for way, both in told.items()}  # type: ignore[misc]


WAYS = ("kafka", "mqtt", "mqtt-websocket", "amqp")
# paho leaves the socket to the collector where a WebSocket's TLS fails
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.mark.parametrize("way", WAYS)
def test_who_trusts_the_right_authority_comes_through(
    way: str, line: CommandLine, curtain: Curtain, trusted: str
) -> None:
    if way == "amqp":
        line.works("amqp", "queue", "declare", "t")
    sends, reads = commands(curtain)[way]
    line.works(*sends, "--tls", "--tls-ca", trusted)
    assert line.works(*reads, "--tls", "--tls-ca", trusted).lines == ["hello"]
    line.works(*sends, "--tls-insecure")


@pytest.mark.parametrize("way", WAYS)
def test_who_does_not_trust_it_is_told_so_in_one_line(way: str, line: CommandLine, curtain: Curtain) -> None:
    sends, _ = commands(curtain)[way]
    outcome = line(*sends, "--tls", "--connect-timeout", "3")
    assert (outcome.code, outcome.out) == (6, b"")
    assert outcome.err.count("\n") == 1
    assert "certificate" in outcome.err


@pytest.mark.parametrize("way", WAYS)
def test_a_certificate_for_another_host_is_told_in_one_line(
    way: str, line: CommandLine, curtain: Curtain, trusted: str
) -> None:
    sends, _ = commands(curtain, "127.0.0.1")[way]
    outcome = line(*sends, "--tls", "--tls-ca", trusted, "--connect-timeout", "3")
    assert (outcome.code, outcome.out) == (6, b"")
    assert outcome.err.count("\n") == 1
    assert "certificate" in outcome.err


@pytest.mark.parametrize("way", WAYS)
def test_a_certificate_of_ones_own_is_shown_where_it_is_asked_for(
    way: str, line: CommandLine, curtain: Curtain, trusted: str, tmp_path: Path
) -> None:
    if way == "amqp":
        line.works("amqp", "queue", "declare", "t")
    curtain.ask_for_certificates()
    mine = curtain.authority.issue_cert("me@example.org")
    mine.cert_chain_pems[0].write_to_path(str(tmp_path / "cert.pem"))
    mine.private_key_pem.write_to_path(str(tmp_path / "key.pem"))
    shown = ("--tls-cert", str(tmp_path / "cert.pem"), "--tls-key", str(tmp_path / "key.pem"))
    sends, reads = commands(curtain)[way]
    line.works(*sends, "--tls-ca", trusted, *shown)
    assert line.works(*reads, "--tls-ca", trusted, *shown).lines == ["hello"]
    outcome = line(*sends, "--tls-ca", trusted, "--connect-timeout", "3")
    assert outcome.code == 6
    assert outcome.err.count("\n") == 1


@pytest.mark.parametrize("way", WAYS)
def test_one_side_that_encrypts_alone_is_told_in_one_line(
    way: str, line: CommandLine, curtain: Curtain
) -> None:
    sends, _ = commands(curtain)[way]
    in_the_clear = [
        each.replace("mqtts:", "mqtt:").replace("wss:", "ws:").replace("amqps:", "amqp:") for each in sends
    ]
    alone = line(*in_the_clear, "--connect-timeout", "2")
    assert (alone.code, alone.out, alone.err.count("\n")) == (6, b"", 1), alone.err
    words = sends[:-2]
    to_plain = line(*words, "--tls", "--connect-timeout", "2")
    assert (to_plain.code, to_plain.out, to_plain.err.count("\n")) == (6, b"", 1), to_plain.err


def test_files_that_cannot_be_used_are_named(line: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "no.pem").write_text("no certificate", encoding="utf-8")
    for words in (
        ["--tls-ca", "absent.pem"],
        ["--tls-ca", str(tmp_path / "no.pem")],
        ["--tls-cert", "absent.pem"],
    ):
        for command in (
            ["kafka", "produce", "-t", "t", "-m", "x"],
            ["mqtt", "publish", "-t", "t", "-p", "x"],
        ):
            outcome = line(*command, *words)
            assert outcome.code == 2
            assert outcome.err.count("\n") == 1
            assert words[1] in outcome.err
