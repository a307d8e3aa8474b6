"""Where the segments engine keeps things, and what an acknowledgement means there."""

from typing import Literal

from msgspec import Struct


class SegmentsOptions(Struct, frozen=True, gc=False):
    """``data_dir``: the directory, made if it is not there. Empty: no such engine.

    ``fsync``: what an acknowledgement waits for. ``always``: the disk; nothing acknowledged is lost, not even in a power cut; many
    share one sync. ``interval``: the operating system; a killed process loses nothing, a power cut at most what came in the last
    ``fsync_interval_ms``. ``never``: the operating system, which writes to the disk when it likes.

    ``cache_bytes``: memory for what was written last, from which readers at the tail are served, and for what still waits to be
    written; when the disk cannot keep up with that, writes are refused. ``chunk_bytes``: the piece in which it is taken.
    """

    data_dir: str = ""
    fsync: Literal["always", "interval", "never"] = "interval"
    fsync_interval_ms: int = 100
    cache_bytes: int = 128 << 20
    chunk_bytes: int = 1 << 20
