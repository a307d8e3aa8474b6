"""`hubbub mqtt` against a hub: what it prints, what it says, and how it ends."""

import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from hubbub.protocols.mqtt.options import MqttOptions
from tests.clients.command import CommandLine
from tests.unit.cli.program import COMMAND, PATIENCE, environment


@contextmanager
def subscribing(hub: Any, folder: Path, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """`hubbub mqtt subscribe`, once its subscription holds: a retained message says so."""
    with subprocess.Popen(
        [*COMMAND, "mqtt", "subscribe", *options, "--url", f"mqtt://{hub.address('mqtt')}"],
        cwd=folder,
        env=environment({}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as program:
        try:
            yield program
        finally:
            program.kill()


@pytest.mark.row("MF-92", "MF-93", "MF-94", "EX-33", "EX-34")
def test_what_is_published_is_heard(line: CommandLine, hub: Any, tmp_path: Path) -> None:
    line.works("mqtt", "publish", "-t", "s/ready", "-p", "ready", "--retain", "--qos", "1")
    with subscribing(hub, tmp_path, "--topic", "s/#", "-v", "--count", "4", "--qos", "2") as program:
        assert program.stdout is not None
        assert program.stdout.readline() == b"s/ready ready\n"
        acknowledged = line.works(
            "mqtt", "publish", "--topic", "s/a", "--payload", '{"temp": 25.5}', "--qos", "1"
        )
        assert (acknowledged.out, acknowledged.err) == (
            b"",
            "hubbub: acknowledged: 1 message to s/a at QoS 1\n",
        )
        taken = line.works("mqtt", "pub", "-t", "s/b", "-m", "b").err
        assert taken == "hubbub: taken: 1 message to s/b at QoS 0, for which there is no acknowledgement\n"
        line.works("mqtt", "pub", "-t", "s/c", "-", "-q", "2", stdin=b"c\n")
        out, err = program.communicate(timeout=PATIENCE)
        assert (out, err) == (b's/a {"temp": 25.5}\ns/b b\ns/c c\n', b"")
        assert program.returncode == 0


def test_a_subscriber_that_is_interrupted_ends_well(line: CommandLine, hub: Any, tmp_path: Path) -> None:
    line.works("mqtt", "publish", "-t", "a", "-p", "b", "-r")
    with subscribing(hub, tmp_path, "a") as program:
        assert program.stdout is not None
        assert program.stdout.readline() == b"b\n"
        (client,) = line.works("mqtt", "clients", "list", "--json").objects
        assert client["room"] == "mqtt"
        program.send_signal(signal.SIGTERM)
        assert program.communicate(timeout=PATIENCE) == (b"", b"")
        assert program.returncode == 0


def test_somebody_can_be_shown_the_door(line: CommandLine, hub: Any, tmp_path: Path) -> None:
    line.works("mqtt", "publish", "-t", "a", "-p", "b", "-r")
    with subscribing(hub, tmp_path, "a", "--id", "guest") as program:
        assert program.stdout is not None
        program.stdout.readline()
        assert "guest" in line.works("mqtt", "clients").out.decode()
        assert line.works("mqtt", "clients", "disconnect", "guest").err == "hubbub: guest: disconnected\n"
        _, err = program.communicate(timeout=PATIENCE)
        assert program.returncode == 1
        assert b"has ended the connection" in err
    nobody = line("mqtt", "clients", "disconnect", "guest")
    assert nobody.code == 1
    assert "no client 'guest'" in nobody.err


def test_every_property_arrives(line: CommandLine) -> None:
    line.works(
        "mqtt", "publish", "-t", "a", "-p", "b", "-r", "-q", "1", "-H", "k:v", "-H", "k=w",
        "-D", "content-type=text/plain", "-D", "response-topic=r", "-D", "correlation-data=7",
        "-D", "payload-format-indicator=1", "-D", "message-expiry-interval=1000",
    )  # fmt: skip
    (message,) = line.works("mqtt", "subscribe", "a", "-c", "1", "--json").objects
    expiry = message["properties"].pop("message-expiry-interval")
    assert 0 < expiry <= 1000
    assert message == {
        "topic": "a", "qos": 0, "retain": True, "payload": "b",
        "properties": {
            "content-type": "text/plain", "response-topic": "r", "correlation-data": "7", "payload-format-indicator": 1,
            "user": [{"name": "k", "value": "v"}, {"name": "k", "value": "w"}],
        },
    }  # fmt: skip


def test_messages_are_laid_out_in_mosquittos_manner(line: CommandLine) -> None:
    line.works("mqtt", "publish", "-t", "a", "-p", "b", "-r", "-H", "k:v")
    assert line.works("mqtt", "sub", "a", "-c", "1", "-F", "%t|%p|%l|%q|%r|%P").out == b"a|b|1|0|1|k=v\n"
    assert line.works("mqtt", "sub", "a", "-c", "1", "-f", "%t %p").out == b"a b"
    assert line("mqtt", "sub", "a", "-f", "%y").code == 2


def test_retained_messages_are_shown_and_cleared(line: CommandLine) -> None:
    for topic in ("b", "a/c"):
        line.works("mqtt", "publish", "-t", topic, "-p", f"in {topic}", "-r", "-q", "1")
    assert line.works("mqtt", "retained").lines == ["a/c in a/c", "b in b"]
    cleared = line.works("mqtt", "retained", "a/#", "--clear", "--json")
    assert [each["topic"] for each in cleared.objects] == ["a/c"]
    assert cleared.err == "hubbub: cleared: 1 retained message\n"
    line.works("mqtt", "publish", "-t", "b", "-n", "-r", "-q", "1")
    assert line.works("mqtt", "retained").lines == []


@pytest.mark.row("EX-51")
def test_stats_show_connections_subscriptions_and_rates(line: CommandLine) -> None:
    shown = line.works("mqtt", "stats").lines
    titles = [each.partition(":")[0] for each in shown]
    for title in (
        "Active connections",
        "Subscriptions",
        "Messages received",
        "Received a minute",
        "Sent a minute",
    ):
        assert title in titles
    (facts,) = line.works("mqtt", "stats", "--json").objects
    assert facts["subscriptions/count"] == 0
    assert isinstance(facts["load/messages/received/1min"], float)


def test_a_broker_that_says_nothing_of_itself_is_told(run_hub: Callable[..., Any], line: CommandLine) -> None:
    silent = run_hub(mqtt=MqttOptions(port=0, sys_interval_secs=0))
    told = line("mqtt", "stats", "--port", str(silent.port("mqtt")))
    assert (told.code, told.out) == (2, b"")
    assert "says nothing of itself: nothing is retained under $SYS/broker/#" in told.err


def test_what_the_wire_cannot_tell_is_told(line: CommandLine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    told = line("mqtt", "clients", "--admin-url", f"http://127.0.0.1:{port}")
    assert (told.code, told.out) == (2, b"")
    assert told.err == (
        f"hubbub: the wire of MQTT does not tell who is connected, and http://127.0.0.1:{port} cannot be asked: connection refused\n"
    )


@pytest.mark.parametrize("version", ["5", "3.1.1", "3.1"])
def test_every_version_and_a_websocket_are_spoken(line: CommandLine, hub: Any, version: str) -> None:
    url = f"ws://{hub.address('mqtt-websocket')}/mqtt"
    line.works("mqtt", "publish", "-t", "a", "-p", "b", "-r", "-q", "1", "-V", version, "--url", url)
    assert line.works("mqtt", "sub", "a", "-V", version, "-c", "1").lines == ["b"]


def test_many_lines_arrive_in_order_and_none_is_lost(line: CommandLine, hub: Any, tmp_path: Path) -> None:
    line.works("mqtt", "publish", "-t", "a", "-p", "ready", "-r")
    lines = "".join(f"{number}\n" for number in range(6_000)).encode()
    with subscribing(hub, tmp_path, "a", "-q", "1", "-c", "6001") as program:
        assert program.stdout is not None
        assert program.stdout.readline() == b"ready\n"
        assert (
            "acknowledged: 6000 messages"
            in line.works("mqtt", "publish", "-t", "a", "-q", "1", "-", stdin=lines).err
        )
        assert program.communicate(timeout=PATIENCE)[0] == lines


def test_a_session_is_kept_where_it_is_asked_for(line: CommandLine) -> None:
    subscriber = ["mqtt", "sub", "a", "-q", "1", "--id", "me", "--keep-session", "--timeout", "0.2"]
    assert line.works(*subscriber).lines == []
    line.works("mqtt", "publish", "-t", "a", "-p", "later", "-q", "1")
    assert line.works(*subscriber).lines == ["later"]


def test_too_few_messages_in_time_are_a_failure(line: CommandLine) -> None:
    short = line("mqtt", "sub", "a", "--count", "1", "--timeout", "0.2")
    assert (short.code, short.out, short.err) == (
        1,
        b"",
        "hubbub: nothing more within 0.2 s: 0 of 1 messages\n",
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["publish", "-t", "a"], "give one of --payload VALUE, --file FILE and `-`"),
        (["publish", "-t", "a/#", "-m", "b"], "--topic: 'a/#': publish topic cannot contain wildcards"),
        (["publish", "-t", "a", "-m", "b", "-D", "shade=2"], "--property: there is no 'shade'; there are content-type, "),
        (["publish", "-t", "a", "-m", "b", "-D", "message-expiry-interval=soon"], "is a number, not 'soon'"),
        (["publish", "-t", "a", "-m", "b", "-H", "k:v", "-V", "311"], "properties came with MQTT 5"),
        (["publish", "-t", "a", "-m", "b", "-p", "c"], "name one thing at a time"),
        (["subscribe"], "say which topics: --topic FILTER"),
        (["subscribe", "a#"], "--topic: a#: invalid subscription filter"),
        (["subscribe", "a", "--keep-session"], "--keep-session needs an --id"),
        (["subscribe", "a", "--url", "http://x"], "begins with none of mqtt://, mqtts://, ws://, wss://"),
        (["clients", "--admin-url", "here"], "'here' is no address of HTTP"),
    ],
)  # fmt: skip
def test_a_wrong_command_line_says_what_is_wrong(line: CommandLine, arguments: list[str], said: str) -> None:
    wrong = line("mqtt", *arguments)
    assert (wrong.code, wrong.out) == (2, b"")
    assert said in wrong.err


@pytest.mark.parametrize(
    "arguments", [["publish", "-t", "t", "-m", "v"], ["subscribe", "t"], ["stats"], ["retained"]]
)
def test_nobody_there_is_one_line_with_the_address_and_what_to_do(
    line: CommandLine, arguments: list[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    there = line("mqtt", *arguments, "--host", "127.0.0.1", "--port", str(port))
    assert (there.code, there.out) == (6, b"")
    assert there.err == (
        f"hubbub: no MQTT broker at 127.0.0.1:{port}: connection refused; "
        "start one (`hubbub mqtt serve`), or name another with --host and --port, or with --url\n"
    )


def test_somebody_who_does_not_answer_is_told_in_time(line: CommandLine, hub: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = str(silent.getsockname()[1])
        there = line("mqtt", "publish", "-t", "t", "-m", "v", "--port", port, "--connect-timeout", "0.3")
    assert (there.code, there.out) == (6, b"")
    assert "does not answer as an MQTT broker should within 0.3 s" in there.err


def test_a_refused_message_is_told(run_hub: Callable[..., Any], line: CommandLine) -> None:
    strict = str(run_hub(mqtt=MqttOptions(port=0, retain_available=False)).port("mqtt"))
    refused = line("mqtt", "publish", "-t", "t", "-m", "v", "-q", "1", "--retain", "--port", strict)
    assert refused.code == 1
    assert "has ended the connection: Retain not supported" in refused.err
    line.works("mqtt", "publish", "-t", "t", "-m", "v", "-q", "1", "--port", strict)


def test_what_was_not_printed_comes_again_to_a_session_that_is_kept(line: CommandLine) -> None:
    kept = ("mqtt", "subscribe", "t", "--id", "me", "--keep-session", "--qos")
    for qos in ("1", "2"):
        line.works(*kept, qos, "--timeout", "0")
        line.works(
            "mqtt", "publish", "-t", "t", "-q", qos, "-", stdin=b"".join(b"%d\n" % n for n in range(500))
        )
        found = []
        for _ in range(5):
            found += line.works(*kept, qos, "--count", "100").lines
        assert found == [str(number) for number in range(500)]
        assert line.works(*kept, qos, "--timeout", "0.2").lines == []


def test_topics_are_listed_and_what_they_retain_is_cleared(line: CommandLine) -> None:
    line.works("mqtt", "publish", "-t", "a/1", "-p", "x", "-q", "1", "--retain")
    line.works("mqtt", "publish", "-t", "a/2", "-p", "x", "-q", "1", "--retain")
    line.works("mqtt", "publish", "-t", "b", "-p", "x", "-q", "1")
    listed = ("mqtt", "topics", "list", "--json")
    assert line.works(*listed).objects == [
        {"topic": "a/1", "messages": 1, "retained": True},
        {"topic": "a/2", "messages": 1, "retained": True},
        {"topic": "b", "messages": 1, "retained": False},
    ]
    assert line.works("mqtt", "topics", "list").lines[1].split() == ["a/1", "1", "yes"]
    cleared = line.works("mqtt", "topics", "clear-retained", "a/1")
    assert (cleared.lines, cleared.err) == (["a/1 x"], "hubbub: cleared: 1 retained message\n")
    assert line.works("mqtt", "topics", "clear-retained").lines == ["a/2 x"]
    assert [each["retained"] for each in line.works(*listed).objects] == [False, False, False]
