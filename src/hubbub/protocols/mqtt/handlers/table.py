"""Every packet that a client may send, and the function that answers it; the docs' support table is made from this."""

from collections.abc import Mapping
from typing import Final

from hubbub.protocols.contract import Handler, Later
from hubbub.protocols.mqtt.guest import Guest
from hubbub.protocols.mqtt.handlers.acknowledge import on_acks, on_puback, on_pubcomp, on_pubrec, on_pubrel
from hubbub.protocols.mqtt.handlers.connect import connect
from hubbub.protocols.mqtt.handlers.conversation import auth, disconnect, pingreq
from hubbub.protocols.mqtt.handlers.publish import publish, publish_run
from hubbub.protocols.mqtt.handlers.subscribe import subscribe, unsubscribe
from hubbub.protocols.mqtt.wire.packets import (
    Acks,
    Auth,
    Connect,
    Disconnect,
    Packet,
    Pingreq,
    Puback,
    Pubcomp,
    Publish,
    Publishes,
    Pubrec,
    Pubrel,
    Run,
    Subscribe,
    Unsubscribe,
)

HANDLERS: Final[Mapping[type, Handler]] = {
    Connect: connect,
    Publish: publish,
    Publishes: publish_run,
    Acks: on_acks,
    Puback: on_puback,
    Pubrec: on_pubrec,
    Pubrel: on_pubrel,
    Pubcomp: on_pubcomp,
    Subscribe: subscribe,
    Unsubscribe: unsubscribe,
    Pingreq: pingreq,
    Disconnect: disconnect,
    Auth: auth,
}


def owing(handler: Handler) -> Handler:
    """The same handler for a hub that keeps things: its answer waits until what it speaks of is safe."""

    def handle(guest: Guest, packet: Packet | Run) -> None:
        answer = handler(guest, packet)
        if answer is not None and not isinstance(answer, Later):
            guest.answer(answer)

    return handle


AT_ONCE: Final = (Connect, Pingreq, Disconnect, Auth)
"""Packets whose handlers answer by themselves, or say nothing that must be kept."""

LASTING: Final[Mapping[type, Handler]] = {
    kind: handler if kind in AT_ONCE else owing(handler) for kind, handler in HANDLERS.items()
}
