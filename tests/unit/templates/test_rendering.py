"""The two ways to render say the same, and what was put in is never read again."""

import json
from datetime import date
from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubbub.templates import Scope, compile_template
from tests.unit.templates.test_expressions import MEANINGS
from tests.unit.templates.words import NOW, SOURCE, VALUES, said, scope

ORDER = {
    "id": "{{uuid}}",
    "customer": 'customer-{{faker.int 1000 9999}} "quoted" 100% \u00e9\n',
    "items": [{"name": "{{faker.productName}}", "price": "{{faker.float 10.0 500.0 | round 2}}"}, "fixed", 5],
    "{{clientId}}": {"now": "{{now}}", "list": "{{[now, 1.5, null]}}", "nothing": "{{context.nothing}}"},
    "fixed": {"a": [1, None, True, "%s"]},
    "again": "{{this.items}}",
    "total": "{{context.total}}",
}


def test_json_and_values_are_the_same() -> None:
    template = compile_template(ORDER, VALUES, SOURCE)
    values, octets = template.render(scope()), template.render_json(scope())
    assert json.loads(octets) == values
    assert octets == msgspec.json.encode(values)


@pytest.mark.parametrize(("text", "meaning"), MEANINGS)
@pytest.mark.parametrize("as_text", [False, True])
def test_every_expression_reads_the_same_in_json(text: str, meaning: object, as_text: bool) -> None:
    template = compile_template({"value": [text]}, VALUES, SOURCE, as_text=as_text)
    assert json.loads(template.render_json(scope())) == template.render(scope())


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(json_values)
def test_whatever_is_put_in_comes_out_as_it_is(value: object) -> None:
    tree = {"value": "{{context.value}}", "text": "<{{context.value}}>", "key-{{context.value}}": 1}
    template = compile_template(tree, {"context"}, SOURCE)
    made = Scope(Random(1), NOW, {"context": {"value": value}})
    values = template.render(made)
    assert isinstance(values, dict)
    assert values["value"] == value
    assert json.loads(template.render_json(made)) == values


@given(json_values)
def test_a_tree_without_expressions_is_a_constant(value: object) -> None:
    if "{{" in repr(value):
        return
    template = compile_template(value, (), SOURCE)
    assert template.is_constant
    assert json.loads(template.render_json(scope())) == value
    assert template.render(scope()) == value


def test_values_from_elsewhere_are_written_as_well_as_they_can_be() -> None:
    class Strange:
        def __str__(self) -> str:
            return "strange"

    for value, written in (
        (b"abc", '"<abc>"'),
        (float("nan"), '"<nan>"'),
        (date(2026, 11, 27), '"<2026-11-27>"'),
        (Strange(), '"<strange>"'),
        ((1, 2), '"<[1,2]>"'),
        ("\ud800", '"<?>"'),
        (2**80, f'"<{2**80}>"'),
    ):
        template = compile_template("<{{context.value}}>", {"context"}, SOURCE)
        assert template.render_json(scope(context={"value": value})).decode() == written
        whole = compile_template("{{context.value}}", {"context"}, SOURCE)
        assert json.loads(whole.render_json(scope(context={"value": value}))) != "<>"


def test_what_is_rendered_belongs_to_who_asked() -> None:
    template = compile_template({"fixed": {"list": [1]}, "moving": ["{{id}}"]}, VALUES, SOURCE)
    first = template.render(scope())
    assert isinstance(first, dict)
    first["fixed"]["list"].append(2)
    first["moving"].append(2)
    assert template.render(scope()) == {"fixed": {"list": [1]}, "moving": [7]}


def test_a_template_names_what_it_looks_at() -> None:
    tree = ["{{id}}", "{{context.a.b}} {{env.KEY}}", "{{pathParam 1}}", "{{context}}", "{{uuid}}"]
    assert compile_template(tree, VALUES, SOURCE).uses == {
        "id",
        "context.a",
        "env.KEY",
        "pathParams",
        "context",
    }


def test_yaml_dates_are_text() -> None:
    assert said({"day": date(2026, 11, 27)}) == {"day": "2026-11-27"}


def test_time_is_what_the_scope_says() -> None:
    template = compile_template("{{now}}", (), SOURCE)
    made = scope()
    assert template.render(made) == "2026-11-27T14:14:00.042Z"
    made.now += 1000
    assert made.now == NOW + 1000
    assert template.render(made) == "2026-11-27T14:14:01.042Z"
    made.now = -1
    assert template.render(made) == "1969-12-31T23:59:59.999Z"
