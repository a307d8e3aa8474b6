"""A hub as new."""

from hubbub.console.office import Office
from hubbub.console.route import Asked


async def reset(office: Office, asked: Asked) -> None:  # noqa: ARG001 - a view's shape
    """Forget all records, topics, groups, sessions and queues; what the settings declare is there again. Clients are disconnected, feeds end."""
    await office.hub.reset()
