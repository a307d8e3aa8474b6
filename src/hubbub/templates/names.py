"""What the names of a template may mean: the variables that its owner declares, the functions, the filters, and the fields of the message itself.

Names are found in any spelling (``clientId``, ``client_id``); fields are not, for they are somebody's data.
"""

from collections.abc import Iterable
from typing import Final

from hubbub.templates.aliases import ALIASES
from hubbub.templates.faker.table import FAKER, MODULES
from hubbub.templates.filters import FILTERS
from hubbub.templates.functions import FUNCTIONS
from hubbub.templates.limits import LARGEST_TEMPLATE
from hubbub.templates.problems import Mistake, folded, suggestion
from hubbub.templates.signature import Filter, Function

NAMESPACES: Final = frozenset({"faker", "rand"})
"""First parts of names of functions with a dot."""

THIS: Final = "this"
CONTEXT: Final = "context"

_FUNCTIONS: Final = {folded(function.name): function for function in (*FUNCTIONS, *FAKER)}
_FILTERS: Final = {folded(each.name): each for each in FILTERS}
_ALIASES: Final = {folded(alias): folded(name) for alias, name in ALIASES.items()}


class Names:
    """The names of one template. ``used`` grows while it is read.

    ``fields`` are the message's own that have been read so far, each with its size; ``referred`` those that others ask for. ``size`` is that of
    all that has been read.
    """

    __slots__ = ("_variables", "fields", "is_whole_message", "referred", "size", "used")

    def __init__(self, variables: Iterable[str]) -> None:
        self._variables = {folded(name): name for name in variables}
        self.fields: dict[str, int] = {}
        self.referred: set[str] = set()
        self.size = 0
        self.is_whole_message = False
        self.used: set[str] = set()

    def variable(self, name: str) -> str | None:
        """The declared variable of this name, as it was declared."""
        return self._variables.get(folded(name))

    def function(self, name: str, at: int) -> Function | Filter:
        """The function of this name, or the filter, whose first argument is what else would be piped. Raises `Mistake`."""
        found = _function(name)
        if found is None:
            key = folded(name)
            changing = _FILTERS.get(_ALIASES.get(key, key))
            if changing is not None:
                return changing
            raise Mistake(at, f"nothing is called {name}", self._advice(name))
        if found.needs and self.variable(found.needs) is None:
            raise Mistake(
                at, f"{name} means nothing here", f"it needs {found.needs}, which only some places have"
            )
        if found.needs:
            self.used.add(found.needs)
        return found

    def filter(self, name: str, at: int) -> Filter | Function:
        """The filter of this name, or the function that takes what is piped as its first argument. Raises `Mistake`."""
        key = folded(name)
        found = _FILTERS.get(_ALIASES.get(key, key)) or _function(name)
        if found is None:
            raise Mistake(
                at,
                f"no filter is called {name}",
                suggestion(name, (each.name for each in FILTERS), "docs/templates.md lists all filters"),
            )
        return found

    def own(self, name: str, at: int) -> None:
        """Refer to a field of the message itself. Raises `Mistake` unless it stands further up."""
        if name not in self.fields:
            raise Mistake(
                at,
                f"no field {name} of this message stands further up",
                suggestion(name, self.fields, "put it there"),
            )
        self.referred.add(name)
        self.grow(self.fields[name], at)

    def grow(self, size: int, at: int) -> None:
        """Count what was read. Raises `Mistake` when it becomes too much."""
        self.size += size
        if self.size > LARGEST_TEMPLATE:
            raise Mistake(
                at,
                "this template is too large",
                f"{LARGEST_TEMPLATE} characters are the most; make several of it",
            )

    def _advice(self, name: str) -> str:
        """For a name that means nothing."""
        if folded(name.partition(".")[0]) in NAMESPACES:
            made_up = (function.name for function in FAKER)
            return suggestion(name, made_up, "docs/templates.md lists all that can be made up")
        known = [*self._variables.values(), *(function.name for function in FUNCTIONS), *ALIASES, *NAMESPACES]
        variables = ", ".join(sorted(self._variables.values())) or "none"
        return suggestion(name, known, f"the variables here are {variables}")


def _function(name: str) -> Function | None:
    """``faker.person.firstName`` is ``faker.firstName``: others sort their names into modules."""
    key = folded(name)
    key = _ALIASES.get(key, key)
    parts = key.split(".")
    if len(parts) == 3 and parts[0] == "faker" and parts[1] in MODULES:
        key = f"faker.{parts[2]}"
        key = _ALIASES.get(key, key)
    return _FUNCTIONS.get(key)
