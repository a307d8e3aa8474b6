"""Addresses and patterns as people write them. A queue is ``amqp:tasks``: what goes there goes by way of the default exchange, whose name is empty."""

from typing import Final

from hubbub.client.errors import ConfigError
from hubbub.model.address import Address, AddressPattern, parse_pattern

QUEUES: Final = "amqp"
"""The room where one part alone is a queue."""
REST: Final = frozenset({"#", "**"})


def address_text(address: Address) -> str:
    """An address as people write it."""
    if address.room == QUEUES and len(address.parts) == 2 and not address.parts[0]:
        return str(Address(address.room, address.kind, address.parts[1:]))
    return str(address)


def pattern_of(text: str) -> AddressPattern:
    """What people mean. Raises `ConfigError` for what is no pattern."""
    room, _, path = text.partition(":")
    if room == QUEUES and path and "/" not in path and path not in REST:
        text = f"{room}:/{path}"
    try:
        return parse_pattern(text)
    except ValueError as why:
        raise ConfigError(str(why)) from None
