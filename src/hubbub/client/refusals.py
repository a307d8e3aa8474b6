"""The hub's "no" as errors of the library."""

from collections.abc import Iterator
from contextlib import contextmanager

from hubbub.client.errors import HubbubError, RefusedError, StorageError
from hubbub.core.errors import Refusal
from hubbub.core.hatch import Cause, cause_of


def error_of(cause: Cause, text: str) -> HubbubError:
    """A `StorageError` where it is about what can be kept, else a `RefusedError`."""
    if cause is Cause.RULES:
        return RefusedError(text)
    return StorageError(text, is_full=cause is Cause.ROOM)


@contextmanager
def our_errors(what: str) -> Iterator[None]:
    """What the core refuses, as errors of ours. ``what`` stands in front: "kafka:orders"."""
    try:
        yield
    except Refusal as why:
        raise error_of(cause_of(why), f"{what}: {why}") from why
