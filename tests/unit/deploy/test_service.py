"""The unit of systemd and the sample configuration: systemd's own tools, and what the unit says of the hub, held against the hub."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from hubbub.cli.exits import Exit
from hubbub.settings.known import DIALECT
from hubbub.settings.loading import Sources, load
from tests.unit.cli.program import ROOT, hubbub

UNIT: Final = ROOT / "deploy" / "hubbub.service"
SAMPLE: Final = ROOT / "deploy" / "hubbub.yaml"
EXPOSED: Final = 2.0
"""What systemd calls the most that is still well guarded; a service without any fence is near 10."""


def said(key: str) -> str:
    (value,) = re.findall(rf"^{key}=(.*)$", UNIT.read_text(encoding="utf-8"), re.MULTILINE)
    return str(value)


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("skipped: no systemd-analyze here")
    return subprocess.run(
        ["systemd-analyze", *arguments], capture_output=True, text=True, timeout=60, check=False
    )


def test_systemd_understands_every_line(tmp_path: Path) -> None:
    """With a program that is there in the place of ours, which is not installed here."""
    unit = tmp_path / "hubbub.service"
    text = UNIT.read_text(encoding="utf-8")
    program = said("ExecStart").split()[0]
    unit.write_text(text.replace(program, shutil.which("true") or "/bin/true"), encoding="utf-8")
    result = analyze("verify", str(unit))
    assert (result.returncode, result.stderr) == (0, "")


def test_systemd_finds_it_well_guarded() -> None:
    result = analyze("security", "--offline=true", f"--threshold={EXPOSED:.0f}0", "--no-pager", str(UNIT))
    if "unrecognized option" in result.stderr:
        pytest.skip("skipped: this systemd-analyze looks at running services alone")
    assert result.returncode == 0, result.stdout


def test_the_unit_runs_what_there_is(tmp_path: Path) -> None:
    program, *words = said("ExecStart").split()
    assert program.endswith("/hubbub")
    settings = load(DIALECT, Sources(SAMPLE)).settings
    assert words == ["serve", "--config", "/etc/hubbub/hubbub.yaml"]
    assert settings.data_dir == f"/var/lib/{said('StateDirectory')}"
    assert int(said("TimeoutStopSec").removesuffix("s")) > settings.drain_seconds + 2
    rooms = settings.kafka, settings.mqtt, settings.mqtt, settings.amqp  # MQTT has two ports
    assert int(said("LimitNOFILE")) > sum(room.max_connections for room in rooms)


def test_it_is_not_started_again_where_that_is_of_no_use() -> None:
    codes = {int(code) for code in said("RestartPreventExitStatus").split()}
    assert codes == {Exit.USAGE, Exit.BAD_SETTINGS, Exit.NO_DATA}


def test_the_sample_is_a_good_configuration_without_surprises(tmp_path: Path) -> None:
    result = hubbub("config", "validate", str(SAMPLE), folder=tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    loaded = load(DIALECT, Sources(SAMPLE))
    assert loaded.warnings == ()
    assert loaded.settings.admin.host == "localhost"
