"""Where a hub can be reached, in the form that clients of each protocol ask for."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from msgspec import Struct

from hubbub.client.errors import ConfigError

LOCAL: Final = {"localhost": "127.0.0.1", "0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}
DEFAULT_HOST: Final = "/"


class Place(Struct, frozen=True):
    """One protocol's host and port."""

    host: str
    port: int

    @property
    def address(self) -> str:
        """``host:port``."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class KafkaPlace(Place, frozen=True):
    """Where Kafka's clients go."""

    @property
    def bootstrap(self) -> str:
        """For ``bootstrap.servers``."""
        return self.address


class MqttPlace(Place, frozen=True):
    """Where MQTT's clients go. ``websocket_port`` is 0 where WebSocket is off."""

    websocket_port: int = 0

    @property
    def url(self) -> str:
        """``mqtt://host:port``."""
        return f"mqtt://{self.address}"

    @property
    def websocket_url(self) -> str:
        """``ws://host:port/mqtt``. Raises `ConfigError` where WebSocket is off."""
        if not self.websocket_port:
            raise ConfigError("this hub does not speak MQTT over WebSocket (mqtt_websocket)")
        return f"ws://{Place(self.host, self.websocket_port).address}/mqtt"


class AmqpPlace(Place, frozen=True):
    """Where AMQP's clients go, as the first user."""

    username: str = "guest"
    password: str = "guest"

    @property
    def url(self) -> str:
        """``amqp://user:password@host:port``, for the virtual host "/"."""
        return self.url_of(DEFAULT_HOST)

    def url_of(self, virtual_host: str) -> str:
        """The same for another virtual host."""
        user = f"{quote(self.username, safe='')}:{quote(self.password, safe='')}"
        path = "" if virtual_host == DEFAULT_HOST else f"/{quote(virtual_host, safe='')}"
        return f"amqp://{user}@{self.address}{path}"


class AdminPlace(Place, frozen=True):
    """Where the admin API is."""

    @property
    def url(self) -> str:
        """``http://host:port``."""
        return f"http://{self.address}"


class Found(Struct, frozen=True):
    """One thing that listens, as the hub says it."""

    protocol: str
    host: str
    port: int


class Places:
    """All of a hub's. Raises `ConfigError` for a protocol that it does not speak."""

    __slots__ = ("_found", "_login")

    def __init__(self, found: Sequence[Found], login: tuple[str, str]) -> None:
        self._found = {each.protocol: each for each in reversed(found)}
        self._login = login

    @property
    def kafka(self) -> KafkaPlace:
        return KafkaPlace(*self._at("kafka"))

    @property
    def mqtt(self) -> MqttPlace:
        over_websocket = self._found.get("mqtt-websocket")
        return MqttPlace(*self._at("mqtt"), 0 if over_websocket is None else over_websocket.port)

    @property
    def amqp(self) -> AmqpPlace:
        return AmqpPlace(*self._at("amqp"), *self._login)

    @property
    def admin(self) -> AdminPlace:
        return AdminPlace(*self._at("admin"))

    @property
    def ports(self) -> dict[str, int]:
        """Every port, by protocol."""
        return {name: each.port for name, each in sorted(self._found.items())}

    @property
    def environment(self) -> dict[str, str]:
        """Variables by which services are usually told where to go, for those protocols that are spoken."""
        found: dict[str, str] = {}
        if "kafka" in self._found:
            found |= {"KAFKA_BOOTSTRAP_SERVERS": self.kafka.bootstrap, "KAFKA_BROKERS": self.kafka.bootstrap}
        if "mqtt" in self._found:
            mqtt = self.mqtt
            found |= {"MQTT_HOST": mqtt.host, "MQTT_PORT": str(mqtt.port), "MQTT_URL": mqtt.url}
        if "amqp" in self._found:
            amqp = self.amqp
            found |= {"AMQP_URL": amqp.url, "RABBITMQ_URL": amqp.url}
        return found

    def _at(self, protocol: str) -> tuple[str, int]:
        found = self._found.get(protocol)
        if found is None:
            what = "has no admin port" if protocol == "admin" else f"does not speak {protocol}"
            raise ConfigError(f"this hub {what}; switch it on with {protocol}=True")
        return LOCAL.get(found.host, found.host), found.port
