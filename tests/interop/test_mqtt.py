"""MQTT clients of other languages: rumqttc (Rust), Eclipse Paho and HiveMQ's client (Java), autopaho (Go).

Each program has a listener who hears all three levels of QoS and a will, and somebody who comes late and gets what was retained.
"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.interop.tool_chains import BUILD, HERE, build, found, tool

pytestmark = pytest.mark.interop
PROPERTIES = "b=1 a=2 b=3 text/plain answers c-1"


def heard(root: str, *, has_properties: bool, has_will: bool = True) -> list[str]:
    """What a listener hears."""
    properties = f" {PROPERTIES}" if has_properties else ""
    lines = [f"{root}/0 0 say 0", f"{root}/1 1 say 1{properties}", f"{root}/2 2 say 2"]
    return [*lines, f"{root}/will 1 gone"] if has_will else lines


def late(root: str, *, has_properties: bool) -> list[str]:
    """What comes to somebody who is late."""
    return [f"{root}/1 1 kept say 1" + (f" {PROPERTIES}" if has_properties else "")]


def address(hub: Any) -> tuple[str, str]:
    host, _, port = hub.address("mqtt").rpartition(":")
    return host, port


@pytest.mark.row("MF-91")
def test_rumqttc(hub: Any) -> None:
    cargo = tool("cargo")
    target = BUILD / "rust-mqtt"
    target.mkdir(parents=True, exist_ok=True)
    build([cargo, "build", "--quiet", "--target-dir", target], HERE / "rust" / "mqtt")
    assert found([target / "debug" / "interop-mqtt", *address(hub)]) == {
        "3.1.1": heard("four", has_properties=False),
        "late at 3.1.1": late("four", has_properties=False),
        "5.0": heard("five", has_properties=True),
        "late at 5.0": late("five", has_properties=True),
    }


def test_autopaho(hub: Any) -> None:
    program = BUILD / "go" / "autopaho"
    program.parent.mkdir(parents=True, exist_ok=True)
    build([tool("go"), "build", "-o", program, "./autopaho"], HERE / "go")
    assert found([program, *address(hub)]) == {
        "heard": heard("go", has_properties=True),
        "late": late("go", has_properties=True),
        "present": True,
        "waited": ["mail 1 waited"],
    }


@pytest.mark.row("MF-91")
def test_eclipse_paho_and_hivemq(java: Callable[..., list[str]], hub: Any) -> None:
    lines = java(HERE / "java" / "Mqtt.java", *address(hub))
    assert {name: text.split("; ") for name, text in (line.split(": ", 1) for line in lines)} == {
        "paho 3.1.1": heard("paho3", has_properties=False),
        "paho 3.1.1 late": late("paho3", has_properties=False),
        "paho 5.0": heard("paho5", has_properties=True),
        "paho 5.0 late": late("paho5", has_properties=True),
        "hivemq 3.1.1": heard("hive3", has_properties=False, has_will=False),
        "hivemq 3.1.1 late": late("hive3", has_properties=False),
        "hivemq 5.0": heard("hive5", has_properties=True),
        "hivemq 5.0 late": late("hive5", has_properties=True),
    }
