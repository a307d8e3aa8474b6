"""Where a hub says that it can be found: the address a client came to, or the one that was set; on one port or several."""

import socket
from typing import Any

import pytest
from confluent_kafka.admin import AdminClient

from hubbub.protocols.kafka.options import ExtraListener, KafkaOptions
from tests.clients.kafka_words import PATIENCE, Client, Message


def has_ipv6() -> bool:
    """Whether this machine has ::1."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


def brokers(address: str) -> dict[int, str]:
    found = AdminClient({"bootstrap.servers": address}).list_topics(timeout=PATIENCE).brokers
    return {number: f"{each.host}:{each.port}" for number, each in found.items()}


@pytest.mark.row("MF-21", "FX-65")
@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        pytest.param("[::1]", marks=pytest.mark.skipif(not has_ipv6(), reason="no IPv6 on this machine")),
    ],
)
def test_clients_are_sent_back_to_the_address_they_came_to(hub: Any, host: str) -> None:
    address = f"{host}:{hub.port('kafka')}"
    assert brokers(address) == {1: address.replace("[", "").replace("]", "")}


@pytest.mark.row("MF-48", "MF-55")
def test_broker_id_and_advertised_address_are_what_clients_are_told(run_hub: Any) -> None:
    hub = run_hub(
        kafka=KafkaOptions(port=0, broker_id=7, advertised_host="events.example", advertised_port=19092)
    )
    assert brokers(hub.address("kafka")) == {7: "events.example:19092"}


@pytest.mark.row("MF-47")
def test_several_listeners_share_their_topics_and_each_hands_out_its_own_address(
    run_hub: Any, client: Client
) -> None:
    outside = ExtraListener(0, advertised_host="outside.example", advertised_port=443)
    hub = run_hub(kafka=KafkaOptions(port=0, host="0.0.0.0", listeners=(ExtraListener(0), outside)))
    first, second, third = (each.port for each in hub.listening if each.protocol == "kafka")
    client.produce(f"127.0.0.1:{first}", "shared", [Message(0, b"one")])
    client.produce(f"127.0.0.1:{second}", "shared", [Message(0, b"two")])
    got = client.consume(f"127.0.0.1:{second}", "shared", [0], 2)
    assert [each.value for each in got] == [b"one", b"two"]
    assert brokers(f"127.0.0.1:{first}") == {1: f"127.0.0.1:{first}"}
    assert brokers(f"127.0.0.1:{second}") == {1: f"127.0.0.1:{second}"}
    assert brokers(f"127.0.0.1:{third}") == {1: "outside.example:443"}
