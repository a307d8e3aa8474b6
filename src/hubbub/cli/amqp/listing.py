"""Exchanges, queues and bindings, as a hub's admin API or RabbitMQ's management plug-in lists them. AMQP 0-9-1 has no message that asks."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Final

from msgspec import Struct

from hubbub.cli.amqp.connection import URL_OPTION, VHOST, from_url
from hubbub.cli.asking import AS_JSON
from hubbub.cli.exits import Exit
from hubbub.cli.printing import rows
from hubbub.cli.web import ADMIN_TOKEN, ADMIN_URL, MANAGEMENT_URL, Site, listed, listed_by_rabbitmq, segment

Row = dict[str, object]
WITHOUT: Final = "the wire of AMQP 0-9-1 has no way to ask for lists"
QUEUES: Final = ("queue", "type", "durable", "ready", "unacked", "consumers")
EXCHANGES: Final = ("exchange", "type", "durable", "auto_delete", "internal")
BINDINGS: Final = ("source", "destination", "to", "routing_key", "arguments")


class Place(Struct, frozen=True):
    """Whom to ask, and about which virtual host."""

    site: Site
    is_rabbitmq: bool
    vhost: str

    def rows_of(self, kind: str, ours: Callable[[Row], Row], theirs: Callable[[Row], Row]) -> list[Row]:
        """A list, in one shape whoever was asked."""
        if self.is_rabbitmq:
            return [
                theirs(each) for each in listed_by_rabbitmq(self.site, f"/api/{kind}/{segment(self.vhost)}")
            ]
        return [ours(each) for each in listed(self.site, f"/api/v1/{kind}", realm=self.vhost)]


OPTIONS: Final = (AS_JSON, ADMIN_URL, ADMIN_TOKEN, MANAGEMENT_URL, VHOST, URL_OPTION)


def asking(command: Callable[..., Exit]) -> Callable[..., Exit]:
    """Give a command the options of whom to ask; it is called with ``place``."""

    @wraps(command)
    def gathered(
        admin_url: str,
        admin_token: str,
        management_url: str | None,
        vhost: str | None,
        url: str,
        **rest: object,
    ) -> Exit:
        about = vhost if vhost is not None else from_url(url).vhost
        site = Site(management_url, "", WITHOUT) if management_url else Site(admin_url, admin_token, WITHOUT)
        return command(place=Place(site, management_url is not None, about), **rest)

    made: Callable[..., Exit] = gathered
    for option in reversed(OPTIONS):
        made = option(made)
    return made


def show_queues(place: Place, *, as_json: bool) -> Exit:
    """With how much waits in them."""
    rows(place.rows_of("queues", our_queue, their_queue), QUEUES, as_json=as_json)
    return Exit.OK


def show_exchanges(place: Place, *, as_json: bool) -> Exit:
    """The default one, which has no name, among them."""
    rows(place.rows_of("exchanges", our_exchange, their_exchange), EXCHANGES, as_json=as_json)
    return Exit.OK


def show_bindings(place: Place, queue: str | None, exchange: str | None, *, as_json: bool) -> Exit:
    """Those to a queue, from an exchange, or all; without those of the default exchange, which has one for each queue."""
    found = [
        each
        for each in place.rows_of("bindings", our_binding, their_binding)
        if each["source"] != ""
        and queue in (None, each["destination"])
        and exchange in (None, each["source"])
    ]
    rows(found, BINDINGS, as_json=as_json)
    return Exit.OK


def our_queue(each: Mapping[str, object]) -> Row:
    """A queue as the hub has it."""
    return {
        "queue": each["name"],
        "type": each["kind"],
        "durable": each["durable"],
        "auto_delete": each["auto_delete"],
        "exclusive": each["exclusive"],
        "ready": each["ready"],
        "unacked": each["unacked"],
        "consumers": each["consumers"],
        "arguments": each["arguments"],
    }


def their_queue(each: Mapping[str, object]) -> Row:
    """A queue as RabbitMQ has it; its figures are there some seconds after the queue is."""
    return {
        "queue": each["name"],
        "type": each.get("type", "classic"),
        "durable": each["durable"],
        "auto_delete": each["auto_delete"],
        "exclusive": each.get("exclusive", False),
        "ready": each.get("messages_ready"),
        "unacked": each.get("messages_unacknowledged"),
        "consumers": each.get("consumers"),
        "arguments": each["arguments"],
    }


def our_exchange(each: Mapping[str, object]) -> Row:
    """An exchange as the hub has it."""
    return exchange_row(each, "kind")


def their_exchange(each: Mapping[str, object]) -> Row:
    """An exchange as RabbitMQ has it."""
    return exchange_row(each, "type")


def exchange_row(each: Mapping[str, object], kind: str) -> Row:
    """The same, but for one name."""
    kept = ("durable", "auto_delete", "internal", "arguments")
    return {"exchange": each["name"], "type": each[kind], **{name: each[name] for name in kept}}


def our_binding(each: Mapping[str, object]) -> Row:
    """A binding as the hub has it."""
    return {
        "source": each["source"],
        "destination": each["destination"],
        "to": "exchange" if each["to_exchange"] else "queue",
        "routing_key": each["key"],
        "arguments": each["arguments"],
    }


def their_binding(each: Mapping[str, object]) -> Row:
    """A binding as RabbitMQ has it."""
    return {
        "source": each["source"],
        "destination": each["destination"],
        "to": each["destination_type"],
        "routing_key": each["routing_key"],
        "arguments": each["arguments"],
    }
