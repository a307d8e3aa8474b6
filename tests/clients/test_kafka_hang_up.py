"""Consumers that die while they wait at a barrier, seen from the socket: no client library dies on command."""

import socket
from collections.abc import Iterator
from contextlib import closing
from struct import pack, unpack
from typing import Any, TypeVar

import pytest
from msgspec import Struct

from hubbub.protocols.kafka.wire.codec import decode_response, encode_request
from hubbub.protocols.kafka.wire.generated import describe_groups, heartbeat, join_group
from hubbub.protocols.kafka.wire.schema import Api
from tests.clients.kafka_words import wait_for

Q = TypeVar("Q", bound=Struct)
R = TypeVar("R", bound=Struct)
OLD = 3
"""The last version in which a newcomer is a member at once."""


class Wire:
    """One connection. Versions are below the flexible ones."""

    def __init__(self, address: str) -> None:
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=20)

    def send(self, api: Api[Q, R], body: Q, version: int = OLD) -> None:
        octets = b"".join(encode_request(api, version, body))
        self.socket.sendall(pack(">ihhih", len(octets) + 10, api.key, version, 7, 0) + octets)

    def read(self, api: Api[Q, R], version: int = OLD) -> R:
        (size,) = unpack(">i", self._read(4))
        return decode_response(api, version, self._read(size), 4, size)

    def ask(self, api: Api[Q, R], body: Q) -> R:
        self.send(api, body)
        return self.read(api)

    def close(self) -> None:
        self.socket.close()

    def _read(self, count: int) -> bytes:
        octets = self.socket.recv(count, socket.MSG_WAITALL)
        assert len(octets) == count
        return octets


def join(member_id: str = "") -> join_group.JoinGroupRequest:
    return join_group.JoinGroupRequest(
        "crowd",
        30_000,
        60_000,
        member_id,
        None,
        "consumer",
        [join_group.JoinGroupRequestProtocol("range", b"")],
    )


@pytest.fixture
def one(hub: Any) -> Iterator[Wire]:
    """The first member of a group, with which it is complete for now."""
    with closing(Wire(hub.address("kafka"))) as wire:
        yield wire


def members(wire: Wire) -> int:
    (group,) = wire.ask(describe_groups.API, describe_groups.DescribeGroupsRequest(["crowd"])).groups
    return len(group.members)


def test_a_newcomer_that_dies_at_the_join_barrier_is_no_ghost(hub: Any, one: Wire) -> None:
    first = one.ask(join_group.API, join())
    with closing(Wire(hub.address("kafka"))) as two:
        two.send(join_group.API, join())
        wait_for("the newcomer at the barrier", lambda: members(one) == 2)
    wait_for("the newcomer to be missed", lambda: members(one) == 1)
    again = one.ask(join_group.API, join(first.member_id))
    assert (again.generation_id, len(again.members)) == (2, 1)


def test_what_is_sent_behind_a_join_that_waits_is_answered_behind_it(hub: Any, one: Wire) -> None:
    first = one.ask(join_group.API, join())
    with closing(Wire(hub.address("kafka"))) as two:
        two.send(join_group.API, join())
        wait_for("the newcomer at the barrier", lambda: members(one) == 2)
        for _ in range(3):
            two.send(heartbeat.API, heartbeat.HeartbeatRequest("crowd", 2, "whoever"))
        again = one.ask(join_group.API, join(first.member_id))
        joined = two.read(join_group.API)
        assert joined.generation_id == again.generation_id == 2
        assert [two.read(heartbeat.API).error_code for _ in range(3)] == [25, 25, 25]
