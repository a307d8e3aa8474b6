"""Which Hubbub this is. Apart from the package's own file, which offers the library, so that any floor may say it."""

from typing import Final

__version__: Final = "0.1.0"
