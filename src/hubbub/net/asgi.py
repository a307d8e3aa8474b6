"""ASGI's shapes, as the house writes them."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Final, TypeAlias

Message: TypeAlias = MutableMapping[str, object]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[Message, Receive, Send], Awaitable[None]]
"""An ASGI 3 app. Its scope is a message like others."""

MOST_CONNECTIONS: Final = 512
"""Of one app."""
