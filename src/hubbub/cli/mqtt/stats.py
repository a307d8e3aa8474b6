"""`hubbub mqtt stats`: what a broker says of itself in its $SYS topics, whose names are Mosquitto's."""

from collections.abc import Mapping
from typing import Final

import click

from hubbub.cli.asking import AS_JSON
from hubbub.cli.exits import Ends, Exit
from hubbub.cli.mqtt.connection import Broker, reaching
from hubbub.cli.mqtt.line import connected
from hubbub.cli.mqtt.retained import all_retained
from hubbub.cli.printing import flush, json_line, put
from hubbub.cli.working import run

ROOT: Final = "$SYS/broker/"
LINES: Final = (
    ("Broker", "version"),
    ("Uptime", "uptime"),
    ("Active connections", "clients/connected"),
    ("Sessions", "clients/total"),
    ("Subscriptions", "subscriptions/count"),
    ("Retained messages", "retained messages/count"),
    ("Messages received", "messages/received"),
    ("Messages sent", "messages/sent"),
    ("Messages dropped", "publish/messages/dropped"),
)
RATES: Final = (("Received a minute", "load/messages/received"), ("Sent a minute", "load/messages/sent"))
SPANS: Final = ("1min", "5min", "15min")


@click.command()
@AS_JSON
@reaching
def stats(broker: Broker, *, as_json: bool) -> Exit:
    """Show connections, subscriptions and message rates, as the broker says in $SYS.

    Rates are means over the last minute, five, and fifteen. --json prints all topics of $SYS as one object.
    """
    return run(show(broker, as_json=as_json))


async def show(broker: Broker, *, as_json: bool) -> Exit:
    """One look."""
    async with connected(broker) as line:
        found = await all_retained(line, (f"{ROOT}#",))
    said = {
        topic.removeprefix(ROOT): message.payload.decode(errors="replace") for topic, message in found.items()
    }
    if not said:
        raise Ends(
            Exit.USAGE,
            [
                f"{broker.peer} says nothing of itself: nothing is retained under {ROOT}#, and the wire has no other way to ask"
            ],
        )
    if as_json:
        put(json_line({name: figure(text) for name, text in sorted(said.items())}))
    else:
        for line_of_text in as_text(said):
            put(line_of_text.encode() + b"\n")
    flush()
    return Exit.OK


def figure(text: str) -> float | int | str:
    """A number where it is one."""
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return text


def as_text(said: Mapping[str, str]) -> list[str]:
    """What people ask for first."""
    lines = [f"{title + ':':20} {said[name]}" for title, name in LINES if name in said]
    for title, name in RATES:
        means = [f"{said[f'{name}/{span}']} ({span})" for span in SPANS if f"{name}/{span}" in said]
        if means:
            lines.append(f"{title + ':':20} {', '.join(means)}")
    return lines
