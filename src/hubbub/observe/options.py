"""What can be set about how a hub shows what it does."""

from typing import Annotated, Literal

from msgspec import Meta, Struct


class MetricsOptions(Struct, frozen=True):
    """What is shown to whoever scrapes."""

    max_series: Annotated[
        int,
        Meta(
            description="How many topics, exchanges, queues or groups of each metric are shown by name, the greatest first; all others "
            "are one series together, with the label `__other__`.",
            ge=1,
            le=100_000,
        ),
    ] = 500


class JournalOptions(Struct, frozen=True):
    """The journal: the latest of what went through, over all protocols, for whoever looks."""

    enabled: Annotated[bool, Meta(description="Whether there is one.")] = True
    max_entries: Annotated[
        int,
        Meta(description="How many batches or messages it keeps; the oldest go first.", ge=1, le=10_000_000),
    ] = 10_000
    max_bytes: Annotated[
        int,
        Meta(
            description="Octets that it may keep, records and all. What is larger than a sixteenth of that is kept without its contents.",
            ge=1024,
        ),
    ] = 8 << 20
    per_second: Annotated[
        int,
        Meta(
            description="Batches or messages that it takes in each second; what comes beyond that is counted, and left out.",
            ge=1,
            le=1_000_000,
        ),
    ] = 200


class LogOptions(Struct, frozen=True):
    """Which log lines are written, how, and where to."""

    level: Annotated[
        Literal["debug", "info", "warning", "error"],
        Meta(description="The least important lines that are shown. Payloads are shown at debug alone."),
    ] = "info"
    format: Annotated[
        Literal["text", "json"], Meta(description="Lines for people, or one JSON object on each line.")
    ] = "text"
    output: Annotated[Literal["stderr", "stdout"], Meta(description="Where the lines go.")] = "stderr"
