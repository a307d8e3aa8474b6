"""PINGREQ, DISCONNECT, AUTH (3.12, 3.14, 3.15)."""

from hubbub.protocols.mqtt.guest import Guest
from hubbub.protocols.mqtt.session import Stage
from hubbub.protocols.mqtt.wire.broken import protocol_error
from hubbub.protocols.mqtt.wire.encode import PINGRESP
from hubbub.protocols.mqtt.wire.packets import Auth, Disconnect, Pingreq
from hubbub.protocols.mqtt.wire.reasons import Reason


def pingreq(_guest: Guest, _packet: Pingreq) -> bytes:
    """MQTT-3.12.4-1."""
    return PINGRESP


def disconnect(guest: Guest, packet: Disconnect) -> None:
    """The client goes. Its will goes with it, but for reason 0x04 and for failures (MQTT-3.14.4-3)."""
    expiry = packet.properties.session_expiry
    if expiry is not None:
        if expiry and not guest.keep_seconds:
            raise protocol_error("DISCONNECT makes a session lasting that was not")  # 3.14.2.2.2
        guest.keep_seconds = min(expiry, guest.hall.options.session_expiry_max)
    if packet.reason is Reason.SUCCESS:
        guest.will = None
    guest.session.stage = Stage.OVER
    guest.leave()
    guest.stream.close()


def auth(_guest: Guest, _packet: Auth) -> None:
    """No method was agreed on, so there is nothing to go on with (MQTT-4.12.0-1)."""
    raise protocol_error("AUTH without an authentication method in CONNECT")
