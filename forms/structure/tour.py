"""Walk a form line by line, in Chinese: for screen, print and API alike."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from marshmallow import Schema

from forms import codes
from forms.fields import BankCode, Choice, Consent, Flag, IndustryCode, Several, Term
from forms.sections import SECTIONS
from forms.structure.paths import AnyField, inner_schema, questions, schema_of
from forms.values import checks

_ID_LENGTH = 18
_SHORTEST_NUMBER = 8
#: Two digits and a short word after them. Days are not numbers somebody checks by their end.
_ENDING = re.compile(r"([0-9]{1,2})[^0-9年月日]{0,3}$")


@dataclass(frozen=True)
class Line:
    """One answered question.

    section: its title. trail: the groups around it, rows numbered from 1, e.g. ("股东 1", "证件").
    value: as people read it, codes resolved. `shown` is the value fit for screens and overviews.
    listed: whether the value is a word of ours and none of the applicant's. derived: whether the form works it out from other answers.
    """

    pointer: str
    section: str
    trail: tuple[str, ...]
    label: str
    value: str
    sensitive: bool
    listed: bool = False
    derived: bool = False

    @property
    def shown(self) -> str:
        """Return the value, masked where it is sensitive."""
        return mask(self.value) if self.sensitive else self.value


def walk(
    form: Mapping[str, Any], sections: Mapping[str, type[Schema]] = SECTIONS
) -> Iterator[Line]:
    """Yield a line for every answer of `form`, in the order of the questions.

    What has another shape than its question (a text where a group belongs) is a line, too: as it is, and masked, for nobody
    can say what is in it.
    """
    for name, schema in sections.items():
        if isinstance(form.get(name), Mapping):
            title = str(getattr(schema, "title", "") or name)
            yield from _lines(form[name], schema_of(schema), title, f"/{name}", ())


def sensitive_paths(
    form: Mapping[str, Any], sections: Mapping[str, type[Schema]] = SECTIONS
) -> tuple[str, ...]:
    """Name what of `form` is masked, as form paths without rows: /people/holders/0/name -> people.holders.name."""
    found = (line.pointer.split("/") for line in walk(form, sections) if line.sensitive)
    paths = (".".join(part for part in parts if part and not part.isdecimal()) for parts in found)
    return tuple(dict.fromkeys(paths))


def _lines(
    answers: Mapping[str, Any], schema: Schema, section: str, pointer: str, trail: tuple[str, ...]
) -> Iterator[Line]:
    for key, field in questions(schema).items():
        value = answers.get(key)
        if value is None or value == []:
            continue
        place, label = f"{pointer}/{key}", str(field.metadata.get("label", key))
        inner = inner_schema(field)
        if inner is None:
            strange = not _fits(field, value)
            sensitive = strange or bool(field.metadata.get("sensitive"))
            words = in_chinese(field, value)
            yield Line(
                place, section, trail, label, words, sensitive,
                listed=is_listed(field) and not strange, derived=bool(field.metadata.get("derived")),
            )  # fmt: skip
            continue
        rows = isinstance(value, list)
        for number, each in enumerate(value if rows else [value], 1):
            where = (*trail, f"{label} {number}" if rows else label)
            here = f"{place}/{number - 1}" if rows else place
            if isinstance(each, Mapping):
                yield from _lines(each, inner, section, here, where)
            else:
                yield Line(here, section, where[:-1], where[-1], _as_it_is(each), sensitive=True)


def is_listed(field: AnyField) -> bool:
    """Say whether the answers of `field` are words of ours, as far as they are words."""
    if isinstance(field, Several):
        return is_listed(field.inner)
    return isinstance(field, Choice | Flag | Consent | Term)


def in_chinese(field: AnyField, value: Any) -> str:
    """Return `value` of `field` as people read it; one of another shape than the field's as it is."""
    if not _fits(field, value):
        return _as_it_is(value)
    if isinstance(field, Several):
        return "、".join(in_chinese(field.inner, one) for one in value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(field, Choice | BankCode):
        return _code(field, value)
    if isinstance(value, int | Decimal):
        return _number(value, str(field.metadata.get("unit", "")))
    return in_days(str(value))


def _fits(field: AnyField, value: Any) -> bool:
    """Say whether `value` is of the shape `field` has: a list of single values, or one that is single."""
    several = isinstance(field, Several)
    return isinstance(value, list) == several and all(
        isinstance(one, str | bool | int | float | Decimal)
        for one in (value if several else [value])
    )


def _as_it_is(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)


def _code(field: Choice | BankCode, code: Any) -> str:
    code = str(code)
    if isinstance(field, IndustryCode):
        return f"{code} {field.listed.label(code)}"
    if isinstance(field, Choice):
        return str(field.listed.more(code, "full") or field.listed.label(code))
    label = codes.BANK_BRANCHES.label(code)
    return code if label == code else f"{label}（{code}）"


def _number(value: int | Decimal, unit: str) -> str:
    space = " " if unit and unit != "%" else ""
    return f"{Decimal(value):f}{space}{unit}"


def in_days(text: str) -> str:
    """Return an ISO day or month as people read it; any other text as it is."""
    found = re.fullmatch(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?", text)
    if found is None:
        return text
    year, month, day = found.groups()
    return f"{year}年{int(month)}月" + (f"{int(day)}日" if day else "")


def mask(text: str) -> str:
    """Return `text` with its middle hidden: 431302********0018, 138****5678, 示范市****."""
    if not text:
        return "****"
    if checks.MOBILE.fullmatch(text):
        return f"{text[:3]}****{text[-4:]}"
    plain = text.isascii() and text.isalnum()
    if plain and len(text) == _ID_LENGTH:
        return f"{text[:6]}********{text[-4:]}"
    if plain and len(text) >= _SHORTEST_NUMBER:
        return "*" * (len(text) - 4) + text[-4:]
    kept = 0 if text[0].isdecimal() else min(3, len(text) // 3)
    return text[:kept] + "****" + _last_digits(text[kept:])


def _last_digits(text: str) -> str:
    """Return the last digits of a text that ends in a number; "" where they would be nearly all of it."""
    found = _ENDING.search(text)
    return found[1] if found and len(text) > len(found[0]) + 1 else ""
