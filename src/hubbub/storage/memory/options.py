"""How much the memory engine may hold."""

from typing import Annotated

from msgspec import Meta, Struct


class MemoryOptions(Struct, frozen=True, gc=False):
    """All in octets."""

    max_bytes: Annotated[
        int, Meta(description="Octets in all logs and states together; beyond it, writes are refused.", ge=0)
    ] = 2 << 30
    max_log_bytes: Annotated[
        int, Meta(description="Octets in one log; beyond it, its oldest records go.", ge=0)
    ] = 512 << 20
    chunk_bytes: Annotated[
        int, Meta(description="The piece in which memory is taken and given back, in octets.", ge=4096)
    ] = 1 << 20
    pool_bytes: Annotated[
        int, Meta(description="Octets of memory that are kept ready after they were given back.", ge=0)
    ] = 64 << 20
