"""Storage on its own: what a program keeps in a folder is what a hub serves from it, and the other way round."""

import asyncio
import errno
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

import pytest

import hubbub
from hubbub import ProducerMessage, Store
from hubbub.octets.buffer import Buffer
from hubbub.storage.segments.files import Files
from tests.clients.kafka_words import Confluent


def in_store(visit: Callable[[Store], Coroutine[Any, Any, None]], *where: Any, **choices: Any) -> None:
    async def run() -> None:
        async with asyncio.timeout(60), Store(*where, **choices) as store:
            await visit(store)

    asyncio.run(run())


@pytest.mark.row("FX-26", "FX-27", "FX-28", "FX-29", "FX-30")
def test_messages_are_appended_and_fetched_in_memory() -> None:
    async def visit(store: Store) -> None:
        messages = [ProducerMessage(f"value {n}", key=f"key {n}", timestamp=1000 + n) for n in range(500)]
        assert await store.append("events", 0, messages) == 0
        assert await store.append("events", 0, ["text", b"octets", ProducerMessage(None, key="gone")]) == 500
        assert await store.append("events", 1, [ProducerMessage(headers=(("h", b"x"),))]) == 0
        found = await store.fetch("events", 0, 0, 1000)
        assert [m.offset for m in found] == list(range(503))
        assert [(m.key, m.value, m.timestamp) for m in found[:500]] == [
            (b"key %d" % n, b"value %d" % n, 1000 + n) for n in range(500)
        ]
        assert [m.value for m in found[500:]] == [b"text", b"octets", None]
        assert [m.offset for m in await store.fetch("events", 0, 123, 4)] == [123, 124, 125, 126]
        assert await store.fetch("events", 0, 503, 4) == []
        (other,) = await store.fetch("events", 1, 0, 10)
        assert (other.value, other.key, other.headers) == (b"", None, (("h", b"x"),))
        assert [(topic.name, topic.partitions, topic.records) for topic in store.topics.list()] == [
            ("events", 3, 504)
        ]
        with pytest.raises(hubbub.RefusedError, match="events/7"):
            await store.fetch("events", 7, 0, 1)
        with pytest.raises(hubbub.RefusedError, match="events/7"):
            await store.append("events", 7, ["x"])
        with pytest.raises(hubbub.RefusedError, match="nothing to append"):
            await store.append("events", 0, [])

    in_store(visit)
    with pytest.raises(hubbub.HubbubError, match="not open"):
        asyncio.run(Store().append("t", 0, ["x"]))


@pytest.mark.row("FX-25")
def test_a_folder_is_shared_in_time_with_hubs(tmp_path: Path) -> None:
    folder = tmp_path / "data"

    async def first(store: Store) -> None:
        await store.topics.create("events", 2, settings={"cleanup.policy": "compact"})
        assert await store.append("events", 1, [ProducerMessage(value, key=value) for value in "ab"]) == 0
        with pytest.raises(hubbub.StorageError, match=r"in use|another"):
            await Store(folder).open()

    async def second(store: Store) -> None:
        assert [m.value for m in await store.fetch("events", 1, 0, 10)] == [b"a", b"b", b"c"]
        assert await store.append("events", 1, [ProducerMessage("d", key="d")]) == 3

    in_store(first, folder, segments_fsync="always")
    with hubbub.running(data_dir=str(folder)) as hub:
        assert hub.topics.describe("events").settings == {"cleanup.policy": "compact"}
        found = Confluent().consume(hub.kafka.bootstrap, "events", [1], 2)
        assert [message.value for message in found] == [b"a", b"b"]
        assert hub.publish("kafka:events", "c", key="c", partition=1).offset == 2
    in_store(second, str(folder))


class FullFiles(Files):
    """Real files on a disk that is full."""

    __slots__ = ()

    def append(self, descriptor: int, views: Sequence[Buffer]) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.row("FX-93")
def test_a_full_disk_is_a_storage_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def visit(store: Store) -> None:
        with pytest.raises(hubbub.StorageError):
            await store.append("events", 0, ["x"])

    monkeypatch.setattr("hubbub.storage.segments.engine.Files", FullFiles)
    in_store(visit, tmp_path / "data")

    async def in_memory(store: Store) -> None:
        async def fill() -> None:
            for _ in range(100):
                await store.append("events", 0, [b"x" * 100_000])

        with pytest.raises(hubbub.StorageError) as caught:
            await fill()
        assert caught.value.is_full

    in_store(in_memory, memory_max_bytes=1 << 20)


def test_an_append_that_is_cancelled_is_made_and_closing_waits_for_it(tmp_path: Path) -> None:
    async def visit(store: Store) -> None:
        with pytest.raises(hubbub.HubbubError, match="open already"):
            await store.open()
        await store.append("t", 0, ["first"])
        for steps in range(4):
            appending = asyncio.ensure_future(store.append("t", 0, ["x"]))
            for _ in range(steps):
                await asyncio.sleep(0)
            appending.cancel()
            await asyncio.wait({appending})

    async def again(store: Store) -> None:
        found = [message.value for message in await store.fetch("t", 0, 0, 10)]
        assert found == [b"first", b"x", b"x", b"x"], "all but the one that had not begun"

    in_store(visit, tmp_path, segments_fsync="always")
    in_store(again, tmp_path)
