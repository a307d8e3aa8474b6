"""How much a template may ask for. A hostile file is refused while it is read; what it may still ask for is cheap to render."""

from typing import Final

LONGEST_TEXT: Final = 1_000_000
"""Characters of one string of a template, and of what a filter may pad or repeat."""

LONGEST_EXPRESSION: Final = 16_000
"""Characters between ``{{`` and ``}}``."""

MOST_OPERATORS: Final = 100
"""Operators, pipes, fields and indexes of one expression."""

DEEPEST_EXPRESSION: Final = 24
"""Parentheses, lists, maps and arguments inside of each other."""

DEEPEST_TREE: Final = 64
"""Lists and maps of a value inside of each other."""

MOST_NODES: Final = 20_000
"""Values of one template, those that a YAML alias repeats counted each time."""

MOST_ITEMS: Final = 10_000
"""Items, words or characters that one call makes."""
