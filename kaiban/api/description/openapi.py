"""The OpenAPI description, made from the routes, their schemas and the form: it cannot say anything else than they do."""

import json
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema

from forms.jsontext import write
from forms.sample import sample
from kaiban.api.description.form_components import components, section_names
from kaiban.api.description.leads import leads
from kaiban.api.problems import TYPES
from kaiban.api.request.once import HEADER, MAX_KEY, REPLAYED
from kaiban.api.routes import DEPARTMENT, PUBLIC, SCOPES, Keyed, Route
from kaiban.api.schemas.base import NATURAL
from kaiban.api.schemas.problems import Problem
from kaiban.api.schemas.sent import Application, Content, Joining

_ERRORS_OF_EVERY_ROUTE: Final = (400, 500, 503)
_ERRORS_BEHIND_A_TOKEN: Final = (401, 403, 429)
_ERRORS_WITH_A_BODY: Final = (413, 415)
_ERRORS_WITH_A_KEY: Final = (409, 422)
#: The header that makes a request one, however often it is sent.
_KEY: Final[Mapping[str, Any]] = {
    "name": HEADER, "in": "header",
    "description": "names the request: sent again it gets the first answer, and has no other effect",
    "schema": {"type": "string", "minLength": 1, "maxLength": MAX_KEY},
}  # fmt: skip
#: Every parameter of a path: what it is.
_IN_PATHS: Final[Mapping[str, dict[str, Any]]] = {
    "no": {"schema": {"type": "string", "maxLength": 30}, "description": "the case's number"},
    "number": {
        "schema": {"type": "string", "pattern": NATURAL},
        "description": "its running number in the case",
    },
    "hook": {"schema": {"type": "string"}, "description": "the subscription's id"},
    "hall": {"schema": {"type": "string"}, "description": "a hall of `GET /halls`"},
    "department": {"schema": {"type": "string"}, "description": "its name in `GET /departments`"},
    "rest": {"schema": {"type": "string"}, "description": "what departments add to the address"},
    "name": {"schema": {"type": "string"}, "description": "the link's name"},
    "key": {"schema": {"type": "string"}, "description": "the material's key"},
    "kind": {"schema": {"type": "string"}, "description": "the last part of a problem's `type`"},
}
_TAGS: Final = {
    "cases": "办件：提交、查询、补正、撤回、领取",
    "aftercare": "评价、办不成事反映、通知",
    "notices": "一次性告知书",
    "staff": "窗口：人工办理的环节、与部门的往来",
    "webhooks": "事件推送",
    "statistics": "时效监督：数字，带分子、分母和口径",
    "public": "任何人可查：表单、环节、大厅、系统状态",
    "departments": "部门回调",
}
_SECURITY: Final = {
    "type": "http",
    "scheme": "bearer",
    "description": "`kaiban token add NAME`; an operation names the scope it needs, `cases:all` opens every one",
}
_INFO: Final = {
    "description": "One form, six departments, one certificate package. Guide: docs/api.md.",
    "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    "contact": {"name": "开办 Kaiban"},
}
#: Headers of answers.
_HEADERS: Final[dict[str, dict[str, Any]]] = {
    "X-Request-Id": {"schema": {"type": "string"}, "description": "names the request in our logs"},
    "Retry-After": {"schema": {"type": "integer"}, "description": "seconds"},
    "Location": {"schema": {"type": "string", "format": "uri-reference"}, "description": "of what was made"},
    "ETag": {"schema": {"type": "string"}, "description": "of what was answered"},
    "WWW-Authenticate": {"schema": {"type": "string"}, "description": "how to authenticate"},
    "RateLimit-Policy": {"schema": {"type": "string", "examples": ['"token";q=12000;w=60']}, "description": "how many requests (q) the token may make in so many seconds (w)"},
    "RateLimit": {"schema": {"type": "string", "examples": ['"token";r=11999;t=42']}, "description": "how many are left (r), for so many seconds (t)"},
    REPLAYED: {"schema": {"type": "string", "const": "true"}, "description": "the first answer again"},
}  # fmt: skip
#: Of those of an operation that will be gone one day.
_OF_LEAVING: Final[dict[str, dict[str, Any]]] = {
    "Deprecation": {"schema": {"type": "string"}, "description": "since when it is deprecated (RFC 9745)"},
    "Sunset": {"schema": {"type": "string"}, "description": "when it may be gone (RFC 8594)"},
    "Link": {"schema": {"type": "string"}, "description": "what takes its place"},
}  # fmt: skip


def describe(
    base: Mapping[str, Iterable[Route]], sections: Mapping[str, type[Schema]], title: str
) -> dict[str, Any]:
    """OpenAPI 3.1 for the routes by prefix, with the form's schema among the components."""
    plugin = MarshmallowPlugin(_name)
    spec = APISpec(
        title, "1", "3.1.0", plugins=[plugin],
        info=_INFO, servers=[{"url": "/"}],
        jsonSchemaDialect="https://json-schema.org/draft/2020-12/schema",
        tags=[{"name": name, "description": words} for name, words in _TAGS.items()],
    )  # fmt: skip
    if plugin.converter:
        plugin.converter.add_attribute_function(_encoding)  # type: ignore[no-untyped-call] # the library leaves it so
    spec.components.security_scheme("token", _SECURITY)
    for name, component in components(sections).items():
        spec.components.schema(name, component)
    routes = [(prefix, route) for prefix, found in base.items() for route in found]
    told = _HEADERS | (_OF_LEAVING if any(route.leaving for _, route in routes) else {})
    for name, header in told.items():
        spec.components.header(name, header)
    for schema in _schemas(route for _, route in routes):
        if _name(schema) not in spec.components.schemas:
            spec.components.schema(_name(schema), schema=schema)
    _let_sections_in(spec, sections)
    every = [route for _, route in routes]
    for prefix, route in routes:
        _add(spec, prefix, route, _links(spec, route, every))
    return spec.to_dict()


def _encoding(_converter: Any, field: Any, **_more: Any) -> dict[str, Any]:
    """A word of JSON Schema that the plug-in does not take from a field's metadata."""
    return {"contentEncoding": "base64"} if isinstance(field, Content) else {}


def _name(schema: Any) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    return str(kind.__name__)


def _schemas(routes: Iterable[Route]) -> list[type[Schema]]:
    found = [each for route in routes for each in (route.takes, route.gives) if each]
    return list(dict.fromkeys([Problem, *found]))


def _let_sections_in(spec: APISpec, sections: Mapping[str, type[Schema]]) -> None:
    """The sections of the form stand beside what goes with them."""
    parts = {name: _any_of(section_names(name)) for name in sections}
    for schema in (Application, Joining):
        taken = spec.components.schemas[_name(schema)]
        taken["properties"] = {**parts, **taken["properties"]}


def _any_of(names: Sequence[str]) -> dict[str, Any]:
    refs = [{"$ref": f"#/components/schemas/{name}"} for name in names]
    return refs[0] if len(refs) == 1 else {"anyOf": refs}


def _links(spec: APISpec, route: Route, every: list[Route]) -> dict[str, Any]:
    """The links of the route's answer, each a component that answers of the same schema share."""
    found: dict[str, Any] = {}
    for name, link in leads(route, every):
        shared = f"{_name(route.gives)}_{name}"
        if shared not in spec.components.links:
            spec.components.link(shared, link)
        found[name] = {"$ref": f"#/components/links/{shared}"}
    return found


def _add(spec: APISpec, prefix: str, route: Route, links: dict[str, Any]) -> None:
    path = prefix + route.path
    scope = route.policy if route.policy in SCOPES else ""
    operation: dict[str, Any] = {
        "operationId": route.endpoint + ("_rest" if route.open_ended else ""),
        "summary": route.summary,
        "description": _said(route),
        "tags": [route.tag],
        "parameters": _parameters(route),
        "responses": _responses(route, links),
        "security": [{"token": []}] if scope else [],
    }
    if route.leaving:
        operation["deprecated"] = True
    if scope:
        operation["x-scope"] = scope
    if route.takes:
        operation["requestBody"] = _body(route.takes)
    spec.path(path, operations={route.method.lower(): operation})


def _said(route: Route) -> str:
    first = (route.view.__doc__ or "").strip().partition("\n\n")
    words = " ".join(" ".join(first).split())
    return f"{words}\n\n{_access(route)}"


def _access(route: Route) -> str:
    if route.policy in SCOPES:
        return f"scope `{route.policy}`: {SCOPES[route.policy]}"
    return {PUBLIC: "public", DEPARTMENT: "signed by the department"}[route.policy]


def _parameters(route: Route) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, **_IN_PATHS[name]} for name in route.names
    ]
    if route.asks:
        found.append({"in": "query", "schema": route.asks})
    named = [{**_KEY, "required": route.keyed is Keyed.MUST}] if _named(route) else []
    return [*found, *named, *map(dict, route.headers)]


def _responses(route: Route, links: dict[str, Any]) -> dict[str, Any]:
    errors = set(_ERRORS_OF_EVERY_ROUTE)
    if route.policy in SCOPES:
        errors.update(_ERRORS_BEHIND_A_TOKEN)
    if route.takes:
        errors.update(_ERRORS_WITH_A_BODY)
    if _named(route):
        errors.update(_ERRORS_WITH_A_KEY)
    statuses = sorted(errors | set(route.answers))
    found = {str(status): _response(route, status) for status in statuses}
    if links:
        found[str(route.answers[0])]["links"] = links
    return found


def _response(route: Route, status: int) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "description": HTTPStatus(status).phrase,
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in _headers(route, status)},
    }  # fmt: skip
    if status == HTTPStatus.NOT_MODIFIED:
        return answer
    if status < HTTPStatus.BAD_REQUEST or status in route.said_with:
        return {**answer, "content": {route.media_type: {"schema": _given(route)}}}
    kinds = {name: title for name, (each, title) in TYPES.items() if each == status}
    told = "; ".join(f"`/problems/{name}`: {title}" for name, title in kinds.items())
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {
        **answer,
        "description": f"{answer['description']}. {told}",
        "content": {"application/problem+json": problem},
    }


def _headers(route: Route, status: int) -> list[str]:
    found = ["X-Request-Id"]
    if route.leaving:
        found += route.leaving.headers
    if route.policy in SCOPES:
        found += ["RateLimit-Policy", "RateLimit"]
    if status < HTTPStatus.BAD_REQUEST:
        found += route.sends
        found += [REPLAYED] if _named(route) else []
    if status == HTTPStatus.UNAUTHORIZED:
        found.append("WWW-Authenticate")
    if status in (409, 429, 503):
        found.append("Retry-After")
    return found


def _named(route: Route) -> bool:
    return route.keyed is not Keyed.NOT


def _given(route: Route) -> dict[str, Any]:
    if route.gives:
        return {"$ref": f"#/components/schemas/{_name(route.gives)}"}
    if route.media_type == "application/json":
        return {"type": "object"}
    return {"type": "string", "format": "binary"} if route.sends else {"type": "string"}


def _body(schema: type[Schema]) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": {"$ref": f"#/components/schemas/{_name(schema)}"}}
    if schema is Application:
        content["examples"] = {"sample": {"summary": "kaiban form sample", "value": _sample()}}
    return {"required": True, "content": {"application/json": content}}


def _sample() -> Any:
    return json.loads(write(sample()))
