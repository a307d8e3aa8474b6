"""Listeners: which addresses, which port, how many connections, and what is said when it cannot be."""

import asyncio
import errno
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest
import uvloop

from hubbub.net.acceptor import PASSES, CannotListen, bind, resolve
from hubbub.net.arena import Arena
from hubbub.net.listener import Listener
from hubbub.net.stream import Stream


class Echo:
    """Says everything back."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.wanted = 0

    def received(self, data: memoryview) -> int:
        self.stream.send(bytes(data))
        self.stream.flush()
        return len(data)

    def writable(self, *, is_writable: bool) -> None: ...

    def lost(self) -> None: ...


class Door:
    """A listener, and what it was told."""

    def __init__(self, max_connections: int = 100) -> None:
        self.defects: list[Exception] = []
        self.refused: list[tuple[str, int]] = []
        self.listener = Listener(
            Arena(4096),
            Echo,
            max_connections,
            lambda stream: self.refused.append(stream.peer),
            self.defects.append,
        )


def with_door(visit: Callable[[Door], Awaitable[None]], *, host: str = "localhost", limit: int = 100) -> None:
    """Open a door on a free port, visit it, and see that no connection and no defect is left."""

    async def run() -> None:
        door = Door(limit)
        await door.listener.listen(host, 0)
        try:
            async with asyncio.timeout(20):
                await visit(door)
        finally:
            door.listener.stop()
            door.listener.abort()
            await door.listener.drained()
        assert door.defects == []

    asyncio.run(run())


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


async def echoed(host: str, port: int, octets: bytes = b"hello") -> bytes:
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(octets)
    heard = await reader.readexactly(len(octets))
    writer.close()
    await writer.wait_closed()
    return heard


def test_localhost_is_both_loopback_addresses_on_one_port() -> None:
    async def visit(door: Door) -> None:
        assert door.listener.port > 0
        assert await echoed("127.0.0.1", door.listener.port) == b"hello"
        if has_ipv6():
            assert await echoed("::1", door.listener.port) == b"hello"
        assert door.listener.taken == (2 if has_ipv6() else 1)

    with_door(visit)


def test_an_address_is_that_address_alone() -> None:
    async def visit(door: Door) -> None:
        assert await echoed("127.0.0.1", door.listener.port) == b"hello"
        if has_ipv6():
            with pytest.raises(OSError, match=r"refused|Connect"):
                await echoed("::1", door.listener.port)

    with_door(visit, host="127.0.0.1")


def test_a_port_in_use_is_named_with_its_address() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CannotListen, match=f"port {port} on 127.0.0.1: Address already in use") as caught:
            bind("127.0.0.1", port)
        assert caught.value.errno == errno.EADDRINUSE


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
def test_a_port_that_is_taken_on_one_of_two_addresses_is_taken_and_the_other_is_let_go() -> None:
    with socket.socket(socket.AF_INET6) as taken:
        taken.bind(("::1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CannotListen, match=f"port {port} on ::1"):
            bind("localhost", port)
        with socket.socket() as free:
            free.bind(("127.0.0.1", port))


def test_a_port_can_be_had_again_at_once_after_a_stop() -> None:
    async def run() -> None:
        first = Door()
        await first.listener.listen("127.0.0.1", 0)
        port = first.listener.port
        assert await echoed("127.0.0.1", port) == b"hello"
        first.listener.stop()
        first.listener.abort()
        await first.listener.drained()
        second = Door()
        await second.listener.listen("127.0.0.1", port)
        assert second.listener.port == port
        assert await echoed("127.0.0.1", port) == b"hello"
        second.listener.stop()
        await second.listener.drained()

    asyncio.run(run())


def test_a_host_that_is_not_there_is_named() -> None:
    with pytest.raises(CannotListen, match=r"nowhere\.invalid"):
        resolve("nowhere.invalid", 0)


def test_an_address_of_somebody_else_cannot_be_bound() -> None:
    with pytest.raises(CannotListen, match=r"192\.0\.2\.1"):
        bind("192.0.2.1", 0)


def test_connections_over_the_limit_are_closed_and_told_and_the_others_live_on() -> None:
    async def visit(door: Door) -> None:
        port = door.listener.port
        kept = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        for reader, writer in kept:
            writer.write(b"in")
            assert await reader.readexactly(2) == b"in"
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            assert await reader.read() == b""
        except ConnectionResetError:
            assert door.refused, "reset is how a socket says it, too"
        assert door.refused == [writer.get_extra_info("sockname")[:2]]
        assert len(door.listener.streams) == 2
        writer.close()
        for reader, writer in kept:
            writer.write(b"still")
            assert await reader.readexactly(5) == b"still"
            writer.close()
            await writer.wait_closed()
        await door.listener.drained()
        assert await echoed("127.0.0.1", port) == b"hello", "there is room again"

    with_door(visit, limit=2)


def test_a_listener_that_stopped_accepts_no_more_and_is_drained_when_the_last_one_goes() -> None:
    async def visit(door: Door) -> None:
        port = door.listener.port
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"a")
        await reader.readexactly(1)
        door.listener.stop()
        for _ in range(PASSES + 1):
            await asyncio.sleep(0)
        with pytest.raises(OSError, match=r"refused|Connect"):
            await asyncio.open_connection("127.0.0.1", port)
        drained = asyncio.ensure_future(door.listener.drained())
        writer.write(b"b")
        assert await reader.readexactly(1) == b"b"
        assert not drained.done()
        writer.close()
        await drained
        assert door.listener.streams == set()

    with_door(visit)


@pytest.mark.parametrize("passes", range(PASSES + 1))
@pytest.mark.parametrize("new_loop", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_who_is_on_the_way_when_a_listener_stops_is_turned_away(
    new_loop: Callable[[], asyncio.AbstractEventLoop], passes: int
) -> None:
    async def run() -> None:
        door = Door()
        await door.listener.listen("127.0.0.1", 0)
        with socket.create_connection(("127.0.0.1", door.listener.port)) as client:
            client.setblocking(False)
            for _ in range(passes):
                await asyncio.sleep(0)
            door.listener.stop()
            door.listener.abort()
            await door.listener.drained()
            assert not door.listener.is_listening
            with suppress(ConnectionResetError):
                assert await asyncio.get_running_loop().sock_recv(client, 1) == b""
        assert door.listener.streams == set()
        assert door.defects == []

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(asyncio.wait_for(run(), 20))


def test_a_listener_without_connections_is_drained() -> None:
    async def visit(door: Door) -> None:
        await door.listener.drained()

    with_door(visit)


def test_a_client_that_only_says_it_is_done_sending_still_gets_its_answer() -> None:
    async def visit(door: Door) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", door.listener.port)
        writer.write(b"all I have to say")
        writer.write_eof()
        assert await reader.read() == b"all I have to say"
        writer.close()

    with_door(visit)


async def taken(listener: Listener, count: int) -> None:
    """Go round the loop until so many have been accepted."""
    for _ in range(100_000):
        if listener.taken >= count:
            return
        await asyncio.sleep(0)
    pytest.fail(f"{listener.taken} of {count} came")


def test_who_comes_while_a_listener_holds_waits_and_is_served_later() -> None:
    async def visit(door: Door) -> None:
        listener = door.listener
        assert await echoed("127.0.0.1", listener.port) == b"hello"
        await listener.drained()
        listener.hold()
        early = [asyncio.create_task(echoed("127.0.0.1", listener.port)) for _ in range(3)]
        impatient, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        await taken(listener, 5)
        writer.close()
        await writer.wait_closed()
        await impatient.read()
        await listener.drained()
        assert not any(task.done() for task in early)
        listener.go_on()
        assert await asyncio.gather(*early) == [b"hello"] * 3
        assert await echoed("127.0.0.1", listener.port) == b"hello"

    with_door(visit)


def test_those_who_waited_count_towards_the_limit() -> None:
    async def visit(door: Door) -> None:
        listener = door.listener
        listener.hold()
        both = [await asyncio.open_connection("127.0.0.1", listener.port) for _ in range(2)]
        await taken(listener, 2)
        listener.go_on()
        ends = [asyncio.create_task(reader.read()) for reader, _ in both]
        done, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        assert len(done) == len(door.refused) == 1
        for _, writer in both:
            writer.close()

    with_door(visit, limit=1)
