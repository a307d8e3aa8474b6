"""What docs/operations.md shows and cannot be run here names what there is."""

import re
from typing import Final

import yaml

from hubbub.console.table import ROUTES
from hubbub.settings import Settings
from tests.unit.cli.program import ROOT
from tests.unit.deploy.test_image import IMAGE, NOBODY
from tests.unit.docs.test_pages import blocks_of

PAGE: Final = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
SHOWN: Final = [block.text for block in blocks_of("docs/operations.md") if block.language == "text"]


def test_every_file_of_deploy_that_is_named_is_there_and_every_one_there_is_named() -> None:
    named = {f"deploy/{name}" for name in re.findall(r"deploy/([\w./-]*\w)", PAGE)}
    assert {name for name in named if not (ROOT / name).is_file()} == set()
    there = {str(file.relative_to(ROOT)) for file in (ROOT / "deploy").rglob("*") if file.is_file()}
    assert {name for name in there - named if "/provisioning/" not in name} == set()


def test_the_probes_ask_what_the_admin_port_answers() -> None:
    (text,) = [text for text in SHOWN if "livenessProbe" in text]
    paths = {route.path for route in ROUTES}
    for probe in yaml.safe_load(text).values():
        assert probe["httpGet"]["path"] in paths
        assert probe["httpGet"]["port"] == Settings().admin.port


def test_the_container_is_started_with_the_ports_the_volume_and_the_user_that_it_has() -> None:
    (run,) = re.findall(r"^docker run .*$", PAGE, re.MULTILINE)
    assert {int(port) for port in re.findall(r"-p \d+:(\d+)", run)} == IMAGE.ports
    assert re.findall(r"-v \w+:(\S+)", run) == IMAGE.volumes
    assert f"user {NOBODY}" in PAGE
    (backup,) = re.findall(r"docker cp hub:(\S+) ", PAGE)
    assert [backup] == IMAGE.volumes


def test_what_it_says_of_defaults_is_so() -> None:
    usual = Settings()
    assert f"`drain_seconds` at most ({usual.drain_seconds:g})" in PAGE
    assert f"`memory.max_bytes` ({usual.memory.max_bytes >> 30} GB)" in PAGE
    assert f"`segments.cache_bytes` ({usual.segments.cache_bytes >> 20} MB)" in PAGE
    assert f"`amqp.max_memory_bytes` ({usual.amqp.max_memory_bytes >> 30} GB)" in PAGE
    assert f"`journal.max_bytes` ({usual.journal.max_bytes >> 20} MB)" in PAGE
