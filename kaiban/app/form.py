"""The one form, as the orchestrator asks for it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import Schema

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

    def glance(self, part: Mapping[str, Any], at: datetime) -> list[Defect]:
        """What is wrong with what a part of an entry says already, never what it lacks."""
        today = at.astimezone(HALL_TIME).date()
        return _defects(
            forms.opening.glance(part, today=today, sections=self.sections, locality=self.locality)
        )

    def asked_for(self, path: str) -> str:
        """Where the form asks for what a derived field is made of."""
        return forms.derive.asked_for(path)

    def group_of(self, path: str) -> str:
        """The row or person a path lies in, which is mended as a whole; the path itself if it lies in none."""
        return forms.structure.groups.group_of(path, self.sections)

    def materials(self, form: Mapping[str, Any], links: Sequence[str]) -> list[Wanted]:
        """What the form calls for these links."""
        found = forms.materials.needed(form, links)
        return [
            Wanted(
                one.key, one.name, one.departments, one.produced, one.sensitive,
                _persons(form, links) if one.key == forms.materials.IDENTITY else None,
            )
            for one in found
        ]  # fmt: skip

    def brought(self) -> dict[str, str]:
        """The names of all materials an applicant may have to bring, by key."""
        return {one.key: one.name for one in forms.materials.MATERIALS if not one.produced}

    def of_persons(self) -> frozenset[str]:
        """The keys of those of which each person brings their own."""
        return frozenset({forms.materials.IDENTITY})

    def completed(self, form: Mapping[str, Any]) -> Mapping[str, Any]:
        """A checked form as departments read it."""
        return forms.values.addresses.completed(form)

    def refilled(self, form: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answers of a checked form for another one, without what each form is promised anew."""
        return forms.refill.refilled(form, self.sections)


def _persons(form: Mapping[str, Any], links: Sequence[str]) -> tuple[Person, ...]:
    found = forms.materials.persons(form, links)
    return tuple(Person(one.document, one.name, one.places) for one in found)


def _defects(found: Iterable[forms.opening.Defect]) -> list[Defect]:
    return [_defect(one) for one in found]


def _defect(found: forms.opening.Defect) -> Defect:
    told = Defect(found.pointer, found.code, found.message, rule=found.rule, example=found.example)
    return Caution(**vars(told), confirm=found.confirm) if found.confirm else told
