"""The thread that reads what is no longer in memory, so that a slow disk makes one reader wait and nobody else.

It reads into fresh octets rather than mapping the file: a page fault on a mapping would stop the whole loop, an error of the disk would
kill the process (SIGBUS), and mapped pages count as the process's memory. The one copy, from the page cache, is made by the kernel
while the loop runs on.
"""

from collections import OrderedDict, deque
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import Final

from hubbub.octets.batch import HEADER_SIZE
from hubbub.storage.segments.files import Files, pread
from hubbub.storage.segments.names import Names
from hubbub.storage.segments.segment import INTERVAL, Segment, place_at
from hubbub.storage.segments.thread import start

_OPEN_FILES: Final = 64


class Request:
    """The batches from ``offset`` on, out of the first of ``segments`` that has one; each with the end of what is durable in it."""

    __slots__ = ("done", "max_bytes", "offset", "segments", "views")

    def __init__(
        self,
        offset: int,
        max_bytes: int,
        segments: list[tuple[Segment, int]],
        done: Callable[[list[memoryview]], None],
    ) -> None:
        self.offset = offset
        self.max_bytes = max_bytes
        self.segments = segments
        self.done = done
        self.views: list[memoryview] = []


class Forget:
    """These segments are no more: their files are closed, so that the disk gets its room back."""

    __slots__ = ("segments",)

    def __init__(self, segments: list[Segment]) -> None:
        self.segments = segments


class Reader:
    """``tell`` schedules a call on the loop; the loop then takes what is in ``finished``, in the order in which it was asked.

    ``on_defect`` hears of bugs, on the reader's thread.
    """

    __slots__ = (
        "_descriptors",
        "_files",
        "_names",
        "_on_defect",
        "_queue",
        "_tell",
        "_threads",
        "finished",
    )

    def __init__(
        self, files: Files, names: Names, tell: Callable[[], object], on_defect: Callable[[Exception], None]
    ) -> None:
        self._on_defect = on_defect
        self._files = files
        self._names = names
        self._tell = tell
        self._queue: SimpleQueue[Request | Forget | None] = SimpleQueue()
        self._descriptors: OrderedDict[Segment, int] = OrderedDict()
        self.finished: deque[Request] = deque()
        self._threads: list[Thread] = []  # one, from the first request on

    def put(self, request: Request) -> None:
        """Queue a request."""
        if not self._threads:
            self._threads.append(start("hubbub-reader", self._take, self._on_defect))
        self._queue.put(request)

    def forget(self, segments: list[Segment]) -> None:
        """Close the files of segments that are to be deleted."""
        if self._threads:
            self._queue.put(Forget(segments))

    def close(self) -> None:
        """Answer what is queued and close all files. Blocks."""
        for thread in self._threads:
            self._queue.put(None)
            thread.join()

    def _take(self) -> bool:
        request = self._queue.get()
        if request is None:
            self._close(list(self._descriptors))
            return False
        if isinstance(request, Forget):
            self._close(request.segments)
            return True
        try:
            self._answer(request)
        except OSError:
            request.views = []  # gone meanwhile, or unreadable: who asked asks again and hears what the log says then
        finally:
            self.finished.append(request)
            self._tell()
        return True

    def _close(self, segments: list[Segment]) -> None:
        for segment in segments:
            descriptor = self._descriptors.pop(segment, None)
            if descriptor is not None:
                self._files.close(descriptor)

    def _answer(self, request: Request) -> None:
        for asked, stop in request.segments:
            descriptor, segment = self._open(asked)
            end = stop if segment is asked else segment.safe_end
            view = read(descriptor, segment, end, request.offset, request.max_bytes)
            if view:
                request.views = [view]
                return

    def _open(self, segment: Segment) -> tuple[int, Segment]:
        descriptors = self._descriptors
        descriptor = descriptors.get(segment)
        if descriptor is not None:
            descriptors.move_to_end(segment)
            return descriptor, segment
        if len(descriptors) >= _OPEN_FILES:
            _, oldest = descriptors.popitem(last=False)
            self._files.close(oldest)
        descriptor, segment = self._names.open(segment)
        before = descriptors.pop(segment, None)  # opened already, as what took the place of the one asked for
        if before is not None:
            self._files.close(before)
        descriptors[segment] = descriptor
        return descriptor, segment


def read(descriptor: int, segment: Segment, stop: int, offset: int, max_bytes: int) -> memoryview:
    """Whole batches below position ``stop`` from the one that holds ``offset``, or the next after a gap; empty if there is none."""
    start = segment.position_before(offset)
    view = memoryview(pread(descriptor, min(stop - start, INTERVAL + max(max_bytes, HEADER_SIZE)), start))
    begin = 0
    place = place_at(view, 0, start)
    while place is not None and place.last_offset < offset:
        begin += place.size
        if (
            begin + HEADER_SIZE > len(view) and start + begin < stop
        ):  # a batch larger than the space between two entries
            start += begin
            begin = 0
            view = memoryview(
                pread(descriptor, min(stop - start, INTERVAL + max(max_bytes, HEADER_SIZE)), start)
            )
        place = place_at(view, begin, start + begin) if start + begin < stop else None
    if place is None:
        return memoryview(b"")
    if begin + place.size > len(view):
        return memoryview(pread(descriptor, place.size, place.position))
    return view[begin : begin + _whole(segment, view, start, begin, min(len(view) - begin, max_bytes))]


def _whole(segment: Segment, view: memoryview, start: int, begin: int, most: int) -> int:
    """How many of at most ``most`` octets from ``begin`` on are whole batches; the first in any case."""
    at = max(begin, segment.last_position(start + begin + most) - start)  # batches begin here, too
    while (place := place_at(view, at, start + at)) is not None and at + place.size - begin <= most:
        at += place.size
    if at > begin:
        return at - begin
    place = place_at(view, begin, start + begin)
    return place.size if place is not None else 0
