"""Reads ten clicks as a consumer group, and prints them."""

import json
import os

from kafka import KafkaConsumer

consumer = KafkaConsumer(
    "clicks",
    bootstrap_servers=os.environ.get("KAFKA", "localhost:9092"),
    group_id="printer",
    auto_offset_reset="earliest",
)
for _ in range(10):
    record = next(consumer)
    print(record.key.decode(), json.loads(record.value)["event"], flush=True)
consumer.close()
