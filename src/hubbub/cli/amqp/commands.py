"""The table of `hubbub amqp`."""

from typing import Final

from hubbub.cli.lazy import Entry, LazyGroup

COMMANDS: Final = {
    "serve": Entry("hubbub.cli.amqp.serve:serve", "Run a hub that speaks AMQP 0-9-1 and nothing else."),
    "publish": Entry("hubbub.cli.amqp.publish:publish", "Publish messages to an exchange."),
    "consume": Entry(
        "hubbub.cli.amqp.consume:consume", "Take messages from a queue as they come, and print them."
    ),
    "get": Entry("hubbub.cli.amqp.get:get", "Take the messages at the head of a queue, and print them."),
    "exchange": Entry(
        "hubbub.cli.amqp.exchanges:exchanges", "Declare, list and delete exchanges.", ("exchanges",)
    ),
    "queue": Entry(
        "hubbub.cli.amqp.queues:queues", "Declare, list, bind, purge and delete queues.", ("queues",)
    ),
    "bindings": Entry("hubbub.cli.amqp.bindings:bindings", "List bindings.", ("binding",)),
    "bind": Entry("hubbub.cli.amqp.bindings:bind", "Bind a queue to an exchange."),
    "unbind": Entry("hubbub.cli.amqp.bindings:unbind", "Take a queue's binding to an exchange away."),
    "list-bindings": Entry("hubbub.cli.amqp.bindings:list_bindings", "List bindings: bindings list."),
    "fixtures": Entry("hubbub.cli.playing:amqp", "Load, list, start and stop fixtures of a hub."),
}
ABOUT: Final = """Talk to an AMQP 0-9-1 broker.

It may be a hub, a RabbitMQ, or any other. The broker is amqp://guest:guest@localhost:5672/, or what --url, --host and its like, or
$HUBBUB_AMQP_URL say.
"""

amqp: Final = LazyGroup("amqp", COMMANDS, ABOUT)
