"""The template expressions of the documents, from outside: in a fixture's file, and in what a client receives."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.mission.test_fixtures import consume, hub_with, subscribe

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
ADDRESS = r"[\w.+-]+@example\.(com|org|net)"


def made(folder: Path, count: int, template: dict[str, str]) -> list[dict[str, Any]]:
    """The values of so many messages of a fixture with this template, in order."""
    fixture = {
        "identifier": "f",
        "topic": "t",
        "partition": 0,
        "value_template": template,
        "auto_produce": {"enabled": True, "rate_per_second": 1000, "total_count": count},
    }
    with hub_with(yaml.safe_dump([fixture]), folder, "--kafka-default-partitions", "1") as hub:
        return [json.loads(message.value()) for message in consume(hub, "t", count)]


@pytest.mark.row("MF-144", "MF-145", "MF-146", "MF-158")
def test_identifiers_and_times(tmp_path: Path) -> None:
    before = datetime.now(UTC)
    values = made(
        tmp_path,
        20,
        {
            "id": "{{uuid}}",
            "now": "{{now}}",
            "later": "{{now | add_duration '7 days'}}",
            "key": "order-{{uuid}}",
        },
    )
    for value in values:
        assert re.fullmatch(UUID, value["id"])
        assert re.fullmatch(f"order-{UUID}", value["key"])
        now, later = (datetime.fromisoformat(value[name]) for name in ("now", "later"))
        assert before - timedelta(seconds=1) <= now <= datetime.now(UTC)
        assert later - now == timedelta(days=7)
    assert len({value["id"] for value in values} | {value["key"][6:] for value in values}) == 40


@pytest.mark.row("MF-147", "MF-148", "MF-149", "MF-153", "MF-160")
def test_people_and_things(tmp_path: Path) -> None:
    shapes = {
        "name": r"\S+ .*\S",
        "email": ADDRESS,
        "uuid": UUID,
        "productName": r"\w+ \w+ \w+",
        "streetAddress": r"\d+ .+",
        "city": r"\w.+",
        "state": r"[A-Z][a-z].+",
        "zipCode": r"\d{5}",
    }
    values = made(tmp_path, 20, {name: f"{{{{faker.{name}}}}}" for name in shapes})
    for value in values:
        for name, shape in shapes.items():
            assert re.fullmatch(shape, value[name]), (name, value[name])
    assert len({value["name"] for value in values}) > 5


@pytest.mark.row("MF-150", "MF-151", "MF-152", "MF-159")
def test_numbers_are_numbers(tmp_path: Path) -> None:
    values = made(
        tmp_path,
        50,
        {
            "whole": "{{faker.int 1 5}}",
            "below": "{{faker.int -5 -1}}",
            "part": "{{faker.float 10.5 20}}",
            "round": "{{faker.float 1 1000 | round 2}}",
            "text": "{{faker.int 1 5}} pieces",
        },
    )
    for value in values:
        assert type(value["whole"]) is int
        assert 1 <= value["whole"] <= 5
        assert -5 <= value["below"] <= -1
        assert type(value["part"]) is float
        assert 10.5 <= value["part"] <= 20
        assert value["round"] == round(value["round"], 2)
        assert re.fullmatch(r"[1-5] pieces", value["text"])
    assert {value["whole"] for value in values} == {1, 2, 3, 4, 5}


@pytest.mark.row("MF-154", "MF-155", "MF-156", "MF-161")
def test_choices_counters_and_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGION", "eu-west")
    values = made(
        tmp_path,
        400,
        {
            "kind": "{{faker.randomChoice ['a','b']}}",
            "rare": "{{faker.randomChoice ['yes','no'] | withProbability [0.95, 0.05]}}",
            "region": "{{env.REGION}}",
            "number": "{{id}}",
        },
    )
    assert [value["number"] for value in values] == list(range(1, 401))
    assert {value["region"] for value in values} == {"eu-west"}
    assert 100 < sum(value["kind"] == "a" for value in values) < 300
    assert 340 < sum(value["rare"] == "yes" for value in values) < 400


@pytest.mark.row("MF-157")
def test_the_level_behind_a_wildcard(tmp_path: Path) -> None:
    text = """
    - identifier: s
      pattern: zones/+/sensors/+
      payload: {zone: "{{pathParam 1}}"}
      auto_publish: {interval_ms: 20, devices: 2}
    """
    with hub_with(text, tmp_path) as hub:
        found = subscribe(hub, "zones/#", lambda messages: len({m.topic for m in messages}) >= 2)
    for message in found:
        assert json.loads(message.payload)["zone"] == message.topic.split("/")[1]
