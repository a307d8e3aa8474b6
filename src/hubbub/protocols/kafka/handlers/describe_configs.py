"""DescribeConfigs (32), versions 0-4: the settings of topics and of this broker, with where each value comes from.

v0 says "default" as a flag, v1 names the source and lists synonyms when asked, v3 adds types and, when asked, documentation. The name of
the broker is its id; without a name the question is about defaults for all brokers, of which there are none. Loggers, groups and client
metrics have no settings here. Kafka 4 begins at v1.
"""

from collections.abc import Callable, Iterator
from typing import Final

from hubbub.core.access import Operation
from hubbub.core.errors import Invalid
from hubbub.protocols.kafka.failures import Code
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.handlers.resources import Kind
from hubbub.protocols.kafka.naming.broker import broker_values
from hubbub.protocols.kafka.naming.names import CLUSTER, refuse_bad_name
from hubbub.protocols.kafka.naming.settings import Source, defaults, topic_values
from hubbub.protocols.kafka.naming.topic_settings import SETTINGS
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import describe_configs as wire

API: Final = wire.API
Entry = wire.DescribeConfigsResourceResult
Synonym = wire.DescribeConfigsSynonym


def handle(guest: Guest, request: Request[wire.DescribeConfigsRequest]) -> wire.DescribeConfigsResponse:
    """Each resource on its own, and once however often it is asked about: an answer may not grow far beyond its question."""
    body = request.body
    resources = {(each.resource_type, each.resource_name): each for each in body.resources}
    return wire.DescribeConfigsResponse(
        results=[_describe(guest, body, resource) for resource in resources.values()]
    )


def _describe(
    guest: Guest, body: wire.DescribeConfigsRequest, asked: wire.DescribeConfigsResource
) -> wire.DescribeConfigsResult:
    look = LOOKS.get(asked.resource_type)
    if look is None:
        return refused(asked, Code.INVALID_REQUEST, f"there are no resources of type {asked.resource_type}")
    found = look(guest, asked)
    if isinstance(found, wire.DescribeConfigsResult):
        return found
    wanted = asked.configuration_keys or None
    return wire.DescribeConfigsResult(
        error_message=None,
        resource_type=asked.resource_type,
        resource_name=asked.resource_name,
        configs=[_trimmed(entry, body) for entry in found if wanted is None or entry.name in wanted],
    )


def refused(asked: wire.DescribeConfigsResource, why: Code, text: str) -> wire.DescribeConfigsResult:
    """One resource's error."""
    return wire.DescribeConfigsResult(why, text, asked.resource_type, asked.resource_name)


def _trimmed(entry: Entry, body: wire.DescribeConfigsRequest) -> Entry:
    """Without what was not asked for."""
    if body.include_synonyms and body.include_documentation:
        return entry
    return Entry(
        entry.name,
        entry.value,
        entry.read_only,
        entry.is_default,
        entry.config_source,
        synonyms=entry.synonyms if body.include_synonyms else (),
        config_type=entry.config_type,
        documentation=entry.documentation if body.include_documentation else None,
    )


Found = Iterator[Entry] | wire.DescribeConfigsResult


def _topic(guest: Guest, asked: wire.DescribeConfigsResource) -> Found:
    name = asked.resource_name
    try:
        refuse_bad_name(name)
    except Invalid as why:
        return refused(asked, Code.INVALID_TOPIC_EXCEPTION, str(why))
    if not guest.permits(Operation.DESCRIBE, name):
        return refused(asked, Code.TOPIC_AUTHORIZATION_FAILED, "not permitted")
    topic = guest.broker.topics.find(name)
    if topic is None:
        return refused(asked, Code.UNKNOWN_TOPIC_OR_PARTITION, "there is no such topic")
    return _topic_entries(guest, topic.settings)


def _topic_entries(guest: Guest, settings: dict[str, str]) -> Iterator[Entry]:
    inherited = defaults(guest.options)
    for name, shown in topic_values(settings, guest.options).items():
        setting = SETTINGS[name]
        synonyms: list[Synonym] = []
        if shown.source is Source.DYNAMIC_TOPIC:
            synonyms.append(Synonym(name, shown.text, Source.DYNAMIC_TOPIC))
        if inherited[name] != setting.default:
            synonyms.append(Synonym(setting.on_broker, inherited[name], Source.STATIC_BROKER))
        synonyms.append(Synonym(setting.on_broker or name, setting.default, Source.DEFAULT))
        yield Entry(
            name,
            shown.text,
            is_default=shown.source is Source.DEFAULT,
            config_source=shown.source,
            synonyms=synonyms,
            config_type=setting.kind,
            documentation=setting.documentation,
        )


def _broker(guest: Guest, asked: wire.DescribeConfigsResource) -> Found:
    name = asked.resource_name
    if not guest.permits(Operation.DESCRIBE, CLUSTER):
        return refused(asked, Code.CLUSTER_AUTHORIZATION_FAILED, "not permitted")
    if name == "":
        return iter(())
    if name != str(guest.options.broker_id):
        return refused(
            asked,
            Code.INVALID_REQUEST,
            f"there is no broker {name!r}: this one has id {guest.options.broker_id}",
        )
    return _broker_entries(guest)


def _broker_entries(guest: Guest) -> Iterator[Entry]:
    seen = {"listeners": listener(*guest.stream.local), "advertised.listeners": listener(*guest.address())}
    for name, setting in broker_values(guest.options).items():
        value = seen.get(name, setting.value)
        source = Source.DEFAULT if value == setting.default else Source.STATIC_BROKER
        synonyms = [Synonym(name, setting.default, Source.DEFAULT)]
        if source is Source.STATIC_BROKER:
            synonyms.insert(0, Synonym(name, value, source))
        yield Entry(
            name,
            value,
            read_only=True,
            is_default=source is Source.DEFAULT,
            config_source=source,
            synonyms=synonyms,
            config_type=setting.kind,
            documentation=setting.documentation,
        )


def listener(host: str, port: int) -> str:
    """An address as Kafka's settings write it."""
    return f"PLAINTEXT://[{host}]:{port}" if ":" in host else f"PLAINTEXT://{host}:{port}"


def _loggers(guest: Guest, asked: wire.DescribeConfigsResource) -> Found:
    if asked.resource_name != str(guest.options.broker_id):
        text = f"there is no broker {asked.resource_name!r}: this one has id {guest.options.broker_id}"
        return refused(asked, Code.INVALID_REQUEST, text)
    return iter(())


def _nothing(guest: Guest, asked: wire.DescribeConfigsResource) -> Found:
    return iter(()) if asked.resource_name else refused(asked, Code.INVALID_REQUEST, "a resource has a name")


LOOKS: Final[dict[int, Callable[[Guest, wire.DescribeConfigsResource], Found]]] = {
    Kind.TOPIC: _topic,
    Kind.BROKER: _broker,
    Kind.BROKER_LOGGER: _loggers,
    Kind.CLIENT_METRICS: _nothing,
    Kind.GROUP: _nothing,
}
