"""Traffic from a file: what a generator costs the hub, and whether it keeps its rate.

    python bench/fixtures.py [--rate 10000] [--seconds 10] [--json]

The fixture is the documents' order: six drawn values, a key and two headers. ``hub`` has nobody who reads, ``with a consumer`` one client that reads all of it.
The aim: 10,000 orders a second through Kafka at under half a core.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path

import confluent_kafka
from measure import start_hub

ORDER = """
- identifier: "order-created"
  topic: "orders.created"
  key_pattern: "order-{{uuid}}"
  value_template:
    order_id: "{{uuid}}"
    customer_id: "customer-{{faker.int 1000 9999}}"
    total: "{{faker.float 10.0 1000.0 | round 2}}"
    items:
      - product_id: "{{faker.uuid}}"
        name: "{{faker.productName}}"
        quantity: "{{faker.int 1 5}}"
    status: "pending"
    created_at: "{{now}}"
  headers:
    event_version: "1.0"
    source_service: "order-service"
  auto_produce: {enabled: true, rate_per_second: RATE}
"""


def ends(consumer: confluent_kafka.Consumer) -> int:
    """Records in the topic."""
    partitions = consumer.list_topics("orders.created", timeout=10).topics["orders.created"].partitions
    places = [confluent_kafka.TopicPartition("orders.created", number) for number in partitions]
    return sum(consumer.get_watermark_offsets(place, timeout=10)[1] for place in places)


def measure(args: argparse.Namespace, *, reads: bool) -> dict:
    """One run."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "orders.yaml"
        file.write_text(ORDER.replace("RATE", str(args.rate)), encoding="utf-8")
        with start_hub(
            args, "kafka", ["--fixtures-dir", str(file), "--kafka-log-retention-bytes", "67108864"]
        ) as hub:
            settings = {
                "bootstrap.servers": "{}:{}".format(*hub.address),
                "group.id": "bench",
                "auto.offset.reset": "latest",
            }
            looker = confluent_kafka.Consumer(settings | {"group.id": "looker"})
            reader = confluent_kafka.Consumer(settings)
            if reads:
                reader.subscribe(["orders.created"])
            time.sleep(2)
            before = ends(looker)
            read = 0
            with hub.measured() as figures:
                stop = time.monotonic() + args.seconds
                while time.monotonic() < stop:
                    if reads:
                        read += len(reader.consume(1000, 0.1))
                    else:
                        time.sleep(0.1)
            made = ends(looker) - before
            reader.close()
            looker.close()
            return {
                "messages": made,
                "per_second": round(made / figures.seconds),
                "cores": round(figures.cpu / figures.seconds, 3),
                "us_per_message": round(figures.cpu / made * 1e6, 1),
                **({"read": read} if reads else {}),
            }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=10_000)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--against", default="", help=argparse.SUPPRESS)
    parser.add_argument("--pid", type=int, help=argparse.SUPPRESS)
    args = parser.parse_args()
    results = {"hub": measure(args, reads=False), "with a consumer": measure(args, reads=True)}
    if args.json:
        print(json.dumps(results))
    else:
        for name, figures in results.items():
            print(f"{name}: {', '.join(f'{key} {value}' for key, value in figures.items())}")


if __name__ == "__main__":
    main()
