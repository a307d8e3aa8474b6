"""Kafka's benchmark: throughput, round trips, latency and connections of a hub, or of any broker with ``--against HOST:PORT --pid PID``.

    python bench/kafka.py                         a hub of its own
    python bench/kafka.py --against HOST:PORT --pid PID
    python bench/kafka.py --only produce --json

Loads are built once and sent again and again, so that what is measured is the broker. Everything that was sent is counted by the broker's own
end offsets, and what is consumed is counted record by record; a difference fails the run. Beside the rate by the clock stands the rate
per second of the broker's own CPU time: it is the steadier figure on a shared machine.
"""

import argparse
import json
import os
import resource
import selectors
import struct
import threading
import time
from collections.abc import Callable

import kafka_wire as wire
from measure import Broker, percentiles, start_hub

IN_FLIGHT = 5
BATCH = 64 * 1024


def produce(broker: Broker, size: int, partitions: int, seconds: float, *, idempotent: bool = False) -> dict:
    """Batches of 64 KB, five requests in flight per partition, one connection for each partition."""
    topic = f"bench-{size}-{partitions}-{time.time_ns()}"
    wire.make_topic(broker.address, topic, partitions)
    count = max(1, BATCH // (size + 10))
    frames = []
    for partition in range(partitions):
        producer = wire.producer_id(broker.address) if idempotent else None
        frames.append(
            bytearray(wire.produce_frame(topic, partition, wire.batch(size, count, now(), producer)))
        )
    acked = [0] * partitions
    begin = threading.Barrier(partitions + 1)
    over = threading.Event()
    threads = [
        threading.Thread(
            target=keep_producing,
            args=(broker.address, frames[i], len(topic), acked, i, count, begin, over, idempotent),
        )
        for i in range(partitions)
    ]
    for thread in threads:
        thread.start()
    begin.wait()
    with broker.measured() as figures:
        over.wait(seconds)
        over.set()
        for thread in threads:
            thread.join()
    stored = sum(wire.end_offset(broker.address, topic, partition) for partition in range(partitions))
    if stored != sum(acked):
        raise SystemExit(f"{sum(acked)} records were acknowledged, {stored} are stored")
    return figures.rate(stored, topic=topic)


def keep_producing(address, frame, name, acked, index, count, begin, over, idempotent) -> None:
    from hubbub.octets.crc import crc32c

    source = wire.connect(address)
    at = frame.index(struct.pack(">i", -1) + b"\x02") - 12 if idempotent else 0
    sequence = 0

    def send() -> None:
        nonlocal sequence
        if idempotent:
            struct.pack_into(">i", frame, at + 53, sequence)
            struct.pack_into(">I", frame, at + 17, crc32c(memoryview(frame)[at + 21 :]))
            sequence += count
        source.sendall(frame)

    begin.wait()
    waiting = 0
    pending = b""
    while waiting < IN_FLIGHT:
        send()
        waiting += 1
    while waiting:
        pending += source.recv(65536)
        while len(pending) >= 4:
            size = wire.SIZE.unpack_from(pending)[0] + 4
            if len(pending) < size:
                break
            (code,) = struct.unpack_from(">h", pending, 22 + name)
            pending = pending[size:]
            if code:
                raise SystemExit(f"the broker refused a batch with error {code}")
            acked[index] += count
            waiting -= 1
            if not over.is_set():
                send()
                waiting += 1
    source.close()


def consume(broker: Broker, topic: str, partition: int = 0) -> dict:
    """Everything in one partition, from the first offset, one fetch of 4 MB at a time with the next one already asked for."""
    end = wire.end_offset(broker.address, topic, partition)
    source = wire.connect(broker.address)
    offset = 0
    seen = 0
    with broker.measured() as figures:
        while offset < end:
            source.sendall(wire.fetch_frame(topic, partition, offset, 4 << 20))
            data = memoryview(wire.read_exactly(source, wire.SIZE.unpack(wire.read_exactly(source, 4))[0]))
            for base, last, _ in wire.batches_in(data[len(topic) + FETCH_HEAD :]):
                seen += last - base + 1
                offset = last + 1
    source.close()
    if seen != end:
        raise SystemExit(f"{end} records are stored, {seen} were read")
    return figures.rate(seen)


FETCH_HEAD = 4 + 4 + 2 + 4 + 4 + 2 + 4 + 4 + 2 + 8 + 8 + 8 + 4 + 4 + 4
"""Octets before the records in a fetch answer of version 11 with one partition, but for the topic's name."""


def round_trips(broker: Broker, clients: int, seconds: float) -> dict:
    """One record, acknowledged, then the next; on so many connections at a time."""
    topic = f"bench-rtt-{time.time_ns()}"
    wire.make_topic(broker.address, topic, 1)
    frame = wire.produce_frame(topic, 0, wire.batch(100, 1, now()))
    sources = [wire.connect(broker.address) for _ in range(clients)]
    selector = selectors.DefaultSelector()
    for source in sources:
        selector.register(source, selectors.EVENT_READ)
    done = 0
    with broker.measured() as figures:
        until = time.monotonic() + seconds
        for source in sources:
            source.sendall(frame)
        while time.monotonic() < until:
            for key, _ in selector.select():
                key.fileobj.recv(4096)
                key.fileobj.sendall(frame)
                done += 1
        for source in sources:
            source.recv(4096)
            done += 1
    for source in sources:
        source.close()
    stored = wire.end_offset(broker.address, topic, 0)
    if stored != done:
        raise SystemExit(f"{done} records were acknowledged, {stored} are stored")
    return figures.rate(done)


def latency(broker: Broker, per_second: int, seconds: float) -> dict:
    """From just before a record is sent to just after it was fetched, at a fixed rate; the two ends are processes of their own."""
    topic = f"bench-latency-{time.time_ns()}"
    wire.make_topic(broker.address, topic, 1)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        collected = collect_latencies(broker.address, topic, int(per_second * seconds))
        with os.fdopen(writer, "wb") as out:
            out.write(struct.pack(f"<{len(collected)}d", *collected))
        os._exit(0)
    os.close(writer)
    with broker.measured() as figures:
        pace(broker.address, topic, per_second, seconds)
        data = os.fdopen(reader, "rb").read()
        os.waitpid(child, 0)
    values = struct.unpack(f"<{len(data) // 8}d", data)
    return {"messages": len(values), "cpu": round(figures.cpu, 3), **percentiles(values)}


def pace(address, topic, per_second, seconds) -> None:
    """A request with what is due, every millisecond."""
    source = wire.connect(address)
    threading.Thread(target=drain, args=(source,), daemon=True).start()
    each = max(1, per_second // 1000)
    interval = each / per_second
    template = bytearray(wire.produce_frame(topic, 0, wire.batch(100, each, 0)))
    from hubbub.octets.crc import crc32c

    at = template.index(struct.pack(">i", -1) + b"\x02") - 12
    started = time.monotonic()
    for number in range(int(per_second * seconds / each)):
        due = started + number * interval
        while (left := due - time.monotonic()) > 0:
            time.sleep(left if left > 0.0002 else 0)
        struct.pack_into(">qq", template, at + 27, time.monotonic_ns(), time.monotonic_ns())
        struct.pack_into(">I", template, at + 17, crc32c(memoryview(template)[at + 21 :]))
        source.sendall(template)


def drain(source) -> None:
    try:
        while source.recv(65536):
            pass
    except OSError:
        pass


def collect_latencies(address, topic, expected) -> list[float]:
    source = wire.connect(address)
    offset = 0
    found: list[float] = []
    while offset < expected:
        source.sendall(wire.fetch_frame(topic, 0, offset, 1 << 20))
        data = memoryview(wire.read_frame(source))
        arrived = time.monotonic_ns()
        records = data[len(topic) + FETCH_HEAD :]
        for base, last, position in wire.batches_in(records):
            (sent,) = struct.unpack_from(">q", records, position + 27)
            found += [(arrived - sent) / 1e6] * (last - base + 1)
            offset = last + 1
    return found


def connections(broker: Broker, number: int) -> dict:
    """So many idle connections, each of which has said hello: memory for each, and how fast they were taken."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    number = min(number, hard - 200)
    before = broker.memory()
    hello = wire.frame(wire.api_versions.API, wire.API_VERSIONS, wire.api_versions.ApiVersionsRequest())
    started = time.monotonic()
    sources = []
    for _ in range(number):
        source = wire.connect(broker.address)
        source.sendall(hello)
        wire.read_frame(source)
        sources.append(source)
    took = time.monotonic() - started
    after = broker.memory()
    for source in sources:
        source.close()
    return {
        "connections": number,
        "octets_each": round((after - before) / number),
        "per_second": round(number / took),
    }


def now() -> int:
    return int(time.time() * 1000)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--against", metavar="HOST:PORT", help="a broker that is running already")
    parser.add_argument("--pid", type=int, help="its process, for CPU time and memory")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each throughput run")
    parser.add_argument("--only", default="", help="run only what has this in its name")
    parser.add_argument("--connections", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    seconds = args.seconds
    with start_hub(args, "kafka", ["--kafka-max-connections", "100000"]) as broker:
        wire.wait_until_ready(broker.address)

        def produce_for_reading(size: int) -> dict:
            """Few enough records that none has gone when they are read."""
            found = produce(broker, size, 1, min(seconds, 0.3))
            return consume(broker, found["topic"])

        runs: list[tuple[str, Callable[[], dict]]] = [
            ("produce 100 B", lambda: produce(broker, 100, 1, seconds)),
            ("produce 100 B, 4 partitions", lambda: produce(broker, 100, 4, seconds)),
            ("produce 1 KB", lambda: produce(broker, 1024, 1, seconds)),
            ("produce 1 KB, 4 partitions", lambda: produce(broker, 1024, 4, seconds)),
            ("produce 100 B, idempotent", lambda: produce(broker, 100, 1, seconds, idempotent=True)),
            ("consume 100 B", lambda: produce_for_reading(100)),
            ("consume 1 KB", lambda: produce_for_reading(1024)),
            ("round trips, 1 client", lambda: round_trips(broker, 1, seconds)),
            ("round trips, 16 clients", lambda: round_trips(broker, 16, seconds)),
            ("latency at 10,000/s", lambda: latency(broker, 10_000, seconds)),
            ("idle connections", lambda: connections(broker, args.connections)),
        ]
        results = {}
        for name, run in runs:
            if args.only in name:
                results[name] = run()
                wire.delete_topics(broker.address)
                results[name].pop("topic", None)
                if not args.json:
                    print(
                        f"{name:32} " + "  ".join(f"{key} {value:,}" for key, value in results[name].items()),
                        flush=True,
                    )
        if args.json:
            print(
                json.dumps(
                    {"broker": args.against or "hubbub", "seconds": seconds, "results": results}, indent=2
                )
            )


if __name__ == "__main__":
    main()
