"""Everybody the form names, each once, with all that they are to the company."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kaiban.documents.papers.answers import Answers

_EVERYBODY: Final = frozenset({"registration"})

#: Where the form names people, and which departments learn of them there; the registrar of all who hold office.
PLACES: Final[Mapping[str, frozenset[str]]] = {
    "people.legal_rep": frozenset(
        {"registration", "seal", "tax", "bank", "social_insurance", "housing_fund"}
    ),
    "people.holders": _EVERYBODY | {"tax", "bank"},
    "people.family": _EVERYBODY,
    "people.directors": _EVERYBODY,
    "people.supervisors": _EVERYBODY,
    "people.manager": _EVERYBODY,
    "people.finance_officer": _EVERYBODY | {"tax"},
    "people.tax_agent": frozenset({"tax"}),
    "people.liaison": _EVERYBODY,
    "people.proxy": _EVERYBODY | {"seal", "bank"},
    "people.beneficial_owners": _EVERYBODY | {"bank"},
    "tax.invoice.buyer": frozenset({"tax"}),
    "social_insurance.clerk": frozenset({"social_insurance"}),
    "housing_fund.clerk": frozenset({"housing_fund"}),
}


@dataclass(frozen=True)
class Person:
    """Somebody: ``roles`` in the form's own words, and the answers the form has of them."""

    roles: str
    path: str
    answers: Mapping[str, Any]
    form: Answers

    def text(self, question: str) -> str:
        """The answer to a question about them (``cert.no``), in words; a dash where it is not asked."""
        return self.form.within(self.path, self.answers, question)


def persons(form: Answers, departments: Collection[str]) -> list[Person]:
    """Everybody these departments learn of, in the order of ``PLACES``; one document, one person."""
    found: dict[tuple[str, str], Person] = {}
    for path, answers in _named(form, departments):
        cert = answers["cert"]
        known = found.get((cert["type"], cert["no"]))
        found[cert["type"], cert["no"]] = _joined(known, path, answers, form)
    return list(found.values())


def _joined(known: Person | None, path: str, answers: Mapping[str, Any], form: Answers) -> Person:
    role = form.label(path)
    if known is None:
        return Person(role, path, answers, form)
    roles = dict.fromkeys((*known.roles.split("、"), role))
    fuller = len(answers) > len(known.answers)
    return Person(
        "、".join(roles),
        path if fuller else known.path,
        {**known.answers, **answers},
        form,
    )


def _named(form: Answers, departments: Collection[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for path, readers in PLACES.items():
        found = form.raw(path) if not readers.isdisjoint(departments) else None
        for one in found if isinstance(found, list) else [found]:
            if one:
                yield path, one
