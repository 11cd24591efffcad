"""The opening form: its sections in order, and the one check that names every defect at once.

Limits: lists have a most, unknown keys of one object are named up to `MOST_UNKNOWN`; so the work is
bounded by the form, not by what is sent. JSON text is read with `forms.jsontext.read`.
"""

from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError

from forms.applicants import APPLICANT, USUAL, Applicant, asked, of, offered, path_exists, unasked
from forms.defect_table import TABLE
from forms.defects import Defect, Flaw, Found, defect, is_strange, merged, pointer, word_for
from forms.derive import derive
from forms.locality import NATIONAL, Locality
from forms.reading.answers import read
from forms.rules import EARLY, findings
from forms.rules.usual import unusual
from forms.sections import ALWAYS, SECTIONS
from forms.structure.paths import AnyField, Catalogue, Place, catalogue_of, schema_of
from forms.structure.view import Blemishes, Setting, View

__all__ = [
    "ALWAYS",
    "CONFIRM",
    "SECTIONS",
    "Checked",
    "Defect",
    "Locality",
    "check",
    "glance",
    "path_exists",
]

MOST_UNKNOWN = 20
NOTHING: Mapping[str, Any] = {}
_FOREIGN_WORDS = {
    "Missing data for required field.": "required",
    "Field may not be null.": "required",
    "Unknown field.": "unknown",
}


@dataclass(frozen=True)
class Checked:
    """What a check found.

    form: normalised values; complete with derived values only if there are no defects.
    """

    form: dict[str, Any]
    defects: tuple[Defect, ...]


def check(
    entry: object,
    *,
    today: date,
    sections: Mapping[str, type[Schema]] = SECTIONS,
    wanted: Collection[str] | None = None,
    locality: Locality = NATIONAL,
) -> Checked:
    """Check `entry`, any JSON value, and return its normalised form and all its defects.

    today: stands for the day of founding. wanted: the top-level sections the chosen links need,
    None = all; sections not wanted are checked where present. Never raises on a JSON value.
    The entry says in `applicant` whose form it is, and is asked what that type is asked.
    What is only strange, and confirmed in the entry's list `confirm`, is no defect any more.
    """
    if not isinstance(entry, Mapping):
        return Checked({}, (defect(Found("", Flaw("type.object")), label="申请表"),))
    applicant, gone, sections = of(entry), unasked(entry, sections), asked(entry, sections)
    needed = set(sections) if wanted is None else set(wanted) | ALWAYS
    loaded, found = _load(entry, sections, needed)
    view = View(loaded, _blemishes(found), unasked=gone)
    setting = Setting(today, locality)
    found += (*_findings(view, setting, applicant), *unusual(view, setting, sections))
    words, wrong = _words(entry)
    wrong += _stranger(entry, locality)
    told = _in_words(found, view, catalogue_of(sections), applicant.words) if found else ()
    told = tuple(_hinted(one, entry, catalogue_of(sections), today) for one in told)
    if APPLICANT in entry:
        loaded[APPLICANT] = applicant.key
    if all(map(is_strange, found)) and not wrong:
        loaded = deepcopy(loaded)
        derive(loaded, today, locality)
    confirmed = [one.confirm for one in told if one.confirm and one.confirm in words]
    if confirmed:
        loaded[CONFIRM] = confirmed
    return Checked(loaded, (*wrong, *(one for one in told if one.confirm not in words)))


def _findings(view: View, setting: Setting, applicant: Applicant) -> Iterator[Found]:
    yield from _told(findings(view, setting), applicant)
    yield from findings(view, setting, applicant.rules)


def _told(found: Iterator[Found], applicant: Applicant) -> Iterator[Found]:
    """What rules for everybody find, as this type is told it."""
    for one in found:
        if code := applicant.told.get(one.flaw.code, one.flaw.code):
            yield Found(one.pointer, Flaw(code, **one.flaw.params))


def _blemishes(found: Collection[Found]) -> Blemishes:
    """Where a rule cannot read. A list with too few rows can be read, as long as it has any."""
    return Blemishes(one.pointer for one in found if not one.flaw.params.get("there"))


def _stranger(entry: Mapping[str, Any], locality: Locality) -> tuple[Defect, ...]:
    """What is wrong with the type of applicant an entry names; left out, it is the usual one, which a city need not register."""
    known = offered(locality)
    named = USUAL if entry.get(APPLICANT) is None else entry[APPLICANT]
    if isinstance(named, str) and named in known:
        return ()
    titles = "、".join(f"{one.key}（{one.title}）" for one in known.values())
    return (
        defect(Found(f"/{APPLICANT}", Flaw("code.unknown", choices=titles)), label="申请人类型"),
    )


CONFIRM = "confirm"
"""Where an entry says back what it confirms: a list of `Defect.confirm`, beside the sections."""


def to_be_seen(entry: Mapping[str, Any]) -> dict[str, str]:
    """What a checked entry confirms and somebody of the staff has to look at: the place by the word that confirms it."""
    words = [word.split(":", 1) for word in entry.get(CONFIRM, ())]
    return {
        f"{code}:{rest}": rest.rpartition(":")[0]
        for code, rest in words
        if code in TABLE and TABLE[code].staff
    }


MOST_WORDS = 200


def _words(entry: Mapping[str, Any]) -> tuple[frozenset[str], tuple[Defect, ...]]:
    """The words an entry says back, or what is wrong with them; an empty one confirms nothing."""
    said = entry.get(CONFIRM) or []
    fits = isinstance(said, list | tuple) and len(said) <= MOST_WORDS
    if fits and all(isinstance(word, str) for word in said):
        return frozenset(said) - {""}, ()
    return frozenset(), (defect(Found(f"/{CONFIRM}", Flaw("confirm.words"))),)


def glance(
    part: Mapping[str, Any],
    *,
    today: date,
    sections: Mapping[str, type[Schema]] = SECTIONS,
    locality: Locality = NATIONAL,
    whole: Mapping[str, Any] = NOTHING,
) -> tuple[Defect, ...]:
    """Name what is wrong with what a part of a form says already, never what it lacks.

    For showing while somebody types: only the sections of `part` are looked at, by their fields and
    by the rules that need no more than one answer and its neighbours. `check` decides. `whole` is the form it is a part of.
    """
    gone, sections = unasked(whole, sections), asked(whole, sections)
    looked_at = {name: schema for name, schema in sections.items() if name in part}
    loaded, found = _load(part, looked_at, ())
    view = View(loaded, _blemishes(found), unasked=gone)
    setting = Setting(today, locality)
    applicant = of(whole)
    found += _told(findings(view, setting, EARLY), applicant)
    found += findings(view, setting, tuple(rule for rule in applicant.rules if rule.early))
    found += unusual(view, setting, looked_at)
    return _in_words(
        [one for one in found if one.flaw.code not in _LACKING],
        view,
        catalogue_of(sections),
        applicant.words,
    )


def _hinted(one: Defect, entry: Mapping[str, Any], catalogue: Catalogue, today: date) -> Defect:
    """The defect of a text the form does not take, with what the pages would have read in it.

    Nothing of a sensitive answer is repeated.
    """
    place = catalogue.at(one.pointer)
    said = View(entry, Blemishes(iter(()))).value_at(one.pointer)
    if place is None or place.field is None or not isinstance(said, str) or one.confirm:
        return one
    if place.field.metadata.get("sensitive"):
        return one
    meant = _meant(place.field, said[:MOST_READ], today)
    return one if meant is None else replace(one, message=one.message + HINT.format(meant=meant))


def _meant(field: AnyField, said: str, today: date) -> str | None:
    try:
        meant = read(field, said, lambda: today)
        field.deserialize(meant)
    except ValidationError:
        return None
    if meant in (None, said):
        return None
    return f"{meant:f}" if isinstance(meant, Decimal) else str(meant)


HINT = "按所写内容，应填 {meant}。"
"""Added to a defect where a text stands for an answer that could be read."""

MOST_READ = 100
"""So much of a text is read for a hint, in characters."""

_LACKING = frozenset({"required", "list.too_few"})


def _in_words(
    found: list[Found], view: View, catalogue: Catalogue, words: Mapping[str, str]
) -> tuple[Defect, ...]:
    wrong = {one.pointer for one in found if not is_strange(one)}
    # What has to be mended need not be confirmed as well.
    found = [one for one in found if one.pointer not in wrong or not is_strange(one)]
    found.sort(key=lambda one: catalogue.rank(one.pointer))
    return merged(
        _in_word(one, view, catalogue.at(one.pointer) or Place(0, "", ""), words) for one in found
    )


def _in_word(one: Found, view: View, place: Place, words: Mapping[str, str]) -> Defect:
    word = word_for(one, view.value_at(one.pointer)) if is_strange(one) else ""
    return defect(
        one,
        label=place.label,
        example=place.example,
        asking=place.asking,
        confirm=word,
        words=words,
    )


def _load(
    entry: Mapping[str, Any], sections: Mapping[str, type[Schema]], needed: Collection[str]
) -> tuple[dict[str, Any], list[Found]]:
    loaded: dict[str, Any] = {}
    found: list[Found] = []
    for name, schema in sections.items():
        raw = entry.get(name)
        if raw is None and name not in needed:
            continue
        try:
            loaded[name] = schema_of(schema).load({} if raw is None else raw)
        except ValidationError as error:
            loaded[name] = error.valid_data if isinstance(error.valid_data, dict) else {}
            found += _flaws(error.messages, (name,))
    beside = {CONFIRM, APPLICANT}
    found += _unknown((key for key in entry if key not in sections and key not in beside), ())
    return loaded, found


def _unknown(keys: Iterator[str], parts: tuple[str | int, ...]) -> Iterator[Found]:
    for count, key in enumerate(keys):
        if count == MOST_UNKNOWN:
            yield Found(pointer(parts), Flaw("unknown.many"))
            return
        yield Found(pointer((*parts, key)), Flaw("unknown"))


def _flaws(messages: Any, parts: tuple[str | int, ...]) -> Iterator[Found]:
    """Walk the messages of a schema, as deep as the form is and no deeper."""
    if not isinstance(messages, dict):
        yield from (Found(pointer(parts), _flaw(one)) for one in messages)
        return
    strange = [key for key, value in messages.items() if value == ["unknown"]]
    for key, value in messages.items():
        if value != ["unknown"]:
            yield from _flaws(value, parts if key == "_schema" else (*parts, key))
    yield from _unknown(iter(strange), parts)


def _flaw(message: object) -> Flaw:
    if isinstance(message, Flaw):
        return message
    text = str(message)
    code = _FOREIGN_WORDS.get(text, text)
    return Flaw(code) if code in CODES_WITHOUT_VALUES else Flaw("invalid", reason=text)


CODES_WITHOUT_VALUES = frozenset({"required", "unknown", "type.object"})
"""Codes that fields and schemas raise as plain strings."""
