"""An example as its README starts it: the hub with the example's own configuration, its programs, its scripts. Only ports are other ones."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from tests.unit.cli.program import FREE, ROOT, Serving, environment

EXAMPLES = ROOT / "examples"
PATIENCE = 60.0


@contextmanager
def hub_of(example: str, *flags: str) -> Iterator[Serving]:
    """The example's hub."""
    folder = EXAMPLES / example
    with Serving(
        "--config",
        "hubbub.yaml",
        *FREE,
        "--kafka-group-initial-rebalance-delay-ms",
        "0",
        *flags,
        folder=folder,
    ) as hub:
        yield hub
        code, err = hub.stop()
        assert code == 0, err
        assert "defect" not in err


def addresses(hub: Serving) -> dict[str, str]:
    """Where its programs find it."""
    places = {"kafka": "127.0.0.1:{}", "mqtt": "127.0.0.1:{}", "amqp": "amqp://guest:guest@127.0.0.1:{}/"}
    found = {
        name.upper(): form.format(hub.port(name))
        for name, form in places.items()
        if name in hub.ready["ports"]
    }
    return environment({**found, "PYTHON": sys.executable, "PYTHONWARNINGS": "default"})


class Program:
    """One of the example's programs, running. ``until`` reads what it prints."""

    def __init__(self, example: str, hub: Serving, *command: str, **extra: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-u", *command],
            cwd=EXAMPLES / example,
            env=addresses(hub) | extra,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def until(self, words: str) -> str:
        """All lines up to the first with these words."""
        assert self.process.stdout is not None
        printed = ""
        while words not in printed:
            readable, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
            line = self.process.stdout.readline() if readable else ""
            assert line, f"{words!r} never came: {printed}"
            printed += line
        return printed

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        finally:
            self.process.kill()
            assert self.process.stdout is not None
            self.process.stdout.close()


def script(example: str, hub: Serving, *command: str, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run one of the example's scripts to its end."""
    return subprocess.run(
        [str(EXAMPLES / example / command[0]), *command[1:]],
        cwd=EXAMPLES / example,
        env=addresses(hub) | {"PATH": os.environ["PATH"]} | extra,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def steps(printed: str) -> list[str]:
    """The places of a flow, in the order in which it went through them."""
    return [line.strip().partition(":")[0] for line in printed.splitlines() if line.startswith("  ")]


def example_path(example: str) -> Path:
    """Where it lies."""
    return EXAMPLES / example
