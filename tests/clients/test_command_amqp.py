"""`hubbub amqp` against a hub: what it prints, what it says, and how it ends."""

import signal
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.clients.command import CommandLine
from tests.unit.cli.program import COMMAND, PATIENCE, environment


@pytest.mark.row("EX-36", "EX-37", "EX-38", "EX-39", "EX-40", "EX-53")
def test_a_message_finds_its_way_by_seed_and_by_program(line: CommandLine) -> None:
    seed = [
        ["exchange", "declare", "--name", "notifications", "--type", "topic"],
        ["queue", "declare", "--name", "email.queue"],
        ["queue", "bind", "--exchange", "notifications", "--queue", "email.queue", "--routing-key", "notification.email.*"],
    ]  # fmt: skip
    program = [
        ["exchange", "declare", "notifications", "-t", "topic"],
        ["queue", "declare", "email.queue"],
        ["bind", "notifications", "email.queue", "-r", "notification.email.*"],
    ]
    for command in seed + program:
        line.works("amqp", *command)
    sent = line.works(
        "amqp",
        "publish",
        "--exchange",
        "notifications",
        "--routing-key",
        "notification.email.order",
        "--body",
        "{}",
    )
    assert (
        sent.err
        == "hubbub: confirmed: 1 message to exchange 'notifications' with routing key 'notification.email.order'\n"
    )
    (queue,) = line.works("amqp", "queue", "list", "--json").objects
    assert (queue["queue"], queue["ready"]) == ("email.queue", 1)
    assert line.works("amqp", "consume", "--queue", "email.queue", "--count", "1").lines == ["{}"]
    assert line.works("amqp", "get", "email.queue").err == "hubbub: queue 'email.queue' is empty\n"


@pytest.mark.row("EX-54")
@pytest.mark.parametrize("spelling", [["bindings", "list"], ["binding", "list"], ["list-bindings"]])
def test_bindings_are_listed(line: CommandLine, spelling: list[str]) -> None:
    for queue in ("a", "b"):
        line.works("amqp", "queue", "declare", queue)
        line.works("amqp", "bind", "amq.topic", queue, "-r", f"{queue}.*", "-a", "x=1")
    assert len(line.works("amqp", *spelling, "--json").objects) == 2
    head, row = line.works("amqp", *spelling, "--queue", "a").lines
    assert head.split() == ["SOURCE", "DESTINATION", "TO", "ROUTING", "KEY", "ARGUMENTS"]
    assert row.split()[:4] == ["amq.topic", "a", "queue", "a.*"]
    line.works("amqp", "unbind", "amq.topic", "a", "-r", "a.*", "-a", "x=1")
    assert line.works("amqp", *spelling, "--queue", "a").lines == []


def test_everything_declared_is_listed_and_can_go(line: CommandLine) -> None:
    made = line.works(
        "amqp", "exchange", "declare", "e", "-t", "fanout", "--transient", "--auto-delete", "--json"
    )
    assert made.objects == [
        {"exchange": "e", "type": "fanout", "durable": False, "auto_delete": True, "internal": False}
    ]
    line.works("amqp", "queue", "declare", "q", "-t", "quorum", "-a", "x-max-length=10")
    exchanges = {each["exchange"]: each for each in line.works("amqp", "exchanges", "list", "--json").objects}
    assert (exchanges["e"]["type"], exchanges["e"]["durable"]) == ("fanout", False)
    (queue,) = line.works("amqp", "queues", "list", "--json").objects
    assert (queue["queue"], queue["type"], queue["durable"]) == ("q", "quorum", True)
    other = line("amqp", "queue", "declare", "q")
    assert other.code == 1
    assert "refuses: PRECONDITION_FAILED - inequivalent arg 'x-max-length' for queue 'q'" in other.err
    line.works("amqp", "publish", "-k", "q", "-", stdin=b"1\n2\n3")
    assert line("amqp", "queue", "delete", "q", "--if-empty").code == 1
    assert line.works("amqp", "queue", "purge", "q").err == "hubbub: q: purged of 3 messages\n"
    assert line.works("amqp", "queue", "delete", "q").err == "hubbub: q: gone, with 0 messages\n"
    line.works("amqp", "exchange", "delete", "--name", "e")
    assert line.works("amqp", "queue", "list").lines == []


def test_every_property_arrives(line: CommandLine) -> None:
    line.works("amqp", "queue", "declare", "q")
    properties = {
        "content_type": "text/plain", "content_encoding": "utf-8", "correlation_id": "1", "reply_to": "r", "message_id": "m",
        "type": "t", "user_id": "guest", "app_id": "a", "priority": "3", "delivery_mode": "2", "expiration": "60000", "timestamp": "7",
    }  # fmt: skip
    given = [
        word for name, value in properties.items() for word in ("-D", f"{name.replace('_', '-')}={value}")
    ]
    line.works("amqp", "publish", "-k", "q", "-b", "body", "-H", "k:v", *given)
    (message,) = line.works("amqp", "get", "q", "--json").objects
    numbers = ("priority", "delivery_mode", "expiration", "timestamp")
    assert message == {
        "exchange": "", "routing_key": "q", "redelivered": False, "body": "body", "headers": {"k": "v"},
        "properties": {name: int(value) if name in numbers else value for name, value in properties.items()},
    }  # fmt: skip


def test_messages_are_laid_out(line: CommandLine) -> None:
    line.works("amqp", "queue", "declare", "q")
    line.works("amqp", "publish", "-k", "q", "-b", "body", "-H", "k:v", "-D", "correlation-id=7")
    shown = line.works("amqp", "get", "q", "--requeue", "-f", r"%e|%k|%s|%S|%h|%c|%C|%r\n")
    assert shown.out == b"|q|body|4|k=v|application/json|7|0\n"
    assert line.works("amqp", "get", "q", "-f", "%r").out == b"1"
    assert line("amqp", "get", "q", "-f", "%y").code == 2


def test_got_messages_stay_where_they_are_asked_to(line: CommandLine) -> None:
    line.works("amqp", "queue", "declare", "q")
    line.works("amqp", "publish", "-k", "q", "-", stdin=b"1\n2\n3")
    assert line.works("amqp", "get", "-q", "q", "--count", "9", "--requeue").lines == ["1", "2", "3"]
    assert line.works("amqp", "get", "-q", "q", "--count", "2").lines == ["1", "2"]
    assert line.works("amqp", "consume", "q", "--timeout", "0.2", "--auto-ack").lines == ["3"]


def test_no_more_is_taken_than_was_asked_for(line: CommandLine) -> None:
    line.works("amqp", "queue", "declare", "q")
    line.works("amqp", "publish", "-k", "q", "-", stdin=b"".join(b"%d\n" % number for number in range(500)))
    assert len(line.works("amqp", "consume", "q", "--count", "150", "--auto-ack").lines) == 150
    assert line.works("amqp", "queue", "purge", "q").err == "hubbub: q: purged of 350 messages\n"


def test_what_goes_nowhere_is_told(line: CommandLine) -> None:
    told = line.works("amqp", "publish", "-e", "amq.topic", "-k", "k", "-b", "b", "-c", "2")
    where = "exchange 'amq.topic' with routing key 'k'"
    assert told.err.splitlines() == [
        f"hubbub: confirmed: 2 messages to {where}",
        f"hubbub: warning: 2 of them went nowhere: no queue is bound to {where}",
    ]
    assert line("amqp", "publish", "-e", "amq.topic", "-k", "k", "-b", "b", "--mandatory").code == 1
    missing = line("amqp", "publish", "-e", "none", "-k", "k", "-b", "b")
    assert missing.code == 1
    assert missing.err.endswith("refuses: NOT_FOUND - no exchange 'none' in vhost '/'\n")


def test_a_consumer_that_is_interrupted_ends_well(line: CommandLine, hub: Any, tmp_path: Path) -> None:
    line.works("amqp", "queue", "declare", "q")
    line.works("amqp", "publish", "-k", "q", "-b", "b")
    command = [*COMMAND, "amqp", "consume", "q", "--url", f"amqp://{hub.address('amqp')}"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=tmp_path, env=environment({}), **pipes) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == b"b\n"
        program.send_signal(signal.SIGINT)
        assert program.communicate(timeout=PATIENCE) == (b"", b"")
        assert program.returncode == 0
    assert line.works("amqp", "get", "q").lines == []


def test_a_queue_that_goes_ends_its_consumer(line: CommandLine, hub: Any, tmp_path: Path) -> None:
    line.works("amqp", "queue", "declare", "q")
    line.works("amqp", "publish", "-k", "q", "-b", "b")
    command = [*COMMAND, "amqp", "consume", "q", "--url", f"amqp://{hub.address('amqp')}"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=tmp_path, env=environment({}), **pipes) as program:
        assert program.stdout is not None
        program.stdout.readline()
        line.works("amqp", "queue", "delete", "q")
        _, err = program.communicate(timeout=PATIENCE)
        assert (program.returncode, err) == (6, b"hubbub: queue 'q' is gone\n")


def test_too_few_messages_in_time_are_a_failure(line: CommandLine) -> None:
    line.works("amqp", "queue", "declare", "q")
    short = line("amqp", "consume", "q", "--count", "1", "--timeout", "0.2")
    assert (short.code, short.out, short.err) == (
        1,
        b"",
        "hubbub: nothing more within 0.2 s: 0 of 1 messages\n",
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["publish", "-k", "q"], "give one of --body VALUE, --file FILE and `-`"),
        (["publish", "-k", "q", "-b", "b", "-D", "shade=2"], "--property: there is no 'shade'; there are content_type, "),
        (["publish", "-k", "q", "-b", "b", "-D", "priority=high"], "--property: priority is a number, not 'high'"),
        (["consume"], "say which: as an argument, or with --queue"),
        (["queue", "declare"], "say which: as an argument, or with --name"),
        (["bind", "e"], "say which: as an argument, or with --queue"),
        (["get", "q", "--url", "http://x"], "begins with neither amqp:// nor amqps://"),
        (["queue", "list", "--management-url", "x"], "'x' is no address of HTTP"),
    ],
)  # fmt: skip
def test_a_wrong_command_line_says_what_is_wrong(line: CommandLine, arguments: list[str], said: str) -> None:
    wrong = line("amqp", *arguments)
    assert (wrong.code, wrong.out) == (2, b"")
    assert said in wrong.err


@pytest.mark.parametrize(
    "arguments", [["publish", "-k", "q", "-b", "b"], ["consume", "q"], ["queue", "declare", "q"]]
)
def test_nobody_there_is_one_line_with_the_address_and_what_to_do(
    line: CommandLine, arguments: list[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    there = line("amqp", *arguments, "--host", "127.0.0.1", "--port", str(port))
    assert (there.code, there.out) == (6, b"")
    assert there.err == (
        f"hubbub: no AMQP broker at 127.0.0.1:{port}: connection refused; "
        "start one (`hubbub amqp serve`), or name another with --host and --port, or with --url\n"
    )


def test_somebody_who_does_not_answer_is_told_in_time(line: CommandLine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = str(silent.getsockname()[1])
        there = line("amqp", "get", "q", "--host", "127.0.0.1", "--port", port, "--connect-timeout", "0.3")
    assert (there.code, there.out) == (6, b"")
    assert there.err.startswith(
        f"hubbub: 127.0.0.1:{port} is there, but does not answer as an AMQP broker should"
    )


def test_who_may_not_come_in_is_told(line: CommandLine) -> None:
    wrong = line("amqp", "get", "q", "-P", "wrong")
    assert wrong.code == 1
    assert "does not let 'guest' in: ACCESS_REFUSED" in wrong.err
    elsewhere = line("amqp", "get", "q", "--vhost", "nowhere")
    assert elsewhere.code == 1
    assert "does not open virtual host 'nowhere': it is not there, or not for 'guest'" in elsewhere.err
