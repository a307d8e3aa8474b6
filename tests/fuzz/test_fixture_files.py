"""Fixture files may say anything: reading them ends in values, problems and warnings, never in an error."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from hubbub.fixtures.reading.files import read_text
from hubbub.fixtures.sampling import Sampler
from hubbub.templates.problems import TemplateFault
from tests.unit.cli.program import ROOT
from tests.unit.fixtures.house import House

FILES = sorted((ROOT / "examples").rglob("fixtures*/**/*.yaml")) + sorted(
    (ROOT / "examples").rglob("fixtures.yaml")
)
TREES = [tree for file in FILES for tree in yaml.safe_load_all(Path(file).read_text(encoding="utf-8"))]
NUMBERS = st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
WORDS = st.sampled_from(
    [
        "",
        "a",
        "a/+",
        "kafka:x",
        "mqtt:",
        "{{",
        "{{x",
        "{{id}}",
        "{{context.a.b | round 2}}",
        "5 min",
        "1e9",
        "#",
        "true",
        "//",
        ":",
    ]
)
SCALARS = st.none() | st.booleans() | NUMBERS | WORDS | st.text(max_size=8)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6) | WORDS, inner, max_size=3)
    ),
    max_leaves=6,
)


def places(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    children = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [path, *(found for name, child in children for found in places(child, (*path, name)))]


def put(tree: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    copy = dict(tree) if isinstance(tree, dict) else list(tree)
    copy[path[0]] = put(tree[path[0]], path[1:], value)
    return copy


@settings(max_examples=300)
@given(st.data())
def test_whatever_stands_in_place_of_what_should_is_a_problem_at_most(data: st.DataObject) -> None:
    tree = data.draw(st.sampled_from(TREES))
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(places(tree)))
        tree = put(tree, path, data.draw(VALUES))
    text = json.dumps(tree)
    for room in ("", "mqtt"):
        reading = read_text(text, "f.yaml", room)
        assert all(problem.where.startswith("f.yaml") for problem in reading.problems)
        sampler = Sampler(reading.book, 0, {}, seed=1)
        for fixture in reading.book.fixtures:
            try:
                list(sampler.samples(fixture, 1))
            except TemplateFault:
                continue


@settings(max_examples=200)
@given(st.data())
def test_whatever_was_read_can_be_played(data: st.DataObject) -> None:
    tree = data.draw(st.sampled_from(TREES))
    for _ in range(data.draw(st.integers(1, 2))):
        path = data.draw(st.sampled_from(places(tree)))
        tree = put(tree, path, data.draw(VALUES))
    with TemporaryDirectory() as folder:
        file = Path(folder) / "f.yaml"
        file.write_text(json.dumps(tree), encoding="utf-8")
        house = House()
        house.fixtures.load(str(file))
        house.settle()
        house.advance(3)
        house.fixtures.loaded()
        house.fixtures.close()
        house.settle()


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    read_text(text, "f.yaml")
