"""Nothing in the README and in docs/ is merely claimed: pages made from the source are up to date, and every block of code is run."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.unit.cli.program import FREE, PATIENCE, ROOT, Serving, environment, hubbub
from tools.pages import PAGES

USUAL_PORTS = {"kafka": 9092, "mqtt": 1883, "mqtt-websocket": 9001, "amqp": 5672, "admin": 9080}
READ = ["README.md", "CONTRIBUTING.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]+\]\(([^)#]+)(?:#[^)]*)?\)")
TALKS = ("hubbub kafka", "hubbub mqtt", "hubbub amqp", "hubbub bench", "hubbub health")
MAKE_VERBS = set(re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


class Block(NamedTuple):
    place: str
    language: str
    text: str


def blocks(*languages: str) -> list[Block]:
    return [block for name in READ for block in blocks_of(name) if block.language in languages]


def blocks_of(name: str) -> Iterator[Block]:
    page = (ROOT / name).read_text(encoding="utf-8")
    for found in BLOCK.finditer(page):
        line = page.count("\n", 0, found.start()) + 1
        yield Block(f"{name}:{line}", found[1], found[2])


def command_lines() -> list[tuple[str, str]]:
    """Lines of shell, and what stands behind a prompt on a console."""
    typed = [
        (block.place, line)
        for block in blocks("bash")
        if block not in broker_blocks()
        for line in block.text.splitlines()
        if line.strip()
    ]
    shown = [(block.place, line) for block in blocks("console") for line in block.text.splitlines()]
    return typed + [(place, line[2:]) for place, line in shown if line.startswith("$ ")]


FIXTURES = "docs/fixtures.md:"
"""The page whose YAML is traffic; all other YAML is settings."""


def by_kind(found: list[Block]) -> tuple[list[Block], list[Block]]:
    """Settings, and fixtures."""
    fixtures = [block for block in found if block.place.startswith(FIXTURES)]
    return [block for block in found if block not in fixtures], fixtures


def broker_blocks() -> list[Block]:
    """Blocks for a shell that talk to a broker: whole, since one line prepares what the next one needs."""
    return [block for block in blocks("bash") if block.text.startswith(TALKS)]


@pytest.mark.parametrize("block", broker_blocks(), ids=lambda block: block.place)
def test_every_block_that_talks_to_a_broker_does_so(block: Block, tmp_path: Path) -> None:
    with Serving(*FREE, folder=tmp_path) as hub:
        where = {
            "HUBBUB_KAFKA_BOOTSTRAP": f"localhost:{hub.port('kafka')}",
            "HUBBUB_MQTT_URL": f"mqtt://localhost:{hub.port('mqtt')}",
            "HUBBUB_AMQP_URL": f"amqp://localhost:{hub.port('amqp')}",
            "HUBBUB_ADMIN_URL": f"http://localhost:{hub.port('admin')}",
        }
        for line in block.text.splitlines():
            program, *arguments = shlex.split(line)
            assert program == "hubbub"
            result = hubbub(*arguments, folder=tmp_path, **where)
            assert result.returncode == 0, f"{line}: {result.stderr}"
            assert result.stdout or result.stderr or "clients" in arguments, f"{line}: says nothing"


@pytest.mark.parametrize("name", PAGES)
def test_pages_made_from_the_source_are_up_to_date(name: str) -> None:
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == PAGES[name](), "run `make docs`"


def test_the_pages_are_a_site_in_which_everything_can_be_found(tmp_path: Path) -> None:
    """Strict: a link or anchor that leads nowhere, and a page that nothing leads to, fail it."""
    result = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(tmp_path / "site")],
        env=environment({"NO_MKDOCS_2_WARNING": "1"}),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE * 2,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "site" / "index.html").exists()


def test_every_block_says_what_it_is() -> None:
    known = {"bash", "console", "python", "yaml", "json", "text", "toml"} | {"javascript", "java", "go"}
    assert [block.place for name in READ for block in blocks_of(name) if block.language not in known] == []


@pytest.mark.parametrize(("place", "line"), command_lines())
def test_every_command_line_works(place: str, line: str, tmp_path: Path) -> None:
    """Make's verbs are run by whoever runs the tests, and pip by whoever sets up; what is ours is run here."""
    settings, fixtures = by_kind(blocks("yaml"))
    for number, block in enumerate(settings):
        (tmp_path / ("hubbub.yaml" if number == 0 else f"{number}.yaml")).write_text(
            block.text, encoding="utf-8"
        )
    (tmp_path / "fixtures").mkdir()
    (tmp_path / "fixtures" / "first.yaml").write_text(fixtures[0].text, encoding="utf-8")
    program, *arguments = line.split()
    match program, arguments:
        case "make", [verb]:
            assert verb in MAKE_VERBS
        case "pip", ["install", what]:
            assert what == "."
        case "hubbub", ["serve", *flags]:
            with Serving(*flags, *FREE, folder=tmp_path) as hub:
                assert hub.stop()[0] == 0
        case "hubbub", _:
            result = hubbub(*arguments, folder=tmp_path)
            assert result.returncode == 0, result.stderr
        case _:
            pytest.fail(f"{place}: no test knows how to run {program!r}")


# the blocks of this page are one program; test_adding_a_protocol.py puts it together and runs it
ASSEMBLED = "docs/adding-a-protocol.md:"
# the blocks of this page are tests; test_testing_page.py runs them
SUITES = "docs/testing.md"


@pytest.mark.parametrize(
    "block",
    [block for block in blocks("python") if not block.place.startswith((ASSEMBLED, SUITES))],
    ids=lambda block: block.place,
)
def test_every_python_block_runs_against_a_hub(block: Block, tmp_path: Path) -> None:
    """As it is printed, but for the port: a test cannot have the usual ones."""
    for module in re.findall(r"^(?:import|from) (\w+)", block.text, re.MULTILINE):
        pytest.importorskip(module)
    with Serving(*FREE, folder=tmp_path) as hub:
        text = block.text
        for protocol, port in USUAL_PORTS.items():
            text = re.sub(rf"\b{port}\b", str(hub.port(protocol)), text)
        result = subprocess.run(
            [sys.executable, "-c", text],
            env=environment({}),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=PATIENCE * 2,
            check=False,
        )
        assert result.returncode == 0, result.stderr
        assert result.stdout.strip(), "a block that shows something prints something"


def test_a_data_directory_holds_what_the_page_on_it_shows(tmp_path: Path) -> None:
    (block,) = blocks_of("docs/storage.md")
    shown = {line.split()[0].rstrip("/") for line in block.text.splitlines()}
    with Serving(*FREE, "--data-dir", "data", folder=tmp_path) as hub:
        address = f"localhost:{hub.port('kafka')}"
        made = hubbub("kafka", "produce", "-t", "orders", "--value", "x", "-b", address, folder=tmp_path)
        assert made.returncode == 0, made.stderr
        there = {path.name for path in (tmp_path / "data").iterdir()}
        logs = {path.name for path in (tmp_path / "data" / "logs").iterdir()}
    assert shown - {"logs/00000007", "quarantine"} <= there  # octets are taken out where some are damaged
    assert {name for name in there if not name.startswith("state.db-")} <= shown | {"logs"}
    assert all(re.fullmatch(r"[0-9a-f]{8}", name) for name in logs)


@pytest.mark.parametrize("block", blocks("yaml"), ids=lambda block: block.place)
def test_every_yaml_block_is_a_good_file(block: Block, tmp_path: Path) -> None:
    (tmp_path / "file.yaml").write_text(block.text, encoding="utf-8")
    check = ["fixtures", "check", "--strict"] if block.place.startswith(FIXTURES) else ["config", "validate"]
    result = hubbub(*check, "file.yaml", folder=tmp_path)
    assert result.returncode == 0, result.stderr


def test_what_the_readme_shows_of_the_start_is_what_is_shown(tmp_path: Path) -> None:
    from hubbub.app import Listening
    from hubbub.cli.ready import as_text

    with Serving(*FREE, folder=tmp_path) as hub:
        listening = [(each["protocol"], each["host"]) for each in hub.ready["listening"]]
    shown = as_text([Listening(protocol, host, USUAL_PORTS[protocol]) for protocol, host in listening])
    assert "\n".join(shown) in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_link_leads_somewhere() -> None:
    found = [
        (name, target)
        for name in READ
        for target in LINK.findall((ROOT / name).read_text(encoding="utf-8"))
        if "://" not in target and not (ROOT / name).parent.joinpath(target).exists()
    ]
    assert found == []
