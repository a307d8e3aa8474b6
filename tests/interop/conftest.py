"""What tests with clients of other languages share."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.interop.tool_chains import HERE, SECONDS, run, tool


@pytest.fixture(scope="session")
def java(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., list[str]]:
    """Run Java with the clients and tools of Kafka, MQTT and RabbitMQ on the class path; the lines it printed. Fails with all it said if it ends badly."""
    for needed in ("java", "mvn"):
        tool(needed)
    found = tmp_path_factory.mktemp("java") / "classpath"
    asked = [
        "mvn",
        "-q",
        "-B",
        "-f",
        str(HERE / "java" / "pom.xml"),
        "dependency:build-classpath",
        f"-Dmdep.outputFile={found}",
    ]
    subprocess.run(asked, check=True, timeout=SECONDS)
    classpath = found.read_text(encoding="utf-8").strip()

    def program(*words: str | Path, stdin: str = "") -> list[str]:
        return run(["java", "-cp", classpath, *words], stdin=stdin)

    return program
