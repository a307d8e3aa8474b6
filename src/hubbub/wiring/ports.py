"""Rooms and their ports, as the settings want them."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.net.acceptor import CannotListen
from hubbub.net.listener import Listener
from hubbub.net.stream import Stream
from hubbub.protocols.contract import Room
from hubbub.settings import Settings


class Plan(Struct, frozen=True):
    """One port of a room, as the settings want it."""

    host: str
    port: int
    setting: str
    """The key of the configuration that names the port."""
    max_connections: int
    advertised_host: str = ""
    advertised_port: int = 0
    subprotocols: tuple[str, ...] = ()
    """Of WebSocket; none: the port speaks the room's protocol itself."""


class NoPlace(CannotListen):
    """A port of the plan cannot be had. ``setting`` is the key of the configuration that chose it."""

    def __init__(self, why: CannotListen, setting: str) -> None:
        super().__init__(*why.args)
        self.setting: Final = setting


def spoken(room: str, plan: Plan) -> str:
    """What a port is called."""
    return f"{room}-websocket" if plan.subprotocols else room


async def listen(listener: Listener, plan: Plan) -> None:
    """Raises `NoPlace`."""
    try:
        await listener.listen(plan.host, plan.port)
    except CannotListen as why:
        raise NoPlace(why, plan.setting) from None


def rooms(settings: Settings) -> list[tuple[Room, object, list[Plan]]]:
    """The enabled rooms, each with its options and its ports; a room that is off is not imported."""
    found: list[tuple[Room, object, list[Plan]]] = []
    host = settings.host
    if settings.kafka.enabled:
        from hubbub.protocols.kafka.room import ROOM as KAFKA

        kafka = settings.kafka
        plans = [
            Plan(
                kafka.host or host,
                kafka.port,
                "kafka.port",
                kafka.max_connections,
                kafka.advertised_host,
                kafka.advertised_port,
            )
        ]
        plans += [
            Plan(
                extra.host or kafka.host or host,
                extra.port,
                f"kafka.listeners[{number}].port",
                kafka.max_connections,
                extra.advertised_host,
                extra.advertised_port,
            )
            for number, extra in enumerate(kafka.listeners)
        ]
        found.append((KAFKA, kafka, plans))
    if settings.mqtt.enabled:
        from hubbub.protocols.mqtt.options import WEBSOCKET_PORT
        from hubbub.protocols.mqtt.room import ROOM as MQTT

        mqtt = settings.mqtt
        place = mqtt.host or host
        plans = [Plan(place, mqtt.port, "mqtt.port", mqtt.max_connections)]
        if mqtt.websocket:
            is_any = mqtt.port == 0 and mqtt.websocket_port == WEBSOCKET_PORT
            port = 0 if is_any else mqtt.websocket_port
            plans.append(
                Plan(
                    place,
                    port,
                    "mqtt.websocket_port",
                    mqtt.max_connections,
                    subprotocols=("mqtt", "mqttv3.1"),
                )
            )
        found.append((MQTT, mqtt, plans))
    if settings.amqp.enabled:
        from hubbub.protocols.amqp.room import ROOM as AMQP

        amqp = settings.amqp
        found.append((AMQP, amqp, [Plan(amqp.host or host, amqp.port, "amqp.port", amqp.max_connections)]))
    return found


def advertise(places: Sequence[tuple[Listener, Plan]], stream: Stream) -> tuple[str, int]:
    """The address to hand to this client: what its listener advertises, else the one it has come to."""
    host, port = stream.local
    plan = next((plan for listener, plan in places if stream in listener.streams), places[0][1])
    return plan.advertised_host or host, plan.advertised_port or port
