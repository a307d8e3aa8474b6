"""Storage on its own: topics in a folder, or in memory, and no port anywhere.

    async with hubbub.Store("./data") as store:
        first = await store.append("user-events", 0, [hubbub.ProducerMessage("user login", key="user123")])
        for message in await store.fetch("user-events", 0, first, 100):
            print(message.offset, message.value)

What lies in the folder is what a hub with ``--data-dir`` keeps there: a hub that is started on it later serves these topics to any client. Only
one process has a folder at a time.
"""

import asyncio
import logging
from collections.abc import Iterable
from os import PathLike, fspath
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from hubbub.client.choices import Choice, settings_of
from hubbub.client.errors import ConfigError, HubbubError, RefusedError, StorageError
from hubbub.client.records import ConsumedMessage, ProducerMessage, entry_of, message_of
from hubbub.client.refusals import error_of
from hubbub.client.topics import ROOM, Topics
from hubbub.console.browsing import browse
from hubbub.core.hatch import Posted, Posting
from hubbub.core.taps import record_of
from hubbub.model.address import Address, Kind

if TYPE_CHECKING:
    from hubbub.app import World

LOG: Final = logging.getLogger("hubbub")


class Store:
    """``async with`` opens and closes it; `open` and `close` do the same by hand, each once.

    ``folder`` None: in memory. Options are those of a hub, by keyword: ``segments_fsync="always"``, ``kafka_default_partitions=1``. Raises `ConfigError`.
    """

    def __init__(self, folder: "str | PathLike[str] | None" = None, **choices: Choice) -> None:
        chosen = {**choices, "mqtt": False, "amqp": False, "admin": False}
        if folder is not None:
            chosen["data_dir"] = fspath(folder)
        self._settings: Final = settings_of(None, chosen)[0]
        self._world: list[World] = []
        self._waiting: Final[set[asyncio.Future[list[Posted]]]] = set()

    async def open(self) -> None:
        """Raises `StorageError` for a folder that cannot be used, or that somebody else has; `ConfigError` for what is declared."""
        if self._world:
            raise HubbubError("this store is open already")
        from hubbub.app import CannotOpen, log_defect, open_world
        from hubbub.core.errors import Invalid

        try:
            self._world.append(await open_world(self._settings, {}, log_defect))
        except CannotOpen as why:
            raise StorageError(str(why)) from why
        except Invalid as why:
            raise ConfigError(str(why)) from why

    async def close(self) -> None:
        """Wait for what is being appended, and close. Idempotent."""
        if self._waiting:
            await asyncio.wait(self._waiting)
        worlds, self._world = self._world, []
        for world in worlds:
            world.close()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def topics(self) -> Topics:
        """To make, list, look at and delete topics; one that is not there is made by the first `append`."""
        return Topics(self._here)

    async def append(
        self, topic: str, partition: int, messages: "Iterable[ProducerMessage | str | bytes]"
    ) -> int:
        """Keep these, one behind the other; returns the offset of the first, when all are as safe as this store keeps things.

        Raises `RefusedError`, `StorageError` (``is_full`` where there is no room): then none counts as kept, though some may be.
        """
        world = self._here()
        now = world.broker.clock.now()
        address = Address(ROOM, Kind.STREAM, (topic,))
        postings = [
            Posting(record_of(address, entry_of(message, now)), partition=partition) for message in messages
        ]
        if not postings:
            raise RefusedError(f"{topic}/{partition}: there is nothing to append")
        taken: asyncio.Future[list[Posted]] = asyncio.get_running_loop().create_future()
        self._waiting.add(taken)
        taken.add_done_callback(self._waiting.discard)
        world.hatches[ROOM].post(postings, taken.set_result)
        answers = await asyncio.shield(taken)
        for answer in answers:
            if answer.refused:
                raise error_of(answer.cause, f"{topic}/{partition}: {answer.refused}")
        return answers[0].offset

    async def fetch(self, topic: str, partition: int, offset: int, most: int) -> list[ConsumedMessage]:
        """At most so many from this offset on, in order; none at the end. Those that are gone already are passed over. Raises `RefusedError`."""
        broker = self._here().broker
        found = broker.topics.partition(topic, partition)
        if found is None:
            raise RefusedError(f"{topic}/{partition}: there is no such partition")
        messages: list[ConsumedMessage] = []
        following: int | None = offset
        while following is not None and len(messages) < most:
            page = await browse(found.log, following, most - len(messages), lambda _: True, broker.clock)
            messages += [message_of(topic, partition, entry) for entry in page.entries]
            following = page.next
        return messages

    def _here(self) -> "World":
        if not self._world:
            raise HubbubError("this store is not open: use `async with`, or `open`")
        return self._world[0]
