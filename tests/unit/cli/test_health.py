"""`hubbub health`: the exit code is the verdict."""

import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from hubbub.console.options import AdminOptions
from tests.conftest import HubThread
from tests.unit.cli.program import hubbub


def asked(hub: HubThread, folder: Path, *more: str) -> tuple[int, str]:
    result = hubbub("health", "--admin-url", f"http://localhost:{hub.port('admin')}", *more, folder=folder)
    assert result.stderr == ""
    return result.returncode, result.stdout


def test_a_hub_that_serves_is_code_0(hub: HubThread, tmp_path: Path) -> None:
    code, said = asked(hub, tmp_path)
    state, *parts = said.splitlines()
    assert (code, state) == (0, "healthy")
    assert [line.split()[:2] for line in parts if "kafka" in line] == [["kafka", "healthy"]]


def test_a_hub_that_is_near_a_limit_serves(run_hub: Callable[..., HubThread], tmp_path: Path) -> None:
    from hubbub.protocols.mqtt.options import MqttOptions

    hub = run_hub(mqtt=MqttOptions(port=0, websocket_port=0, max_connections=1))
    with socket.create_connection(("127.0.0.1", hub.port("mqtt"))) as client:
        client.sendall(b"\x10")  # it has been seen when this is
        while hub.call(lambda: sum(len(place.streams) for place, _ in hub.hub._places["mqtt"])) == 0:
            pass
        code, said = asked(hub, tmp_path)
    assert (code, said.partition("\n")[0]) == (0, "degraded")
    assert "takes no more connections" in said


def test_a_part_that_does_not_serve_is_code_1_and_named(hub: HubThread, tmp_path: Path) -> None:
    for listener, _ in hub.hub._places["amqp"]:
        hub.call(listener.stop)
    code, said = asked(hub, tmp_path)
    assert code == 1
    assert "  amqp            critical: it does not listen\n" in said
    code, said = asked(hub, tmp_path, "--json")
    assert (code, json.loads(said)["state"]) == (1, "critical")


def test_it_needs_no_token(run_hub: Callable[..., HubThread], tmp_path: Path) -> None:
    hub = run_hub(admin=AdminOptions(host="0.0.0.0", port=0, token="secret"))
    assert asked(hub, tmp_path)[0] == 0


def test_it_is_asked_where_the_settings_say(hub: HubThread, tmp_path: Path) -> None:
    """As in a container: the hub and its health check have the same variables."""
    port = str(hub.port("admin"))
    for host in ("localhost", "0.0.0.0", "127.0.0.1", ""):
        result = hubbub("health", folder=tmp_path, HUBBUB_ADMIN_PORT=port, HUBBUB_ADMIN_HOST=host)
        assert (result.returncode, result.stderr) == (0, ""), host
    (tmp_path / "hubbub.yaml").write_text(f"admin: {{port: {port}}}\n", encoding="utf-8")
    assert hubbub("health", folder=tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("settings", "words"), [("enabled: false", "switched off"), ("port: 0", "--admin-url")]
)
def test_where_it_cannot_be_asked_it_says_so(settings: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "hubbub.yaml").write_text(f"admin: {{{settings}}}\n", encoding="utf-8")
    result = hubbub("health", folder=tmp_path)
    assert (result.returncode, result.stdout) == (2, "")
    assert words in result.stderr


def test_where_nobody_answers_is_code_6(tmp_path: Path) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        result = hubbub(
            "health", "--admin-url", f"http://127.0.0.1:{bound.getsockname()[1]}", folder=tmp_path
        )
    assert result.returncode == 6
    assert "no hub's admin API" in result.stderr
