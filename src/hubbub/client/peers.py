"""What `Producer` and `Consumer` have in common: the address of a broker, the way to it, and its refusals as our errors.

aiokafka speaks the wire; nothing of it is seen from outside.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final, TypeVar

from hubbub.client.errors import ConfigError, NetworkError, ProtocolError, RefusedError

if TYPE_CHECKING:
    from aiokafka import AIOKafkaConsumer

PORT: Final = 9092
PAUSE_SECONDS: Final = 0.5
SCHEMES: Final = ("http://", "kafka://")
T = TypeVar("T")


def servers_of(address: str) -> str:
    """``http://a:1,b`` as ``a:1,b:9092``. Raises `ConfigError`."""
    found = [server_of(each.strip(), address) for each in address.split(",") if each.strip()]
    if not found:
        raise ConfigError("no address of a broker; name one, as host:port")
    return ",".join(found)


def server_of(text: str, address: str) -> str:
    for scheme in SCHEMES:
        text = text.removeprefix(scheme)
    text = text.rstrip("/")
    host, colon, port = text.rpartition(":") if not text.endswith("]") else (text, "", "")
    if not colon:
        host, port = text, str(PORT)
    if not host or "/" in host or not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise ConfigError(
            f"{address!r} is no address of a broker; write host:port, several with commas between"
        )
    return f"{host}:{port}"


async def connected(start: Callable[[], Awaitable[T]], retries: int) -> T:
    """Try until somebody is there. Raises what the last attempt raises."""
    from aiokafka.errors import KafkaConnectionError

    for _ in range(retries):
        with suppress(KafkaConnectionError):
            return await start()
        await asyncio.sleep(PAUSE_SECONDS)
    return await start()


@contextmanager
def our_errors(servers: str, doing: str) -> Iterator[None]:
    """What aiokafka raises, as errors of ours. ``doing``: "cannot read events"."""
    from aiokafka.errors import KafkaError

    try:
        yield
    except (KafkaError, TimeoutError) as error:
        raise translated(error, servers, doing) from None


def translated(error: BaseException, servers: str, doing: str) -> Exception:
    """One of them."""
    from aiokafka import errors

    where = f"{doing} at {servers}"
    if isinstance(error, TimeoutError | errors.KafkaTimeoutError | errors.RequestTimedOutError):
        return NetworkError(f"{where}: no answer in time; is a broker there?")
    if not isinstance(error, errors.BrokerResponseError):  # no word of the broker's: it was not reached
        return NetworkError(f"{where}: cannot connect; is a broker there?")
    if isinstance(error, errors.CorruptRecordException):
        return ProtocolError(f"{where}: {error}")
    name = type(error).__name__.removesuffix("Error")
    words = str(error)
    return RefusedError(f"{where}: {words if name in words else f'{name} {words}'.strip()}")


async def hang_up(consumer: "AIOKafkaConsumer", patience: float) -> None:
    """Leave the group and close. Where the broker is gone, aiokafka lets the cancellation of its own tasks through; it ends here."""
    stopping = asyncio.ensure_future(consumer.stop())
    await asyncio.wait({stopping}, timeout=patience)
    if not stopping.done():
        stopping.cancel()
    elif not stopping.cancelled():
        stopping.result()
