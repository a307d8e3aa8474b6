"""Settings: the options of all rooms, engines and features, joined. This file is the table: a new part adds one import and one field.

A field that is a struct is a section: ``kafka.port`` in a file, ``--kafka-port`` on the command line, ``HUBBUB_KAFKA_PORT`` in the
environment. Options that concern the hub as a whole stand at the top. What people may write besides (names of other
programs, keys whose turn has not come) stands in `settings.known`. Only structs are imported here; reading is in `settings.loading`.
"""

from typing import Annotated

from msgspec import Meta, Struct

from hubbub.console.options import AdminOptions
from hubbub.fixtures.options import FixturesOptions
from hubbub.observe.options import JournalOptions, LogOptions, MetricsOptions
from hubbub.protocols.amqp.options import AmqpOptions
from hubbub.protocols.kafka.options import KafkaOptions
from hubbub.protocols.mqtt.options import MqttOptions
from hubbub.storage.memory.options import MemoryOptions
from hubbub.storage.segments.options import SegmentsOptions


class Settings(Struct, frozen=True):
    """All that can be set."""

    host: Annotated[
        str,
        Meta(
            description="The name or address to listen on. `localhost` is 127.0.0.1 and ::1; `0.0.0.0` is every interface "
            "of this machine. Each protocol's own `host` wins over it."
        ),
    ] = "localhost"
    data_dir: Annotated[
        str,
        Meta(
            description="The directory in which everything is kept, made if it is not there. Empty: all is kept in memory, and gone "
            "when the hub stops. One hub at a time has a directory."
        ),
    ] = ""
    drain_seconds: Annotated[
        float,
        Meta(
            description="How long a hub that was told to stop gives its connections to finish, in seconds.",
            ge=0,
            le=3600,
        ),
    ] = 5.0
    kafka: KafkaOptions = KafkaOptions()
    mqtt: MqttOptions = MqttOptions()
    amqp: AmqpOptions = AmqpOptions()
    admin: AdminOptions = AdminOptions()
    fixtures: FixturesOptions = FixturesOptions()
    memory: MemoryOptions = MemoryOptions()
    segments: SegmentsOptions = SegmentsOptions()
    metrics: MetricsOptions = MetricsOptions()
    journal: JournalOptions = JournalOptions()
    log: LogOptions = LogOptions()
