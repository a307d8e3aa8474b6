"""One route: from what a request says to what a view is asked, and from what it answers to octets.

A view is a function ``view(office, asked)``, plain or ``async``. All that can be asked is one struct: the fields that the path names come from there, the others
from the query (GET, DELETE) or from a JSON body (POST, PUT). What it returns is a struct (JSON), a `Feed` (server-sent events), `Pieces` (a text), or None. The
types of a view are its documentation, too: `openapi` reads them from here.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from http import HTTPStatus
from inspect import getdoc, isawaitable
from typing import Final, Generic, TypeAlias, TypeVar, cast, get_type_hints
from urllib.parse import parse_qsl, unquote

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import fields

from hubbub.console.office import Office
from hubbub.console.problems import Unanswerable

JSON: Final = "application/json"
PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")


class Asked(Struct, frozen=True, forbid_unknown_fields=True):
    """What a view can be asked: nothing, and so the base of those that can be asked something."""


J = TypeVar("J")


class Made(Struct, Generic[J], frozen=True):
    """What was to be there, and is; whether it was made just now."""

    content: J
    is_new: bool


class Verdict(Struct, Generic[J], frozen=True):
    """An answer that says by its status, too, whether all is well."""

    content: J
    is_good: bool


class Pieces(Struct, frozen=True):
    """A text in pieces. ``told`` is told what the caller likes (``Accept``), and returns the media type and the pieces."""

    told: Callable[[str], tuple[str, AsyncIterator[bytes]]]


Q = TypeVar("Q", bound=Asked)
View: TypeAlias = Callable[[Office, Q], object | Awaitable[object]]


class Said(Struct, frozen=True):
    """What a request says."""

    path: Mapping[str, str]
    """Percent-encoded, as it came."""
    query: bytes
    content_type: str
    body: bytes


class Route(Struct, frozen=True):
    """See the module. ``name`` is unique: the view's file and its own name."""

    method: str
    path: str
    name: str
    summary: str
    status: int
    asks: type[Asked]
    answers: object
    """The type of what the view returns."""
    answer: Callable[[Office, Said], Awaitable[object]]

    @property
    def has_body(self) -> bool:
        """Whether a body is read."""
        return self.method in WITH_BODY and bool(self.free)

    @property
    def bound(self) -> list[str]:
        """Fields that stand in the path."""
        return PLACEHOLDER.findall(self.path)

    @property
    def free(self) -> list[str]:
        """Fields that do not."""
        bound = self.bound
        return [field.encode_name for field in fields(self.asks) if field.encode_name not in bound]


WITH_BODY: Final = ("POST", "PUT")


def get(path: str, view: View[Q]) -> Route:
    """To look."""
    return route("GET", path, view)


def post(path: str, view: View[Q], status: HTTPStatus = HTTPStatus.OK) -> Route:
    """To do something."""
    return route("POST", path, view, status)


def put(path: str, view: View[Q]) -> Route:
    """To let something be so."""
    return route("PUT", path, view)


def delete(path: str, view: View[Q]) -> Route:
    """To let something go."""
    return route("DELETE", path, view)


def route(method: str, path: str, view: View[Q], status: HTTPStatus = HTTPStatus.OK) -> Route:
    """The route of a view. Its types and its words are read off it."""
    hints = get_type_hints(view)
    asks = cast("type[Q]", hints["asked"])
    answers = hints["return"]
    decode = decoder(method, path, asks)

    async def answer(office: Office, said: Said) -> object:
        found = view(office, decode(said))
        return await found if isawaitable(found) else found

    return Route(
        method,
        path,
        f"{view.__module__.rpartition('.')[2]}.{view.__name__}",
        (getdoc(view) or "").partition("\n")[0],
        HTTPStatus.NO_CONTENT.value if answers is type(None) else status.value,
        asks,
        answers,
        answer,
    )


def decoder(method: str, path: str, asks: type[Q]) -> Callable[[Said], Q]:
    """How what is said becomes what is asked. It raises `Unanswerable`."""
    has_body = method in WITH_BODY and len(fields(asks)) > len(PLACEHOLDER.findall(path))
    names = {field.encode_name for field in fields(asks)}

    def in_query(said: Said) -> Q:
        return msgspec.convert(path_of(said) | query_of(said, names), asks, strict=False)

    def in_body(said: Said) -> Q:
        if said.query:
            raise bad("this takes a body and no query")
        if said.body and said.content_type != JSON:
            raise Unanswerable(
                HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "media_type", f"the body must be {JSON}, and must say so"
            )
        body = said.body or b"{}"
        if said.path:
            parts = msgspec.json.decode(body, type=dict[str, Raw])
            twice = sorted(parts.keys() & said.path.keys())
            if twice:
                raise bad(f"{twice[0]} stands in the path, and must not stand in the body")
            body = msgspec.json.encode(
                parts | {name: Raw(msgspec.json.encode(value)) for name, value in path_of(said).items()}
            )
        return msgspec.json.decode(body, type=asks)

    def decode(said: Said) -> Q:
        try:
            return in_body(said) if has_body else in_query(said)
        except msgspec.ValidationError as why:
            raise bad(str(why)) from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as why:
            raise bad(f"this is not JSON: {why}") from None

    return decode


def path_of(said: Said) -> dict[str, str]:
    """The parts of the path that have a name."""
    try:
        return {name: unquote(value, errors="strict") for name, value in said.path.items()}
    except UnicodeDecodeError:
        raise bad("the path is not UTF-8") from None


def query_of(said: Said, known: set[str]) -> dict[str, str]:
    """Names and values, each once."""
    found: dict[str, str] = {}
    try:
        pairs = parse_qsl(said.query.decode(), keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError:
        raise bad("the query is not percent-encoded UTF-8, or is endless") from None
    for name, value in pairs:
        if name in found:
            raise bad(f"{name} is said twice")
        if name not in known:
            raise bad(f"there is no {name!r} here; known are: {', '.join(sorted(known)) or 'none'}")
        found[name] = value
    return found


def bad(detail: str) -> Unanswerable:
    """A request that does not fit what can be asked: the document says so."""
    return Unanswerable(HTTPStatus.BAD_REQUEST, "bad_request", detail)


def meaningless(detail: str) -> Unanswerable:
    """A request that fits, and means nothing here: the document cannot say so."""
    return Unanswerable(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", detail)
