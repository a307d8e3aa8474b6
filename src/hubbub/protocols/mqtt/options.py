"""This room's settings. One frozen struct; flags, environment and file keys are made from it."""

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

WEBSOCKET_PORT: Final = 9001


class MqttOptions(Struct, frozen=True, forbid_unknown_fields=True):
    """MQTT 3.1, 3.1.1 and 5.0: port 1883, WebSocket on 9001, unless said otherwise."""

    enabled: Annotated[bool, Meta(description="Speak MQTT.")] = True
    port: Annotated[int, Meta(description="Port; 0 takes any free one.", ge=0, le=65535)] = 1883
    host: Annotated[str, Meta(description="Address to listen on; empty takes the hub's.")] = ""
    websocket: Annotated[bool, Meta(description="Speak MQTT over WebSocket too, on any path.")] = True
    websocket_port: Annotated[
        int,
        Meta(
            description="Port for WebSocket; 0 takes any free one, and so does 9001 when `port` is 0.",
            ge=0,
            le=65535,
        ),
    ] = WEBSOCKET_PORT
    max_connections: Annotated[
        int, Meta(description="Connections at a time; more are closed at once.", ge=1)
    ] = 100_000
    max_packet_size: Annotated[
        int, Meta(description="Largest packet that is taken, in octets.", ge=128, le=268_435_460)
    ] = 16 * 1024 * 1024
    keep_alive_secs: Annotated[
        int,
        Meta(
            description="Longest keep alive: a 5.0 client that asks for more, or for none, is told this one. 0: each client's own.",
            ge=0,
            le=65535,
        ),
    ] = 0
    connect_timeout_secs: Annotated[
        int, Meta(description="A connection that has not said CONNECT by then is closed.", ge=1, le=3600)
    ] = 10
    max_qos: Annotated[int, Meta(description="Highest QoS offered.", ge=0, le=2)] = 2
    retain_available: Annotated[bool, Meta(description="Whether messages may be retained.")] = True
    enable_retained_messages: Annotated[
        bool, Meta(description="The same as `retain_available`; off if either is off.")
    ] = True
    max_retained_messages: Annotated[
        int, Meta(description="Topics that may have a retained message.", ge=0)
    ] = 1_000_000
    wildcard_available: Annotated[bool, Meta(description="Whether filters may hold wildcards.")] = True
    shared_available: Annotated[bool, Meta(description="Whether subscriptions may be shared.")] = True
    topic_alias_maximum: Annotated[
        int,
        Meta(
            description="Topic aliases a client may use; the hub uses as many as the client allows, up to this.",
            ge=0,
            le=65535,
        ),
    ] = 65535
    receive_maximum: Annotated[
        int, Meta(description="Unsettled QoS 1 and 2 messages a client may have sent.", ge=1, le=65535)
    ] = 65535
    max_inflight: Annotated[
        int,
        Meta(
            description="Unsettled QoS 1 and 2 messages sent to a client, if it does not ask for fewer.",
            ge=1,
            le=65535,
        ),
    ] = 1000
    max_queued: Annotated[
        int, Meta(description="QoS 1 and 2 messages that may wait for one client.", ge=0)
    ] = 10_000
    max_queued_bytes: Annotated[int, Meta(description="Octets that may wait for one client.", ge=0)] = (
        64 * 1024 * 1024
    )
    max_subscriptions: Annotated[
        int, Meta(description="Subscriptions that one client may have; more are refused (0x97).", ge=1)
    ] = 100_000
    queue_policy: Annotated[
        Literal["drop_newest", "drop_oldest", "refuse"],
        Meta(
            description="What a full queue does with one more message; `refuse` tells the publisher (0x97)."
        ),
    ] = "drop_newest"
    session_expiry_max: Annotated[
        int,
        Meta(
            description="Longest time a session is kept without its client, in seconds; 4294967295 is for ever.",
            ge=0,
            le=4_294_967_295,
        ),
    ] = 4_294_967_295
    takeover_limit: Annotated[
        int,
        Meta(
            description="Takeovers of one client id within ten seconds before it is refused; two clients with one id.",
            ge=1,
        ),
    ] = 20
    sys_interval_secs: Annotated[
        int, Meta(description="Seconds between updates of $SYS topics; 0 turns them off.", ge=0)
    ] = 10
    max_topic_levels: Annotated[
        int, Meta(description="Levels a topic name or filter may have.", ge=1, le=65535)
    ] = 256
    strict: Annotated[
        bool,
        Meta(description="Enforce what the standard demands but real clients trip over (see docs/mqtt.md)."),
    ] = False
