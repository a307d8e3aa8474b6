"""`hubbub init` writes files that load, and writes over none."""

from pathlib import Path

from hubbub.cli.commands import COMMANDS
from tests.unit.cli.program import FREE, Serving, hubbub


def test_what_is_written_is_good_and_starts_a_hub(tmp_path: Path) -> None:
    written = hubbub("init", folder=tmp_path)
    assert (written.returncode, written.stdout) == (0, "")
    assert written.stderr.splitlines()[-1] == "hubbub: `hubbub serve` starts a hub with them"
    assert hubbub("config", "validate", "hubbub.yaml", folder=tmp_path).returncode == 0
    if "fixtures" in COMMANDS:
        checked = hubbub("fixtures", "check", "fixtures", folder=tmp_path)
        assert checked.returncode == 0, checked.stderr
    with Serving(*FREE, folder=tmp_path) as hub:
        broker = f"localhost:{hub.port('kafka')}"
        assert hubbub("kafka", "topics", "list", "-b", broker, folder=tmp_path).stdout == "orders.created\n"


def test_what_is_commented_out_is_good_too(tmp_path: Path) -> None:
    hubbub("init", "there", folder=tmp_path)
    file = tmp_path / "there" / "hubbub.yaml"
    text = file.read_text(encoding="utf-8")
    for key in ("data_dir", "advertised_host"):
        assert f"# {key}:" in text
        text = text.replace(f"# {key}:", f"{key}:")
    file.write_text(text, encoding="utf-8")
    checked = hubbub("config", "validate", "there/hubbub.yaml", folder=tmp_path)
    assert checked.returncode == 0, checked.stderr


def test_files_that_are_there_stay_as_they_are(tmp_path: Path) -> None:
    mine = tmp_path / "hubbub.yaml"
    mine.write_text("mine", encoding="utf-8")
    refused = hubbub("init", folder=tmp_path)
    assert refused.returncode == 2
    assert refused.stderr == "hubbub: hubbub.yaml is there already, and stays as it is; nothing was written\n"
    assert mine.read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "fixtures").exists()
