"""The OpenAPI description, made from the routes and the form: it cannot say anything else than they do."""

import base64
import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema, ValidationError, fields
from marshmallow.validate import Length, Range

from kaiban.api.access import DEPARTMENT, PUBLIC, SCOPES, Route
from kaiban.orchestrator.window.entering import OUTCOMES

_PARAMETER = re.compile(r"<(?:path:)?(\w+)>")
_ERRORS_OF_EVERY_ROUTE = (400,)
_ERRORS_BEHIND_A_TOKEN = (401, 403)


class Defect(Schema):
    """One thing to put right."""

    pointer = fields.String(metadata={"description": "JSON pointer into the request body"})
    code = fields.String(metadata={"description": "stable code"})
    message = fields.String(metadata={"description": "what to do, in Chinese"})
    link = fields.String(metadata={"description": "the link that needs it"})
    rule = fields.String()
    example = fields.String()


class ProblemBody(Schema):
    """RFC 9457."""

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    detail = fields.String()
    instance = fields.String()
    errors = fields.List(fields.Nested(Defect))


class Correction(Schema):
    """New values by JSON pointer, and links settled outside the form."""

    changes = fields.Dict(keys=fields.String(), values=fields.Raw())
    confirmed = fields.List(fields.String())


class Joining(Schema):
    """Links to add; their sections of the form stand beside ``links``."""

    links = fields.List(fields.String(), required=True)


class Collecting(Schema):
    """How the package comes: the form's section ``delivery``, and the choice it was made from."""

    delivery = fields.Dict(keys=fields.String(), values=fields.Raw(), required=True)
    choice = fields.Integer(
        metadata={"description": "`delivery.choice` as last seen; refused if changed since"}
    )


class Content(fields.String):
    """The bytes of a file in base64."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **more: Any) -> Any:
        text = super()._deserialize(value, attr, data, **more)
        try:
            return base64.b64decode(text, validate=True)
        except ValueError as error:
            raise ValidationError("not base64") from error


class EnteredDocument(Schema):
    """An original from a department: PDF, OFD, PNG or JPEG."""

    name = fields.String(required=True, metadata={"description": "file name"})
    title = fields.String(required=True)
    content = Content(required=True, metadata={"format": "byte"})


class EnteredItem(Schema):
    """Something to be corrected: the field's code as on the sheet, and what to do."""

    path = fields.String(load_default="")
    message = fields.String(required=True)


class Entered(Schema):
    """What a person says a department said."""

    outcome = fields.String(
        required=True, metadata={"enum": list(OUTCOMES), "description": "what was said"}
    )
    by = fields.String(required=True, metadata={"description": "who entered it"})
    number = fields.String(load_default="", metadata={"description": "the department's number"})
    reason = fields.String(load_default="", metadata={"description": "of a refusal"})
    result = fields.Dict(load_default=dict, keys=fields.String(), values=fields.Raw())
    documents = fields.List(fields.Nested(EnteredDocument), load_default=list)
    items = fields.List(fields.Nested(EnteredItem), load_default=list)


class Opinion(Schema):
    """What somebody thinks of a link, or without one of the whole case."""

    level = fields.Integer(
        required=True,
        validate=Range(1, 5),
        metadata={"description": "5 very satisfied … 1 very dissatisfied"},
    )
    link = fields.String()
    remark = fields.String(validate=Length(max=500))


def describe(
    base: Mapping[str, Iterable[Route]], sections: Mapping[str, type[Schema]], title: str
) -> dict[str, Any]:
    """OpenAPI 3.1 for the routes by prefix, with the form's sections as components."""
    spec = APISpec(title, "1", "3.1.0", plugins=[MarshmallowPlugin(_name)])
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    spec.components.schema("Problem", schema=ProblemBody)
    for schema in (Correction, Joining, Collecting, Entered, Opinion):
        spec.components.schema(schema.__name__, schema=schema)
    spec.components.schema("Application", _application(sections))
    for name, section in sections.items():
        spec.components.schema(name, schema=section)
    for prefix, routes in base.items():
        for route in routes:
            _add(spec, prefix, route)
    return spec.to_dict()


def _name(schema: Any) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    return kind.__name__ if not kind.__name__.endswith("Schema") else kind.__name__[:-6]


def _application(sections: Mapping[str, type[Schema]]) -> dict[str, Any]:
    ours = {
        "links": {"type": "array", "items": {"type": "string"}},
        "promise": {"type": "string"},
    }
    parts = {name: {"$ref": f"#/components/schemas/{name}"} for name in sections}
    return {"type": "object", "properties": {**parts, **ours}, "additionalProperties": False}


def _add(spec: APISpec, prefix: str, route: Route) -> None:
    path = prefix + _PARAMETER.sub(r"{\1}", route.rule)
    operation: dict[str, Any] = {
        "operationId": route.endpoint + ("_rest" if "path:" in route.rule else ""),
        "summary": route.summary,
        "description": _access(route),
        "parameters": _parameters(route),
        "responses": _responses(route),
    }
    if route.policy not in (PUBLIC, DEPARTMENT):
        operation["security"] = [{"token": []}]
    if route.takes:
        operation["requestBody"] = _body(route.takes)
    spec.path(path, operations={route.method.lower(): operation})


def _access(route: Route) -> str:
    if route.policy in SCOPES:
        return f"scope `{route.policy}`: {SCOPES[route.policy]}"
    return {PUBLIC: "public", DEPARTMENT: "signed by the department"}[route.policy]


def _parameters(route: Route) -> list[dict[str, Any]]:
    found = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PARAMETER.findall(route.rule)
    ]
    if route.endpoint == "open_a_case":
        key = {"type": "string", "minLength": 1, "maxLength": 255}
        found.append({"name": "Idempotency-Key", "in": "header", "required": True, "schema": key})
    return found


def _responses(route: Route) -> dict[str, Any]:
    errors = set(_ERRORS_OF_EVERY_ROUTE)
    if route.policy not in (PUBLIC, DEPARTMENT):
        errors.update(_ERRORS_BEHIND_A_TOKEN)
    if route.takes:
        errors.update((413, 415))
    if route.endpoint == "open_a_case":
        errors.update((409, 503))
    statuses = sorted(errors | set(route.answers))
    return {str(status): _response(route, status) for status in statuses}


def _response(route: Route, status: int) -> dict[str, Any]:
    phrase = HTTPStatus(status).phrase
    if status < HTTPStatus.BAD_REQUEST:
        return {"description": phrase, "content": {route.gives: {}}}
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {"description": phrase, "content": {"application/problem+json": problem}}


def _body(name: str) -> dict[str, Any]:
    schema = {"schema": {"$ref": f"#/components/schemas/{name}"}}
    return {"required": True, "content": {"application/json": schema}}
