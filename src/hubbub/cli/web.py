"""What a wire cannot tell, asked over HTTP: of a hub's admin API, or of RabbitMQ's management plug-in. JSON, and no redirects.

Where nobody answers, the command ends with `Exit.USAGE`, since no other way is left, and says why.
"""

import http.client
import ssl
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Final, TypeVar
from urllib.parse import quote, unquote, urlencode, urlsplit

import click
import msgspec
from msgspec import Struct

from hubbub.cli.exits import Ends, Exit
from hubbub.cli.reaching import reason

Shape = TypeVar("Shape")

SECONDS: Final = 5.0
ADMIN_URL: Final = click.option(
    "--admin-url",
    metavar="URL",
    envvar="HUBBUB_ADMIN_URL",
    default="http://localhost:9080",
    show_default=True,
    help="The hub's admin API, for what the wire cannot tell; also $HUBBUB_ADMIN_URL.",
)
ADMIN_TOKEN: Final = click.option(
    "--admin-token",
    metavar="X",
    envvar="HUBBUB_ADMIN_TOKEN",
    default="",
    help="What it wants to be shown, if it listens for other machines; also $HUBBUB_ADMIN_TOKEN.",
)
MANAGEMENT_URL: Final = click.option(
    "--management-url",
    metavar="URL",
    envvar="HUBBUB_MANAGEMENT_URL",
    help="The management plug-in of a RabbitMQ, asked instead: http://guest:guest@localhost:15672; also $HUBBUB_MANAGEMENT_URL.",
)


class Site(Struct, frozen=True):
    """Where to ask."""

    url: str
    token: str
    without: str
    """Why it must be asked, for the words when it cannot be: "the wire of MQTT does not tell who is connected"."""
    seconds: float = SECONDS
    """How long nothing may be heard."""
    unanswered: Exit = Exit.USAGE
    """How the command ends where nobody answers: there may be another way, or this was the only one."""

    def get(self, path: str, **query: str) -> bytes:
        """What is there. Ends the command when it is not."""
        return self.ask("GET", path, query)

    def verdict(self, path: str) -> tuple[bool, bytes]:
        """An answer that is no error when it says 503: whether it does not, and the body. Ends the command at any other."""
        with self._answer("GET", path, {}, None, HTTPStatus.SERVICE_UNAVAILABLE) as answer:
            return answer.status != HTTPStatus.SERVICE_UNAVAILABLE, answer.read()

    def ask(self, method: str, path: str, query: Mapping[str, str], body: bytes | None = None) -> bytes:
        """The body of a good answer."""
        with self._answer(method, path, query, body) as answer:
            return answer.read()

    def events(self, path: str, **query: str) -> Iterator[tuple[str, bytes]]:
        """Server-sent events, name and data, until the hub ends them. A hub that goes without a word ends the command."""
        with self._answer("GET", path, query, None) as answer:
            name, data = "", b""
            for raw in answer:
                field, _, value = raw.rstrip(b"\r\n").partition(b": ")
                if field == b"event":
                    name = value.decode()
                elif field == b"data":
                    data += value
                elif not field and name:
                    yield name, data
                    name, data = "", b""

    @contextmanager
    def _answer(
        self, method: str, path: str, query: Mapping[str, str], body: bytes | None, also: int = HTTPStatus.OK
    ) -> Iterator[http.client.HTTPResponse]:
        """A good answer, or one with the status ``also``; reading it is within."""
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Ends(Exit.USAGE, [f"{self.url!r} is no address of HTTP, as http://localhost:9080 is one"])
        headers = {"Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if parts.username is not None:
            login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            headers["Authorization"] = f"Basic {b64encode(login.encode()).decode()}"
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        target = parts.path.rstrip("/") + path + (f"?{urlencode(query)}" if query else "")
        if parts.scheme == "https":
            context = ssl.create_default_context()
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                parts.hostname, parts.port, timeout=self.seconds, context=context
            )
        else:
            connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=self.seconds)
        shown = f"{parts.scheme}://{parts.hostname}:{connection.port}"
        try:
            connection.request(method, target, body, headers)
            answer = connection.getresponse()
            if answer.status >= 300 and answer.status != also:
                words = detail(answer.read())
                raise Ends(Exit.FAILED, [f"{shown} says {answer.status} {answer.reason}{words}"])
            yield answer
        except TimeoutError:
            raise self._silent(shown, f"nothing was heard for {self.seconds:g} s") from None
        except BrokenPipeError:
            raise  # it is stdout that is gone
        except OSError as error:
            raise self._silent(shown, reason(error)) from None
        except http.client.HTTPException as error:
            raise self._silent(shown, f"it does not speak HTTP ({type(error).__name__})") from None
        finally:
            connection.close()

    def _silent(self, shown: str, why: str) -> Ends:
        if self.unanswered is Exit.UNREACHABLE:
            remedy = "start one with `hubbub serve`, or say where it is with --admin-url"
            return Ends(self.unanswered, [f"no hub's admin API at {shown}: {why}; {remedy}"])
        return Ends(self.unanswered, [f"{self.without}, and {shown} cannot be asked: {why}"])


def detail(body: bytes) -> str:
    """The words of a problem, if there are any: ``detail`` of RFC 9457, ``reason`` of RabbitMQ."""
    try:
        said = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
        words = [msgspec.json.decode(said[key], type=str) for key in ("detail", "reason") if key in said]
    except msgspec.MsgspecError:
        return ""
    return f": {words[0]}" if words else ""


class Page(Struct, frozen=True):
    """A page of a list of the admin API."""

    items: list[dict[str, object]]
    next: str | None = None


def listed(site: Site, path: str, **query: str) -> list[dict[str, object]]:
    """All pages of a list of the admin API."""
    found: list[dict[str, object]] = []
    cursor: str | None = ""
    while cursor is not None:
        more = {"cursor": cursor} if cursor else {}
        page = decoded(site, site.get(path, limit="1000", **query, **more), Page)
        found += page.items
        cursor = page.next
    return found


def listed_by_rabbitmq(site: Site, path: str) -> list[dict[str, object]]:
    """A whole list of RabbitMQ's."""
    return decoded(site, site.get(path), list[dict[str, object]])


def decoded(site: Site, body: bytes, kind: type[Shape]) -> Shape:
    """An answer of the right shape. Ends the command at any other."""
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.MsgspecError as error:
        raise Ends(
            Exit.FAILED, [f"{urlsplit(site.url).hostname} answers, but with something else: {error}"]
        ) from None


def segment(name: str) -> str:
    """A name as one piece of a path."""
    return quote(name, safe="")
