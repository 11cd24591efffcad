"""What one type of applicant has otherwise than the limited company, which the form is written for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from marshmallow import Schema

from forms.defect_table import Entry
from forms.defects import COMPANY_WORDS
from forms.rules.rule import Rule
from forms.structure.pages import Page

Form = dict[str, Any]


@dataclass(frozen=True)
class Applicant:
    """A type of applicant; what it does not say is as for the limited company.

    key: its name in a form (``applicant``). rank: its place where types are listed. title: what it is called.
    hint: who chooses it. basis: the law it is set up by. head: what its head is called; holder: whoever puts in; capital: what they put in;
    firm: the whole, in a sentence.
    sections: its variants of sections, made by inheriting them. pages: in the place of the pages of the same name; pages of which it asks
    nothing are left out by themselves. settled: what its type alone decides, by section; set before anything else is worked out.
    rules: its own rules, and defects: what they find; rules of questions it is not asked stand back by themselves. told: what rules for everybody find, by its
    code, under a code of its own, since another law says it; "" where no law does. without: links that do not apply to it, with the reason, as far as the city
    does not say otherwise. materials: names of documents that are called otherwise, or that only it has; "" for one it has not.
    duties: what follows after opening in other words, by the duty's title: text and basis.
    remark: what the guide says of it. cast: who of the sample's people stand in a list of `people`, by their numbers. example: answers of its sample, merged
    into those of the company, in a list by the number of the row; None takes away.
    """

    key: str
    rank: int
    title: str
    hint: str
    basis: str
    head: str = COMPANY_WORDS["head"]
    holder: str = COMPANY_WORDS["holder"]
    capital: str = COMPANY_WORDS["capital_title"]
    firm: str = COMPANY_WORDS["firm"]
    sections: Mapping[str, type[Schema]] = field(default_factory=dict)
    pages: tuple[Page, ...] = ()
    settled: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    defects: Mapping[str, Entry] = field(default_factory=dict)
    told: Mapping[str, str] = field(default_factory=dict)
    without: Mapping[str, str] = field(default_factory=dict)
    materials: Mapping[str, str] = field(default_factory=dict)
    duties: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    remark: str = ""
    cast: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    example: Mapping[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> Mapping[str, str]:
        """What sentences that hold for everybody call it and its own."""
        return {
            "head": self.head,
            "holder": self.holder,
            "capital_title": self.capital,
            "firm": self.firm,
        }

    def settle(self, form: Form) -> None:
        """Write into a checked form what its type alone decides, in the sections it has."""
        for section in self.settled.keys() & form.keys():
            form[section].update(self.settled[section])

    def asks(self, sections: Mapping[str, type[Schema]]) -> dict[str, type[Schema]]:
        """Return these sections, its own variants in the place of those of the same name."""
        return {name: self.sections.get(name, schema) for name, schema in sections.items()}
