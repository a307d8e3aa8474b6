"""What keeping things on disk costs, as Kafka's clients see it: a hub in memory beside hubs with a data directory, one for each policy.

    python bench/durable.py [--seconds 5] [--policies memory,interval] [--json]

Throughput with 64 KB batches, acknowledged one-record publishes of 64 clients, everything read from the start, resident memory; then the hub is
killed (SIGKILL) and started again on what it left: seconds until it is ready, with the processes' own start in it.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import kafka_wire as wire
from kafka import consume, produce, round_trips
from measure import SOURCE, Broker

POLICIES = "memory,never,interval,always"
CLIENTS = 64


class Hub:
    """A process with Kafka alone, which can be killed and started again."""

    def __init__(self, folder: Path, policy: str) -> None:
        self._folder = folder
        self._flags = (
            [] if policy == "memory" else ["--data-dir", str(folder / "data"), "--segments-fsync", policy]
        )

    def start(self) -> Broker:
        ready = self._folder / "ready.json"
        ready.unlink(missing_ok=True)
        command = [sys.executable, "-m", "hubbub", "serve", "--no-mqtt", "--no-amqp", "--kafka-port", "0"]
        self._process = subprocess.Popen(
            [*command, "--ready-file", str(ready), "--json", *self._flags],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(SOURCE)},
        )
        while not ready.exists():
            if self._process.poll() is not None:
                raise SystemExit("the hub did not start")
            time.sleep(0.002)
        broker = Broker("127.0.0.1", json.loads(ready.read_text())["ports"]["kafka"], self._process.pid)
        wire.wait_until_ready(broker.address)
        return broker

    def end(self, number: signal.Signals) -> None:
        self._process.send_signal(number)
        self._process.wait(30)


def measure(policy: str, seconds: float) -> dict:
    facts: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder:
        hub = Hub(Path(folder), policy)
        broker = hub.start()
        try:
            facts["produce 1 KB, 4 partitions"] = brief(produce(broker, 1024, 4, seconds))
            wire.delete_topics(broker.address)
            facts[f"round trips, {CLIENTS} clients"] = brief(round_trips(broker, CLIENTS, seconds))
            found = produce(broker, 1024, 1, 0.3 if policy == "memory" else seconds)
            facts["produce 1 KB"] = brief(found)
            facts["read all of it"] = brief(consume(broker, found["topic"]))
            facts["resident MB"] = broker.memory() >> 20
            if policy != "memory":
                hub.end(signal.SIGKILL)
                facts["MB on disk"] = (
                    sum(file.stat().st_size for file in Path(folder, "data").rglob("*.log")) >> 20
                )
                began = time.monotonic()
                hub.start()
                facts["ready after a kill, s"] = round(time.monotonic() - began, 3)
        finally:
            hub.end(signal.SIGTERM)
    return facts


def brief(found: dict) -> int:
    """Records per second."""
    return int(found["per_second"])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=5.0, help="of each throughput run")
    parser.add_argument("--policies", default=POLICIES)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    for policy in args.policies.split(","):
        facts = measure(policy, args.seconds)
        if args.json:
            print(json.dumps({"policy": policy, **facts}), flush=True)
            continue
        print(policy)
        for name, value in facts.items():
            print(f"  {name:28} {value:>12,}", flush=True)


if __name__ == "__main__":
    main()
