"""The app: the gate, the table and the documents in one. Imported when the first request comes."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Final, cast

import msgspec
from msgspec import Struct
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route as Mounted

from hubbub.console import problems
from hubbub.console.feeds import MEDIA_TYPE as EVENTS
from hubbub.console.feeds import Feed
from hubbub.console.gate import OPEN_TO_ALL, Gate, Terms
from hubbub.console.office import Office
from hubbub.console.openapi import document
from hubbub.console.problems import Problem, Unanswerable, problem_of
from hubbub.console.route import JSON, WITH_BODY, Made, Pieces, Route, Said, Verdict
from hubbub.console.table import ROUTES
from hubbub.core.errors import Refusal, Unavailable
from hubbub.net.asgi import App, Receive, Send

MOST_OCTETS: Final = 32 << 20
"""Of a body."""
OPENAPI: Final = "/openapi.json"


def app(office: Office, terms: Terms) -> App:
    """The whole of it."""
    by_path: dict[str, dict[str, Route]] = {}
    for route in ROUTES:
        by_path.setdefault(route.path, {})[route.method] = route
    mounted = [
        Mounted(path, endpoint(office, routes), methods=list(routes)) for path, routes in by_path.items()
    ]
    described: list[bytes] = []

    async def openapi(_request: Request) -> Response:
        if not described:  # made from all types there are, which takes a moment
            described.append(msgspec.json.encode(document(ROUTES, has_token=bool(terms.token))))
        return Response(described[0], media_type=JSON)

    mounted.append(Mounted(OPENAPI, openapi, methods=["GET"]))
    starlette = Starlette(routes=mounted, exception_handlers={HTTPException: unrouted, 500: failed})
    starlette.router.redirect_slashes = False
    return Gate(cast("App", starlette), terms)


def endpoint(office: Office, routes: Mapping[str, Route]) -> Callable[[Request], Awaitable[Response]]:
    """The routes of one path, by method, as Starlette takes them."""

    async def answered(request: Request) -> Response:
        route = routes["GET" if request.method == "HEAD" else request.method]
        try:
            if office.hub.is_changing and route.path not in OPEN_TO_ALL:
                raise Unavailable("the hub is being reset, or stops")
            body = await body_of(request) if route.method in WITH_BODY else b""
            found = await route.answer(
                office,
                Said(
                    request.path_params,
                    request.scope["query_string"],
                    request.headers.get("content-type", "").partition(";")[0].strip().lower(),
                    body,
                ),
            )
        except Unanswerable as why:
            return said(why.problem, why.headers)
        except Refusal as why:
            return said(problem_of(why))
        except ClientDisconnect:
            return Response(status_code=HTTPStatus.BAD_REQUEST)  # nobody hears it
        if request.method == "HEAD" and isinstance(found, Feed):
            return Response(media_type=EVENTS)
        if isinstance(found, Pieces):
            media_type, pieces = found.told(request.headers.get("accept", ""))
            return Response(b"".join([piece async for piece in pieces]), headers={"content-type": media_type})
        return response(office, route, found)

    return answered


def response(office: Office, route: Route, found: object) -> Response:
    """What a view returned, as an answer."""
    match found:
        case None:
            return Response(status_code=route.status)
        case Made():
            status = HTTPStatus.CREATED if found.is_new else HTTPStatus.OK
            return Response(msgspec.json.encode(found.content), status, media_type=JSON)
        case Verdict():
            status = HTTPStatus.OK if found.is_good else HTTPStatus.SERVICE_UNAVAILABLE
            return Response(msgspec.json.encode(found.content), status, media_type=JSON)
        case Feed():
            if office.feeds.is_full:
                return said(
                    Problem(
                        503,
                        HTTPStatus.SERVICE_UNAVAILABLE.phrase,
                        "feeds",
                        "as many feeds are open as may be",
                    )
                )
            return Poured(office, found)
        case _:
            return Response(msgspec.json.encode(found), route.status, media_type=JSON)


class Poured(Response):
    """A feed, as Starlette takes it."""

    def __init__(self, office: Office, feed: "Feed[Struct]") -> None:
        super().__init__()
        self._office = office
        self._feed = feed

    async def __call__(self, scope: object, receive: object, send: object) -> None:  # noqa: ARG002 - Starlette's signature
        clock = self._office.hub.broker.clock
        await self._office.feeds.serve(self._feed.source, clock, cast("Receive", receive), cast("Send", send))


async def body_of(request: Request) -> bytes:
    """All of it. Raises `Unanswerable` where it is too large."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_OCTETS:
            raise Unanswerable(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", f"a body has {MOST_OCTETS} octets at most"
            )
        parts.append(part)
    return b"".join(parts)


def said(problem: Problem, headers: dict[str, str] | None = None) -> Response:
    """A problem, as an answer."""
    return Response(problems.encoded(problem), problem.status, headers, problems.MEDIA_TYPE)


async def unrouted(request: Request, why: Exception) -> Response:
    """No route, or none of this method."""
    if not isinstance(why, HTTPException):
        raise why
    phrase = HTTPStatus(why.status_code).phrase
    code = phrase.lower().replace(" ", "_")
    detail = (
        f"there is nothing at {request.scope['path']}" if why.status_code == HTTPStatus.NOT_FOUND else phrase
    )
    if why.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        detail = f"{request.method} cannot be done with {request.scope['path']}"
    return said(Problem(why.status_code, phrase, code, detail), dict(why.headers or {}))


async def failed(_request: Request, _defect: Exception) -> Response:
    """A defect of ours; the edge hears of it after this."""
    phrase = HTTPStatus.INTERNAL_SERVER_ERROR.phrase
    return said(Problem(500, phrase, "defect", "this is a defect in Hubbub; its log says more"))
