"""The office: what every view is handed."""

from msgspec import Struct

from hubbub.console.feeds import Feeds
from hubbub.console.subject import Subject


class Office(Struct, frozen=True):
    """One for each hub that is administered."""

    hub: Subject
    feeds: Feeds
    started_at: int
    """Wall time in ms."""
