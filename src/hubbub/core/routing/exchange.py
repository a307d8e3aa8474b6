"""An exchange: a place to send to that keeps nothing, and the bindings that lead on from it.

What distinguishes the kinds is one `Matcher` each, in the table at the end. A destination is a queue or another exchange; the
matcher never looks inside it.
"""

from collections.abc import Iterable
from enum import Enum
from typing import Final, Protocol

from msgspec import Struct

from hubbub.core.routing.hashing import Ring
from hubbub.core.routing.headers import NO_ARGUMENTS, Arguments, Match, matches
from hubbub.core.routing.topic import TopicTrie


class ExchangeKind(Enum):
    """How an exchange chooses."""

    DIRECT = "direct"
    FANOUT = "fanout"
    TOPIC = "topic"
    HEADERS = "headers"
    HASH = "x-consistent-hash"


class ExchangeOptions(Struct, frozen=True, gc=False):
    """What an exchange was declared as."""

    kind: ExchangeKind = ExchangeKind.DIRECT
    durable: bool = False
    auto_delete: bool = False
    """Goes when its last binding goes."""
    internal: bool = False
    """Takes records from other exchanges only."""
    alternate: str = ""
    """The exchange that gets what no binding wants; empty: none."""
    delays: bool = False
    """Holds a record back for as long as its sender asks before it is routed."""
    hash_header: str = ""
    """For the consistent hash: the header that is hashed instead of the key."""
    arguments: tuple[tuple[str, object], ...] = ()
    """As declared, for those who list them."""


class Destination(Protocol):
    """What a binding leads to: an exchange, or whatever keeps records. ``inbound`` are the bindings that lead there."""

    name: str
    inbound: "dict[tuple[int, int, str, bytes], Binding]"


class Binding:
    """One way on from an exchange. Equal by what it says, so that binding twice is binding once."""

    __slots__ = ("arguments", "destination", "key", "match", "original", "source")

    def __init__(
        self,
        source: "Exchange",
        destination: Destination,
        key: str,
        arguments: Arguments = NO_ARGUMENTS,
        original: bytes = b"",
    ) -> None:
        self.source = source
        self.destination = destination
        self.key = key
        self.arguments = arguments
        self.original = original
        """The arguments as the origin's wire had them: part of what makes two bindings the same."""
        found = arguments.get("x-match", "all")
        self.match = Match(found) if isinstance(found, str) else Match.ALL

    @property
    def identity(self) -> tuple[int, str, bytes]:
        return id(self.destination), self.key, self.original


class Exchange:
    """A named exchange in a realm. ``bindings`` lead away from it; ``held`` counts the records that it holds back."""

    __slots__ = ("bindings", "had_bindings", "held", "inbound", "matcher", "name", "options", "taken")

    def __init__(self, name: str, options: ExchangeOptions) -> None:
        self.name = name
        self.options = options
        self.bindings: dict[tuple[int, str, bytes], Binding] = {}
        self.inbound: dict[tuple[int, int, str, bytes], Binding] = {}
        self.matcher: Matcher = MATCHERS[options.kind]()
        self.had_bindings = False
        self.held = 0
        self.taken = 0
        """How many records were sent to it from outside; counted by who sends."""

    @property
    def depends_on_key_alone(self) -> bool:
        """Whether equal keys always take equal ways, so that a way may be remembered."""
        return self.options.kind in KEY_ALONE and not self.options.delays

    def __repr__(self) -> str:
        return f"<Exchange {self.name!r} {self.options.kind.value}>"


class Matcher(Protocol):
    """The choice of one kind of exchange."""

    def add(self, binding: Binding) -> None: ...

    def remove(self, binding: Binding) -> None: ...

    def match(self, key: str, headers: Arguments) -> Iterable[Destination]:
        """The destinations that want a record; one may come more than once."""
        ...


class Direct:
    """The key of the binding is the key of the record."""

    __slots__ = ("_by_key",)

    def __init__(self) -> None:
        self._by_key: dict[str, dict[tuple[int, str, bytes], Destination]] = {}

    def add(self, binding: Binding) -> None:
        self._by_key.setdefault(binding.key, {})[binding.identity] = binding.destination

    def remove(self, binding: Binding) -> None:
        held = self._by_key.get(binding.key, {})
        held.pop(binding.identity, None)
        if not held:
            self._by_key.pop(binding.key, None)

    def match(self, key: str, headers: Arguments) -> Iterable[Destination]:  # noqa: ARG002 - a matcher's shape
        held = self._by_key.get(key)
        return held.values() if held is not None else ()


class Fanout:
    """Everybody."""

    __slots__ = ("_all",)

    def __init__(self) -> None:
        self._all: dict[tuple[int, str, bytes], Destination] = {}

    def add(self, binding: Binding) -> None:
        self._all[binding.identity] = binding.destination

    def remove(self, binding: Binding) -> None:
        self._all.pop(binding.identity, None)

    def match(self, key: str, headers: Arguments) -> Iterable[Destination]:  # noqa: ARG002 - a matcher's shape
        return self._all.values()


class Topic:
    """Patterns of words."""

    __slots__ = ("_trie",)

    def __init__(self) -> None:
        self._trie: TopicTrie[Destination] = TopicTrie()

    def add(self, binding: Binding) -> None:
        self._trie.add(binding.key, binding.destination)

    def remove(self, binding: Binding) -> None:
        self._trie.remove(binding.key, binding.destination)

    def match(self, key: str, headers: Arguments) -> Iterable[Destination]:  # noqa: ARG002 - a matcher's shape
        return self._trie.match(key)


class Headers:
    """The arguments of the binding against the headers of the record."""

    __slots__ = ("_all",)

    def __init__(self) -> None:
        self._all: dict[tuple[int, str, bytes], Binding] = {}

    def add(self, binding: Binding) -> None:
        self._all[binding.identity] = binding

    def remove(self, binding: Binding) -> None:
        self._all.pop(binding.identity, None)

    def match(self, key: str, headers: Arguments) -> Iterable[Destination]:  # noqa: ARG002 - a matcher's shape
        return (it.destination for it in self._all.values() if matches(it.match, it.arguments, headers))


class Hash:
    """One destination for each key, by weight: the binding's key is a number. The graph puts a header in the key's place."""

    __slots__ = ("_ring",)

    def __init__(self) -> None:
        self._ring: Ring[Destination] = Ring()

    def add(self, binding: Binding) -> None:
        self._ring.add(binding.destination.name, int(binding.key), binding.destination)

    def remove(self, binding: Binding) -> None:
        self._ring.remove(binding.destination.name, int(binding.key), binding.destination)

    def match(self, key: str, headers: Arguments) -> Iterable[Destination]:  # noqa: ARG002 - a matcher's shape
        owner = self._ring.owner(key)
        return () if owner is None else (owner,)


MATCHERS: Final[dict[ExchangeKind, type[Matcher]]] = {
    ExchangeKind.DIRECT: Direct,
    ExchangeKind.FANOUT: Fanout,
    ExchangeKind.TOPIC: Topic,
    ExchangeKind.HEADERS: Headers,
    ExchangeKind.HASH: Hash,
}
KEY_ALONE: Final = frozenset({ExchangeKind.DIRECT, ExchangeKind.FANOUT, ExchangeKind.TOPIC})
