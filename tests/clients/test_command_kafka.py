"""`hubbub kafka` against a hub: what it prints, what it says, and how it ends."""

import signal
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.clients.command import CommandLine
from tests.unit.cli.program import COMMAND, PATIENCE, environment


def produce(line: CommandLine, topic: str, *values: str) -> None:
    """One record each, in one partition."""
    line.works("kafka", "topics", "create", topic, "-p", "1")
    line.works("kafka", "produce", "-t", topic, "-", stdin="".join(f"{value}\n" for value in values).encode())


def consumed(line: CommandLine, topic: str, *options: str) -> list[str]:
    return line.works("kafka", "consume", topic, "-e", *options).lines


@pytest.mark.row("EX-30")
def test_a_record_is_said_to_be_sent_when_it_can_be_read(line: CommandLine) -> None:
    sent = line.works(
        "kafka",
        "produce",
        "--topic",
        "t",
        "--key",
        "k",
        "--value",
        "v",
        "-H",
        "a:b",
        "--header",
        "c=d",
        "-p",
        "2",
    )
    assert (sent.out, sent.err) == (b"", "hubbub: acknowledged: t, partition 2, offset 0\n")
    (record,) = line.works("kafka", "consume", "--topic", "t", "--from-beginning", "--exit", "--json").objects
    assert record.pop("timestamp") > 0
    headers = [{"name": "a", "value": "b"}, {"name": "c", "value": "d"}]
    assert record == {"topic": "t", "partition": 2, "offset": 0, "key": "k", "value": "v", "headers": headers}


def test_the_place_of_each_record_is_data_for_programs(line: CommandLine) -> None:
    sent = line.works("kafka", "produce", "-t", "t", "-m", "v", "-p", "0", "--count", "3", "--json")
    assert [(each["topic"], each["partition"], each["offset"]) for each in sent.objects] == [
        ("t", 0, n) for n in range(3)
    ]
    assert sent.err == ""


def test_lines_of_standard_input_and_of_files_are_records(line: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "lines"
    file.write_bytes(b"c\r\nk:d")
    produce(line, "t", "a", "b")
    line.works("kafka", "produce", "-t", "t", "--file", str(file), "-K", ":")
    line.works("kafka", "produce", "-t", "t", "--value", "-", "--whole", stdin=b"all\nof it\n")
    line.works("kafka", "produce", "-t", "t", "-k", "gone", "--null")
    laid_out = line.works("kafka", "consume", "t", "-e", "-f", "earliest", "--json").objects
    assert [(each["key"], each["value"]) for each in laid_out] == [
        (None, "a"), (None, "b"), (None, "c"), ("k", "d"), (None, "all\nof it\n"), ("gone", None),
    ]  # fmt: skip


@pytest.mark.parametrize("compression", ["none", "gzip", "snappy", "lz4", "zstd"])
def test_every_compression_arrives(line: CommandLine, compression: str) -> None:
    line.works("kafka", "produce", "-t", "t", "-m", "v" * 2000, "-z", compression)
    assert consumed(line, "t", "--from", "earliest") == ["v" * 2000]


def test_nobody_acknowledges_what_is_sent_with_acks_0(line: CommandLine) -> None:
    said = line.works("kafka", "produce", "-t", "t", "-m", "v", "--acks", "0").err
    assert said == "hubbub: 1 sent to t; with --acks 0 no broker says that it has them\n"


def test_records_are_laid_out_in_kcats_manner(line: CommandLine) -> None:
    line.works("kafka", "produce", "-t", "t", "-m", "väl", "-k", "k", "-p", "0", "-H", "a:b", "-H", "c:")
    read = line.works(
        "kafka", "consume", "t", "--from-beginning", "-e", "-f", r"%t[%p]@%o %k/%K %s/%S %h 100%%\t\x21\n"
    )
    assert read.out.decode() == "t[0]@0 k/1 väl/4 a=b,c= 100%\t!\n"
    wrong = line("kafka", "consume", "t", "-f", "%y")
    assert wrong.code == 2
    assert wrong.err.startswith("hubbub: --format: there is no %y here; there are %s value, ")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--offset", "1"], "bcd"),
        (["-o", "-1"], "d"),
        (["--offset", "beginning", "--count", "2"], "ab"),
        (["--offset", "s@0"], "abcd"),
        (["--offset", "s@9999999999999"], ""),
        (["--from", "latest"], ""),
        (["-p", "0", "--from-beginning"], "abcd"),
    ],
)  # fmt: skip
def test_reading_begins_where_it_is_told(line: CommandLine, options: list[str], expected: str) -> None:
    produce(line, "t", *"abcd")
    assert consumed(line, "t", *options) == list(expected)


@pytest.mark.row("EX-31", "EX-50")
def test_a_group_goes_on_where_it_was_and_its_lag_is_shown(line: CommandLine) -> None:
    produce(line, "t", *"abcde")
    assert consumed(line, "t", "--group", "g", "--from-beginning", "--count", "2") == ["a", "b"]
    assert consumed(line, "t", "--group", "g", "--count", "1") == ["c"]
    assert line.works("kafka", "consumer-groups", "list").lines == ["g"]
    described = line.works("kafka", "consumer-groups", "describe", "--group", "g")
    head, row = described.lines
    assert head.split()[:3] == ["GROUP", "TOPIC", "PARTITION"]
    assert row.split() == ["g", "t", "0", "3", "5", "2", "-", "-", "-"]
    assert described.err == "hubbub: g: Empty, 0 members, lag 2 in all\n"
    assert line.works("kafka", "groups", "offsets", "g", "--json").objects[0]["lag"] == 2
    assert consumed(line, "t", "--group", "g", "--no-commit") == ["d", "e"]
    assert consumed(line, "t", "--group", "g") == ["d", "e"]


def test_a_group_is_moved_and_deleted(line: CommandLine) -> None:
    produce(line, "t", *"abcd")
    consumed(line, "t", "-g", "g", "--from-beginning")
    planned = line.works(
        "kafka",
        "consumer-groups",
        "reset-offsets",
        "--group",
        "g",
        "--topic",
        "t",
        "--to-offset",
        "1",
        "--dry-run",
        "--json",
    )
    assert planned.objects == [{"group": "g", "topic": "t", "partition": 0, "new_offset": 1}]
    assert consumed(line, "t", "-g", "g") == []
    line.works("kafka", "groups", "reset-offsets", "g", "--to", "1")
    assert consumed(line, "t", "-g", "g") == ["b", "c", "d"]
    line.works("kafka", "groups", "reset-offsets", "g", "--topic", "t:0", "--to", "earliest")
    assert line.works("kafka", "groups", "describe", "g", "--json").objects[0]["current_offset"] == 0
    assert line.works("kafka", "groups", "delete", "g").err == "hubbub: g: deleted\n"
    gone = line("kafka", "groups", "describe", "g")
    assert gone.code == 1
    assert gone.err.startswith("hubbub: there is no group 'g' at ")


@pytest.mark.row("MF-43", "EX-52")
@pytest.mark.parametrize("spelling", ["topics", "topic"])
def test_topics_come_and_go(line: CommandLine, spelling: str) -> None:
    made = line.works(
        "kafka", spelling, "create", "--name", "t", "--partitions", "2", "--config", "retention.ms=1000"
    )
    assert made.err == "hubbub: t: created, with 2 partitions\n"
    assert line.works("kafka", spelling, "list").lines == ["t"]
    (facts,) = line.works("kafka", spelling, "describe", "t", "--json").objects
    assert (facts["topic"], len(facts["partitions"]), facts["settings"]) == ("t", 2, {"retention.ms": "1000"})
    again = line("kafka", spelling, "create", "t")
    assert again.code == 1
    assert "does not create t: TopicAlreadyExists" in again.err
    line.works("kafka", spelling, "create", "t", "--if-not-exists")
    line.works("kafka", spelling, "delete", "t")
    assert line.works("kafka", spelling, "list").lines == []
    missing = line("kafka", spelling, "describe", "t")
    assert missing.code == 1
    assert missing.err.startswith("hubbub: there is no topic 't' at ")
    assert line("kafka", spelling, "delete", "t").code == 1
    line.works("kafka", spelling, "delete", "t", "--if-exists")


def test_too_few_records_in_time_are_a_failure(line: CommandLine) -> None:
    produce(line, "t", "a")
    short = line("kafka", "consume", "t", "--from-beginning", "--count", "2", "--timeout", "1.5")
    assert (short.code, short.lines) == (1, ["a"])
    assert short.err == "hubbub: nothing more within 1.5 s: 1 of 2 records\n"
    assert line.works("kafka", "consume", "t", "--from-beginning", "--timeout", "1.5").lines == ["a"]


def test_a_partition_that_is_not_there_is_told_at_once(line: CommandLine) -> None:
    produce(line, "t", "a")
    for command in (["produce", "-t", "t", "-m", "v"], ["consume", "t"]):
        wrong = line("kafka", *command, "-p", "7")
        assert wrong.code == 1
        assert wrong.err == "hubbub: t has no partition 7; it has 0 to 0\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["produce", "-t", "t"], "give one of --value VALUE, --file FILE and `-`"),
        (["produce", "-t", "t", "-m", "v", "-"], "give only one of --value VALUE"),
        (["produce", "-t", "t", "v"], "there is no argument 'v'"),
        (["produce", "-t", "t", "-m", "v", "-H", "x"], "--header: 'x' is neither name=value nor name:value"),
        (["produce", "-t", "t", "--file", "none"], "--file: none cannot be read: no such file or directory"),
        (["consume"], "say which: as an argument, or with --topic"),
        (["consume", "t", "--topic", "u"], "name one thing at a time"),
        (["consume", "t", "-o", "soon"], "--offset: 'soon' is neither a number nor s@MS"),
        (["consume", "t", "-g", "g", "-o", "1"], "a group knows where it is"),
        (["groups", "reset-offsets", "g"], "say where to"),
        (["groups", "reset-offsets", "g", "--to", "there"], "--to: 'there' is neither earliest nor latest"),
        (["topics", "list", "-b", "host:many"], "--bootstrap-server: 'host:many' is no host:port"),
        (["topics", "list", "--tls-ca", "none"], "TLS: none cannot be used"),
        (["topic", "lits"], "No such command 'lits'"),
    ],
)  # fmt: skip
def test_a_wrong_command_line_tries_nothing(line: CommandLine, arguments: list[str], said: str) -> None:
    wrong = line("kafka", *arguments)
    assert (wrong.code, wrong.out) == (2, b"")
    assert said in wrong.err


@pytest.mark.parametrize(
    "arguments",
    [["topics", "list"], ["produce", "-t", "t", "-m", "v"], ["consume", "t"], ["consume", "t", "-g", "g"], ["groups", "describe", "g"]],
)  # fmt: skip
def test_nobody_there_is_one_line_with_the_address_and_what_to_do(
    line: CommandLine, arguments: list[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    there = line("kafka", *arguments, "--broker", f"127.0.0.1:{port}")
    assert (there.code, there.out) == (6, b"")
    assert there.err == (
        f"hubbub: no Kafka broker at 127.0.0.1:{port}: connection refused; "
        "start one (`hubbub kafka serve`), or name another with --bootstrap-server\n"
    )


@pytest.mark.parametrize(
    "arguments", [["topics", "list"], ["produce", "-t", "t", "-m", "v"], ["consume", "t"]]
)
def test_somebody_who_does_not_answer_is_told_in_time(line: CommandLine, arguments: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        there = line("kafka", *arguments, "-b", f"127.0.0.1:{port}", "--connect-timeout", "0.3")
    assert (there.code, there.out) == (6, b"")
    assert there.err.startswith(
        f"hubbub: 127.0.0.1:{port} is there, but does not answer as a Kafka broker should"
    )


def test_a_consumer_that_is_interrupted_ends_well_and_leaves_its_group(
    line: CommandLine, hub: Any, tmp_path: Path
) -> None:
    produce(line, "t", "a", "b")
    address = hub.address("kafka")
    with subprocess.Popen(
        [*COMMAND, "kafka", "consume", "t", "-g", "g", "--from-beginning", "-b", address],
        cwd=tmp_path,
        env=environment({}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as program:
        assert program.stdout is not None
        assert [program.stdout.readline() for _ in "ab"] == [b"a\n", b"b\n"]
        refused = line("kafka", "groups", "reset-offsets", "g", "--to", "earliest")
        assert refused.code == 1
        assert "group 'g' is Stable, with 1 member; stop them first" in refused.err
        owned = line.works("kafka", "groups", "describe", "g", "--json").objects
        assert [each["client_id"] for each in owned] == ["hubbub"]
        program.send_signal(signal.SIGINT)
        _, err = program.communicate(timeout=PATIENCE)
        assert (program.returncode, err) == (0, b"")
    (row,) = line.works("kafka", "groups", "describe", "g", "--json").objects
    assert (row["state"], row["current_offset"]) == ("Empty", 2)


def test_a_reader_of_records_who_has_enough_is_no_error(line: CommandLine, hub: Any, tmp_path: Path) -> None:
    line.works("kafka", "produce", "-t", "t", "-m", "v" * 1000, "--count", "2000")
    with subprocess.Popen(
        [*COMMAND, "kafka", "consume", "t", "--from-beginning", "-b", hub.address("kafka")],
        cwd=tmp_path,
        env=environment({}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == b"v" * 1000 + b"\n"
        program.stdout.close()
        assert program.stderr is not None
        assert (program.stderr.read(), program.wait(PATIENCE)) == (b"", 0)


def test_an_offset_outside_of_the_log_is_told_and_nothing_else_is_read(line: CommandLine) -> None:
    line.works("kafka", "produce", "-t", "t", "-p", "0", "-m", "x")
    outcome = line("kafka", "consume", "t", "-p", "0", "-o", "500", "--exit")
    assert (outcome.code, outcome.out) == (1, b"")
    assert outcome.err == "hubbub: t/0 has no offset 500: it goes from 0 to 1\n"
    assert line.works("kafka", "consume", "t", "-p", "0", "-o", "1", "--exit").out == b""


def test_a_group_is_made_to_lag(line: CommandLine) -> None:
    line.works("kafka", "topics", "create", "t", "--partitions", "3")
    for partition, count in (("0", 10), ("1", 2), ("2", 30)):
        line.works("kafka", "produce", "-t", "t", "-p", partition, "-", stdin=b"x\n" * count)
    lag = ("kafka", "simulate", "lag", "-g", "slow", "-t", "t", "-l")
    assert line.works(*lag, "20", "--json").objects == [
        {"group": "slow", "topic": "t", "partition": number, "new_offset": end - share, "lag": share}
        for number, (end, share) in enumerate([(10, 9), (2, 2), (30, 9)])
    ]
    described = line.works("kafka", "consumer-groups", "describe", "slow", "--json").objects
    assert [each["lag"] for each in described] == [9, 2, 9]
    assert [each["lag"] for each in line.works(*lag, "42", "--json").objects] == [10, 2, 30]
    outcome = line(*lag, "43")
    assert (outcome.code, outcome.out) == (1, b"")
    assert outcome.err.startswith("hubbub: t holds 42 records; a group cannot be 43 behind")
    moved = line.works(
        "kafka", "simulate", "reset-offsets", "-g", "slow", "-t", "t", "-o", "latest", "--json"
    ).objects
    assert [each["new_offset"] for each in moved] == [10, 2, 30]


def test_a_group_is_made_to_share_out_anew(line: CommandLine, hub: Any, tmp_path: Path) -> None:
    line.works("kafka", "produce", "-t", "t", "-p", "0", "-m", "first")
    outcome = line("kafka", "simulate", "rebalance", "-g", "g")
    assert (outcome.code, outcome.err.startswith("hubbub: there is no group 'g'")) == (1, True)
    with subprocess.Popen(
        [*COMMAND, "kafka", "consume", "t", "--from-beginning", "-g", "g"],
        cwd=tmp_path, env=environment(line.addresses), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as member:  # fmt: skip
        assert member.stdout is not None
        assert member.stdout.readline() == b"first\n"

        def generation() -> int:
            return int(hub.call(lambda: hub.hub.broker.groups.named("g").generation))

        before = generation()
        said = line.works("kafka", "simulate", "rebalance", "--group", "g").err
        assert said.startswith("hubbub: g: one member came and went; 1 had to share out 3 partitions anew")
        assert generation() > before
        line.works("kafka", "produce", "-t", "t", "-p", "1", "-m", "second")
        assert member.stdout.readline() == b"second\n"
        outcome = line("kafka", "simulate", "lag", "-g", "g", "-t", "t", "-l", "1")
        assert "stop them first" in outcome.err
        member.terminate()
        member.communicate(timeout=PATIENCE)
    assert line("kafka", "simulate", "rebalance", "g").code == 1


def test_what_a_hub_counts_of_kafka_is_shown(line: CommandLine) -> None:
    line.works("kafka", "produce", "-t", "t", "-m", "x")
    table = line.works("kafka", "metrics").lines
    assert table[0].split() == ["METRIC", "LABELS", "VALUE"]
    assert ["kafka_messages_produced_total", "topic=t", "1"] in [row.split() for row in table]
    assert all(row.startswith("kafka_") for row in table[1:])
    text = line.works("kafka", "metrics", "-f", "prometheus").lines
    assert "# TYPE kafka_messages_produced_total counter" in text
    assert 'kafka_messages_produced_total{topic="t"} 1' in text
    objects = line.works("kafka", "metrics", "--json").objects
    assert {"metric": "kafka_messages_produced_total", "labels": {"topic": "t"}, "value": 1} in objects
