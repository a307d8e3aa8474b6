"""The command line in this process, against a hub: what it printed, what it said, and its exit code."""

import io
import sys
from typing import Any, NamedTuple

import msgspec
import pytest

from hubbub.cli.commands import run


class Outcome(NamedTuple):
    """How a call ended."""

    code: int
    out: bytes
    err: str

    @property
    def lines(self) -> list[str]:
        """Of stdout."""
        return self.out.decode().splitlines()

    @property
    def objects(self) -> list[dict[str, Any]]:
        """One JSON object a line."""
        return [msgspec.json.decode(line) for line in self.out.splitlines()]


class CommandLine:
    """``line("kafka", "topics", "list")``. Brokers are those of a hub, by the environment that the commands read."""

    def __init__(self, hub: Any, monkeypatch: pytest.MonkeyPatch, capture: Any) -> None:
        self._monkeypatch = monkeypatch
        self._capture = capture
        self.addresses = {
            "HUBBUB_KAFKA_BOOTSTRAP": hub.address("kafka"),
            "HUBBUB_MQTT_URL": f"mqtt://{hub.address('mqtt')}",
            "HUBBUB_AMQP_URL": f"amqp://guest:guest@{hub.address('amqp')}/",
            "HUBBUB_ADMIN_URL": f"http://{hub.address('admin')}",
        }
        for name, value in self.addresses.items():
            monkeypatch.setenv(name, value)

    def __call__(self, *arguments: str, stdin: bytes | None = None) -> Outcome:
        """Run it to its end."""
        if stdin is not None:
            self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        self._capture.readouterr()
        code = run(arguments)
        out, err = self._capture.readouterr()
        return Outcome(code, out, err.decode())

    def works(self, *arguments: str, stdin: bytes | None = None) -> Outcome:
        """The same, and it must end well."""
        outcome = self(*arguments, stdin=stdin)
        assert outcome.code == 0, outcome
        return outcome
