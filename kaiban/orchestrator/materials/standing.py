"""What an application needs of materials and what of them is there, as programs are told: nobody is named, persons are places of the form."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from kaiban.domain.cases.case import Case
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.papers.material import (
    MOST_FILES,
    Holder,
    Material,
    Person,
    Wanted,
    is_there,
    obligations,
    without,
)
from kaiban.orchestrator.materials.receiving import open_now
from kaiban.orchestrator.office import Office

#: How a material of a case stands.
STATES: Final = ("there", "part", "promised", "missing", "unasked")
_EVERYBODY: Final = "每份申请都要"
_NO_MORE: Final = "现在的表单不再需要"


def needed(office: Office, form: Mapping[str, Any], links: Sequence[str]) -> list[dict[str, Any]]:
    """What is to be brought with that form for these links."""
    return [
        _told(office, one, links) for one in office.form.materials(form, links) if not one.produced
    ]


def standing(office: Office, case: Case) -> dict[str, Any]:
    """What is to be brought to the case and what is there; then what is there although nothing asks for it any more."""
    links = [link.name for link in case.links]
    listed = office.materials.listed(Holder(case_no=case.no))
    wanted = [one for one in office.form.materials(case.form, links) if not one.produced]
    names, known = office.form.brought(), {one.key for one in wanted}
    openings = open_now(office, case)
    others = [each.key for each in listed if not each.commits] + list(openings)
    more = [
        Wanted(key, names.get(key, key), (), produced=False, why=_NO_MORE)
        for key in dict.fromkeys(others)
        if key not in known
    ]
    return {
        "case_no": case.no,
        "at_once": office.city.materials.required,
        "limits": _limits(office),
        "materials": [
            {**_told(office, one, links), **_there(one, listed, openings)}
            for one in [*wanted, *more]
        ],
    }


def _limits(office: Office) -> dict[str, int]:
    """How large files may be, and how many one request may bring."""
    found = office.city.materials.limits
    return {
        "files": MOST_FILES,
        "file_mb": found.file_mb,
        "request_mb": found.at_once_mb,
        "total_mb": found.total_mb,
        "pages": found.pages,
        "megapixels": found.megapixels,
    }


def _told(office: Office, one: Wanted, links: Sequence[str]) -> dict[str, Any]:
    return {
        "key": one.key,
        "name": one.name,
        "why": one.why or _EVERYBODY,
        "links": [name for name in links if name in one.departments],
        "may_follow": one.key in office.city.materials.deferral.keys,
        "of": None if one.persons is None else _places(one.persons),
    }


def _there(
    one: Wanted, listed: Sequence[Material], openings: Mapping[str, Wanted]
) -> dict[str, Any]:
    files = [each for each in listed if each.key == one.key and not each.promised]
    promise = next((each for each in obligations(listed) if each.key == one.key), None)
    opening = openings.get(one.key)
    return {
        "state": _state(one, listed, promise),
        "missing_of": _places(without(one, listed)),
        "may_bring": opening is not None,
        "bring_of": _places(opening.persons or ()) if opening else [],
        "due": promise.deferred_until.isoformat() if promise and promise.deferred_until else None,
        "files": [_file(each, one.persons or ()) for each in files],
    }


def _state(one: Wanted, listed: Sequence[Material], promise: Material | None) -> str:
    if is_there(one, listed):
        return "there" if one.departments else "unasked"
    if promise:
        return "promised"
    if any(each.key == one.key and not each.promised for each in listed):
        return "part"
    return "missing"


def _file(file: Material, persons: Iterable[Person]) -> dict[str, Any]:
    on_it = [one for one in persons if one.document in (file.about or ())]
    return {
        "digest": file.digest,
        "media_type": file.media_type,
        "pages": file.pages,
        "size": file.size,
        "at": file.at.astimezone(HALL_TIME).isoformat(timespec="seconds"),
        "of": _places(on_it),
    }


def _places(persons: Iterable[Person]) -> list[str]:
    return [one.places[0] for one in persons if one.places]
