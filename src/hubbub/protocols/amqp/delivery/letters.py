"""Dead letters: what becomes of a message that its queue gave up, with the history that RabbitMQ writes on it.

``x-death`` is an array of tables, the newest death first, one for each pair of queue and reason; a repeated death moves its entry to the
front and counts up, and keeps when and how it first happened. ``x-first-death-*`` never change, ``x-last-death-*`` always do.
A message that would return to a queue where it died before is dropped, unless somebody rejected it on the way: else it would
circle for ever.
"""

from typing import Final

from msgspec.structs import replace

from hubbub.core.queues.entry import Entry
from hubbub.core.queues.options import Death
from hubbub.core.queues.queue import Queue
from hubbub.core.queues.realm import Realm
from hubbub.core.routing.exchange import Exchange
from hubbub.model.record import NO_PROPERTIES, Record
from hubbub.protocols.amqp.naming import address_of, header_of, traits_of
from hubbub.protocols.amqp.wire.content import Properties, body_size, decode_properties, encode_header
from hubbub.protocols.amqp.wire.table import EMPTY, Field, Table

DEATHS: Final = "x-death"


def bury(realm: Realm, queue: Queue, entry: Entry, death: Death) -> None:
    """Send a dead entry to the exchange that its queue names; where there is none, it is gone."""
    options = queue.options
    exchange = realm.graph.exchanges.get(options.bury_to or "")
    if exchange is None:
        return
    record = entry.record
    header = header_of(record)
    properties = decode_properties(header)
    source, key = record.address.parts
    copies = () if options.bury_key is not None else traits_of(header).more_keys
    keys = (key if options.bury_key is None else options.bury_key, *copies)
    written = written_history(properties, queue.name, death, (source, key), realm.clock.now() // 1000)
    headers = written.headers or EMPTY
    buried = Record(
        address_of(exchange.name, keys[0]),
        record.value,
        None,
        (),
        record.timestamp,
        NO_PROPERTIES,
        encode_header(body_size(header), written),
    )
    send(realm, exchange, buried, keys, headers)


def send(realm: Realm, exchange: Exchange, record: Record, keys: tuple[str, ...], headers: Table) -> None:
    """To all queues but those that would close a circle."""
    if realm.taps.is_open:
        realm.taps.saw((record,))
    else:
        realm.taps.unseen += 1
    traits = traits_of(record.original)
    deaths = deaths_in(headers)
    was_rejected = any(value(entry, "reason") == Death.REJECTED.value for entry in deaths)
    seen = {value(entry, "queue") for entry in deaths}
    for target in realm.graph.route(exchange, keys, traits.headers):
        if was_rejected or target.name not in seen:
            target.put(record, -1, traits.priority, persistent=traits.persistent)


def written_history(
    properties: Properties, queue: str, death: Death, sent: tuple[str, str], now: int
) -> Properties:
    """The properties with one more death in their headers, and without an expiration."""
    headers = properties.headers or EMPTY
    reason = death.value
    earlier = deaths_in(headers)
    same = [entry for entry in earlier if value(entry, "queue") == queue and value(entry, "reason") == reason]
    others = [entry for entry in earlier if entry not in same]
    if same:
        count = same[0].find("count")
        times = count.value if count is not None and isinstance(count.value, int) else 0
        newest = same[0].plus(("count", Field("l", times + 1)))
    else:
        newest = first_death(properties, queue, reason, sent, now)
    history = Field("A", tuple(Field("F", entry) for entry in (newest, *others)))
    written = [(DEATHS, history)]
    if headers.find("x-first-death-reason") is None:
        written += marks("first", queue, reason, sent[0])
    written += marks("last", queue, reason, sent[0])
    return replace(properties, headers=headers.plus(*written), expiration=None)


def first_death(properties: Properties, queue: str, reason: str, sent: tuple[str, str], now: int) -> Table:
    """A new entry of the history."""
    copies = (properties.headers or EMPTY).find("CC")
    more = copies.value if copies is not None and isinstance(copies.value, tuple) else ()
    entries = [
        ("count", Field("l", 1)),
        ("reason", text(reason)),
        ("queue", text(queue)),
        ("time", Field("T", now)),
        ("exchange", text(sent[0])),
        ("routing-keys", Field("A", (text(sent[1]), *more))),
    ]
    if properties.expiration is not None:
        entries.append(("original-expiration", text(properties.expiration)))
    return Table(tuple(entries))


def marks(which: str, queue: str, reason: str, exchange: str) -> list[tuple[str, Field]]:
    return [
        (f"x-{which}-death-exchange", text(exchange)),
        (f"x-{which}-death-queue", text(queue)),
        (f"x-{which}-death-reason", text(reason)),
    ]


def text(words: str) -> Field:
    return Field("S", words.encode())


def value(entry: Table, name: str) -> str:
    found = entry.value(name)
    return found.decode(errors="replace") if isinstance(found, bytes) else ""


def deaths_in(headers: Table) -> list[Table]:
    """The history so far; what is not of its form is no history."""
    found = headers.value(DEATHS)
    if not isinstance(found, tuple):
        return []
    return [item.value for item in found if isinstance(item.value, Table)]
