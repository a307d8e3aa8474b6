"""Commands about a hub that runs: what they show and do, and what they say when it is not there."""

import json
import signal
import socket
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from hubbub.cli.hubs import span
from hubbub.cli.scrape import Sample, samples
from hubbub.cli.top import Scrape, snapshot
from tests.conftest import HubThread
from tests.unit.cli.program import COMMAND, FREE, PATIENCE, Serving, environment, hubbub
from tests.unit.console.api import Api, onlookers


def place(hub: HubThread) -> dict[str, str]:
    return {"HUBBUB_ADMIN_URL": f"http://localhost:{hub.port('admin')}"}


class Running:
    """A command that goes on, line by line."""

    def __init__(self, *arguments: str, folder: Path, **extra: str) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=folder,
            env=environment({"PYTHONUNBUFFERED": "1", **extra}),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def lines(self, count: int) -> list[str]:
        assert self.process.stdout is not None
        return [self.process.stdout.readline() for _ in range(count)]

    def interrupt(self) -> tuple[int, str]:
        self.process.send_signal(signal.SIGINT)
        return self.ended()

    def ended(self) -> tuple[int, str]:
        _, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, err


def test_status_shows_a_hub_at_a_glance(hub: HubThread, tmp_path: Path) -> None:
    Api(hub).post("topics", name="orders", partitions=2)
    shown = hubbub("status", folder=tmp_path, **place(hub)).stdout
    assert "in memory" in shown
    assert f"localhost:{hub.port('kafka')}" in shown
    assert "0 clients; 1 topics, 2 partitions" in shown
    facts = json.loads(hubbub("status", "--json", folder=tmp_path, **place(hub)).stdout)
    assert facts["counts"]["partitions"] == 2


@pytest.mark.parametrize("command", ["status", "tail", "top", "reset"])
def test_a_hub_that_is_not_there_is_missed_in_one_line(command: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
    result = hubbub(command, "--admin-url", url, folder=tmp_path)
    assert (result.returncode, result.stdout) == (6, "")
    assert result.stderr.startswith(f"hubbub: no hub's admin API at {url}: connection refused; start one")


def test_the_token_is_shown_to_a_hub_that_asks_for_it(tmp_path: Path) -> None:
    with Serving(*FREE, "--admin-token", "sesame", folder=tmp_path) as hub:
        url = f"http://localhost:{hub.port('admin')}"
        refused = hubbub("status", "--admin-url", url, folder=tmp_path)
        assert (refused.returncode, "401" in refused.stderr) == (1, True)
        assert (
            hubbub("status", "--admin-url", url, "--admin-token", "sesame", folder=tmp_path).returncode == 0
        )
        assert (
            hubbub("status", folder=tmp_path, HUBBUB_ADMIN_URL=url, HUBBUB_ADMIN_TOKEN="sesame").returncode
            == 0
        )


def listening(hub: HubThread, before: int) -> None:
    """Wait until somebody looks who did not before."""
    while onlookers(hub) == before:
        pass


def test_tail_shows_what_is_published_on_one_line_each(hub: HubThread, tmp_path: Path) -> None:
    before = onlookers(hub)
    tail = Running("tail", "--all", "-c", "3", folder=tmp_path, **place(hub))
    listening(hub, before)
    api = Api(hub)
    api.post("publish", address="mqtt:sensors/t1", json={"temp": 21, "note": "a\nb"})
    api.post("publish", address="kafka:orders", text="\x1b[2J", key="k", partition=0)
    api.post("publish", address="kafka:orders", key="k", partition=0)
    lines = [line.split(" ", 1)[1].rstrip("\n") for line in tail.lines(3)]
    assert lines == [
        'mqtt:sensors/t1 {"temp":21,"note":"a\\nb"}',
        "kafka:orders[0]@0 k \\x1b[2J",
        "kafka:orders[0]@1 k (no value)",
    ]
    assert tail.ended() == (0, "")


def test_tail_shows_only_what_was_asked_for_and_ends_with_ctrl_c(hub: HubThread, tmp_path: Path) -> None:
    before = onlookers(hub)
    tail = Running("tail", "mqtt:sensors/#", "--contains", "hot", "--json", folder=tmp_path, **place(hub))
    listening(hub, before)
    api = Api(hub)
    for address, text in [("mqtt:other", "hot"), ("mqtt:sensors/a", "cold"), ("mqtt:sensors/b", "hot")]:
        api.post("publish", address=address, text=text)
    (line,) = tail.lines(1)
    assert json.loads(line)["address"] == "mqtt:sensors/b"
    assert tail.interrupt() == (0, "")


def test_tail_of_everything_reads_the_journal(hub: HubThread, tmp_path: Path) -> None:
    tail = Running("tail", "-c", "1", folder=tmp_path, **place(hub))
    while not hub.call(lambda: hub.hub.broker.journal._watchers):
        pass
    Api(hub).post("publish", address="mqtt:sensors/t1", text="21")
    (line,) = tail.lines(1)
    assert line.endswith(" mqtt:sensors/t1 21\n")
    assert tail.ended() == (0, "")


def test_tail_ends_when_the_hub_does(tmp_path: Path) -> None:
    with Serving(*FREE, folder=tmp_path) as hub:
        url = f"http://localhost:{hub.port('admin')}"
        tail = Running("tail", "-c", "2", "--admin-url", url, folder=tmp_path)
        result = hubbub("status", "--admin-url", url, folder=tmp_path)
        assert result.returncode == 0
        hub.stop()
        code, err = tail.ended()
        assert (code in (0, 6), "Traceback" in err) == (True, False)


def test_top_shows_rates_below_each_other_where_there_is_no_terminal(hub: HubThread, tmp_path: Path) -> None:
    Api(hub).post("publish", address="kafka:orders", text="x")
    result = hubbub("top", "--count", "2", "--interval", "0.1", folder=tmp_path, **place(hub))
    assert result.returncode == 0
    assert result.stdout.count("PROTOCOL") == 2
    assert "kafka:orders" in result.stdout
    assert "\x1b" not in result.stdout
    (line,) = hubbub(
        "top", "-n", "1", "-d", "0.1", "--json", folder=tmp_path, **place(hub)
    ).stdout.splitlines()
    assert {row["protocol"] for row in json.loads(line)["protocols"]} == {"kafka", "mqtt", "amqp"}


def test_rates_are_per_second_and_a_hub_that_began_anew_counts_from_nothing() -> None:
    def at(moment: int, orders: int, mails: int) -> Scrape:
        return Scrape(
            moment,
            {
                Sample("hubbub_connections", (("protocol", "kafka"), ("port", "1"))): 3,
                Sample("kafka_messages_produced_total", (("topic", "orders"),)): orders,
                Sample("kafka_messages_produced_total", (("topic", "mails"),)): mails,
                Sample("kafka_consumer_lag", (("group", "g"), ("topic", "orders"), ("partition", "0"))): 4,
                Sample("kafka_consumer_lag", (("group", "g"), ("topic", "orders"), ("partition", "1"))): 3,
            },
        )

    found = snapshot(at(0, 100, 50), at(2000, 120, 10))
    (kafka,) = found.protocols
    assert (kafka.connections, kafka.messages_in) == (3, 15)
    assert [(each.address, each.messages_in) for each in found.busiest] == [
        ("kafka:orders", 10),
        ("kafka:mails", 5),
    ]
    assert [(each.name, each.waiting) for each in found.waiting] == [("group g on orders", 7)]


def test_names_with_signs_in_them_are_read_as_they_were_written() -> None:
    text = '# HELP a b\na{x="q\\"} 1 {",y="\\\\n\\n"} 7\nb 1.5\n'
    assert dict(samples(text)) == {Sample("a", (("x", 'q"} 1 {'), ("y", "\\n\n"))): 7, Sample("b"): 1.5}


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 s"), (59.9, "59 s"), (3600, "1 h"), (3725, "1 h 2 min"), (90061, "1 d 1 h")]
)
def test_spans_are_told_in_two_units(seconds: float, words: str) -> None:
    assert span(seconds) == words


def test_reset_lets_a_hub_be_as_new(hub: HubThread, tmp_path: Path) -> None:
    api = Api(hub)
    api.post("topics", name="orders")
    assert hubbub("reset", folder=tmp_path, **place(hub)).returncode == 0
    assert api.get("topics")["items"] == []


def test_a_directory_is_not_emptied_unasked(tmp_path: Path) -> None:
    with Serving(*FREE, "--data-dir", "data", folder=tmp_path) as hub:
        url = f"http://localhost:{hub.port('admin')}"
        refused = hubbub("reset", "--admin-url", url, folder=tmp_path)
        assert (refused.returncode, "--yes" in refused.stderr) == (2, True)
        assert hubbub("reset", "--yes", "--admin-url", url, folder=tmp_path).returncode == 0


def findings(result: subprocess.CompletedProcess[str]) -> list[dict[str, str]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_the_doctor_finds_nothing_wrong_with_a_hub_that_runs(hub: HubThread, tmp_path: Path) -> None:
    settings = "\n".join(
        f"{each.protocol}: {{port: {each.port}}}"
        for each in hub.listening
        if each.protocol != "mqtt-websocket"
    )
    (tmp_path / "hubbub.yaml").write_text(
        settings.replace("mqtt: {", "mqtt: {websocket: false, "), encoding="utf-8"
    )
    result = hubbub("doctor", "--json", folder=tmp_path, **place(hub))
    assert result.returncode == 0, result.stdout
    words = [finding["words"] for finding in findings(result) if finding["subject"] == "ports"]
    assert words == [
        f"{room}.port {hub.port(room)} is this hub's" for room in ("kafka", "mqtt", "amqp", "admin")
    ]


def test_the_doctor_says_what_is_wrong_and_what_to_do(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        text = f"kafka: {{port: {port}}}\nmqtt: {{port: 0, websocket_port: 0}}\namqp: {{port: 0}}\nadmin: {{port: 0}}\ndata_dir: file/data\n"
        (tmp_path / "hubbub.yaml").write_text(text, encoding="utf-8")
        (tmp_path / "file").touch()
        result = hubbub("doctor", "--json", "--admin-url", "http://127.0.0.1:1", folder=tmp_path)
    assert result.returncode == 1
    wrong = {finding["subject"]: finding for finding in findings(result) if finding["grade"] == "error"}
    assert "choose another with --kafka-port" in wrong["ports"]["advice"]
    assert "--data-dir" in wrong["disk"]["advice"]


def test_the_doctor_reads_settings_as_serve_does(tmp_path: Path) -> None:
    (tmp_path / "hubbub.yaml").write_text("kafka: {prot: 1}\n", encoding="utf-8")
    result = hubbub("doctor", folder=tmp_path)
    assert result.returncode == 1
    assert "error   settings: hubbub.yaml:1: kafka.prot is no option; did you mean 'port'?" in result.stdout


class Stranger(BaseHTTPRequestHandler):
    """Some other program's HTTP."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<html>")

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def stranger() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Stranger)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_what_answers_and_is_no_hub_is_called_so(stranger: str, tmp_path: Path) -> None:
    result = hubbub("status", "--admin-url", stranger, folder=tmp_path)
    assert (result.returncode, "answers, but with something else" in result.stderr) == (1, True)
    result = hubbub("doctor", "--admin-url", stranger, folder=tmp_path)
    assert "is no hub" in result.stdout
