"""The product's dialect: its options, and everything else that people may write and deserve a true answer for.

MockForge's files load unchanged: its broker sections stand at the top or under ``server``, its other sections are pending until
the part of Hubbub that does their work is there. FluxMQ's BrokerConfig is flat, and is about Kafka.
"""

from collections.abc import Mapping
from typing import Final

from hubbub.settings import Settings
from hubbub.settings.options import PREFIX, Path, options
from hubbub.settings.spellings import Dialect

HTTP: Final = "the HTTP gateway is still to come"
METRICS: Final = "metrics are always there, at /metrics on the admin port"
FAULTS: Final = "faults are still to come"
SECURITY: Final = (
    "TLS and permissions are still to come, and a hub without them is not what was asked for; take it out"
)
CLUSTER: Final = "hubs on several machines are still to come"

ALIASES: Final[Mapping[Path, Path]] = {
    ("logging",): ("log",),
    ("log_level",): ("log", "level"),
    ("segment_size",): ("kafka", "log_segment_bytes"),
    ("max_connections",): ("kafka", "max_connections"),
    ("broker_id",): ("kafka", "broker_id"),
    ("port",): ("kafka", "port"),
    ("enable_consumer_groups",): ("kafka", "consumer_groups"),
    ("fixtures_dir",): ("fixtures", "dir"),
    ("kafka", "fixtures_dir"): ("fixtures", "kafka_dir"),
    ("mqtt", "fixtures_dir"): ("fixtures", "mqtt_dir"),
    ("amqp", "fixtures_dir"): ("fixtures", "amqp_dir"),
    ("kafka", "seed_messages"): ("fixtures", "seed_messages"),
}

# Whole sections, or single keys. An option that takes effect is taken out here and added to its struct in the same change.
PENDING: Final[Mapping[Path, str]] = {
    ("http",): HTTP,
    ("websocket",): HTTP,
    ("grpc",): "the gRPC gateway is still to come",
    ("metrics", "enabled"): METRICS,
    ("metrics", "port"): METRICS,
    ("tracing",): "tracing is still to come",
    ("admin", "api_enabled"): "there is one switch for the admin API, `admin.enabled`",
    ("admin", "mount_path"): "the admin API has a port of its own, and stands at its root",
    ("admin", "prometheus_url"): "charts from elsewhere are not shown here",
    ("kafka", "faults"): FAULTS,
    ("faults",): FAULTS,
    ("buffer_size",): "receive buffers are shared and sized by the hub; there is nothing to set",
    ("enable_replication",): CLUSTER,
    ("cluster_nodes",): CLUSTER,
}

# Options of ours that nothing reads yet. A test finds them, and finds out when one is read.
DORMANT: Final[Mapping[Path, str]] = {}

# What nobody may believe to be in force while it is not: accepted only when it is off.
REFUSED: Final[Mapping[Path, str]] = dict.fromkeys(
    [
        ("enable_acl",), ("acl_config",), ("acl_config_file",),
        ("amqp", "tls_enabled"), ("amqp", "tls_port"), ("amqp", "tls_client_auth"),
        ("amqp", "tls_cert_path"), ("amqp", "tls_key_path"), ("amqp", "tls_ca_path"),
        ("admin", "auth_required"), ("admin", "username"), ("admin", "password"),
        ("enable_tls",), ("tls_cert",), ("tls_key",), ("tls_ca",), ("tls_config",),
    ],
    SECURITY,
)  # fmt: skip

PENDING_FLAGS: Final[Mapping[str, str]] = {
    "--http-port": HTTP,
}

MOCKFORGES: Final = {"enabled", "host", "port", "advertised_host", "advertised_port", "username", "password"}
FIXTURES_DIRS: Final[Mapping[str, Path]] = {
    "MOCKFORGE_" + "_".join(written).upper(): path
    for written, path in ALIASES.items()
    if path[0] == "fixtures"
}
FOREIGN_VARIABLES: Final[Mapping[str, Path]] = {
    "LOG_LEVEL": ("log", "level"),
    "MOCKFORGE_ADMIN_PORT": ("admin", "port"),
    **FIXTURES_DIRS,
} | {
    "MOCKFORGE_" + option.variable.removeprefix(PREFIX): option.path
    for option in options(Settings)
    if option.path[0] in {"kafka", "mqtt", "amqp"} and option.path[1] in MOCKFORGES
}

DIALECT: Final[Dialect[Settings]] = Dialect(
    Settings, ALIASES, PENDING, REFUSED, ("server",), FOREIGN_VARIABLES, DORMANT
)
