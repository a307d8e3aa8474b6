"""The tables of docs/amqp.md, made from the code they tell of: methods, capabilities, exchange types, queue arguments, reply codes.

What a method does is the first line of its handler. The prose around the tables is written by hand. `tools.pages` writes the page.
"""

from pathlib import Path
from typing import Final

from hubbub.core.queues.options import QueueKind
from hubbub.protocols.amqp.handlers.arguments import ROWS
from hubbub.protocols.amqp.handlers.connection import CAPABILITIES
from hubbub.protocols.amqp.handlers.exchange import DELAYED, KINDS
from hubbub.protocols.amqp.handlers.table import VERBS
from hubbub.protocols.amqp.session import Acks, Publish
from hubbub.protocols.amqp.wire.generated import methods as wire
from hubbub.protocols.amqp.wire.replies import SOFT, Reply
from tools.made import renewed

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "amqp.md"


def methods() -> str:
    """One row for each method that a client may send, in order of class and method."""
    rows = ["| method | class.method | what it does |", "| --- | --- | --- |"]
    found: dict[int, tuple[str, str]] = {
        wire.BasicPublish.INDEX: ("basic.publish", first_line(VERBS[Publish]))
    }
    for call, verb in VERBS.items():
        index = getattr(call, "INDEX", 0)
        if index and call is not Acks:
            found[index] = ((call.__doc__ or "").partition(" ")[0], first_line(verb))
    rows += [
        f"| {name} | {index >> 16}.{index & 0xFFFF} | {does} |"
        for index, (name, does) in sorted(found.items())
    ]
    return "\n".join(rows)


def first_line(verb: object) -> str:
    return (verb.__doc__ or "").partition("\n")[0].strip().rstrip(".").replace("|", "\\|")


def capabilities() -> str:
    """What the server says that it can do."""
    return ", ".join(f"`{name}`" for name, has in CAPABILITIES.items() if has) + "."


def exchanges() -> str:
    """The types of exchanges."""
    return ", ".join(f"`{name}`" for name in (*KINDS, DELAYED)) + "."


def arguments() -> str:
    """The arguments of queue.declare, and which kind of queue knows them."""
    rows = [
        "| argument | " + " | ".join(kind.value for kind in QueueKind) + " |",
        "| --- | --- | --- | --- |",
    ]
    for name, row in ROWS.items():
        marks = ("yes" if kind in row.kinds else "406" for kind in QueueKind)
        rows.append(f"| `{name}` | " + " | ".join(marks) + " |")
    return "\n".join(rows)


def codes() -> str:
    """Reply codes and what they close."""
    rows = ["| code | name | closes |", "| --- | --- | --- |"]
    rows += [
        f"| {int(reply)} | {reply.name} | {'the channel' if reply in SOFT else 'the connection'} |"
        for reply in Reply
        if reply is not Reply.SUCCESS
    ]
    return "\n".join(rows)


TABLES: Final = {
    "methods": methods,
    "capabilities": capabilities,
    "exchanges": exchanges,
    "arguments": arguments,
    "codes": codes,
}


def amqp_page() -> str:
    """docs/amqp.md."""
    return renewed(PAGE, TABLES)
