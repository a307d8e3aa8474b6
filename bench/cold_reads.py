"""Three ways to bring a megabyte of a file to a socket: read it into fresh octets and write those, write a mapping of it, or sendfile.

    python bench/cold_reads.py [--megabytes 2048]

Over loopback, from the page cache, to a process that throws away what it receives; what the sender itself spent, in seconds of
processor per gigabyte, and how fast it was. Reading copies twice, from the page cache and into the socket; a mapping and sendfile once.
"""

import argparse
import mmap
import os
import resource
import socket
import tempfile
import time
from collections.abc import Callable

PIECE = 1 << 20


def by_pread(descriptor: int, sink: socket.socket, size: int) -> None:
    for position in range(0, size, PIECE):
        sink.sendall(os.pread(descriptor, PIECE, position))


def by_mapping(descriptor: int, sink: socket.socket, size: int) -> None:
    with mmap.mmap(descriptor, size, access=mmap.ACCESS_READ) as mapped, memoryview(mapped) as view:
        for position in range(0, size, PIECE):
            with view[position : position + PIECE] as piece:
                sink.sendall(piece)


def by_sendfile(descriptor: int, sink: socket.socket, size: int) -> None:
    position = 0
    while position < size:
        position += os.sendfile(sink.fileno(), descriptor, position, min(PIECE, size - position))


WAYS: dict[str, Callable[[int, socket.socket, int], None]] = {
    "pread": by_pread,
    "mapping": by_mapping,
    "sendfile": by_sendfile,
}


def swallow(source: socket.socket, size: int) -> None:
    """Receive so much, into the same octets again and again."""
    room = bytearray(PIECE)
    while size:
        size -= source.recv_into(room, min(size, PIECE))


def measure(
    way: Callable[[int, socket.socket, int], None], descriptor: int, size: int
) -> tuple[float, float]:
    """Megabytes per second, and the sender's processor seconds per gigabyte."""
    listener = socket.create_server(("127.0.0.1", 0))
    child = os.fork()
    if not child:
        swallow(socket.create_connection(listener.getsockname()), size)
        os._exit(0)
    sink, _ = listener.accept()
    before = resource.getrusage(resource.RUSAGE_SELF)
    began = time.perf_counter()
    way(descriptor, sink, size)
    took = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_SELF)
    os.waitpid(child, 0)
    sink.close()
    listener.close()
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return size / took / 1e6, spent / (size / 1e9)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--megabytes", type=int, default=2048)
    size = parser.parse_args().megabytes * PIECE
    with tempfile.TemporaryFile() as file:
        for _ in range(size // PIECE):
            file.write(os.urandom(PIECE))
        file.flush()
        for _ in range(3):
            for name, way in WAYS.items():
                speed, spent = measure(way, file.fileno(), size)
                print(f"{name:10} {speed:8,.0f} MB/s  {spent:.2f} s of processor per GB")


if __name__ == "__main__":
    main()
