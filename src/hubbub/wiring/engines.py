"""The engine that the settings name."""

import asyncio
import logging
from functools import partial

from hubbub.core.errors import Unavailable
from hubbub.core.store import Engine
from hubbub.model.clock import Clock
from hubbub.net.edge import OnDefect, attempt
from hubbub.settings import Settings


class CannotOpen(Unavailable):
    """The data directory cannot be used; the text says why and what to do."""


def open_engine(
    settings: Settings, clock: Clock, loop: asyncio.AbstractEventLoop, on_defect: OnDefect
) -> Engine:
    """The engine that the settings name: on disk where they name a directory. Raises `CannotOpen`."""
    if settings.data_dir:
        return open_directory(settings, clock, loop, on_defect)
    from hubbub.storage.memory.engine import MemoryEngine

    return MemoryEngine(settings.memory)


def open_directory(
    settings: Settings, clock: Clock, loop: asyncio.AbstractEventLoop, on_defect: OnDefect
) -> Engine:
    """The engine on disk, with what earlier runs have left there. Says in one line what that is. Raises `CannotOpen`."""
    import sqlite3

    from hubbub.storage.segments.engine import SegmentsEngine
    from hubbub.storage.segments.layout import DirectoryInUse, UnknownFormat

    log = logging.getLogger("hubbub.storage")
    directory = settings.data_dir
    began = clock.elapsed()
    try:
        engine = SegmentsEngine(
            directory,
            settings.segments,
            clock,
            lambda action: loop.call_soon_threadsafe(attempt, on_defect, action),
            on_trouble=partial(log.warning, "%s: %s", directory),
            on_defect=on_defect,
        )
    except (DirectoryInUse, UnknownFormat) as why:
        raise CannotOpen(str(why)) from None
    except OSError as why:
        reason = (why.strerror or str(why)).lower()
        if isinstance(why, FileExistsError):
            reason += " and is not a directory"
        where = why.filename if isinstance(why.filename, str) else directory
        raise CannotOpen(f"{where}: {reason}; choose another directory with --data-dir") from None
    except sqlite3.Error as why:
        raise CannotOpen(
            f"{directory}: its state.db cannot be used: {why}; `hubbub data verify` says more"
        ) from None
    log.info("opened %s in %.2f s: %s", directory, clock.elapsed() - began, engine.report)
    return engine
