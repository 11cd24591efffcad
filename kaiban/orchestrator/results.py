"""A result typed by a person, held against the Result schema of the department's adapter."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from kaiban.domain.notices.notice import Defect

AnyField = fields.Field[Any]

#: What a field of that kind must look like, in words.
_SHAPES: Mapping[type[AnyField], str] = {
    fields.Integer: "应为整数",
    fields.Decimal: "应为数字",
    fields.Boolean: "应为 true 或 false",
    fields.Date: "应为日期，如 2026-03-04",
    fields.List: "应为列表",
    fields.Nested: "应为一组内容",
    fields.String: "应为文字",
}
_OTHERWISE = "的写法不符合要求"
_WHOLE = "_schema"
_ONE_OF = "应为{choices}之一"
_UNKNOWN = "没有“{name}”这一结果项，请对照办件单核对。"
_MISSING = "缺少“{name}”，请按部门出具的文书填写。"
_WRONG = "“{name}”{shape}，请按部门出具的文书核对。"


def loaded(schema: Schema, typed: Mapping[str, Any]) -> dict[str, Any]:
    """The result in JSON values, as an adapter would have said it; raises ValidationError."""
    plain: dict[str, Any] = schema.dump(schema.load(typed))
    return plain


def wrong_results(schema: Schema, typed: Mapping[str, Any]) -> list[Defect]:
    """Everything the schema does not accept, by pointer below ``/result``, in Chinese."""
    try:
        schema.load(typed)
    except ValidationError as error:
        return list(_told(schema, error.messages_dict, typed, "/result"))
    return []


def lacking(schema: Schema, typed: Mapping[str, Any], provides: Iterable[str]) -> list[Defect]:
    """The facts other links wait for that are not among the result."""
    return [
        _missing(schema.fields.get(fact), f"/result/{fact}")
        for fact in provides
        if not typed.get(fact)
    ]


def title_of(field: AnyField | None, name: str) -> str:
    """What people call a result."""
    return str(field.metadata.get("label", name)) if field else name


def choices_of(field: AnyField) -> list[str]:
    """The values a result must be one of; empty if it may be anything."""
    rules = (each for each in field.validators if isinstance(each, validate.OneOf))
    return [str(choice) for rule in rules for choice in rule.choices]


def shape_of(field: AnyField) -> str:
    """What must be typed there, in words."""
    if choices := choices_of(field):
        return _ONE_OF.format(choices="、".join(choices))
    return next((text for kind, text in _SHAPES.items() if isinstance(field, kind)), _OTHERWISE)


def _told(schema: Schema, messages: Mapping[Any, Any], typed: Any, at: str) -> Iterator[Defect]:
    for name, found in messages.items():
        place, field = f"{at}/{name}", schema.fields.get(str(name))
        value = typed.get(name) if isinstance(typed, Mapping) else None
        if name == _WHOLE:
            yield Defect(
                at, "result.whole", "各项结果合在一起不符合本步骤的要求，请对照办件单核对。"
            )
        elif field is None:
            yield Defect(place, "result.unknown", _UNKNOWN.format(name=name))
        elif value is None:
            yield _missing(field, place)
        elif isinstance(found, Mapping):
            yield from _inside(field, found, value, place)
        else:
            yield _wrong(field, place, value)


def _inside(field: AnyField, found: Mapping[Any, Any], value: Any, at: str) -> Iterator[Defect]:
    """Below a list its rows, below a group its members; the tree of errors has the same shape."""
    if isinstance(field, fields.List) and isinstance(value, list):
        for number, messages in found.items():
            yield from _inside(
                field.inner,
                messages if isinstance(messages, Mapping) else {},
                value[number],
                f"{at}/{number}",
            )
    elif isinstance(field, fields.Nested) and isinstance(value, Mapping) and found:
        yield from _told(field.schema, found, value, at)
    else:
        yield _wrong(field, at, value)


def _missing(field: AnyField | None, at: str) -> Defect:
    title = title_of(field, at.rpartition("/")[2])
    return Defect(at, "result.missing", _MISSING.format(name=title))


def _wrong(field: AnyField, at: str, value: Any) -> Defect:
    title = title_of(field, at.rpartition("/")[2])
    # A text that is one is not told to become one: it has another form than the department's numbers have.
    is_of_its_kind = isinstance(field, fields.String) and isinstance(value, str)
    shape = _OTHERWISE if is_of_its_kind and not choices_of(field) else shape_of(field)
    return Defect(at, "result.wrong", _WRONG.format(name=title, shape=shape))
