"""What a request asks in its query: each parameter declared, each once unless it is a list."""

from collections.abc import Mapping
from typing import Any

from flask import request
from marshmallow import Schema, ValidationError, fields

from kaiban.api.problems import Problem
from kaiban.api.schemas.base import writer


def asked(schema: type[Schema] | None) -> Mapping[str, Any]:
    """The parameters, read as that schema says; without one, whatever there is is let pass unread.

    A problem names every parameter that is unknown, given twice or not as it should be.
    """
    if schema is None:
        return {}
    reader = writer(schema)
    if unknown := sorted(request.args.keys() - reader.fields.keys()):
        raise Problem("bad-request", "没有这些查询参数：" + "、".join(map(_short, unknown)))
    many = {name for name, field in reader.fields.items() if isinstance(field, fields.List)}
    given = {name: request.args.getlist(name) for name in request.args}
    if twice := sorted(
        name for name, all_of_it in given.items() if len(all_of_it) > 1 and name not in many
    ):
        raise Problem("bad-request", "这些查询参数只能给一次：" + "、".join(twice))
    try:
        found: Mapping[str, Any] = reader.load(
            {name: each if name in many else each[0] for name, each in given.items()}
        )
    except ValidationError as error:
        raise Problem("bad-request", _said(error, reader)) from error
    return found


def _said(error: ValidationError, reader: Schema) -> str:
    wrong = sorted(str(name) for name in error.messages_dict)
    told = [f"{name} 应为：{reader.fields[name].metadata['expected']}" for name in wrong]
    return "；".join(told) + "。"


def _short(text: str) -> str:
    return text[:40]
