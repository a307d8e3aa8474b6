"""Which file a segment's path names, while one thread puts files in others' places and two open them.

A path alone says too little: between the moment in which a file was put in another's place and the one in which the loop hears of it,
a reader would take the new file for the old one and find other batches where the old one had its own.
"""

from collections.abc import Sequence
from threading import Lock

from hubbub.storage.segments.files import Files
from hubbub.storage.segments.segment import Segment


class Names:
    """One for an engine; both methods may be called from any thread, and raise OSError."""

    __slots__ = ("_files", "_lock")

    def __init__(self, files: Files) -> None:
        self._files = files
        self._lock = Lock()  # held while names change or are looked up, never while octets are moved

    def put(self, path: str, olds: Sequence[Segment], fresh: Segment) -> None:
        """Give the file at ``path``, which is that of ``fresh``, the place of the first of ``olds``; it stands for all of them."""
        with self._lock:
            self._files.rename(path, fresh.path)
            for old in olds:
                old.successor = fresh

    def open(self, segment: Segment) -> tuple[int, Segment]:
        """A descriptor to read from, and whose file that is: the segment's own, or that of the one that has taken its place."""
        with self._lock:
            while segment.successor is not None:
                segment = segment.successor
            return self._files.open_to_read(segment.path), segment
