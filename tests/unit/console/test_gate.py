"""Who may ask: nobody's web page, and from other machines only who shows the token."""

import socket
from collections.abc import Callable

import pytest

from hubbub.console.options import AdminOptions
from tests.conftest import HubThread
from tests.unit.console.api import Api

TOKEN = "open-sesame"
OPEN = AdminOptions(host="0.0.0.0", port=0)


def test_this_machine_may_ask_without_a_token(hub: HubThread) -> None:
    assert Api(hub).get("status")["listening"]
    assert Api(hub, host="::1").get("status")["listening"]


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:9080", "127.0.0.1:1", "[::1]:9080", "192.168.1.7"])
def test_it_is_known_by_its_own_name_and_by_addresses(hub: HubThread, host: str) -> None:
    assert Api(hub).ask("GET", "status", headers={"Host": host}).status == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", ""])
@pytest.mark.parametrize("path", ["status", "/openapi.json", "/nothing"])
def test_a_name_that_was_bent_to_this_address_opens_nothing(hub: HubThread, host: str, path: str) -> None:
    answer = Api(hub).ask("GET", path, headers={"Host": host})
    assert (answer.status, answer.json["code"]) == (421, "host")


def test_names_can_be_allowed(run_hub: Callable[..., HubThread]) -> None:
    api = Api(run_hub(admin=AdminOptions(port=0, allowed_hosts=("Hub.test",))))
    assert api.ask("GET", "status", headers={"Host": "hub.TEST:80"}).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Origin": "http://localhost.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_pages_of_other_origins_change_nothing(hub: HubThread, headers: dict[str, str]) -> None:
    api = Api(hub)
    answer = api.ask("POST", "topics", {"name": "planted"}, headers)
    assert (answer.status, answer.json["code"]) == (403, "origin")
    assert api.get("topics")["items"] == []


def test_a_page_of_its_own_may(hub: HubThread) -> None:
    port = hub.port("admin")
    headers = {
        "Host": f"localhost:{port}",
        "Origin": f"http://localhost:{port}",
        "Sec-Fetch-Site": "same-origin",
    }
    assert Api(hub).ask("POST", "topics", {"name": "mine"}, headers).status == 201


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_what_a_form_could_send_is_no_request(hub: HubThread, kind: str) -> None:
    answer = Api(hub).ask("POST", "topics", b'{"name": "planted"}', {"Content-Type": kind})
    assert (answer.status, answer.json["code"]) == (415, "media_type")


def test_nothing_is_said_to_other_origins(hub: HubThread) -> None:
    answer = Api(hub).ask("GET", "status", headers={"Origin": "http://evil.example"})
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_on_other_addresses_a_token_is_asked_for_and_made(run_hub: Callable[..., HubThread]) -> None:
    hub = run_hub(admin=OPEN)
    answer = Api(hub).ask("GET", "status")
    assert (answer.status, answer.json["code"]) == (401, "token")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "admin.token" in answer.json["detail"]
    assert Api(hub, token="wrong").ask("GET", "status").status == 401
    assert len(hub.hub.admin_token) >= 32
    assert Api(hub, token=hub.hub.admin_token).get("status")


def test_every_hub_makes_another_token(run_hub: Callable[..., HubThread]) -> None:
    assert run_hub(admin=OPEN).hub.admin_token != run_hub(admin=OPEN).hub.admin_token


def test_a_token_that_was_chosen_is_asked_for_everywhere(run_hub: Callable[..., HubThread]) -> None:
    hub = run_hub(admin=AdminOptions(port=0, token=TOKEN))
    assert hub.hub.admin_token == ""
    assert Api(hub).ask("GET", "status").status == 401
    assert Api(hub, token=TOKEN).get("status")


def test_with_a_token_any_name_will_do(run_hub: Callable[..., HubThread]) -> None:
    api = Api(run_hub(admin=AdminOptions(port=0, token=TOKEN)), token=TOKEN)
    assert api.ask("GET", "status", headers={"Host": "hub.example"}).status == 200


def test_a_switched_off_admin_api_is_not_there(run_hub: Callable[..., HubThread]) -> None:
    hub = run_hub(admin=AdminOptions(enabled=False))
    assert "admin" not in {each.protocol for each in hub.listening}


def test_who_goes_in_the_middle_of_a_request_is_no_defect(hub: HubThread) -> None:
    with socket.create_connection(("127.0.0.1", hub.port("admin"))) as client:
        client.sendall(
            b"POST /api/v1/topics HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
        )
    assert Api(hub).get("topics")["items"] == []


def test_bodies_have_a_bound(hub: HubThread) -> None:
    with socket.create_connection(("127.0.0.1", hub.port("admin"))) as client:
        client.sendall(
            b"POST /api/v1/topics HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        chunk = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
        for _ in range(33):
            client.sendall(chunk)
        assert client.recv(100).startswith(b"HTTP/1.1 413")
