"""MockForge's own fixture files and YAML blocks, as they are. They lie beside the checkout, or the tests that need them are skipped."""

import re
from pathlib import Path

import pytest

from tests.mission.seeds import ROOT, SEEDS

SHIPPED = ROOT.parent / "shared" / "mission" / "mockforge"
EXAMPLE = SHIPPED / "microservices-event-bus"
PROTOCOLS = SHIPPED / "protocols"
ORDER_EVENTS = PROTOCOLS / "kafka" / "order-events.yaml"
SENSORS = PROTOCOLS / "mqtt" / "iot-sensors.yaml"


def shipped(path: Path) -> Path:
    """The file or folder. Skips where it is not here."""
    if not path.exists():
        pytest.skip("the mission's files are not beside this checkout")
    return path


def yaml_blocks() -> list[str]:
    """All YAML blocks of the document on protocols, in their order; none where it is not here."""
    page = SEEDS / "mockforge-async-protocols.md"
    if not page.is_file():
        return []
    text = page.read_text(encoding="utf-8")
    return re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
