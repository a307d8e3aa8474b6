"""A hub as a process: how it says it is ready, how it stops, what it says when it cannot start, and that it rests when idle."""

import json
import os
import select
import signal
import socket
import struct
import subprocess
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import confluent_kafka
import pytest

from tests.unit.cli.program import COMMAND, FREE, PATIENCE, Serving, connect, environment, hubbub

CONFIGURED = """
server:
  kafka: {port: 0, host: 127.0.0.1}
  mqtt: {enabled: false}
  amqp: {enabled: false}
"""
API_VERSIONS = struct.pack(">ihhih", 10, 18, 0, 1, -1)
STAT_TIMES = slice(11, 13)  # utime and stime, behind the command's name in /proc/PID/stat


def test_one_line_says_what_listens_where(tmp_path: Path) -> None:
    with Serving(*FREE, folder=tmp_path) as hub:
        assert hub.ready["ready"] is True
        assert hub.ready["pid"] == hub.process.pid
        (kafka,) = [each for each in hub.ready["listening"] if each["protocol"] == "kafka"]
        assert kafka == {"protocol": "kafka", "host": "localhost", "port": hub.port("kafka"), "tls": False}
        connect(hub.port("kafka")).close()


def test_without_json_it_speaks_to_people_on_stderr(tmp_path: Path) -> None:
    program = subprocess.Popen(
        [*COMMAND, "serve", *FREE],
        cwd=tmp_path,
        env=environment({}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert program.stderr is not None
    said = [program.stderr.readline()]
    while said[-1] and "Ctrl-C" not in said[-1]:
        said.append(program.stderr.readline())
    program.send_signal(signal.SIGINT)
    out, _ = program.communicate(timeout=PATIENCE)
    assert (program.returncode, out) == (0, "")
    assert said[0].endswith(" is ready.\n")
    assert said[1].split()[0] == "kafka"
    assert said[1].split()[1].startswith("localhost:")
    assert said[-1] == "Press Ctrl-C to stop.\n"


def test_the_ready_file_is_there_while_the_hub_is_ready(tmp_path: Path) -> None:
    file = tmp_path / "ready.json"
    with Serving(*FREE, "--ready-file", str(file), folder=tmp_path) as hub:
        assert json.loads(file.read_text(encoding="utf-8")) == hub.ready
        assert hub.stop() == (
            0,
            "hubbub: stopping; connections have 5 s to finish. Once more to stop at once.\n",
        )
    assert list(tmp_path.iterdir()) == []


def test_a_ready_file_of_an_earlier_run_deceives_nobody(tmp_path: Path) -> None:
    file = tmp_path / "ready.json"
    file.write_text("old", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = hubbub("serve", *FREE, "--kafka-port", str(port), "--ready-file", str(file), folder=tmp_path)
    assert result.returncode == 3
    assert not file.exists()


def test_a_ready_file_that_cannot_be_written_is_told_before_anything_starts(tmp_path: Path) -> None:
    result = hubbub("serve", *FREE, "--ready-file", "none/ready.json", folder=tmp_path)
    assert result.returncode == 2
    assert result.stderr == "hubbub: --ready-file: the folder none is not there; make it first\n"


@pytest.mark.row("RQ-7", "RQ-8")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_stops_it_in_good_order(number: signal.Signals, tmp_path: Path) -> None:
    with Serving(*FREE, folder=tmp_path) as hub, connect(hub.port("kafka")) as client:
        code, _ = hub.stop(number)
        assert code == 0
        assert client.recv(1) == b""


def deaf(port: int) -> socket.socket:
    """A client with hardly any room for answers."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(("127.0.0.1", port))
    return client


def fill(client: socket.socket) -> None:
    """Ask and never listen, until the hub reads no more: now it has answers that it cannot get rid of."""
    client.setblocking(False)
    while select.select([], [client], [], 0.5)[1]:
        try:
            client.send(API_VERSIONS * 1000)
        except BlockingIOError:
            continue


def test_a_client_that_takes_nothing_cannot_keep_it(tmp_path: Path) -> None:
    with (
        Serving(*FREE, "--drain-seconds", "0.2", folder=tmp_path) as hub,
        connect(hub.port("kafka")) as client,
    ):
        fill(client)
        code, err = hub.stop()
        assert (code, "0.2 s to finish" in err) == (0, True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_second_signal_ends_it_at_once(number: signal.Signals, tmp_path: Path) -> None:
    with (
        Serving(*FREE, "--drain-seconds", "3600", folder=tmp_path) as hub,
        connect(hub.port("kafka")) as client,
    ):
        fill(client)
        hub.tell(signal.SIGTERM)
        assert hub.process.stderr is not None
        assert "stopping" in hub.process.stderr.readline()
        code, _ = hub.stop(number)
        assert code == -number


@pytest.mark.parametrize("flag", ["--kafka-port", "--mqtt-port", "--mqtt-websocket-port", "--amqp-port"])
def test_a_port_that_is_taken_is_named_with_its_flag(flag: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = hubbub("serve", *FREE, flag, str(port), folder=tmp_path)
    assert result.returncode == 3
    (line,) = result.stderr.splitlines()
    assert f"port {port}" in line
    assert "in use" in line
    assert f"another port with {flag} (" in line


def test_a_port_that_is_taken_and_has_no_flag_is_named_with_its_key(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        text = f"kafka: {{listeners: [{{port: 0}}, {{port: {port}}}]}}\n"
        (tmp_path / "hubbub.yaml").write_text(text, encoding="utf-8")
        result = hubbub("serve", *FREE, folder=tmp_path)
    assert result.returncode == 3
    assert "another port with kafka.listeners[1].port" in result.stderr


@pytest.mark.row("MF-14")
def test_verbose_tells_what_goes_on_at_the_edges_and_no_payloads(tmp_path: Path) -> None:
    with Serving(*FREE, "--verbose", folder=tmp_path) as hub:
        producer = confluent_kafka.Producer({"bootstrap.servers": f"127.0.0.1:{hub.port('kafka')}"})
        producer.produce("seen", b"a secret")
        assert producer.flush(PATIENCE) == 0
        _, err = hub.stop()
    assert " debug kafka: 127.0.0.1:" in err
    assert " connected\n" in err
    assert " is 'confluent-kafka-python' " in err
    assert " debug topics: created 'seen' with 3 partitions\n" in err
    assert " came, " in err
    assert "secret" not in err


def test_without_verbose_nothing_of_that_is_told(tmp_path: Path) -> None:
    with Serving(*FREE, folder=tmp_path) as hub:
        connect(hub.port("kafka")).close()
        _, err = hub.stop()
    assert "debug" not in err


def test_settings_that_the_hub_cannot_carry_out_are_told(tmp_path: Path) -> None:
    (tmp_path / "hubbub.yaml").write_text("kafka: {topics: [{name: 'no such name!'}]}\n", encoding="utf-8")
    result = hubbub("serve", *FREE, folder=tmp_path)
    assert result.returncode == 4
    (line,) = result.stderr.splitlines()
    assert "no such name!" in line


def test_a_host_that_is_not_ours_is_named_with_its_flag(tmp_path: Path) -> None:
    result = hubbub("serve", *FREE, "--host", "no.such.host.invalid", folder=tmp_path)
    assert result.returncode == 3
    (line,) = result.stderr.splitlines()
    assert "'no.such.host.invalid'" in line
    assert "--host" in line


def test_a_hub_with_nothing_to_serve_does_not_pretend(tmp_path: Path) -> None:
    result = hubbub("serve", "--no-kafka", "--no-mqtt", "--no-amqp", folder=tmp_path)
    assert result.returncode == 2
    assert "every protocol is switched off" in result.stderr


def test_the_configuration_file_of_the_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "mockforge.yaml").write_text(CONFIGURED, encoding="utf-8")
    with Serving(folder=tmp_path) as hub:
        assert [(each["protocol"], each["host"]) for each in hub.ready["listening"]] == [
            ("kafka", "127.0.0.1"),
            ("admin", "localhost"),
        ]


def test_a_flag_whose_time_has_not_come_says_so(tmp_path: Path) -> None:
    with Serving(*FREE, "--http-port", "3000", folder=tmp_path) as hub:
        code, err = hub.stop()
        assert code == 0
        assert err.startswith("hubbub: warning: --http-port is not effective yet; ")


def test_log_lines_can_be_json(tmp_path: Path) -> None:
    flags = ["--log-format", "json", "--kafka-max-connections", "1"]
    with (
        Serving(*FREE, *flags, folder=tmp_path) as hub,
        connect(hub.port("kafka")),
        connect(hub.port("kafka")) as refused,
    ):
        assert refused.recv(1) == b""
        _, err = hub.stop()
    line = json.loads(err.splitlines()[0])
    assert (line["level"], line["part"]) == ("warning", "kafka")
    assert "1 connections are open there, the most allowed" in line["message"]
    assert line["time"].endswith("Z")


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="CPU time is read from /proc")
def test_an_idle_hub_uses_no_processor(tmp_path: Path) -> None:
    with Serving(*FREE, folder=tmp_path) as hub:
        before = cpu_seconds(hub.process.pid)
        with pytest.raises(subprocess.TimeoutExpired):
            hub.process.wait(3)
        assert cpu_seconds(hub.process.pid) - before <= 0.03


def cpu_seconds(process: int) -> float:
    behind_name = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(map(int, behind_name[STAT_TIMES])) / os.sysconf("SC_CLK_TCK")


def test_a_taken_admin_port_is_told_with_its_flag(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = hubbub("serve", *FREE, "--admin-port", str(taken.getsockname()[1]), folder=tmp_path)
    assert result.returncode == 3
    assert "another port with --admin-port" in result.stderr


def test_for_other_machines_the_admin_api_makes_a_token_and_shows_it(tmp_path: Path) -> None:
    with Serving(*FREE, "--admin-host", "0.0.0.0", folder=tmp_path) as hub:
        token = hub.ready["admin_token"]
        assert asked(hub, "/api/v1/status", token).status == 200
        assert asked(hub, "/api/v1/status", "").status == 401
    with Serving(*FREE, folder=tmp_path) as hub:
        assert "admin_token" not in hub.ready
        assert asked(hub, "/api/v1/status", "").status == 200


def asked(hub: Serving, path: str, token: str) -> HTTPResponse:
    connection = HTTPConnection("127.0.0.1", hub.port("admin"), timeout=PATIENCE)
    connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
    response = connection.getresponse()
    response.read()
    connection.close()
    return response


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="CPU time is read from /proc")
def test_a_hub_that_was_asked_something_rests_again(tmp_path: Path) -> None:
    with Serving(*FREE, folder=tmp_path) as hub:
        assert asked(hub, "/api/v1/status", "").status == 200
        before = cpu_seconds(hub.process.pid)
        with pytest.raises(subprocess.TimeoutExpired):
            hub.process.wait(3)
        assert cpu_seconds(hub.process.pid) - before <= 0.03


def test_what_is_asked_does_not_keep_a_hub_from_stopping(tmp_path: Path) -> None:
    with Serving(*FREE, "--drain-seconds", "0.5", folder=tmp_path) as hub:
        connection = HTTPConnection("127.0.0.1", hub.port("admin"), timeout=PATIENCE)
        connection.request("GET", "/api/v1/tap")
        feed = connection.getresponse()
        assert feed.readline() == b"event: open\n"
        code, err = hub.stop()
        assert (code, "Traceback" in err) == (0, False)
        connection.close()


def test_two_hubs_can_share_a_folder(tmp_path: Path) -> None:
    with Serving(*FREE, folder=tmp_path) as one, Serving(*FREE, folder=tmp_path) as other:
        assert one.port("kafka") != other.port("kafka")
