"""Links somebody wants to add to a case: what they ask that nobody has said, and what has to be brought for them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from flask import url_for

import forms.applicants
from forms.sections import ALWAYS
from forms.structure.pages import Page, pages
from kaiban.domain.cases.case import Case
from kaiban.domain.filing import Filing
from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.material import Holder, Material, Wanted, lacking, without
from kaiban.orchestrator.materials.keeping import materials_of
from kaiban.orchestrator.materials.submission import missing
from kaiban.web.applicant.choosing import lacking as unmet
from kaiban.web.following.progress import left_out
from kaiban.web.materials.material_list import Shelf, anchor, filled
from kaiban.web.presentation.texts import say
from kaiban.web.routes import the_filing
from kaiban.web.service import asked_by, office

NONE_CHOSEN = "请至少选择一个要增加的环节。"


@dataclass(frozen=True)
class Wish:
    """A case and the links somebody wants to join it; ``also`` names materials their answers called for since."""

    filing: Filing
    case: Case
    names: tuple[str, ...]
    also: tuple[str, ...] = ()

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """The pages of the form that ask what these links read and the case does not know."""
        departments, present = office().departments, tuple(link.name for link in self.case.links)
        known = departments.sections(present) | ALWAYS | set(self.case.form)
        fresh = departments.sections(self.names) - known
        cut = (
            replace(page, paths=tuple(p for p in page.paths if p.partition(".")[0] in fresh))
            for page in pages(
                asked_by(self.case.form), None, forms.applicants.of(self.case.form).pages
            )
        )
        return tuple(page for page in cut if page.paths)

    @property
    def sections(self) -> frozenset[str]:
        """The sections these pages ask from."""
        return frozenset().union(*(page.sections for page in self.pages))

    @property
    def obstacles(self) -> list[str]:
        """Why these links cannot join."""
        present = tuple(link.name for link in self.case.links)
        return unmet(present + self.names) if self.names else [say(NONE_CHOSEN)]

    # --- materials ------------------------------------------------------------------------------

    @cached_property
    def wanted(self) -> list[Wanted]:
        """What these links call for, written by the system or brought."""
        found = office().form.materials(self.case.form, self.names)
        names, known = office().form.brought(), {one.key for one in found}
        more = (key for key in self.also if key in names and key not in known)
        return [*found, *(Wanted(key, names[key], self.names, produced=False) for key in more)]

    @cached_property
    def to_bring(self) -> list[Wanted]:
        """What has to be brought for them and the case has neither got nor been promised."""
        present = office().materials.listed(Holder(case_no=self.case.no))
        found = lacking(self.wanted, present, office().city.materials.deferral)
        return [one if one.persons is None else _of_others(one, present) for one in found]

    def shelves(self) -> list[Shelf]:
        """What has to be brought, with what is there of it by now."""
        return filled(self.to_bring, office().materials.listed(Holder(self.filing.id)))

    @property
    def missing(self) -> list[Defect]:
        """What this city does not let them join without."""
        present = materials_of(office(), self.filing.id, self.case.no)
        return missing(office(), self.case.form, self.names, present, by_page=True)

    def materials_page(self, key: str = "", remove: str = "") -> str:
        """The address where materials are brought for them; at one of these, if it is named; ``remove``: the file asked about."""
        return url_for(
            "bringing.show", aid=self.filing.id, links=self.names,
            also=[*self.also, key] if key and key not in self.also else self.also,
            remove=remove or None, _anchor=anchor(key) if key else None,
        )  # fmt: skip


def _of_others(wanted: Wanted, present: Sequence[Material]) -> Wanted:
    """What is wanted, of those persons of whom the case has nothing."""
    return replace(wanted, persons=tuple(without(wanted, present)))


def version_of(case: Case) -> str:
    """What a page that asks for further links is read from: the links the case has by now."""
    return ".".join(link.name for link in case.links)


def wished(case: Case, names: Sequence[str], also: Sequence[str] = ()) -> Wish:
    """The wish for those of the named links that may still join."""
    return Wish(
        the_filing(), case, tuple(name for name in left_out(case) if name in names), tuple(also)
    )
