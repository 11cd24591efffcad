"""Read a posted page: text of controls to answers in the form's own shape.

Driven by the schema, never by what was posted: an unknown control is not looked at, and the work is
bounded by the form. What cannot be read stays as it was typed, and the form's check says why.
"""

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from marshmallow import Schema
from werkzeug.datastructures import MultiDict

from forms import codes
from forms.fields import Asked, Group, Rows, Several, Term
from forms.reading.answers import Today, joined, read
from forms.structure.pages import Page
from forms.structure.paths import AnyField, questions, schema_of
from forms.structure.tour import mask
from kaiban.domain.pointer import to_pointer
from kaiban.web.form.kinds import kind_of, usual
from kaiban.web.form.lists import listing, spoken
from kaiban.web.form.places import OWN, child, field_at, name_of
from kaiban.web.service import hall_today

Posted = MultiDict[str, str]

_WHOLE = re.compile(r"-?[0-9]{1,18}")
#: The controls of a day and of a month, and how many digits each has.
_DAY = (("year", 4), ("month", 2), ("day", 2))
PARTS = {"date": _DAY, "term": _DAY, "month": (("year", 4), ("month", 2))}
#: What the choices of a term are called besides 长期, and that of a day that may be left out.
YEARS, UNTIL, FOR_GOOD = "years", "day", "for-good"
_YEARS_UNIT = "年"
#: What a copied person brings along.
PERSON = ("name", "cert", "birth_date", "sex", "mobile", "email", "residence")


@dataclass(frozen=True)
class Reading:
    """What a page is read with.

    stored: the entry as it was when the page was shown, for masked values that came back
    untouched; None if it has changed since, so that nobody's number lands with somebody else.
    whole: the page shows long lists, too, which otherwise have pages of their own.
    moved: the rows may stand elsewhere by now; then a masked value stands for what it masks in the
    row with the same name alone.
    today: the hall's day, from which years are counted.
    """

    sections: Mapping[str, type[Schema]]
    stored: Mapping[str, Any] | None
    whole: bool = False
    moved: bool = False
    today: Today = hall_today

    def page(self, page: Page, posted: Posted) -> dict[str, Any]:
        """The answers of a page by dotted path, ready for `put`."""
        return {path: self._at(path, posted) for path in page.paths}

    def row(self, path: str, index: int, posted: Posted) -> dict[str, Any]:
        """The answers of one row of a list that has pages of its own."""
        asked = field_at(self.sections, path)
        assert isinstance(asked, Rows)
        place = f"/{path.replace('.', '/')}/{index}"
        return self._object(asked.schema, place, posted)

    def _at(self, path: str, posted: Posted) -> Any:
        pointer = to_pointer(path)
        if "." not in path:
            return self._object(schema_of(self.sections[path]), pointer, posted)
        above, _, key = path.rpartition(".")
        if key.isdecimal():
            return self.row(above, int(key), posted)
        return self._value(field_at(self.sections, path), pointer, posted)

    def _object(self, schema: Schema, pointer: str, posted: Posted) -> dict[str, Any]:
        found: dict[str, Any] = {}
        asked = questions(schema)
        for key, one in asked.items():
            value = self._value(one, f"{pointer}/{key}", posted)
            if not _nothing(one, value):
                found[key] = value
        for key, one in asked.items():
            when = one.when if isinstance(one, Asked) else None
            if when is not None and not when.applies(found):
                found.pop(key, None)
        return found

    def _value(self, asked: AnyField, pointer: str, posted: Posted) -> Any:
        kind = kind_of(asked)
        name = name_of(pointer)
        if kind == "roster" and not self.whole:
            return deepcopy(self._stored(pointer))
        if isinstance(asked, Group):
            return self._group(asked, pointer, posted)
        if isinstance(asked, Rows):
            return self._rows(asked, pointer, posted)
        value = _READERS[kind](asked, name, posted)
        return self._unmasked(asked, self._home(pointer, posted) if self.moved else pointer, value)

    def _home(self, pointer: str, posted: Posted) -> str:
        """Where what is asked at the pointer stood: in the only row of the same name, if it is in a row."""
        row, within = _split(pointer)
        above = row.rpartition("/")[0]
        name = posted.get(f"{name_of(row)}.name", "").strip() if row else ""
        rows = self._stored(above) if row else None
        if not isinstance(rows, list):
            return pointer
        same = [i for i, each in enumerate(rows) if name and child(each, "name") == name]
        here = int(row.rpartition("/")[2])
        if here not in same and len(same) != 1:
            return ""
        return f"{above}/{here if here in same else same[0]}/{within}"

    def _group(self, asked: Group, pointer: str, posted: Posted) -> Any:
        name, found = name_of(pointer), self._object(asked.schema, pointer, posted)
        ticked = asked.required or posted.get(f"{name}{OWN}present", "") == "yes"
        # Without scripts the group is open to be typed in although nobody has ticked it. Who takes the tick
        # out again of what was there wants it gone.
        typed = not self._stored(pointer) and _is_touched(asked.schema, found)
        return found if ticked or typed else None

    def _rows(self, asked: Rows, pointer: str, posted: Posted) -> list[Any]:
        counted = posted.get(f"{name_of(pointer)}{OWN}rows", "0")
        size = min(int(counted), asked.most + 1) if _WHOLE.fullmatch(counted) else 0
        return [self._object(asked.schema, f"{pointer}/{i}", posted) for i in range(max(size, 0))]

    def _unmasked(self, asked: AnyField, pointer: str, value: Any) -> Any:
        """A masked value that came back as it was shown stands for what it masks."""
        if not (asked.metadata.get("sensitive") and isinstance(value, str) and "*" in value):
            return read(asked, value, self.today) if isinstance(value, str) and value else value
        kept = self._stored(pointer)
        text = "" if kept is None or isinstance(kept, dict | list) else _plain(kept)
        return kept if text and mask(text) == value else ""

    def _stored(self, pointer: str) -> Any:
        found: Any = self.stored if pointer else None
        for part in pointer[1:].split("/"):
            found = child(found, int(part) if part.isdecimal() else part)
        return found


def _split(pointer: str) -> tuple[str, str]:
    """`/people/holders/0/cert/no` -> `/people/holders/0`, `cert/no`; two times "" outside of rows."""
    parts = pointer.split("/")
    at = next((index for index, part in enumerate(parts) if part.isdecimal()), 0)
    return ("/".join(parts[: at + 1]), "/".join(parts[at + 1 :])) if at else ("", "")


def _is_touched(schema: Schema, found: Mapping[str, Any]) -> bool:
    """Whether somebody typed or chose anything, besides what a page shows as chosen beforehand."""
    return any(_is_own(asked, found.get(key)) for key, asked in questions(schema).items())


def _is_own(asked: AnyField, value: Any) -> bool:
    if isinstance(asked, Group):
        return _is_touched(asked.schema, value or {})
    if isinstance(asked, Rows):
        return any(_is_touched(asked.schema, row) for row in value or ())
    return not _nothing(asked, value) and value != usual(asked)


def _nothing(asked: AnyField, value: Any) -> bool:
    return value in (None, "", {}) or (value == [] and isinstance(asked, Several))


def _plain(value: Any) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _text(_: AnyField, name: str, posted: Posted) -> Any:
    return posted.get(name, "").strip()


def _parts(asked: AnyField, name: str, posted: Posted) -> Any:
    shape = PARTS[kind_of(asked)]
    typed = [posted.get(f"{name}.{part}", "") for part, _ in shape]
    return joined(typed, [width for _, width in shape]) or None


def _years(name: str, posted: Posted) -> str:
    """So many years as the form reads them; "" for none."""
    typed = posted.get(f"{name}{OWN}{YEARS}", "").strip().rstrip(_YEARS_UNIT)
    return typed + _YEARS_UNIT if typed else ""


def _date(asked: AnyField, name: str, posted: Posted) -> Any:
    """A day, or in how many years; said twice it stays as typed, so that nobody's choice is taken for the other."""
    years = _years(name, posted)
    chosen = posted.get(f"{name}{OWN}{FOR_GOOD}") == "yes"
    said = [_parts(asked, name, posted) or "", years]
    if said[0] and chosen:
        said.append(Term.for_good)
    return " ".join(filter(None, said)) or None


def _term(asked: AnyField, name: str, posted: Posted) -> Any:
    """What was chosen; one chosen without saying how many years, or which day, is left for the form to refuse."""
    chosen = _text(asked, name, posted)
    if chosen == YEARS:
        return _years(name, posted) or _YEARS_UNIT
    return _parts(asked, name, posted) or "-" if chosen == UNTIL else chosen


def _flag(_: AnyField, name: str, posted: Posted) -> Any:
    return {"yes": True, "no": False}.get(posted.get(name, ""))


def _consent(_: AnyField, name: str, posted: Posted) -> Any:
    return True if posted.get(name) == "yes" else None


def _several(asked: AnyField, name: str, posted: Posted) -> list[str]:
    assert isinstance(asked, Several)
    return posted.getlist(name)[: asked.most + 1]


def _lines(_: AnyField, name: str, posted: Posted) -> list[str]:
    """All of them, however many may be given: what is too much is told, and stays to be chosen from."""
    typed = re.split(r"[\n、，,;；]+", posted.get(name, ""))
    return [line.strip() for line in typed if line.strip()]


def _search(asked: AnyField, name: str, posted: Posted) -> str:
    listed = listing(asked)
    return code_of(listed, posted.get(name, "").strip()) if listed is not None else ""


def code_of(listed: codes.CodeList, typed: str) -> str:
    """The code of an entry named by code or words; what names none, or several, comes back as typed."""
    if typed in listed:
        return typed
    for words in (spoken, lambda item: item.label):
        found = [item.code for item in listed.items if words(item) == typed]
        if found:
            return found[0] if len(found) == 1 else typed
    return typed


_READERS: dict[str, Callable[[AnyField, str, Posted], Any]] = {
    "text": _text,
    "number": _text,
    "radios": _text,
    "select": _text,
    "search": _search,
    "date": _date,
    "term": _term,
    "month": _parts,
    "flag": _flag,
    "consent": _consent,
    "several": _several,
    "lines": _lines,
    "derived": lambda *_: None,
}


def put(entry: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    """The entry with these answers at their dotted paths; what was answered with nothing goes."""
    made: dict[str, Any] = deepcopy(dict(entry))
    for path, value in answers.items():
        *above, key = path.split(".")
        place = made
        for part in above:
            below = place.get(part)
            place[part] = place = below if isinstance(below, dict) else {}
        if value in (None, "", {}):
            place.pop(key, None)
        else:
            place[key] = value
    return made


def placed(entry: Mapping[str, Any], pointer: str, value: Any) -> dict[str, Any]:
    """The entry with one answer at a pointer; rows that are not there yet come to be."""
    made: dict[str, Any] = deepcopy(dict(entry))
    *above, key = pointer[1:].split("/")
    _reached(made, above)[key] = value
    return made


def taken(entry: Mapping[str, Any], page: Page) -> dict[str, Any]:
    """What the entry holds for a page, by dotted path."""
    found: dict[str, Any] = {}
    for path in page.paths:
        value: Any = entry
        for part in path.split("."):
            value = child(value, part)
        if value is not None:
            found[path] = value
    return found


def with_person(
    entry: Mapping[str, Any], place: str, source: str, asked: Schema
) -> dict[str, Any]:
    """The entry with the person who stands at `source` also at `place` (pointers)."""
    person: Any = entry
    for part in source[1:].split("/"):
        person = child(person, int(part) if part.isdecimal() else part)
    made: dict[str, Any] = deepcopy(dict(entry))
    target = _reached(made, place[1:].split("/"))
    wanted = questions(asked)
    for key in PERSON:
        value = child(person, key)
        if key in wanted and value not in (None, ""):
            target[key] = deepcopy(value)
    return made


def _reached(place: Any, parts: list[str]) -> dict[str, Any]:
    for part in parts:
        if isinstance(place, list):
            index = int(part)
            place.extend({} for _ in range(index + 1 - len(place)))
            place = place[index]
        else:
            place = place.setdefault(part, [] if _holds_rows(parts, part) else {})
    found: dict[str, Any] = place
    return found


def _holds_rows(parts: list[str], part: str) -> bool:
    after = parts.index(part) + 1
    return after < len(parts) and parts[after].isdecimal()
