"""What expressions mean: every form of the grammar, and what values do."""

import pytest

from hubbub.templates import Source, TemplateFault, compile_condition, compile_text
from tests.unit.templates.words import SOURCE, VALUES, said, scope

MEANINGS: list[tuple[str, object]] = [
    # literals
    ("{{1}}", 1),
    ("{{ 2.5 }}", 2.5),
    ("{{1e3}}", 1000.0),
    ("{{-3}}", -3),
    ('{{"a\\n\\u00e9"}}', "a\né"),
    ("{{'don\\'t'}}", "don't"),
    ("{{true}}", True),
    ("{{false}}", False),
    ("{{null}}", None),
    ("{{[1, 'b', [true]]}}", [1, "b", [True]]),
    ("{{ {a: 1, 'b c': {d: [2]}} }}", {"a": 1, "b c": {"d": [2]}}),
    ("{{{a: {b: 1}}.a.b}}", 1),
    ("{{[]}}", []),
    ("{{[1,2,]}}", [1, 2]),
    # variables, fields and items
    ("{{id}}", 7),
    ("{{clientId}}", "probe-1"),
    ("{{client_id}}", "probe-1"),
    ("{{context.order_id}}", "o-1"),
    ("{{context['order_id']}}", "o-1"),
    ("{{context.nothing}}", None),
    ("{{context.nothing.below}}", None),
    ("{{context.items[1].sku}}", "B"),
    ("{{context.items.0.sku}}", "A"),
    ("{{context.items[-1].sku}}", "B"),
    ("{{context.items[9]}}", None),
    ("{{context.items['x']}}", None),
    ("{{env.API_KEY}}", "secret"),
    ("{{env.MISSING || 'none'}}", "none"),
    ("{{pathParam 1}}", "zone-3"),
    ("{{path_param(2)}}", "x"),
    ("{{pathParam 3}}", None),
    ("{{wildcard 1}}", "zone-3"),
    # calls
    ("{{min 3 1 2}}", 1),
    ("{{min(3, 1, 2)}}", 1),
    ("{{max (1 + 1) 1}}", 2),
    ("{{max -5 -3}}", -3),
    ("{{max(id, 3)}}", 7),
    ("{{max id 3}}", 7),
    ("{{range 1 id}}", [1, 2, 3, 4, 5, 6, 7]),
    ("{{faker.int 5 5}}", 5),
    ("{{faker.int -80 -80}}", -80),
    ("{{faker.int({min: 4, max: 4})}}", 4),
    ("{{faker.number.int({max: 0})}}", 0),
    ("{{Faker.Int(5,5)}}", 5),
    ("{{faker.randomChoice ['a']}}", "a"),
    ("{{faker.randomChoice 'a' 'a'}}", "a"),
    ("{{faker.random_choice(['a'])}}", "a"),
    ("{{faker.randomChoice ['a', 'b'] | withProbability [1, 0]}}", "a"),
    ("{{faker.randomChoice('a', 'b') | with_probability([0.0, 1.0])}}", "b"),
    ("{{['a', 'b'] | withProbability [0, 2]}}", "b"),
    ("{{weighted ['a', 'b'] [1, 0]}}", "a"),
    ("{{chance 1}}", True),
    ("{{chance 0}}", False),
    # pipes
    ("{{2.345 | round 1}}", 2.3),
    ("{{2.345 | round: 1}}", 2.3),
    ("{{2.345 | round(1)}}", 2.3),
    ("{{2.5 | round}}", 2),
    ("{{'a,b' | split ',' | join '-' | upper}}", "A-B"),
    ("{{'a-b' | replace: '-', '+'}}", "a+b"),
    ("{{['a', 'b'] | faker.randomChoice | length}}", 1),
    ("{{upper('a')}}", "A"),
    ("{{context.total * 2 | round 0 > 24}}", True),
    ("{{1 + 2.26 | round 1}}", 3.3),
    ("{{context.nothing | upper}}", None),
    ("{{context.nothing | default 'x'}}", "x"),
    ("{{id | string}}", "7"),
    ("{{id | padLeft 3 '0'}}", "007"),
    ("{{context.items | length}}", 2),
    ("{{[3, 1, 2] | sort | first}}", 1),
    ("{{[1, 1.5] | sum}}", 2.5),
    ("{{'abcdef' | slice 1 3}}", "bc"),
    ("{{context.items | slice 1 | first}}", {"sku": "B"}),
    ("{{{a: 1, b: 2} | keys}}", ["a", "b"]),
    ("{{ {a: 1} | json}}", '{"a":1}'),
    ("{{'abc' | base64}}", "YWJj"),
    ("{{'a b/c' | url_encode}}", "a%20b%2Fc"),
    ("{{['b', 'a', 'b'] | unique | reverse}}", ["a", "b"]),
    ("{{'5' | int + 1}}", 6),
    ("{{3.7 | floor}}", 3),
    ("{{-0.5 | abs}}", 0.5),
    ("{{12 | atMost 10}}", 10),
    ("{{'x' | contains 'x'}}", True),
    ("{{'abc' | startsWith 'ab' && 'abc' | endsWith 'bc'}}", True),
    # arithmetic
    ("{{1 + 2 * 3}}", 7),
    ("{{(1 + 2) * 3}}", 9),
    ("{{7 - 2 - 1}}", 4),
    ("{{7 / 2}}", 3.5),
    ("{{6 / 2}}", 3),
    ("{{7 % 4}}", 3),
    ("{{-id}}", -7),
    ("{{- id + 8}}", 1),
    ("{{id -1}}", 6),
    ("{{'a' + 1 + true}}", "a1true"),
    ("{{env.RATE * 2}}", 3.0),
    ("{{context.nothing + 1}}", None),
    ("{{9223372036854775807 + 1}}", 9223372036854775808.0),
    # comparing
    ("{{context.new_quantity < 50}}", True),
    ("{{context.text_number < 50}}", True),
    ("{{context.new_quantity >= 50}}", False),
    ("{{context.nothing < 50}}", False),
    ("{{context.nothing >= 50}}", False),
    ("{{context.nothing == null}}", True),
    ("{{1 == 1.0}}", True),
    ("{{1 == true}}", False),
    ("{{1 == '1'}}", True),
    ("{{'a' != 'b'}}", True),
    ("{{'a' < 'b'}}", True),
    ("{{'a' < 1}}", False),
    ("{{[1] == [1]}}", True),
    ("{{'b' in ['a', 'b']}}", True),
    ("{{'order' in 'orders'}}", True),
    ("{{'total' in context}}", True),
    ("{{2 in context}}", False),
    # joining
    ("{{context.empty || 'x'}}", "x"),
    ("{{context.zero || 5}}", 0),
    ("{{context.flag || 5}}", 5),
    ("{{context.nothing || context.empty || 'last'}}", "last"),
    ("{{true && 'yes'}}", "yes"),
    ("{{null && 'yes'}}", None),
    ("{{true and not false or false}}", True),
    ("{{not 1 == 2}}", True),
    ("{{!context.flag}}", True),
    ("{{!!id}}", True),
    ("{{id > 5 ? 'many' : 'few'}}", "many"),
    ("{{id > 9 ? 'many' : id > 6 ? 'some' : 'few'}}", "some"),
    ("{{if(id > 5, 'a', 'b')}}", "a"),
    ("{{if (id > 9) 'a' 'b'}}", "b"),
    ("{{if(false, 'a')}}", None),
    # time
    ("{{now}}", "2026-11-27T14:14:00.042Z"),
    ("{{now()}}", "2026-11-27T14:14:00.042Z"),
    ("{{now+1d}}", "2026-11-28T14:14:00.042Z"),
    ("{{now-2h}}", "2026-11-27T12:14:00.042Z"),
    ("{{now -2h}}", "2026-11-27T12:14:00.042Z"),
    ("{{now - 90s + 500ms}}", "2026-11-27T14:12:30.542Z"),
    ("{{now + 1.5h}}", "2026-11-27T15:44:00.042Z"),
    ("{{now + 2 * 1w}}", "2026-12-11T14:14:00.042Z"),
    ("{{now | add_duration '7 days'}}", "2026-12-04T14:14:00.042Z"),
    ("{{now | addDuration('2 hours')}}", "2026-11-27T16:14:00.042Z"),
    ("{{now | add_duration: '1h30m'}}", "2026-11-27T15:44:00.042Z"),
    ("{{now | add_duration '-90s'}}", "2026-11-27T14:12:30.042Z"),
    ("{{now | add_duration 250}}", "2026-11-27T14:14:00.292Z"),
    ("{{now | subtract_duration 1d}}", "2026-11-26T14:14:00.042Z"),
    ("{{context.created_at | add_duration '1 week'}}", "2026-02-07T10:00:00.000Z"),
    ("{{context.created_at + 1d}}", "2026-02-01T10:00:00.000Z"),
    ("{{now - context.created_at > 30d}}", True),
    ("{{now > context.created_at}}", True),
    ("{{context.created_at == '2026-01-31T10:00:00Z' | time}}", True),
    ("{{now | format '%Y-%m-%d'}}", "2026-11-27"),
    ("{{now | unix}}", 1795788840),
    ("{{now | unix_ms}}", 1795788840042),
    ("{{timestamp}}", 1795788840042),
    ("{{7d}}", 604800000),
    ("{{[now, 1s]}}", ["2026-11-27T14:14:00.042Z", 1000]),
    ("{{true ? now : 0}}", "2026-11-27T14:14:00.042Z"),
    # other people's names
    ("{{randInt 3 3}}", 3),
    ("{{rand.int 3 3}}", 3),
    ("{{randomInt(3,3)}}", 3),
    ("{{$randomInt 3 3}}", 3),
    # mixed text
    ("order-{{id}}", "order-7"),
    ("{{id}}/{{clientId}} 100%", "7/probe-1 100%"),
    ("a{{context.nothing}}b", "ab"),
    ("a{{context.flag}}b{{context.total}}", "afalseb12.5"),
    ("{{context.items}}!", '[{"sku":"A"},{"sku":"B"}]!'),
    ("at {{now}}", "at 2026-11-27T14:14:00.042Z"),
    ("{{ '}}' }}", "}}"),
    ("{{'{{'}}id}}", "{{id}}"),
    ("no braces }} here", "no braces }} here"),
    ("{{context.braces}}", "{{uuid}}"),
    ("x {{context.braces}}", "x {{uuid}}"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "meaning"), MEANINGS)
def test_an_expression_means_what_the_language_says(text: str, meaning: object) -> None:
    found = said(text)
    assert found == meaning
    assert type(found) is type(meaning)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("{{id}}", "7"),
        ("{{faker.float 1 1}}", "1.0"),
        ("{{true}}", "true"),
        ("{{context.nothing}}", ""),
        ("{{context.items}}", '[{"sku":"A"},{"sku":"B"}]'),
        ("{{now}}", "2026-11-27T14:14:00.042Z"),
        ("{{7d}}", "604800000"),
    ],
)
def test_an_expression_is_text_where_text_is_asked_for(text: str, meaning: str) -> None:
    assert said(text, as_text=True) == meaning
    assert compile_text(text, VALUES, SOURCE).render(scope()) == meaning


def test_values_that_are_no_templates_stay_as_they_are() -> None:
    tree = {"a": [1, None, True, 2.5, "x"], "b": {"1": {}}}
    assert said(tree) == tree
    assert said({2: "x", True: "y"}) == {"2": "x", "true": "y"}


def test_keys_of_a_map_may_be_templates() -> None:
    assert said({"{{clientId}}-state": {"{{id}}": "{{id}}"}}) == {"probe-1-state": {"7": 7}}


def test_context_that_is_not_given_is_the_messages_own() -> None:
    tree = {"new_quantity": "{{id * 2}}", "low": "{{context.new_quantity < 50}}"}
    assert said(tree, context={}) == {"new_quantity": 14, "low": True}
    assert said(tree, context={"new_quantity": 99}) == {"new_quantity": 14, "low": False}


def test_a_field_may_refer_to_those_above_it() -> None:
    tree = {
        "price": "{{id}}",
        "rate": 3,
        "note": "no {{id}}",
        "total": "{{this.price * this.rate}}",
        "deep": {"again": ["{{this.total + 1}}", "{{this.note}}"]},
        "copy": "{{this.deep}}",
    }
    assert said(tree) == {
        "price": 7,
        "rate": 3,
        "note": "no 7",
        "total": 21,
        "deep": {"again": [22, "no 7"]},
        "copy": {"again": [22, "no 7"]},
    }


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("context.total > 10", True),
        ("{{ context.total > 10 && clientId == 'probe-1' }}", True),
        (" {{context.nothing}} ", False),
        ("context.zero", True),
        ("context.empty", False),
        ("clientId in ['a', 'b'] || topic | startsWith 'warehouse/'", True),
        ("!context.flag", True),
        ("'{{' == clientId", False),
    ],
)
def test_a_condition_holds_or_does_not(text: str, truth: bool) -> None:
    assert compile_condition(text, VALUES, SOURCE)(scope()) is truth


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{{clientId - 1}}", "text - a number means nothing"),
        ("{{1 / context.zero}}", "a division by zero"),
        ("{{context.flag + 1}}", "a boolean + a number means nothing"),
        ("{{clientId | add_duration 1d}}", "'probe-1' is no time such as 2026-11-27T14:13:05Z"),
        ("{{faker.int context.nothing 3}}", "min of faker.int: null is no number"),
        ("{{now + 9999999d}}", "this time is outside of the years 1 to 9999"),
        ("{{id | join}}", "a number is no list"),
    ],
)
def test_a_value_that_does_not_fit_is_a_fault_with_its_place(text: str, fault: str) -> None:
    at = Source("routes.yaml", 3, 5)
    with pytest.raises(TemplateFault) as caught:
        compile_text("\n  " + text, VALUES, at).render(scope())
    assert caught.value.what == fault
    assert (caught.value.source.path, caught.value.source.line) == ("routes.yaml", 4)
    assert caught.value.source.column > 3
