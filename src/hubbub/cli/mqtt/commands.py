"""The table of `hubbub mqtt`."""

from typing import Final

from hubbub.cli.lazy import Entry, LazyGroup

COMMANDS: Final = {
    "serve": Entry("hubbub.cli.mqtt.serve:serve", "Run a hub that speaks MQTT and nothing else."),
    "publish": Entry("hubbub.cli.mqtt.publish:publish", "Publish messages to a topic.", ("pub",)),
    "subscribe": Entry("hubbub.cli.mqtt.subscribe:subscribe", "Print the messages of topics.", ("sub",)),
    "retained": Entry("hubbub.cli.mqtt.retained:retained", "Show or clear retained messages."),
    "topics": Entry("hubbub.cli.mqtt.topics:topics", "List topics, or clear what they retain."),
    "stats": Entry(
        "hubbub.cli.mqtt.stats:stats",
        "Show what the broker says of itself: connections, subscriptions, rates.",
    ),
    "clients": Entry("hubbub.cli.mqtt.clients:clients", "Show who is connected, or disconnect somebody."),
    "fixtures": Entry("hubbub.cli.playing:mqtt", "Load, list, start and stop fixtures of a hub."),
}
ABOUT: Final = """Talk to an MQTT broker.

It may be a hub or any other. The broker is localhost:1883, or what --url, --host and --port, or $HUBBUB_MQTT_URL say.
"""

mqtt: Final = LazyGroup("mqtt", COMMANDS, ABOUT)
