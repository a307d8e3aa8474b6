"""The page about Kafka says what the code does: its tables are made from it."""

from hubbub.protocols.kafka.handlers.table import VERBS
from tools.kafka_page import PAGE, kafka_page, opening


def test_the_tables_of_the_page_are_those_of_the_code() -> None:
    assert kafka_page() == PAGE.read_text(encoding="utf-8"), (
        "docs/kafka.md is behind the code: `make docs` writes its tables anew"
    )


def test_each_verb_tells_its_name_and_what_it_does() -> None:
    told = {key: opening(verb.module) for key, verb in VERBS.items()}
    assert all(name.upper() == key.name.replace("_", "") for key, (name, _) in told.items())
    assert all(does for _, does in told.values())
