"""What the mission's documents promise about starting a hub: flags, files, keys. Shown from outside, by a process."""

import socket
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.mission.seeds import ROOT
from tests.unit.cli.program import FREE, Serving, connect

EXAMPLE = (
    ROOT.parent / "shared" / "mission" / "mockforge" / "microservices-event-bus" / "mockforge-config.yaml"
)
PROTOCOLS = ("kafka", "mqtt", "amqp")


def free_ports(count: int) -> list[int]:
    """Ports that were free a moment ago: for promises about a port that the user chooses."""
    with ExitStack() as stack:
        taken = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [each.getsockname()[1] for each in taken]


@pytest.mark.parametrize(
    "protocol",
    [
        pytest.param("mqtt", marks=pytest.mark.row("MF-11")),
        pytest.param("kafka", marks=pytest.mark.row("MF-12", "MF-44")),
        pytest.param("amqp", marks=pytest.mark.row("MF-13")),
    ],
)
def test_a_flag_chooses_the_port(protocol: str, tmp_path: Path) -> None:
    (port,) = free_ports(1)
    with Serving(*FREE, f"--{protocol}-port", str(port), folder=tmp_path) as hub:
        assert hub.port(protocol) == port
        connect(port).close()


@pytest.mark.row("MF-6", "MF-7", "MF-8")
def test_without_a_word_each_protocol_is_at_its_usual_port(tmp_path: Path) -> None:
    usual = {"kafka": 9092, "mqtt": 1883, "amqp": 5672}
    for port in (*usual.values(), 9001, 9080):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                pytest.skip(f"somebody else has port {port}")
    with Serving(folder=tmp_path) as hub:
        if not hub.ready:
            pytest.skip(f"somebody else came first: {hub.said()[1]}")
        for protocol, port in usual.items():
            assert hub.port(protocol) == port
            socket.create_connection(("127.0.0.1", port)).close()


@pytest.mark.row("MF-1", "MF-2")
def test_all_three_protocols_are_there_without_being_asked(tmp_path: Path) -> None:
    with Serving(*FREE, folder=tmp_path) as hub:
        assert {each["protocol"] for each in hub.ready["listening"]} >= set(PROTOCOLS)
        for protocol in PROTOCOLS:
            connect(hub.port(protocol)).close()


@pytest.mark.parametrize(
    "protocol",
    [
        pytest.param("kafka", marks=pytest.mark.row("MF-45", "MF-46", "MF-47")),
        pytest.param("mqtt", marks=pytest.mark.row("MF-96", "MF-97", "MF-98")),
        pytest.param("amqp", marks=pytest.mark.row("MF-129", "MF-130", "MF-131")),
    ],
)
def test_a_file_switches_a_protocol_on_and_says_where(protocol: str, tmp_path: Path) -> None:
    (port,) = free_ports(1)
    on = f'  enabled: true\n  port: {port}\n  host: "0.0.0.0"\n'
    sections = {each: on if each == protocol else "  enabled: false\n" for each in PROTOCOLS}
    text = "".join(f"{each}:\n{section}" for each, section in sections.items())
    (tmp_path / "mockforge.yaml").write_text(text, encoding="utf-8")
    with Serving("--no-mqtt-websocket", "--no-admin", folder=tmp_path) as hub:
        assert hub.ready["listening"] == [
            {"protocol": protocol, "host": "0.0.0.0", "port": port, "tls": False}
        ]
        connect(port).close()


@pytest.mark.row("MF-16")
def test_a_mockforge_file_of_the_folder_is_read(tmp_path: Path) -> None:
    text = "kafka: {port: 0}\nmqtt: {port: 0, websocket: false}\namqp: {enabled: false}\n"
    (tmp_path / "mockforge.yaml").write_text(text, encoding="utf-8")
    with Serving(folder=tmp_path) as hub:
        assert set(hub.ready["ports"]) == {"kafka", "mqtt", "admin"}


@pytest.mark.row("MF-15", "EX-20")
def test_the_example_starts_with_the_command_of_its_document(tmp_path: Path) -> None:
    if not EXAMPLE.is_file():
        pytest.skip("the mission's example is not beside this checkout")
    kafka, mqtt, amqp, admin = free_ports(4)
    flags = [
        "--config",
        str(EXAMPLE),
        "--kafka-port",
        str(kafka),
        "--mqtt-port",
        str(mqtt),
        "--amqp-port",
        str(amqp),
        "--admin-port",
        str(admin),
    ]
    # the file sends log lines to stdout, where programs look for the ready line
    with Serving(*flags, "--no-mqtt-websocket", "--log-output", "stderr", folder=tmp_path) as hub:
        assert hub.ready["ports"] == {"kafka": kafka, "mqtt": mqtt, "amqp": amqp, "admin": admin}
        for port in (kafka, mqtt, amqp, admin):
            connect(port).close()
        code, err = hub.stop()
    assert code == 0
    assert "server.http is not effective yet" in err
    assert "server.admin" not in err
    assert "fixtures_dir" not in err


@pytest.mark.row("FX-6", "FX-7")
def test_port_and_host_of_the_broker_are_kept(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    flags = ["--no-mqtt", "--no-amqp", "--no-admin", "--host", "127.0.0.1", "--kafka-port", str(port)]
    with Serving(*flags, folder=tmp_path) as hub:
        assert hub.ready["listening"] == [
            {"protocol": "kafka", "host": "127.0.0.1", "port": port, "tls": False}
        ]
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.2", port), timeout=5)
