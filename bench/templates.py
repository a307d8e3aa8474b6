"""Templates: microseconds per message, for each fixture of the seeds and of the microservices example.

    python bench/templates.py [--messages 20000] [--runs 7] [--json]

Each figure is processor time of one core, the best of the runs. `json` is what a generator pays for a message (`Template.render_json`),
`values` the same as dicts and lists, `text` a key, `read` the milliseconds that compiling takes. Budget: an order in 15 µs.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from hubbub.templates import Scope, Source, compile_template, compile_text

NOW = 1_795_788_840_042
VALUES = {
    "id": 1,
    "env": {"API_KEY": "secret"},
    "pathParams": ["zone-1"],
    "context": {
        "order_id": "o-1",
        "total": 99.5,
        "payment_method": "paypal",
        "product_id": "p-1",
        "new_status": "shipped",
    },
}

FIXTURES: dict[str, dict] = {
    "the seed's order": {
        "order_id": "{{uuid}}",
        "customer_id": "customer-{{faker.int 1000 9999}}",
        "total": "{{faker.float 10.0 1000.0 | round 2}}",
        "items": [
            {"product_id": "{{faker.uuid}}", "name": "{{faker.productName}}", "quantity": "{{faker.int 1 5}}"}
        ],
        "status": "pending",
        "created_at": "{{now}}",
    },
    "the seed's template": {
        "id": "{{uuid}}",
        "customer_name": "{{faker.name}}",
        "email": "{{faker.email}}",
        "amount": "{{faker.float 10.0 1000.0 | round 2}}",
        "created_at": "{{now}}",
        "expires_at": "{{now | add_duration '7 days'}}",
        "status": "{{faker.randomChoice ['pending', 'processing', 'completed']}}",
        "api_key": "{{env.API_KEY}}",
        "sequence": "{{id}}",
    },
    "the example's order": {
        "event_type": "order.created",
        "order_id": "{{uuid}}",
        "customer_id": "customer-{{faker.int 1000 9999}}",
        "customer_email": "{{faker.email}}",
        "items": [
            {
                "product_id": "{{faker.uuid}}",
                "name": "{{faker.productName}}",
                "quantity": "{{faker.int 1 5}}",
                "price": "{{faker.float 10.0 500.0 | round 2}}",
            }
        ],
        "subtotal": "{{faker.float 50.0 2000.0 | round 2}}",
        "tax": "{{faker.float 5.0 200.0 | round 2}}",
        "shipping": "{{faker.float 5.0 25.0 | round 2}}",
        "total": "{{faker.float 60.0 2225.0 | round 2}}",
        "currency": "USD",
        "status": "pending",
        "shipping_address": {
            "street": "{{faker.streetAddress}}",
            "city": "{{faker.city}}",
            "state": "{{faker.state}}",
            "zip": "{{faker.zipCode}}",
            "country": "US",
        },
        "payment_method": "{{faker.randomChoice ['credit_card', 'debit_card', 'paypal']}}",
        "created_at": "{{now}}",
        "updated_at": "{{now}}",
    },
    "its status update": {
        "event_type": "order.status_updated",
        "order_id": "{{context.order_id}}",
        "previous_status": "{{context.previous_status}}",
        "new_status": "{{context.new_status}}",
        "reason": "{{context.reason}}",
        "updated_at": "{{now}}",
        "updated_by": "system",
    },
    "its payment": {
        "event_type": "payment.processed",
        "payment_id": "{{uuid}}",
        "order_id": "{{context.order_id}}",
        "amount": "{{context.total}}",
        "currency": "USD",
        "payment_method": "{{context.payment_method}}",
        "status": "{{faker.randomChoice ['success', 'failed'] | withProbability [0.95, 0.05]}}",
        "transaction_id": "txn-{{uuid}}",
        "processor": "{{faker.randomChoice ['stripe', 'paypal', 'square']}}",
        "processed_at": "{{now}}",
    },
    "its inventory": {
        "event_type": "inventory.updated",
        "product_id": "{{context.product_id}}",
        "product_name": "{{context.product_name}}",
        "quantity_change": -1,
        "previous_quantity": "{{faker.int 0 1000}}",
        "new_quantity": "{{faker.int 0 999}}",
        "warehouse_id": "{{faker.randomChoice ['WH-US-001', 'WH-US-002', 'WH-EU-001']}}",
        "location": "{{faker.randomChoice ['Aisle A1', 'Aisle B3', 'Aisle C2']}}",
        "updated_at": "{{now}}",
        "low_stock_threshold": 50,
        "is_low_stock": "{{context.new_quantity < 50}}",
    },
    "its sensor": {
        "sensor_id": "temp-{{pathParam 1}}",
        "temperature": "{{faker.float 18.0 30.0 | round 1}}",
        "unit": "celsius",
        "zone": "{{pathParam 1}}",
        "battery_level": "{{faker.int 60 100}}",
        "signal_strength": "{{faker.int -80 -30}}",
        "timestamp": "{{now}}",
        "status": "active",
    },
    "its alert": {
        "alert_id": "{{uuid}}",
        "type": "{{faker.randomChoice ['temperature_high', 'temperature_low', 'humidity_high', 'humidity_low']}}",
        "severity": "CRITICAL",
        "zone": "{{faker.randomChoice ['zone-1', 'zone-2', 'zone-3']}}",
        "sensor_id": "{{faker.randomChoice ['temp-zone-1', 'temp-zone-2', 'humid-zone-1']}}",
        "value": "{{faker.float 35.0 45.0}}",
        "threshold": 30.0,
        "message": "Temperature exceeded safe threshold",
        "timestamp": "{{now}}",
        "acknowledged": False,
    },
    "its dashboard": {
        "metrics": {
            "total_sensors": 5,
            "active_sensors": "{{faker.int 4 5}}",
            "avg_temperature": "{{faker.float 20.0 25.0 | round 1}}",
            "avg_humidity": "{{faker.float 45.0 55.0 | round 1}}",
            "alerts_count": "{{faker.int 0 5}}",
        },
        "last_updated": "{{now}}",
    },
}
KEY = "order-{{uuid}}"


def cost(work: Callable[[Scope], object], messages: int, runs: int) -> float:
    """Microseconds of one core for one message; the clock moves on by a millisecond with each."""
    best = float("inf")
    for _ in range(runs):
        scope = Scope(Random(1), NOW, VALUES)
        began = time.process_time()
        for _ in range(messages):
            scope.now += 1
            work(scope)
        best = min(best, time.process_time() - began)
    return round(best / messages * 1e6, 2)


def measured(fixture: dict, messages: int, runs: int) -> dict[str, float]:
    """All figures of one fixture."""
    template = compile_template(fixture, VALUES, Source("bench"))
    began = time.process_time()
    compile_template(fixture, VALUES, Source("bench"))
    read = time.process_time() - began
    return {
        "json": cost(template.render_json, messages, runs),
        "values": cost(template.render, messages, runs),
        "octets": len(template.render_json(Scope(Random(1), NOW, VALUES))),
        "read_ms": round(read * 1e3, 2),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    figures = {name: measured(fixture, args.messages, args.runs) for name, fixture in FIXTURES.items()}
    key = cost(compile_text(KEY, VALUES, Source("bench")).render, args.messages, args.runs)
    if args.json:
        print(json.dumps({"messages": args.messages, "key_us": key, "figures": figures}))
        return
    print(f"{'fixture':<22}{'json µs':>10}{'values µs':>12}{'octets':>10}{'read ms':>10}")
    for name, each in figures.items():
        print(f"{name:<22}{each['json']:>10}{each['values']:>12}{each['octets']:>10}{each['read_ms']:>10}")
    print(f"{'a key':<22}{key:>10}")


if __name__ == "__main__":
    main()
