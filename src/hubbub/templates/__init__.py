"""Templates: the expression language of fixtures, routes and faults. Below all features; knows `model` and `octets` alone.

`compile_template` reads a tree of values once; the `Template` it returns is rendered for every message with a `Scope`, as values or straight to
JSON. `compile_text` does so for keys, topics and headers, `compile_condition` for conditions. The language is told in docs/templates.md.
"""

from hubbub.templates.problems import BadTemplate, Source, TemplateFault, TemplateProblem
from hubbub.templates.scope import Scope
from hubbub.templates.template import (
    Condition,
    Template,
    TextTemplate,
    compile_condition,
    compile_template,
    compile_text,
)

__all__ = [
    "BadTemplate",
    "Condition",
    "Scope",
    "Source",
    "Template",
    "TemplateFault",
    "TemplateProblem",
    "TextTemplate",
    "compile_condition",
    "compile_template",
    "compile_text",
]
