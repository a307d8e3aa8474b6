"""How the segments engine keeps things, and what an acknowledgement means there."""

from typing import Annotated, Literal

from msgspec import Meta, Struct


class SegmentsOptions(Struct, frozen=True, gc=False):
    """How records are kept on disk, where there is a data directory."""

    fsync: Annotated[
        Literal["always", "interval", "never"],
        Meta(
            description="What an acknowledgement waits for. `always`: the disk; nothing acknowledged is lost, not even in a power "
            "cut, and many share one sync. `interval`: the operating system; a killed process loses nothing, a power cut at most "
            "what came since the last sync. `never`: the operating system, which writes to the disk when it likes."
        ),
    ] = "interval"
    fsync_interval_ms: Annotated[
        int,
        Meta(
            description="With `interval`: how long after a write the disk is synced, in milliseconds.", ge=1
        ),
    ] = 100
    cache_bytes: Annotated[
        int,
        Meta(
            description="Octets of memory for what was written last, from which readers at the tail are served, and for what still "
            "waits to be written; when the disk cannot keep up with that, writes are refused.",
            ge=1 << 16,
        ),
    ] = 128 << 20
    chunk_bytes: Annotated[
        int, Meta(description="The piece in which that memory is taken, in octets.", ge=4096)
    ] = 1 << 20
