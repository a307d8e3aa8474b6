"""A scrape as Prometheus makes it: the text is parsed by its own client library, in both formats, and both must say the same."""

from typing import Any, Final

from prometheus_client import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_families
from prometheus_client.parser import text_string_to_metric_families as plain_families

OPEN: Final = "application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"


def families(hub: Any, accept: str = OPEN) -> dict[str, Metric]:
    """All that the hub says, by the families' names."""
    kind, text = hub.call(hub.hub.metrics.text, accept)
    parse = open_families if kind.startswith("application/openmetrics-text") else plain_families
    found = list(parse(text.decode()))
    names = [family.name for family in found]
    assert len(names) == len(set(names))
    return {family.name: family for family in found}


def samples(hub: Any, accept: str = OPEN) -> dict[str, dict[tuple[str, ...], float]]:
    """Numbers by name, and by the values of their labels in order."""
    numbers: dict[str, dict[tuple[str, ...], float]] = {}
    for family in families(hub, accept).values():
        for sample in family.samples:
            place = numbers.setdefault(sample.name, {})
            assert tuple(sample.labels.values()) not in place
            place[tuple(sample.labels.values())] = sample.value
    return numbers


def value(hub: Any, name: str, *labels: str) -> float:
    """One number; 0 for what has no row yet."""
    return samples(hub).get(name, {}).get(labels, 0)
