"""What tests with real clients share: each promise is kept to each client."""

from typing import Any

import pytest

from tests.clients.command import CommandLine
from tests.clients.kafka_words import CLIENTS, Client


@pytest.fixture(params=CLIENTS, ids=lambda client: client.name)
def client(request: pytest.FixtureRequest) -> Client:
    """One Kafka client after the other."""
    return request.param


@pytest.fixture
def line(hub: Any, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> CommandLine:
    """The command line, which finds the hub by its environment."""
    return CommandLine(hub, monkeypatch, capfdbinary)
