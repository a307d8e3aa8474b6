"""What has settings: topics and this broker; and how a change of a topic's settings is judged and made.

Shared by AlterConfigs, which replaces all settings of a topic, and IncrementalAlterConfigs, which changes some. The broker's settings come
from its configuration and stay as they are while it runs: a change from outside is refused in words.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import Protocol, TypeVar

from msgspec import Struct

from hubbub.core.access import Operation
from hubbub.core.errors import Invalid, Refusal
from hubbub.core.topics import Topic
from hubbub.protocols.contract import Later, Reply
from hubbub.protocols.kafka.failures import Code, code
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.handlers.committed import NOT_KEPT, when_committed
from hubbub.protocols.kafka.naming.names import CLUSTER
from hubbub.protocols.kafka.naming.settings import topic_options


class Kind(IntEnum):
    """Types of resources that have settings, as Kafka numbers them (KIP-226, KIP-714, KIP-848)."""

    TOPIC = 2
    BROKER = 4
    BROKER_LOGGER = 8
    CLIENT_METRICS = 16
    GROUP = 32


FIXED = {
    Kind.BROKER: "the broker's settings come from its configuration and do not change while it runs",
    Kind.BROKER_LOGGER: "the broker's loggers come from its configuration and do not change while it runs",
    Kind.CLIENT_METRICS: "client metrics are not collected here",
    Kind.GROUP: "groups have no settings of their own here",
}


class Named(Protocol):
    """A resource in a request to change settings."""

    @property
    def resource_type(self) -> int: ...
    @property
    def resource_name(self) -> str: ...
    @property
    def configs(self) -> Sequence["NamedSetting"]: ...


class NamedSetting(Protocol):
    """One setting in it."""

    @property
    def name(self) -> str: ...


N = TypeVar("N", bound=Named)


class Verdict(Struct, frozen=True, gc=False):
    """How it went for one resource."""

    code: Code = Code.NONE
    text: str | None = None


FINE = Verdict()


def repeated(resources: Sequence[Named]) -> set[tuple[int, str]]:
    """Type and name of resources that stand more than once in a request: none of them is changed."""
    times = Counter((resource.resource_type, resource.resource_name) for resource in resources)
    return {resource for resource, count in times.items() if count > 1}


def change_each(
    guest: Guest,
    resources: Sequence[N],
    change: Callable[[N], Verdict],
    response: Callable[[list[Verdict]], Reply],
    *,
    validate_only: bool,
) -> Reply | Later:
    """Change each resource on its own; answer with ``response`` when what was changed is safe."""
    twice = repeated(resources)
    verdicts = [
        Verdict(Code.INVALID_REQUEST, "a resource stands once in a request")
        if (resource.resource_type, resource.resource_name) in twice
        else change(resource)
        for resource in resources
    ]
    reply = response(verdicts)
    if validate_only or all(verdict.code for verdict in verdicts):
        return reply
    return when_committed(
        guest,
        reply,
        lambda why: response([verdict if verdict.code else Verdict(why, NOT_KEPT) for verdict in verdicts]),
    )


def find_topic(guest: Guest, resource: Named) -> Topic | Verdict:
    """The topic whose settings are to change, or why it cannot be."""
    name = resource.resource_name
    if resource.resource_type != Kind.TOPIC:
        return _not_a_topic(guest, resource)
    if not guest.permits(Operation.ALTER, name):
        return Verdict(Code.TOPIC_AUTHORIZATION_FAILED, "not permitted")
    topic = guest.broker.topics.find(name)
    if topic is None:
        return Verdict(Code.UNKNOWN_TOPIC_OR_PARTITION, f"topic {name!r} does not exist")
    twice = [
        setting for setting, count in Counter(config.name for config in resource.configs).items() if count > 1
    ]
    if twice:
        return Verdict(Code.INVALID_REQUEST, f"the request has {twice[0]} twice for topic {name!r}")
    return topic


def _not_a_topic(guest: Guest, resource: Named) -> Verdict:
    if not guest.permits(Operation.ALTER, CLUSTER):
        return Verdict(Code.CLUSTER_AUTHORIZATION_FAILED, "not permitted")
    text = FIXED.get(Kind(resource.resource_type)) if resource.resource_type in set(Kind) else None
    return Verdict(Code.INVALID_REQUEST, text or f"there are no resources of type {resource.resource_type}")


def configure(guest: Guest, topic: Topic, settings: dict[str, str], *, validate_only: bool) -> Verdict:
    """Let a topic have these settings and no others; say so when one of them cannot be."""
    try:
        options = topic_options(settings, guest.options)
    except Invalid as why:
        return Verdict(Code.INVALID_CONFIG, str(why))
    if not validate_only:
        try:
            guest.broker.topics.configure(topic, options, settings, guest.broker.turn.commit)
        except Refusal as why:
            return Verdict(code(why), str(why))
    return FINE
