"""Which Hubbub this is. Apart from the package's own file, which offers the library, so that any floor may say it."""

__version__ = "0.1.0"
