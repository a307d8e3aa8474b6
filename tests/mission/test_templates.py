"""Every expression of the seeds and of the files that MockForge ships, collected from them, works as it is written."""

import json
import re
from collections.abc import Iterator
from random import Random

import pytest
import yaml

from hubbub.templates import Scope, Source, compile_template
from tests.mission.seeds import SEEDS

SHIPPED = SEEDS.parent / "mockforge"
BLOCK = re.compile(r"^```ya?ml\n(.*?)^```", re.MULTILINE | re.DOTALL)
NOW = 1_795_788_840_042
NAMES = {"id", "clientId", "context", "env", "pathParams"}
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"

# Each expression, by the pattern that its value fits when it stands alone in its string, or the type of it.
MEANINGS: dict[str, str | type] = {
    "uuid": UUID,
    "faker.uuid": UUID,
    "now": re.escape("2026-11-27T14:14:00.042Z"),
    "now | add_duration '7 days'": re.escape("2026-12-04T14:14:00.042Z"),
    "faker.name": r"\S+.* \S+",
    "faker.email": r"[a-z]+\.[a-z]+\d+@example\.(com|org|net)",
    "faker.productName": r"\w+ \w+ \w+",
    "faker.streetAddress": r"\d+ .+ .+",
    "faker.city": r"\w.+",
    "faker.state": r"[A-Z][a-z].+",
    "faker.zipCode": r"\d{5}",
    "env.API_KEY": "secret",
    "id": int,
    "clientId": "probe-1",
    "pathParam 1": "zone-3",
    "context.new_quantity < 50": bool,
}


def strings(tree: object) -> Iterator[str]:
    match tree:
        case str():
            yield tree
        case dict():
            for key, value in tree.items():
                yield from strings(key)
                yield from strings(value)
        case list():
            for value in tree:
                yield from strings(value)


def texts() -> Iterator[tuple[str, str]]:
    """Name and text of every YAML file and block of the mission that has templates in it."""
    for page in sorted(SEEDS.glob("*.md")):
        for number, found in enumerate(BLOCK.findall(page.read_text(encoding="utf-8"))):
            yield f"{page.name}#{number}", found
    for file in sorted(SHIPPED.rglob("*.yaml")):
        yield str(file.relative_to(SHIPPED)), file.read_text(encoding="utf-8")


def collected() -> dict[str, str]:
    """Each string with a template, by where it was found first."""
    found: dict[str, str] = {}
    for name, text in texts():
        if "{{" in text:
            for string in strings(list(yaml.safe_load_all(text))):
                if "{{" in string:
                    found.setdefault(string, name)
    return found


COLLECTED = collected() if SEEDS.is_dir() else {}

pytestmark = pytest.mark.skipif(not COLLECTED, reason="the mission's documents are not beside this checkout")


def scope(seed: int) -> Scope:
    values = {
        "id": seed,
        "clientId": "probe-1",
        "pathParams": ["zone-3"],
        "env": {"API_KEY": "secret"},
        "context": {"order_id": "o-1", "product_id": "p-1", "new_quantity": seed * 10, "total": 99.5},
    }
    return Scope(Random(seed), NOW, values)


def test_all_of_them_are_collected() -> None:
    """By another way than YAML: what stands between braces, in whole documents."""
    everywhere = set()
    for page in [*SEEDS.glob("*.md"), *SHIPPED.rglob("*.yaml")]:
        everywhere |= set(re.findall(r"\{\{(.*?)\}\}", page.read_text(encoding="utf-8")))
    assert everywhere == {inner for text in COLLECTED for inner in re.findall(r"\{\{(.*?)\}\}", text)}
    assert len(everywhere) > 50


@pytest.mark.parametrize("text", COLLECTED)
def test_every_expression_works_as_it_is_written(text: str) -> None:
    template = compile_template(text, NAMES, Source(COLLECTED[text]))
    for seed in range(1, 20):
        value = template.render(scope(seed))
        assert json.loads(template.render_json(scope(seed))) == value
        checked(text, value)


def checked(text: str, value: object) -> None:
    inner = re.findall(r"\{\{(.*?)\}\}", text)
    if text != f"{{{{{inner[0]}}}}}":
        assert isinstance(value, str)
        around = re.escape(re.sub(r"\{\{.*?\}\}", "\0", text)).replace("\0", ".+")
        assert re.fullmatch(around, value)
    elif found := re.fullmatch(r"faker\.int (-?\d+) (-?\d+)", inner[0]):
        assert isinstance(value, int)
        assert int(found[1]) <= value <= int(found[2])
    elif found := re.fullmatch(r"faker\.float (\S+) (\S+?)( \| round (\d))?", inner[0]):
        assert isinstance(value, float)
        assert float(found[1]) <= value <= float(found[2])
        assert found[4] is None or round(value, int(found[4])) == value
    elif found := re.match(r"faker\.randomChoice \[(.*?)\]", inner[0]):
        assert value in [choice.strip("' ") for choice in found[1].split(",")]
    elif found := re.fullmatch(r"context\.(\w+)", inner[0]):
        assert value == {"order_id": "o-1", "product_id": "p-1", "total": 99.5}.get(found[1])
    else:
        meaning = MEANINGS[inner[0]]
        if isinstance(meaning, str):
            assert re.fullmatch(meaning, str(value))
        else:
            assert type(value) is meaning


def test_the_shapes_that_the_issue_names_work_too() -> None:
    for text, meaning in (
        ("{{now+1d}}", "2026-11-28T14:14:00.042Z"),
        ("{{now-2h}}", "2026-11-27T12:14:00.042Z"),
    ):
        assert compile_template(text, (), Source("issue")).render(scope(1)) == meaning


def test_a_message_of_the_microservices_example_agrees_with_itself() -> None:
    """``is_low_stock`` asks the context for ``new_quantity``, which is a field of the message itself."""
    fixtures = yaml.safe_load(
        (SHIPPED / "microservices-event-bus/fixtures/kafka/orders.yaml").read_text(encoding="utf-8")
    )
    (found,) = [each for each in fixtures if each["identifier"] == "inventory-updated"]
    template = compile_template(found["value_template"], NAMES, Source("orders.yaml"))
    said = set()
    for seed in range(200):
        message = json.loads(template.render_json(Scope(Random(seed), NOW, {"context": {"product_id": "p"}})))
        assert message["is_low_stock"] is (message["new_quantity"] < 50)
        assert message["quantity_change"] == -1
        said.add(message["is_low_stock"])
    assert said == {True, False}


def test_whole_shipped_trees_become_templates() -> None:
    for file in sorted(SHIPPED.rglob("*.yaml")):
        tree = yaml.safe_load(file.read_text(encoding="utf-8"))
        template = compile_template(tree, NAMES, Source(str(file)))
        octets = template.render_json(scope(1))
        assert b"{{" not in octets
        assert json.loads(octets) == template.render(scope(1))
