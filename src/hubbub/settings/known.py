"""The product's dialect: its options, and everything else that people may write and deserve a true answer for.

MockForge's files load unchanged: its broker sections stand at the top or under ``server``, its other sections are pending until
the part of Hubbub that does their work is there. FluxMQ's BrokerConfig is flat, and is about Kafka.
"""

from collections.abc import Mapping
from typing import Final

from hubbub.settings import Settings
from hubbub.settings.options import Path, options
from hubbub.settings.spellings import Dialect

HTTP: Final = "the HTTP gateway is still to come"
ADMIN: Final = "the admin API and the console are still to come"
METRICS: Final = "metrics are still to come"
FIXTURES: Final = "fixtures are still to come"
FAULTS: Final = "faults are still to come"
SECURITY: Final = "TLS, users and permissions are still to come; do not rely on them being there"
DISK: Final = "records are kept in memory; keeping them on disk is still to come"
CLUSTER: Final = "hubs on several machines are still to come"

ALIASES: Final[Mapping[Path, Path]] = {
    ("logging",): ("log",),
    ("log_level",): ("log", "level"),
    ("segment_size",): ("kafka", "log_segment_bytes"),
    ("max_connections",): ("kafka", "max_connections"),
    ("broker_id",): ("kafka", "broker_id"),
}

# Whole sections, or single keys. An option that takes effect is taken out here and added to its struct in the same change.
PENDING: Final[Mapping[Path, str]] = {
    ("http",): HTTP,
    ("websocket",): HTTP,
    ("grpc",): "the gRPC gateway is still to come",
    ("admin",): ADMIN,
    ("metrics",): METRICS,
    ("tracing",): "tracing is still to come",
    ("kafka", "fixtures_dir"): FIXTURES,
    ("kafka", "seed_messages"): FIXTURES,
    ("kafka", "faults"): FAULTS,
    ("fixtures_dir",): FIXTURES,
    ("faults",): FAULTS,
    ("buffer_size",): "receive buffers are shared and sized by the hub; there is nothing to set",
    ("enable_consumer_groups",): "consumer groups are always there; there is nothing to set",
    ("port",): "one port for all protocols is still to come; each protocol has a port of its own",
    ("data_dir",): DISK,
    ("enable_acl",): SECURITY,
    ("acl_config",): SECURITY,
    ("acl_config_file",): SECURITY,
    ("enable_tls",): SECURITY,
    ("tls_cert",): SECURITY,
    ("tls_key",): SECURITY,
    ("tls_ca",): SECURITY,
    ("tls_config",): SECURITY,
    ("enable_replication",): CLUSTER,
    ("cluster_nodes",): CLUSTER,
}

PENDING_FLAGS: Final[Mapping[str, str]] = {
    "--http-port": HTTP,
    "--admin-port": ADMIN,
}

FOREIGN_VARIABLES: Final[Mapping[str, Path]] = {"LOG_LEVEL": ("log", "level")} | {
    "MOCKFORGE_" + "_".join(option.path).upper(): option.path
    for option in options(Settings)
    if option.path[0] in {"kafka", "mqtt", "amqp"}
}

DIALECT: Final[Dialect[Settings]] = Dialect(
    Settings, ALIASES, PENDING, wrappers=("server",), variables=FOREIGN_VARIABLES
)
