"""Standard streams that are closed, or on a disk that is full: one line, the right code, and nothing told that did not happen."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.clients.command import CommandLine
from tests.unit.cli.program import COMMAND, PATIENCE, environment

Shell = Callable[..., subprocess.CompletedProcess[str]]
FULL = Path("/dev/full")


@pytest.fixture
def shell(line: CommandLine, tmp_path: Path) -> Shell:
    """A command with its streams as a shell's redirections make them."""

    def run(redirections: str, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", "-c", f'exec "$@" {redirections}', "sh", *COMMAND, *words],
            cwd=tmp_path,
            env=environment(line.addresses),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    return run


def test_a_closed_input_is_an_empty_one(shell: Shell) -> None:
    result = shell("<&-", "kafka", "produce", "-t", "t", "-")
    assert (result.returncode, result.stdout) == (0, "")
    assert result.stderr == "hubbub: acknowledged: 0 records in t\n"


def test_talk_has_nowhere_to_go_and_the_work_is_done(shell: Shell, line: CommandLine) -> None:
    assert shell("2>&-", "kafka", "produce", "-t", "t", "-m", "x").returncode == 0
    assert line.works("kafka", "consume", "t", "--from-beginning", "--exit").lines == ["x"]


def test_data_that_cannot_be_written_is_a_failure_and_not_committed(shell: Shell, line: CommandLine) -> None:
    consume = ("kafka", "consume", "t", "-g", "g", "--from-beginning", "--count", "1")
    line.works("kafka", "produce", "-t", "t", "-p", "0", "-m", "x")
    for redirection, why in ((">&-", "bad file descriptor"), (f"> {FULL}", "no space left on device")):
        if redirection.endswith(str(FULL)) and not FULL.exists():
            continue
        result = shell(redirection, *consume)
        assert result.returncode == 1
        assert result.stderr == f"hubbub: standard output cannot be written: {why}\n"
    assert line.works(*consume).lines == ["x"]
    quiet = shell(">&-", "kafka", "produce", "-t", "t", "-m", "x")
    assert (quiet.returncode, quiet.stderr.startswith("hubbub: acknowledged: ")) == (0, True)


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize(
    "words", ["--help", "version", "status", "kafka topics list", "mqtt stats", "config show"]
)
def test_every_command_says_that_the_disk_is_full(words: str, shell: Shell, line: CommandLine) -> None:
    line.works("kafka", "topics", "create", "t")
    result = shell(f"> {FULL}", *words.split())
    assert (result.returncode, result.stderr) == (
        1,
        "hubbub: standard output cannot be written: no space left on device\n",
    )


def test_a_record_of_megabytes_goes_to_a_topic_that_takes_it(line: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(bytes(range(256)) * 12_000)
    send = ("kafka", "produce", "-t", "t", "-p", "0", "--file", str(tmp_path / "big"), "--whole")
    line.works("kafka", "topics", "create", "t")
    outcome = line(*send)
    assert (outcome.code, "MessageSizeTooLarge" in outcome.err) == (1, True)
    line.works("kafka", "topics", "delete", "t")
    line.works("kafka", "topics", "create", "t", "--config", "max.message.bytes=10000000")
    line.works(*send)
    assert (
        line.works("kafka", "consume", "t", "--from-beginning", "--exit").out
        == bytes(range(256)) * 12_000 + b"\n"
    )
