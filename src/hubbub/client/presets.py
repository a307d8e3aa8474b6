"""Options by the purpose of a hub, to begin from: ``hubbub.Hub(**hubbub.preset("development", data_dir="./data"))``.

The names and the figures are FluxMQ's. Those of its presets that need what Hubbub has not got yet are refused.
"""

from collections.abc import Mapping
from typing import Final

from hubbub.client.choices import Choice
from hubbub.client.errors import ConfigError
from hubbub.documents.problems import nearest

GIB: Final = 1 << 30
PRESETS: Final[Mapping[str, Mapping[str, Choice]]] = {
    "development": {"host": "localhost", "kafka_port": 9092, "data_dir": "./dev-data"},
    "single_node": {
        "host": "0.0.0.0",
        "kafka_port": 9092,
        "kafka_max_connections": 1000,
        "data_dir": "./data",
    },
    "high_performance": {
        "host": "0.0.0.0",
        "kafka_port": 9092,
        "kafka_max_connections": 50_000,
        "kafka_log_segment_bytes": 4 * GIB,
        "segments_fsync": "interval",
        "data_dir": "./data",
    },
}
NOT_YET: Final = {
    "production": "it means TLS and permissions, which Hubbub does not have yet; begin from single_node, behind something that has them",
    "high_availability": "it means several machines, which Hubbub cannot be yet; begin from single_node",
}


def preset(name: str, **choices: Choice) -> dict[str, Choice]:
    """Options for `Hub` or `running`: those of the preset, and over them what is chosen here. Raises `ConfigError`."""
    if name in NOT_YET:
        raise ConfigError(f"preset {name}: {NOT_YET[name]}")
    found = PRESETS.get(name)
    if found is None:
        known = [*PRESETS, *NOT_YET]
        close = nearest(name, known)
        advice = f"did you mean {close}?" if close else f"there are {', '.join(PRESETS)}"
        raise ConfigError(f"there is no preset {name!r}; {advice}")
    return {**found, **choices}
