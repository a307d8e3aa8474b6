"""How much the memory engine may hold."""

from msgspec import Struct


class MemoryOptions(Struct, frozen=True, gc=False):
    """All in octets.

    ``max_bytes``: in all logs and states together; beyond it, writes are refused. ``max_log_bytes``: in one log; beyond it, its
    oldest records go. ``chunk_bytes``: the piece in which memory is taken and given back. ``pool_bytes``: how much is kept ready after
    it was given back.
    """

    max_bytes: int = 2 << 30
    max_log_bytes: int = 512 << 20
    chunk_bytes: int = 1 << 20
    pool_bytes: int = 64 << 20
