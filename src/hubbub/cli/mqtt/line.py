"""A connection to an MQTT broker: paho's client on an asyncio loop, with an answer to wait for behind every call.

paho's own thread is not used; its sockets are watched by the loop. What comes faster than it is printed stays with the broker: the socket
is not read while many messages wait.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final, TypeVar

from hubbub.cli.exits import Ends, Exit
from hubbub.cli.mqtt.connection import Broker
from hubbub.cli.reaching import reason
from hubbub.cli.working import wait

if TYPE_CHECKING:
    from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage, SocketLike
    from paho.mqtt.properties import Properties
    from paho.mqtt.reasoncodes import ReasonCode

Answer = TypeVar("Answer")
One = TypeVar("One")
Other = TypeVar("Other")

MANY: Final = 5_000
FEW: Final = 1_000
KEEP_ALIVE: Final = 60
TENDING_SECONDS: Final = 1.0
FAILURE: Final = 0x80
"""Reason codes from here on are refusals."""
NO_FILTER: Final = "hubbub/nothing"
SESSION_SECONDS: Final = 3600


class Line:
    """Use `connected`. Every call waits for the broker's answer, and raises `Ends` when it is a refusal or does not come in time."""

    __slots__ = (
        "_answers",
        "_broker",
        "_client",
        "_connected",
        "_gone",
        "_is_encrypted",
        "_is_paused",
        "_is_sent_away",
        "_queue",
        "_sockets",
    )

    def __init__(self, broker: Broker, *, keeps_session: bool) -> None:
        from paho.mqtt.client import Client
        from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

        loop = asyncio.get_running_loop()
        self._broker = broker
        self._answers: dict[tuple[str, int], asyncio.Future[list[ReasonCode]]] = {}
        self._connected: asyncio.Future[ReasonCode] = loop.create_future()
        self._gone: asyncio.Future[ReasonCode] = loop.create_future()
        self._queue: asyncio.Queue[MQTTMessage] = asyncio.Queue()
        self._sockets: list[SocketLike] = []
        self._is_paused = False
        self._is_sent_away = False
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=broker.client_id,
            protocol=MQTTProtocolVersion(broker.version),
            clean_session=None if broker.version == 5 else not keeps_session,
            transport="tcp" if broker.path is None else "websockets",
            reconnect_on_failure=False,
            manual_ack=True,
        )
        self._client: Final[Client] = client
        client.connect_timeout = broker.patience
        if broker.user is not None:
            client.username_pw_set(broker.user, broker.password)
        if broker.path is not None:
            client.ws_set_options(broker.path)
        context = broker.tls.context()
        self._is_encrypted: Final = context is not None
        if context is not None:
            client.tls_set_context(context)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_publish = self._on_publish
        client.on_subscribe = self._on_subscribe
        client.on_unsubscribe = self._on_subscribe
        client.on_message = self._on_message
        client.on_socket_open = self._on_socket_open
        client.on_socket_close = self._on_socket_close
        client.on_socket_register_write = self._on_socket_register_write
        client.on_socket_unregister_write = self._on_socket_unregister_write

    async def connect(self, *, keeps_session: bool, is_exact: bool) -> None:
        """Reach the broker and log in. ``is_exact``: with one message at QoS 2 under way at a time, for one that was received and not
        printed would never come again.
        """
        from paho.mqtt.packettypes import PacketTypes
        from paho.mqtt.properties import Properties

        broker = self._broker
        properties = None
        if broker.version == 5:
            properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
            properties.SessionExpiryInterval = SESSION_SECONDS if keeps_session else 0
            if is_exact:
                properties.ReceiveMaximum = 1
        try:
            if broker.version == 5:
                self._client.connect(
                    broker.host, broker.port, KEEP_ALIVE, clean_start=not keeps_session, properties=properties
                )
            else:
                self._client.connect(broker.host, broker.port, KEEP_ALIVE)
        except TimeoutError:
            raise self._unreachable(f"nothing was heard for {broker.patience:g} s") from None
        except OSError as error:
            raise self._unreachable(reason(error)) from None
        code = await self._first(self._connected)
        if code.value >= FAILURE:
            raise Ends(Exit.FAILED, [f"{broker.peer} refuses the connection: {code}"])

    async def close(self) -> None:
        """Say goodbye, and let it go out."""
        if self._client.is_connected():
            self._client.disconnect()
            await asyncio.wait({self._gone}, timeout=self._broker.patience)
        for each in list(self._sockets):
            self._on_socket_close(self._client, None, each)

    async def tend(self) -> None:
        """Pings, and all else that paho does from time to time. Ends when the connection is gone."""
        while not self._gone.done():
            await wait(TENDING_SECONDS)
            self._client.loop_misc()

    async def publish(
        self, topic: str, payload: bytes, qos: int, properties: "Properties | None", *, retain: bool
    ) -> "asyncio.Future[list[ReasonCode]]":
        """Send a message. What comes back is done when the broker has acknowledged it; see `acknowledged`."""
        try:
            sent = self._client.publish(topic, payload, qos, retain, properties)
        except ValueError as error:
            raise Ends(Exit.USAGE, [f"--topic: {topic!r}: {str(error).lower()}"]) from None
        return self._answer("publish", sent.mid)

    async def acknowledged(self, answer: "asyncio.Future[list[ReasonCode]]") -> None:
        """Wait for it."""
        for code in await self._first(answer):
            if code.value >= FAILURE:
                raise Ends(Exit.FAILED, [f"{self._broker.peer} refuses the message: {code}"])

    async def pass_through(self) -> None:
        """Wait until the broker has taken all that was sent: it answers in order, to an UNSUBSCRIBE too, which changes nothing."""
        _, number = self._client.unsubscribe(NO_FILTER)
        if number is not None:
            await self._first(self._answer("subscribe", number))

    async def subscribe(self, filters: Iterable[str], qos: int) -> None:
        """Subscribe to all of them."""
        wanted = list(filters)
        try:
            _, number = self._client.subscribe([(each, qos) for each in wanted])
        except ValueError as error:
            raise Ends(Exit.USAGE, [f"--topic: {', '.join(wanted)}: {str(error).lower()}"]) from None
        if number is None:
            raise self._lost()
        codes = await self._first(self._answer("subscribe", number))
        refused = [
            f"{each}: {code}" for each, code in zip(wanted, codes, strict=False) if code.value >= FAILURE
        ]
        if refused:
            raise Ends(
                Exit.FAILED, [f"{self._broker.peer} refuses the subscription to {each}" for each in refused]
            )

    async def message(self, seconds: float | None) -> "MQTTMessage | None":
        """The next one; None when none came in so many seconds. Raises `Ends` when the connection is gone."""
        if self._queue.empty():
            getting = asyncio.ensure_future(self._queue.get())
            try:
                await first_of(getting, self._gone, seconds)
                if getting.done():
                    return getting.result()
            finally:
                getting.cancel()
            if self._gone.done():
                raise self._lost()
            return None
        found = self._queue.get_nowait()
        if self._is_paused and self._queue.qsize() < FEW:
            self._is_paused = False
            for each in self._sockets:
                asyncio.get_running_loop().add_reader(each, self._read, each)
        return found

    def acknowledge(self, messages: "Iterable[MQTTMessage]") -> None:
        """These are done with: the broker need not send them again."""
        for message in messages:
            if message.qos:
                self._client.ack(message.mid, message.qos)

    @property
    def is_busy(self) -> bool:
        """More messages are here already."""
        return not self._queue.empty()

    async def _first(self, answer: "asyncio.Future[Answer]") -> "Answer":
        """The answer, if it comes before the end."""
        await first_of(answer, self._gone, self._broker.patience)
        if answer.done():
            return answer.result()
        if self._gone.done():
            raise self._lost()
        peer = self._broker.peer
        raise Ends(
            Exit.UNREACHABLE,
            [
                f"{peer} is there, but does not answer as {peer.what} should within {self._broker.patience:g} s"
            ],
        )

    def _answer(self, kind: str, number: int) -> "asyncio.Future[list[ReasonCode]]":
        future: asyncio.Future[list[ReasonCode]] = asyncio.get_running_loop().create_future()
        self._answers[kind, number] = future
        return future

    def _unreachable(self, why: str) -> Ends:
        peer = self._broker.peer
        return Ends(Exit.UNREACHABLE, [f"no MQTT broker at {peer}: {why}; {peer.remedy}"])

    def _lost(self) -> Ends:
        why = f": {self._gone.result()}" if self._gone.done() else ""
        code = Exit.FAILED if self._is_sent_away else Exit.UNREACHABLE
        return Ends(code, [f"{self._broker.peer} has ended the connection{why}"])

    def _on_connect(
        self,
        _client: "Client",
        _data: object,
        _flags: "ConnectFlags",
        code: "ReasonCode",
        _properties: "Properties | None",
    ) -> None:
        if not self._connected.done():
            self._connected.set_result(code)

    def _on_disconnect(
        self,
        _client: "Client",
        _data: object,
        flags: "DisconnectFlags",
        code: "ReasonCode",
        _properties: "Properties | None",
    ) -> None:
        self._is_sent_away = flags.is_disconnect_packet_from_server
        if not self._gone.done():
            self._gone.set_result(code)

    def _on_publish(
        self,
        _client: "Client",
        _data: object,
        number: int,
        code: "ReasonCode",
        _properties: "Properties | None",
    ) -> None:
        self._answered("publish", number, [code])

    def _on_subscribe(
        self,
        _client: "Client",
        _data: object,
        number: int,
        codes: "list[ReasonCode]",
        _properties: "Properties | None",
    ) -> None:
        self._answered("subscribe", number, codes)

    def _answered(self, kind: str, number: int, codes: "list[ReasonCode]") -> None:
        future = self._answers.pop((kind, number), None)
        if future is not None and not future.done():
            future.set_result(codes)

    def _on_message(self, _client: "Client", _data: object, message: "MQTTMessage") -> None:
        self._queue.put_nowait(message)
        if self._queue.qsize() > MANY and not self._is_paused:
            self._is_paused = True
            for each in self._sockets:
                asyncio.get_running_loop().remove_reader(each)

    def _read(self, connection: "SocketLike") -> None:
        self._client.loop_read()
        while self._is_encrypted and connection in self._sockets and has_more(connection):
            self._client.loop_read()  # what is decrypted already wakes nobody

    def _on_socket_open(self, _client: "Client", _data: object, connection: "SocketLike") -> None:
        self._sockets.append(connection)
        asyncio.get_running_loop().add_reader(connection, self._read, connection)

    def _on_socket_close(self, _client: "Client", _data: object, connection: "SocketLike") -> None:
        if connection in self._sockets:
            self._sockets.remove(connection)
            asyncio.get_running_loop().remove_reader(connection)
            asyncio.get_running_loop().remove_writer(connection)

    def _on_socket_register_write(self, client: "Client", _data: object, connection: "SocketLike") -> None:
        asyncio.get_running_loop().add_writer(connection, client.loop_write)

    def _on_socket_unregister_write(self, _client: "Client", _data: object, connection: "SocketLike") -> None:
        asyncio.get_running_loop().remove_writer(connection)


def has_more(connection: "SocketLike") -> bool:
    """Whether something lies in a connection's TLS that is decrypted and not read; paho's WebSocket passes the question on."""
    pending: Callable[[], int] = getattr(connection, "pending", int)
    return pending() > 0


async def first_of(one: asyncio.Future[One], other: asyncio.Future[Other], seconds: float | None) -> None:
    """Wait until one of them is done, or for so long."""
    done = asyncio.Event()

    def tell(_: object) -> None:
        done.set()

    one.add_done_callback(tell)
    other.add_done_callback(tell)
    try:
        async with asyncio.timeout(seconds):
            await done.wait()
    except TimeoutError:
        return
    finally:
        one.remove_done_callback(tell)
        other.remove_done_callback(tell)


@asynccontextmanager
async def connected(
    broker: Broker, *, keeps_session: bool = False, is_exact: bool = False
) -> AsyncIterator[Line]:
    """A connection, until the end of the block. Raises `Ends` when it cannot be had."""
    line = Line(broker, keeps_session=keeps_session)
    tending = asyncio.ensure_future(line.tend())
    try:
        await line.connect(keeps_session=keeps_session, is_exact=is_exact)
        yield line
    finally:
        await line.close()
        tending.cancel()
