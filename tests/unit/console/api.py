"""The admin API of a hub, asked over real HTTP."""

import http.client
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, Self
from urllib.parse import quote, urlencode

from tests.conftest import HubThread

PATIENCE: Final = 20
V1: Final = "/api/v1"


class Answer:
    """Status, headers, and what the body says."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = response.read()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Api:
    """One hub's. Paths are below ``/api/v1``; those that begin with a slash are not."""

    def __init__(self, hub: HubThread, *, token: str = "", host: str = "127.0.0.1") -> None:
        self._place = host, hub.port("admin")
        self._token = token

    def ask(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        connection = http.client.HTTPConnection(*self._place, timeout=PATIENCE)
        try:
            return Answer(self._response(connection, method, path, body, headers))
        finally:
            connection.close()

    def get(self, path: str, /, **query: object) -> Any:
        """What is there; it must be."""
        answer = self.ask("GET", f"{path}?{urlencode(query)}" if query else path)
        assert answer.status == 200, answer.body
        return answer.json

    def post(self, path: str, /, **body: object) -> Any:
        answer = self.ask("POST", path, body)
        assert answer.status in (200, 201), answer.body
        return answer.json

    def put(self, path: str, /, **body: object) -> Any:
        answer = self.ask("PUT", path, body)
        assert answer.status == 200, answer.body
        return answer.json

    def delete(self, path: str, /, **query: object) -> Answer:
        answer = self.ask("DELETE", f"{path}?{urlencode(query)}" if query else path)
        assert answer.status in (200, 204), answer.body
        return answer

    def refused(self, method: str, path: str, body: object = None) -> tuple[int, str, str]:
        """Status, code and detail of a refusal."""
        answer = self.ask(method, path, body)
        assert answer.headers["content-type"] == "application/problem+json", answer.body
        return answer.status, answer.json["code"], answer.json["detail"]

    def all(self, path: str, /, **query: object) -> list[Any]:
        """All pages of a list."""
        found: list[Any] = []
        cursor = ""
        while True:
            page = self.get(path, **query, cursor=cursor)
            found += page["items"]
            if page["next"] is None:
                return found
            cursor = page["next"]

    def feed(self, path: str, /, **query: object) -> "Listening":
        """Listen to a feed."""
        connection = http.client.HTTPConnection(*self._place, timeout=PATIENCE)
        return Listening(
            connection, self._response(connection, "GET", f"{path}?{urlencode(query)}", None, None)
        )

    def _response(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        body: object,
        headers: Mapping[str, str] | None,
    ) -> http.client.HTTPResponse:
        said = dict(headers or {})
        if self._token:
            said.setdefault("Authorization", f"Bearer {self._token}")
        octets = body if isinstance(body, bytes) else None
        if body is not None and octets is None:
            octets = json.dumps(body).encode()
            said.setdefault("Content-Type", "application/json")
        connection.request(method, path if path.startswith("/") else f"{V1}/{path}", octets, said)
        return connection.getresponse()


class Listening:
    """A feed that is listened to: a context, and an iterator of (event, data)."""

    def __init__(self, connection: http.client.HTTPConnection, response: http.client.HTTPResponse) -> None:
        self._connection = connection
        self.response = response

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        name, data = "", ""
        for raw in self.response:
            line = raw.decode().rstrip("\n")
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                data += line.removeprefix("data: ")
            elif not line and name:
                yield name, json.loads(data)
                name, data = "", ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.response.close()
        self._connection.close()


def onlookers(hub: HubThread) -> int:
    """How many look at what is published."""
    count: int = hub.call(lambda: len(hub.hub.broker.taps._onlookers))
    return count


def quoted(name: str) -> str:
    """A name as one part of a path."""
    return quote(name, safe="")
