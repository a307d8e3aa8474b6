"""Settings: what is shown, where it comes from, and how topics' settings change."""

import pytest

from hubbub.core.commit import Outcome
from hubbub.protocols.kafka.failures import Code
from hubbub.protocols.kafka.naming.topic_settings import SETTINGS
from hubbub.protocols.kafka.options import KafkaOptions
from hubbub.protocols.kafka.wire.generated import alter_configs as replacing
from hubbub.protocols.kafka.wire.generated import describe_configs as describing
from hubbub.protocols.kafka.wire.generated import incremental_alter_configs as changing
from hubbub.protocols.kafka.wire.generated import list_config_resources as listing
from tests.unit.protocols.kafka.handlers.visit import Visit

TOPIC, BROKER, LOGGER, METRICS, GROUP = 2, 4, 8, 16, 32
SET, DELETE, APPEND, SUBTRACT = 0, 1, 2, 3
DYNAMIC_TOPIC, STATIC_BROKER, DEFAULT = 1, 4, 5


def describe(
    visit: Visit,
    kind: int,
    name: str,
    *keys: str,
    synonyms: bool = False,
    documentation: bool = False,
    version: int = 4,
) -> describing.DescribeConfigsResult:
    body = describing.DescribeConfigsRequest(
        [describing.DescribeConfigsResource(kind, name, keys or None)], synonyms, documentation
    )
    (result,) = visit.ask(describing.API, body, version).results
    return result


def shown(visit: Visit, kind: int, name: str, key: str) -> describing.DescribeConfigsResourceResult:
    (entry,) = describe(visit, kind, name, key, synonyms=True, documentation=True).configs
    return entry


def test_a_topic_shows_every_setting_and_where_it_comes_from() -> None:
    visit = Visit(KafkaOptions(log_retention_bytes=1000))
    visit.topic("orders", retention_ms="5", retention_bytes="7")
    result = describe(visit, TOPIC, "orders")
    assert (result.error_code, result.error_message) == (Code.NONE, None)
    assert [entry.name for entry in result.configs] == list(SETTINGS)
    assert all(
        not entry.synonyms and entry.documentation is None and not entry.read_only for entry in result.configs
    )
    own = shown(visit, TOPIC, "orders", "retention.bytes")
    assert (own.value, own.config_source) == ("7", DYNAMIC_TOPIC)
    assert [(each.name, each.value, each.source) for each in own.synonyms] == [
        ("retention.bytes", "7", DYNAMIC_TOPIC),
        ("log.retention.bytes", "1000", STATIC_BROKER),
        ("log.retention.bytes", "-1", DEFAULT),
    ]
    plain = shown(visit, TOPIC, "orders", "cleanup.policy")
    assert (plain.value, plain.config_source, plain.config_type) == ("delete", DEFAULT, 7)
    assert [(each.name, each.source) for each in plain.synonyms] == [("log.cleanup.policy", DEFAULT)]


def test_a_resource_asked_about_many_times_is_answered_once() -> None:
    visit = Visit()
    visit.topic("orders")
    asked = [describing.DescribeConfigsResource(TOPIC, "orders", None)] * 1000
    assert len(visit.ask(describing.API, describing.DescribeConfigsRequest(asked)).results) == 1


def test_a_topic_inherits_what_is_set_on_the_broker() -> None:
    visit = Visit(KafkaOptions(log_retention_ms=1234))
    visit.topic("orders")
    entry = shown(visit, TOPIC, "orders", "retention.ms")
    assert (entry.value, entry.config_source) == ("1234", STATIC_BROKER)


def test_every_setting_has_documentation_for_those_who_ask() -> None:
    visit = Visit()
    visit.topic("orders")
    for kind, name in ((TOPIC, "orders"), (BROKER, "1")):
        entries = describe(visit, kind, name, documentation=True).configs
        assert [entry.name for entry in entries if not entry.documentation] == []


def test_version_0_says_with_a_flag_what_is_default() -> None:
    visit = Visit()
    visit.topic("orders", retention_ms="5")
    entries = {entry.name: entry.is_default for entry in describe(visit, TOPIC, "orders", version=0).configs}
    assert (entries["retention.ms"], entries["retention.bytes"]) == (False, True)


def test_the_broker_shows_what_tools_look_for() -> None:
    visit = Visit(KafkaOptions(broker_id=3, default_partitions=6, auto_create_topics=False))
    entries = {entry.name: entry for entry in describe(visit, BROKER, "3").configs}
    values = {name: entry.value for name, entry in entries.items()}
    assert all(entry.read_only for entry in entries.values())
    assert values["num.partitions"] == "6"
    assert values["auto.create.topics.enable"] == "false"
    assert values["log.retention.ms"] == "604800000"
    assert values["message.max.bytes"] == "1048588"
    assert values["listeners"] == "PLAINTEXT://[::1]:9092"
    assert values["advertised.listeners"] == "PLAINTEXT://broker.example:19092"
    assert (entries["num.partitions"].config_source, entries["message.max.bytes"].config_source) == (
        STATIC_BROKER,
        DEFAULT,
    )


@pytest.mark.parametrize(
    ("kind", "name", "code"),
    [
        (TOPIC, "gone", Code.UNKNOWN_TOPIC_OR_PARTITION),
        (TOPIC, "bad name", Code.INVALID_TOPIC_EXCEPTION),
        (BROKER, "2", Code.INVALID_REQUEST),
        (BROKER, "one", Code.INVALID_REQUEST),
        (LOGGER, "", Code.INVALID_REQUEST),
        (METRICS, "", Code.INVALID_REQUEST),
        (0, "x", Code.INVALID_REQUEST),
        (77, "x", Code.INVALID_REQUEST),
    ],
)
def test_what_has_no_settings_is_refused_in_words(kind: int, name: str, code: Code) -> None:
    result = describe(Visit(), kind, name)
    assert result.error_code == code
    assert result.error_message
    assert not result.configs


@pytest.mark.parametrize(("kind", "name"), [(BROKER, ""), (LOGGER, "1"), (METRICS, "any"), (GROUP, "any")])
def test_where_there_are_no_settings_the_answer_is_an_empty_list(kind: int, name: str) -> None:
    result = describe(Visit(), kind, name)
    assert (result.error_code, len(result.configs)) == (Code.NONE, 0)


def replace(
    visit: Visit, kind: int, name: str, *, validate_only: bool = False, **settings: str | None
) -> int:
    configs = [replacing.AlterableConfig(key.replace("_", "."), value) for key, value in settings.items()]
    body = replacing.AlterConfigsRequest([replacing.AlterConfigsResource(kind, name, configs)], validate_only)
    (result,) = visit.ask(replacing.API, body).responses
    assert (result.resource_type, result.resource_name) == (kind, name)
    assert (result.error_message is None) == (result.error_code == Code.NONE)
    return result.error_code


def test_replacing_sets_what_is_listed_and_takes_back_the_rest() -> None:
    visit = Visit()
    topic = visit.topic("orders", retention_ms="5", retention_bytes="7")
    assert replace(visit, TOPIC, "orders", max_message_bytes="100", validate_only=True) == Code.NONE
    assert topic.settings == {"retention.ms": "5", "retention.bytes": "7"}
    assert replace(visit, TOPIC, "orders", max_message_bytes="100") == Code.NONE
    assert topic.settings == {"max.message.bytes": "100"}
    assert (topic.options.retention_ms, topic.options.max_batch_bytes) == (604_800_000, 100)
    assert topic.partitions[0].options.max_batch_bytes == 100


@pytest.mark.parametrize(
    ("kind", "name", "settings", "code"),
    [
        (TOPIC, "gone", {"retention_ms": "1"}, Code.UNKNOWN_TOPIC_OR_PARTITION),
        (TOPIC, "orders", {"retention_ms": None}, Code.INVALID_REQUEST),
        (TOPIC, "orders", {"retention_ms": "soon"}, Code.INVALID_CONFIG),
        (TOPIC, "orders", {"no_such": "1"}, Code.INVALID_CONFIG),
        (BROKER, "1", {"num_partitions": "1"}, Code.INVALID_REQUEST),
        (BROKER, "", {"num_partitions": "1"}, Code.INVALID_REQUEST),
        (LOGGER, "1", {"root": "DEBUG"}, Code.INVALID_REQUEST),
        (METRICS, "x", {}, Code.INVALID_REQUEST),
        (GROUP, "x", {}, Code.INVALID_REQUEST),
        (99, "x", {}, Code.INVALID_REQUEST),
    ],
)
def test_settings_that_cannot_be_replaced_stay(
    kind: int, name: str, settings: dict[str, str | None], code: Code
) -> None:
    visit = Visit()
    topic = visit.topic("orders", retention_bytes="7")
    assert replace(visit, kind, name, **settings) == code
    assert topic.settings == {"retention.bytes": "7"}


def change(
    visit: Visit, name: str, *changes: tuple[str, int, str | None], validate_only: bool = False
) -> int:
    configs = [changing.AlterableConfig(*each) for each in changes]
    body = changing.IncrementalAlterConfigsRequest(
        [changing.AlterConfigsResource(TOPIC, name, configs)], validate_only
    )
    (result,) = visit.ask(changing.API, body).responses
    assert (result.error_message is None) == (result.error_code == Code.NONE)
    return result.error_code


def test_a_topic_keeps_as_many_records_as_it_is_told() -> None:
    visit = Visit()
    topic = visit.topic("orders")
    assert topic.options.for_log().retention_records == -1
    assert change(visit, "orders", ("hubbub.retention.records", SET, "10")) == Code.NONE
    assert topic.options.for_log().retention_records == 10
    assert change(visit, "orders", ("cleanup.policy", SET, "compact")) == Code.NONE
    assert topic.options.for_log().retention_records == -1
    assert change(visit, "orders", ("hubbub.retention.records", SET, "-2")) == Code.INVALID_CONFIG


def test_changes_touch_what_they_name_and_nothing_else() -> None:
    visit = Visit()
    topic = visit.topic("orders", retention_ms="5", retention_bytes="7")
    assert change(visit, "orders", ("retention.ms", SET, "6"), ("retention.bytes", DELETE, None)) == Code.NONE
    assert topic.settings == {"retention.ms": "6"}
    assert (topic.options.retention_ms, topic.options.retention_bytes) == (6, -1)
    assert change(visit, "orders", ("retention.ms", DELETE, None), validate_only=True) == Code.NONE
    assert topic.settings == {"retention.ms": "6"}


def test_lists_are_appended_to_and_subtracted_from() -> None:
    visit = Visit()
    topic = visit.topic("orders")
    assert change(visit, "orders", ("cleanup.policy", APPEND, "compact,delete")) == Code.NONE
    assert topic.settings["cleanup.policy"] == "delete,compact"
    assert (topic.options.compacts, topic.options.discards) == (True, True)
    assert change(visit, "orders", ("cleanup.policy", SUBTRACT, "delete, nothing")) == Code.NONE
    assert topic.settings["cleanup.policy"] == "compact"
    assert change(visit, "orders", ("cleanup.policy", SUBTRACT, "compact")) == Code.INVALID_CONFIG
    assert topic.settings["cleanup.policy"] == "compact"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ([("retention.bytes", SET, "9"), ("retention.ms", SET, "soon")], Code.INVALID_CONFIG),
        ([("retention.bytes", SET, "9"), ("retention.bytes", DELETE, None)], Code.INVALID_REQUEST),
        ([("retention.bytes", SET, None)], Code.INVALID_REQUEST),
        ([("retention.bytes", APPEND, "1")], Code.INVALID_CONFIG),
        ([("no.such", APPEND, "1")], Code.INVALID_CONFIG),
        ([("cleanup.policy", APPEND, "shred")], Code.INVALID_CONFIG),
        ([("retention.bytes", 4, "1")], Code.INVALID_REQUEST),
    ],
)
def test_all_changes_of_a_topic_are_made_or_none(
    changes: list[tuple[str, int, str | None]], code: Code
) -> None:
    visit = Visit()
    topic = visit.topic("orders", retention_bytes="7")
    assert change(visit, "orders", *changes) == code
    assert topic.settings == {"retention.bytes": "7"}


def test_a_resource_that_stands_twice_is_not_changed() -> None:
    visit = Visit()
    topic = visit.topic("orders")
    twice = changing.AlterConfigsResource(
        TOPIC, "orders", [changing.AlterableConfig("retention.ms", SET, "1")]
    )
    reply = visit.ask(changing.API, changing.IncrementalAlterConfigsRequest([twice, twice]))
    assert [result.error_code for result in reply.responses] == [Code.INVALID_REQUEST] * 2
    assert topic.settings == {}


def test_a_change_the_storage_could_not_keep_is_not_reported_as_done() -> None:
    visit = Visit()
    visit.topic("orders")
    visit.outcome = Outcome.UNAVAILABLE
    assert change(visit, "orders", ("retention.ms", SET, "6")) == Code.KAFKA_STORAGE_ERROR
    assert replace(visit, TOPIC, "orders", retention_ms="6") == Code.KAFKA_STORAGE_ERROR


def resources(visit: Visit, version: int, *kinds: int) -> tuple[int, list[tuple[int, str]]]:
    reply = visit.ask(listing.API, listing.ListConfigResourcesRequest(kinds), version)
    return reply.error_code, [(each.resource_type, each.resource_name) for each in reply.config_resources]


def test_what_has_settings_can_be_listed() -> None:
    visit = Visit()
    visit.topic("orders")
    assert resources(visit, 1) == (Code.NONE, [(BROKER, "1"), (LOGGER, "1"), (TOPIC, "orders")])
    assert resources(visit, 1, TOPIC) == (Code.NONE, [(TOPIC, "orders")])
    assert resources(visit, 1, METRICS, GROUP) == (Code.NONE, [])
    assert resources(visit, 1, 64) == (Code.UNSUPPORTED_VERSION, [])
    assert resources(visit, 0) == (Code.NONE, [])
