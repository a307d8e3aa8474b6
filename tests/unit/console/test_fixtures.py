"""Fixtures of a hub that runs, over HTTP and by the command line: loaded, started, stopped, unloaded."""

import json
from pathlib import Path

import pytest

from tests.conftest import HubThread
from tests.mission.seeds import SEEDS
from tests.unit.cli.program import FREE, Serving, hubbub
from tests.unit.console.api import Api, quoted

EXAMPLE = SEEDS.parent / "mockforge" / "microservices-event-bus" / "fixtures"
FILE = """
- identifier: order-created
  topic: orders
  key_pattern: "{{uuid}}"
  value_template: {id: "{{uuid}}"}
  auto_produce: {enabled: true, rate_per_second: 100}
"""


def test_fixtures_are_loaded_stopped_started_and_unloaded(hub: HubThread, tmp_path: Path) -> None:
    (tmp_path / "orders.yaml").write_text(FILE, encoding="utf-8")
    api = Api(hub)
    loaded = api.post("fixtures", path=str(tmp_path), room="kafka")
    assert (len(loaded["files"]), loaded["problems"]) == (1, [])
    (name,) = loaded["fixtures"]
    with api.feed("tap", address="kafka:orders") as feed:
        assert next(data for event, data in feed if event == "seen")["records"][0]["value"]["json"]["id"]
    (found,) = api.get("fixtures")["items"]
    assert (found["name"], found["doing"], found["wanted"]) == (name, "running", 100)
    assert api.ask("POST", f"fixtures/{quoted(name)}/stop").status == 204
    assert api.get("fixtures")["items"][0]["doing"] == "stopped"
    assert api.ask("POST", f"fixtures/{quoted(name)}/start").status == 204
    assert api.get("fixtures")["items"][0]["doing"] == "running"
    assert api.delete(f"fixtures/{quoted(str(tmp_path))}").json == {"fixtures": 1}
    assert api.get("fixtures")["items"] == []
    assert api.refused("POST", f"fixtures/{quoted(name)}/start")[0] == 404
    assert api.refused("DELETE", f"fixtures/{quoted(name)}")[0] == 404


def test_what_is_wrong_is_told_with_its_line(hub: HubThread, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("- identifier: a\n  topc: orders\n", encoding="utf-8")
    api = Api(hub)
    problems = api.post("fixtures", path=str(tmp_path / "bad.yaml"), room="kafka", strict=True)["problems"]
    assert f"{tmp_path}/bad.yaml:2" in {problem["where"] for problem in problems}
    assert api.get("fixtures")["items"] == []
    assert (
        api.post("fixtures", path=str(tmp_path / "none"))["problems"][0]["what"]
        == "there is no such directory"
    )
    assert api.refused("POST", "fixtures", {"path": "a\0b"})[0] == 400
    assert api.refused("POST", "fixtures", {"path": "x" * 1000})[0] == 422
    assert api.refused("POST", "fixtures", {"path": str(tmp_path), "room": "nats"})[0] == 404


@pytest.mark.row("EX-22", "EX-23", "EX-24")
@pytest.mark.parametrize("room", ["kafka", "mqtt", "amqp"])
def test_the_command_of_the_document_loads_its_fixtures(room: str, tmp_path: Path) -> None:
    if not EXAMPLE.is_dir():
        pytest.skip("the mission's example is not beside this checkout")
    folder = EXAMPLE / room
    if not folder.is_dir():  # the document names one that was never there
        folder = tmp_path / "fixtures" / room
        folder.mkdir(parents=True)
        queue = "- identifier: mail\n  queues: [{name: email.queue}]\n  exchanges: [{name: notifications, type: topic}]\n"
        (folder / "notifications.yaml").write_text(queue, encoding="utf-8")
    with Serving(*FREE, folder=tmp_path) as hub:
        place = {"HUBBUB_ADMIN_URL": f"http://localhost:{hub.port('admin')}"}
        result = hubbub(room, "fixtures", "load", f"{folder}/", folder=tmp_path, **place)
        assert (result.returncode, "are loaded" in result.stdout) == (0, True), result.stderr
        listed = hubbub("fixtures", "list", "--json", folder=tmp_path, **place)
        assert all(json.loads(line)["doing"] for line in listed.stdout.splitlines())
