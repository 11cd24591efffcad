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
from kaiban.domain.messages.notification import Kind
from kaiban.orchestrator.window.by_hand.entering import OUTCOMES

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
    confirm = fields.String(
        metadata={
            "description": "only where nothing is wrong but strange: "
            "stands as it is once this word is in the form's list `confirm`"
        }
    )

    case_no = fields.String(
        metadata={"description": "only of `case.twice`: the case this application is already"}
    )


class Side(Schema):
    """One side of what was changed in two places: its version and, by JSON pointer, its values."""

    version = fields.String()
    notice = fields.Integer(
        allow_none=True, metadata={"description": "the open notice, null if none is"}
    )
    values = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True))


class ProblemBody(Schema):
    """RFC 9457."""

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    detail = fields.String()
    instance = fields.String()
    errors = fields.List(fields.Nested(Defect))
    yours = fields.Nested(Side, metadata={"description": "only of `changed`: what was sent"})
    current = fields.Nested(
        Side, metadata={"description": "only of `changed`: what stands now, personal data masked"}
    )


class Correction(Schema):
    """New values by JSON pointer (null takes a row out), and links settled outside the form.

    ``explanations`` says of links why nothing is changed, ``left_out`` names links that are not wanted any more.
    """

    changes = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True))
    confirmed = fields.List(fields.String())
    explanations = fields.Dict(keys=fields.String(), values=fields.String())
    left_out = fields.List(fields.String())
    confirm = fields.List(
        fields.String(), metadata={"description": "words of strange new values that shall stand"}
    )
    version = fields.String(
        metadata={"description": "of the open notice as last seen; refused (409) if changed since"}
    )


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


#: Programs used to say here who acts; by now it is whoever's token it is, and this is not read.
_NOBODYS_WORD = fields.Raw(
    load_default="",
    metadata={"description": "not read: the token's name is kept", "deprecated": True},
)


class Entered(Schema):
    """What a person says a department said."""

    outcome = fields.String(
        required=True, metadata={"enum": list(OUTCOMES), "description": "what was said"}
    )
    by = _NOBODYS_WORD
    number = fields.String(load_default="", metadata={"description": "the department's number"})
    reason = fields.String(load_default="", metadata={"description": "of a refusal"})
    result = fields.Dict(load_default=dict, keys=fields.String(), values=fields.Raw())
    documents = fields.List(fields.Nested(EnteredDocument), load_default=list)
    items = fields.List(fields.Nested(EnteredItem), load_default=list)


class Found(Schema):
    """What somebody of the staff found: an entry of the catalogue by ``code``, or words of their own."""

    by = _NOBODYS_WORD
    code = fields.String(load_default="")
    link = fields.String(load_default="")
    pointer = fields.String(
        load_default="", metadata={"description": "JSON pointer into the form"}
    )
    message = fields.String(load_default="")
    rule = fields.String(load_default="")
    example = fields.String(load_default="")
    bring = fields.String(load_default="")
    material = fields.String(
        load_default="", metadata={"description": "the key of a material, or the name of another"}
    )
    reason = fields.String(
        load_default="", metadata={"description": "why a material off the list is asked for"}
    )


class TakenOff(Schema):
    """A line of the preview that is not to be told, and why."""

    number = fields.Integer(required=True, strict=True)
    by = _NOBODYS_WORD
    reason = fields.String(required=True)


class Issuing(Schema):
    """Why the notice goes out so late if it could have been told before, and what was looked at."""

    by = _NOBODYS_WORD
    reason = fields.String(load_default="")
    version = fields.String(load_default="", metadata={"description": "of the preview"})


class Subscription(Schema):
    """Where a program wants to be told, and of what."""

    url = fields.String(required=True, metadata={"description": "https address that takes POST"})
    events = fields.List(
        fields.String(metadata={"enum": [f"case.{kind.value}" for kind in Kind]}),
        metadata={"description": "all of them without it"},
    )


class Replaying(Schema):
    """Which messages to send again."""

    messages = fields.List(
        fields.String(), metadata={"description": "ids; all that failed without it"}
    )


class Rotating(Schema):
    """How long the secret before goes on signing."""

    hours = fields.Integer(validate=Range(0, 168), metadata={"description": "24 without it"})


class Messages(Schema):
    """Whether messages come that need not be served."""

    optional = fields.Boolean(required=True)


class Opinion(Schema):
    """What somebody thinks of a link, or without one of the whole case."""

    level = fields.Integer(
        required=True,
        validate=Range(1, 5),
        metadata={"description": "5 very satisfied … 1 very dissatisfied"},
    )
    link = fields.String()
    remark = fields.String(validate=Length(max=500))


class Complaining(Schema):
    """What somebody complains of."""

    text = fields.String(required=True, validate=Length(max=1000))
    phone = fields.String(metadata={"description": "a mobile to call back; may be left out"})


class ComplaintReply(Schema):
    """Whether the answer to a complaint is enough; if not, what is not."""

    satisfied = fields.Boolean(required=True)
    text = fields.String(validate=Length(max=1000))
    version = fields.String(
        required=True,
        metadata={"description": "as last seen; refused if something was done since"},
    )


def describe(
    base: Mapping[str, Iterable[Route]], sections: Mapping[str, type[Schema]], title: str
) -> dict[str, Any]:
    """OpenAPI 3.1 for the routes by prefix, with the form's sections as components."""
    spec = APISpec(title, "1", "3.1.0", plugins=[MarshmallowPlugin(_name)])
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    spec.components.schema("Problem", schema=ProblemBody)
    for schema in (
        Correction, Joining, Collecting, Entered, Found, TakenOff, Issuing, Opinion, Subscription, Replaying, Rotating, Messages,
        Complaining, ComplaintReply,
    ):  # fmt: skip
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
        "confirm": {"type": "array", "items": {"type": "string"}, "maxItems": 200},
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
