"""What tests with real clients share: each promise is kept to each client."""

import pytest

from tests.clients.kafka_words import CLIENTS, Client


@pytest.fixture(params=CLIENTS, ids=lambda client: client.name)
def client(request: pytest.FixtureRequest) -> Client:
    """One Kafka client after the other."""
    return request.param
