"""Rules every person in the form must pass, wherever the person stands."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from forms.defects import Found
from forms.rules.rule import Rule
from forms.sections.shapes import GB_11643, identity
from forms.structure.view import Setting, Unreadable, View
from forms.values.years import years_after

FULL_AGE = 18
GREAT_AGE = 100
OFFICES = ("people.legal_rep", "people.manager", "people.finance_officer")
SINGLE = (
    *OFFICES,
    "people.tax_agent",
    "people.liaison",
    "people.proxy",
    "tax.invoice.buyer",
    "social_insurance.clerk",
    "housing_fund.clerk",
)
MANY = (
    "people.holders",
    "people.directors",
    "people.supervisors",
    "people.beneficial_owners",
    "staff.members",
)


def everyone(form: View) -> Iterator[View]:
    """Yield every person and holder of the form, those of absent sections left out."""
    for path in SINGLE:
        person = _group(form, path)
        if person:
            yield person
    for path in MANY:
        yield from _rows(form, path)


IDENTITY = ("cert.type", "cert.no")


def identity_of(person: View) -> tuple[str, str]:
    """Return what makes a person the same person: type and number of the document."""
    return person["cert.type"], person["cert.no"]


BIRTH = (*IDENTITY, "birth_date")


def birth_of(person: View) -> Any:
    """Return the ISO birth date from the document, else as given, None where there is neither."""
    cert = {"type": person["cert.type"], "no": person["cert.no"]}
    return identity(cert).get("birth_date") or person["birth_date"]


def sex_of(person: View) -> Any:
    """Return the sex from the document, else as given, None where there is neither."""
    cert = {"type": person["cert.type"], "no": person["cert.no"]}
    return identity(cert).get("sex") or person["sex"]


def birth_known(form: View, _setting: Setting) -> Iterator[Found]:
    """Ask for the birth date where age matters and the document does not tell it."""
    persons = [p for p in [_group(form, "people.legal_rep")] if p] + _rows(form, "staff.members")
    for person in persons:
        if person.sound(*BIRTH) and birth_of(person) is None:
            yield person.found("birth_date", "person.birth_needed")


def _group(form: View, path: str) -> View | None:
    try:
        return form.group(path)
    except Unreadable:
        return None


def _rows(form: View, path: str) -> list[View]:
    try:
        return form.rows(path)
    except Unreadable:
        return []


def same_person_same_name(form: View, _setting: Setting) -> Iterator[Found]:
    """One document number has one name."""
    names: dict[tuple[str, str], str] = {}
    for person in everyone(form):
        if person.sound(*IDENTITY, "name") and person.has("cert.no"):
            name = names.setdefault(identity_of(person), person["name"])
            if name != person["name"]:
                yield person.found("name", "person.two_names")


def birth_not_ahead(form: View, setting: Setting) -> Iterator[Found]:
    """Nobody is born after today."""
    for person in everyone(form):
        if not person.sound(*BIRTH):
            continue
        birth = birth_of(person)
        if birth is not None and birth > setting.today.isoformat():
            by_card = person["cert.type"] in GB_11643
            yield (
                person.found("cert.no", "id.future")
                if by_card
                else person.found("birth_date", "person.birth_future")
            )


def birth_not_long_past(form: View, setting: Setting) -> Iterator[Found]:
    """Ask about who would be a hundred years old."""
    for person in everyone(form):
        if not person.sound(*BIRTH):
            continue
        birth = birth_of(person)
        if birth is not None and reached(GREAT_AGE, birth, setting.today):
            place = "cert.no" if person["cert.type"] in GB_11643 else "birth_date"
            yield person.found(place, "person.old", age=GREAT_AGE)


def document_in_force(form: View, setting: Setting) -> Iterator[Found]:
    """条例 art. 16: a document past its last day proves nothing."""
    for person in everyone(form):
        if not person.sound("cert.valid_until"):
            continue
        until = person["cert.valid_until"]
        if until is not None and until < setting.today.isoformat():
            yield person.found("cert.valid_until", "cert.expired")


def mandate_in_force(form: View, setting: Setting) -> Iterator[Found]:
    """民法典 art. 173: a mandate ends with its period."""
    until = form["people.proxy.valid_until"]
    if until is not None and until < setting.today.isoformat():
        yield form.found("people.proxy.valid_until", "proxy.expired")


def reached(age: int, birth: Any, day: date) -> bool:
    """Say whether one born on ISO day `birth` has completed `age` years on `day`.

    A year of life is complete on the birthday (民法典 art. 200-204 count the whole day).
    """
    try:
        return years_after(date.fromisoformat(birth), age) <= day
    except ValueError:  # beyond year 9999
        return False


def legal_rep_age(form: View, setting: Setting) -> Iterator[Found]:
    """民法典 art. 17, 条例 art. 12: full civil capacity."""
    person = form.group("people.legal_rep")
    if person and person.sound(*BIRTH) and not _of_age(person, setting):
        yield person.found("cert.no", "legal_rep.age")


def officers_age(form: View, setting: Setting) -> Iterator[Found]:
    """公司法 (2023) art. 178: the same for directors, supervisors and senior managers."""
    groups = [_group(form, path) for path in OFFICES[1:]]
    persons = [person for person in groups if person]
    for path in ("people.directors", "people.supervisors"):
        persons += _rows(form, path)
    for person in persons:
        if person.sound(*BIRTH) and not _of_age(person, setting):
            yield person.found("cert.no", "officer.age")


def _of_age(person: View, setting: Setting) -> bool:
    birth = birth_of(person)
    return birth is None or reached(FULL_AGE, birth, setting.today)


RULES = (
    Rule(birth_known),
    Rule(same_person_same_name),
    Rule(birth_not_ahead, early=True),
    Rule(birth_not_long_past, early=True),
    Rule(document_in_force, early=True),
    Rule(mandate_in_force, early=True),
    Rule(legal_rep_age, early=True),
    Rule(officers_age, early=True),
)
