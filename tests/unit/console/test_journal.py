"""The journal over HTTP: what went through, looked at later, or as it goes."""

from collections.abc import Callable

from hubbub.observe.options import JournalOptions
from tests.conftest import HubThread
from tests.unit.console.api import Api


def publish(api: Api, address: str, *values: str, **more: object) -> None:
    for value in values:
        api.post("publish", address=address, text=value, **more)


def test_what_went_through_is_there_with_where_and_when(hub: HubThread) -> None:
    api = Api(hub)
    publish(api, "mqtt:sensors/t1", "21")
    publish(api, "kafka:orders", "a", key="order-1", partition=0)
    first, second = api.get("journal")["items"]
    assert (first["address"], first["count"], first["offset"]) == ("mqtt:sensors/t1", 1, -1)
    assert (second["address"], second["partition"], second["offset"]) == ("kafka:orders", 0, 0)
    assert (second["records"][0]["key"]["text"], second["records"][0]["value"]["text"]) == ("order-1", "a")
    assert first["number"] < second["number"]
    assert api.get("journal", records=0)["items"][0]["records"] == []


def test_it_is_asked_by_address_key_and_time_in_pages(hub: HubThread) -> None:
    api = Api(hub)
    for number in range(7):
        publish(api, f"mqtt:a/{number % 2}", str(number))
        publish(api, "kafka:orders", str(number), key=f"order-{number}")

    def values(**query: object) -> list[str]:
        return [entry["records"][0]["value"]["text"] for entry in api.all("journal", limit=2, **query)]

    assert values(address="mqtt:a/1") == ["1", "3", "5"]
    assert values(key="order-3") == ["3"]
    assert len(values()) == 14
    moment = api.get("journal", address="kafka:#")["items"][3]["at"]
    assert "3" in values(address="kafka:#", since=moment)
    assert values(since=moment + 3_600_000) == []
    assert values(until=0) == []


def test_it_can_be_watched(hub: HubThread) -> None:
    api = Api(hub)
    publish(api, "mqtt:a", "before")
    with api.feed("journal/live", address="mqtt:#") as feed:
        events = iter(feed)
        assert next(events) == ("open", {})
        publish(api, "kafka:t", "not asked for")
        publish(api, "mqtt:a", "one", "two")
        found = [next(events) for _ in range(2)]
    assert [data["records"][0]["value"]["text"] for _, data in found] == ["one", "two"]


def test_what_was_too_much_is_told(run_hub: Callable[..., HubThread]) -> None:
    api = Api(run_hub(journal=JournalOptions(per_second=2)))
    with api.feed("journal/live") as feed:
        events = iter(feed)
        next(events)
        publish(api, "mqtt:a", *map(str, range(6)))
        names = [next(events)[0] for _ in range(2)]
    assert names[0] == "seen"
    page = api.get("journal")
    assert len(page["items"]) + page["left_out"] == 6
