"""The command as people meet it: help, version, mistakes, settings. Each test runs the real program."""

import json
import subprocess
import sys
from pathlib import Path

import jsonschema_rs
import pytest
import yaml

from hubbub import __version__
from tests.unit.cli.program import COMMAND, ROOT, environment, hubbub

BOUNDS = "write a number within these bounds, without quotes"
EXAMPLE = (
    ROOT.parent / "shared" / "mission" / "mockforge" / "microservices-event-bus" / "mockforge-config.yaml"
)


def test_alone_it_shows_what_it_can_do(tmp_path: Path) -> None:
    result = hubbub("--help", folder=tmp_path)
    assert result.returncode == 0
    for command in ("serve", "config", "version"):
        assert f"  {command} " in result.stdout


def test_the_short_help_flag_works_everywhere(tmp_path: Path) -> None:
    for arguments in (["-h"], ["serve", "-h"], ["config", "-h"], ["config", "show", "-h"], ["version", "-h"]):
        result = hubbub(*arguments, folder=tmp_path)
        assert result.returncode == 0
        assert result.stdout.startswith("Usage: hubbub")


def test_every_command_in_the_table_is_there(tmp_path: Path) -> None:
    from hubbub.cli.commands import COMMANDS

    for name, entry in COMMANDS.items():
        result = hubbub(name, "--help", folder=tmp_path)
        assert entry.summary in result.stdout, name


def test_it_says_its_version(tmp_path: Path) -> None:
    assert hubbub("--version", folder=tmp_path).stdout == f"hubbub {__version__}\n"
    assert hubbub("version", folder=tmp_path).stdout.startswith(f"hubbub {__version__} (Python ")
    assert json.loads(hubbub("version", "--json", folder=tmp_path).stdout)["hubbub"] == __version__


def test_a_mistyped_command_is_told_what_was_meant(tmp_path: Path) -> None:
    result = hubbub("conifg", folder=tmp_path)
    assert result.returncode == 2
    assert "there is no command 'conifg'; did you mean 'config'?" in result.stderr


def test_a_mistyped_flag_is_told_what_was_meant(tmp_path: Path) -> None:
    result = hubbub("serve", "--kafka-prot", "1", folder=tmp_path)
    assert result.returncode == 2
    assert "--kafka-port" in result.stderr


@pytest.mark.parametrize("module", ["hubbub.cli", "hubbub.cli.commands"])
def test_help_imports_nothing_that_it_does_not_need(module: str, tmp_path: Path) -> None:
    script = f"import sys, {module}; print(*sorted(sys.modules))"
    result = subprocess.run(
        [sys.executable, "-c", script],
        env=environment({}),
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    loaded = set(result.stdout.split())
    assert module in loaded
    heavy = {"asyncio", "yaml", "msgspec", "uvloop", "ssl", "logging"}
    rooms = {
        name
        for name in loaded
        if name.startswith(("hubbub.protocols", "hubbub.core", "hubbub.settings", "hubbub.app"))
    }
    assert loaded & heavy == set()
    assert rooms == set()


@pytest.mark.parametrize("group", ["kafka", "mqtt", "amqp"])
def test_a_client_library_is_imported_by_the_command_that_speaks_with_it_and_not_by_help(
    group: str, tmp_path: Path
) -> None:
    script = f"import sys; from hubbub.cli.commands import run; run(['{group}', '--help']); print(*sorted(sys.modules))"
    result = subprocess.run(
        [sys.executable, "-c", script],
        env=environment({}),
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    loaded = {name.partition(".")[0] for name in result.stdout.splitlines()[-1].split()}
    assert "click" in loaded
    assert (
        loaded & {"aiokafka", "paho", "aio_pika", "aiormq", "asyncio", "msgspec", "ssl", "logging"} == set()
    )


@pytest.mark.parametrize(
    "command", ["kafka consume", "kafka topics create", "mqtt subscribe", "amqp publish"]
)
def test_help_of_a_command_imports_no_client_library_either(command: str, tmp_path: Path) -> None:
    words = [*command.split(), "--help"]
    script = f"import sys; from hubbub.cli.commands import run; run({words!r}); print(*sorted(sys.modules))"
    result = subprocess.run(
        [sys.executable, "-c", script],
        env=environment({}),
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    loaded = {name.partition(".")[0] for name in result.stdout.splitlines()[-1].split()}
    assert loaded & {"aiokafka", "paho", "aio_pika", "aiormq"} == set()


def test_settings_without_a_file_do_not_import_yaml(tmp_path: Path) -> None:
    script = (
        "import sys; from hubbub.cli.flags import settings_of; settings_of(None, {}); print(*sys.modules)"
    )
    result = subprocess.run(
        [sys.executable, "-c", script],
        env=environment({}),
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    assert {"yaml", "asyncio"} & set(result.stdout.split()) == set()


def test_settings_are_shown_with_their_origin(tmp_path: Path) -> None:
    (tmp_path / "hubbub.yaml").write_text("kafka:\n  broker_id: 7\n", encoding="utf-8")
    result = hubbub(
        "config", "show", "--no-kafka-auto-create-topics", folder=tmp_path, HUBBUB_KAFKA_PORT="1234"
    )
    lines = {" ".join(line.split()) for line in result.stdout.splitlines()}
    assert "broker_id: 7 # hubbub.yaml:2" in lines
    assert "port: 1234 # HUBBUB_KAFKA_PORT" in lines
    assert "auto_create_topics: false # --kafka-auto-create-topics" in lines
    assert 'host: "localhost" # default' in lines


def test_what_is_shown_is_a_file_that_says_the_same(tmp_path: Path) -> None:
    shown = hubbub("config", "show", "--kafka-port", "77", folder=tmp_path).stdout
    assert yaml.safe_load(shown)["kafka"]["port"] == 77
    (tmp_path / "again.yaml").write_text(shown, encoding="utf-8")
    again = hubbub("config", "show", "--config", "again.yaml", "--json", folder=tmp_path)
    direct = hubbub("config", "show", "--kafka-port", "77", "--json", folder=tmp_path)
    assert values(again.stdout) == values(direct.stdout)


def values(text: str) -> dict[str, object]:
    return {key: entry["value"] for key, entry in json.loads(text).items()}


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    secrets = "amqp: {password: open-sesame, users: [{name: a, password: open-sesame}]}\n"
    (tmp_path / "hubbub.yaml").write_text(secrets, encoding="utf-8")
    for arguments in (["config", "show"], ["config", "show", "--json"]):
        shown = hubbub(*arguments, folder=tmp_path).stdout
        assert "open-sesame" not in shown
        assert shown.count("(set)") == 2


def test_what_nobody_changed_can_be_left_out(tmp_path: Path) -> None:
    assert hubbub("config", "show", "--changed", folder=tmp_path).stdout.strip() == ""
    result = hubbub("config", "show", "--changed", "--json", "--kafka-port", "77", folder=tmp_path)
    assert json.loads(result.stdout) == {"kafka.port": {"value": 77, "origin": "--kafka-port"}}


def test_a_bad_file_is_told_line_by_line(tmp_path: Path) -> None:
    (tmp_path / "hubbub.yaml").write_text(
        'kafka:\n  prot: 1\n  port: "x"\nlog:\n  level: loud\n', encoding="utf-8"
    )
    result = hubbub("config", "validate", "hubbub.yaml", folder=tmp_path)
    assert result.returncode == 4
    assert result.stderr.splitlines() == [
        "hubbub: hubbub.yaml:2: kafka.prot is no option; did you mean 'port'?",
        f'hubbub: hubbub.yaml:3: kafka.port must be a whole number from 0 to 65535, not the text "x"; {BOUNDS}',
        'hubbub: hubbub.yaml:5: log.level must be debug, error, info or warning, not the text "loud"; write one of them',
    ]
    assert result.stdout == ""


@pytest.mark.parametrize("command", [["serve"], ["config", "show"]])
def test_the_same_mistakes_stop_a_hub_before_it_starts(command: list[str], tmp_path: Path) -> None:
    (tmp_path / "hubbub.yaml").write_text("kafka:\n  prot: 1\n", encoding="utf-8")
    result = hubbub(*command, folder=tmp_path)
    assert result.returncode == 4
    assert result.stderr == "hubbub: hubbub.yaml:2: kafka.prot is no option; did you mean 'port'?\n"


def test_a_wrong_value_on_the_command_line_is_a_wrong_command_line(tmp_path: Path) -> None:
    result = hubbub("serve", "--kafka-port", "99999", folder=tmp_path)
    assert result.returncode == 2
    assert result.stderr.startswith(
        "hubbub: --kafka-port: kafka.port must be a whole number from 0 to 65535, not 99999; "
    )


def test_a_wrong_value_in_the_environment_names_the_variable(tmp_path: Path) -> None:
    result = hubbub("serve", folder=tmp_path, HUBBUB_KAFKA_PORT="many")
    assert result.returncode == 4
    assert result.stderr.startswith("hubbub: HUBBUB_KAFKA_PORT: kafka.port must be ")


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    result = hubbub("serve", "--config", "none.yaml", folder=tmp_path)
    assert result.returncode == 4
    assert result.stderr.startswith("hubbub: none.yaml: cannot be read: no such file or directory; ")


def test_a_good_file_is_called_good(tmp_path: Path) -> None:
    (tmp_path / "hubbub.yaml").write_text("kafka: {port: 1}\ntracing: {endpoint: there}\n", encoding="utf-8")
    result = hubbub("config", "validate", "hubbub.yaml", folder=tmp_path)
    assert result.returncode == 0
    assert result.stdout == "hubbub.yaml is good: 1 setting, 1 not effective yet\n"
    assert result.stderr.startswith("hubbub: warning: hubbub.yaml:2: tracing is not effective yet; ")


def test_the_example_of_mockforge_loads_unchanged_and_what_has_no_effect_is_named(tmp_path: Path) -> None:
    if not EXAMPLE.is_file():
        pytest.skip("the mission's example is not beside this checkout")
    result = hubbub("config", "show", "--changed", "--json", "--config", str(EXAMPLE), folder=tmp_path)
    assert result.returncode == 0, result.stderr
    shown = values(result.stdout)
    assert shown["host"] == "0.0.0.0"
    assert (shown["kafka.port"], shown["kafka.default_partitions"], shown["kafka.log_retention_ms"]) == (
        9092,
        3,
        604800000,
    )
    assert (shown["log.level"], shown["log.format"], shown["log.output"]) == ("info", "json", "stdout")
    warned = [line.split(": ")[3].split(" is ")[0] for line in result.stderr.splitlines()]
    assert {"server.http", "server.metrics.port", "server.tracing"} <= set(warned)
    assert not any(name.startswith("server.admin") for name in warned)


def test_the_schema_accepts_what_loads_and_refuses_what_does_not(tmp_path: Path) -> None:
    schema = json.loads(hubbub("config", "schema", folder=tmp_path).stdout)
    validator = jsonschema_rs.validator_for(schema)
    good = [
        "kafka: {port: 1}",
        "server: {host: a, kafka: {port: 1}}",
        "logging: {level: debug}",
        "metrics: {port: 9}",
        "kafka:",
    ]
    good += ["kafka: {topics: [{name: a, partitions: 2}]}", "segment_size: 4096", "{}", "enable_tls: false"]
    bad = [
        "kafka: {prot: 1}",
        "server: {prot: 1}",
        "kafka: {port: many}",
        "kafka: {topics: [{partitions: 1}]}",
        "[]",
    ]
    bad += ["kafka: {topics: [{name: a, shade: 2}]}", "log: {level: loud}", "enable_tls: true"]
    for text in good + bad:
        (tmp_path / "file.yaml").write_text(text, encoding="utf-8")
        loads = hubbub("config", "validate", "file.yaml", folder=tmp_path).returncode == 0
        assert loads == (text in good), text
        assert validator.is_valid(yaml.safe_load(text)) == loads, text


def test_a_reader_who_has_enough_is_no_error(tmp_path: Path) -> None:
    program = subprocess.Popen(
        [*COMMAND, "config", "schema"],
        cwd=tmp_path,
        env=environment({}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert program.stdout is not None
    program.stdout.close()
    _, err = program.communicate(timeout=20)
    assert err == b""
