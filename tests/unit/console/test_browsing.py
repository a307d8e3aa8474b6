"""Topics, records and groups, as the admin API shows them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import confluent_kafka
import pytest

from tests.conftest import HubThread
from tests.unit.console.api import PATIENCE, Api, quoted


@pytest.fixture(params=["memory", "disk"])
def kept(request: pytest.FixtureRequest, run_hub: Callable[..., HubThread], tmp_path: Path) -> HubThread:
    """Hubs of both kinds."""
    return run_hub(data_dir=str(tmp_path / "data") if request.param == "disk" else "")


def publish(api: Api, address: str, *values: str, **more: object) -> list[Any]:
    return [api.post("publish", address=address, text=value, **more) for value in values]


def test_topics_are_made_listed_and_deleted(kept: HubThread) -> None:
    api = Api(kept)
    made = api.ask(
        "POST", "topics", {"name": "orders", "partitions": 2, "settings": {"retention.ms": "1000"}}
    )
    assert made.status == 201
    assert made.json["partitions"] == 2
    assert made.json["settings"] == {"retention.ms": "1000"}
    assert (
        api.ask(
            "POST", "topics", {"name": "orders", "partitions": 2, "settings": {"retention.ms": "1000"}}
        ).status
        == 200
    )
    assert api.refused("POST", "topics", {"name": "orders", "partitions": 3})[:2] == (409, "already_exists")
    assert [topic["name"] for topic in api.get("topics")["items"]] == ["orders"]
    assert api.get("topics/orders")["address"] == "kafka:orders"
    assert api.delete("topics/orders").status == 204
    assert api.refused("GET", "topics/orders") == (404, "not_found", "there is no topic 'orders'")
    assert api.refused("DELETE", "topics/orders")[0] == 404


def test_topics_cannot_be_what_they_cannot_be(hub: HubThread) -> None:
    api = Api(hub)
    assert api.refused("POST", "topics", {"name": "not a name"})[:2] == (422, "invalid")
    assert api.refused("POST", "topics", {"name": "a", "settings": {"retention.ms": "soon"}})[:2] == (
        422,
        "invalid",
    )
    assert api.refused("POST", "topics", {"name": "a", "partitions": -1})[:2] == (400, "bad_request")
    assert api.refused("POST", "topics", {"nam": "a"})[:2] == (400, "bad_request")
    assert api.refused("POST", "topics", b'{"name": ')[:2] == (415, "media_type")


def test_long_lists_come_in_pages_that_miss_and_repeat_nothing(hub: HubThread) -> None:
    api = Api(hub)
    names = [f"t{number}" for number in range(25)]
    for name in names:
        api.post("topics", name=name)
    first = api.get("topics", limit=10)
    assert len(first["items"]) == 10
    api.post("topics", name="a-new-one-before")
    api.delete("topics/t0")
    rest = api.all("topics", limit=10)
    assert [topic["name"] for topic in rest] == ["a-new-one-before", *sorted(names[1:])]
    second = api.get("topics", limit=10, cursor=first["next"])
    assert [topic["name"] for topic in second["items"]] == sorted(names)[10:20]
    assert api.refused("GET", "topics?cursor=made-up")[:2] == (422, "invalid")


def test_records_are_shown_as_what_they_are(kept: HubThread) -> None:
    api = Api(kept)
    api.post("publish", address="kafka:orders", json={"id": 1.10}, key="k", headers={"h": "v"}, partition=0)
    publish(api, "kafka:orders", "plain", partition=0)
    image = {"content_type": "image/png"}
    api.post("publish", address="kafka:orders", base64="//79", properties=image, partition=0)
    api.post("publish", address="kafka:orders", key="k", partition=0)
    one, two, three, four = api.get("topics/orders/records")["items"]
    assert one["key"]["text"] == "k"
    assert one["value"]["json"] == {"id": 1.1}
    assert one["headers"] == [{"name": "h", "value": {"octets": 1, "text": "v"}}]
    assert two["value"] == {"octets": 5, "text": "plain"}
    assert three["value"] == {"octets": 3, "base64": "//79"}
    assert three["properties"]["content_type"] == "image/png"
    assert four["value"] is None


def test_json_stays_as_it_was_written(hub: HubThread) -> None:
    api = Api(hub)
    text = b'{"address": "kafka:t", "json": {"price": 1.10, "id": 12345678901234567890123}}'
    assert api.ask("POST", "publish", text, {"Content-Type": "application/json"}).status == 200
    (record,) = api.get("topics/t/records", form="text")["items"]
    assert record["value"]["text"] == '{"price": 1.10, "id": 12345678901234567890123}'


@pytest.mark.parametrize(("form", "shown"), [("hex", "c3a9"), ("base64", "w6k="), ("text", "é")])
def test_octets_are_shown_as_one_likes(hub: HubThread, form: str, shown: str) -> None:
    api = Api(hub)
    publish(api, "kafka:t", "é")
    assert api.get("topics/t/records", form=form)["items"][0]["value"] == {"octets": 2, form: shown}


def test_large_values_are_cut_and_say_so(hub: HubThread) -> None:
    api = Api(hub)
    publish(api, "kafka:t", "é" * 50)
    (record,) = api.get("topics/t/records", octets=5)["items"]
    assert record["value"] == {"octets": 100, "text": "éé", "is_cut": True}


def test_records_are_found_by_offset_time_key_and_content(kept: HubThread) -> None:
    api = Api(kept)
    api.post("topics", name="t", partitions=1)
    for number in range(10):
        api.post(
            "publish",
            address="kafka:t",
            text=f"n{number}",
            key="even" if number % 2 == 0 else "odd",
            timestamp=1000 + number,
        )

    def values(**query: object) -> list[str]:
        return [each["value"]["text"] for each in api.all("topics/t/records", limit=3, **query)]

    assert values() == [f"n{number}" for number in range(10)]
    assert values(offset=8) == ["n8", "n9"]
    assert values(offset=-1) == ["n9"]
    assert values(offset=-100)[0] == "n0"
    assert values(offset=100) == []
    assert values(since=1007) == ["n7", "n8", "n9"]
    assert values(since=2000) == []
    assert values(key="odd") == ["n1", "n3", "n5", "n7", "n9"]
    assert values(contains="8") == ["n8"]
    assert values(partition=0, key="even", since=1003) == ["n4", "n6", "n8"]
    assert api.refused("GET", "topics/t/records?partition=1")[:2] == (404, "not_found")


def test_all_partitions_are_browsed_one_after_the_other(hub: HubThread) -> None:
    api = Api(hub)
    api.post("topics", name="t", partitions=3)
    for number in range(9):
        api.post("publish", address="kafka:t", text=str(number), partition=number % 3)
    found = [(each["partition"], each["offset"]) for each in api.all("topics/t/records", limit=2)]
    assert found == [(partition, offset) for partition in range(3) for offset in range(3)]
    last = [(each["partition"], each["offset"]) for each in api.all("topics/t/records", limit=2, offset=-1)]
    assert last == [(0, 2), (1, 2), (2, 2)]


def test_a_client_of_any_kind_wrote_what_is_shown(hub: HubThread) -> None:
    producer = confluent_kafka.Producer(
        {"bootstrap.servers": hub.address("kafka"), "compression.type": "zstd"}
    )
    for number in range(100):
        producer.produce("orders", json.dumps({"n": number}), str(number))
    assert producer.flush(PATIENCE) == 0
    api = Api(hub)
    assert sorted(each["value"]["json"]["n"] for each in api.all("topics/orders/records")) == list(range(100))
    assert api.get("topics/orders")["records"] == 100
    ends = api.get("topics/orders/partitions")["items"]
    assert sum(partition["end"] - partition["start"] for partition in ends) == 100


def test_groups_show_their_lag_and_go_on_where_they_are_told(hub: HubThread) -> None:
    api = Api(hub)
    api.post("topics", name="t", partitions=1)
    publish(api, "kafka:t", *(str(number) for number in range(10)))
    consumer = confluent_kafka.Consumer(
        {
            "bootstrap.servers": hub.address("kafka"),
            "group.id": "g",
            "auto.offset.reset": "earliest",
            "client.id": "me",
        }
    )
    consumer.subscribe(["t"])
    for _ in range(4):
        message = consumer.poll(PATIENCE)
    consumer.commit(message, asynchronous=False)
    (member,) = api.get("groups/g/members")["items"]
    assert (member["client_id"], member["is_leader"]) == ("me", True)
    group = api.get("groups/g")
    assert (group["state"], group["members"], group["lag"]) == ("stable", 1, 6)
    assert api.refused("PUT", "groups/g/offsets", {"topic": "t", "to": "earliest"})[:2] == (409, "in_use")
    assert api.refused("DELETE", "groups/g")[0] == 409
    consumer.close()
    (offset,) = api.get("groups/g/offsets")["items"]
    assert (offset["topic"], offset["partition"], offset["offset"], offset["end"], offset["lag"]) == (
        "t",
        0,
        4,
        10,
        6,
    )
    for to, value, expected in [
        ("latest", 0, 10),
        ("earliest", 0, 0),
        ("offset", 7, 7),
        ("shift", -2, 5),
        ("shift", -100, 0),
        ("time", 0, 0),
    ]:
        moved = api.put("groups/g/offsets", topic="t", to=to, value=value)
        assert [each["offset"] for each in moved["items"]] == [expected], (to, value)
    assert api.get("groups")["items"][0]["lag"] == 10
    assert api.delete("groups/g/offsets", topic="t").status == 204
    assert api.get("groups/g/offsets")["items"] == []
    assert api.refused("DELETE", "groups/g/offsets?topic=t")[0] == 404
    assert api.delete("groups/g").status == 204
    assert api.get("groups")["items"] == []


def test_offsets_can_be_set_before_anybody_consumes(hub: HubThread) -> None:
    api = Api(hub)
    publish(api, "kafka:t", "a", "b")
    api.put("groups/new/offsets", topic="t", to="latest")
    assert api.get("groups/new")["lag"] == 0
    assert api.refused("PUT", "groups/new/offsets", {"topic": "none", "to": "latest"})[0] == 404
    assert api.refused("PUT", "groups/new/offsets", {"topic": "t", "to": "tomorrow"})[0] == 400
    assert (
        api.refused("PUT", "groups/new/offsets", {"group": "other", "topic": "t", "to": "latest"})[0] == 400
    )


def test_names_may_have_slashes_and_letters_of_all_kinds(hub: HubThread) -> None:
    api = Api(hub)
    publish(api, "kafka:t", "a")
    name = "größe/ü % ?&#"
    api.put(f"groups/{quoted(name)}/offsets", topic="t", to="latest")
    assert api.get(f"groups/{quoted(name)}")["name"] == name
    assert api.refused("GET", "groups/%FF")[0] == 400
