"""A hall for each test."""

import pytest

from tests.conversation.mqtt.words import Hall


@pytest.fixture
def hall() -> Hall:
    """MQTT with default options, without $SYS."""
    return Hall()
