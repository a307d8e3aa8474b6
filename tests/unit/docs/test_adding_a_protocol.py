"""The guide to a new protocol keeps its word: its blocks, put where it says, are a room that a hub opens and that keeps all rules."""

import ast
import importlib
import inspect
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import hubbub.app
import hubbub.protocols
import hubbub.settings
from hubbub.settings.loading import Sources, load
from hubbub.settings.spellings import Dialect
from tests.architecture import rules
from tests.conftest import HubThread, on_free_ports

PAGE = (rules.ROOT / "docs" / "adding-a-protocol.md").read_text(encoding="utf-8")
LABELLED = re.compile(r"^\*\*([^\n]+)\*\*\n\n```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = {label.replace("`", ""): text for label, text in LABELLED.findall(PAGE)}
ROOM = "protocols/lines/"
FILES = {label.removeprefix(ROOM): text for label, text in BLOCKS.items() if label.startswith(ROOM)}
FIRST_TOUCH = BLOCKS["tests/clients/test_lines_first_touch.py"]
TESTS = re.findall(r"^def (test_\w+)", FIRST_TOUCH, re.MULTILINE)


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The room is importable, as if its files lay in the source."""
    (tmp_path / "lines" / "handlers").mkdir(parents=True)
    for name in ("__init__.py", "handlers/__init__.py"):
        (tmp_path / "lines" / name).touch()
    for name, text in FILES.items():
        (tmp_path / "lines" / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(hubbub.protocols, "__path__", [*hubbub.protocols.__path__, str(tmp_path)])
    importlib.invalidate_caches()
    yield
    for name in [name for name in sys.modules if name.startswith("hubbub.protocols.lines")]:
        del sys.modules[name]


@pytest.fixture
def settings_type(room: None) -> Any:
    """Settings with the new section, edited as the guide says; the real ones stay as they are."""
    source = inspect.getsource(hubbub.settings)
    begin = "\n\nclass Settings("
    assert begin in source
    source = source.replace(begin, "\n" + BLOCKS["Added to the imports of settings/__init__.py"] + begin)
    scope: dict[str, Any] = {"__name__": "settings_with_lines"}
    exec(source + BLOCKS["Added to Settings"], scope)
    return scope["Settings"]


@pytest.fixture
def hub(settings_type: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubThread]:
    """A hub with the room, wired as the guide says."""
    source = inspect.getsource(hubbub.app.rooms)
    last = "    return found\n"
    assert source.endswith(last)
    added = BLOCKS["Added to rooms(), before it returns"]
    scope = dict(vars(hubbub.app))
    exec(source.removesuffix(last) + added + last, scope)
    monkeypatch.setattr(hubbub.app, "rooms", scope["rooms"])
    running = HubThread(on_free_ports(settings_type()))
    yield running
    running.stop()
    assert running.defects == []


@pytest.mark.row("MF-186")
@pytest.mark.parametrize("name", TESTS)
def test_the_room_of_the_guide_keeps_the_promises_of_its_own_tests(hub: HubThread, name: str) -> None:
    scope: dict[str, Any] = {"__name__": "test_lines_first_touch"}
    exec(FIRST_TOUCH, scope)
    scope[name](hub)


@pytest.mark.row("MF-186")
def test_the_transcript_of_the_guide_is_what_is_said(hub: HubThread) -> None:
    scope: dict[str, Any] = {"__name__": "test_lines_first_touch"}
    exec(FIRST_TOUCH, scope)
    (transcript,) = re.findall(r"^```text\n(PUB .*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    with scope["caller"](hub) as talk:
        for line in transcript.splitlines():
            if re.match(r"OK|MSG|ERR", line):
                assert talk.readline() == line + "\n"
            else:
                scope["say"](talk, line)
        assert talk.readline() == ""


def test_a_line_of_any_length_is_cut_off_at_the_limit_and_a_long_log_is_delivered_whole(
    settings_type: Any, hub: HubThread
) -> None:
    scope: dict[str, Any] = {"__name__": "test_lines_first_touch"}
    exec(FIRST_TOUCH, scope)
    texts = [f"{number} " + "x" * 1_000 for number in range(500)]
    with scope["caller"](hub) as writer, scope["caller"](hub) as reader, scope["caller"](hub) as endless:
        scope["say"](writer, *(f"PUB long {text}" for text in texts))
        assert [writer.readline() for _ in texts] == [f"OK {number}\n" for number in range(500)]
        scope["say"](reader, "SUB long 0")
        assert reader.readline() == "OK 0\n"
        assert [reader.readline() for _ in texts] == [
            f"MSG long {n} {text}\n" for n, text in enumerate(texts)
        ]
        endless.write("x" * 70_000)
        endless.flush()
        assert endless.readline() == "ERR malformed a line of more than 65536 octets\n"


def test_the_options_of_the_guide_have_flags_variables_and_keys(settings_type: Any, tmp_path: Path) -> None:
    (example,) = re.findall(r"^```text\n(lines:\n.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    file = tmp_path / "hubbub.yaml"
    file.write_text(example, encoding="utf-8")
    dialect = Dialect(settings_type)
    assert load(dialect, Sources(file=file)).settings.lines.max_line == 1000
    assert (
        load(dialect, Sources(environment={"HUBBUB_LINES_MAX_LINE": "1000"})).settings.lines.max_line == 1000
    )
    assert load(dialect, Sources(flags={("lines", "port"): "7001"})).settings.lines.port == 7001
    flags = {option.flag for option in dialect.options().values()}
    assert "--lines-port" in flags


# the rules of the house


def test_the_guide_has_every_file_of_the_plan() -> None:
    plan = {name.strip("() ") for layer in layers() for name in layer.split("|")}
    assert {Path(name).parts[0].removesuffix(".py") for name in FILES} == plan


@pytest.mark.parametrize("name", FILES)
def test_every_file_imports_only_what_stands_below_it(name: str) -> None:
    order = [[part.strip("() ") for part in layer.split("|")] for layer in layers()]
    height = {part: -number for number, parts in enumerate(order) for part in parts}
    own = Path(name).parts[0].removesuffix(".py")
    imported = [node.module for node in ast.walk(ast.parse(FILES[name])) if isinstance(node, ast.ImportFrom)]
    for module in imported:
        if module and module.startswith("hubbub.protocols.lines."):
            other = module.split(".")[3]
            assert height[other] < height[own] or other == own, f"{name} imports {module}"
    if own in {"wire", "session"}:
        forbidden = ("asyncio", "hubbub.core", "hubbub.net", "hubbub.protocols.contract")
        assert [module for module in imported if module and module.startswith(forbidden)] == []


@pytest.mark.parametrize("name", FILES)
def test_every_file_keeps_the_rules_of_the_house(name: str) -> None:
    text = FILES[name]
    assert not rules.lacks_docstring(text)
    for rule in (
        rules.clock_uses,
        rules.catch_alls,
        rules.unfinished,
        rules.unbound_types,
        rules.poor_names,
        rules.god_objects,
    ):
        assert rule(text) == [], rule.__name__


def layers() -> list[str]:
    """The plan of a room, as import-linter has it, the highest first."""
    project = tomllib.loads((rules.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = {contract["id"]: contract for contract in project["tool"]["importlinter"]["contracts"]}
    found: list[str] = contracts["plan-of-a-room"]["layers"]
    return found
