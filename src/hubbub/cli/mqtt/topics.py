"""`hubbub mqtt topics`: which topics there are, which only a hub can tell, and what they retain, which every broker tells."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote

import click

from hubbub.cli.asking import AS_JSON
from hubbub.cli.exits import Exit
from hubbub.cli.hubs import V1
from hubbub.cli.mqtt.connection import Broker, reaching
from hubbub.cli.mqtt.messages import way
from hubbub.cli.mqtt.retained import show
from hubbub.cli.printing import rows
from hubbub.cli.scrape import samples
from hubbub.cli.web import ADMIN_TOKEN, ADMIN_URL, Site, listed
from hubbub.cli.working import run

WITHOUT: Final = "the wire of MQTT does not tell which topics there are"
PUBLISHED: Final = "mqtt_messages_published_total"
ROOM: Final = "mqtt:"


@click.group()
def topics() -> None:
    """List topics, or clear what they retain."""


@topics.command("list")
@AS_JSON
@ADMIN_URL
@ADMIN_TOKEN
def list_topics(admin_url: str, admin_token: str, *, as_json: bool) -> Exit:
    """Show to which topics was published since the hub was started, and which retain a message.

    Where there are more topics than metrics.max_series, those to which most was published are shown by name.
    """
    site = Site(admin_url, admin_token, WITHOUT)
    counts = {
        sample.label("topic"): int(value)
        for sample, value in samples(site.get("/metrics").decode())
        if sample.name == PUBLISHED
    }
    retaining = {unquote(str(each["address"]).removeprefix(ROOM)) for each in listed(site, f"{V1}/retained")}
    found: list[Mapping[str, object]] = [
        {"topic": name, "messages": counts.get(name, 0), "retained": name in retaining}
        for name in sorted({*counts, *retaining})
    ]
    rows(found, ("topic", "messages", "retained"), as_json=as_json)
    return Exit.OK


@topics.command("clear-retained")
@click.argument("filters", metavar="[FILTER]...", nargs=-1)
@click.option(
    "-t",
    "--topic",
    "topics",
    multiple=True,
    metavar="FILTER",
    help="Which topics; may be repeated.  [default: #]",
)
@AS_JSON
@reaching
def clear_retained(
    broker: Broker, filters: tuple[str, ...], topics: tuple[str, ...], *, as_json: bool
) -> Exit:
    """Clear retained messages, and print each as it goes."""
    printed = way(None, with_topic=True, as_json=as_json)
    return run(show(broker, (*topics, *filters) or ("#",), printed, clear=True))
