"""The types of applicants: each is one file in ``kinds``, or a folder where there is much to say, and nothing else names it.

A form says in ``applicant`` for whom it is; one that says nothing is a limited company's.
"""

from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Any

from marshmallow import Schema

from forms.applicants import kinds
from forms.applicants.applicant import Applicant
from forms.defect_table import TABLE
from forms.locality import Locality
from forms.sections import SECTIONS
from forms.structure.paths import Catalogue, catalogue_of

__all__ = [
    "APPLICANT", "USUAL", "Applicant", "applicants", "asked", "begun_for", "catalogue", "not_applying", "of",
    "offered", "path_exists", "unasked", "unasked_of_company",
]  # fmt: skip

APPLICANT = "applicant"
"""Where a form says for whom it is, beside its sections."""

USUAL = "company"


def _installed() -> Mapping[str, Applicant]:
    modules = (
        import_module(f"{kinds.__name__}.{each.name}") for each in iter_modules(kinds.__path__)
    )
    found: list[Applicant] = sorted((each.APPLICANT for each in modules), key=lambda one: one.rank)
    return MappingProxyType({one.key: one for one in found})


_INSTALLED = _installed()
for _each in _INSTALLED.values():
    TABLE.update(_each.defects)


def applicants() -> Mapping[str, Applicant]:
    """Return every type by its key, in their order."""
    return _INSTALLED


def offered(locality: Locality) -> Mapping[str, Applicant]:
    """Return the types this city registers here, in their order."""
    known = applicants()
    return {key: known[key] for key in known if key in (locality.applicants or known)}


def begun_for(named: str, locality: Locality) -> dict[str, str]:
    """Return what a form begins with for that type, or for the city's first where the city does not register it."""
    known = offered(locality)
    chosen = named if named in known else next(iter(known))
    return {} if chosen == USUAL else {APPLICANT: chosen}


def not_applying(form: object, locality: Locality) -> Mapping[str, str]:
    """Return the links that do not apply to this form's type in this city, each with the reason."""
    applicant = of(form)
    here = locality.also_for.get(applicant.key, ())
    return {link: reason for link, reason in applicant.without.items() if link not in here}


def of(form: object) -> Applicant:
    """Return for whom a form is, also one of any shape; the usual type where it names none that is known."""
    named = form.get(APPLICANT) if isinstance(form, Mapping) else None
    known = applicants()
    return known.get(named, known[USUAL]) if isinstance(named, str) else known[USUAL]


def asked(
    form: object, sections: Mapping[str, type[Schema]] = SECTIONS
) -> Mapping[str, type[Schema]]:
    """Return the sections as this form's type is asked them."""
    return _asked(of(form).key, tuple(sections.items()))


@lru_cache(maxsize=64)  # types times forms; a city has one form, tests have some
def _asked(key: str, sections: tuple[tuple[str, type[Schema]], ...]) -> Mapping[str, type[Schema]]:
    return applicants()[key].asks(dict(sections))


def catalogue(
    form: Mapping[str, Any], sections: Mapping[str, type[Schema]] = SECTIONS
) -> Catalogue:
    """Return every question this form's type is asked."""
    return catalogue_of(asked(form, sections))


@lru_cache(maxsize=64)
def _unasked(
    key: str, sections: tuple[tuple[str, type[Schema]], ...]
) -> frozenset[tuple[str, ...]]:
    whole, own = dict(sections), _asked(key, sections)
    return frozenset(catalogue_of(whole).places.keys() - catalogue_of(own).places.keys())


def unasked(
    form: object, sections: Mapping[str, type[Schema]] = SECTIONS
) -> frozenset[tuple[str, ...]]:
    """Return what a company is asked and this form's type is not, as paths."""
    return _unasked(of(form).key, tuple(sections.items()))


def unasked_of_company(
    form: object, sections: Mapping[str, type[Schema]] = SECTIONS
) -> frozenset[tuple[str, ...]]:
    """Return what this form's type is asked and a company is not, as paths."""
    own = catalogue_of(asked(form, sections)).places.keys()
    return frozenset(own - catalogue_of(sections).places.keys())


def path_exists(path: str, sections: Mapping[str, type[Schema]] = SECTIONS) -> bool:
    """Say whether a dotted path like `people.holders.cert.no` is a question to any type."""
    parts = tuple(path.split("."))
    return any(
        parts in catalogue_of(_asked(key, tuple(sections.items()))).places for key in applicants()
    )
