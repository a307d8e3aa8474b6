"""AMQP's benchmark: throughput, confirms, acknowledgements, latency and memory of a hub, or of any broker with ``--against HOST:PORT --pid PID``.

    python bench/amqp.py                          a hub of its own
    python bench/amqp.py --against HOST:PORT --pid PID
    python bench/amqp.py --only confirms --json

Messages are built once and sent in blocks; deliveries of equal messages have equal length, so a consumer counts octets. Every message is
accounted for, else the run fails. Beside the rate by the clock stands the rate per second of the broker's own CPU time.
"""

import argparse
import json
import resource
import struct
import threading
import time
from collections.abc import Callable

import amqp_wire as wire
from measure import Broker, percentiles, start_hub

BLOCK = 200


def unique(word: str) -> str:
    return f"bench-{word}-{time.time_ns() % 1_000_000_007}"


def send_blocks(client: wire.Client, message: bytes, count: int) -> None:
    block = message * BLOCK
    for _ in range(count // BLOCK):
        client.socket.sendall(block)
    client.socket.sendall(message * (count % BLOCK))


def drain(client: wire.Client, size: int, count: int) -> None:
    """Receive so many deliveries of this size."""
    left = size * count - len(client.pending)
    client.pending = b""
    buffer = bytearray(1 << 20)
    while left > 0:
        got = client.socket.recv_into(buffer)
        if not got:
            raise SystemExit("the broker closed the connection")
        left -= got
    if left:
        raise SystemExit(f"{-left} octets more than expected")


def run_all(jobs: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def auto_ack(broker: Broker, size: int, count: int, pairs: int = 1) -> dict:
    """Publish and consume at the same time, nothing acknowledged."""
    jobs: list[Callable[[], None]] = []
    cleaning = []
    for _ in range(pairs):
        queue = unique("auto")
        consumer, publisher = wire.Client(broker.address), wire.Client(broker.address)
        consumer.declare_queue(queue)
        consumer.consume(queue, "c", no_ack=True)
        message = wire.publish(1, "", queue, b"x" * size)
        expected = wire.deliver_size("c", "", queue, size)
        jobs.append(lambda p=publisher, m=message: send_blocks(p, m, count))
        jobs.append(lambda c=consumer, e=expected: drain(c, e, count))
        cleaning.append((publisher, consumer, queue))
    with broker.measured() as figures:
        run_all(jobs)
    for publisher, consumer, queue in cleaning:
        publisher.delete_queue(queue)
        publisher.close()
        consumer.close()
    return figures.rate(count * pairs)


def confirms(broker: Broker, window: int, count: int, *, persistent: bool = False) -> dict:
    """At most so many unconfirmed publishes; nobody consumes... but a consumer keeps the queue short."""
    queue = unique("confirms")
    consumer, publisher = wire.Client(broker.address), wire.Client(broker.address)
    consumer.declare_queue(queue, durable=persistent)
    consumer.consume(queue, "c", no_ack=True)
    publisher.confirms()
    message = wire.publish(1, "", queue, b"x" * 12, persistent=persistent)
    expected = wire.deliver_size("c", "", queue, 12)

    def publish() -> None:
        sent = confirmed = 0
        pending = b""
        step = max(1, window // 4)
        while confirmed < count:
            room = min(window - (sent - confirmed), count - sent)
            if room >= step or (room and count - sent <= step):
                publisher.socket.sendall(message * room)
                sent += room
                continue
            pending += publisher.socket.recv(65536)
            whole = len(pending) // 21
            for at in range(0, whole * 21, 21):
                _, _, _, index, tag, multiple, _ = wire.ACK.unpack_from(pending, at)
                if index != 0x003C0050:
                    raise SystemExit("not an ack")
                confirmed = tag if multiple else confirmed + 1
            pending = pending[whole * 21 :]

    with broker.measured() as figures:
        run_all([publish, lambda: drain(consumer, expected, count)])
    publisher.delete_queue(queue)
    publisher.close()
    consumer.close()
    return figures.rate(count)


def manual_ack(broker: Broker, prefetch: int, count: int) -> dict:
    """Each delivery acknowledged by itself, with so many out at a time."""
    queue = unique("acks")
    consumer, publisher = wire.Client(broker.address), wire.Client(broker.address)
    consumer.declare_queue(queue)
    consumer.qos(prefetch)
    consumer.consume(queue, "c", no_ack=False)
    message = wire.publish(1, "", queue, b"x" * 12)
    size = wire.deliver_size("c", "", queue, 12)

    def consume() -> None:
        have = acked = 0
        while acked < count:
            more = consumer.socket.recv(1 << 18)
            if not more:
                raise SystemExit("the broker closed the connection")
            have += len(more)
            upto = have // size
            consumer.socket.sendall(b"".join([wire.ack(1, tag) for tag in range(acked + 1, upto + 1)]))
            acked = upto

    with broker.measured() as figures:
        run_all([lambda: send_blocks(publisher, message, count), consume])
    publisher.delete_queue(queue)
    publisher.close()
    consumer.close()
    return figures.rate(count)


def topic(broker: Broker, count: int) -> dict:
    """One topic exchange with a hundred bindings, one of which matches."""
    exchange, queue = unique("topic"), unique("topic")
    consumer, publisher = wire.Client(broker.address), wire.Client(broker.address)
    consumer.declare_exchange(exchange, "topic")
    consumer.declare_queue(queue)
    for number in range(100):
        consumer.bind(queue, exchange, f"a.{number}.*.#")
    consumer.consume(queue, "c", no_ack=True)
    messages = b"".join(
        wire.publish(1, exchange, f"a.{number:02}.b.c.d", b"x" * 12) for number in range(10, 60)
    )
    size = wire.deliver_size("c", exchange, "a.10.b.c.d", 12)

    def publish() -> None:
        for _ in range(count // 50):
            publisher.socket.sendall(messages)

    with broker.measured() as figures:
        run_all([publish, lambda: drain(consumer, size, count // 50 * 50)])
    publisher.delete_queue(queue)
    publisher.delete_exchange(exchange)
    publisher.close()
    consumer.close()
    return figures.rate(count)


def fanout(broker: Broker, count: int) -> dict:
    """One message to ten queues with a consumer each; deliveries are counted."""
    exchange = unique("fanout")
    publisher = wire.Client(broker.address)
    publisher.declare_exchange(exchange, "fanout")
    consumers = []
    for _ in range(10):
        consumer = wire.Client(broker.address)
        queue = unique("fanout")
        consumer.declare_queue(queue)
        consumer.bind(queue, exchange, "")
        consumer.consume(queue, "c", no_ack=True)
        consumers.append((consumer, queue))
    message = wire.publish(1, exchange, "k", b"x" * 12)
    size = wire.deliver_size("c", exchange, "k", 12)
    jobs: list[Callable[[], None]] = [lambda: send_blocks(publisher, message, count)]
    jobs += [lambda c=consumer: drain(c, size, count) for consumer, _ in consumers]
    with broker.measured() as figures:
        run_all(jobs)
    for consumer, queue in consumers:
        publisher.delete_queue(queue)
        consumer.close()
    publisher.close()
    return figures.rate(count * 10)


def latency(broker: Broker, rate: int, seconds: float) -> dict:
    """From the publisher's send to the consumer's receive, in ms, at a steady rate of single writes."""
    queue = unique("latency")
    consumer, publisher = wire.Client(broker.address), wire.Client(broker.address)
    consumer.declare_queue(queue)
    consumer.consume(queue, "c", no_ack=True)
    size = wire.deliver_size("c", "", queue, 8)
    count = int(rate * seconds)
    found: list[float] = []

    def publish() -> None:
        due = time.perf_counter()
        front = wire.publish(1, "", queue, b"x" * 8)[:-9]
        for _ in range(count):
            due += 1 / rate
            while (left := due - time.perf_counter()) > 0:
                time.sleep(left if left > 0.0002 else 0)
            publisher.socket.sendall(front + struct.pack(">d", time.perf_counter()) + b"\xce")

    def consume() -> None:
        pending = b""
        while len(found) < count:
            pending += consumer.socket.recv(65536)
            now = time.perf_counter()
            whole = len(pending) // size
            for at in range(whole):
                sent = struct.unpack_from(">d", pending, (at + 1) * size - 9)[0]
                found.append((now - sent) * 1000)
            pending = pending[whole * size :]

    with broker.measured() as figures:
        run_all([publish, consume])
    publisher.delete_queue(queue)
    publisher.close()
    consumer.close()
    return figures.rate(count, unit="ms", **percentiles(found))


def backlog(broker: Broker, count: int) -> dict:
    """A million messages in, then all out, with what each cost in memory while it lay there."""
    queue = unique("backlog")
    client = wire.Client(broker.address)
    client.declare_queue(queue)
    before = broker.memory()
    message = wire.publish(1, "", queue, b"x" * 12)
    with broker.measured() as into:
        send_blocks(client, message, count)
        client.declare_queue(queue)
    held = broker.memory() - before
    with broker.measured() as out:
        client.consume(queue, "c", no_ack=True)
        drain(client, wire.deliver_size("c", "", queue, 12), count)
    client.delete_queue(queue)
    client.close()
    return {
        "in": into.rate(count),
        "out": out.rate(count),
        "octets_per_message_over_payload": round(held / count - 12),
    }


def small_things(broker: Broker, count: int) -> dict:
    """What idle connections, channels and queues cost, and how fast queues are declared."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    found: dict[str, float] = {}
    client = wire.Client(broker.address)
    before = broker.memory()
    word = unique("declare")
    requests = [
        wire.method(1, 50, 10, b"\0\0" + wire.short(f"{word}-{i}") + b"\0\0\0\0\0") for i in range(count)
    ]
    with broker.measured() as figures:
        threading.Thread(target=lambda: client.socket.sendall(b"".join(requests))).start()
        for _ in range(count):
            client.expect(50, 11)
    found["queue_declares_per_second"] = round(count / figures.seconds)
    found["octets_per_empty_queue"] = round((broker.memory() - before) / count)
    client.socket.sendall(
        b"".join(wire.method(1, 50, 40, b"\0\0" + wire.short(f"{word}-{i}") + b"\0") for i in range(count))
    )
    for _ in range(count):
        client.expect(50, 41)
    before = broker.memory()
    with broker.measured() as figures:
        clients = [wire.Client(broker.address, channels=0) for _ in range(count)]
    found["connects_per_second"] = round(count / figures.seconds)
    found["octets_per_connection"] = round((broker.memory() - before) / count)
    for each in clients:
        each.close()
    before = broker.memory()
    many = wire.Client(broker.address, channels=2000)
    found["octets_per_channel"] = round((broker.memory() - before) / 2000)
    many.close()
    client.close()
    return found


def many_connections(broker: Broker, count: int) -> dict:
    """So many open at once, as far as descriptors go, with a message through the last while all others idle."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    count = min(count, most - 100)
    before = broker.memory()
    with broker.measured() as figures:
        clients = [wire.Client(broker.address, channels=0) for _ in range(count)]
    held = broker.memory() - before
    last = wire.Client(broker.address)
    queue = unique("many")
    last.declare_queue(queue)
    last.confirms()
    last.socket.sendall(wire.publish(1, "", queue, b"x"))
    last.expect(60, 80)
    last.close()
    for each in clients:
        each.close()
    return figures.rate(count, unit="connections", octets_per_connection=round(held / count))


def plan(n: int) -> dict[str, Callable[[Broker], dict]]:
    """Every measurement by name, with ``n`` messages where they are many."""
    return {
        "auto-ack-12": lambda b: auto_ack(b, 12, n),
        "auto-ack-1k": lambda b: auto_ack(b, 1024, n),
        "confirms-1": lambda b: confirms(b, 1, n // 40),
        "confirms-100": lambda b: confirms(b, 100, n),
        "confirms-500": lambda b: confirms(b, 500, n),
        "persistent-confirms-100": lambda b: confirms(b, 100, n, persistent=True),
        "ack-prefetch-1": lambda b: manual_ack(b, 1, n // 40),
        "ack-prefetch-100": lambda b: manual_ack(b, 100, n),
        "ack-prefetch-1000": lambda b: manual_ack(b, 1000, n),
        "topic-100": lambda b: topic(b, n),
        "fanout-10": lambda b: fanout(b, n // 10),
        "10x10x10": lambda b: auto_ack(b, 12, n // 10, pairs=10),
        "latency-5000": lambda b: latency(b, 5000, 3.0),
        "backlog": lambda b: backlog(b, n),
        "small-things": lambda b: small_things(b, 1000),
        "connections-10000": lambda b: many_connections(b, 10_000),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--against", help="HOST:PORT of a broker that runs already")
    parser.add_argument("--pid", type=int, help="its process, for CPU time and memory")
    parser.add_argument("--only", default="", help="names that contain this")
    parser.add_argument("--messages", type=int, default=400_000)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    results = {}
    with start_hub(args, "amqp", []) as broker:
        for name, measure in plan(args.messages).items():
            if args.only in name:
                results[name] = measure(broker)
                if not args.json:
                    print(f"{name:24}", results[name], flush=True)
    if args.json:
        print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
