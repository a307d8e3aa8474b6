"""What is wrong with a template is told when it is read: where, what, and what to do."""

import pytest

from hubbub.templates import BadTemplate, Source, compile_condition, compile_template, compile_text
from tests.unit.templates.words import SOURCE, VALUES, problem, problems

WRONG: list[tuple[str, int, str, str]] = [
    # text, column (counted from 1 at its first letter), what, advice
    ("{{faker.flaot 1 2}}", 3, "nothing is called faker.flaot", "did you mean faker.float?"),
    ("{{fakr.name}}", 3, "nothing is called fakr", "did you mean faker?"),
    ("{{clientid2}}", 3, "nothing is called clientid2", "did you mean clientId?"),
    ("{{uid}}", 3, "nothing is called uid", "did you mean"),
    ("{{now | add_durration '1d'}}", 9, "no filter is called add_durration", "did you mean addDuration?"),
    ("order-{{uuid}}-{{idd}}", 18, "nothing is called idd", "did you mean id?"),
    ("{{", 1, "this {{ is never closed", "end it with }}"),
    ("a {{uuid", 3, "this {{ is never closed", "end it with }}"),
    ("{{}}", 3, "an expression is missing", "write one"),
    ("{{ 'abc }}", 4, "this text is never closed", "end it with '"),
    (
        "{{faker.int 5 1}}",
        3,
        "the smallest, 5, is above the largest, 1",
        "it is used as faker.int [min] [max]",
    ),
    ("{{faker.int 1 2 3}}", 17, "3 is not expected here", ""),
    ("{{faker.int(1, 2, 3)}}", 3, "faker.int takes 0 to 2 arguments, not 3", ""),
    ("{{faker.int 'a' 2}}", 3, "min of faker.int: text is no number", ""),
    ("{{faker.int 1.5 2}}", 3, "min of faker.int: 1.5 is not whole", ""),
    ("{{uuid(1)}}", 3, "uuid takes no arguments, not 1", ""),
    ("{{faker.randomChoice}}", 3, "faker.randomChoice takes at least 1 argument, not 0", ""),
    ("{{faker.randomChoice []}}", 3, "an empty list", ""),
    ("{{faker.randomChoice ['a'] | withProbability [0.5, 0.5]}}", 30, "2 weights for 1 values", ""),
    ("{{uuid | withProbability [1]}}", 10, "withProbability weighs a choice", "put faker.randomChoice"),
    ("{{now | add_duration 'soon'}}", 9, "duration of addDuration: 'soon' is no duration", ""),
    (
        "{{now | add_duration}}",
        9,
        "addDuration takes 1 argument, not 0",
        "it is used as | addDuration duration",
    ),
    ("{{now | format '%Q'}}", 9, "%Q is no part of a time", ""),
    ("{{1 / 0}}", 5, "a division by zero", ""),
    ("{{'a' * 2}}", 7, "text * a number means nothing", ""),
    ("{{1 = 2}}", 5, "one = compares nothing", "write =="),
    ("{{1 < 2 < 3}}", 9, "comparisons cannot follow each other", "join two with &&"),
    ("{{(1 + 2}}", 9, "}} stands where ) should", "close the parenthesis with )"),
    ("{{[1 2]}}", 6, "2 stands where ] should", "close the list with ]"),
    ("{{1 +}}", 6, "}} stands where a value should", ""),
    ("{{id id}}", 6, "'id' is not expected here", ""),
    ("{{#each items}}", 3, "there are no blocks in this language", "condition ? a : b"),
    ("{{1x}}", 3, "'1x' is neither a number nor a duration", "units are"),
    ("{{context.}}", 11, "the name of a field is missing", ""),
    ("{{id | }}", 8, "the name of a filter is missing", ""),
    ("{{id ? 1}}", 9, "}} stands where : should", ""),
    ("{{if(id)}}", 3, "if takes 2 to 3 arguments, not 1", ""),
    ("{{weighted({weights: [1]})}}", 3, "weighted needs values", "it is used as weighted values weights"),
    ("{{user.name}}", 3, "nothing is called user", "the variables here are clientId, context, env, id"),
    ("{{faker}}", 3, "faker alone is nothing", "write a name behind it, as in faker.int"),
    ("{{uuid | faker.nmae}}", 10, "no filter is called faker.nmae", "docs/templates.md"),
    ("{{upper}}", 3, "upper has nothing to work on", "write it behind a pipe: value | upper"),
    ("{{pathParam 0}}", 3, "the first is 1", ""),
    ("{{99999999999999999999}}", 3, "99999999999999999999 is too large", ""),
    ("{{'\\ud800'}}", 4, "\\ud800 is half a character", ""),
    ("{{'\\q'}}", 4, "\\q has no meaning", "write \\\\ for a backslash"),
    ("half \ud800 here", 6, "half a character cannot be sent", ""),
]


@pytest.mark.parametrize(("text", "column", "what", "advice"), WRONG, ids=[repr(each[0]) for each in WRONG])
def test_what_is_wrong_is_told_with_its_place_and_a_remedy(
    text: str, column: int, what: str, advice: str
) -> None:
    (found,) = problems({"value": text})
    assert (found.path, found.line) == ("orders.yaml", 7)
    assert (found.column - SOURCE.column + 1, found.what[: len(what)]) == (column, what)
    assert advice in found.advice
    assert found.advice


def test_a_problem_reads_as_one_line() -> None:
    assert (
        problem("{{faker.flaot 1 2}}")
        == "orders.yaml:7:13: nothing is called faker.flaot; did you mean faker.float?"
    )


def test_lines_of_a_long_text_are_counted() -> None:
    found = problems("first\n  {{uuid}}\n  and {{uid}}")
    assert [(each.line, each.column) for each in found] == [(9, 9)]


def test_every_bad_string_of_a_tree_is_told_at_its_own_place() -> None:
    places = {("a",): (3, 6), ("b",): (4, 1), ("b", 1): (6, 5), ("c", "d"): (8, 9)}
    tree = {"a": "{{uid}}", "b": ["{{uuid}}", "{{uid}}", "{{uid}}"], "c": {"d": "x{{uid}}"}}
    with pytest.raises(BadTemplate) as caught:
        compile_template(tree, VALUES, Source("f.yaml", 1, 1, places))
    assert [(each.line, each.column) for each in caught.value.problems] == [(3, 8), (6, 7), (4, 3), (8, 12)]
    assert len(str(caught.value).splitlines()) == 4


def test_a_variable_that_only_some_places_have_is_unknown_elsewhere() -> None:
    for text in ("{{pathParam 1}}", "{{clientId}}", "{{context.total}}"):
        with pytest.raises(BadTemplate):
            compile_template(text, {"id"}, SOURCE)
    with pytest.raises(BadTemplate, match="pathParam means nothing here; it needs pathParams"):
        compile_text("{{pathParam 1}}", {"id"}, SOURCE)


def test_a_field_can_only_refer_to_those_above_it() -> None:
    assert problem({"a": "{{this.b}}", "b": 1}).endswith(
        "no field b of this message stands further up; put it there"
    )
    assert "did you mean total?" in problem({"total": 1, "b": "{{this.totl}}"})
    assert "this is the message itself" in problem({"total": 1, "b": "{{this}}"})


def test_conditions_are_one_expression() -> None:
    for text in ("", "{{id}} {{id}}", "{{id}} > 3", "a b", "id >"):
        with pytest.raises(BadTemplate):
            compile_condition(text, VALUES, SOURCE)


def test_what_json_cannot_say_is_refused() -> None:
    assert "of type object is no value of a message" in problem({"a": object()})
