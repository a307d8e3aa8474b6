"""A hostile file costs nothing: it is refused while it is read, with a place, and nothing but `BadTemplate` comes of it."""

from contextlib import suppress
from random import Random
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubbub.templates import BadTemplate, Scope, TemplateFault, compile_condition, compile_template
from hubbub.templates.limits import LONGEST_TEXT
from tests.unit.templates.test_expressions import MEANINGS
from tests.unit.templates.words import NOW, SOURCE, VALUES, problems, scope

CHEAP = 1.0
"""Seconds of CPU, far above what any of these takes."""

HOSTILE = {
    "parentheses": "{{" + "(" * 7000 + "}}",
    "lists": "{{" + "[" * 7000 + "}}",
    "maps": "{{" + "{a:" * 5000 + "}}",
    "nots": "{{" + "!" * 10000 + "1}}",
    "minuses": "{{" + "-" * 10000 + "1}}",
    "sums": "{{" + "1+" * 7000 + "1}}",
    "pipes": "{{1" + "|abs" * 3000 + "}}",
    "fields": "{{context" + ".a" * 7000 + "}}",
    "choices": "{{" + "1?" * 7000 + "1}}",
    "calls": "{{" + "min(" * 3000 + "1}}",
    "arguments": "{{min " + "min " * 3000 + "}}",
    "braces": "{{" * 400_000,
    "quotes": "{{" + "'\\" * 7000 + "}}",
    "blanks": "{{" + " " * 900_000 + "1}}",
    "digits": "{{" + "9" * 15_000 + "}}",
    "duration": "{{now | add_duration '" + "1d" * 5000 + "x'}}",
    "long": "x" * (LONGEST_TEXT + 1) + "{{uuid}}",
    "range": "{{range 1 999999999999}}",
    "wide": "{{'a' | padLeft 999999999}}",
    "words": "{{faker.words 1000000000}}",
    "sentences": "{{faker.paragraph 10000}}",
    "name": "{{" + "a" * 15_000 + "}}",
    "base64": "{{'a'" + "|base64" * 99 + "}}",
    "json": "{{'\"'" + "|json" * 99 + "}}",
    "join": "{{'" + "x" * 2000 + "' | padLeft 1000000 ',' | split ',' | join '" + "x" * 2000 + "'}}",
    "replace": "{{'a' | padLeft 1000000 'a' | replace 'a' 'aa'}}",
    "dots": "{{faker" + ".a" * 7000 + "}}",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_asks_for_too_much_is_refused_at_once(text: str) -> None:
    started = process_time()
    assert len(problems(text)) == 1
    assert process_time() - started < CHEAP


def test_a_tree_without_bounds_is_refused() -> None:
    laughs: list[object] = ["{{uuid}}"]
    for _ in range(9):
        laughs = [laughs] * 9
    with pytest.raises(BadTemplate, match="this template is too large"):
        compile_template(laughs, (), SOURCE)
    deep: object = "{{uuid}}"
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(BadTemplate, match="this template is nested too deeply"):
        compile_template(deep, (), SOURCE)


def test_fields_that_repeat_each_other_are_counted_each_time() -> None:
    texts: dict[str, object] = {"f0": "{{id}}"}
    lists: dict[str, object] = {"f0": ["{{id}}"]}
    for n in range(40):
        texts[f"f{n + 1}"] = f"{{{{this.f{n}}}}}{{{{this.f{n}}}}}"
        lists[f"f{n + 1}"] = [f"{{{{this.f{n}}}}}", f"{{{{this.f{n}}}}}"]
    for tree in (texts, lists, {"a": "x" * 900_000, "b": ["{{this.a}}"] * 3}):
        with pytest.raises(BadTemplate, match="this template is too large"):
            compile_template(tree, VALUES, SOURCE)


def test_the_longest_that_is_allowed_works() -> None:
    chain = "{{" + "+".join(["id"] * 100) + "}}"
    assert compile_template(chain, VALUES, SOURCE).render(scope()) == 700
    nested = "{{" + "(" * 23 + "id" + ")" * 23 + "}}"
    assert compile_template(nested, VALUES, SOURCE).render(scope()) == 7
    choices = "{{faker.randomChoice [" + ",".join(f"'choice {n}'" for n in range(1000)) + "]}}"
    assert str(compile_template(choices, VALUES, SOURCE).render(scope())).startswith("choice ")


def test_texts_do_not_grow_without_bounds() -> None:
    values = {"context": {"a": "x" * 600_000}}
    template = compile_template("{{context.a + context.a}}", values, SOURCE)
    with pytest.raises(TemplateFault, match="text of more than"):
        template.render(Scope(Random(1), NOW, values))


WORDS = st.sampled_from(
    ["{{", "}}", "(", ")", "[", "]", "{", "}", "|", "||", "&&", "!", "?", ":", ",", ".", "+", "-", "*", "/", "%", "<", "==", "=", "'", '"', "\\", " ",
     "\n", "1", "2.5", "7d", "'a'", "id", "context", "this", "a", "faker", "faker.int", "uuid", "now", "round", "upper", "withProbability", "if", "in",
     "true", "null", "pathParam", "add_duration", "range", "\ud800", "é"]
)  # fmt: skip


@given(st.lists(WORDS, max_size=20).map("".join) | st.text(max_size=40))
@settings(max_examples=600)
def test_any_text_is_a_template_or_a_bad_one(text: str) -> None:
    for tree in ("{{" + text + "}}", {"a": 1, "b": text}):
        try:
            template = compile_template(tree, VALUES, SOURCE)
        except BadTemplate:
            continue
        for render in (template.render, template.render_json):
            with suppress(TemplateFault):
                render(scope())


@given(st.text(max_size=30) | st.lists(WORDS, max_size=12).map("".join))
@settings(max_examples=300)
def test_any_text_is_a_condition_or_a_bad_one(text: str) -> None:
    try:
        condition = compile_condition(text, VALUES, SOURCE)
    except BadTemplate:
        return
    with suppress(TemplateFault):
        assert condition(scope()) in (True, False)


odd_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**400), 10**400)
    | st.floats()
    | st.text(max_size=20)
    | st.binary(max_size=5)
    | st.just("2026-01-01"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@given(
    odd_values,
    odd_values,
    st.sampled_from([text for text, _ in MEANINGS if "context" in text or "id" in text]),
)
@settings(max_examples=400)
def test_no_value_breaks_a_template(first: object, second: object, text: str) -> None:
    values = VALUES | {
        "id": first,
        "context": {
            "a": second,
            "total": first,
            "items": second,
            "created_at": first,
            "new_quantity": second,
        },
    }
    template = compile_template(text, VALUES, SOURCE)
    for render in (template.render, template.render_json):
        with suppress(TemplateFault):
            render(Scope(Random(1), NOW, values))
