"""Every API that this broker serves, with its versions: what ApiVersions answers, what the session accepts, what the docs' table shows.

An API whose feature is not there is not in the table, so that no client is told of it. Handler modules are loaded when their first
request comes: a hub that nobody asks for share groups never reads that code.
"""

from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Final, Protocol, cast

from msgspec import Struct

from hubbub.protocols.contract import Call, Later, Reply
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.session import Messages, Served
from hubbub.protocols.kafka.wire.keys import ApiKey

PACKAGE: Final = "hubbub.protocols.kafka.handlers."


class HandlerModule(Protocol):
    """What each file beside this one has."""

    API: Messages

    def handle(self, guest: Guest, request: Call) -> Reply | Later | None:
        """Do what the request says. Raises nothing for anything a client can send."""
        ...


class Verb(Struct, frozen=True):
    """One API: the versions this broker answers, the lowest it tells clients of, and the file that does it."""

    oldest: int
    newest: int
    module: str
    advertised_from: int = -1
    """Kafka tells clients of Produce from version 0, because old librdkafka looks for it there (KAFKA-18659)."""

    def load(self) -> HandlerModule:
        """The file, imported once."""
        return cast(HandlerModule, cast(ModuleType, import_module(PACKAGE + self.module)))


VERBS: Final[dict[ApiKey, Verb]] = {
    ApiKey.PRODUCE: Verb(3, 13, "produce", advertised_from=0),
    ApiKey.FETCH: Verb(4, 18, "fetch"),
    ApiKey.LIST_OFFSETS: Verb(0, 11, "list_offsets"),
    ApiKey.METADATA: Verb(0, 13, "metadata"),
    ApiKey.API_VERSIONS: Verb(0, 4, "api_versions"),
    ApiKey.INIT_PRODUCER_ID: Verb(0, 5, "init_producer_id"),
}


def served() -> dict[int, Served]:
    """The table as the session wants it."""
    return {key: Served(verb.oldest, verb.newest, messages_of(verb)) for key, verb in VERBS.items()}


def messages_of(verb: Verb) -> Callable[[], Messages]:
    """The messages of an API, loaded when first asked for."""
    return lambda: verb.load().API


def answer(guest: Guest, request: Call) -> Reply | Later | None:
    """The room's one entry in its desk's table: on to the request's own file."""
    return VERBS[request.api_key].load().handle(guest, request)
