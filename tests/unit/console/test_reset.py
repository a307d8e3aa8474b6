"""A reset over HTTP, while clients are connected and a feed is open."""

from collections.abc import Callable
from pathlib import Path

import confluent_kafka
import pytest

from hubbub.protocols.kafka.options import DeclaredTopic, KafkaOptions
from tests.conftest import HubThread
from tests.unit.console.api import PATIENCE, Api


@pytest.mark.parametrize("where", ["memory", "disk"])
def test_a_hub_that_was_reset_is_as_new_on_the_same_ports(
    run_hub: Callable[..., HubThread], where: str, tmp_path: Path
) -> None:
    hub = run_hub(
        data_dir=str(tmp_path / "data") if where == "disk" else "",
        kafka=KafkaOptions(port=0, topics=(DeclaredTopic("declared", 1),)),
    )
    api = Api(hub)
    producer = confluent_kafka.Producer({"bootstrap.servers": hub.address("kafka")})
    producer.produce("orders", b"before")
    assert producer.flush(PATIENCE) == 0
    api.post("publish", address="kafka:declared", text="before")
    api.post("queues", name="tasks")
    api.post("publish", address="mqtt:a", text="kept", properties={"retain": True})
    with api.feed("tap") as feed:
        events = iter(feed)
        next(events)
        assert api.ask("POST", "reset").status == 204
        assert list(events) == []
    assert [topic["name"] for topic in api.get("topics")["items"]] == ["declared"]
    assert api.get("topics/declared")["records"] == 0
    assert api.get("queues")["items"] == []
    assert api.get("retained")["items"] == []
    producer.produce("orders", b"after")
    assert producer.flush(PATIENCE) == 0
    assert [each["value"]["text"] for each in api.get("topics/orders/records")["items"]] == ["after"]
    with api.feed("tap") as feed:
        events = iter(feed)
        next(events)
        api.post("publish", address="mqtt:a", text="seen")
        assert next(events)[1]["address"] == "mqtt:a"
