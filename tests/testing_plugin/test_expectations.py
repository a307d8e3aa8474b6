"""What a test may expect of what a hub saw, and what it is told when that does not hold."""

import asyncio
import re
import threading
import time
from collections.abc import Iterator

import pytest

from hubbub.testing.conditions import ANY
from hubbub.testing.hub import HubUnderTest, Scene
from hubbub.testing.patience import Unmet
from hubbub.testing.session import SharedHub, shared


@pytest.fixture(scope="module")
def session() -> Iterator[SharedHub]:
    with shared(None, {}) as session:
        yield session


@pytest.fixture
def scene(session: SharedHub) -> Iterator[Scene]:
    with session.scene(2.0, resets=True) as scene:
        yield scene


@pytest.fixture
def hub(scene: Scene) -> HubUnderTest:
    return scene.hub


def order(number: int, **more: object) -> dict[str, object]:
    return {"id": number, "customer": {"name": "Ada", "city": "London"}, **more}


# what matches


def test_a_message_is_found_by_any_part_of_its_json(hub: HubUnderTest) -> None:
    hub.publish("kafka:orders", order(1, total=99.99), key="order-1")
    (found,) = hub.expect("kafka:orders").with_json({"customer": {"name": "Ada"}}).within(0)
    assert (found.key, found.partition, found.offset) == (b"order-1", found.partition, 0)
    assert hub.expect("kafka:orders").with_json(total=pytest.approx(100, rel=0.01), id=ANY).within(0)
    assert hub.expect("kafka:orders").with_json(customer={"city": re.compile("^Lon")}).within(0)


def test_json_can_be_asked_for_exactly(hub: HubUnderTest) -> None:
    hub.publish("kafka:orders", {"id": 1, "items": [{"sku": "a", "count": 2}]})
    hub.expect("kafka:orders").with_json({"id": 1, "items": [{"sku": "a", "count": 2}]}, exactly=True).within(
        0
    )
    with pytest.raises(Unmet, match=r"json: items should not be there"):
        hub.expect("kafka:orders").with_json({"id": 1}, exactly=True).within(0)


def test_true_is_not_one(hub: HubUnderTest) -> None:
    hub.publish("kafka:orders", {"paid": 1})
    with pytest.raises(Unmet, match=r"json.paid: expected True, came 1"):
        hub.expect("kafka:orders").with_json(paid=True).within(0)


def test_keys_values_and_headers_are_text_octets_or_patterns(hub: HubUnderTest) -> None:
    hub.publish("kafka:orders", "hello", key="order-1", headers=[("trace", "a"), ("trace", "b")])
    for value in ("hello", b"hello", re.compile("ell")):
        hub.expect("kafka:orders").with_value(value).with_key(re.compile(r"^order-\d")).within(0)
    hub.expect("kafka:orders").with_header("trace").with_header("trace", "a").with_header(
        "trace", "b"
    ).within(0)
    with pytest.raises(Unmet, match=r"header trace: expected 'c', came 'a', 'b'"):
        hub.expect("kafka:orders").with_header("trace", "c").within(0)
    with pytest.raises(Unmet, match=r"key: expected 'order-2', came 'order-1'"):
        hub.expect("kafka:orders").with_key("order-2").within(0)


def test_any_function_can_judge(hub: HubUnderTest) -> None:
    hub.publish("kafka:orders", "no json")
    hub.publish("kafka:orders", {"total": 5})
    (found,) = hub.expect("kafka:orders").matching(lambda message: message.json()["total"] > 3).within(0)  # type: ignore[index]
    assert found.offset >= 0
    with pytest.raises(Unmet, match=r"dear: it says no"):
        hub.expect("kafka:orders").matching(lambda message: len(message.value) > 50, "dear").within(0)


def test_one_pattern_covers_all_protocols(hub: HubUnderTest) -> None:
    hub.publish("kafka:alerts", "1")
    hub.publish("mqtt:alerts", "2")
    hub.publish("amqp:amq.topic/alerts", "3")
    found = hub.expect("*:#").at_least(3).within(1)
    assert [message.address for message in found][:3] == [
        "kafka:alerts",
        "mqtt:alerts",
        "amqp:amq.topic/alerts",
    ]


# how many, and when


def test_so_many_means_so_many(hub: HubUnderTest) -> None:
    for number in range(3):
        hub.publish("kafka:orders", order(number))
    assert [message.json()["id"] for message in hub.expect("kafka:orders").times(3).within(0)] == [0, 1, 2]  # type: ignore[index]
    hub.expect("kafka:orders").at_least(2).within(0)
    hub.expect("kafka:orders").at_most(3).within(0)
    hub.expect("kafka:orders").at_least(1).at_most(3).within(0)
    with pytest.raises(Unmet, match=r"exactly 2 messages at kafka:orders within 0 s; 3 came"):
        hub.expect("kafka:orders").times(2).within(0)
    with pytest.raises(Unmet, match=r"at most 2 messages"):
        hub.expect("kafka:orders").at_most(2).within(0)


def test_a_wait_ends_when_the_message_comes(hub: HubUnderTest) -> None:
    later = threading.Timer(0.05, hub.publish, ("mqtt:doors/front", "open"))
    later.start()
    (found,) = hub.expect("mqtt:doors/+").within(10)
    assert found.text == "open"
    later.join()


def test_nothing_can_be_expected_and_is_seen_at_once(hub: HubUnderTest) -> None:
    hub.expect_none("kafka:orders").within(0.01)
    hub.publish("kafka:orders", "one")
    before = time.monotonic()
    with pytest.raises(Unmet, match=r"no message at kafka:orders within 60 s; 1 came"):
        hub.expect_none("kafka:orders").within(60)
    assert time.monotonic() - before < 10


def test_what_was_published_is_seen_before_the_publisher_knows(hub: HubUnderTest) -> None:
    for number in range(100):
        hub.publish("kafka:many", str(number))
        hub.expect("kafka:many").times(number + 1).within(0)


def test_forgetting_begins_anew(hub: HubUnderTest) -> None:
    hub.publish("kafka:orders", "first")
    hub.forget()
    hub.expect_none("kafka:orders").within(0)
    hub.publish("kafka:orders", "second")
    (found,) = hub.expect("kafka:orders").times(1).within(0)
    assert (found.text, [message.text for message in hub.messages("kafka:#")]) == ("second", ["second"])


def test_a_reset_in_the_middle_forgets_what_the_hub_holds_and_not_what_was_seen(hub: HubUnderTest) -> None:
    hub.publish("kafka:orders", "before")
    hub.reset()
    hub.publish("kafka:orders", "after")
    found = hub.expect("kafka:orders").times(2).within(0)
    assert [(message.text, message.offset) for message in found] == [("before", 0), ("after", 0)]


# order and cause


def test_order_goes_over_all_protocols(hub: HubUnderTest) -> None:
    hub.publish("kafka:orders", order(1))
    hub.publish("mqtt:stock/1", "less")
    hub.publish("amqp:amq.topic/mails", "dear customer")
    found = hub.expect_in_order(
        "kafka:orders", hub.expect("mqtt:stock/+").with_value("less"), "amqp:amq.topic/mails"
    ).within(1)
    assert [message.address for message in found] == ["kafka:orders", "mqtt:stock/1", "amqp:amq.topic/mails"]
    with pytest.raises(
        Unmet, match=r"mqtt:stock/\+ did not come after these.\nIt came before amqp:amq.topic/mails did."
    ) as why:
        hub.expect_in_order("amqp:amq.topic/mails", "mqtt:stock/+").within(0)
    assert "← too early" in str(why.value)
    with pytest.raises(
        Unmet,
        match=r"mqtt:stock/\+ with value 'more' did not come after these.\nThe nearest, at mqtt:stock/1, differs in:\n  value: expected 'more', came 'less'",
    ):
        hub.expect_in_order("kafka:orders", hub.expect("mqtt:stock/+").with_value("more")).within(0)


def test_a_cause_is_found_by_its_correlation_id(hub: HubUnderTest) -> None:
    hub.publish("kafka:orders", order(1), correlation_id="c-1")
    hub.publish("amqp:amq.topic/mails", "dear customer", correlation_id="c-1")
    hub.publish("amqp:amq.topic/mails", "dear nobody", correlation_id="c-9")
    (found,) = hub.expect("amqp:amq.topic/mails").caused_by("kafka:orders").times(1).within(0)
    assert found.text == "dear customer"
    with pytest.raises(
        Unmet, match=r"correlation id: expected that of an earlier kafka:orders \(c-1\), came 'c-9'"
    ):
        hub.expect("amqp:amq.topic/mails").with_value("dear nobody").caused_by("kafka:orders").within(0)


def test_a_cause_is_found_by_anything_that_ties(hub: HubUnderTest) -> None:
    hub.publish("kafka:orders", order(7))
    hub.publish("kafka:invoices", {"id": 7})
    hub.publish("kafka:invoices", "no json")
    cause = hub.expect("kafka:orders").with_json(customer={"name": "Ada"})
    hub.expect("kafka:invoices").caused_by(cause, by=lambda message: message.json()["id"]).within(0)  # type: ignore[index]


# what a failure says


def test_a_failure_is_a_short_timeline_with_the_nearest_miss(hub: HubUnderTest) -> None:
    hub.publish("kafka:orders", {"id": 1, "total": 10}, key="order-1")
    hub.publish("mqtt:doors/front", "open")
    hub.publish("kafka:orders", {"id": 2, "total": 99.98}, key="order-2")
    with pytest.raises(Unmet) as why:
        hub.expect("kafka:orders").with_json(id=2, total=99.99).times(1).within(0)
    text = re.sub(r"\d\.\d{3} s", "0.000 s", str(why.value))
    assert (
        text
        == """\
expected exactly 1 message at kafka:orders with json {'id': 2, 'total': 99.99} within 0 s; none came.
The nearest, at kafka:orders, differs in:
  json.total: expected 99.99, came 99.98

What came (3 in all, by the time since the test began):
     0.000 s  kafka:orders      order-1 = {"id":1,"total":10}
     0.000 s  mqtt:doors/front  open
     0.000 s  kafka:orders      order-2 = {"id":2,"total":99.98}   ← nearest"""
    )


def test_a_message_that_went_elsewhere_is_the_nearest(hub: HubUnderTest) -> None:
    hub.publish("kafka:order.created", order(1))
    with pytest.raises(Unmet, match=r"address: expected kafka:orders.created, came kafka:order.created"):
        hub.expect("kafka:orders.created").with_json(id=1).within(0)
    with pytest.raises(Unmet, match=r"Was kafka:order.created meant\?"):
        hub.expect("kafka:orders.created").within(0)


def test_where_nothing_came_that_is_said(hub: HubUnderTest) -> None:
    with pytest.raises(Unmet, match=r"none came.\n\nNothing came at all."):
        hub.expect("kafka:orders").within(0)


def test_a_long_timeline_is_cut_around_the_nearest_miss(hub: HubUnderTest) -> None:
    for number in range(100):
        hub.publish("kafka:orders", {"id": number, "is_odd": bool(number % 2)})
    with pytest.raises(Unmet) as why:
        hub.expect("kafka:orders").with_json(id=50, is_odd=True).within(0)
    lines = str(why.value).splitlines()
    assert len(lines) < 30
    assert sum("← nearest" in line for line in lines) == 1


# losing nothing


def test_what_was_too_much_fails_instead_of_guessing(session: SharedHub) -> None:
    with session.scene(0.1, resets=True, most=10) as scene:
        hub = scene.hub
        for number in range(12):
            hub.publish("kafka:orders", str(number))
        with pytest.raises(Unmet, match=r"nobody can say, for 2 messages came for which there was no room"):
            hub.expect("kafka:orders").with_value("3").within(0)
        hub.forget()
        hub.publish("kafka:orders", "one more")
        hub.expect("kafka:orders").times(1).within(0)


# who asks


def test_what_was_never_asked_is_asked_at_the_end(scene: Scene) -> None:
    scene.hub.expect("kafka:orders").with_json(id=1)
    scene.hub.publish("kafka:orders", order(1))
    scene.hub.expect_none("kafka:refunds")
    scene.settle()
    scene.hub.publish("kafka:refunds", order(1))
    scene.hub.expect_none("kafka:refunds")
    before = time.monotonic()
    with pytest.raises(Unmet, match="no message at kafka:refunds"):
        scene.settle()
    assert time.monotonic() - before < 1


def test_in_a_loop_it_is_awaited_and_the_loop_goes_on(hub: HubUnderTest) -> None:
    async def test() -> str:
        loop = asyncio.get_running_loop()
        loop.call_later(0.02, lambda: loop.run_in_executor(None, hub.publish, "kafka:orders", "late"))
        (found,) = await hub.expect("kafka:orders").within(10)
        return found.text

    assert asyncio.run(test()) == "late"


def test_a_forgotten_await_costs_no_truth(scene: Scene) -> None:
    async def test() -> None:
        scene.hub.expect("kafka:orders").within(0)

    asyncio.run(test())
    with pytest.raises(Unmet, match="Nothing came at all"):
        scene.settle()
