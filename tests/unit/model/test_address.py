"""Addresses: their text and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubbub.model.address import Address, Kind, parse_address, parse_pattern

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
ROOM = st.from_regex(r"[a-z]{1,8}", fullmatch=True)


@given(ROOM, st.sampled_from(Kind), st.lists(TEXT, min_size=1, max_size=4))
def test_the_text_of_an_address_leads_back_to_it(room: str, kind: Kind, parts: list[str]) -> None:
    address = Address(room, kind, tuple(parts))
    assert parse_address(str(address), kind) == address


@pytest.mark.parametrize(
    ("room", "parts", "text"),
    [
        ("ws", ("dashboard", "metrics"), "ws:dashboard/metrics"),
        ("any", ("orders.created",), "any:orders.created"),
        ("any", ("a/b", "100%"), "any:a%2Fb/100%25"),
        ("any", ("", "leading slash"), "any:/leading slash"),
        ("any", ("grüße",), "any:gr%C3%BC%C3%9Fe"),
    ],
)
def test_the_text_reads_like_the_place(room: str, parts: tuple[str, ...], text: str) -> None:
    assert str(Address(room, Kind.LIVE, parts)) == text


@pytest.mark.parametrize("text", ["", "orders", ":orders"])
def test_a_text_without_a_room_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="room:path"):
        parse_address(text, Kind.STREAM)


@pytest.mark.parametrize(
    ("pattern", "address", "fits"),
    [
        ("kafka:orders.*", "kafka:orders.created", True),
        ("kafka:orders.*", "kafka:order", False),
        ("kafka:orders", "kafka:orders.created", False),
        ("kafka:*", "mqtt:orders", False),
        ("*:orders", "mqtt:orders", True),
        ("*:#", "mqtt:a/b/c", True),
        ("mqtt:sensors/+/temperature", "mqtt:sensors/1/temperature", True),
        ("mqtt:sensors/+", "mqtt:sensors/1/temperature", False),
        ("mqtt:sensors/#", "mqtt:sensors", True),
        ("mqtt:sensors/**", "mqtt:sensors/a/b", True),
        ("amqp:events/order.#", "amqp:events/order.created.eu", True),
        ("amqp:/tasks", "amqp:/tasks", True),
        ("any:a*b*c", "any:a-x-b-y-c", True),
        ("any:a*b*c", "any:acb", False),
        ("any:ab*ba", "any:aba", False),
        ("any:100%2A", "any:100*", True),
    ],
)
def test_a_pattern_fits_or_not(pattern: str, address: str, fits: bool) -> None:
    assert parse_pattern(pattern).matches(parse_address(address, Kind.LIVE)) is fits


@given(ROOM, st.lists(st.sampled_from(["a", "ab", "b", ""]), min_size=1, max_size=4))
def test_an_address_fits_itself_and_everything(room: str, parts: list[str]) -> None:
    address = Address(room, Kind.LIVE, tuple(parts))
    assert parse_pattern(str(address)).matches(address)
    assert parse_pattern("*:#").matches(address)


@pytest.mark.parametrize("text", ["orders", ":orders", ""])
def test_a_pattern_names_a_room(text: str) -> None:
    with pytest.raises(ValueError, match="no pattern"):
        parse_pattern(text)
