"""A hub in a process of its own, for tests whose service, or whose test, is written in another language."""

import contextlib
import os
import select
import subprocess
import sys
from pathlib import Path as File
from tempfile import TemporaryFile
from typing import Final

import msgspec
from msgspec import Struct

from hubbub.client.choices import is_port
from hubbub.client.errors import LateError, NetworkError
from hubbub.client.places import AdminPlace, AmqpPlace, Found, KafkaPlace, MqttPlace, Places
from hubbub.settings import Settings
from hubbub.settings.options import options

READY_SECONDS: Final = 20.0
STOP_SECONDS: Final = 10.0
COMMAND: Final = (sys.executable, "-m", "hubbub", "serve", "--json")
PORTS: Final = [word for option in options(Settings) if is_port(option) for word in (option.flag, "0")]


APART: Final = ("--data-dir", "", "--admin", "--admin-host", "localhost", "--admin-token", "")
"""In memory, and with an admin port for this machine alone, by which tests see what it does."""
SETTINGS: Final = ("HUBBUB_", "MOCKFORGE_", "LOG_LEVEL")
"""Variables that a hub takes for settings. A test must not change with the shell that it is started from."""


class Ready(Struct):
    """What `hubbub serve --json` prints when it listens."""

    pid: int
    ports: dict[str, int]
    listening: list[Found]


class HubProcess:
    """``hubbub serve`` on free ports and in memory. Made by `start_process`; `stop` it."""

    def __init__(self, process: subprocess.Popen[bytes], ready: Ready) -> None:
        self._process: Final = process
        self._places: Final = Places(ready.listening, ("guest", "guest"))
        self.pid: Final = ready.pid
        self.ports: Final = ready.ports
        """Every port, by protocol."""

    @property
    def kafka(self) -> KafkaPlace:
        """``hub_process.kafka.bootstrap``."""
        return self._places.kafka

    @property
    def mqtt(self) -> MqttPlace:
        """``hub_process.mqtt.url``."""
        return self._places.mqtt

    @property
    def amqp(self) -> AmqpPlace:
        """``hub_process.amqp.url``."""
        return self._places.amqp

    @property
    def admin(self) -> AdminPlace:
        """``hub_process.admin.url``."""
        return self._places.admin

    @property
    def environment(self) -> dict[str, str]:
        """Variables for whoever is started next: ``KAFKA_BOOTSTRAP_SERVERS``, ``MQTT_URL``, ``AMQP_URL`` and so on."""
        return self._places.environment

    def stop(self) -> None:
        """Let it end, and end it if it does not. Idempotent."""
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


def start_process(file: File | None = None) -> HubProcess:
    """With this configuration, or with none: neither the environment nor the folder says anything. Return when it listens. Raises `NetworkError` with what it said when it ended instead, `LateError`."""
    with TemporaryFile() as said, contextlib.ExitStack() as undo:
        process = subprocess.Popen(
            [*COMMAND, "--config", str(file or os.devnull), *PORTS, *APART],
            env={name: value for name, value in os.environ.items() if not name.startswith(SETTINGS)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
        )
        undo.callback(process.wait)
        undo.callback(process.kill)
        assert process.stdout is not None
        readable, _, _ = select.select([process.stdout], [], [], READY_SECONDS)
        line = process.stdout.readline() if readable else b""
        if not line:
            said.seek(0)
            text = said.read().decode(errors="replace").strip()
            if readable:
                raise NetworkError(f"the hub did not start: {text}")
            raise LateError(f"the hub was not ready within {READY_SECONDS:g} s; it said: {text}")
        undo.pop_all()
        return HubProcess(process, msgspec.json.decode(line, type=Ready))
