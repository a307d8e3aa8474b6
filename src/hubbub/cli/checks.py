"""What `hubbub doctor` looks at, one function for each subject. A check says what it found; none changes anything."""

import os
import shutil
import socket
import sys
from collections.abc import Iterator
from enum import Enum
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of
from pathlib import Path as File
from typing import Final

from msgspec import Struct

from hubbub.cli.status import Status
from hubbub.net.acceptor import CannotListen, bind
from hubbub.net.clock import wall_ms
from hubbub.settings import Settings
from hubbub.settings.options import Option, options
from hubbub.settings.wording import value_of
from hubbub.version import __version__

FEWEST_FILES: Final = 4096
"""Open files that a hub with a few thousand connections wants."""
LEAST_DISK: Final = 1 << 30
LEAST_MEMORY: Final = 256 << 20
APART_MS: Final = 2000
BIRTH_MS: Final = 1_700_000_000_000
"""No clock that is right says less: this program is younger."""
NEEDED: Final = ("msgspec", "click", "PyYAML", "crc32c", "cramjam", "starlette", "uvicorn", "websockets")


class Grade(Enum):
    """How it is."""

    GOOD = "ok"
    DOUBTFUL = "warning"
    BAD = "error"


class Finding(Struct, frozen=True):
    """What was found, and what to do."""

    subject: str
    grade: Grade
    words: str
    advice: str = ""


def checks(settings: Settings, running: list[Status]) -> Iterator[Finding]:
    """All of them. ``running`` is the hub that answers, if one does."""
    yield from ports(settings, running)
    yield from limits()
    yield from clock(running)
    yield from disk(settings)
    yield from names()
    yield from versions(running)


def ports(settings: Settings, running: list[Status]) -> Iterator[Finding]:
    """Whether each port can be had, or is the hub's own."""
    taken_by_hub = {each.port for hub in running for each in hub.listening}
    for option in options(Settings):
        *above, name = option.path
        if name not in ("port", "websocket_port") or not is_on(settings, option):
            continue
        port = value_of(settings, option.path)
        host = value_of(settings, (*above, "host")) or settings.host
        if not isinstance(port, int) or not isinstance(host, str):
            continue
        if port in taken_by_hub:
            yield Finding("ports", Grade.GOOD, f"{option.key} {port} is this hub's")
            continue
        try:
            for bound in bind(host, port):
                bound.close()
        except CannotListen as why:
            yield Finding(
                "ports",
                Grade.BAD,
                f"{option.key}: {why.strerror or why}",
                f"stop the other program, or choose another with {option.flag} (0: any free one)",
            )
        else:
            yield Finding("ports", Grade.GOOD, f"{option.key} {port or '(any)'} is free on {host}")


def is_on(settings: Settings, option: Option) -> bool:
    """Whether anything would listen there."""
    section, name = option.path[0], option.path[-1]
    switch = "websocket" if name == "websocket_port" else "enabled"
    return bool(value_of(settings, (section, "enabled"))) and bool(value_of(settings, (section, switch)))


def limits() -> Iterator[Finding]:
    """What the system allows a process."""
    if sys.platform != "win32":
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        is_bounded = soft != resource.RLIM_INFINITY
        words = f"{soft if is_bounded else 'any number of'} files and connections may be open at once"
        if is_bounded and soft < FEWEST_FILES:
            root = hard != resource.RLIM_INFINITY and hard < FEWEST_FILES
            how = (
                "LimitNOFILE= of its unit, or limits.conf"
                if root
                else f"`ulimit -n {FEWEST_FILES}` before the hub starts"
            )
            yield Finding("limits", Grade.DOUBTFUL, words, f"raise it: {how}")
        else:
            yield Finding("limits", Grade.GOOD, words)
    free = free_memory()
    if free >= 0:
        little = free < LEAST_MEMORY
        advice = "stop something, or lower memory.max_bytes" if little else ""
        yield Finding(
            "limits", Grade.DOUBTFUL if little else Grade.GOOD, f"{free >> 20} MB of memory are free", advice
        )


def free_memory() -> int:
    """Octets; -1 where the system does not say."""
    try:
        text = File("/proc/meminfo").read_text(encoding="ascii")
        return int(text.partition("MemAvailable:")[2].split()[0]) * 1024
    except (OSError, ValueError, IndexError):
        return -1


def clock(running: list[Status]) -> Iterator[Finding]:
    """Records carry wall time, and consumers look by it."""
    now = wall_ms()
    if now < BIRTH_MS:
        yield Finding(
            "clock", Grade.BAD, "this machine's clock is years behind", "set it, and let it be kept (NTP)"
        )
        return
    for hub in running:
        ahead = hub.now - now
        if abs(ahead) > APART_MS:
            direction = "ahead of" if ahead > 0 else "behind"
            yield Finding(
                "clock",
                Grade.DOUBTFUL,
                f"the hub's clock is {abs(ahead) / 1000:.1f} s {direction} this machine's",
                "let both be kept (NTP), if they are two machines",
            )
            return
    yield Finding("clock", Grade.GOOD, "plausible" + (", and the hub's is the same" if running else ""))


def disk(settings: Settings) -> Iterator[Finding]:
    """Where the data lies, or would."""
    if not settings.data_dir:
        yield Finding("disk", Grade.GOOD, "nothing is kept on disk (data_dir is not set)")
        return
    folder = File(settings.data_dir)
    there = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        yield Finding(
            "disk", Grade.BAD, f"{there} cannot be written to", "choose another directory with --data-dir"
        )
        return
    free = shutil.disk_usage(there).free
    little = free < LEAST_DISK
    advice = "make room, or set retention" if little else ""
    yield Finding(
        "disk", Grade.DOUBTFUL if little else Grade.GOOD, f"{free >> 20} MB are free for {folder}", advice
    )


def names() -> Iterator[Finding]:
    """What clients are told to connect to."""
    try:
        found = {str(address[4][0]) for address in socket.getaddrinfo("localhost", None)}
    except socket.gaierror as why:
        yield Finding("names", Grade.BAD, f"localhost has no address: {why.strerror}", "add it to /etc/hosts")
        return
    strange = found - {"127.0.0.1", "::1"}
    advice = "clients may look elsewhere: mend /etc/hosts" if strange else ""
    words = f"localhost is {', '.join(sorted(found))}"
    yield Finding("names", Grade.DOUBTFUL if strange else Grade.GOOD, words, advice)


def versions(running: list[Status]) -> Iterator[Finding]:
    """What is installed."""
    missing = [name for name in NEEDED if not is_installed(name)]
    if missing:
        yield Finding("versions", Grade.BAD, f"not installed: {', '.join(missing)}", "install Hubbub again")
    if sys.platform != "win32" and not is_installed("uvloop"):
        yield Finding(
            "versions",
            Grade.DOUBTFUL,
            "uvloop is not installed",
            "install it: a hub is twice as fast with it",
        )
    for hub in running:
        if hub.version != __version__:
            yield Finding(
                "versions",
                Grade.DOUBTFUL,
                f"the hub is {hub.version}, this command is {__version__}",
                "use one version",
            )
    python = ".".join(map(str, sys.version_info[:3]))
    yield Finding("versions", Grade.GOOD, f"Hubbub {__version__} on Python {python}")


def is_installed(name: str) -> bool:
    """As a package."""
    try:
        version_of(name)
    except PackageNotFoundError:
        return False
    return True
