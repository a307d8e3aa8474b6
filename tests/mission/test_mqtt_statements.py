"""Every normative statement of MQTT that binds a server has a test, or a reason; the page in the docs says the same."""

from tools import mqtt_statements


def test_every_statement_has_a_test_or_a_reason() -> None:
    assert mqtt_statements.faults() == []


def test_the_page_is_up_to_date() -> None:
    assert mqtt_statements.PAGE.read_text(encoding="utf-8") == mqtt_statements.page(), (
        "run tools/mqtt_statements.py"
    )
