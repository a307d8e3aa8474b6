"""Log lines, for people and for programs."""

import json
import logging
import re

import pytest

from hubbub.observe.logs import set_up
from hubbub.observe.options import LogOptions


def test_lines_for_people_name_the_part(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(LogOptions())
    logging.getLogger("hubbub.kafka").warning("refused %s", "somebody")
    logging.getLogger("hubbub").error("a defect")
    logging.getLogger("hubbub.kafka").debug("not shown")
    lines = capsys.readouterr().err.splitlines()
    assert [re.sub(r"^\d\d:\d\d:\d\d ", "", line) for line in lines] == [
        "warning kafka: refused somebody",
        "error hub: a defect",
    ]


def test_lines_for_programs_are_objects_with_the_error_inside(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(LogOptions(level="debug", format="json", output="stdout"))
    try:
        raise ValueError("broken")
    except ValueError as error:
        logging.getLogger("hubbub.mqtt").debug("it is\nbroken", exc_info=error)
    (line,) = capsys.readouterr().out.splitlines()
    entry = json.loads(line)
    assert (entry["level"], entry["part"], entry["message"]) == ("debug", "mqtt", "it is\nbroken")
    assert entry["error"].endswith("ValueError: broken")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", entry["time"])


def test_setting_up_again_replaces_what_was_set_up(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(LogOptions())
    set_up(LogOptions())
    logging.getLogger("hubbub").info("once")
    assert capsys.readouterr().err.count("once") == 1


def test_other_peoples_logging_is_left_alone() -> None:
    before = (logging.getLogger().handlers[:], logging.getLogger().level)
    set_up(LogOptions(level="debug"))
    assert (logging.getLogger().handlers[:], logging.getLogger().level) == before


def test_nobody_can_forge_a_line_or_steer_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(LogOptions())
    logging.getLogger("hubbub.amqp").warning("no queue %s", "x\n12:00:00 error hub: all is lost\x1b[2J\r")
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith(r"warning amqp: no queue x\n12:00:00 error hub: all is lost\x1b[2J\r")
    logging.getLogger("hubbub").error("grün", exc_info=ValueError("a\nb"))
    assert capsys.readouterr().err.splitlines()[-2:] == ["ValueError: a", "b"]
