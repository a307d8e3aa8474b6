"""AMQP's clients of other languages: RabbitMQ's own for Java and Go, and lapin of Rust. RabbitMQ makes them say the same."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.interop.tool_chains import BUILD, HERE, build, found, tool

pytestmark = pytest.mark.interop


def test_the_java_client(hub: Any, java: Callable[..., list[str]]) -> None:
    assert java(HERE / "java" / "Messages.java", hub.address("amqp")) == [
        "confirmed: 500, 0 wrong",
        "returned: 312 NO_ROUTE true",
        "transaction: 0 then 1",
        "properties: [date, deep, bool, bytes, nothing, real, text] {list=[1, 2, three]} 1700000000000 3tcguest",
        "dead letter: rejected 1",
        "bound: 1",
        "answered: LOUD",
        "cancelled: doomed",
        "error: 404 50 10",
        "fatal: 540",
        "recovered: true again",
    ]


def test_amqp091_go(hub: Any) -> None:
    target = BUILD / "go" / "amqp091"
    target.parent.mkdir(parents=True, exist_ok=True)
    build([tool("go"), "build", "-o", target, "./amqp091"], HERE / "go")
    assert found([target, hub.address("amqp")]) == {
        "confirmed": "500, 0 wrong",
        "returned": "312 NO_ROUTE true",
        "dead letter": "expired in short-lived, 1, true",
        "priorities": "9true 2 5true 1 1true 0 ",
        "stream": "1 at 1 2 at 2 ",
        "cancelled": "doomed",
        "refused": "Exception (404) Reason: \"NOT_FOUND - no queue 'nowhere' in vhost '/'\"",
    }


def test_lapin(hub: Any) -> None:
    target = BUILD / "rust-lapin"
    target.mkdir(parents=True, exist_ok=True)
    build([tool("cargo"), "build", "--quiet", "--target-dir", target], HERE / "rust" / "lapin")
    assert found([target / "debug" / "messages", hub.address("amqp")]) == {
        "seen": 200,
        "wrong": 0,
        "returned": 312,
        "died": "rejected",
    }
