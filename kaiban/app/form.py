"""The one form, as the orchestrator asks for it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import Schema

import forms.applicants
import forms.derive
import forms.materials
import forms.opening
import forms.refill
import forms.structure.groups
import forms.values.addresses
from forms.locality import Locality
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.notices.notice import Caution, Defect
from kaiban.domain.papers.material import Person, Wanted


@dataclass(frozen=True)
class FormRules:
    """The one form with this city's rules (kaiban.ports.Form)."""

    sections: Mapping[str, type[Schema]]
    locality: Locality

    def check(
        self, entry: Any, wanted: frozenset[str], at: datetime
    ) -> tuple[dict[str, Any], list[Defect]]:
        """Check an entry: the completed form, and every defect at once."""
        checked = forms.opening.check(
            entry, today=at.astimezone(HALL_TIME).date(), sections=self.sections, wanted=wanted,
            locality=self.locality,
        )  # fmt: skip
        return dict(checked.form), _defects(checked.defects)

    def glance(
        self, part: Mapping[str, Any], at: datetime, whole: Mapping[str, Any]
    ) -> list[Defect]:
        """What is wrong with what a part of an entry says already, never what it lacks."""
        today = at.astimezone(HALL_TIME).date()
        return _defects(
            forms.opening.glance(
                part, today=today, sections=self.sections, locality=self.locality, whole=whole
            )
        )

    @property
    def applicants(self) -> Mapping[str, forms.applicants.Applicant]:
        """The types of applicants this city registers here, by key, in their order."""
        return forms.applicants.offered(self.locality)

    def begun_for(self, applicant: str) -> dict[str, str]:
        """What a form begins with for this type of applicant, or for the first this city registers."""
        return forms.applicants.begun_for(applicant, self.locality)

    def not_applying(self, form: Any) -> Mapping[str, str]:
        """The links that do not apply to the type of applicant a form is for, each with the reason."""
        return forms.applicants.not_applying(form, self.locality)

    def asked_for(self, path: str) -> str:
        """Where the form asks for what a derived field is made of."""
        return forms.derive.asked_for(path)

    def group_of(self, path: str, form: Mapping[str, Any]) -> str:
        """The row or person a path lies in, which is mended as a whole; the path itself if it lies in none."""
        return forms.structure.groups.group_of(path, forms.applicants.asked(form, self.sections))

    def materials(self, form: Mapping[str, Any], links: Sequence[str]) -> list[Wanted]:
        """What the form calls for these links."""
        found = forms.materials.needed(form, links, self.locality)
        return [
            Wanted(
                one.key, one.name, one.departments, one.produced, one.sensitive,
                _persons(form, links) if one.key == forms.materials.IDENTITY else None,
                one.condition,
            )
            for one in found
        ]  # fmt: skip

    @property
    def spared(self) -> frozenset[str]:
        """The keys of materials this city asks of nobody."""
        whole = self.locality.premises_declared
        return forms.materials.PROOFS_OF_PREMISES if whole else frozenset()

    @property
    def foreign_registrar(self) -> str:
        """Who registers companies with holders from abroad, Hong Kong, Macao or Taiwan, in words."""
        return self.locality.foreign_registrar

    def brought(self) -> dict[str, str]:
        """The names of all materials an applicant may have to bring, by key."""
        return {one.key: one.name for one in forms.materials.MATERIALS if not one.produced}

    def of_persons(self) -> frozenset[str]:
        """The keys of those of which each person brings their own."""
        return frozenset({forms.materials.IDENTITY})

    def to_be_seen(self, form: Mapping[str, Any]) -> dict[str, str]:
        """What a checked form confirms and somebody of the staff has to look at: the place by the word that confirms it."""
        return forms.opening.to_be_seen(form)

    def completed(self, form: Mapping[str, Any]) -> Mapping[str, Any]:
        """A checked form as departments read it."""
        return forms.values.addresses.completed(form)

    def refilled(
        self, form: Mapping[str, Any], into: Mapping[str, Any] | None = None
    ) -> Mapping[str, Any]:
        """The answers of a form that are asked for another one, without what each form is promised anew."""
        return forms.refill.refilled(form, self.sections, into)


def _persons(form: Mapping[str, Any], links: Sequence[str]) -> tuple[Person, ...]:
    found = forms.materials.persons(form, links)
    return tuple(Person(one.document, one.name, one.places) for one in found)


def _defects(found: Iterable[forms.opening.Defect]) -> list[Defect]:
    return [_defect(one) for one in found]


def _defect(found: forms.opening.Defect) -> Defect:
    told = Defect(found.pointer, found.code, found.message, rule=found.rule, example=found.example)
    return Caution(**vars(told), confirm=found.confirm) if found.confirm else told
