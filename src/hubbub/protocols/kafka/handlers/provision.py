"""Topics that are there from the start: those that the room's options declare and that do not exist yet.

A topic that is there already, because it was kept from an earlier run, stays as it is.
"""

from collections.abc import Mapping

from hubbub.core.broker import Broker
from hubbub.core.errors import Invalid
from hubbub.core.options import TopicOptions
from hubbub.core.topics import Topic, check_partitions
from hubbub.protocols.kafka.naming.names import METADATA_TOPIC, refuse_bad_name
from hubbub.protocols.kafka.naming.settings import setting_text, topic_options
from hubbub.protocols.kafka.options import DeclaredTopic, KafkaOptions


def provision(broker: Broker, options: KafkaOptions) -> list[str]:
    """Make what is missing; return the names of the topics made.

    All declarations are checked before the first topic is made. Raises `Invalid` with the declaration's place and name for a bad name, number
    or setting and for a name declared twice, and what `Topics.create` raises.
    """
    plans: dict[str, tuple[DeclaredTopic, dict[str, str], TopicOptions]] = {}
    for place, declared in enumerate(options.topics):
        try:
            if declared.name in plans:
                raise Invalid("it is declared twice")
            refuse_bad_name(declared.name)
            if declared.name == METADATA_TOPIC:
                raise Invalid("this name belongs to the controllers")
            check_partitions(declared.partitions or options.default_partitions)
            settings = {name: setting_text(value) for name, value in declared.configs.items()}
            plans[declared.name] = (declared, settings, topic_options(settings, options))
        except Invalid as why:
            raise Invalid(f"kafka.topics[{place}], topic {declared.name!r}: {why}") from None
    made: list[str] = []
    for name, (declared, settings, meaning) in plans.items():
        if name not in broker.topics:
            broker.topics.create(
                name, declared.partitions or options.default_partitions, meaning, settings, broker.turn.commit
            )
            made.append(name)
    return made


def make_topic(
    broker: Broker, options: KafkaOptions, name: str, partitions: int, configs: Mapping[str, object]
) -> bool:
    """Make one topic if it is not there; whether it was made. Raises `Invalid` and what `Topics.create` raises."""
    refuse_bad_name(name)
    if name in broker.topics:
        return False
    settings = {key: setting_text(value) for key, value in configs.items()}
    meaning = topic_options(settings, options)
    broker.topics.create(
        name, partitions or options.default_partitions, meaning, settings, broker.turn.commit
    )
    return True


def create(broker: Broker, options: KafkaOptions, name: str) -> Topic:
    """A topic that nobody declared, as auto-creation makes it."""
    meaning = topic_options({}, options)
    return broker.topics.create(name, options.default_partitions, meaning, {}, broker.turn.commit)
