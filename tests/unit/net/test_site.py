"""Sites: an ASGI app on a port, loaded by the first who comes, ended within bounds."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable

import pytest

from hubbub.net.acceptor import CannotListen
from hubbub.net.asgi import App, Message, Receive, Send
from hubbub.net.site import Site

REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


async def hello(scope: Message, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
    await send({"type": "http.response.body", "body": b"hello", "more_body": False})


class Here:
    """A site, and what it was told."""

    def __init__(self, app: App, load: Callable[[], None]) -> None:
        self.loads: list[str] = []
        self.defects: list[Exception] = []

        def loaded() -> App:
            self.loads.append(threading.current_thread().name)
            load()
            return app

        self.site = Site(loaded, lambda: 0, self.defects.append)

    async def open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.site.port)


def with_site(
    visit: Callable[[Here], Awaitable[None]], app: App = hello, load: Callable[[], None] = lambda: None
) -> Here:
    async def run() -> Here:
        here = Here(app, load)
        await here.site.listen("localhost", 0)
        try:
            async with asyncio.timeout(20):
                await visit(here)
        finally:
            here.site.stop()
            here.site.abort()
            async with asyncio.timeout(20):
                await here.site.drained()
        return here

    return asyncio.run(run())


async def asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    writer.write(REQUEST)
    head = await reader.readuntil(b"\r\n\r\n")
    return head + await reader.readexactly(5)


def test_the_app_is_loaded_by_the_first_request_and_once() -> None:
    async def visit(here: Here) -> None:
        assert here.loads == []
        connections = [await here.open() for _ in range(3)]
        answers = await asyncio.gather(*(asked(*each) for each in connections))
        assert all(answer.endswith(b"hello") for answer in answers)
        for _, writer in connections:
            writer.close()

    here = with_site(visit)
    assert len(here.loads) == 1
    assert here.loads != [threading.current_thread().name]
    assert here.defects == []


def test_the_loop_goes_on_while_it_is_loaded() -> None:
    goes_on = threading.Event()

    def wait() -> None:
        assert goes_on.wait(20)

    async def visit(here: Here) -> None:
        reader, writer = await here.open()
        answer = asyncio.create_task(asked(reader, writer))
        while not here.loads:
            await asyncio.wait([answer], timeout=0.001)
        goes_on.set()  # by the loop, for which the thread waits
        assert (await answer).endswith(b"hello")
        writer.close()

    assert with_site(visit, load=wait).defects == []


def test_answers_carry_the_date_of_the_clock_and_no_name_of_a_server() -> None:
    async def visit(here: Here) -> None:
        reader, writer = await here.open()
        head = (await asked(reader, writer)).lower()
        assert b"date: thu, 01 jan 1970 00:00:00 gmt" in head
        assert b"server:" not in head
        writer.close()

    with_site(visit)


def test_who_would_rather_speak_http_2_is_answered_without_a_word_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def visit(here: Here) -> None:
        reader, writer = await here.open()
        writer.write(
            b"GET / HTTP/1.1\r\nHost: here\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAE\r\n\r\n"
        )
        assert await reader.readuntil(b"\r\n") == b"HTTP/1.1 200 OK\r\n"
        writer.close()

    with caplog.at_level("INFO"):
        with_site(visit)
    assert caplog.text == ""


def test_an_app_that_cannot_be_loaded_is_a_defect_and_is_tried_again() -> None:
    attempts: list[int] = []

    def fails_once() -> None:
        attempts.append(1)
        if len(attempts) == 1:
            raise LookupError("no such app")

    async def visit(here: Here) -> None:
        reader, writer = await here.open()
        writer.write(REQUEST)
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await reader.readexactly(1)
        writer.close()
        reader, writer = await here.open()
        assert (await asked(reader, writer)).endswith(b"hello")
        writer.close()

    here = with_site(visit, load=fails_once)
    assert [str(defect) for defect in here.defects] == ["no such app"]


def test_a_defect_of_the_app_ends_its_request_alone() -> None:
    async def fails(scope: Message, receive: Receive, send: Send) -> None:
        if scope["path"] == "/":
            raise LookupError("lost")
        await hello(scope, receive, send)

    async def visit(here: Here) -> None:
        reader, writer = await here.open()
        writer.write(REQUEST)
        assert (await reader.readline()).startswith(b"HTTP/1.1 500")
        writer.close()
        reader, writer = await here.open()
        writer.write(REQUEST.replace(b"/ ", b"/fine "))
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        writer.close()

    assert [str(defect) for defect in with_site(visit, fails).defects] == ["lost"]


def test_what_is_no_http_is_told_so() -> None:
    async def visit(here: Here) -> None:
        reader, writer = await here.open()
        writer.write(b"\x00\x01\x02\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 400")
        assert (await reader.read()) != b""
        writer.close()

    assert with_site(visit).defects == []


def test_stopping_closes_what_is_idle_and_waits_for_what_is_answered() -> None:
    may_end = asyncio.Event()

    async def slow(scope: Message, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
        await may_end.wait()
        await send({"type": "http.response.body", "body": b"hello", "more_body": False})

    async def visit(here: Here) -> None:
        idle, idle_writer = await here.open()
        busy, busy_writer = await here.open()
        busy_writer.write(REQUEST)
        await busy.readuntil(b"\r\n\r\n")
        here.site.stop()
        assert await idle.read() == b""
        drained = asyncio.ensure_future(here.site.drained())
        done, _ = await asyncio.wait([drained], timeout=0.01)
        assert not done
        may_end.set()
        assert await busy.read() == b"hello"
        await drained
        idle_writer.close()
        busy_writer.close()

    assert with_site(visit, slow).defects == []


def test_what_does_not_end_is_ended() -> None:
    async def endless(scope: Message, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await asyncio.Event().wait()

    async def visit(here: Here) -> None:
        reader, writer = await here.open()
        writer.write(REQUEST)
        await reader.readuntil(b"\r\n\r\n")
        here.site.stop()
        here.site.abort()
        await here.site.drained()
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await reader.readexactly(1)
        writer.close()

    assert with_site(visit, endless).defects == []


def test_a_taken_port_is_told_as_other_listeners_tell_it() -> None:
    async def run() -> None:
        with (
            socket.create_server(("127.0.0.1", 0)) as taken,
            pytest.raises(CannotListen, match="port"),
        ):
            await Here(hello, lambda: None).site.listen("127.0.0.1", taken.getsockname()[1])

    asyncio.run(run())
