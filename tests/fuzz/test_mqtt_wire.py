"""The MQTT codec under bytes nobody meant: it answers or refuses, never raises, never reads beyond, never disagrees with itself."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from hubbub.protocols.mqtt.wire import packets as p
from hubbub.protocols.mqtt.wire import properties as q
from hubbub.protocols.mqtt.wire import reasons as r
from hubbub.protocols.mqtt.wire.decode import FROM_CLIENT, FROM_SERVER, Decoder, Names
from hubbub.protocols.mqtt.wire.encode import encode

LIMIT = 1 << 16
text = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
name = st.text(st.characters(exclude_characters="\0+#", exclude_categories=["Cs"]), min_size=1, max_size=20)
payload = st.binary(max_size=60)
number = st.integers(1, 65_535)
pairs = st.lists(st.tuples(text, text), max_size=3).map(tuple)
u32 = st.integers(0, 2**32 - 1)
flag = st.integers(0, 1)
qos = st.integers(0, 2)


def maybe(strategy: st.SearchStrategy) -> st.SearchStrategy:
    return st.none() | strategy


VALUES = {
    "payload_format": flag,
    "message_expiry": u32,
    "content_type": text,
    "response_topic": name,
    "correlation_data": payload,
    "session_expiry": u32,
    "assigned_client_id": text,
    "server_keep_alive": st.integers(0, 65_535),
    "authentication_method": text,
    "authentication_data": payload,
    "request_problem_information": flag,
    "will_delay": u32,
    "request_response_information": flag,
    "response_information": text,
    "server_reference": text,
    "reason_string": text,
    "receive_maximum": number,
    "topic_alias_maximum": st.integers(0, 65_535),
    "topic_alias": number,
    "maximum_qos": flag,
    "retain_available": flag,
    "maximum_packet_size": st.integers(1, 2**32 - 1),
    "wildcard_available": flag,
    "subscription_ids_available": flag,
    "shared_available": flag,
    "subscription_id": st.integers(1, 268_435_455),
}


def properties(kind: type[msgspec.Struct], **fixed: st.SearchStrategy) -> st.SearchStrategy:
    """Any properties of this kind."""
    strategies = {}
    for field in kind.__struct_fields__:
        if field in fixed:
            strategies[field] = fixed[field]
        elif field == "user":
            strategies[field] = pairs
        elif field == "subscription_ids":
            strategies[field] = st.lists(st.integers(1, 268_435_455), max_size=3).map(tuple)
        else:
            strategies[field] = maybe(VALUES[field])
    return st.builds(kind, **strategies)


def codes(table: dict[int, r.Reason]) -> st.SearchStrategy:
    return st.sampled_from(list(table.values()))


def several(strategy: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(strategy, min_size=1, max_size=4).map(tuple)


will = st.builds(p.Will, name, payload, qos, st.booleans(), properties(q.WillProperties))
from_client_5 = st.one_of(
    st.builds(
        p.Connect,
        text,
        st.just(5),
        st.booleans(),
        st.integers(0, 65_535),
        maybe(will),
        maybe(text),
        maybe(payload),
        properties(q.ConnectProperties, authentication_data=st.none()),
    ),
    st.builds(
        p.Publish,
        name,
        payload,
        st.just(0),
        st.booleans(),
        st.just(False),
        st.just(0),
        properties(q.PublishProperties, subscription_ids=st.just(())),
    ),
    st.builds(
        p.Publish,
        name,
        payload,
        st.integers(1, 2),
        st.booleans(),
        st.booleans(),
        number,
        properties(q.PublishProperties, subscription_ids=st.just(())),
    ),
    st.builds(p.Puback, number, codes(r.PUBACK_REASONS), properties(q.AckProperties)),
    st.builds(p.Pubrec, number, codes(r.PUBACK_REASONS), properties(q.AckProperties)),
    st.builds(p.Pubrel, number, codes(r.PUBREL_REASONS), properties(q.AckProperties)),
    st.builds(p.Pubcomp, number, codes(r.PUBREL_REASONS), properties(q.AckProperties)),
    st.builds(
        p.Subscribe,
        number,
        several(st.builds(p.Request, text, qos, st.booleans(), st.booleans(), qos)),
        properties(q.SubscribeProperties),
    ),
    st.builds(p.Unsubscribe, number, several(text), properties(q.UnsubscribeProperties)),
    st.just(p.Pingreq()),
    st.builds(
        p.Disconnect,
        codes(r.DISCONNECT_FROM_CLIENT),
        properties(q.DisconnectProperties, server_reference=st.none()),
    ),
    st.builds(p.Auth, codes(r.AUTH_REASONS), properties(q.AuthProperties)),
)
from_server_5 = st.one_of(
    st.builds(p.Connack, st.booleans(), codes(r.CONNACK_REASONS), properties(q.ConnackProperties)),
    st.builds(
        p.Publish,
        name,
        payload,
        st.integers(1, 2),
        st.booleans(),
        st.booleans(),
        number,
        properties(q.PublishProperties),
    ),
    st.builds(p.Suback, number, several(codes(r.SUBACK_REASONS)), properties(q.AckProperties)),
    st.builds(p.Unsuback, number, several(codes(r.UNSUBACK_REASONS)), properties(q.AckProperties)),
    st.just(p.Pingresp()),
    st.builds(
        p.Disconnect,
        codes(r.DISCONNECT_FROM_SERVER),
        properties(q.DisconnectProperties, session_expiry=st.none()),
    ),
)


@settings(max_examples=400)
@given(st.lists(from_client_5, min_size=1, max_size=6))
def test_what_a_client_writes_is_what_the_hub_reads(packets: list[p.Packet]) -> None:
    decoded = Decoder(Names(), level=5).decode(b"".join(encode(packet, 5) for packet in packets))
    assert decoded.broken is None
    assert p.singles(decoded.packets) == packets


@settings(max_examples=200)
@given(st.lists(from_server_5, min_size=1, max_size=6))
def test_what_the_hub_writes_is_what_a_client_reads(packets: list[p.Packet]) -> None:
    decoded = Decoder(Names(), readers=FROM_SERVER, level=5).decode(
        b"".join(encode(packet, 5) for packet in packets)
    )
    assert decoded.broken is None
    assert p.singles(decoded.packets) == packets


def taken_apart(decoder: Decoder, pieces: list[bytes]) -> tuple[list[p.Packet], bool]:
    """As a stream shows it: what is left over comes again with more behind it."""
    found: list[p.Packet] = []
    kept = b""
    for piece in pieces:
        kept += piece
        decoded = decoder.decode(kept)
        found += p.singles(decoded.packets)
        if decoded.broken is not None:
            return found, True
        assert decoded.used <= len(kept)
        kept = kept[decoded.used :]
        assert not kept or decoded.wanted > len(kept) or decoded.wanted == 2
    return found, False


@settings(max_examples=300)
@given(st.sampled_from([0, 3, 4, 5]), st.booleans(), st.binary(max_size=120), st.data())
def test_any_bytes_in_any_pieces_come_to_the_same_end(
    level: int, server: bool, data: bytes, draw: st.DataObject
) -> None:
    readers = FROM_SERVER if server else FROM_CLIENT
    whole, is_broken = taken_apart(Decoder(Names(), limit=LIMIT, readers=readers, level=level), [data])
    cuts = sorted(draw.draw(st.lists(st.integers(0, len(data)), max_size=5)))
    pieces = [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)], strict=True)]
    parts, parts_broken = taken_apart(Decoder(Names(), limit=LIMIT, readers=readers, level=level), pieces)
    assert (parts, parts_broken) == (whole, is_broken)


@settings(max_examples=400)
@given(st.lists(from_client_5, min_size=1, max_size=3), st.data())
def test_a_flipped_octet_is_read_or_refused(packets: list[p.Packet], draw: st.DataObject) -> None:
    data = bytearray(b"".join(encode(packet, 5) for packet in packets))
    at = draw.draw(st.integers(0, len(data) - 1))
    data[at] = draw.draw(st.integers(0, 255))
    decoded = Decoder(Names(), limit=LIMIT, level=5).decode(bytes(data))
    for packet in p.singles(decoded.packets):
        level = packet.level if isinstance(packet, p.Connect) else 5
        again = Decoder(Names(), level=level).decode(encode(packet, level))
        assert p.singles(again.packets) == [packet]
