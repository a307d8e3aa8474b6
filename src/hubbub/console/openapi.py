"""The table as a document: OpenAPI 3.1, made from the routes' own types, so that it cannot say anything else."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from types import NoneType
from typing import Final, TypeAlias, cast, get_args, get_origin

import msgspec

from hubbub.console.feeds import MEDIA_TYPE as EVENTS
from hubbub.console.feeds import Feed
from hubbub.console.gate import OPEN_TO_ALL
from hubbub.console.problems import MEDIA_TYPE as PROBLEM
from hubbub.console.problems import Problem
from hubbub.console.route import JSON, Made, Pieces, Route, Verdict
from hubbub.observe.exposition import OPEN_TYPE
from hubbub.version import __version__

Schema: TypeAlias = dict[str, object]
REF: Final = "#/components/schemas/{name}"
OK: Final = HTTPStatus.OK.value
CREATED: Final = HTTPStatus.CREATED.value
UNWELL: Final = HTTPStatus.SERVICE_UNAVAILABLE.value
ABOUT: Final = (
    "What a hub is and holds, and what can be done to it. Long lists come in pages: ask again with `cursor` set to `next`. "
    "What is refused is answered as `application/problem+json` (RFC 9457); its `code` is for programs."
)


def document(routes: Sequence[Route], *, has_token: bool) -> Schema:
    """All of it. ``has_token``: whether callers must show one."""
    kinds = {kind for route in routes for kind in (route.asks, *contents(route.answers))} | {Problem}
    ordered = sorted(kinds, key=repr)
    schemas, parts = msgspec.json.schema_components(ordered, ref_template=REF)
    by_kind = dict(zip(ordered, schemas, strict=True))
    writer = Writer(by_kind, parts)
    paths: dict[str, Schema] = {}
    for route in routes:
        operation = writer.operation(route)
        if has_token and route.path not in OPEN_TO_ALL:
            operation["security"] = [{"token": []}]
        paths.setdefault(route.path, {})[route.method.lower()] = operation
    asked = {route.asks.__name__ for route in routes if not route.has_body}
    components: Schema = {"schemas": {name: part for name, part in parts.items() if name not in asked}}
    if has_token:
        components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Hubbub's admin API", "version": __version__, "description": ABOUT},
        "paths": paths,
        "components": components,
    }


def contents(answers: object) -> list[type]:
    """The types whose JSON an answer can hold."""
    origin, inner = get_origin(answers), get_args(answers)
    if origin in (Made, Verdict, Feed):
        return [cast("type", kind) for kind in inner]
    if answers in (Pieces, NoneType):
        return []
    return [cast("type", answers)]


class Writer:
    """Operations, from the schemas of their types."""

    __slots__ = ("_by_kind", "_parts")

    def __init__(self, by_kind: Mapping[type, Schema], parts: Mapping[str, Schema]) -> None:
        self._by_kind = by_kind
        self._parts = parts

    def operation(self, route: Route) -> Schema:
        """One route."""
        properties = cast("Mapping[str, Schema]", self._parts[route.asks.__name__]["properties"])
        required = cast("Sequence[str]", self._parts[route.asks.__name__].get("required", ()))
        parameters = [parameter(name, "path", properties[name], is_required=True) for name in route.bound]
        operation: Schema = {"operationId": route.name, "summary": route.summary, "tags": [tag_of(route)]}
        if route.has_body:
            operation["requestBody"] = {
                "required": any(name in required for name in route.free),
                "content": {JSON: {"schema": self._body(route, properties, required)}},
            }
        else:
            parameters += [
                parameter(name, "query", properties[name], is_required=name in required)
                for name in route.free
            ]
        if parameters:
            operation["parameters"] = parameters
        operation["responses"] = self._responses(route)
        return operation

    def _body(self, route: Route, properties: Mapping[str, Schema], required: Sequence[str]) -> Schema:
        if not route.bound:
            return self._by_kind[route.asks]
        return {
            "type": "object",
            "properties": {name: properties[name] for name in route.free},
            "required": [name for name in required if name in route.free],
            "additionalProperties": False,
        }

    def _responses(self, route: Route) -> Schema:
        refused = {
            "description": "Refused, and why.",
            "content": {PROBLEM: {"schema": self._by_kind[Problem]}},
        }
        found: Schema = {str(status): said for status, said in self._answered(route).items()}
        return found | {"default": refused}

    def _answered(self, route: Route) -> dict[int, Schema]:
        answers = route.answers
        kinds = contents(answers)
        if answers is NoneType:
            return {route.status: {"description": "Done."}}
        if answers is Pieces:
            text: Schema = {"schema": {"type": "string"}}
            return {OK: {"description": "A text.", "content": {"text/plain": text, OPEN_TYPE: text}}}
        if get_origin(answers) is Feed:
            schema = self._by_kind[kinds[0]]
            words = {"description": "Events without an end; the data of each is JSON.", "x-data": schema}
            return {OK: {"description": "Open.", "content": {EVENTS: {"schema": {"type": "string"} | words}}}}
        said: Schema = {"description": "As asked.", "content": {JSON: {"schema": self._by_kind[kinds[0]]}}}
        if get_origin(answers) is Made:
            return {OK: said, CREATED: said | {"description": "It is new."}}
        if get_origin(answers) is Verdict:
            return {OK: said, UNWELL: said | {"description": "Not all is well."}}
        return {route.status: said}


def parameter(name: str, place: str, schema: Schema, *, is_required: bool) -> Schema:
    """A field of a struct, outside of a body. What stands in a path is not empty."""
    schema = dict(schema)
    found: Schema = {"name": name, "in": place, "required": is_required}
    words = schema.pop("description", None)
    if words:
        found["description"] = words
    if place == "path":
        schema = {"minLength": 1} | schema
    return found | {"schema": schema}


def tag_of(route: Route) -> str:
    """The file of the view."""
    return route.name.partition(".")[0]
