"""The page about Kafka takes its words from the verbs' files, so each must open the way the page reads it."""

from hubbub.protocols.kafka.handlers.table import VERBS
from tools.kafka_page import opening


def test_each_verb_tells_its_name_and_what_it_does() -> None:
    told = {key: opening(verb.module) for key, verb in VERBS.items()}
    assert all(name.upper() == key.name.replace("_", "") for key, (name, _) in told.items())
    assert all(does for _, does in told.values())
