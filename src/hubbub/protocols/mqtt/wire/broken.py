"""The wire's one error, with the word that MQTT 5.0 wants said before the connection closes (section 4.13)."""

from hubbub.octets.malformed import Malformed
from hubbub.protocols.mqtt.wire.reasons import Reason


class Broken(Malformed):
    """A packet that breaks the standard. ``code`` belongs into CONNACK or DISCONNECT at level 5; 3.x closes in silence."""

    def __init__(self, code: Reason, reason: str, position: int = -1) -> None:
        super().__init__(reason, position)
        self.code = code


def malformed(reason: str, position: int = -1) -> Broken:
    """The bytes cannot be parsed by the standard: 0x81."""
    return Broken(Reason.MALFORMED_PACKET, reason, position)


def protocol_error(reason: str, position: int = -1) -> Broken:
    """The bytes parse, yet say what the protocol does not allow: 0x82."""
    return Broken(Reason.PROTOCOL_ERROR, reason, position)
