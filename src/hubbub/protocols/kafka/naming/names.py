"""Kafka's names for places.

Topic names: 1 to 249 of letters, digits, dot, underscore, hyphen, and neither ``.`` nor ``..``.
"""

import re
from typing import Final

from hubbub.core.errors import Invalid

NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,249}")
INTERNAL: Final = frozenset({"__consumer_offsets", "__transaction_state"})
METADATA_TOPIC: Final = "__cluster_metadata"
"""The log of Kafka's controllers: asked about by quorum tools, never a topic."""

CLUSTER: Final = "kafka-cluster"
"""What `core.access` is asked about for verbs that concern the broker as a whole; Kafka's own name for it in its ACLs."""

LOG_DIR: Final = "hubbub"
"""Kafka's tools ask for the directory of a log; here all logs are in one place, whatever the engine."""


def refuse_bad_name(name: str) -> None:
    """Raises `Invalid` for a name that Kafka does not allow."""
    if name in (".", "..") or NAME.fullmatch(name) is None:
        shown = name if len(name) <= 60 else name[:60] + "..."
        raise Invalid(
            f"topic name {shown!r}: a name has 1 to 249 of letters, digits, '.', '_' and '-', and is neither '.' nor '..'"
        )
