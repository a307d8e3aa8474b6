"""A hub under load is killed at random moments, and nothing that it had acknowledged is lost or goes back.

A dozen kills in every run, hundreds in `make soak`. The moments are seeded, and counted in acknowledgements; a failure names its seed.
"""

import socket
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.crash.amqp_load import AmqpLoad
from tests.crash.kafka_load import KafkaLoad
from tests.crash.load import Load
from tests.crash.mqtt_load import MqttLoad
from tests.unit.cli.program import Serving

LOADS: dict[str, Callable[[], Load]] = {"amqp": AmqpLoad, "kafka": KafkaLoad, "mqtt": MqttLoad}
ROOMS = {"kafka", "mqtt", "amqp"}
POLICIES = ("interval", "always", "never", "always")
KILLS = 12
LONG = 300
MOST_ACKNOWLEDGEMENTS = 300


def free_port() -> int:
    """A port that was free a moment ago: clients must find the hub where it was."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert isinstance(port, int)
        return port


def serve(folder: Path, room: str, port: int, policy: str) -> Serving:
    others = [f"--no-{other}" for other in sorted(ROOMS - {room})]
    return Serving(
        "--data-dir", "data", "--segments-fsync", policy, f"--{room}-port", str(port), "--host", "127.0.0.1",
        "--no-mqtt-websocket", *others, folder=folder,
    )  # fmt: skip


def kill_again_and_again(folder: Path, load: Load, seed: int, kills: int) -> None:
    random = Random(seed)
    port = free_port()
    hub = serve(folder, load.room, port, POLICIES[0])
    try:
        load.begin(port)
        clients = list(load.tally.counts)
        for kill in range(1, kills + 1):
            load.tally.wait_for(random.choice(clients), random.randint(1, MOST_ACKNOWLEDGEMENTS))
            hub.process.kill()
            code, said = hub.said()
            assert code < 0, f"the hub ended by itself: {said}"
            assert "quarantine" not in said
            assert "defect" not in said
            hub = serve(folder, load.room, port, POLICIES[kill % len(POLICIES)])
            assert hub.ready, hub.said()
            load.check_restarted()
        load.finish()
        code, said = hub.stop()
        assert code == 0, said
    finally:
        hub.process.kill()
        hub.process.communicate()


@pytest.mark.parametrize("room", LOADS)
def test_a_dozen_kills_lose_nothing(tmp_path: Path, room: str) -> None:
    kill_again_and_again(tmp_path, LOADS[room](), seed=2026, kills=KILLS)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("room", LOADS)
def test_hundreds_of_kills_lose_nothing(tmp_path: Path, room: str, seed: int) -> None:
    kill_again_and_again(tmp_path, LOADS[room](), seed, kills=LONG // 10)
