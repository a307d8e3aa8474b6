"""Feeds: what is published from now on, seen from another process, in order and with nothing missed unsaid."""

from collections.abc import Callable
from typing import Any

import confluent_kafka

from hubbub.console.feeds import MOST_FEEDS
from hubbub.core.taps import Place
from hubbub.model.address import Address, Kind
from hubbub.octets.batch import Entry, build
from tests.conftest import HubThread
from tests.unit.console.api import PATIENCE, Api, onlookers


def test_a_tap_shows_what_is_published_by_whatever_protocol(hub: HubThread) -> None:
    api = Api(hub)
    api.post("queues", name="tasks")
    with api.feed("tap") as feed:
        events = iter(feed)
        assert feed.response.getheader("content-type") == "text/event-stream"
        assert next(events) == ("open", {"after": 0})
        api.post("publish", address="mqtt:a/b", text="one")
        api.post("publish", address="kafka:t", json={"n": 2}, key="k")
        api.post("publish", address="amqp:tasks", text="three")
        seen = [next(events)[1] for _ in range(3)]
    assert [each["address"] for each in seen] == ["mqtt:a/b", "kafka:t", "amqp:/tasks"]
    assert [each["number"] for each in seen] == [1, 2, 3]
    assert api.get("status")["seen"] == 3
    (record,) = seen[1]["records"]
    assert (record["key"]["text"], record["value"]["json"], record["offset"]) == ("k", {"n": 2}, 0)


def test_only_what_was_asked_for_is_shown(hub: HubThread) -> None:
    api = Api(hub)
    with api.feed("tap", address="mqtt:sensors/+", contains="x") as feed:
        events = iter(feed)
        next(events)
        for address, text in [("mqtt:other", "x"), ("mqtt:sensors/a", "y"), ("mqtt:sensors/b", "xx")]:
            api.post("publish", address=address, text=text)
        assert next(events)[1]["address"] == "mqtt:sensors/b"


def test_json_with_line_ends_in_it_is_one_event(hub: HubThread) -> None:
    api = Api(hub)
    with api.feed("tap") as feed:
        events = iter(feed)
        next(events)
        api.post("publish", address="mqtt:a", text='{\n"a":\r\n1,\r"b": 2}')
        assert next(events)[1]["records"][0]["value"]["json"] == {"a": 1, "b": 2}


def test_what_there_was_no_room_for_is_told(hub: HubThread) -> None:
    api = Api(hub)
    with api.feed("tap", room_for=2) as feed:
        events = iter(feed)
        next(events)
        hatch = hub.hub.hatches["mqtt"]

        def at_once() -> None:
            from hubbub.core.hatch import Posting
            from hubbub.model.record import Record

            postings = [Posting(Record(hatch.address("a"), b"%d" % number)) for number in range(5)]
            hatch.post(postings, lambda _answers: None)

        hub.call(at_once)
        told = [next(events) for _ in range(3)]
        api.post("publish", address="mqtt:a", text="after")
        told.append(next(events))
    assert [name for name, _ in told] == ["seen", "seen", "missed", "seen"]
    assert told[2][1] == {"missed": 3}


def test_nobody_looks_when_the_listener_has_gone(hub: HubThread) -> None:
    api = Api(hub)
    before = onlookers(hub)
    with api.feed("tap") as feed:
        next(iter(feed))
        assert onlookers(hub) == before + 1
    while onlookers(hub) > before:
        api.get("status")  # the hub hears of it in a later pass of its loop


def test_a_feed_ends_with_the_hub(run_hub: Callable[..., HubThread]) -> None:
    hub = run_hub()
    with Api(hub).feed("tap") as feed:
        events = iter(feed)
        next(events)
        hub.stop()
        assert list(events) == []


def test_feeds_have_a_bound(hub: HubThread) -> None:
    api = Api(hub)
    feeds = [api.feed("tap") for _ in range(MOST_FEEDS)]
    try:
        for feed in feeds:
            next(iter(feed))
        assert api.refused("GET", "tap")[:2] == (503, "feeds")
    finally:
        for feed in feeds:
            feed.__exit__()


def test_who_asks_for_the_head_of_a_feed_gets_no_feed(hub: HubThread) -> None:
    before = onlookers(hub)
    answer = Api(hub).ask("HEAD", "tap")
    assert (answer.status, answer.body, onlookers(hub)) == (200, b"", before)


def test_a_large_act_comes_in_several_events_and_whole(hub: HubThread) -> None:
    api = Api(hub)
    api.post("topics", name="t", partitions=1)
    producer = confluent_kafka.Producer({"bootstrap.servers": hub.address("kafka"), "linger.ms": 200})
    with api.feed("tap") as feed:
        events = iter(feed)
        next(events)
        for number in range(1000):
            producer.produce("t", str(number))
        assert producer.flush(PATIENCE) == 0
        records: list[dict[str, Any]] = []
        while len(records) < 1000:
            records += next(events)[1]["records"]
    assert [record["offset"] for record in records] == list(range(1000))
    assert [record["value"]["text"] for record in records] == [str(number) for number in range(1000)]


def test_a_batch_that_cannot_be_decoded_is_told_and_has_its_number(hub: HubThread) -> None:
    api = Api(hub)
    with api.feed("tap") as feed:
        events = iter(feed)
        next(events)
        address = Address("kafka", Kind.STREAM, ("t",))
        hub.call(hub.hub.broker.taps.saw_batch, address, Place(0, 7), 5, b"no batch at all")
        name, facts = next(events)
    assert name == "unreadable"
    assert {**facts, "at": 0} == {"number": 1, "at": 0, "address": "kafka:t", "records": 5}


def test_the_last_event_of_an_act_has_its_number_as_id(hub: HubThread) -> None:
    """So that a listener knows when it has all of it."""
    batch = build([Entry(0, None, b"%d" % number) for number in range(450)])
    with Api(hub).feed("tap") as feed:
        address = Address("kafka", Kind.STREAM, ("t",))
        hub.call(hub.hub.broker.taps.saw_batch, address, Place(0, 0), 450, batch)
        lines: list[str] = []
        while not lines or not lines[-1].startswith("id: "):
            lines.append(next(iter(feed.response)).decode().strip())
        lines.append(next(iter(feed.response)).decode().strip())
    assert lines.count("event: seen") == 3
    assert lines[-2] == "id: 1"
    assert '"value":{"octets":3,"text":"449"}' in lines[-1]
