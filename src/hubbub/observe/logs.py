"""Logging set-up: one handler on the ``hubbub`` logger, for a process that is a hub and nothing else.

A library must not touch logging, so only the command line calls this. The root logger is left alone.
"""

import logging
import sys
from datetime import UTC, datetime
from typing import Final

import msgspec

from hubbub.observe.options import LogOptions

LEVELS: Final = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}


def set_up(options: LogOptions) -> None:
    """Let the lines of all parts of the hub out as the options say. A second call replaces the first."""
    handler = logging.StreamHandler(sys.stdout if options.output == "stdout" else sys.stderr)
    handler.setFormatter(JsonLines() if options.format == "json" else TextLines())
    logger = logging.getLogger("hubbub")
    logger.handlers[:] = [handler]
    logger.setLevel(LEVELS[options.level])
    logger.propagate = False


class TextLines(logging.Formatter):
    """``12:30:45 warning kafka: what happened``, in local time."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(level)s %(part)s: %(message)s", "%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        """The line, and a traceback below it where there is one."""
        record.level = record.levelname.lower()
        record.part = part(record)
        return super().format(record)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        """On one line, and without what a terminal would take for more than text, whoever it came from."""
        if not record.message.isprintable():
            record.message = "".join(
                letter if letter.isprintable() else repr(letter)[1:-1] for letter in record.message
            )
        return super().formatMessage(record)


class JsonLines(logging.Formatter):
    """``{"time": "2026-01-31T12:30:45.123Z", "level": "warning", "part": "kafka", "message": "what happened"}``."""

    def format(self, record: logging.LogRecord) -> str:
        """The object as one line; ``error`` holds the traceback where there is one."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {
            "time": moment.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "part": part(record),
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return msgspec.json.encode(line).decode()


def part(record: logging.LogRecord) -> str:
    """The logger's name without ours in front: ``hubbub.kafka`` is the part ``kafka``."""
    return record.name.removeprefix("hubbub").lstrip(".") or "hub"
