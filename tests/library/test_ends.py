"""Producers and consumers with settings of their own: what is sent is what comes, where it is said to be, and a group's place is kept."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

import hubbub
from hubbub import ConsumedMessage, Consumer, ConsumerConfig, Producer, ProducerConfig, ProducerMessage

PATIENCE = 30


def in_loop(visit: Callable[[hubbub.Hub], Coroutine[Any, Any, None]], **choices: Any) -> None:
    """Visit a hub, within bounds."""

    async def run() -> None:
        async with asyncio.timeout(PATIENCE * 2), hubbub.Hub(**choices) as hub:
            await visit(hub)

    asyncio.run(run())


async def received(address: str, count: int, config: ConsumerConfig) -> list[ConsumedMessage]:
    """So many messages, as they come."""
    found: list[ConsumedMessage] = []
    async with Consumer(address, config) as consumer:
        async for message in consumer:
            found.append(message)
            if len(found) == count:
                break
    return found


@pytest.mark.row("RQ-28", "RQ-29", "RQ-30", "RQ-31", "RQ-32", "RQ-34")
@pytest.mark.parametrize("acks", [-1, 0, 1])
@pytest.mark.parametrize("batch_size", [1, 7, 100])
def test_what_is_sent_is_what_comes_in_order(acks: Any, batch_size: int) -> None:
    async def visit(hub: hubbub.Hub) -> None:
        seen = hub.subscribe("kafka:t")
        config = ProducerConfig("t", required_acks=acks, batch_size=batch_size)
        producer = Producer(f"http://{hub.kafka.bootstrap}", config)
        await producer.start()
        for number in range(250):
            message = ProducerMessage(
                f"value {number}", timestamp=1000 + number, headers=(("n", b"%d" % number),)
            )
            await producer.send(message.with_key(f"key {number}"))
        await producer.shutdown()
        await producer.shutdown()
        found = await received(hub.kafka.bootstrap, 250, ConsumerConfig("t"))
        assert [(m.partition, m.offset) for m in found] == [(0, number) for number in range(250)]
        assert [m.value_as_string() for m in found] == [f"value {number}" for number in range(250)]
        assert [m.key for m in found] == [b"key %d" % number for number in range(250)]
        assert [m.timestamp for m in found] == list(range(1000, 1250))
        assert found[7].headers == (("n", b"7"),)
        batches = [message.number for message in seen.take()]
        sizes = [batches.count(number) for number in sorted(set(batches))]
        assert max(sizes) <= batch_size

    in_loop(visit)


@pytest.mark.row("RQ-9", "RQ-33")
def test_messages_wait_for_others_until_there_are_enough_or_time_is_up_or_they_are_told_to_go() -> None:
    async def visit(hub: hubbub.Hub) -> None:
        seen = hub.subscribe("kafka:t")
        config = ProducerConfig("t", batch_size=3, flush_interval_ms=3_600_000)
        async with Producer(hub.kafka.bootstrap, config) as producer:
            for number in range(7):
                await producer.send(str(number))
            full = [await seen.next(within=PATIENCE) for _ in range(6)]
            assert [message.text for message in full] == list("012345")
            assert seen.take() == []
            await producer.flush()
            assert [message.text for message in seen.take()] == ["6"]
        async with Producer(hub.kafka.bootstrap, ProducerConfig("t", flush_interval_ms=1)) as producer:
            await producer.send("in time")
            assert (await seen.next(within=PATIENCE)).text == "in time"

    in_loop(visit)


@pytest.mark.row("RQ-35", "RQ-47")
def test_send_sync_tells_where_the_message_is() -> None:
    async def visit(hub: hubbub.Hub) -> None:
        address = hub.kafka.bootstrap
        async with Producer(address, ProducerConfig("t", required_acks=-1, batch_size=5)) as producer:
            for number in range(13):
                await producer.send(str(number))
            first = await producer.send_sync("here")
            there = await producer.send_sync(ProducerMessage("there").to_partition(2))
            results = await asyncio.gather(*(producer.send_sync(f"at once {n}") for n in range(20)))
        assert (first.partition, first.offset, first.error_code) == (0, 13, 0)
        assert (there.partition, there.offset) == (2, 0)
        found = await received(address, 34, ConsumerConfig("t"))
        assert found[first.offset].value_as_string() == "here"
        for number, result in enumerate(results):
            assert found[result.offset].value_as_string() == f"at once {number}"
        async with Producer(address, ProducerConfig("t", required_acks=0)) as careless:
            assert (await careless.send_sync("who knows")).offset == -1
            await careless.send(ProducerMessage("gone").to_partition(1))
        (gone,) = await received(address, 1, ConsumerConfig("t", partition=1))
        assert gone.value_as_string() == "gone"

    in_loop(visit)


def test_a_key_decides_as_for_all_other_clients_and_without_one_partitions_take_turns() -> None:
    async def visit(hub: hubbub.Hub) -> None:
        address = hub.kafka.bootstrap
        keys = [f"key {number}" for number in range(20)]
        async with Producer(address, ProducerConfig("t", partition=None)) as producer:
            ours = [(await producer.send_sync(ProducerMessage("x", key=key))).partition for key in keys]
            turns = [(await producer.send_sync("x")).partition for _ in range(6)]
        theirs = [(await hub.publish("kafka:t", "x", key=key)).partition for key in keys]
        assert ours == theirs
        assert sorted(turns) == [0, 0, 1, 1, 2, 2]

    in_loop(visit)


def test_what_is_refused_or_never_answered_is_told_and_nothing_else_is_lost() -> None:
    async def visit(hub: hubbub.Hub) -> None:
        async with Producer(hub.kafka.bootstrap, ProducerConfig("t", timeout_ms=1000)) as producer:
            await producer.send("good")
            await producer.send(ProducerMessage("bad").to_partition(9))
            with pytest.raises(hubbub.RefusedError, match="t has no partition 9; it has 3"):
                await producer.flush()
            with pytest.raises(
                hubbub.RefusedError, match=r"1 messages for t/0 were not acknowledged.*TooLarge"
            ):
                await producer.send_sync("x" * 2_000_000)
            await producer.flush()
            assert (await producer.send_sync("good again")).offset == 1
            await hub.stop()
            await producer.send("late")
            with pytest.raises(hubbub.NetworkError, match="were not acknowledged"):
                await producer.flush()
        with pytest.raises(hubbub.HubbubError, match="does not run"):
            await producer.send("x")
        with pytest.raises(hubbub.NetworkError, match="cannot connect"):
            await Producer("localhost:1", ProducerConfig("t"), max_retries=1).start()

    in_loop(visit)


@pytest.mark.row("RQ-36", "RQ-38", "RQ-39", "RQ-40")
def test_a_handler_gets_every_message_until_the_consumer_is_shut_down() -> None:
    class MyHandler:
        def __init__(self) -> None:
            self.found: list[str] = []
            self.enough = asyncio.Event()

        async def handle(self, message: ConsumedMessage) -> None:
            self.found.append(message.value_as_string())
            if len(self.found) == 5:
                self.enough.set()

    async def visit(hub: hubbub.Hub) -> None:
        for number in range(5):
            await hub.publish("kafka:my-topic", f"message {number}", partition=0)
        config = ConsumerConfig(
            topic="my-topic",
            partition=0,
            group_id="my-group",
            offset=-2,
            max_bytes=1_048_576,
            max_wait_ms=1000,
            min_bytes=1,
            auto_commit=True,
            auto_commit_interval_ms=5000,
            poll_interval_ms=1000,
        )
        handler = MyHandler()
        consumer = Consumer(hub.kafka.bootstrap, config)
        await consumer.start(handler)
        await handler.enough.wait()
        with pytest.raises(hubbub.HubbubError, match="to a handler"):
            await consumer.poll()
        await consumer.shutdown()
        await hub.publish("kafka:my-topic", "unheard", partition=0)
        assert handler.found == [f"message {number}" for number in range(5)]

    in_loop(visit)


@pytest.mark.row("RQ-37")
def test_reading_begins_where_it_is_told_to() -> None:
    async def visit(hub: hubbub.Hub) -> None:
        address = hub.kafka.bootstrap
        for number in range(5):
            await hub.publish("kafka:t", str(number), partition=0)
        for offset, first in ((-2, "0"), (0, "0"), (3, "3")):
            (message, *_) = await received(address, 1, ConsumerConfig("t", offset=offset))
            assert message.value_as_string() == first
        async with Consumer(address, ConsumerConfig("t", offset=-1)) as latest:
            assert latest.current_offset() == 5
            await hub.publish("kafka:t", "new", partition=0)
            assert (await anext(latest)).value_as_string() == "new"
        with pytest.raises(hubbub.RefusedError, match="no offset 100: it goes from 0 to 6"):
            await Consumer(address, ConsumerConfig("t", offset=100)).start()
        with pytest.raises(hubbub.RefusedError, match="t has no partition 7; it has 3"):
            await Consumer(address, ConsumerConfig("t", partition=7)).start()

    in_loop(visit)


@pytest.mark.row("RQ-41")
def test_messages_can_be_polled_and_places_moved() -> None:
    async def visit(hub: hubbub.Hub) -> None:
        for number in range(5):
            await hub.publish("kafka:t", str(number), partition=0, key=f"k{number}")
        async with Consumer(hub.kafka.bootstrap, ConsumerConfig("t", group_id="g")) as consumer:
            found: list[ConsumedMessage] = []
            while len(found) < 5:
                found += await consumer.poll()
            assert [(m.topic, m.partition, m.offset, m.key, m.value) for m in found] == [
                ("t", 0, n, b"k%d" % n, b"%d" % n) for n in range(5)
            ]
            assert str(found[1]) == "[t:0:1] 1"
            assert consumer.current_offset() == 5
            await consumer.seek(2)
            assert consumer.current_offset() == 2
            assert (await anext(consumer)).value == b"2"
            assert (await anext(consumer)).value == b"3"
            await consumer.commit()
            async with Consumer(hub.kafka.bootstrap, ConsumerConfig("t", group_id="g")) as another:
                assert another.current_offset() == 4
            with pytest.raises(hubbub.RefusedError, match="no offset 9"):
                await consumer.seek(9)

    in_loop(visit)


@pytest.mark.row("RQ-10", "RQ-11", "RQ-58", "RQ-59")
def test_a_group_goes_on_behind_what_was_handled(tmp_path: Path) -> None:
    async def visit(hub: hubbub.Hub) -> None:
        address = hub.kafka.bootstrap
        for number in range(10):
            await hub.publish("kafka:t", str(number), partition=0)
        found: list[str] = []

        def handle(message: ConsumedMessage) -> None:
            if message.value == b"4" and "4 fails" not in found:
                found.append("4 fails")
                raise ValueError("this one is bad")
            found.append(message.value_as_string())

        keeping = ConsumerConfig("t", group_id="g", auto_commit=True, auto_commit_interval_ms=1)
        first = Consumer(address, keeping)
        await first.start(handle)
        with pytest.raises(ValueError, match="this one is bad"):
            await first.finished()
        with pytest.raises(ValueError, match="this one is bad"):
            await first.shutdown()
        second = Consumer(address, keeping)
        told: list[str] = []
        done = asyncio.Event()

        def failing(message: ConsumedMessage) -> None:
            handle(message)
            if message.value == b"9":
                done.set()
            raise ValueError("and so is this")

        await second.start(failing, lambda message, error: told.append(f"{message.offset} {error}"))
        await done.wait()
        await second.shutdown()
        assert found == ["0", "1", "2", "3", "4 fails", *"456789"]
        assert told == [f"{number} and so is this" for number in range(4, 10)]
        async with Consumer(address, ConsumerConfig("t", group_id="not kept")) as third:
            assert (await anext(third)).value == b"0"
        async with Consumer(address, ConsumerConfig("t", group_id="not kept")) as third:
            assert third.current_offset() == 0

    in_loop(visit)


async def all_there(found: list[list[ConsumedMessage]], count: int) -> None:
    """Return when so many different values have come."""
    while len({message.value for mine in found for message in mine}) < count:  # noqa: ASYNC110 - handlers are plain functions
        await asyncio.sleep(0.01)


@pytest.mark.row("RQ-12")
def test_the_members_of_a_group_share_the_partitions_and_each_message_comes_to_one() -> None:
    async def visit(hub: hubbub.Hub) -> None:
        config = ConsumerConfig("t", partition=None, group_id="g", auto_commit=True)
        members = [Consumer(hub.kafka.bootstrap, config) for _ in range(3)]
        found: list[list[ConsumedMessage]] = [[], [], []]
        for member, mine in zip(members, found, strict=True):
            await member.start(mine.append)
        async with Producer(hub.kafka.bootstrap, ProducerConfig("t", partition=None)) as producer:
            sent = 0
            while not all(found):
                sent += 1
                await producer.send_sync(str(sent))
            before = [len(mine) for mine in found]
            for _ in range(30):
                sent += 1
                await producer.send_sync(str(sent))
            await asyncio.wait_for(all_there(found, sent), PATIENCE)
        shares = [{m.partition for m in mine[skip:]} for mine, skip in zip(found, before, strict=True)]
        assert sorted(map(len, shares)) == [1, 1, 1]
        assert set.union(*shares) == {0, 1, 2}
        for member in members:
            await member.shutdown()
        with pytest.raises(hubbub.ConfigError, match="say which one"):
            members[0].current_offset()

    in_loop(visit, kafka_default_partitions=3)


def test_producers_and_consumers_go_on_when_the_hub_is_there_again(tmp_path: Path) -> None:
    async def run() -> None:
        async with asyncio.timeout(PATIENCE * 2):
            async with hubbub.Hub(data_dir=str(tmp_path)) as hub:
                port = hub.kafka.port
                producer = Producer(
                    hub.kafka.bootstrap, ProducerConfig("t", required_acks=-1, timeout_ms=30_000)
                )
                consumer = Consumer(hub.kafka.bootstrap, ConsumerConfig("t", group_id="g", auto_commit=True))
                await producer.start()
                await consumer.start()
                assert (await producer.send_sync("before")).offset == 0
                assert (await anext(consumer)).value == b"before"
            sending = asyncio.ensure_future(producer.send_sync("between"))
            async with hubbub.Hub(data_dir=str(tmp_path), kafka_port=port):
                assert (await sending).offset == 1
                assert (await producer.send_sync("after")).offset == 2
                assert [(await anext(consumer)).value for _ in range(2)] == [b"between", b"after"]
                await producer.shutdown()
                await consumer.shutdown()
                async with Consumer(f"127.0.0.1:{port}", ConsumerConfig("t", group_id="g")) as again:
                    assert again.current_offset() == 3

    asyncio.run(run())


@pytest.mark.parametrize(
    ("config", "words"),
    [
        (ConsumerConfig(), "no topic"),
        (ConsumerConfig("t", auto_commit=True), "set group_id"),
        (ConsumerConfig("t", partition=None), "set group_id, or partition"),
        (ConsumerConfig("t", partition=None, group_id="g", offset=3), "one partition's"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(config: ConsumerConfig, words: str) -> None:
    with pytest.raises(hubbub.ConfigError, match=words):
        Consumer("localhost", config)


@pytest.mark.parametrize(
    "address", ["", "http://", "localhost:kafka", "localhost:70000", "https://a:1", "a:1,:2"]
)
def test_addresses_that_are_none_are_refused(address: str) -> None:
    with pytest.raises(hubbub.ConfigError, match="address of a broker"):
        Producer(address, ProducerConfig("t"))


@pytest.mark.row("RQ-55", "RQ-56", "RQ-57")
def test_how_much_the_broker_gathers_for_an_answer_and_how_long_is_kept_to() -> None:
    async def visit(hub: hubbub.Hub) -> None:
        address = hub.kafka.bootstrap
        patient = ConsumerConfig("t", min_bytes=5000, max_wait_ms=3_600_000, poll_interval_ms=100)
        async with Consumer(address, patient, timeout_secs=4000) as consumer:
            await hub.publish("kafka:t", b"little", partition=0)
            assert await consumer.poll() == []
            await hub.publish("kafka:t", b"x" * 6000, partition=0)
            found: list[ConsumedMessage] = []
            while not found:
                found = await consumer.poll()
            assert [len(message.value or b"") for message in found] == [6, 6000]
        (little, *_) = await received(address, 1, ConsumerConfig("t", min_bytes=1_000_000, max_wait_ms=1))
        assert little.value == b"little"
        async with Consumer(address, ConsumerConfig("t", max_bytes=200)) as consumer:
            assert [len(await consumer.poll()) for _ in range(2)] == [1, 1], "each comes alone"

    in_loop(visit)


def test_a_send_that_is_cancelled_is_made_all_the_same_and_once() -> None:
    async def visit(hub: hubbub.Hub) -> None:
        async with Producer(hub.kafka.bootstrap, ProducerConfig("t", batch_size=1)) as producer:
            for steps in range(12):
                sending = asyncio.ensure_future(producer.send(str(steps)))
                for _ in range(steps):
                    await asyncio.sleep(0)
                sending.cancel()
                await asyncio.wait({sending})
            await producer.flush()
            with pytest.raises(hubbub.HubbubError, match="runs already"):
                await producer.start()
            last = await producer.send_sync("last")
        found = [
            m.value_as_string()
            for m in await received(hub.kafka.bootstrap, last.offset + 1, ConsumerConfig("t"))
        ]
        assert len(found) == len(set(found)) >= 11, "all but one that was cancelled before it began"
        assert found == [*sorted(found[:-1], key=int), "last"]

    in_loop(visit)


def test_a_handler_that_never_ends_does_not_hold_its_consumer_and_its_message_comes_again() -> None:
    async def visit(hub: hubbub.Hub) -> None:
        for value in ("good", "endless", "behind"):
            await hub.publish("kafka:t", value, partition=0)
        begun = asyncio.Event()

        async def handle(message: ConsumedMessage) -> None:
            if message.value == b"endless":
                begun.set()
                await asyncio.Event().wait()

        config = ConsumerConfig("t", group_id="g", auto_commit=True)
        consumer = Consumer(hub.kafka.bootstrap, config, timeout_secs=1)
        await consumer.start(handle)
        with pytest.raises(hubbub.HubbubError, match="runs already"):
            await consumer.start(handle)
        await begun.wait()
        await consumer.shutdown()
        async with Consumer(hub.kafka.bootstrap, config) as again:
            assert (await anext(again)).value == b"endless"

    in_loop(visit)


def test_a_handler_can_make_its_message_the_last() -> None:
    async def visit(hub: hubbub.Hub) -> None:
        for number in range(5):
            await hub.publish("kafka:t", str(number), partition=0)
        found: list[bytes | None] = []
        consumer = Consumer(hub.kafka.bootstrap, ConsumerConfig("t", group_id="g", auto_commit=True))

        async def handle(message: ConsumedMessage) -> None:
            found.append(message.value)
            if message.value == b"2":
                await consumer.shutdown()

        await consumer.start(handle)
        await consumer.finished()
        await consumer.shutdown()
        assert found == [b"0", b"1", b"2"]
        async with Consumer(hub.kafka.bootstrap, ConsumerConfig("t", group_id="g")) as again:
            assert again.current_offset() == 3

    in_loop(visit)


def test_who_is_cancelled_while_waiting_for_a_message_loses_none() -> None:
    async def visit(hub: hubbub.Hub) -> None:
        async with Consumer(hub.kafka.bootstrap, ConsumerConfig("t")) as consumer:
            found: list[bytes | None] = []
            for number in range(40):
                waiting = asyncio.ensure_future(anext(consumer))
                for _ in range(number % 8):
                    await asyncio.sleep(0)
                await hub.publish("kafka:t", str(number), partition=0)
                for _ in range(number):
                    await asyncio.sleep(0)
                if not waiting.done():
                    waiting.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    found.append((await waiting).value)
            while len(found) < 40:
                found.append((await anext(consumer)).value)
        assert found == [str(number).encode() for number in range(40)]

    in_loop(visit)


def test_many_senders_at_once_make_no_batch_larger_than_it_may_be_and_each_hears_of_its_own() -> None:
    async def visit(hub: hubbub.Hub) -> None:
        seen = hub.subscribe("kafka:t")
        async with Producer(
            hub.kafka.bootstrap, ProducerConfig("t", batch_size=10, flush_interval_ms=1)
        ) as producer:
            waiting = await asyncio.gather(*(producer.submit(str(number)) for number in range(500)))
            results = await asyncio.gather(*waiting)
            refused = [
                await producer.submit(ProducerMessage("x" * 400_000).to_partition(9)) for _ in range(5)
            ]
            outcomes = await asyncio.gather(*refused, return_exceptions=True)
        found = await received(hub.kafka.bootstrap, 500, ConsumerConfig("t"))
        assert [found[result.offset].value for result in results] == [str(n).encode() for n in range(500)]
        numbers = [message.number for message in seen.take()]
        assert max(numbers.count(number) for number in set(numbers)) <= 10
        assert all(isinstance(outcome, hubbub.RefusedError) for outcome in outcomes)

    in_loop(visit)
