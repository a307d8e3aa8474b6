"""Whether this process runs in a container, and what it should be told there.

A container whose ports are published has an address that clients outside do not know. Kafka's clients are told by the hub where to come again,
so there the hub must be told under which name they know it.
"""

import logging
from collections.abc import Mapping
from pathlib import Path as File
from typing import Final

from hubbub.console.port import is_own
from hubbub.settings import Settings

MARKS: Final = (".dockerenv", "run/.containerenv")
"""Files that Docker and Podman put there."""


def is_contained(environ: Mapping[str, str], root: File = File("/")) -> bool:
    """Whether Docker, Podman or systemd-nspawn runs it: they say so by a file, or by the variable ``container``.

    Kubernetes does neither, and there a pod's own address is one that its clients can reach.
    """
    return bool(environ.get("container")) or any((root / mark).exists() for mark in MARKS)


def unadvertised(settings: Settings) -> list[str]:
    """The keys that should name an address for clients and do not, one for each port of Kafka that other machines may reach."""
    kafka = settings.kafka
    if not kafka.enabled:
        return []
    places = [("kafka", kafka.host or settings.host, kafka.advertised_host)]
    places += [
        (f"kafka.listeners[{number}]", extra.host or kafka.host or settings.host, extra.advertised_host)
        for number, extra in enumerate(kafka.listeners)
    ]
    return [
        f"{section}.advertised_host"
        for section, host, advertised in places
        if not advertised and not is_own(host)
    ]


def advise(settings: Settings) -> None:
    """One line in the log, where a container's ports need it."""
    missing = unadvertised(settings)
    if missing:
        logging.getLogger("hubbub.kafka").warning(
            "this is a container, and %s not set: clients are told to come to the container's own address. For those that come by a published "
            "port, set --kafka-advertised-host to the name that they know (and --kafka-advertised-port, where it is another)",
            f"{missing[0]} is" if len(missing) == 1 else f"{', '.join(missing)} are",
        )
