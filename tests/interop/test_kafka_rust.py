"""rdkafka: the Kafka client of Rust."""

from typing import Any

import pytest

from tests.interop.tool_chains import BUILD, HERE, build, found, tool

pytestmark = pytest.mark.interop
TARGET = BUILD / "rust"


@pytest.mark.row("MF-41", "MF-60", "MF-61")
def test_rdkafka(hub: Any) -> None:
    cargo = tool("cargo")
    tool("gcc")  # librdkafka is C
    TARGET.mkdir(parents=True, exist_ok=True)
    build([cargo, "build", "--quiet", "--release", "--target-dir", TARGET], HERE / "rust")
    assert found([TARGET / "release" / "interop", hub.address("kafka")]) == {"seen": 100, "wrong": 0}
