"""The graph of exchanges and bindings: from a name and a key to the queues, through any number of exchanges, each once.

Ways that depend on the key alone are remembered until a binding changes, in a bounded table: a record on a known way costs one
look-up, whatever the exchange's kind and however many bindings it has.
"""

from collections.abc import Iterable
from typing import Final, Generic, TypeVar, cast

from hubbub.core.routing.exchange import Binding, Destination, Exchange
from hubbub.core.routing.headers import NO_ARGUMENTS, Arguments

Q = TypeVar("Q", bound=Destination)

REMEMBERED: Final = 8192


class Graph(Generic[Q]):
    """Exchanges by name and how they lead on to queues, of which it knows nothing but that bindings lead there."""

    __slots__ = ("_ways", "exchanges", "version")

    def __init__(self) -> None:
        self.exchanges: dict[str, Exchange] = {}
        self.version = 0
        """Grows with every change, so that others may remember ways, too."""
        self._ways: dict[tuple[str, str], tuple[Q, ...]] = {}

    def add(self, exchange: Exchange) -> None:
        self.exchanges[exchange.name] = exchange
        self.forget_ways()  # it may be the alternate of another

    def bind(self, binding: Binding) -> bool:
        """Whether it is new."""
        source = binding.source
        identity = binding.identity
        if identity in source.bindings:
            return False
        source.bindings[identity] = binding
        source.matcher.add(binding)
        source.had_bindings = True
        binding.destination.inbound[(id(source), *identity)] = binding
        self.forget_ways()
        return True

    def unbind(self, binding: Binding) -> list[Exchange]:
        """Forget a binding (the same by what it says); returns exchanges that went because nothing leads on from them."""
        source = binding.source
        identity = binding.identity
        known = source.bindings.pop(identity, None)
        if known is None:
            return []
        source.matcher.remove(known)
        known.destination.inbound.pop((id(source), *identity), None)
        self.forget_ways()
        if source.options.auto_delete and not source.bindings and source.name in self.exchanges:
            return [source, *self.remove(source)]
        return []

    def remove(self, exchange: Exchange) -> list[Exchange]:
        """Forget an exchange and all bindings from and to it; returns other exchanges that went with it."""
        self.exchanges.pop(exchange.name, None)
        self.forget_ways()
        for binding in list(exchange.bindings.values()):
            binding.destination.inbound.pop((id(exchange), *binding.identity), None)
            exchange.matcher.remove(binding)
        exchange.bindings.clear()
        return self.detach(exchange.inbound.values())

    def detach(self, bindings: Iterable[Binding]) -> list[Exchange]:
        """Forget the bindings that lead to something that goes; returns exchanges that went with them."""
        gone: list[Exchange] = []
        for binding in list(bindings):
            gone += self.unbind(binding)
        return gone

    def forget_ways(self) -> None:
        """Something that ways lead to has come or gone."""
        self.version += 1
        self._ways.clear()

    def is_lasting(self, exchange: Exchange, key: str) -> bool:
        """Whether the way just found for this key holds until `version` changes."""
        return (exchange.name, key) in self._ways

    def route(
        self, exchange: Exchange, keys: tuple[str, ...], headers: Arguments = NO_ARGUMENTS
    ) -> tuple[Q, ...]:
        """The queues that get a record sent to ``exchange`` under any of ``keys``: each once, in the order found."""
        if len(keys) == 1:
            known = self._ways.get((exchange.name, keys[0]))
            if known is not None:
                return known
        queues: dict[Q, None] = {}
        seen = {exchange.name}
        work = [exchange]
        is_lasting = len(keys) == 1
        for here in work:  # grows while it is walked
            is_lasting = is_lasting and here.depends_on_key_alone
            found = False
            for key in keys:
                for destination in here.matcher.match(self._hashed(here, key, headers), headers):
                    found = True
                    if not isinstance(destination, Exchange):
                        queues[cast("Q", destination)] = None
                    elif destination.name not in seen:
                        seen.add(destination.name)
                        work.append(destination)
            if not found and here.options.alternate:
                other = self.exchanges.get(here.options.alternate)
                if other is not None and other.name not in seen:
                    seen.add(other.name)
                    work.append(other)
        way = tuple(queues)
        if is_lasting:
            if len(self._ways) >= REMEMBERED:
                self._ways.clear()
            self._ways[exchange.name, keys[0]] = way
        return way

    def _hashed(self, exchange: Exchange, key: str, headers: Arguments) -> str:
        name = exchange.options.hash_header
        if not name:
            return key
        value = headers.get(name, "")
        return value if isinstance(value, str) else repr(value)
