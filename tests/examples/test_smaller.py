"""The smaller examples: each does what its README says, with its own configuration and programs."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from hubbub.fixtures.reading.files import Folder, read_folders
from hubbub.settings.known import DIALECT
from hubbub.settings.loading import Sources, load
from tests.examples.running import EXAMPLES, Program, hub_of

ALL = sorted(
    str(file.parent.relative_to(EXAMPLES))
    for file in EXAMPLES.rglob("hubbub.yaml")
    if not file.parent.name.startswith("testing-")
)
"""Those that are systems; the others are projects with tests of their own (`test_testing`)."""


def lines(example: str, hub: object, *command: str, count: int = 1) -> list[str]:
    """What a program prints until it ends."""
    with Program(example, hub, *command) as program:  # type: ignore[arg-type]
        printed, _ = program.process.communicate(timeout=60)
    assert program.process.returncode == 0, printed
    found = printed.splitlines()
    assert len(found) >= count, printed
    return found


@pytest.mark.row("MF-181")
def test_the_sensor_network_alerts_shows_and_answers() -> None:
    example = "iot-sensor-network"
    with (
        hub_of(example, "--fixtures-speed", "60") as hub,
        Program(example, hub, "network.py", "alerts", "--limit", "18") as alerts,
    ):
        alerts.until("alerts: watching")
        assert re.search(r"alerts: temp-\d+ is at \d+\.\d", alerts.until("is at"))
        shown = lines(example, hub, "network.py", "dashboard", count=30)
        assert {line.partition(":")[0] for line in shown} == {
            *(f"sensors/temperature/{number}" for number in range(1, 21)),
            *(f"sensors/humidity/{number}" for number in range(1, 11)),
        }
        (answer,) = lines(example, hub, "network.py", "calibrate", "7")
        assert "'asked_at': 'sensors/7/calibrate'" in answer


@pytest.mark.row("MF-182")
def test_tasks_are_worked_on_and_failed_ones_end_where_they_can_be_seen() -> None:
    example = "task-queue-system"
    with hub_of(example) as hub, Program(example, hub, "tasks.py", "work", "resize", "report") as worker:
        worker.until("working on resize, report")
        (number,) = lines(example, hub, "tasks.py", "submit", "resize")
        (result,) = lines(example, hub, "tasks.py", "results", number)
        assert json.loads(result) == {"task_id": number, "status": "done", "reasons": []}
        (number,) = lines(example, hub, "tasks.py", "submit", "report", "--fails")
        (failed,) = lines(example, hub, "tasks.py", "failed", number)
        assert json.loads(failed) == {
            "task_id": number,
            "kind": "report",
            "fails": True,
            "reasons": ["delivery_limit"],
        }


@contextmanager
def bank(*flags: str) -> Iterator[object]:
    example = "event-sourcing-cqrs"
    with (
        hub_of(example, *flags) as hub,
        Program(example, hub, "bank.py", "commands") as commands,
        Program(example, hub, "bank.py", "saga") as saga,
    ):
        commands.until("command-handler: ready")
        saga.until("transfer-saga: ready")
        yield hub


@pytest.mark.row("MF-183")
def test_a_bank_of_events_moves_money_and_remembers_it(tmp_path: Path) -> None:
    example = "event-sourcing-cqrs"
    with bank("--data-dir", str(tmp_path / "events")) as hub:
        lines(example, hub, "bank.py", "send", "deposit", "alice", "100", count=0)
        assert lines(example, hub, "bank.py", "send", "transfer", "alice", "bob", "30") == ["completed"]
        assert lines(example, hub, "bank.py", "send", "transfer", "alice", "bob", "3000") == ["refused"]
        assert [lines(example, hub, "bank.py", "balance", name) for name in ("alice", "bob")] == [
            ["70"],
            ["30"],
        ]
    with bank("--data-dir", str(tmp_path / "events")) as hub:  # the store of events is all that is left
        assert lines(example, hub, "bank.py", "send", "transfer", "bob", "alice", "30") == ["completed"]
        assert [lines(example, hub, "bank.py", "balance", name) for name in ("alice", "bob")] == [
            ["100"],
            ["0"],
        ]


@pytest.mark.row("MF-184")
@pytest.mark.parametrize(
    ("example", "count", "wanted"),
    [
        ("protocols/kafka", 10, r"(user-\d+ (view|cart|buy)\n){10}"),
        ("protocols/mqtt", 2, r'lamp/state \{"on":true,"brightness":60\}'),
        (
            "protocols/amqp",
            6,
            r'((acme|globex|initech)\.usd \d+\.\d+\n){5}answer to question-1 \{"symbol":"acme","price":\d+\.\d+\}',
        ),
    ],
)
def test_each_protocol_has_an_example_of_its_own(example: str, count: int, wanted: str) -> None:
    with hub_of(example) as hub:
        printed = "\n".join(lines(example, hub, "client.py", count=count)) + "\n"
    assert re.search(wanted, printed), printed


@pytest.mark.parametrize("example", ALL)
def test_the_configuration_and_the_fixtures_are_good(example: str) -> None:
    folder = EXAMPLES / example
    loaded = load(DIALECT, Sources(folder / "hubbub.yaml"))
    reading = read_folders([Folder(loaded.settings.fixtures.dir)])
    assert (loaded.warnings, reading.problems, reading.warnings) == ((), (), ())


@pytest.mark.row("MF-175", "EX-21")
def test_every_example_has_a_compose_file_that_starts_its_hub() -> None:
    for example in ALL:
        folder = EXAMPLES / example
        services = yaml.safe_load((folder / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
        assert "hubbub serve --config hubbub.yaml --host 0.0.0.0" in services["hub"]["command"]
        hub = services["hub"]
        loaded = load(DIALECT, Sources(folder / "hubbub.yaml", hub.get("environment", {}))).settings
        published = {
            int(inside): int(outside) for outside, inside in (each.split(":") for each in hub["ports"])
        }
        for room in (loaded.mqtt, loaded.amqp):
            assert not room.enabled or published[room.port] == room.port
        if loaded.kafka.enabled:
            (outer,) = loaded.kafka.listeners
            assert (outer.advertised_host, outer.advertised_port) == ("localhost", published[outer.port])
            assert loaded.kafka.advertised_host == "hub", "the name by which the other services know it"
        for name, service in services.items():
            if name != "hub":
                program = re.search(r"python (?:-u )?(?:-m )?(\S+)", service["command"].rpartition("&&")[2])
                assert program is not None
                assert (folder / program[1]).exists()
                assert (folder / "requirements.txt").is_file()
