"""A client's visit to the Kafka room of a hub in memory: each question and each answer goes through the codec, as on the wire."""

import logging
from typing import TypeVar

from msgspec import Struct

from hubbub.app import open_broker
from hubbub.core.commit import Outcome
from hubbub.core.topics import Topic
from hubbub.core.turn import Turn
from hubbub.model.clock import Action, Clock
from hubbub.net.arena import Arena
from hubbub.net.stream import Stream
from hubbub.octets import batch as batches
from hubbub.protocols.contract import House, Later
from hubbub.protocols.kafka.guest import Guest, Register
from hubbub.protocols.kafka.handlers.table import VERBS, answer, served
from hubbub.protocols.kafka.naming.settings import topic_options
from hubbub.protocols.kafka.options import KafkaOptions
from hubbub.protocols.kafka.session import Request, Session
from hubbub.protocols.kafka.wire.codec import decode_request, decode_response, encode_request, encode_response
from hubbub.protocols.kafka.wire.keys import ApiKey
from hubbub.protocols.kafka.wire.schema import Api
from hubbub.settings import Settings
from hubbub.storage.memory.engine import MemoryEngine

NOW = 1_700_000_000.0
Q = TypeVar("Q", bound=Struct)
R = TypeVar("R", bound=Struct)


class Visit:
    """A hub of its own, and one connection in it. ``outcome`` is how commits end from now on."""

    def __init__(self, options: KafkaOptions | None = None) -> None:
        self._due: list[Action] = []
        self.outcome = Outcome.OK
        self.engine = MemoryEngine()
        self.turn = Turn(self._due.append, lambda commit: commit.end(self.outcome))
        self.clock = Clock(lambda: 0.0, lambda: NOW, lambda when: None, self._due.append)
        self.broker = open_broker(Settings(), self.engine, self.clock, self.turn)
        self.options = options or KafkaOptions()
        house = House(
            self.broker,
            self.options,
            lambda stream: ("broker.example", 19092),
            logging.getLogger("hubbub.kafka"),
        )
        stream = Stream(Arena(), lambda stream: NOBODY, lambda stream: None, raise_it)
        stream.local = ("::1", 9092)
        register = Register(house.log, self.broker.complaints)
        self.guest = Guest(house, self.options, Session(served(), 1 << 20, 1 << 20), stream, register)

    def ask(self, api: Api[Q, R], body: Q, version: int | None = None) -> R:
        """The answer as the client reads it; the turn is over then, and nothing is left undone."""
        chosen = VERBS[ApiKey(api.key)].newest if version is None else version
        sent = b"".join(encode_request(api, chosen, body))
        read = decode_request(api, chosen, sent, 0, len(sent))
        reply = answer(self.guest, Request(api.key, chosen, 1, "tests", read, api))
        self.end_turn()
        if isinstance(reply, Later):
            assert reply.is_complete
            reply = reply.reply
        octets = b"".join(encode_response(api, chosen, reply))
        heard = decode_response(api, chosen, octets, 0, len(octets))
        assert b"".join(encode_response(api, chosen, heard)) == octets
        return heard

    def end_turn(self) -> None:
        while self._due:
            due, self._due[:] = self._due[:], []
            for action in due:
                action()

    def topic(self, name: str, partitions: int = 1, **settings: str) -> Topic:
        """A topic that is there; settings with underscores for dots."""
        texts = {setting.replace("_", "."): value for setting, value in settings.items()}
        made = self.broker.topics.create(
            name, partitions, topic_options(texts, self.options), texts, self.turn.commit
        )
        self.end_turn()
        return made

    def publish(
        self, name: str, *values: bytes, partition: int = 0, producer: batches.Producer = batches.NOBODY
    ) -> int:
        """Append one batch; its size in octets."""
        octets = batches.build(
            [batches.Entry(int(NOW * 1000), b"key", value) for value in values], producer=producer
        )
        found = self.broker.topics.partition(name, partition)
        assert found is not None
        found.append(octets, batches.check_batch(octets), self.turn.commit)
        self.end_turn()
        return len(octets)


class Nobody:
    """What sits on a stream that is not connected."""

    wanted = 0

    def received(self, data: memoryview) -> int:
        return len(data)

    def writable(self, *, is_writable: bool) -> None: ...

    def lost(self) -> None: ...


NOBODY = Nobody()


def raise_it(defect: Exception) -> None:
    raise defect
