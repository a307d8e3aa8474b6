"""Each rule of the house over the whole source, and each rule shown to bite on a planted example."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture import rules

MODULES = list(rules.modules())
NEUTRAL = [path for path in MODULES if path.parts[0] in {"core", "model", "storage"}]

# Where a rule has its one exception, and why.
CLOCKS = {
    Path("net/clock.py"),  # the one real clock; everything else is handed a clock
    # and who speaks, for a user's program, with brokers that have a time of their own
    Path("client/consumer.py"),
    Path("client/peers.py"),
    Path("client/producer.py"),
}
EDGES = {
    Path("net/edge.py"),
    Path("storage/segments/thread.py"),  # and where a thread begins: a bug in one step must not end it
}  # where the loop calls in: reports to on_defect, so that one client costs nobody else
UNTYPED = {Path("protocols/contract.py")}  # rooms differ in their sessions, so the plan's types have holes
FOREIGN_NAMES = {
    ("cli/flags.py", "get_params"),  # click calls it so
    ("cli/lazy.py", "get_command"),  # click calls it so
    ("net/stream.py", "get_buffer"),  # asyncio calls it so
    ("net/websocket.py", "get_extra_info"),  # and so is a transport's
    ("net/websocket.py", "get_write_buffer_size"),
    ("protocols/kafka/wire/source.py", "get_source"),  # linecache calls it so
}

TRANSPORT = [name for name in dir(asyncio.Transport) if not name.startswith("_")]


def read(path: Path) -> str:
    return (rules.SOURCE / path).read_text(encoding="utf-8")


def complaints(rule: Callable[[str], list[str]], paths: list[Path]) -> list[str]:
    return [f"{path}: {complaint}" for path in paths for complaint in rule(read(path))]


def test_there_is_something_to_check() -> None:
    assert {path.parts[0] for path in NEUTRAL} == {"core", "model", "storage"}
    assert len(MODULES) > 10


def test_core_model_and_storage_speak_no_protocols_language() -> None:
    found = complaints(rules.protocol_words, NEUTRAL)
    assert not found, "say it in the core's own words, or move it into the room that means it:\n" + "\n".join(
        found
    )


def test_time_comes_from_the_clock_alone() -> None:
    found = complaints(rules.clock_uses, [path for path in MODULES if path not in CLOCKS])
    assert not found, "ask the injected clock (model.clock) instead:\n" + "\n".join(found)


def test_only_the_edge_of_a_connection_catches_everything() -> None:
    found = complaints(rules.catch_alls, [path for path in MODULES if path not in EDGES])
    assert not found, "catch the narrowest error at the layer that can answer it:\n" + "\n".join(found)


def test_every_module_says_what_it_is() -> None:
    found = [str(path) for path in MODULES if rules.lacks_docstring(read(path))]
    assert not found, "open with what it is, what it may know, and what it refuses:\n" + "\n".join(found)


def test_nothing_is_left_for_later() -> None:
    found = complaints(rules.unfinished, MODULES)
    assert not found, "do it, or leave it out and say so in the docs:\n" + "\n".join(found)


def test_types_are_concrete() -> None:
    found = complaints(rules.unbound_types, [path for path in MODULES if path not in UNTYPED])
    assert not found, "name the type; `object` where it really may be anything:\n" + "\n".join(found)


def test_names_say_something() -> None:
    found = [
        f"{path}: {name}"
        for path in MODULES
        for name in rules.poor_names(read(path))
        if (path.as_posix(), name) not in FOREIGN_NAMES
    ]
    assert not found, "verbs for functions, nouns for classes, neither get_ nor -Manager:\n" + "\n".join(
        found
    )


def test_no_class_does_everything() -> None:
    """A decision record excuses a class by naming it: ``src/hubbub/core/queues/stream.py: StreamQueue``."""
    records = [path.read_text(encoding="utf-8") for path in (rules.ROOT / "docs" / "decisions").glob("*.md")]
    found = [
        f"src/hubbub/{path}: {complaint}"
        for path in MODULES
        for complaint in rules.god_objects(read(path))
        if not any(f"src/hubbub/{path}: {complaint.split()[0]}" in record for record in records)
    ]
    assert not found, "more than twelve public methods: cut it, or write a decision record:\n" + "\n".join(
        found
    )


def test_no_file_is_past_its_noun() -> None:
    lengths = {path: read(path).count("\n") for path in MODULES}
    found = [f"{path}: {lines} lines" for path, lines in lengths.items() if lines > rules.LONGEST]
    assert not found, f"over {rules.LONGEST} lines; one file, one noun or one verb:\n" + "\n".join(found)


def test_every_file_and_folder_has_a_subject() -> None:
    found = [
        str(path) for path in MODULES if any(rules.NAMELESS.search(Path(part).stem) for part in path.parts)
    ]
    assert not found, "name the subject, not the drawer:\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("rule", "planted", "innocent"),
    [
        (rules.protocol_words, "class KafkaTopic: ...", "class Topic: ..."),
        (rules.protocol_words, "max_qos = 2", "sequence = 2"),
        (rules.protocol_words, "# QoS 2", "# twice"),
        (rules.protocol_words, "MQTTv5", "version 5"),
        (rules.protocol_words, "topicAlias = 1", "topic = alias_of(name)"),
        (rules.protocol_words, "# the ISR shrinks", "# is requeued and disrupts nobody"),
        (rules.protocol_words, '"""As RabbitMQ does."""', '"""As peers do."""'),
        (rules.clock_uses, "import time", "import timeit"),
        (rules.clock_uses, "from time import monotonic", "from model import clock"),
        (rules.clock_uses, "loop.call_later(1, f)", "clock.call_at(1, f)"),
        (rules.clock_uses, "async def f(): await asyncio.sleep(1)", "async def f(): await asyncio.wait(1)"),
        (rules.clock_uses, "datetime.now()", "clock.now()"),
        (rules.catch_alls, "try: f()\nexcept Exception: pass", "try: f()\nexcept OSError: pass"),
        (rules.catch_alls, "try: f()\nexcept (OSError, BaseException): pass", "try: f()\nexcept (OSError, EOFError): pass"),
        (rules.catch_alls, "try: f()\nexcept: pass", "try: f()\nfinally: pass"),
        (rules.catch_alls, "with suppress(Exception): f()", "with suppress(OSError): f()"),
        (rules.unfinished, "x = 1  # TODO later", "x = 1  # later releases"),
        (rules.unfinished, "raise NotImplementedError", "raise Unavailable"),
        (rules.unbound_types, "from typing import Any", "from typing import Final"),
        (rules.poor_names, "def get_topic(): ...", "def topic(): ..."),
        (rules.poor_names, "class TopicManager: ...", "class Topics: ..."),
        (
            rules.god_objects,
            "class God:\n" + "".join(f"    def m{n}(self): ...\n" for n in range(13)),
            "class Man:\n" + "".join(f"    def m{n}(self): ...\n" for n in range(12)),
        ),
        (
            rules.god_objects,
            "class Own:\n" + "".join(f"    def {name}(self): ...\n" for name in TRANSPORT),
            "class Own(asyncio.Transport):\n" + "".join(f"    def {name}(self): ...\n" for name in TRANSPORT),
        ),
    ],
)  # fmt: skip
def test_the_rules_bite(rule: Callable[[str], list[str]], planted: str, innocent: str) -> None:
    assert rule(planted), f"{rule.__name__} does not see {planted!r}"
    assert not rule(innocent), f"{rule.__name__} objects to {innocent!r}"


def test_the_rules_about_files_bite() -> None:
    assert rules.lacks_docstring("x = 1")
    assert not rules.lacks_docstring("")
    assert not rules.lacks_docstring('"""What it is."""\nx = 1')
    for name in ("utils", "helper", "base", "connection_helpers", "common_types"):
        assert rules.NAMELESS.search(name), name
    assert not rules.NAMELESS.search("database")
