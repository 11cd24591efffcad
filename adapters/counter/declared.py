"""A department that only a city profile knows: what it needs and grants, as the profile tells it."""

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from kaiban.ports import Misconfigured

_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
_TEXT = validate.Length(1, 60)


class Told(Schema):
    """The entries of ``[links.NAME]`` for a department without an adapter."""

    title = fields.String(required=True, validate=_TEXT)
    office = fields.String(required=True, validate=_TEXT)
    reads = fields.List(
        fields.String(validate=_TEXT), required=True, validate=validate.Length(min=1)
    )
    requires = fields.List(fields.String(validate=_TEXT), load_default=list)
    result = fields.Dict(
        keys=fields.String(validate=validate.Regexp(_NAME)),
        values=fields.String(validate=_TEXT),
        required=True,
        validate=validate.Length(min=1),
    )
    hours = fields.String(load_default="")
    promise_minutes = fields.Integer(load_default=60, validate=validate.Range(min=1))
    limit_minutes = fields.Integer(load_default=240, validate=validate.Range(min=1))


def told_of(department: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """What the profile tells, checked; raises Misconfigured naming every wrong entry."""
    if not _NAME.fullmatch(department):
        raise Misconfigured("a link's name is made of small letters, digits and _")
    try:
        found: dict[str, Any] = Told().load(told)
    except ValidationError as error:
        wrong = "; ".join(
            f"{name}: {texts}" for name, texts in sorted(error.messages_dict.items())
        )
        raise Misconfigured(f"a department served by hand: {wrong}") from None
    return found


def needs_of(told: Mapping[str, Any]) -> type[Schema]:
    """What it reads: each path whole, and the facts it waits for."""
    paths = [*told["reads"], *(f"facts.{fact}" for fact in told["requires"])]
    return Schema.from_dict(
        {path.replace(".", "_"): fields.Raw(metadata={"path": path}) for path in paths},
        name="Needs",
    )


def result_of(told: Mapping[str, Any]) -> type[Schema]:
    """What has to be brought back: every entry, as text."""
    return Schema.from_dict(
        {
            name: fields.String(
                required=True, validate=validate.Length(1, 200), metadata={"label": label}
            )
            for name, label in told["result"].items()
        },
        name="Result",
    )
