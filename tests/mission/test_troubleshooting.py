"""The steps that the mission's documents advise when a client cannot connect: on a hub that is well they say so, and without one they say what is wrong."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.mission.seeds import shell_commands
from tests.mission.test_serve import free_ports
from tests.unit.cli.program import FREE, PATIENCE, Serving, connect, environment, hubbub

DOCUMENTS: Final = ("mockforge-async-protocols", "mockforge-microservices-example")
STEPS: Final = ("kafka topics list", "amqp queue list", "amqp bindings list --queue email.queue")
USER: Final = {"MOCKFORGE_AMQP_USERNAME": "myuser", "MOCKFORGE_AMQP_PASSWORD": "mypass"}


def printed() -> set[str]:
    """Every command line of the documents."""
    return {" ".join(words) for document in DOCUMENTS for words in shell_commands(document)}


def addresses(kafka: int, mqtt: int, amqp: int, admin: int, login: str = "myuser:mypass") -> dict[str, str]:
    """How the commands find the hub."""
    return {
        "HUBBUB_KAFKA_BOOTSTRAP": f"localhost:{kafka}",
        "HUBBUB_MQTT_URL": f"mqtt://localhost:{mqtt}",
        "HUBBUB_AMQP_URL": f"amqp://{login}@localhost:{amqp}",
        "HUBBUB_ADMIN_URL": f"http://localhost:{admin}",
    }


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Serving]:
    """With the steps "check logs" and "override with environment variables" taken."""
    steps = {f"export {name}={value}" for name, value in USER.items()} | {"mockforge serve --verbose"}
    assert steps <= printed()
    with Serving("--verbose", *FREE, folder=tmp_path, **USER) as serving:
        yield serving


def of(hub: Serving, login: str = "myuser:mypass") -> dict[str, str]:
    return addresses(*(hub.port(each) for each in ("kafka", "mqtt", "amqp", "admin")), login)


@pytest.mark.row("MF-185")
def test_the_steps_for_each_protocol_tell_that_all_is_well(hub: Serving, tmp_path: Path) -> None:
    where = of(hub)
    prepared = ["kafka topics create orders", "amqp queue declare email.queue"]
    prepared += ["amqp exchange declare notes", "amqp queue bind --exchange notes --queue email.queue"]
    for each in prepared:
        assert hubbub(*each.split(), folder=tmp_path, **where).returncode == 0, each
    assert {f"mockforge {each}" for each in STEPS} | {"telnet localhost 9092"} <= printed()
    for step, shown in zip(STEPS, ("orders", "email.queue", "notes"), strict=True):
        result = hubbub(*step.split(), folder=tmp_path, **where)
        assert result.returncode == 0, result.stderr
        assert shown in result.stdout
    connect(hub.port("kafka")).close()  # all that telnet shows
    refused = hubbub("amqp", "queue", "declare", "q", folder=tmp_path, **of(hub, "guest:guest"))
    assert refused.returncode != 0
    assert "ACCESS_REFUSED" in refused.stderr
    _, log = hub.stop()
    assert " debug kafka: 127.0.0.1:" in log
    assert " connected\n" in log
    assert "user 'myuser' in virtual host '/'" in log


@pytest.mark.row("MF-185")
def test_mosquittos_own_programs_say_that_mqtt_is_well(hub: Serving) -> None:
    steps = {
        "mosquitto_pub -h localhost -p 1883 -t test -m hello",
        "mosquitto_sub -h localhost -p 1883 -t # -v",
    }
    assert steps <= printed()
    if shutil.which("mosquitto_pub") is None or shutil.which("mosquitto_sub") is None:
        pytest.skip("no mosquitto-clients here")
    to = ["-h", "localhost", "-p", str(hub.port("mqtt"))]
    publish = ["mosquitto_pub", *to, "-t", "test", "-m", "hello"]
    subprocess.run([*publish, "-r"], check=True, timeout=PATIENCE)  # kept, for who subscribes later
    heard = subprocess.run(
        ["mosquitto_sub", *to, "-t", "#", "-v", "-C", "1", "-W", str(int(PATIENCE))],
        env=environment({"PATH": os.environ["PATH"]}),
        capture_output=True,
        text=True,
        timeout=PATIENCE * 2,
        check=True,
    )
    assert heard.stdout == "test hello\n"
    subprocess.run(publish, check=True, timeout=PATIENCE)


@pytest.mark.row("MF-185")
@pytest.mark.parametrize(
    ("step", "asked", "code"),
    [
        (STEPS[0], "kafka", 6),
        *((step, "admin", 2) for step in STEPS[1:]),  # AMQP's own wire has no lists
        ("mqtt stats", "mqtt", 6),
    ],
)
def test_without_a_hub_each_step_says_where_nobody_answers(
    step: str, asked: str, code: int, tmp_path: Path
) -> None:
    ports = dict(zip(("kafka", "mqtt", "amqp", "admin"), free_ports(4), strict=True))
    result = hubbub(*step.split(), folder=tmp_path, **addresses(**ports))
    assert result.returncode == code, result.stderr
    assert f"localhost:{ports[asked]}" in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""
