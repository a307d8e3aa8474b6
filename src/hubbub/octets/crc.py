"""CRC-32C (Castagnoli), the checksum of the house format, from the ``crc32c`` wheel: SSE 4.2 or ARMv8 instructions, 20 GB/s.

The wheel's package imports argparse and importlib.metadata for a command line nobody runs here (20-40 ms, a sixth of what a hub
may take to start), so its extension module is loaded by itself. Where the wheel is laid out otherwise, the package is imported whole.
"""

from collections.abc import Callable
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from typing import Final, TypeAlias

from hubbub.octets.buffer import Buffer

_Checksum: TypeAlias = Callable[[Buffer], int]


def _load() -> _Checksum:
    package = PathFinder.find_spec("crc32c")
    if package is not None and package.submodule_search_locations:
        extension = PathFinder.find_spec("crc32c._crc32c", list(package.submodule_search_locations))
        if extension is not None and extension.loader is not None:
            module = module_from_spec(extension)
            extension.loader.exec_module(module)
            checksum: _Checksum = module.crc32c
            return checksum
    from crc32c import crc32c

    return crc32c


crc32c: Final[_Checksum] = _load()
"""The CRC-32C of a buffer, as an unsigned 32-bit number."""
