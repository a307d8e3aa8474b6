"""`hubbub bench` against a hub: small loads, whole reports, and nothing left behind."""

import socket

import pytest

from tests.clients.command import CommandLine


@pytest.mark.parametrize(
    "load",
    [
        ["kafka"],
        ["kafka", "--acks", "1", "-p", "3", "--rate", "1000"],
        ["mqtt"],
        ["mqtt", "-q", "0", "--window", "1"],
        ["mqtt", "-q", "2"],
        ["amqp"],
        ["amqp", "--persistent"],
    ],
    ids=" ".join,
)
def test_a_load_is_carried_and_reported(line: CommandLine, load: list[str]) -> None:
    (report,) = line.works("bench", *load, "-n", "200", "--size", "100", "--json").objects
    assert (report["protocol"], report["messages"], report["size"]) == (load[0], 200, 100)
    latency = report["latency_ms"]
    assert (
        0
        < latency["p50"]
        <= latency["p90"]
        <= latency["p99"]
        <= latency["max"]
        <= 1000 * report["seconds"] + 1
    )
    least, most = report["seconds"] - 0.0006, report["seconds"] + 0.0006  # it is told in milliseconds
    assert 200 / most <= report["messages_per_second"] <= 200 / max(least, 1e-6)
    assert report["octets_per_second"] == pytest.approx(100 * report["messages_per_second"], rel=0.05)
    assert line.works("kafka", "topics", "list").lines == []
    assert line.works("amqp", "queue", "list").lines == []


def test_a_report_for_people_has_rate_and_latency(line: CommandLine) -> None:
    first, rate, latency = line.works("bench", "mqtt", "-n", "50").lines
    assert first.startswith("50 messages of 1000 octets in ")
    assert rate.startswith("rate:    ")
    assert all(f"{name} " in latency for name in ("p50", "p90", "p99", "max"))


@pytest.mark.parametrize(
    "load", [["kafka", "-b", "127.0.0.1:{}"], ["mqtt", "--port", "{}"], ["amqp", "--port", "{}"]]
)
def test_nobody_there_is_told(line: CommandLine, load: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    told = line("bench", *[word.format(port) for word in load])
    assert (told.code, told.out) == (6, b"")
    assert "connection refused; start one (`hubbub " in told.err
