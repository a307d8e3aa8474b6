"""What a query of Prometheus asks for, and which labels its answer has."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from promql_parser import (
    AggModifierType,
    AggregateExpr,
    BinaryExpr,
    Call,
    LabelModifierType,
    MatrixSelector,
    NumberLiteral,
    ParenExpr,
    SubqueryExpr,
    UnaryExpr,
    VectorSelector,
    parse,
)

OF_THE_SCRAPE: Final = frozenset({"job", "instance"})
"""Labels that Prometheus gives to all that it scrapes."""
MADE: Final = {"up": OF_THE_SCRAPE}
"""Metrics that Prometheus makes itself, of each scrape."""
VARIABLES: Final = {"$__rate_interval": "5m", "$__range": "1h", "$job": "hubbub", "$instance": "hub:9080"}
"""What Grafana fills in."""


class Wanted(NamedTuple):
    """A metric, and what its labels must match."""

    name: str
    matchers: tuple[tuple[str, str], ...]


def parsed(query: str) -> Any:
    """Raises ValueError for a query that is none."""
    for name, value in VARIABLES.items():
        query = query.replace(name, value)
    return parse(query)


def wanted(node: Any) -> Iterator[Wanted]:
    """All that it asks for."""
    match node:
        case VectorSelector():
            yield Wanted(node.name, tuple((each.name, each.value) for each in node.matchers.matchers))
        case MatrixSelector():
            yield from wanted(node.vector_selector)
        case BinaryExpr():
            yield from wanted(node.lhs)
            yield from wanted(node.rhs)
        case Call():
            for argument in node.args:
                yield from wanted(argument)
        case AggregateExpr() | ParenExpr() | UnaryExpr() | SubqueryExpr():
            yield from wanted(node.expr)


def labels(node: Any, known: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Of the answer. ``known``: of each metric. Fails where a label is asked for that is not there."""
    match node:
        case VectorSelector():
            found = known[node.name]
            asked = {each.name for each in node.matchers.matchers}
            assert asked <= found, f"{node.name} has no label {asked - found}"
            return found
        case MatrixSelector():
            return labels(node.vector_selector, known)
        case AggregateExpr(modifier=None):
            inner = labels(node.expr, known)
            return inner if node.param is not None else frozenset()  # topk keeps what it finds
        case AggregateExpr():
            assert node.modifier.type == AggModifierType.By
            inner, by = labels(node.expr, known), frozenset(node.modifier.labels)
            assert by <= inner, f"there is no label {by - inner} to sum by"
            return by
        case Call(args=[]):
            return frozenset()
        case Call(func=function) if function.name == "histogram_quantile":
            inner = labels(node.args[1], known)
            assert "le" in inner, "a quantile needs the buckets' bounds"
            return inner - {"le"}
        case Call(func=function) if function.name == "vector":
            return frozenset()
        case Call():
            return labels(node.args[0], known)
        case ParenExpr() | UnaryExpr() | SubqueryExpr():
            return labels(node.expr, known)
        case BinaryExpr():
            return joined(node, labels(node.lhs, known), labels(node.rhs, known))
        case _:
            assert isinstance(node, NumberLiteral), node
            return frozenset()


def joined(node: Any, left: frozenset[str], right: frozenset[str]) -> frozenset[str]:
    """Two vectors meet where all their labels are the same, or those that are named."""
    if not left or not right:
        return left | right
    matching = node.modifier.matching if node.modifier else None
    if matching is None:
        assert left == right, f"{sorted(left)} never meet {sorted(right)}"
    else:
        assert matching.type == LabelModifierType.Include
        assert set(matching.labels) <= left & right
    return left
