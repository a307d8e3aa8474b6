"""kcat: what people type first to see whether a broker is there."""

import json
import shutil
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from tests.clients.kafka_words import Confluent, Message

PATIENCE = 60.0


@pytest.fixture
def kcat(hub: Any) -> Callable[..., str]:
    """Run kcat with these arguments against the hub; return what it wrote."""
    program = shutil.which("kcat")
    if program is None:
        pytest.skip("no kcat here: apt-get install kcat")

    def run(*arguments: str, stdin: str = "") -> str:
        done = subprocess.run(
            [program, "-b", hub.address("kafka"), *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.mark.row("MF-19", "MF-20", "MF-21", "MF-22")
def test_list_produce_and_consume_to_the_end(hub: Any, kcat: Callable[..., str]) -> None:
    Confluent().produce(hub.address("kafka"), "greetings", [Message(2, b"hello", b"k", (("h", b"v"),))])
    listing = json.loads(kcat("-L", "-J"))
    assert [(each["id"], each["name"]) for each in listing["brokers"]] == [(1, hub.address("kafka"))]
    assert {each["topic"]: len(each["partitions"]) for each in listing["topics"]} == {"greetings": 3}
    assert "1 brokers:" in kcat("-L")
    kcat("-P", "-t", "greetings", "-p", "0", "-K", ":", "-H", "who=me", stdin="key:first\nkey:second\n")
    read = kcat("-C", "-t", "greetings", "-e", "-q", "-f", "%p %o %k %s %h\n").splitlines()
    assert sorted(read) == ["0 0 key first who=me", "0 1 key second who=me", "2 0 k hello h=v"]


@pytest.mark.parametrize("codec", ["gzip", "snappy", "lz4", "zstd"])
def test_every_codec_that_kcat_writes_it_reads(kcat: Callable[..., str], codec: str) -> None:
    lines = [f"{number} is a line, a line, a line" for number in range(200)]
    kcat("-P", "-t", codec, "-p", "1", "-z", codec, stdin="".join(line + "\n" for line in lines))
    assert kcat("-C", "-t", codec, "-p", "1", "-e", "-q").splitlines() == lines
    assert kcat("-C", "-t", codec, "-p", "1", "-o", "-2", "-e", "-q").splitlines() == lines[-2:]
    assert kcat("-C", "-t", codec, "-p", "1", "-o", "100", "-c", "1", "-q").splitlines() == lines[100:101]


@pytest.mark.row("MF-23", "FX-64")
def test_an_offset_by_time(hub: Any, kcat: Callable[..., str]) -> None:
    noon = 1_700_000_000_000
    sent = [Message(0, b"tick", timestamp=noon + number) for number in range(10)]
    Confluent().produce(hub.address("kafka"), "clock", sent)
    assert kcat("-Q", "-t", f"clock:0:{noon + 7}").split() == ["clock", "[0]", "offset", "7"]


@pytest.mark.row("MF-24", "MF-28", "MF-38", "FX-68", "FX-71")
def test_a_group_reads_on_where_it_stopped(hub: Any, kcat: Callable[..., str]) -> None:
    sent = [Message(0, str(number).encode()) for number in range(6)]
    Confluent().produce(hub.address("kafka"), "work", sent)
    group = (
        "-q",
        "-X",
        "auto.offset.reset=earliest",
        "-X",
        "heartbeat.interval.ms=100",
        "-G",
        "readers",
        "work",
    )
    assert kcat("-c", "4", *group).split() == ["0", "1", "2", "3"]
    assert kcat("-c", "2", *group).split() == ["4", "5"]
