"""What can be set for all groups of a hub. Times in ms, sizes in octets; -1 means without limit."""

from typing import Final

from msgspec import Struct

WEEK_MS: Final = 7 * 24 * 3600 * 1000


class GroupOptions(Struct, frozen=True, gc=False):
    """Rules that hold for every group."""

    min_session_timeout_ms: int = 6_000
    max_session_timeout_ms: int = 1_800_000
    max_members: int = -1
    initial_delay_ms: int = 0
    """How long the first generation of an empty group waits for more members than its first."""
    newcomer_timeout_ms: int = 300_000
    """How long a member may wait for its first generation."""
    offset_retention_ms: int = WEEK_MS
    """How long committed offsets outlive the last member of their group."""
    max_note_length: int = 4096
    """The longest text that may be kept beside an offset, in letters."""
    sweep_interval_ms: int = 600_000
    """How often expired offsets are looked for."""
