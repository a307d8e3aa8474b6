"""RabbitMQ's definitions files, and who may do what by them."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from hubbub.protocols.amqp.handlers.definitions import BadDefinitions
from hubbub.protocols.amqp.options import DeclaredBinding, DeclaredExchange, DeclaredQueue, User
from hubbub.protocols.amqp.wire.generated import methods as wire
from tests.unit.protocols.amqp.words import Client, Hub

SALT = b"\x90\x8d\xc6\x0a"
HASH = base64.b64encode(SALT + hashlib.sha256(SALT + b"secret").digest()).decode()
DEFINED: dict[str, Any] = {
    "rabbit_version": "4.1.0",
    "product_name": "RabbitMQ",
    "vhosts": [{"name": "/"}, {"name": "shop", "limits": []}],
    "users": [
        {
            "name": "clerk",
            "password_hash": HASH,
            "hashing_algorithm": "rabbit_password_hashing_sha256",
            "tags": [],
        }
    ],
    "permissions": [
        {"user": "clerk", "vhost": "shop", "configure": "^clerk-", "write": "orders", "read": ".*"}
    ],
    "topic_permissions": [],
    "exchanges": [
        {
            "name": "orders",
            "vhost": "shop",
            "type": "topic",
            "durable": True,
            "auto_delete": False,
            "internal": False,
            "arguments": {},
        },
        {"name": "all", "vhost": "shop", "type": "fanout"},
    ],
    "queues": [
        {
            "name": "new",
            "vhost": "shop",
            "durable": True,
            "auto_delete": False,
            "arguments": {"x-message-ttl": 60000},
        },
        {"name": "safe", "vhost": "shop", "type": "quorum", "arguments": {}},
    ],
    "bindings": [
        {
            "source": "orders",
            "vhost": "shop",
            "destination": "new",
            "destination_type": "queue",
            "routing_key": "order.*",
            "arguments": {},
        },
        {
            "source": "orders",
            "vhost": "shop",
            "destination": "all",
            "destination_type": "exchange",
            "routing_key": "#",
            "arguments": {},
        },
        {"source": "all", "vhost": "shop", "destination": "safe"},
    ],
}


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    file = tmp_path / "definitions.json"
    file.write_text(json.dumps(DEFINED))
    return Hub(definitions=str(file), users=(User("guard", "pass", virtual_hosts=("/",)),))


def clerk(hub: Hub) -> Client:
    return hub.client(user="clerk", password="secret", realm="shop")


def test_what_a_file_defines_is_there(hub: Hub) -> None:
    client = clerk(hub)
    client.publish("orders", "order.new", b"one")
    assert client.declare("new", passive=True).message_count == 1
    assert client.declare("safe", passive=True).message_count == 1
    admin = hub.client(realm="shop")
    admin.declare("new", durable=True, arguments={"x-message-ttl": 60000})


@pytest.mark.parametrize(
    ("method", "text"),
    [
        (
            wire.QueueDeclare("mine"),
            "configure access to queue 'mine' in vhost 'shop' refused for user 'clerk'",
        ),
        (wire.QueueDelete("new"), "configure access to queue 'new' in vhost 'shop' refused for user 'clerk'"),
        (
            wire.QueueBind("new", "all", ""),
            "write access to queue 'new' in vhost 'shop' refused for user 'clerk'",
        ),
        (
            wire.ExchangeDelete("all"),
            "configure access to exchange 'all' in vhost 'shop' refused for user 'clerk'",
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_user_does_what_it_may_and_no_more(hub: Hub, method: Any, text: str) -> None:
    client = clerk(hub)
    client.say(method)
    close = client.expect(wire.ChannelClose).method
    assert (close.reply_code, close.reply_text) == (403, f"ACCESS_REFUSED - {text}")


def test_publishing_needs_the_right_to_write(hub: Hub) -> None:
    client = clerk(hub)
    client.publish("all", "", b"x")
    assert client.expect(wire.ChannelClose).method.reply_code == 403


@pytest.mark.parametrize(("user", "password", "realm"), [("clerk", "secret", "/"), ("guard", "pass", "shop")])
def test_a_user_enters_only_its_virtual_hosts(hub: Hub, user: str, password: str, realm: str) -> None:
    client = Client(hub)
    with pytest.raises(AssertionError, match="ConnectionClose"):
        client.log_in(user=user, password=password, realm=realm)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "truncated"),
        ('{"queues": [{"vhost": "/"}]}', "name"),
        ('{"queues": [{"name": "q", "arguments": {"x-expires": 0}}]}', "x-expires"),
        ('{"bindings": [{"source": "nowhere", "destination": "q"}]}', "nowhere"),
        ('{"users": [{"name": "u", "password_hash": "short"}]}', "password hash"),
    ],
)
def test_a_file_that_cannot_be_taken_says_why(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "broken.json"
    file.write_text(text)
    with pytest.raises(BadDefinitions, match=says):
        Hub(definitions=str(file))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadDefinitions, match="nothing"):
        Hub(definitions=str(tmp_path / "nothing.json"))


def test_what_the_settings_declare_is_there() -> None:
    hub = Hub(
        virtual_hosts=("/", "mail"),
        exchanges=(
            DeclaredExchange("notifications", "topic"),
            DeclaredExchange("all", "fanout", virtual_host="mail"),
        ),
        queues=(DeclaredQueue("email", arguments={"x-max-length": 5}), DeclaredQueue("sms")),
        bindings=(
            DeclaredBinding("notifications", "email", routing_key="notification.email.*"),
            DeclaredBinding("notifications", to_exchange="amq.fanout", routing_key="#"),
            DeclaredBinding("amq.fanout", "sms"),
        ),
    )
    client = hub.client()
    client.publish("notifications", "notification.email.order", b"mail")
    assert (client.drained("email"), client.drained("sms")) == ([b"mail"], [b"mail"])
    hub.client(realm="mail").exchange("all", "fanout", durable=True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"queues": (DeclaredQueue("q", arguments={"x-expires": 0}),)},
        {"exchanges": (DeclaredExchange("e", "nonsense"),)},
        {"bindings": (DeclaredBinding("nowhere", "q"),)},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_settings_that_cannot_be_made_say_why(wrong: Any) -> None:
    with pytest.raises(BadDefinitions, match="amqp: "):
        Hub(**wrong)
