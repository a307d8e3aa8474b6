"""CONNECT (section 3.1), the only packet that says its own protocol level."""

from hubbub.protocols.mqtt.wire.broken import Broken, malformed, protocol_error
from hubbub.protocols.mqtt.wire.fields import read_binary, read_string, read_u8, read_u16
from hubbub.protocols.mqtt.wire.packets import PROTOCOL_NAMES, V5, V31, Connect, Will
from hubbub.protocols.mqtt.wire.properties import ConnectProperties, WillProperties, read_properties
from hubbub.protocols.mqtt.wire.reasons import Reason


class UnknownLevel(Broken):
    """A level of MQTT that is not spoken here; ``level`` decides how the refusal looks (MQTT-3.1.2-2)."""

    def __init__(self, level: int, position: int) -> None:
        super().__init__(Reason.UNSUPPORTED_PROTOCOL_VERSION, f"protocol level {level}", position)
        self.level = level


def read_level(data: bytes, at: int, end: int) -> tuple[int, int]:
    """Protocol name and level; the level and the position behind it. Raises `UnknownLevel`, or `Broken` for another name."""
    raw, behind = read_binary(data, at, end)
    if raw not in (b"MQTT", b"MQIsdp"):
        raise Broken(
            Reason.UNSUPPORTED_PROTOCOL_VERSION, f"the protocol name is {raw[:16]!r}", at
        )  # MQTT-3.1.2-1
    level, behind = read_u8(data, behind, end)
    if PROTOCOL_NAMES.get(level, "").encode() != raw:
        raise UnknownLevel(level, behind - 1)
    return level, behind


def read_connect(level: int, data: bytes, at: int, end: int) -> Connect:
    """Everything behind the protocol level."""
    flags, at = read_u8(data, at, end)
    keep_alive, at = read_u16(data, at, end)
    _check_flags(level, flags, at - 3)
    properties = ConnectProperties()
    if level == V5:
        properties, at = read_properties(ConnectProperties, data, at, end)
        if properties.authentication_data is not None and properties.authentication_method is None:
            raise protocol_error("authentication data without a method", at)
    client_id, at = read_string(data, at, end)
    will = None
    if flags & 0x04:
        will, at = _read_will(level, flags, data, at, end)
    username = password = None
    # 3.1 lets the remaining length win over the flags: a user name or password that is announced may be missing.
    if flags & 0x80 and (level != V31 or at < end):
        username, at = read_string(data, at, end)
    if flags & 0x40 and (level != V31 or at < end):
        password, at = read_binary(data, at, end)
    if at != end:
        raise malformed("CONNECT goes on behind its payload", at)
    return Connect(client_id, level, bool(flags & 0x02), keep_alive, will, username, password, properties)


def _check_flags(level: int, flags: int, at: int) -> None:
    """3.1.2.3 to 3.1.2.9."""
    if flags & 0x01 and level != V31:
        raise malformed("the reserved CONNECT flag is set", at)  # MQTT-3.1.2-3
    if flags & 0x18 == 0x18:
        raise malformed("the will has QoS 3", at)  # MQTT-3.1.2-12 (3.1.1: -14)
    if flags & 0x38 and not flags & 0x04:
        raise malformed("will QoS or will retain without a will", at)  # MQTT-3.1.2-11, -13 (3.1.1: -13, -15)
    if flags & 0xC0 == 0x40 and level != V5:
        raise malformed("a password without a user name", at)  # 3.1.1: MQTT-3.1.2-22


def _read_will(level: int, flags: int, data: bytes, at: int, end: int) -> tuple[Will, int]:
    properties = WillProperties()
    if level == V5:
        properties, at = read_properties(WillProperties, data, at, end)
    start = at
    topic, at = read_string(data, at, end)
    if not topic or "+" in topic or "#" in topic:
        raise Broken(Reason.TOPIC_NAME_INVALID, f"the will topic {topic[:80]!r} is no topic name", start)
    payload, at = read_binary(data, at, end)
    return Will(topic, payload, flags >> 3 & 3, bool(flags & 0x20), properties), at
