"""Two codecs of other people read what ours writes, and ours reads what they write: paho's properties, gmqtt's packets."""

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubbub.protocols.mqtt.wire.decode import Decoder, Names
from hubbub.protocols.mqtt.wire.encode import encode
from hubbub.protocols.mqtt.wire.fields import read_varint, varint
from hubbub.protocols.mqtt.wire.packets import (
    V5,
    V311,
    Connect,
    Packet,
    Puback,
    Pubcomp,
    Publish,
    Pubrec,
    Pubrel,
    Request,
    Subscribe,
    Unsubscribe,
    Will,
    singles,
)
from hubbub.protocols.mqtt.wire.properties import (
    ConnackProperties,
    ConnectProperties,
    PublishProperties,
    WillProperties,
    property_bytes,
    read_properties,
)

paho = pytest.importorskip("paho.mqtt.properties")
packettypes = pytest.importorskip("paho.mqtt.packettypes")
gmqtt = pytest.importorskip("gmqtt.mqtt.package")
constants = pytest.importorskip("gmqtt.mqtt.constants")

PAHO_NAMES = {
    "payload_format": "PayloadFormatIndicator",
    "message_expiry": "MessageExpiryInterval",
    "content_type": "ContentType",
    "response_topic": "ResponseTopic",
    "correlation_data": "CorrelationData",
    "session_expiry": "SessionExpiryInterval",
    "assigned_client_id": "AssignedClientIdentifier",
    "server_keep_alive": "ServerKeepAlive",
    "authentication_method": "AuthenticationMethod",
    "authentication_data": "AuthenticationData",
    "request_problem_information": "RequestProblemInformation",
    "will_delay": "WillDelayInterval",
    "request_response_information": "RequestResponseInformation",
    "response_information": "ResponseInformation",
    "server_reference": "ServerReference",
    "reason_string": "ReasonString",
    "receive_maximum": "ReceiveMaximum",
    "topic_alias_maximum": "TopicAliasMaximum",
    "topic_alias": "TopicAlias",
    "maximum_qos": "MaximumQoS",
    "retain_available": "RetainAvailable",
    "maximum_packet_size": "MaximumPacketSize",
    "wildcard_available": "WildcardSubscriptionAvailable",
    "subscription_ids_available": "SubscriptionIdentifierAvailable",
    "shared_available": "SharedSubscriptionAvailable",
}
TYPES = packettypes.PacketTypes
text = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=10)
number = st.integers(1, 65_535)


@given(st.integers(0, 268_435_455))
def test_variable_byte_integers_are_pahos(value: int) -> None:
    theirs = paho.VariableByteIntegers.encode(value)
    assert varint(value) == theirs
    assert read_varint(theirs, 0, len(theirs)) == (value, len(theirs))


@pytest.mark.parametrize(
    ("ours", "kind"),
    [
        (
            PublishProperties(
                payload_format=1,
                message_expiry=7,
                topic_alias=3,
                response_topic="r",
                correlation_data=b"\0",
                user=(("a", "1"), ("a", "2")),
                content_type="t",
            ),
            TYPES.PUBLISH,
        ),
        (
            ConnectProperties(
                session_expiry=5,
                receive_maximum=6,
                maximum_packet_size=7,
                topic_alias_maximum=8,
                request_response_information=1,
                request_problem_information=0,
                user=(("ä", "ö"),),
                authentication_method="m",
                authentication_data=b"d",
            ),
            TYPES.CONNECT,
        ),
        (
            WillProperties(
                will_delay=1,
                payload_format=0,
                message_expiry=2,
                content_type="c",
                response_topic="r",
                correlation_data=b"x",
            ),
            TYPES.WILLMESSAGE,
        ),
        (
            ConnackProperties(
                session_expiry=1,
                receive_maximum=2,
                maximum_qos=1,
                retain_available=0,
                maximum_packet_size=3,
                assigned_client_id="i",
                topic_alias_maximum=4,
                reason_string="r",
                wildcard_available=1,
                subscription_ids_available=0,
                shared_available=1,
                server_keep_alive=5,
                response_information="n",
                server_reference="s",
                authentication_method="m",
                authentication_data=b"d",
            ),
            TYPES.CONNACK,
        ),
    ],
)
def test_paho_reads_our_properties_and_we_read_its(ours: Any, kind: int) -> None:
    theirs = paho.Properties(kind)
    theirs.unpack(property_bytes(ours))
    again = paho.Properties(kind)
    for field in ours.__struct_fields__:
        value = getattr(ours, field)
        if field == "user":
            if value:
                assert theirs.UserProperty == list(value)
                again.UserProperty = list(value)
        elif value is not None and value != ():
            assert getattr(theirs, PAHO_NAMES[field]) == value
            setattr(again, PAHO_NAMES[field], value)
    packed = again.pack()
    assert read_properties(type(ours), packed, 0, len(packed)) == (ours, len(packed))


def read(data: bytes, level: int) -> Packet:
    decoded = Decoder(Names(), level=level).decode(data)
    assert (decoded.broken, decoded.used) == (None, len(data))
    (packet,) = singles(decoded.packets)
    return packet


def protocol(level: int, mid: int = 1) -> Any:
    """What gmqtt's builders want to know of a connection."""
    return SimpleNamespace(
        proto_ver=level, proto_name=b"MQTT", id_generator=SimpleNamespace(next_id=lambda: mid)
    )


@settings(max_examples=100)
@given(
    st.sampled_from([V311, V5]),
    text.filter(bool),
    st.binary(max_size=300),
    st.integers(0, 2),
    st.booleans(),
    st.booleans(),
    number,
)
def test_gmqtts_publish_is_ours(
    level: int, topic: str, payload: bytes, qos: int, retain: bool, dup: bool, mid: int
) -> None:
    topic = topic.replace("+", "p").replace("#", "h")
    message = SimpleNamespace(
        topic=topic.encode(),
        payload=payload,
        payload_size=len(payload),
        qos=qos,
        retain=retain,
        dup=dup and qos > 0,
        properties={},
    )
    _, theirs = gmqtt.PublishPacket.build_package(message, protocol(level, mid))
    ours = Publish(topic, payload, qos, retain, dup and qos > 0, mid if qos else 0)
    assert bytes(theirs) == encode(ours, level)
    assert read(bytes(theirs), level) == ours


@pytest.mark.parametrize("level", [V311, V5])
def test_gmqtts_connect_is_ours(level: int) -> None:
    will = SimpleNamespace(
        topic=b"w",
        payload=b"gone",
        payload_size=4,
        qos=1,
        retain=True,
        properties={},
        will_delay_interval=None,
    )
    theirs = gmqtt.LoginPackageFactor.build_package(
        "me", "anna", "pw", True, 60, protocol(level), will_message=will
    )
    ours = Connect("me", level, True, 60, Will("w", b"gone", 1, True), "anna", b"pw")
    assert read(bytes(theirs), level) == ours


@pytest.mark.parametrize("level", [V311, V5])
def test_gmqtts_requests_and_acknowledgements_are_ours(level: int) -> None:
    wanted = SimpleNamespace(
        topic="a/+",
        qos=2,
        no_local=level == V5,
        retain_as_published=False,
        retain_handling_options=2 * (level == V5),
        mid=None,
        subscription_identifier=None,
    )
    _, theirs = gmqtt.SubscribePacket.build_package([wanted], protocol(level, 9))
    assert bytes(theirs) == encode(
        Subscribe(9, (Request("a/+", 2, level == V5, False, 2 * (level == V5)),)), level
    )
    _, theirs = gmqtt.UnsubscribePacket.build_package("a/+", protocol(level, 9))
    assert bytes(theirs) == encode(Unsubscribe(9, ("a/+",)), level)
    for command, kind in (("PUBACK", Puback), ("PUBREC", Pubrec), ("PUBREL", Pubrel), ("PUBCOMP", Pubcomp)):
        head = getattr(constants.MQTTCommands, command) | (2 if kind is Pubrel else 0)
        theirs = gmqtt.CommandWithMidPacket.build_package(head, 77, 0, reason_code=0, proto_ver=level)
        assert read(bytes(theirs), level) == kind(77)
