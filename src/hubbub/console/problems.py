"""What cannot be answered, as ``application/problem+json`` (RFC 9457): one table from refusals to status codes.

``code`` is for programs and never changes its meaning; ``detail`` is for people.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import msgspec
from msgspec import Struct

from hubbub.core.errors import (
    AlreadyExists,
    Denied,
    Fenced,
    Full,
    InUse,
    Invalid,
    Locked,
    NotFound,
    OutOfRange,
    OutOfSequence,
    Refusal,
    TooLarge,
    TooMany,
    Unavailable,
    Unknown,
)

MEDIA_TYPE: Final = "application/problem+json"


class Problem(Struct, frozen=True):
    """Why a request was not answered, as RFC 9457 says it."""

    status: int
    title: str
    code: str
    """For programs."""
    detail: str
    """For people."""
    type: str = "about:blank"


class Unanswerable(Exception):  # noqa: N818 - the request is
    """A request that does not come as far as the hub."""

    def __init__(
        self, status: HTTPStatus, code: str, detail: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.problem: Final = Problem(status.value, status.phrase, code, detail)
        self.headers: Final = dict(headers or {})


STATUSES: Final[Mapping[type[Refusal], HTTPStatus]] = {
    NotFound: HTTPStatus.NOT_FOUND,
    Unknown: HTTPStatus.NOT_FOUND,
    AlreadyExists: HTTPStatus.CONFLICT,
    InUse: HTTPStatus.CONFLICT,
    Locked: HTTPStatus.CONFLICT,
    Fenced: HTTPStatus.CONFLICT,
    OutOfSequence: HTTPStatus.CONFLICT,
    Denied: HTTPStatus.FORBIDDEN,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    OutOfRange: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    TooMany: HTTPStatus.INSUFFICIENT_STORAGE,
    Full: HTTPStatus.INSUFFICIENT_STORAGE,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}


def problem_of(refusal: Refusal) -> Problem:
    """The hub's "no"."""
    for kind in type(refusal).__mro__:
        status = STATUSES.get(kind)
        if status is not None:
            return Problem(status.value, status.phrase, code_of(kind), str(refusal))
    status = HTTPStatus.CONFLICT
    return Problem(status.value, status.phrase, code_of(type(refusal)), str(refusal))


def code_of(kind: type[Refusal]) -> str:
    """``AlreadyExists`` is ``already_exists``."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in kind.__name__).lstrip(
        "_"
    )


def encoded(problem: Problem) -> bytes:
    """The body."""
    return msgspec.json.encode(problem)
