"""What the tests of templates say again and again."""

from random import Random

from hubbub.templates import BadTemplate, Scope, Source, TemplateProblem, compile_template

NOW = 1_795_788_840_042
"""2026-11-27T14:14:00.042Z"""

SOURCE = Source("orders.yaml", 7, 11)

VALUES: dict[str, object] = {
    "id": 7,
    "clientId": "probe-1",
    "topic": "warehouse/sensors/temperature/zone-3",
    "pathParams": ["zone-3", "x"],
    "env": {"API_KEY": "secret", "RATE": "1.5"},
    "context": {
        "order_id": "o-1",
        "new_quantity": 37,
        "total": 12.5,
        "empty": "",
        "zero": 0,
        "flag": False,
        "items": [{"sku": "A"}, {"sku": "B"}],
        "created_at": "2026-01-31T10:00:00Z",
        "text_number": "49",
        "braces": "{{uuid}}",
    },
}


def scope(seed: int = 1, **more: object) -> Scope:
    return Scope(Random(seed), NOW, VALUES | more)


def said(text: object, *, as_text: bool = False, **more: object) -> object:
    """What a template says."""
    values = VALUES | more
    return compile_template(text, values, SOURCE, as_text=as_text).render(scope(**more))


def problems(tree: object, **more: object) -> list[TemplateProblem]:
    """What is wrong with a template."""
    try:
        compile_template(tree, VALUES | more, SOURCE)
    except BadTemplate as bad:
        return list(bad.problems)
    return []


def problem(tree: object) -> str:
    """The only thing that is wrong with it, in one line."""
    (found,) = problems(tree)
    return str(found)
