"""Which event loop a hub runs on, where it may choose."""

import asyncio
from collections.abc import Callable


def event_loop() -> Callable[[], asyncio.AbstractEventLoop]:
    """Makes loops: uvloop's where it is installed, which is everywhere but on Windows and on other Pythons."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop
    return uvloop.new_event_loop
