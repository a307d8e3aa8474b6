"""What docs/templates.md shows is what happens."""

import json
import re

from hubbub.templates import compile_template
from tests.architecture.rules import ROOT
from tests.unit.templates.words import SOURCE, VALUES, problem, scope

PAGE = (ROOT / "docs" / "templates.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert found
    return found[1].strip()


def test_the_message_comes_out_as_the_page_says() -> None:
    message = json.loads(compile_template(json.loads(block("json")), VALUES, SOURCE).render_json(scope()))
    assert isinstance(message["quantity"], int)
    assert isinstance(message["price"], float)
    assert message["total"] == round(message["quantity"] * message["price"], 2)
    assert message["status"] in ("paid", "failed")
    assert message["due_at"] > message["created_at"]
    texts = json.loads(
        compile_template(json.loads(block("json")), VALUES, SOURCE, as_text=True).render_json(scope())
    )
    assert texts == {name: str(value) for name, value in message.items()}


def test_the_mistake_reads_as_the_page_says() -> None:
    assert problem("{{faker.flaot 1 2}}").replace("orders.yaml", "fixtures/orders.yaml") == block("text")


def test_every_expression_in_the_prose_is_one() -> None:
    """In the tables that are written by hand, too."""
    table = PAGE.partition("## The language")[2].partition("- From loose")[0].replace("\\|", "|")
    shown = [
        text
        for row in re.findall(r"^\| (?:values|fields, items|calls|choosing) \| (.*) \|$", table, re.MULTILINE)
        for text in re.findall(r"`([^`]+)`", row)
    ]
    assert len(shown) > 12
    free = VALUES | {"a": 1, "b": 2, "c": 3}
    for text in shown:
        compile_template(f"{{{{ {text} }}}}", free, SOURCE).render(scope(a=1, b=2, c=3))
