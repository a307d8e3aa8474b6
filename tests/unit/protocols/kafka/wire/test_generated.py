"""The generated files are what the generator makes of Kafka's definitions, and cheap to import."""

import subprocess
import sys
from pathlib import Path

import pytest

from hubbub.protocols.kafka.wire.keys import FLEXIBLE_FROM, MODULES, ApiKey
from tests.unit.protocols.kafka.wire.samples import APIS, api

ROOT = Path(__file__).parents[5]
WIRE = "hubbub/protocols/kafka/wire"
DEFINITIONS = ROOT.parent / "shared" / "data" / "kafka-messages"


@pytest.mark.skipif(not DEFINITIONS.is_dir(), reason="Kafka's message definitions are not here")
def test_generating_again_gives_the_files_that_are_committed(tmp_path: Path) -> None:
    tool = ROOT / "tools" / "generate_kafka_messages.py"
    subprocess.run([sys.executable, tool, DEFINITIONS, "--into", tmp_path], check=True, capture_output=True)
    made = {path.relative_to(tmp_path): path.read_text("utf-8") for path in tmp_path.rglob("*.py")}
    source = ROOT / "src"
    committed = {path: (source / path).read_text("utf-8") for path in made if (source / path).exists()}
    assert made == committed
    assert {path.name for path in (source / WIRE / "generated").glob("*.py")} == {
        path.name for path in made if path.parent.name == "generated"
    }


def test_importing_one_api_imports_no_other() -> None:
    question = (
        "import sys; import hubbub.protocols.kafka.wire.generated.metadata;"
        "print(sorted(name for name in sys.modules if 'kafka.wire' in name))"
    )
    answer = subprocess.run([sys.executable, "-c", question], check=True, capture_output=True, text=True)
    wire = "hubbub.protocols.kafka.wire"
    assert answer.stdout.strip() == str(
        [wire, f"{wire}.generated", f"{wire}.generated.metadata", f"{wire}.schema"]
    )


def test_the_table_of_keys_agrees_with_the_modules() -> None:
    assert [int(key) for key in ApiKey] == list(MODULES) == list(FLEXIBLE_FROM)
    for name in APIS:
        assert MODULES[api(name).key] == name
        assert FLEXIBLE_FROM[api(name).key] == api(name).flexible_from
        assert ApiKey[name.upper()] == api(name).key


@pytest.mark.parametrize(
    ("name", "oldest", "newest", "flexible_from"),
    [
        ("produce", 0, 13, 9),
        ("fetch", 0, 18, 12),
        ("list_offsets", 0, 11, 6),
        ("metadata", 0, 13, 9),
        ("init_producer_id", 0, 5, 2),  # 6 is not stable yet in Kafka 4.3
        ("api_versions", 0, 4, 3),
        ("share_fetch", 1, 2, 1),  # 0 was an early access of 4.0 that nobody speaks
        ("offset_delete", 0, 0, 0x8000),
    ],
)
def test_versions_are_those_of_kafka_and_the_older_ones(
    name: str, oldest: int, newest: int, flexible_from: int
) -> None:
    made = api(name)
    assert (made.min_version, made.max_version, made.flexible_from) == (oldest, newest, flexible_from)
