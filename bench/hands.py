"""What it costs to look: the journal, and being scraped, at full load.

    python bench/hands.py [--pairs 7] [--seconds 2] [--only journal] [--json]

Two hubs run side by side; the load goes to one, then to the other, again and again, and what is compared is the CPU time that each spent on a message. The
figure is the median of the pairs, in percent, with the least and the greatest: on a shared machine they say how far it is to be trusted. Aim: under 2 %.
"""

import argparse
import asyncio
import contextlib
import json
import statistics
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import kafka as kafka_load
import kafka_wire
import mqtt as mqtt_load
from measure import Broker, start_hub

SCRAPES_PER_SECOND = 1
CLIENTS = 16
TOPICS = 200


def round_trips(broker: Broker, seconds: float) -> float:
    """CPU seconds for a Kafka record that is sent alone and acknowledged."""
    found = kafka_load.round_trips(broker, CLIENTS, seconds)
    return 1 / found["per_cpu_second"]


def deliveries(broker: Broker, seconds: float) -> float:
    """CPU seconds for an MQTT message in a write of its own, from its publisher to its subscriber."""
    scenario = next(each for each in mqtt_load.SCENARIOS if each.name.startswith("qos0 10->10 one write"))
    _, per_cpu = asyncio.run(mqtt_load.run(scenario, *broker.address, broker.pid, seconds))
    return 1 / per_cpu


LOADS: dict[str, Callable[[Broker, float], float]] = {"kafka": round_trips, "mqtt": deliveries}


@contextlib.contextmanager
def scraped(port: int) -> Iterator[list[float]]:
    """Somebody asks for the metrics, as often as is usual and then some; how long each answer took."""
    over = threading.Event()
    took: list[float] = []

    def ask() -> None:
        while not over.wait(1 / SCRAPES_PER_SECOND):
            began = time.monotonic()
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
                answer.read()
            took.append(time.monotonic() - began)

    thread = threading.Thread(target=ask)
    thread.start()
    yield took
    over.set()
    thread.join()


def compared(pairs: int, plain: Callable[[], float], looked_at: Callable[[], float]) -> dict:
    """By how many percent the second costs more than the first."""
    shares = []
    for number in range(pairs):
        first, second = (plain, looked_at) if number % 2 == 0 else (looked_at, plain)
        costs = {first: first(), second: second()}
        shares.append(100 * (costs[looked_at] / costs[plain] - 1))
    return {
        "percent": round(statistics.median(shares), 2),
        "least": round(min(shares), 2),
        "greatest": round(max(shares), 2),
    }


def cost_of_the_journal(args, protocol: str) -> dict:
    """Against a hub that keeps none."""
    load = LOADS[protocol]
    with start_hub(args, protocol, ["--no-journal"]) as without, start_hub(args, protocol, []) as with_it:
        return compared(args.pairs, lambda: load(without, args.seconds), lambda: load(with_it, args.seconds))


def cost_of_a_scrape(args, protocol: str) -> dict:
    """Against a hub that nobody scrapes; both with some topics."""
    load = LOADS[protocol]
    with start_hub(args, protocol, []) as quiet, start_hub(args, protocol, []) as asked:
        if protocol == "kafka":
            for broker in (quiet, asked):
                for number in range(TOPICS):
                    kafka_wire.make_topic(broker.address, f"topic-{number}", 3)
        answers: list[float] = []

        def looked_at() -> float:
            with scraped(asked.ports["admin"]) as took:
                cost = load(asked, args.seconds)
            answers.extend(took)
            return cost

        found = compared(args.pairs, lambda: load(quiet, args.seconds), looked_at)
        alone = scrape_alone(asked)
        return {**found, "answer_ms": round(1000 * statistics.median(answers), 1), "cpu_ms": alone}


def scrape_alone(broker: Broker, count: int = 200) -> float:
    """CPU milliseconds of one scrape, connection and all, of a hub that does nothing else."""
    with broker.measured() as figures:
        for _ in range(count):
            with urllib.request.urlopen(f"http://127.0.0.1:{broker.ports['admin']}/metrics") as answer:
                answer.read()
    return round(1000 * figures.cpu / count, 2)


ROWS: dict[str, Callable[[argparse.Namespace], dict]] = {
    "journal, Kafka records sent alone": lambda args: cost_of_the_journal(args, "kafka"),
    "journal, MQTT messages sent alone": lambda args: cost_of_the_journal(args, "mqtt"),
    "a scrape a second, Kafka records sent alone": lambda args: cost_of_a_scrape(args, "kafka"),
    "a scrape a second, MQTT messages sent alone": lambda args: cost_of_a_scrape(args, "mqtt"),
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each run")
    parser.add_argument("--only", default="", help="run only what has this in its name")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    args.against = ""
    results = {}
    for name, row in ROWS.items():
        if args.only in name:
            results[name] = row(args)
            if not args.json:
                found = results[name]
                more = ", answered in {answer_ms} ms; {cpu_ms} ms of CPU alone" if "cpu_ms" in found else ""
                print(
                    f"{name:46} {found['percent']:+6.2f} %  ({found['least']:+.2f} to {found['greatest']:+.2f}){more.format(**found)}"
                )
    if args.json:
        print(json.dumps(results, indent=1))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
    main()
