"""This room's settings. One frozen struct; flags, environment and file keys are made from it."""

from typing import Annotated, TypeAlias

from msgspec import Meta, Struct, field


class User(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who may log in besides the first user."""

    name: Annotated[str, Meta(description="Login.")]
    password: Annotated[str, Meta(description="Password.", extra={"secret": True})]
    tags: Annotated[
        tuple[str, ...], Meta(description="RabbitMQ's tags; `impersonator` may send any user id.")
    ] = ()
    virtual_hosts: Annotated[
        tuple[str, ...], Meta(description="Where the user may go; empty: everywhere.")
    ] = ()


Arguments: TypeAlias = dict[str, str | int | float | bool]


class DeclaredExchange(Struct, frozen=True, forbid_unknown_fields=True):
    """An exchange that is there from the start."""

    name: Annotated[str, Meta(description="Exchange name.")]
    type: Annotated[
        str, Meta(description="direct, fanout, topic, headers, x-delayed-message or x-consistent-hash.")
    ] = "direct"
    durable: Annotated[bool, Meta(description="Whether it outlives the hub.")] = True
    auto_delete: Annotated[bool, Meta(description="Whether it goes with its last binding.")] = False
    internal: Annotated[bool, Meta(description="Whether only other exchanges may send to it.")] = False
    virtual_host: Annotated[str, Meta(description="Where.")] = "/"
    arguments: Annotated[Arguments, Meta(description="Arguments as in exchange.declare.")] = field(
        default_factory=dict
    )


class DeclaredQueue(Struct, frozen=True, forbid_unknown_fields=True):
    """A queue that is there from the start."""

    name: Annotated[str, Meta(description="Queue name.")]
    durable: Annotated[bool, Meta(description="Whether it outlives the hub.")] = True
    auto_delete: Annotated[bool, Meta(description="Whether it goes with its last consumer.")] = False
    virtual_host: Annotated[str, Meta(description="Where.")] = "/"
    arguments: Annotated[Arguments, Meta(description="Arguments as in queue.declare.")] = field(
        default_factory=dict
    )


class DeclaredBinding(Struct, frozen=True, forbid_unknown_fields=True):
    """A binding that is there from the start."""

    exchange: Annotated[str, Meta(description="The exchange that it leads from.")]
    queue: Annotated[str, Meta(description="The queue that it leads to; or give `to_exchange`.")] = ""
    to_exchange: Annotated[str, Meta(description="The exchange that it leads to.")] = ""
    routing_key: Annotated[str, Meta(description="Key or pattern.")] = ""
    virtual_host: Annotated[str, Meta(description="Where.")] = "/"
    arguments: Annotated[Arguments, Meta(description="Arguments as in queue.bind.")] = field(
        default_factory=dict
    )


class AmqpOptions(Struct, frozen=True, forbid_unknown_fields=True):
    """AMQP 0-9-1: port 5672 unless said otherwise."""

    enabled: Annotated[bool, Meta(description="Speak AMQP 0-9-1.")] = True
    port: Annotated[int, Meta(description="Port; 0 takes any free one.", ge=0, le=65535)] = 5672
    host: Annotated[str, Meta(description="Address to listen on; empty takes the hub's.")] = ""
    max_connections: Annotated[
        int, Meta(description="Connections at a time; more are closed at once.", ge=1)
    ] = 20_000
    max_channels_per_connection: Annotated[
        int, Meta(description="Channels of one connection (channel_max).", ge=1, le=65535)
    ] = 2047
    frame_max: Annotated[
        int, Meta(description="Largest frame, in octets; clients may ask for less.", ge=4096)
    ] = 131_072
    heartbeat_interval: Annotated[
        int, Meta(description="Heartbeat offered to clients, in seconds; 0 offers none.", ge=0, le=65535)
    ] = 60
    handshake_timeout: Annotated[
        float,
        Meta(
            description="How long a client may take from its first octet to an open connection, in seconds.",
            gt=0,
        ),
    ] = 10.0
    max_consumers_per_channel: Annotated[int, Meta(description="Consumers of one channel.", ge=1)] = 100_000
    consumer_timeout_ms: Annotated[
        int,
        Meta(
            description="How long a delivery may stay unanswered before its channel is closed, in ms; 0: for ever.",
            ge=0,
        ),
    ] = 1_800_000
    max_message_bytes: Annotated[int, Meta(description="Largest message body, in octets.", ge=1)] = (
        128 * 1024 * 1024
    )
    max_memory_bytes: Annotated[
        int,
        Meta(
            description="Octets in all queues at which publishers are blocked (connection.blocked); consumers never are.",
            ge=1,
        ),
    ] = 2 << 30
    virtual_hosts: Annotated[tuple[str, ...], Meta(description="Virtual hosts that are there.")] = ("/",)
    username: Annotated[str, Meta(description="The first user's login.")] = "guest"
    password: Annotated[str, Meta(description="The first user's password.", extra={"secret": True})] = "guest"
    users: Annotated[tuple[User, ...], Meta(description="More users.")] = ()
    anonymous: Annotated[
        bool, Meta(description="Offer the mechanism ANONYMOUS, which lets anybody in as the first user.")
    ] = False
    refusal_pause: Annotated[
        float,
        Meta(
            description="How long a refused login waits for its answer, in seconds (RabbitMQ takes about 3).",
            ge=0,
        ),
    ] = 1.0
    profile: Annotated[
        str,
        Meta(
            description="`rabbitmq-4` refuses what RabbitMQ 4.3 refuses (transient non-exclusive queues, frame_max below 8192, "
            "topic keys with more than two `#`); "
            "`lenient` takes it.",
            pattern="^(lenient|rabbitmq-4)$",
        ),
    ] = "lenient"
    product: Annotated[
        str, Meta(description="`product` in the server's properties; some clients look for RabbitMQ there.")
    ] = "Hubbub"
    product_version: Annotated[str, Meta(description="`version` in the server's properties.")] = "4.1.0"
    definitions: Annotated[
        str, Meta(description="A file in RabbitMQ's definitions format to load at the start; empty: none.")
    ] = ""

    exchanges: Annotated[
        tuple[DeclaredExchange, ...], Meta(description="Exchanges that are there from the start.")
    ] = ()
    queues: Annotated[
        tuple[DeclaredQueue, ...], Meta(description="Queues that are there from the start.")
    ] = ()
    bindings: Annotated[
        tuple[DeclaredBinding, ...], Meta(description="Bindings that are there from the start.")
    ] = ()

    @property
    def is_strict(self) -> bool:
        """Whether RabbitMQ 4.3's new refusals hold."""
        return self.profile == "rabbitmq-4"
