"""Metrics of the process, under the names that Prometheus' own clients give them, and of the hub as a whole.

What the system tells is read from ``/proc``; where there is none, what the standard library knows is shown and the rest is left out.
"""

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from msgspec import Struct

from hubbub.observe.sheet import Sheet
from hubbub.observe.view import View
from hubbub.version import __version__

SELF: Final = Path("/proc/self")


class Usage(Struct, frozen=True):
    """What the process has used. Octets; -1 where it is not known."""

    cpu_seconds: float
    resident: int = -1
    virtual: int = -1
    open_files: int = -1
    most_files: int = -1
    started: float = -1.0
    """Seconds since 1970."""
    read_octets: int = -1
    """From disks."""
    written_octets: int = -1


def usage() -> Usage:
    """As of now."""
    times = os.times()
    cpu = times.user + times.system
    try:
        return Usage(cpu, *memory(), len(os.listdir(SELF / "fd")), most_files(), started(), *disk_traffic())
    except (OSError, ValueError, IndexError):
        return Usage(cpu)


def memory() -> tuple[int, int]:
    """Resident and virtual octets. Raises OSError where there is no ``/proc``."""
    virtual, resident = (SELF / "statm").read_text().split()[:2]
    page = os.sysconf("SC_PAGE_SIZE")
    return int(resident) * page, int(virtual) * page


def started() -> float:
    """When the process began. Raises OSError."""
    ticks = float((SELF / "stat").read_text().rpartition(")")[2].split()[19])
    lines = Path("/proc/stat").read_text().splitlines()
    booted = next((float(line.split()[1]) for line in lines if line.startswith("btime ")), 0.0)
    return booted + ticks / os.sysconf("SC_CLK_TCK")


def most_files() -> int:
    """How many files may be open. Raises OSError."""
    for line in (SELF / "limits").read_text().splitlines():
        if line.startswith("Max open files"):
            return int(line.split()[3])
    return -1


def disk_traffic() -> tuple[int, int]:
    """Octets read from disks and written to them; -1 where one may not look."""
    with suppress(OSError, ValueError, KeyError):
        said = dict(line.split(": ") for line in (SELF / "io").read_text().splitlines())
        return int(said["read_bytes"]), int(said["write_bytes"])
    return -1, -1


def disk_space(path: str) -> tuple[int, int]:
    """Octets of the disk on which a path lies, and those that are free. Raises OSError."""
    import shutil  # costs a start several milliseconds, and is wanted when somebody looks

    found = shutil.disk_usage(path)
    return found.total, found.free


def process(sheet: Sheet, view: View) -> Iterator[None]:
    """A `Source`."""
    of_hub(sheet, view)
    yield
    of_process(sheet)
    of_python(sheet)
    yield


def of_hub(sheet: Sheet, view: View) -> None:
    """What runs, and how much it holds."""
    engine = view.broker.engine
    info = sheet.gauge(
        "hubbub_build_info",
        "Always 1; the labels say what runs.",
        ("version", "python", "platform", "storage"),
    )
    kind = "disk" if engine.outlives else "memory"
    info.put(1, __version__, ".".join(map(str, sys.version_info[:3])), sys.platform, kind)
    sheet.level(
        "hubbub_start_time_seconds", "When the hub was started, in seconds since 1970.", view.began_at / 1000
    )
    sheet.level("hubbub_memory_used_bytes", "Octets of memory that hold records and states.", engine.in_use)
    sheet.level("hubbub_memory_limit_bytes", "What hubbub_memory_used_bytes may come to.", engine.capacity)
    sheet.level("hubbub_storage_failing", "1 while nothing can be written.", int(engine.is_failing))
    sheet.total("hubbub_defects_total", "Errors that nobody could answer: bugs of Hubbub.", view.defects)
    room = sheet.gauge("hubbub_disk_free_bytes", "Room on the disk of the data, where there is any.")
    whole = sheet.gauge("hubbub_disk_size_bytes", "Size of the disk of the data.")
    if view.data_dir:
        with suppress(OSError):
            size, free = disk_space(view.data_dir)
            room.put(free)
            whole.put(size)


def of_process(sheet: Sheet) -> None:
    """What the system knows. What it does not has a name here and no number."""
    used = usage()
    sheet.total("process_cpu_seconds_total", "Seconds of CPU, in user and system mode.", used.cpu_seconds)
    for name, words, total in (
        ("hubbub_disk_read_bytes_total", "Octets that the process read from disks.", used.read_octets),
        ("hubbub_disk_written_bytes_total", "Octets that it wrote to disks.", used.written_octets),
    ):
        counter = sheet.counter(name, words)
        if total >= 0:
            counter.put(total)
    for name, words, value in (
        ("process_resident_memory_bytes", "Resident memory.", used.resident),
        ("process_virtual_memory_bytes", "Virtual memory.", used.virtual),
        ("process_open_fds", "Open files and sockets.", used.open_files),
        ("process_max_fds", "How many files and sockets may be open.", used.most_files),
        ("process_start_time_seconds", "When the process began, in seconds since 1970.", used.started),
    ):
        gauge = sheet.gauge(name, words)
        if value >= 0:
            gauge.put(value)


def of_python(sheet: Sheet) -> None:
    """The collector of garbage."""
    by_generation = ("generation",)
    runs = sheet.counter(
        "python_gc_collections_total", "Times that this generation was collected.", by_generation
    )
    found = sheet.counter(
        "python_gc_objects_collected_total", "Objects found by the collector.", by_generation
    )
    for number, stats in enumerate(gc.get_stats()):
        runs.put(stats["collections"], str(number))
        found.put(stats["collected"], str(number))
