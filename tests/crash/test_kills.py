"""A hub under load from all its protocols at once is killed at random moments, and nothing that it had acknowledged is lost or goes back.

A dozen kills in every run, hundreds in `make soak`. The moments are seeded, and counted in acknowledgements; a failure names its seed.
What the clients were told is judged by a program of its own, `checker`.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from random import Random

import pytest
from msgspec import json

from tests.crash.amqp_load import AmqpLoad
from tests.crash.checker import Account, Position, complaints
from tests.crash.kafka_load import KafkaLoad
from tests.crash.load import Load
from tests.crash.mqtt_load import MqttLoad
from tests.crash.power import forget
from tests.engines.vanishing import Disk
from tests.unit.cli.program import ROOT, Serving, hubbub

LOADS: dict[str, Callable[[], Load]] = {"amqp": AmqpLoad, "kafka": KafkaLoad, "mqtt": MqttLoad}
POLICIES = ("interval", "always", "never", "always")
KILLS = 12
CUTS = 6
LONG = 300
MOST_ACKNOWLEDGEMENTS = 300


def free_port() -> int:
    """A port that was free a moment ago: clients must find the hub where it was."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert isinstance(port, int)
        return port


class Kills:
    """How a hub is started, and what becomes of its directory when it was killed. Policies take turns."""

    policies: tuple[str, ...] = POLICIES

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def serve(self, ports: dict[str, int], policy: str) -> Serving:
        return Serving(*arguments(ports, policy), folder=self.folder)

    def killed(self, random: Random) -> None:
        """The process is gone; all that it had told the operating system stays."""


class PowerCuts(Kills):
    """The disk forgets what was not synced."""

    policies = ("always",)

    def serve(self, ports: dict[str, int], policy: str) -> Serving:
        data = self.folder / "data"
        self.disk = Disk(str(data))
        command = [sys.executable, "-m", "tests.crash.power", str(self.folder / "notes")]
        path = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
        return Serving(*arguments(ports, policy), folder=self.folder, command=command, PYTHONPATH=path)

    def killed(self, random: Random) -> None:
        forget(self.disk, self.folder / "notes", random)
        (self.folder / "data" / "boot").write_text("the boot before always\n")


def arguments(ports: dict[str, int], policy: str) -> list[str]:
    """No other rooms than these."""
    rooms = [word for room, port in ports.items() for word in (f"--{room}-port", str(port))]
    others = [f"--no-{other}" for other in sorted(LOADS.keys() - ports.keys())]
    return [
        "--data-dir", "data", "--segments-fsync", policy, "--host", "127.0.0.1", "--no-mqtt-websocket",
        *rooms, *others,
    ]  # fmt: skip


def kill_again_and_again(setting: Kills, loads: list[Load], seed: int, kills: int) -> None:
    random = Random(seed)
    ports = {load.room: free_port() for load in loads}
    policies = cycle(setting.policies)
    hub = setting.serve(ports, next(policies))
    positions: list[Position] = []
    try:
        for load in loads:
            load.begin(ports[load.room])
        clients = [(load.tally, client) for load in loads for client in load.tally.counts]
        for kill in range(1, kills + 1):
            tally, client = random.choice(clients)
            tally.wait_for(client, random.randint(1, MOST_ACKNOWLEDGEMENTS))
            hub.process.kill()
            code, said = hub.said()
            assert code < 0, f"the hub ended by itself: {said}"
            assert "quarantine" not in said
            assert "defect" not in said
            setting.killed(random)
            hub = setting.serve(ports, next(policies))
            assert hub.ready, hub.said()
            now = [position for load in loads for position in load.positions()]
            assert list(complaints(Account([], now))) == [], f"after kill {kill}"
            positions += now
        accounts = [load.finish() for load in loads]
        streams = [stream for account in accounts for stream in account.streams]
        positions += [position for account in accounts for position in account.positions]
        code, said = hub.stop()
        assert code == 0, said
    finally:
        hub.process.kill()
        hub.process.communicate()
    judge(setting.folder, Account(streams, positions))
    looked = hubbub("data", "verify", "data", folder=setting.folder)
    assert looked.returncode == 0, looked.stdout


def judge(folder: Path, account: Account) -> None:
    """Let the program say whether all promises were kept."""
    path = folder / "account.json"
    path.write_bytes(json.encode(account))
    command = [sys.executable, "-m", "tests.crash.checker", str(path)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_a_dozen_kills_lose_nothing(tmp_path: Path) -> None:
    kill_again_and_again(Kills(tmp_path), [make() for make in LOADS.values()], seed=2026, kills=KILLS)


def test_power_cuts_lose_nothing_that_was_acknowledged_when_acknowledgements_wait_for_the_disk(
    tmp_path: Path,
) -> None:
    kill_again_and_again(PowerCuts(tmp_path), [make() for make in LOADS.values()], seed=2027, kills=CUTS)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10))
def test_hundreds_of_power_cuts_lose_nothing_that_was_acknowledged(tmp_path: Path, seed: int) -> None:
    kill_again_and_again(PowerCuts(tmp_path), [make() for make in LOADS.values()], seed, kills=LONG // 10)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10))
def test_hundreds_of_kills_lose_nothing(tmp_path: Path, seed: int) -> None:
    kill_again_and_again(Kills(tmp_path), [make() for make in LOADS.values()], seed, kills=LONG // 10)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("room", LOADS)
def test_hundreds_of_kills_of_a_room_by_itself_lose_nothing(tmp_path: Path, room: str, seed: int) -> None:
    kill_again_and_again(Kills(tmp_path), [LOADS[room]()], seed, kills=LONG // 10)
