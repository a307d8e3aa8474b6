"""Metrics as text: what Prometheus' own parser reads is what was meant."""

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_families
from prometheus_client.parser import text_string_to_metric_families as plain_families

from hubbub.model.counters import Histogram
from hubbub.observe.cardinality import Cardinality
from hubbub.observe.exposition import OPEN, PROMETHEUS, SLICE, Format, chosen, text
from hubbub.observe.sheet import Sheet

PARSERS = {PROMETHEUS: plain_families, OPEN: open_families}


def written(sheet: Sheet, form: Format) -> str:
    return "".join("".join(text(family, family.rows, form)) for family in sheet.families) + form.end


@pytest.mark.parametrize("form", PARSERS, ids=lambda form: form.content_type)
def test_names_may_hold_anything(form: Format) -> None:
    sheet = Sheet()
    names = ['with "quotes"', "back\\slash", "two\nlines", "{a=b}, #", "grün", "\\n", ""]
    family = sheet.counter("toy_total", 'Words with "quotes", a \\ and\nlines.', ("name", "more"))
    for number, name in enumerate(names):
        family.put(number, name, "x")
    (found,) = PARSERS[form](written(sheet, form))
    assert [(sample.labels["name"], sample.value) for sample in found.samples] == list(
        zip(names, range(7), strict=True)
    )
    assert found.documentation == family.help
    assert found.type == "counter"


@pytest.mark.parametrize("form", PARSERS, ids=lambda form: form.content_type)
def test_histograms_are_cumulative(form: Format) -> None:
    sheet = Sheet()
    times = Histogram((0.1, 1.0))
    for value in (0.05, 0.1, 0.5, 3.0):
        times.observe(value)
    sheet.histogram("toy_seconds", "Times.", ("call",)).put(times, "say")
    sheet.histogram("bare_seconds", "Times.").put(times)
    first, second = PARSERS[form](written(sheet, form))
    for found, extra in ((first, {"call": "say"}), (second, {})):
        buckets = [sample for sample in found.samples if sample.name.endswith("_bucket")]
        assert [(sample.labels["le"], sample.value) for sample in buckets] == [
            ("0.1", 2),
            ("1.0", 3),
            ("+Inf", 4),
        ]
        assert {key: value for key, value in buckets[0].labels.items() if key != "le"} == extra
        assert {sample.name.rpartition("_")[2]: sample.value for sample in found.samples}[
            "sum"
        ] == pytest.approx(3.65)


def test_a_large_family_comes_in_pieces() -> None:
    sheet = Sheet()
    family = sheet.gauge("toy", "Many.", ("name",))
    for number in range(3 * SLICE):
        family.put(number, str(number))
    pieces = list(text(family, family.rows, PROMETHEUS))
    assert len(pieces) == 4
    assert max(piece.count("\n") for piece in pieces) <= SLICE + 1


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", PROMETHEUS),
        ("*/*", PROMETHEUS),
        ("text/html", PROMETHEUS),
        ("application/openmetrics-text", OPEN),
        ("application/openmetrics-text; version=1.0.0; charset=utf-8", OPEN),
        ('application/openmetrics-text;version="0.0.1"', OPEN),
        ("application/openmetrics-text; version=2.0.0", PROMETHEUS),
        ("application/openmetrics-text;version=1.0.0;q=0.2,text/plain;version=0.0.4;q=0.5", PROMETHEUS),
        ("application/openmetrics-text;q=0, */*", PROMETHEUS),
        ("application/openmetrics-text;q=much", PROMETHEUS),
        (  # what Prometheus 3 sends
            (
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
                "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
                "text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
            ),
            OPEN,
        ),
    ],
)
def test_the_reader_chooses_the_format(accept: str, form: Format) -> None:
    assert chosen(accept) is form


class Scrapes:
    """One family of counters, scraped again and again."""

    def __init__(self, most: int) -> None:
        self.cardinality = Cardinality(most)

    def scrape(self, **values: int) -> dict[str, float]:
        family = Sheet().counter("toy_total", "Toys.", ("name",), is_bounded=True)
        for name, value in values.items():
            family.put(value, name)
        rows = self.cardinality.rows(family)
        assert len(rows) <= self.cardinality.most + 1
        return {labels[0]: value for labels, value in rows if not isinstance(value, Histogram)}


def test_few_are_shown_as_they_are() -> None:
    assert Scrapes(2).scrape(a=1, b=0) == {"a": 1, "b": 0}


def test_the_greatest_are_shown_and_all_others_together() -> None:
    assert Scrapes(2).scrape(a=1, b=5, c=3, d=1) == {"b": 5, "c": 3, "__other__": 2}


def test_no_series_ever_goes_back() -> None:
    toys = Scrapes(2)
    assert toys.scrape(a=1, b=5, c=3) == {"b": 5, "c": 3, "__other__": 1}
    assert toys.scrape(a=90, b=5, c=4, d=7) == {"b": 5, "c": 4, "__other__": 97}  # who has a row keeps it
    assert toys.scrape(a=91, b=5, d=8) == {
        "a": 1,
        "b": 5,
        "__other__": 98,
    }  # who gets one begins at what came since
    assert toys.scrape(a=95, b=5) == {"a": 5, "b": 5, "__other__": 98}  # what is gone stays counted
    assert toys.scrape(a=95, b=5, d=2, e=1) == {"a": 5, "b": 5, "__other__": 101}
    assert toys.scrape(a=3, b=6, d=2, e=1) == {
        "a": 3,
        "b": 6,
        "__other__": 101,
    }  # and one that began anew does, too


def test_a_name_like_that_of_the_others_is_one_of_them() -> None:
    assert Scrapes(1).scrape(a=5, __other__=2, b=1) == {"a": 5, "__other__": 3}


def test_levels_show_the_greatest_of_the_moment() -> None:
    cardinality = Cardinality(1)
    for greatest, least in (("a", "b"), ("b", "a")):
        family = Sheet().gauge("toys", "Toys.", ("name",), is_bounded=True)
        family.put(9, greatest)
        family.put(2, least)
        assert cardinality.rows(family) == [((greatest,), 9), (("__other__",), 2)]
