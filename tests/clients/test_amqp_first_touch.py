"""The first minute with pika as it comes: declare, publish, consume, ack."""

from typing import Any

import pytest

pika = pytest.importorskip("pika")


def connect(hub: Any) -> Any:
    parameters = pika.ConnectionParameters(
        "127.0.0.1", hub.port("amqp"), socket_timeout=5, blocked_connection_timeout=5
    )
    return pika.BlockingConnection(parameters)


@pytest.mark.row("MF-125")
def test_what_pika_publishes_it_consumes_again(hub: Any) -> None:
    connection = connect(hub)
    channel = connection.channel()
    channel.queue_declare("tasks")
    channel.confirm_delivery()
    for number in range(50):
        channel.basic_publish(
            "", "tasks", f"task {number}".encode(), pika.BasicProperties(headers={"n": number})
        )
    seen = []
    for method, properties, body in channel.consume("tasks", inactivity_timeout=5):
        assert method is not None
        assert not method.redelivered
        seen.append((properties.headers["n"], body))
        channel.basic_ack(method.delivery_tag)
        if len(seen) == 50:
            break
    assert seen == [(number, f"task {number}".encode()) for number in range(50)]
    assert channel.queue_declare("tasks", passive=True).method.message_count == 0
    connection.close()
