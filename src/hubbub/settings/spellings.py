"""Other people's names for our options, and keys whose turn has not come: a `Dialect` holds both beside the options themselves.

Nothing is accepted in silence: an alias sets what it stands for, a pending key warns at start, a refused one is an error.
"""

from collections.abc import Mapping
from typing import Generic, TypeVar

from msgspec import Struct

from hubbub.settings.options import Option, Path, options, sections

T = TypeVar("T", bound=Struct)


class Dialect(Struct, Generic[T], frozen=True):
    """All that may be written in a file or the environment.

    ``aliases`` and ``pending`` are by path from the top of the file, a whole section included: ``("logging",): ("log",)``.
    ``refused`` are keys whose effect nobody may believe in while it is not there: they may only be off (false or nothing).
    ``dormant`` are options that are there already while what they steer is not: to set one warns.
    ``wrappers`` are keys that may be put around everything. ``variables`` are other environment names for options.
    """

    root: type[T]
    aliases: Mapping[Path, Path] = {}
    pending: Mapping[Path, str] = {}
    refused: Mapping[Path, str] = {}
    wrappers: tuple[str, ...] = ()
    variables: Mapping[str, Path] = {}
    dormant: Mapping[Path, str] = {}

    def options(self) -> dict[Path, Option]:
        """Every option by its path."""
        return {option.path: option for option in options(self.root)}

    def sections(self) -> set[Path]:
        """Every path that holds options, the top, (), included."""
        return {path for path, _ in sections(self.root)}

    def beside(self, above: Path) -> set[str]:
        """Every key that may be written right below a path."""
        known = [*self.options(), *self.sections(), *self.aliases, *self.pending, *self.refused]
        return {path[len(above)] for path in known if len(path) > len(above) and path[: len(above)] == above}
