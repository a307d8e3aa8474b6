"""Hubbub: every event protocol in one Python process.

    async with hubbub.Hub() as hub: ...         in the loop that runs
    with hubbub.running() as hub: ...           in a thread of its own, for code without a loop

What stands here is the library. It is imported when it is first asked for, so that `import hubbub` costs nothing.
"""

from typing import TYPE_CHECKING, Final

from hubbub.version import __version__ as __version__

if TYPE_CHECKING:
    from hubbub.client.benchmark import BenchmarkConfig as BenchmarkConfig
    from hubbub.client.benchmark import BenchmarkResults as BenchmarkResults
    from hubbub.client.benchmark import benchmark as benchmark
    from hubbub.client.consumer import Consumer as Consumer
    from hubbub.client.consumer import MessageHandler as MessageHandler
    from hubbub.client.ends import BrokerConfig as BrokerConfig
    from hubbub.client.ends import ClientConfig as ClientConfig
    from hubbub.client.ends import ConsumerConfig as ConsumerConfig
    from hubbub.client.ends import ProducerConfig as ProducerConfig
    from hubbub.client.errors import ConfigError as ConfigError
    from hubbub.client.errors import HubbubError as HubbubError
    from hubbub.client.errors import LateError as LateError
    from hubbub.client.errors import MissedError as MissedError
    from hubbub.client.errors import NetworkError as NetworkError
    from hubbub.client.errors import ProtocolError as ProtocolError
    from hubbub.client.errors import RefusedError as RefusedError
    from hubbub.client.errors import StorageError as StorageError
    from hubbub.client.figures import Figures as Figures
    from hubbub.client.groups import Group as Group
    from hubbub.client.groups import GroupMember as GroupMember
    from hubbub.client.groups import GroupOffset as GroupOffset
    from hubbub.client.hub import Hub as Hub
    from hubbub.client.messages import Message as Message
    from hubbub.client.messages import Published as Published
    from hubbub.client.presets import preset as preset
    from hubbub.client.producer import Producer as Producer
    from hubbub.client.producer import ProducerResult as ProducerResult
    from hubbub.client.records import ConsumedMessage as ConsumedMessage
    from hubbub.client.records import ProducerMessage as ProducerMessage
    from hubbub.client.running import RunningHub as RunningHub
    from hubbub.client.running import running as running
    from hubbub.client.store import Store as Store
    from hubbub.client.topics import Topic as Topic

HOMES: Final = {
    "BenchmarkConfig": "benchmark",
    "BenchmarkResults": "benchmark",
    "BrokerConfig": "ends",
    "ClientConfig": "ends",
    "ConfigError": "errors",
    "ConsumedMessage": "records",
    "Consumer": "consumer",
    "ConsumerConfig": "ends",
    "Figures": "figures",
    "Group": "groups",
    "GroupMember": "groups",
    "GroupOffset": "groups",
    "Hub": "hub",
    "HubbubError": "errors",
    "LateError": "errors",
    "Message": "messages",
    "MessageHandler": "consumer",
    "MissedError": "errors",
    "NetworkError": "errors",
    "Producer": "producer",
    "ProducerConfig": "ends",
    "ProducerMessage": "records",
    "ProducerResult": "producer",
    "ProtocolError": "errors",
    "Published": "messages",
    "RefusedError": "errors",
    "RunningHub": "running",
    "StorageError": "errors",
    "Store": "store",
    "Topic": "topics",
    "benchmark": "benchmark",
    "preset": "presets",
    "running": "running",
}
"""What the library offers, and the module of `hubbub.client` that has it."""


def __getattr__(name: str) -> object:
    home = HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'hubbub' has no attribute {name!r}")
    from importlib import import_module

    found: object = getattr(import_module(f"hubbub.client.{home}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *HOMES})
