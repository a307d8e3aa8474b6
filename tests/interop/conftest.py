"""What tests with clients of other languages share: their tool chains, or one clear line on why a test was skipped."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SECONDS = 300


@pytest.fixture(scope="session")
def java(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., list[str]]:
    """Run Java with Kafka's client and tools on the class path; the lines it printed. Fails with all it said if it ends badly."""
    for tool in ("java", "mvn"):
        if shutil.which(tool) is None:
            pytest.skip(f"skipped: no {tool} here")
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

    def run(*words: str | Path) -> list[str]:
        command = ["java", "-cp", classpath, *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
        assert done.returncode == 0, f"{words[0]} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
        return done.stdout.splitlines()

    return run
