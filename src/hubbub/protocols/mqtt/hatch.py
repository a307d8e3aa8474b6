"""MQTT as the rest of the house sees it: records become messages, as a client would have published them.

What a client's PUBLISH may not do, a posting may not either: wildcards in topics, more levels than allowed, retained messages where they are off.
"""

from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import unquote

from msgspec.structs import replace

from hubbub.core.commit import OK, Outcome
from hubbub.core.errors import Invalid, Refusal, Unavailable
from hubbub.core.hatch import Client, Declaration, Done, Posted, Posting, not_kept, not_taken
from hubbub.core.live import Space
from hubbub.model.address import Address
from hubbub.protocols.mqtt.delivery.hall import Hall
from hubbub.protocols.mqtt.guest import UNKEPT
from hubbub.protocols.mqtt.naming import FIELD, ROOM, Place, foreign_bytes
from hubbub.protocols.mqtt.wire.broken import Broken
from hubbub.protocols.mqtt.wire.reasons import Reason

ORIGIN: Final = "hubbub"


class Hatch:
    """`core.hatch.Hatch`."""

    __slots__ = ("_hall",)

    def __init__(self, hall: Hall) -> None:
        self._hall: Final = hall

    @property
    def name(self) -> str:
        return ROOM

    def address(self, path: str) -> Address:
        return self._place("/".join(unquote(part) for part in path.split("/"))).address

    def post(self, postings: Sequence[Posting], done: Done) -> None:
        answers = [self._posted(posting) for posting in postings]
        if self._hall.space.lasts:
            self._hall.space.wait(Wait(self._hall.space, answers, done))
        else:
            done(answers)

    def declare(self, wanted: Declaration) -> bool:
        raise Invalid(f"topics of MQTT need not be declared ({type(wanted).__name__})")

    @property
    def scheme(self) -> None:
        return None

    def clients(self) -> list[Client]:
        return [guest.describe() for guest in self._hall.guests.values()]

    def kick(self, client: str, why: str) -> bool:
        guest = self._hall.guests.get(client)
        if guest is None:
            return False
        guest.evict(Reason.ADMINISTRATIVE_ACTION, why)
        return True

    # inside

    def _posted(self, posting: Posting) -> Posted:
        try:
            return Posted(reached=self._publish(posting))
        except Refusal as why:
            return not_taken(why)

    def _place(self, topic: str) -> Place:
        """Raises `Invalid` for what may not be published to."""
        known = self._hall.places.known.get(topic)
        if known is not None:
            return known
        if not topic or len(topic.encode()) > FIELD:
            raise Invalid(f"a topic name has 1 to {FIELD} octets")
        if "+" in topic or "#" in topic or "\0" in topic:
            raise Invalid(f"the topic name {topic[:80]!r} holds a wildcard or a null character")
        try:
            return self._hall.place(topic)
        except Broken as why:
            raise Invalid(str(why)) from None

    def _publish(self, posting: Posting) -> int:
        """How many took it. Raises `Refusal`."""
        hall = self._hall
        record = posting.record
        place = self._place("/".join(record.address.parts))
        if record.properties.retain and not hall.retains:
            raise Invalid("retained messages are not offered (mqtt.retain_available)")
        if hall.space.is_failing:
            raise Unavailable(UNKEPT)
        now = hall.broker.clock.now()
        message = replace(
            record,
            address=place.address,
            key=None,
            timestamp=record.timestamp or now,
            original=foreign_bytes(record),
            origin=record.origin or ORIGIN,
        )
        assurance = min(posting.assurance, hall.options.max_qos)
        return hall.publish(place, message, assurance, None)


class Wait:
    """A `core.changes.Waiter`: answers of one call, given when what they speak of is safe."""

    __slots__ = ("_answers", "_done", "_space")

    def __init__(self, space: Space, answers: list[Posted], done: Done) -> None:
        self._space = space
        self._answers = answers
        self._done = done

    def wait(self) -> Callable[[Outcome], None]:
        """See `core.changes.Waiter`."""
        return self._heard

    def _heard(self, outcome: Outcome) -> None:
        if outcome is not OK:
            self._answers = [answer if answer.refused else not_kept(UNKEPT) for answer in self._answers]
        self._done(self._answers)
