"""Lists over RabbitMQ's management plug-in, in whose place stands a server that answers as RabbitMQ 4 does."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

import pytest

from tests.clients.command import CommandLine

ANSWERS: Final = {
    "/api/queues/%2F": """[{"arguments":{"x-queue-type":"quorum"},"auto_delete":false,"consumers":1,"durable":true,"exclusive":false,
        "messages":3,"messages_ready":2,"messages_unacknowledged":1,"name":"q","node":"rabbit@h","type":"quorum","vhost":"/"},
        {"arguments":{},"auto_delete":false,"durable":true,"exclusive":false,"name":"new","node":"rabbit@h","type":"classic","vhost":"/"}]""",
    "/api/exchanges/%2F": """[{"arguments":{},"auto_delete":false,"durable":true,"internal":false,"name":"","type":"direct",
        "user_who_performed_action":"rmq-internal","vhost":"/"}]""",
    "/api/bindings/%2F": """[{"arguments":{},"destination":"q","destination_type":"queue","properties_key":"q","routing_key":"q","source":"","vhost":"/"},
        {"arguments":{},"destination":"q","destination_type":"queue","properties_key":"k","routing_key":"k","source":"amq.topic","vhost":"/"}]""",
}
LOGIN: Final = "Basic Z3Vlc3Q6Z3Vlc3Q="


class Management(BaseHTTPRequestHandler):
    """What the plug-in says."""

    def do_GET(self) -> None:
        known = self.headers["Authorization"] == LOGIN
        body = ANSWERS.get(self.path) if known else '{"error":"not_authorized","reason":"Login failed"}'
        body = body or '{"error":"Object Not Found","reason":"Not Found"}'
        self.send_response(200 if known and self.path in ANSWERS else 404 if known else 401)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def management() -> Iterator[str]:
    """Its address, without a login."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Management)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_lists_of_rabbitmq_have_the_shape_of_ours(line: CommandLine, management: str) -> None:
    there = ["--management-url", f"http://guest:guest@{management}"]
    head, new, queue = line.works("amqp", "queue", "list", *there).lines[:1] + sorted(
        line.works("amqp", "queue", "list", *there).lines[1:]
    )
    assert head.split() == ["QUEUE", "TYPE", "DURABLE", "READY", "UNACKED", "CONSUMERS"]
    assert (new.split(), queue.split()) == (
        ["new", "classic", "yes", "-", "-", "-"],
        ["q", "quorum", "yes", "2", "1", "1"],
    )
    (exchange,) = line.works("amqp", "exchange", "list", "--json", *there).objects
    ours = line.works("amqp", "exchange", "list", "--json").objects[0]
    assert exchange == ours
    assert line.works("amqp", "bindings", "list", "--queue", "q", "--json", *there).objects == [
        {"source": "amq.topic", "destination": "q", "to": "queue", "routing_key": "k", "arguments": {}}
    ]


def test_what_it_refuses_is_told(line: CommandLine, management: str) -> None:
    refused = line("amqp", "queue", "list", "--management-url", f"http://a:b@{management}")
    assert (refused.code, refused.err) == (
        1,
        f"hubbub: http://{management} says 401 Unauthorized: Login failed\n",
    )
    elsewhere = line(
        "amqp", "queue", "list", "--vhost", "none", "--management-url", f"http://guest:guest@{management}"
    )
    assert (elsewhere.code, elsewhere.err) == (
        1,
        f"hubbub: http://{management} says 404 Not Found: Not Found\n",
    )


def test_what_is_no_management_plug_in_is_told(line: CommandLine) -> None:
    wrong = line(
        "amqp",
        "queue",
        "list",
        "--management-url",
        line.addresses["HUBBUB_KAFKA_BOOTSTRAP"].join(["http://", ""]),
    )
    assert wrong.code == 2
    assert wrong.err.startswith(
        "hubbub: the wire of AMQP 0-9-1 has no way to ask for lists, and http://127.0.0.1:"
    )
