"""Metrics, for whoever scrapes them; `observe.metrics` says what they are."""

from collections.abc import AsyncIterator

from hubbub.console.office import Office
from hubbub.console.route import Asked, Pieces


def metrics(office: Office, asked: Asked) -> Pieces:  # noqa: ARG001 - a view's shape
    """All metrics, in the text format of Prometheus, or as OpenMetrics where that is asked for."""
    found = office.hub.metrics

    def told(accept: str) -> tuple[str, AsyncIterator[bytes]]:
        return found.content_type(accept), found.pages(accept)

    return Pieces(told)


def mockforge(office: Office, asked: Asked) -> Pieces:
    """The same, where those who come from MockForge look for them."""
    return metrics(office, asked)
