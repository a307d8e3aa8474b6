"""What tests with real clients share: each promise is kept to each client."""

from collections.abc import Iterator

import pytest

from tests.clients.kafka_words import CLIENTS, Client


@pytest.fixture(params=CLIENTS, ids=lambda client: client.name)
def client(request: pytest.FixtureRequest) -> Iterator[Client]:
    """One Kafka client after the other."""
    yield request.param
