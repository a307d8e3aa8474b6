"""The real command in a process of its own, in an empty folder and a clean environment."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from hubbub.settings import Settings
from hubbub.settings.options import options

ROOT: Final = Path(__file__).resolve().parents[3]
PATIENCE: Final = 20.0
PORTS: Final = [
    option
    for option in options(Settings)
    if option.path[-1].endswith("port") and not option.path[-1].startswith("advertised")
]
# Any free port for everything that listens.
FREE: Final = [word for option in PORTS for word in (option.flag, "0")]
COMMAND: Final = [sys.executable, "-m", "hubbub"]


def environment(extra: Mapping[str, str]) -> dict[str, str]:
    """The environment without anything that could be a setting."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("HUBBUB_", "MOCKFORGE_", "LOG_LEVEL"))
    }
    return clean | {"PYTHONPATH": str(ROOT / "src"), "PYTHONWARNINGS": "error"} | extra


def hubbub(*arguments: str, folder: Path, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        env=environment(extra),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


class Serving:
    """`hubbub serve --json` with these arguments, from its ready line on. ``ready`` is that line."""

    def __init__(self, *arguments: str, folder: Path, command: Sequence[str] = COMMAND, **extra: str) -> None:
        self.process = subprocess.Popen(
            [*command, "serve", "--json", *arguments],
            cwd=folder,
            env=environment(extra),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._heard = b""
        line = self.line()
        while '"time":' in line:  # a log that goes to stdout, because a file says so
            line = self.line()
        self.ready: dict[str, Any] = json.loads(line or "{}")

    def line(self) -> str:
        """The next line of stdout; "" when there is none in time or the process has ended."""
        assert self.process.stdout is not None
        while b"\n" not in self._heard:  # what Python's own buffer holds, select does not see
            readable, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
            more = os.read(self.process.stdout.fileno(), 65536) if readable else b""
            if not more:
                return ""
            self._heard += more
        line, _, self._heard = self._heard.partition(b"\n")
        return line.decode() + "\n"

    def port(self, protocol: str) -> int:
        """Where a protocol listens."""
        port = self.ready["ports"][protocol]
        assert isinstance(port, int)
        return port

    def tell(self, number: signal.Signals) -> None:
        """Send a signal."""
        self.process.send_signal(number)

    def said(self) -> tuple[int, str]:
        """Wait for the end; the exit code and all of stderr."""
        _, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, err

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Send a signal and wait for the end."""
        self.tell(number)
        return self.said()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.communicate()


def connect(port: int) -> socket.socket:
    """A connection to this machine."""
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
