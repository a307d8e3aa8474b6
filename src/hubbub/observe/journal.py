"""Metrics of the journal: how much it keeps, and how much it did not see."""

from collections.abc import Iterator

from hubbub.observe.sheet import Sheet
from hubbub.observe.view import View


def journal(sheet: Sheet, view: View) -> Iterator[None]:
    """A `Source`."""
    found = view.broker.journal
    sheet.level("hubbub_journal_entries", "Batches and messages that the journal keeps.", len(found))
    sheet.level("hubbub_journal_bytes", "Octets that they take, about.", found.octets)
    sheet.total(
        "hubbub_journal_left_out_total",
        "Records that the journal has not seen: more came than journal.per_second lets it look at.",
        found.left_out,
    )
    sheet.total(
        "hubbub_journal_forgotten_total",
        "Batches and messages that it has seen and does not keep any more.",
        found.forgotten,
    )
    yield
