"""Every API that this broker serves, with its versions: what ApiVersions answers, what the session accepts, what the docs' table shows.

An API whose feature is not there is not in the table, so that no client is told of it. Handler modules are loaded when their first
request comes: a hub that nobody asks for share groups never reads that code.
"""

from collections.abc import Callable
from functools import cache, partial
from importlib import import_module
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


VERBS: Final[dict[ApiKey, Verb]] = {
    ApiKey.PRODUCE: Verb(3, 13, "produce", advertised_from=0),
    ApiKey.FETCH: Verb(4, 18, "fetch"),
    ApiKey.LIST_OFFSETS: Verb(0, 11, "list_offsets"),
    ApiKey.METADATA: Verb(0, 13, "metadata"),
    ApiKey.OFFSET_COMMIT: Verb(0, 10, "offset_commit"),
    ApiKey.OFFSET_FETCH: Verb(0, 10, "offset_fetch"),
    ApiKey.FIND_COORDINATOR: Verb(0, 6, "find_coordinator"),
    ApiKey.JOIN_GROUP: Verb(0, 9, "join_group"),
    ApiKey.HEARTBEAT: Verb(0, 4, "heartbeat"),
    ApiKey.LEAVE_GROUP: Verb(0, 5, "leave_group"),
    ApiKey.SYNC_GROUP: Verb(0, 5, "sync_group"),
    ApiKey.DESCRIBE_GROUPS: Verb(0, 6, "describe_groups"),
    ApiKey.LIST_GROUPS: Verb(0, 5, "list_groups"),
    ApiKey.API_VERSIONS: Verb(0, 4, "api_versions"),
    ApiKey.CREATE_TOPICS: Verb(0, 7, "create_topics"),
    ApiKey.DELETE_TOPICS: Verb(0, 6, "delete_topics"),
    ApiKey.DELETE_RECORDS: Verb(0, 2, "delete_records"),
    ApiKey.INIT_PRODUCER_ID: Verb(0, 5, "init_producer_id"),
    ApiKey.OFFSET_FOR_LEADER_EPOCH: Verb(0, 4, "offset_for_leader_epoch"),
    ApiKey.DESCRIBE_ACLS: Verb(0, 3, "describe_acls"),
    ApiKey.DESCRIBE_CONFIGS: Verb(0, 4, "describe_configs"),
    ApiKey.ALTER_CONFIGS: Verb(0, 2, "alter_configs"),
    ApiKey.ALTER_REPLICA_LOG_DIRS: Verb(0, 2, "alter_replica_log_dirs"),
    ApiKey.DESCRIBE_LOG_DIRS: Verb(0, 5, "describe_log_dirs"),
    ApiKey.CREATE_PARTITIONS: Verb(0, 3, "create_partitions"),
    ApiKey.DELETE_GROUPS: Verb(0, 2, "delete_groups"),
    ApiKey.ELECT_LEADERS: Verb(0, 2, "elect_leaders"),
    ApiKey.INCREMENTAL_ALTER_CONFIGS: Verb(0, 1, "incremental_alter_configs"),
    ApiKey.ALTER_PARTITION_REASSIGNMENTS: Verb(0, 1, "alter_partition_reassignments"),
    ApiKey.LIST_PARTITION_REASSIGNMENTS: Verb(0, 0, "list_partition_reassignments"),
    ApiKey.OFFSET_DELETE: Verb(0, 0, "offset_delete"),
    ApiKey.DESCRIBE_CLIENT_QUOTAS: Verb(0, 1, "describe_client_quotas"),
    ApiKey.DESCRIBE_QUORUM: Verb(0, 2, "describe_quorum"),
    ApiKey.DESCRIBE_CLUSTER: Verb(0, 2, "describe_cluster"),
    ApiKey.DESCRIBE_PRODUCERS: Verb(0, 0, "describe_producers"),
    ApiKey.DESCRIBE_TRANSACTIONS: Verb(0, 0, "describe_transactions"),
    ApiKey.LIST_TRANSACTIONS: Verb(0, 2, "list_transactions"),
    ApiKey.LIST_CONFIG_RESOURCES: Verb(0, 1, "list_config_resources"),
    ApiKey.DESCRIBE_TOPIC_PARTITIONS: Verb(0, 0, "describe_topic_partitions"),
}


@cache
def load(module: str) -> HandlerModule:
    """The file of this name beside this one, imported when it is first needed."""
    return cast("HandlerModule", import_module(PACKAGE + module))


def served() -> dict[int, Served]:
    """The table as the session wants it."""
    return {key: Served(verb.oldest, verb.newest, messages_of(verb)) for key, verb in VERBS.items()}


def messages_of(verb: Verb) -> Callable[[], Messages]:
    """The messages of an API, loaded when first asked for."""
    return lambda: load(verb.module).API


def answer(guest: Guest, request: Call) -> Reply | Later | None:
    """The room's one entry in its desk's table: on to the request's own file."""
    key = request.api_key
    guest.register.requests[key] += 1
    reply = load(VERBS[key].module).handle(guest, request)
    if key > ApiKey.FETCH and reply is not None:  # those two look for themselves, in passing
        if isinstance(reply, Later):
            reply.tell(partial(guest.register.answered, guest, key))
        else:
            guest.register.answered(guest, key, reply)
    return reply
