"""What realms remember of their durable exchanges, queues and bindings, in the engine's state.

    realm/R                          nothing: the realm is there
    exchange/R/NAME, queue/R/NAME    its options
    binding/R/SOURCE/q|x/DESTINATION/KEY/ARGUMENTS   the binding's arguments, plain and as the origin's wire had them

Parts of a key are percent-encoded; ARGUMENTS is a short hash. Values are msgpack.
"""

from collections.abc import Iterator
from hashlib import blake2b
from typing import Final
from urllib.parse import quote, unquote

import msgspec

from hubbub.core.queues.options import QueueOptions
from hubbub.core.routing.exchange import Binding, Exchange, ExchangeOptions
from hubbub.core.store import Engine, State
from hubbub.core.turn import Turn

_encode: Final = msgspec.msgpack.Encoder().encode
_exchange: Final = msgspec.msgpack.Decoder(ExchangeOptions).decode
_queue: Final = msgspec.msgpack.Decoder(QueueOptions).decode


class KeptBinding(msgspec.Struct, frozen=True):
    """A binding by the names of its ends."""

    source: str
    destination: str
    to_queue: bool
    key: str
    arguments: dict[str, object]
    original: bytes


_binding: Final = msgspec.msgpack.Decoder(KeptBinding).decode


def key_of(kind: str, *parts: str) -> str:
    return "/".join((kind, *(quote(part, safe="") for part in parts)))


class Catalogue:
    """Of all realms. With an engine that forgets, nothing is written."""

    __slots__ = ("_is_kept", "_state", "_turn")

    def __init__(self, engine: Engine, turn: Turn) -> None:
        self._state: State = engine.state("realms")
        self._turn = turn
        self._is_kept = engine.outlives

    def realm(self, name: str) -> None:
        self._put(key_of("realm", name), b"")

    def exchange(self, realm: str, exchange: Exchange) -> None:
        if exchange.options.durable:
            self._put(key_of("exchange", realm, exchange.name), _encode(exchange.options))

    def queue(self, realm: str, name: str, options: QueueOptions) -> None:
        if options.durable and not options.exclusive:
            self._put(key_of("queue", realm, name), _encode(options))

    def binding(self, realm: str, binding: Binding) -> None:
        destination = binding.destination
        is_queue = not isinstance(destination, Exchange)
        kept = KeptBinding(
            binding.source.name,
            destination.name,
            is_queue,
            binding.key,
            dict(binding.arguments),
            binding.original,
        )
        self._put(binding_key(realm, binding), _encode(kept))

    def forget_exchange(self, realm: str, exchange: Exchange) -> None:
        for binding in (*exchange.bindings.values(), *exchange.inbound.values()):
            self.forget_binding(realm, binding)
        self._delete(key_of("exchange", realm, exchange.name))

    def forget_queue(self, realm: str, name: str, inbound: list[Binding]) -> None:
        for binding in inbound:
            self.forget_binding(realm, binding)
        self._delete(key_of("queue", realm, name))

    def forget_binding(self, realm: str, binding: Binding) -> None:
        self._delete(binding_key(realm, binding))

    def realms(self) -> list[str]:
        return [unquote(key.partition("/")[2]) for key, _ in self._state.scan("realm/")]

    def exchanges(self, realm: str) -> Iterator[tuple[str, ExchangeOptions]]:
        for key, value in self._state.scan(key_of("exchange", realm, "")):
            yield unquote(key.rpartition("/")[2]), _exchange(value)

    def queues(self, realm: str) -> Iterator[tuple[str, QueueOptions]]:
        for key, value in self._state.scan(key_of("queue", realm, "")):
            yield unquote(key.rpartition("/")[2]), _queue(value)

    def bindings(self, realm: str) -> Iterator[KeptBinding]:
        for _, value in self._state.scan(key_of("binding", realm, "")):
            yield _binding(value)

    def _put(self, key: str, value: bytes) -> None:
        if self._is_kept and self._state.get(key) != value:
            self._state.put(key, value, self._turn.commit)

    def _delete(self, key: str) -> None:
        if self._is_kept and self._state.get(key) is not None:
            self._state.delete(key, self._turn.commit)


def binding_key(realm: str, binding: Binding) -> str:
    destination = binding.destination
    mark = "x" if isinstance(destination, Exchange) else "q"
    digest = blake2b(binding.original, digest_size=8).hexdigest()
    return key_of("binding", realm, binding.source.name, mark, destination.name, binding.key, digest)
