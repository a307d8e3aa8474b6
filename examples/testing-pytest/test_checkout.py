"""Its tests. The service runs as it is, in a process of its own; only the brokers are Hubbub's."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hubbub.testing.hub import HubUnderTest

HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def service(hub: HubUnderTest) -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "checkout.py"], cwd=HERE, env=os.environ | hub.environment)
    hub.wait.group_stable("checkout", within=30)
    yield
    process.terminate()
    process.wait(10)


def place(hub: HubUnderTest, number: int, sku: str) -> None:
    order = {"id": f"order-{number}", "customer": "ada@example.org", "sku": sku}
    hub.publish("kafka:orders.placed", order, key=f"order-{number}")


def test_an_order_lowers_the_stock_and_then_sends_a_mail(hub: HubUnderTest) -> None:
    place(hub, 1, "lamp")
    hub.expect_in_order(
        "kafka:orders.placed",
        hub.expect("mqtt:stock/lamp").with_json(left=2),
        hub.expect("amqp:mails").with_json(to="ada@example.org").with_correlation_id("order-1"),
    ).within(10)
    hub.expect_none("kafka:orders.refused")


def test_the_last_one_is_sold_once(hub: HubUnderTest) -> None:
    place(hub, 1, "chair")
    place(hub, 2, "chair")
    hub.wait.group_caught_up("checkout", topic="orders.placed")
    hub.expect("amqp:mails").times(1).with_correlation_id("order-1").within(0)
    (refused,) = hub.expect("kafka:orders.refused").times(1).with_key("order-2").within(0)
    assert refused.header("reason") == "no chair is left"


@pytest.mark.parametrize("junk", ["{", "[]", '{"id": "order-1"}'])
def test_junk_is_put_aside_and_the_next_order_is_taken(hub: HubUnderTest, junk: str) -> None:
    hub.publish("kafka:orders.placed", junk, key="junk")
    place(hub, 2, "lamp")
    hub.expect("kafka:orders.refused").with_value(junk).with_header("reason").times(1).within(10)
    hub.expect("amqp:mails").with_correlation_id("order-2").within(10)
    hub.wait.idle()
    hub.expect("amqp:mails").times(1).within(0)
