"""The document says what the API does: made from the same table, and tried by a machine that looks for trouble."""

from collections.abc import Iterator

import hypothesis
import msgspec
import pytest
import schemathesis

from hubbub.console.openapi import document
from hubbub.console.table import ROUTES
from hubbub.settings import Settings
from tests.conftest import HubThread, on_free_ports
from tests.unit.console.api import Api

EXAMPLES = 15
# What fits the document may still mean nothing here: a cursor that nobody gave, a name that its protocol does not allow.
ACCEPTED = ["2xx", "404", "409", "422"]
CONFIG = schemathesis.Config.from_dict(
    {"checks": {"positive_data_acceptance": {"expected-statuses": ACCEPTED}}}
)
SCHEMA = schemathesis.openapi.from_dict(document(ROUTES, has_token=False), config=CONFIG)
# What does not end, and what reads the files of the machine that it runs on.
LEFT_OUT = r"/(tap|journal/live|fixtures)$"


@pytest.fixture(scope="module")
def place() -> Iterator[str]:
    """A hub with a little of everything in it."""
    hub = HubThread(on_free_ports(Settings()))
    api = Api(hub)
    api.post("topics", name="t", partitions=2)
    api.post("publish", address="kafka:t", json={"a": 1}, key="k")
    api.put("groups/g/offsets", topic="t", to="earliest")
    api.post("queues", name="q")
    api.post("publish", address="amqp:q", text="x")
    api.post("publish", address="mqtt:a", text="x", properties={"retain": True})
    yield f"http://{hub.address('admin')}"
    hub.stop()
    assert hub.defects == []


def whole(value: object) -> object:
    """1.0 is an integer to JSON Schema; here integers are written as such."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: whole(item) for name, item in value.items()}
    return [whole(item) for item in value] if isinstance(value, list) else value


@SCHEMA.exclude(path_regex=LEFT_OUT).parametrize()
@hypothesis.settings(max_examples=EXAMPLES, derandomize=True, deadline=None, database=None)
def test_who_looks_for_trouble_finds_none(case: schemathesis.Case, place: str) -> None:
    case.body = whole(case.body)
    case.call_and_validate(base_url=place)


def test_the_document_is_served(hub: HubThread) -> None:
    served = Api(hub).ask("GET", "/openapi.json").json
    assert served == msgspec.json.decode(msgspec.json.encode(document(ROUTES, has_token=False)))


def test_every_route_says_what_it_does_and_has_a_name_of_its_own() -> None:
    assert len({route.name for route in ROUTES}) == len(ROUTES)
    assert [route.name for route in ROUTES if not route.summary.endswith(".")] == []
