"""The gate: who may ask at all. An ASGI app in front of the app.

A page of some other site can make its reader's browser send requests here. Two things stand against it. Without a token, the request must name this machine by an
address or a name that is known to be its own: a page whose name was bent to this address (DNS rebinding) names itself. And what changes anything must
not come from another origin (cross-site request forgery). With a token, names prove nothing and need not: no page knows it.
"""

from collections.abc import Sequence
from hmac import compare_digest
from http import HTTPStatus
from ipaddress import ip_address
from typing import Final, cast
from urllib.parse import urlsplit

from msgspec import Struct

from hubbub.console.problems import MEDIA_TYPE, Unanswerable, encoded
from hubbub.net.asgi import App, Message, Receive, Send

OPEN_TO_ALL: Final = frozenset(
    {"/metrics", "/__mockforge/metrics", "/health", "/health/live", "/health/ready"}
)
"""Needs no token: for those that only look whether all is well."""
HARMLESS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
ALWAYS: Final = [(b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store")]
HOW_TO_GET_ONE: Final = "show the hub's token as `Authorization: Bearer TOKEN`; it is `admin.token` of the hub's settings, or what `hubbub serve` showed when it started"


class Terms(Struct, frozen=True):
    """On which terms one may ask. ``token`` empty: nobody needs one."""

    token: str
    names: Sequence[str]
    """Under which callers may know this machine, in lower case."""


class Gate:
    """Lets through to ``app``, or answers itself."""

    __slots__ = ("_app", "_terms")

    def __init__(self, app: App, terms: Terms) -> None:
        self._app = app
        self._terms = terms

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """ASGI. The path goes on as it came, percent-encoded: names may have slashes in them."""
        path = cast("bytes", scope["raw_path"]).decode("ascii")
        headers = cast("list[tuple[bytes, bytes]]", scope["headers"])
        said = {name.decode("latin-1"): value.decode("latin-1") for name, value in headers}
        scope["path"] = path

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*cast("list[tuple[bytes, bytes]]", message["headers"]), *ALWAYS]
            await send(message)

        try:
            self._check_token(path, said.get("authorization", ""))
            self._check_host(said.get("host", ""))
            if scope["method"] not in HARMLESS:
                self._check_origin(said)
        except Unanswerable as why:
            await refuse(why, marked)
            return
        await self._app(scope, receive, marked)

    # inside

    def _check_token(self, path: str, authorization: str) -> None:
        token = self._terms.token
        if not token or path in OPEN_TO_ALL:
            return
        kind, _, shown = authorization.partition(" ")
        if kind.lower() != "bearer" or not compare_digest(shown.strip().encode(), token.encode()):
            raise Unanswerable(
                HTTPStatus.UNAUTHORIZED, "token", HOW_TO_GET_ONE, {"www-authenticate": "Bearer"}
            )

    def _check_host(self, host: str) -> None:
        name = host_name(host)
        if not self._terms.token and name not in self._terms.names and not is_address(name):
            raise Unanswerable(
                HTTPStatus.MISDIRECTED_REQUEST,
                "host",
                f"{name or 'nothing'} is no name of this machine that is known here; add it to admin.allowed_hosts, or ask by address",
            )

    def _check_origin(self, said: dict[str, str]) -> None:
        is_ours = "origin" not in said or place_of(said["origin"]) == said.get("host", "").lower()
        if not is_ours or said.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            raise Unanswerable(
                HTTPStatus.FORBIDDEN, "origin", "pages of other origins may not change anything here"
            )


def place_of(origin: str) -> str:
    """Host and port of an origin; empty where it has none, or is none."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def host_name(host: str) -> str:
    """What stands before the port, in lower case."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].lower().rstrip(".")


def is_address(name: str) -> bool:
    """An address is nobody's to bend."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


async def refuse(why: Unanswerable, send: Send) -> None:
    """Say so."""
    body = encoded(why.problem)
    headers = [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
        *((name.encode(), value.encode()) for name, value in why.headers.items()),
    ]
    await send({"type": "http.response.start", "status": why.problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
