"""Frames that no client would send, at a hub that somebody else is working with: each costs its own connection, and nobody anything else."""

import random
import socket
import struct
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import confluent_kafka
import pytest
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic, ResourceType

from hubbub.protocols.kafka.handlers.table import VERBS
from hubbub.protocols.kafka.options import KafkaOptions
from tests.clients.kafka_words import CLIENTS, PATIENCE, Confluent, Message, wait_for
from tests.clients.recording import Recorder

HEADER = struct.Struct(">hhi")
API_VERSIONS = 18


class GoodClient:
    """Produces and consumes in a thread until it is told to stop. ``rounds`` counts; ``troubles`` should stay empty."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._is_told = threading.Event()
        self.rounds = 0
        self.troubles: list[object] = []
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def stop(self) -> None:
        self._is_told.set()
        self._thread.join()

    def _work(self) -> None:
        watch = {"bootstrap.servers": self._address, "error_cb": self.troubles.append}
        producer = confluent_kafka.Producer({**watch, "linger.ms": 0, "enable.idempotence": True})
        consumer = confluent_kafka.Consumer({**watch, "group.id": "good", "auto.offset.reset": "earliest"})
        consumer.subscribe(["good"])
        try:
            while not self._is_told.is_set():
                for number in range(20):
                    producer.produce("good", f"{self.rounds} {number}", partition=0)
                if producer.flush(PATIENCE):
                    self.troubles.append("not delivered")
                got = [each.value().decode() for each in consumer.consume(20, timeout=PATIENCE)]
                if got != [f"{self.rounds} {number}" for number in range(20)]:
                    self.troubles.append(got)
                self.rounds += 1
        except Exception as trouble:
            self.troubles.append(trouble)
        finally:
            consumer.close()


@pytest.fixture
def hub(run_hub: Any) -> Any:
    """A hub that takes requests of up to a megabyte."""
    return run_hub(kafka=KafkaOptions(port=0, max_request_bytes=1 << 20))


@pytest.fixture
def good_client(hub: Any) -> Iterator[GoodClient]:
    """A client that works all the while, and is heard about in the end."""
    AdminClient({"bootstrap.servers": hub.address("kafka")}).list_topics("good", timeout=PATIENCE)
    client = GoodClient(hub.address("kafka"))
    try:
        wait_for("the good client to begin", lambda: client.rounds > 0 or client.troubles)
        yield client
        rounds = client.rounds
        wait_for("the good client to go on", lambda: client.rounds > rounds or client.troubles)
    finally:
        client.stop()
    assert client.troubles == []


@pytest.fixture(scope="module")
def recorded() -> list[bytes]:
    """What real clients ask a hub for, in their own octets: one of each API and version."""
    from tests.conftest import HubThread, Settings, on_free_ports  # one hub for all tests here

    recorder = Recorder()
    options = KafkaOptions(port=0, advertised_host="127.0.0.1", advertised_port=recorder.port)
    hub = HubThread(on_free_ports(Settings(kafka=options)))
    recorder.start(hub.port("kafka"))
    address = f"127.0.0.1:{recorder.port}"
    try:
        for client in CLIENTS:
            client.produce(address, "recorded", [Message(0, b"v", b"k", (("h", b"v"),))] * 5, idempotent=True)
            client.read_group(address, "recorded", f"recorded-{client.name}", 5)
            client.offset_for(address, "recorded", 0, 1)
        admin = AdminClient({"bootstrap.servers": address})
        admin.create_topics([NewTopic("made", 1)])["made"].result(PATIENCE)
        for each in admin.describe_configs([ConfigResource(ResourceType.TOPIC, "made")]).values():
            each.result(PATIENCE)
        admin.list_consumer_groups().result(PATIENCE)
        admin.delete_topics(["made"])["made"].result(PATIENCE)
        del admin
    finally:
        hub.stop()
        recorder.stop()
    assert hub.defects == []
    kinds = {HEADER.unpack_from(each)[:2]: each for each in recorder.requests}
    assert len(kinds) > 30
    return list(kinds.values())


def framed(body: bytes) -> bytes:
    return struct.pack(">i", len(body)) + body


def outcome(hub: Any, octets: bytes, *, then_waits: bool = True) -> bytes:
    """All that a hub says to these octets before it closes the connection, which it must.

    With ``then_waits`` the peer keeps its side open, so that it is the hub who ends the conversation.
    """
    with socket.create_connection(("127.0.0.1", hub.port("kafka")), timeout=PATIENCE) as peer:
        said = bytearray()
        try:
            peer.sendall(octets)
            if not then_waits:
                peer.shutdown(socket.SHUT_WR)
            while data := peer.recv(65536):
                said += data
        except ConnectionError:
            pass  # closed with octets of ours unread: that is a way of closing, too
        return bytes(said)


def nonsense(recorded: list[bytes]) -> Iterator[tuple[str, bytes]]:
    """Frames that cannot be anything, each with its name."""
    chance = random.Random(9092)
    for size in (-1, -2, -(2**31), 2**31 - 1, (1 << 20) + 1, 1 << 30):
        for rest in (b"", b"\x00\x12", recorded[0]):
            yield f"a length of {size}", struct.pack(">i", size) + rest
    for size in range(8):
        yield f"a frame of {size} octets", framed(bytes(size))
    for key in (-1, -32768, 4, 5, 6, 7, 26, 93, 999, 32767):
        for version in (-1, 0, 3, 32767):
            yield f"API {key} version {version}", framed(HEADER.pack(key, version, 1) + b"\x00\x01x\x00")
    for key, verb in VERBS.items():
        if key != API_VERSIONS:
            for version in (-1, -32768, verb.oldest - 1, verb.newest + 1, 32767):
                yield f"{key.name} version {version}", framed(HEADER.pack(key, version, 1) + b"\x00\x01x\x00")
    for each in recorded:
        key, version, _ = HEADER.unpack_from(each)
        for _ in range(8):
            # with no octets left to read, or with far too many: never a whole request
            cut = chance.randrange(HEADER.size, len(each)) if len(each) > HEADER.size else HEADER.size
            if key != API_VERSIONS or version >= 3:
                yield f"API {key} version {version} cut at {cut}", framed(each[:cut])


def spoiled(recorded: list[bytes], count: int) -> Iterator[bytes]:
    """Requests of real clients with something wrong in them: octets changed, left out, doubled; lengths blown up."""
    chance = random.Random(1883)
    for _ in range(count):
        request = bytearray(chance.choice(recorded))
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(HEADER.size, len(request) + 1)
            match chance.randrange(5):
                case 0 if place < len(request):
                    request[place] ^= 1 << chance.randrange(8)
                case 1:
                    request[place : place + 4] = chance.choice(
                        (b"\x7f\xff\xff\xff", b"\x80\x00\x00\x00", b"\xff\xff\xff\xff", b"\x00\x0f\xff\xff")
                    )
                case 2:
                    del request[place : place + chance.randint(1, 8)]
                case 3:
                    request[place:place] = chance.randbytes(chance.randint(1, 8))
                case _:
                    request[place:place] = request[place : place + chance.randint(1, 16)]
        yield framed(bytes(request))


@pytest.mark.row("MF-17")
def test_hundreds_of_frames_that_cannot_be_anything_end_their_connections_alone(
    hub: Any, recorded: list[bytes], good_client: GoodClient
) -> None:
    count = 0
    for name, octets in nonsense(recorded):
        assert outcome(hub, octets) == b"", name
        count += 1
    assert count > 400


def test_a_thousand_spoiled_requests_of_real_clients_harm_nobody(
    hub: Any, recorded: list[bytes], good_client: GoodClient
) -> None:
    for octets in spoiled(recorded, 1000):
        outcome(hub, octets, then_waits=False)


def test_noise_harms_nobody(hub: Any, good_client: GoodClient) -> None:
    chance = random.Random(5672)
    for _ in range(200):
        outcome(hub, chance.randbytes(chance.randint(1, 2000)), then_waits=False)
    for other in (
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"AMQP\x00\x00\x09\x01",
    ):
        outcome(hub, other, then_waits=False)


@pytest.mark.row("MF-22", "FX-76")
def test_an_unknown_version_of_api_versions_is_answered_in_the_oldest_layout(hub: Any) -> None:
    """KIP-511: error 35 and the list, so that the client can ask again; whatever stands behind the header."""
    for version in (5, 99, 32767, -1):
        for rest in (b"\xff\xff", b"\x00\x01x\x00", b"", b"\xff" * 50):
            with socket.create_connection(("127.0.0.1", hub.port("kafka")), timeout=PATIENCE) as peer:
                peer.sendall(framed(HEADER.pack(API_VERSIONS, version, 77) + rest))
                (size,) = struct.unpack(">i", received(peer, 4))
                correlation, error, count = struct.unpack_from(">ihi", received(peer, size))
                assert (correlation, error) == (77, 35)
                assert count == len(VERBS)
                assert size == 10 + 6 * count


def received(peer: socket.socket, count: int) -> bytes:
    said = b""
    while len(said) < count:
        data = peer.recv(count - len(said))
        assert data, "closed too early"
        said += data
    return said


def test_what_stands_before_a_bad_frame_is_answered(hub: Any) -> None:
    """The conversation up to there was in order."""
    asks = framed(HEADER.pack(API_VERSIONS, 0, 5) + b"\x00\x01x")
    said = outcome(hub, asks + framed(b"\x7f\x7f\x00\x00\x00\x00\x00\x01"))
    assert struct.unpack_from(">ii", said)[1] == 5
    assert len(said) == 4 + struct.unpack_from(">i", said)[0]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_announcing_much_and_sending_little_takes_no_memory(hub: Any) -> None:
    before = resident()
    peers = [socket.create_connection(("127.0.0.1", hub.port("kafka"))) for _ in range(200)]
    try:
        for peer in peers:
            peer.sendall(struct.pack(">i", 1 << 20) + HEADER.pack(0, 9, 1) + bytes(100))
        Confluent().produce(hub.address("kafka"), "good", [Message(0, b"x")])
        assert resident() - before < 48 << 20
    finally:
        for peer in peers:
            peer.close()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_peer_that_asks_and_never_reads_is_made_to_wait(hub: Any, good_client: GoodClient) -> None:
    """Its answers are not kept ready in memory: it is not read from any more until it takes what it has asked for."""
    Confluent().produce(hub.address("kafka"), "heavy", [Message(0, b"x" * 900_000)] * 4)
    ask = framed(
        HEADER.pack(1, 4, 1)  # Fetch, version 4: from the start of the partition, a megabyte
        + b"\x00\x01x"
        + struct.pack(">iiiib", -1, 0, 1, 1 << 20, 0)
        + struct.pack(">ih5sii", 1, 5, b"heavy", 1, 0)
        + struct.pack(">qi", 0, 1 << 20)
    )
    before = resident()
    peers = [socket.create_connection(("127.0.0.1", hub.port("kafka"))) for _ in range(5)]
    try:
        asked = [0] * len(peers)
        for number, peer in enumerate(peers):
            peer.setblocking(False)
            octets = ask * 50_000
            try:
                while asked[number] < len(octets):
                    asked[number] += peer.send(octets[asked[number] :])
            except BlockingIOError:
                pass
        rounds = good_client.rounds
        wait_for("the good client to go on", lambda: good_client.rounds > rounds + 5)
        assert resident() - before < 96 << 20
        assert all(each > 100 * len(ask) for each in asked), (
            "more was asked than the hub would like to answer"
        )
    finally:
        for peer in peers:
            peer.close()


def resident() -> int:
    """Octets of memory that this process, the hub included, really has."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * 4096


def test_connections_that_ended_badly_leave_nothing_behind(
    hub: Any, recorded: list[bytes], good_client: GoodClient
) -> None:
    connections: Callable[[], int] = lambda: hub.call(lambda: len(hub.hub._conversations))  # noqa: E731
    for octets in spoiled(recorded, 100):
        outcome(hub, octets, then_waits=False)
        outcome(hub, octets[: len(octets) // 2], then_waits=False)
    wait_for("only the good client's connections to be left", lambda: connections() <= 4)
