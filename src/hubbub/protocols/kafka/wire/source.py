"""Python source in the making, for functions that are written when a message's version is first met.

Straight-line code for one version is several times faster than a loop over field descriptions, and only the
versions that clients really speak are ever written. The text of each function stays readable: tracebacks
show its lines, and ``text`` shows all of it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final


class Loader:
    """What tracebacks ask for source text (PEP 302), so that errors show the line they come from."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text: Final = text

    def get_source(self, _name: str) -> str:
        return self.text


class Source:
    """Lines, their indentation, names that are used once, and the objects they refer to."""

    __slots__ = ("depth", "lines", "names", "objects")

    def __init__(self, objects: dict[str, object]) -> None:
        self.lines: Final[list[str]] = []
        self.depth = 0
        self.names: Final[dict[str, int]] = {}
        self.objects: Final = dict(objects)

    def line(self, text: str) -> None:
        self.lines.append("    " * self.depth + text)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """``head:`` and what is written meanwhile, one level deeper."""
        self.line(head + ":")
        self.depth += 1
        yield
        self.depth -= 1

    def fresh(self, stem: str) -> str:
        """A variable name that nothing else in this function uses."""
        number = self.names.get(stem, 0)
        self.names[stem] = number + 1
        return f"{stem}_{number}" if number else f"{stem}_"

    def share(self, name: str, thing: object) -> str:
        """Makes an object known to the function under this name."""
        self.objects[name] = thing
        return name

    def text(self) -> str:
        return "\n".join(self.lines) + "\n"

    def function(self, name: str, title: str) -> Callable[..., object]:
        """The finished function; ``title`` is the file name that tracebacks show."""
        text = self.text()
        namespace: dict[str, object] = {**self.objects, "__name__": title, "__loader__": Loader(text)}
        exec(compile(text, title, "exec"), namespace)
        made = namespace[name]
        if not callable(made):
            raise TypeError(f"{title} defines no function {name}")
        return made
