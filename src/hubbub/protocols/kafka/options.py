"""This room's settings. One frozen struct; flags, environment and file keys are made from it."""

from typing import Annotated

from msgspec import Meta, Struct, field


class DeclaredTopic(Struct, frozen=True, forbid_unknown_fields=True):
    """A topic that is there from the start."""

    name: Annotated[str, Meta(description="Topic name.")]
    partitions: Annotated[
        int, Meta(description="Number of partitions; 0 takes `default_partitions`.", ge=0, le=10_000)
    ] = 0
    configs: Annotated[
        dict[str, str | int | float | bool], Meta(description="Topic settings by Kafka's names.")
    ] = field(default_factory=dict)


class ExtraListener(Struct, frozen=True, forbid_unknown_fields=True):
    """One more port for the same room, with an address of its own to hand out."""

    port: Annotated[int, Meta(description="Port; 0 takes any free one.", ge=0, le=65535)]
    host: Annotated[str, Meta(description="Address to listen on; empty takes the hub's.")] = ""
    advertised_host: Annotated[
        str, Meta(description="Host handed to clients; empty hands out the one they connected to.")
    ] = ""
    advertised_port: Annotated[
        int,
        Meta(description="Port handed to clients; 0 hands out the one they connected to.", ge=0, le=65535),
    ] = 0


class KafkaOptions(Struct, frozen=True, forbid_unknown_fields=True):
    """Kafka: port 9092 unless said otherwise."""

    enabled: Annotated[bool, Meta(description="Speak Kafka.")] = True
    port: Annotated[int, Meta(description="Port; 0 takes any free one.", ge=0, le=65535)] = 9092
    host: Annotated[str, Meta(description="Address to listen on; empty takes the hub's.")] = ""
    broker_id: Annotated[int, Meta(description="This node's id in metadata.", ge=0, le=2**31 - 1)] = 1
    advertised_host: Annotated[
        str, Meta(description="Host handed to clients; empty hands out the one they connected to.")
    ] = ""
    advertised_port: Annotated[
        int,
        Meta(description="Port handed to clients; 0 hands out the one they connected to.", ge=0, le=65535),
    ] = 0
    listeners: Annotated[
        tuple[ExtraListener, ...], Meta(description="More ports, each with an advertised address of its own.")
    ] = ()
    max_connections: Annotated[
        int, Meta(description="Connections at a time; more are closed at once.", ge=1)
    ] = 10_000
    max_request_bytes: Annotated[
        int, Meta(description="Largest request, in octets.", ge=1024, le=2**31 - 1)
    ] = 100 * 1024 * 1024
    max_control_request_bytes: Annotated[
        int,
        Meta(
            description="Largest request that carries no records, in octets: one of tiny elements takes many times its size in memory.",
            ge=1024,
            le=2**31 - 1,
        ),
    ] = 16 * 1024 * 1024
    auto_create_topics: Annotated[bool, Meta(description="Make a topic when a client first asks for it.")] = (
        True
    )
    default_partitions: Annotated[
        int, Meta(description="Partitions of a topic made without a number.", ge=1, le=10_000)
    ] = 3
    max_partitions: Annotated[
        int,
        Meta(
            description="Partitions that all topics together may have; more are refused. Each takes a little memory, and on disk a folder and open files.",
            ge=1,
        ),
    ] = 100_000
    default_replication_factor: Annotated[
        int,
        Meta(
            description="Replication factor reported for topics made without one; this is one node, so only 1 is real.",
            ge=1,
            le=1,
        ),
    ] = 1
    strict_replication: Annotated[
        bool,
        Meta(
            description="Refuse topics with a replication factor above 1, as Kafka on one node does, instead of making them with 1."
        ),
    ] = False
    topics: Annotated[
        tuple[DeclaredTopic, ...], Meta(description="Topics that are there from the start.")
    ] = ()
    message_max_bytes: Annotated[int, Meta(description="Default `max.message.bytes` of topics.", ge=1)] = (
        1_048_588
    )
    log_retention_ms: Annotated[
        int, Meta(description="Default `retention.ms` of topics; -1 keeps for ever.", ge=-1)
    ] = 604_800_000
    log_retention_bytes: Annotated[
        int, Meta(description="Default `retention.bytes` of a partition; -1 is without limit.", ge=-1)
    ] = -1
    log_segment_bytes: Annotated[int, Meta(description="Default `segment.bytes` of topics.", ge=1024)] = (
        1 << 30
    )
    fetch_max_bytes: Annotated[
        int, Meta(description="Most octets in one fetch response, whatever the client asks.", ge=1024)
    ] = 57_671_680
    consumer_groups: Annotated[
        bool, Meta(description="Look after consumer groups; off: no client finds a coordinator for one.")
    ] = True
    group_initial_rebalance_delay_ms: Annotated[
        int,
        Meta(
            description="How long a new group waits for more members before its first rebalance.",
            ge=0,
            le=60_000,
        ),
    ] = 0
    group_min_session_timeout_ms: Annotated[
        int, Meta(description="Shortest session timeout a member may ask for.", ge=1)
    ] = 100
    group_max_session_timeout_ms: Annotated[
        int, Meta(description="Longest session timeout a member may ask for.", ge=1)
    ] = 1_800_000
    group_max_size: Annotated[int, Meta(description="Most members of a group.", ge=1)] = 10_000
    offsets_retention_minutes: Annotated[
        int, Meta(description="How long an empty group keeps its offsets.", ge=1)
    ] = 10_080
