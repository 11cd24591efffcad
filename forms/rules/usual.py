"""What no rule forbids and yet is strange: numbers and days outside of what their question calls usual."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from marshmallow import Schema

from forms.defects import Found
from forms.fields import Day, Group, Money, Month, Rows, Whole
from forms.structure.paths import AnyField, inner_schema, questions, schema_of
from forms.structure.view import Setting, Unreadable, View
from forms.values.years import years_after


def unusual(form: View, setting: Setting, sections: Mapping[str, type[Schema]]) -> Iterator[Found]:
    """Yield every sound answer of `form` that is to be confirmed, as far as fields say."""
    for name, schema in sections.items():
        try:
            section = form.group(name)
        except Unreadable:
            continue
        if section is not None:
            yield from _inside(section, schema_of(schema), setting)


def _inside(place: View, schema: Schema, setting: Setting) -> Iterator[Found]:
    for key, field in _judged(schema):
        inner = inner_schema(field)
        if inner is None:
            if place.sound(key) and place[key] is not None:
                yield from _judge(place, key, field, setting)
            continue
        for below in _below(place, key, field):
            yield from _inside(below, inner, setting)


def _below(place: View, key: str, field: AnyField) -> list[View]:
    try:
        group = None if isinstance(field, Rows) else place.group(key)
        return place.rows(key) if isinstance(field, Rows) else [group] if group else []
    except Unreadable:
        return []


@lru_cache(maxsize=256)  # the groups of the form
def _judged(schema: Schema) -> tuple[tuple[str, AnyField], ...]:
    """The questions that say what is usual, and the groups that hold such."""
    return tuple(
        (key, field)
        for key, field in questions(schema).items()
        if getattr(field, "usual", None) is not None or _holds_judged(field)
    )


def _holds_judged(field: AnyField) -> bool:
    inner = inner_schema(field)
    return isinstance(field, Group | Rows) and inner is not None and bool(_judged(inner))


def _judge(place: View, key: str, field: AnyField, setting: Setting) -> Iterator[Found]:
    if isinstance(field, Whole | Money) and field.usual:
        yield from _outside(place, key, place[key], field.usual, "number.strange")
    if isinstance(field, Day) and field.usual:
        back, ahead = field.usual
        length = 7 if isinstance(field, Month) else 10
        days = (years_after(setting.today, years).isoformat()[:length] for years in (-back, ahead))
        yield from _outside(place, key, place[key], tuple(days), "date.strange")


def _outside(
    place: View, key: str, value: Any, usual: tuple[Any, ...], code: str
) -> Iterator[Found]:
    low, high = usual
    if value != LONG_TERM and not low <= value <= high:
        yield place.found(key, code, low=low, high=high)


LONG_TERM = "长期"
