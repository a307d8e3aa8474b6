"""The same seed gives the same stream, whatever is drawn; and chance is as fair as it says."""

import json
import re
from collections import Counter
from math import isfinite
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubbub.templates import Scope, compile_template
from hubbub.templates.aliases import ALIASES
from hubbub.templates.faker.table import FAKER
from hubbub.templates.filters import FILTERS
from hubbub.templates.functions import FUNCTIONS
from hubbub.templates.problems import folded
from hubbub.templates.signature import Filter, Function, Known
from hubbub.templates.values import is_plain
from tests.unit.templates.words import NOW, SOURCE, VALUES, scope

GENERATORS = [f"{{{{{function.example}}}}}" for function in (*FUNCTIONS, *FAKER)]
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@given(st.integers(), st.lists(st.sampled_from(GENERATORS), min_size=1, max_size=8))
@settings(max_examples=60)
def test_the_same_seed_gives_the_same_stream(seed: int, expressions: list[str]) -> None:
    template = compile_template(expressions, VALUES, SOURCE)
    first, second = (Scope(Random(seed), NOW, VALUES) for _ in range(2))
    stream = [template.render(first) for _ in range(3)]
    assert stream == [template.render(second) for _ in range(3)]
    third = Scope(Random(seed), NOW, VALUES)
    assert [template.render_json(third) for _ in range(3)] == [
        compile_template(values, (), SOURCE).render_json(third) for values in stream
    ]


def test_another_seed_gives_another_stream() -> None:
    template = compile_template(["{{uuid}}", "{{faker.name}}", "{{faker.int 0 1000000}}"], (), SOURCE)
    streams = {template.render_json(Scope(Random(seed), NOW, {})) for seed in range(50)}
    assert len(streams) == 50


def test_a_stream_stays_what_it_was() -> None:
    """Seeds stand in people's files: what they give changes with a new major version, not by accident."""
    template = compile_template(
        [
            "{{uuid}}",
            "{{faker.int 1 1000}}",
            "{{faker.float 0 1 | round 6}}",
            "{{faker.randomChoice ['a', 'b', 'c']}}",
            "{{faker.productName}}",
        ],
        (),
        SOURCE,
    )
    assert template.render(Scope(Random(42), NOW, {})) == [
        "bdd640fb-0667-4ad1-9c80-317fa3b1799d",
        276,
        0.223211,
        "c",
        "Refined Steel Bottle",
    ]


@pytest.mark.parametrize("function", [*FUNCTIONS, *FAKER], ids=lambda each: each.name)
def test_every_function_does_what_its_example_shows(function: Function) -> None:
    example = function.example
    made = scope()
    values = [compile_template(f"{{{{{example}}}}}", VALUES, SOURCE).render(made) for _ in range(20)]
    assert all(value is not None and value != "" for value in values)


@pytest.mark.parametrize("filtering", FILTERS, ids=lambda each: each.name)
def test_every_filter_does_what_its_example_shows(filtering: Filter) -> None:
    example = filtering.example
    assert compile_template(f"{{{{{example}}}}}", VALUES, SOURCE).render(scope()) is not None


@pytest.mark.parametrize("function", [*FUNCTIONS, *FAKER], ids=lambda each: each.name)
def test_what_is_known_of_a_value_before_it_is_drawn_holds(function: Function) -> None:
    """JSON is written by it, without another look."""
    made = scope()
    parts = compile_template({"x": f"{{{{{function.name} {arguments(function)}}}}}"}, VALUES, SOURCE)
    for _ in range(300):
        (value,) = parts.render(made).values()  # type: ignore[attr-defined]
        match function.gives:
            case Known.NUMBER:
                assert type(value) in (int, float)
                assert isfinite(value)
            case Known.PLAIN:
                assert type(value) is str
                assert is_plain(value)
            case Known.TIME:
                assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", value)


def arguments(function: Function) -> str:
    """As the example has them, without what stands behind."""
    return re.split(r" [|?+-] ", function.example)[0].partition(" ")[2]


@pytest.mark.parametrize("expression", GENERATORS)
def test_every_generator_reads_the_same_in_json(expression: str) -> None:
    tree = {"alone": expression, "within": f"<{expression}>", expression: 1}
    for as_text in (False, True):
        template = compile_template(tree, VALUES, SOURCE, as_text=as_text)
        for seed in range(5):
            assert json.loads(template.render_json(scope(seed))) == template.render(scope(seed))


def test_no_name_means_two_things() -> None:
    names = [folded(each.name) for each in (*FUNCTIONS, *FAKER)]
    assert len(set(names)) == len(names)
    filters = [folded(each.name) for each in FILTERS]
    assert len(set(filters)) == len(filters)
    assert not set(names) & set(filters)
    assert not {folded(alias) for alias in ALIASES} & {*names, *filters}
    assert {folded(name) for name in ALIASES.values()} <= {*names, *filters}


def drawn(expression: str, times: int = 4000) -> list[object]:
    template, made = compile_template(f"{{{{{expression}}}}}", (), SOURCE), Scope(Random(3), NOW, {})
    return [template.render(made) for _ in range(times)]


def test_uuids_are_of_version_4_and_all_different() -> None:
    found = drawn("uuid")
    assert len(set(found)) == len(found)
    assert all(UUID.fullmatch(str(each)) for each in found)


def test_whole_numbers_reach_both_bounds_and_are_fair() -> None:
    found = Counter(drawn("faker.int 1 5"))
    assert set(found) == {1, 2, 3, 4, 5}
    assert all(700 < times < 900 for times in found.values())
    assert set(drawn("faker.int -80 -30")) == set(range(-80, -29))
    assert all(type(each) is int for each in drawn("faker.int 0 9000000000000000000", 50))


def test_floats_stay_within_bounds_and_round() -> None:
    found = drawn("faker.float 10.0 1000.0 | round 2")
    assert all(isinstance(each, float) and 10 <= each <= 1000 and round(each, 2) == each for each in found)
    assert len(set(found)) > 3000
    assert all(isinstance(each, float) for each in drawn("faker.float 1 2"))


def test_weights_are_kept() -> None:
    found = Counter(drawn("faker.randomChoice ['success', 'failed'] | withProbability [0.95, 0.05]"))
    assert 150 < found["failed"] < 250
    assert set(drawn("weighted ['a', 'b', 'c'] [1, 1, 0]")) == {"a", "b"}
    assert 300 < sum(each is True for each in drawn("chance 0.1")) < 500


def test_what_checks_out_checks_out() -> None:
    for iban in drawn("faker.iban", 50):
        digits = f"{str(iban)[4:]}1314{str(iban)[2:4]}"
        assert int(digits) % 97 == 1
    for number in drawn("faker.creditCardNumber", 50):
        digits = [int(digit) for digit in str(number)][::-1]
        assert (sum(digits[0::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])) % 10 == 0
    for ean in drawn("faker.ean", 50):
        assert sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(str(ean))) % 10 == 0


def test_addresses_are_nobodys() -> None:
    assert all(
        re.fullmatch(r"[a-z]+\.[a-z]+\d+@example\.(com|org|net)", str(each))
        for each in drawn("faker.email", 200)
    )
    assert all(re.fullmatch(r"\+1-\d{3}-555-01\d\d", str(each)) for each in drawn("faker.phone", 50))
    assert all(re.fullmatch(r"\d{5}", str(each)) for each in drawn("faker.zipCode", 50))
