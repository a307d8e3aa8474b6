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
