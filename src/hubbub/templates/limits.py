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

LARGEST_TEMPLATE: Final = 2_000_000
"""Characters of all its texts, and `NODE` for each value, be it repeated by a YAML alias or by ``this``: each time it counts."""

NODE: Final = 100
"""What a value counts, whatever is in it."""

MOST_ITEMS: Final = 10_000
"""Items, words or characters that one call makes."""
