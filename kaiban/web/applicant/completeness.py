"""How a filing stands: what each page still lacks, in the sentences the applicant reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import request, url_for

import forms.applicants
from forms.derive import glimpse
from forms.fields import Group, Rows
from forms.structure.pages import Page, blocks, pages
from forms.structure.paths import inner_schema, questions, schema_of
from kaiban.domain.filing import Filing
from kaiban.domain.notices.notice import Defect
from kaiban.web.access.doors import is_at_desk
from kaiban.web.form.answers import taken
from kaiban.web.form.as_read import at
from kaiban.web.form.confirming import parted
from kaiban.web.form.persons import known_persons
from kaiban.web.form.places import control_of, id_of
from kaiban.web.form.sheet import Sheet
from kaiban.web.presentation.texts import headed, say
from kaiban.web.presentation.unmasking import is_unmasked
from kaiban.web.responses.mistakes import by_place
from kaiban.web.service import asked_by, chosen_links, office


class Flaw(NamedTuple):
    """One thing to mend: where, on which page, and the sentence that says what to do."""

    pointer: str
    page: str
    text: str
    rule: str = ""
    example: str = ""


@dataclass(frozen=True)
class Detour:
    """How one came from a page that was saved to one that does not follow it: back, or past others."""

    saved: Page
    is_back: bool
    passed: tuple[Page, ...]
    state: str


@dataclass(frozen=True)
class Completeness:
    """A filing, looked over once: its pages, and everything that is wrong with them."""

    filing: Filing
    pages: tuple[Page, ...]
    flaws: tuple[Flaw, ...]

    def page(self, name: str) -> Page | None:
        """The page of that name, if these links need it."""
        return next((page for page in self.pages if page.name == name), None)

    def flaws_of(self, page: Page) -> tuple[Flaw, ...]:
        """What is wrong on one page."""
        return tuple(flaw for flaw in self.flaws if flaw.page == page.name)

    def flaws_of_answers(self, page: Page) -> tuple[Flaw, ...]:
        """What is wrong with answers on one page; a question still open is no mistake until the page is left."""
        return tuple(each for each in self.flaws_of(page) if self._is_answered(each.pointer))

    def _is_answered(self, pointer: str) -> bool:
        """Whether a control there carries an answer; a group or a list of rows is none, as while typing."""
        value = at(self.filing.entry, pointer)
        lines = value if isinstance(value, list) else [value]
        return any(each not in (None, "") and not isinstance(each, Mapping) for each in lines)

    def state(self, page: Page) -> str:
        """One of `todo`, `mend`, `done`, `optional`."""
        answered = bool(taken(self.filing.entry, page))
        return _STATES[answered, bool(self.flaws_of(page))]

    def next(self, page: Page) -> Page | None:
        """The next page that still wants something; None if nothing does."""
        place = self.pages.index(page)
        ahead = (*self.pages[place + 1 :], *self.pages[:place])
        return next((one for one in ahead if self.state(one) in ("todo", "mend")), None)

    def detour(self, saved: str, here: Page) -> "Detour | None":
        """Why one is here after saving the page of that name; None where this is simply the page that follows."""
        before = self.page(saved)
        if before is None or before == here:
            return None
        left, come = self.pages.index(before), self.pages.index(here)
        if come == left + 1:
            return None
        return Detour(before, come < left, self.pages[left + 1 : come], self.state(here))

    @property
    def done(self) -> int:
        """How many pages are filled in; one that may stay empty and is, is neither done nor left."""
        return sum(self.state(page) == "done" for page in self.pages)

    @property
    def left(self) -> int:
        """How many pages still want something."""
        return sum(self.state(page) in ("todo", "mend") for page in self.pages)


_STATES = {
    (False, True): "todo",
    (True, True): "mend",
    (True, False): "done",
    (False, False): "optional",
}


def saved_before() -> str:
    """The name of the page one comes from by saving it, as the address says; it is not to be trusted."""
    return request.args.get("saved", "")


def pages_of(filing: Filing) -> tuple[Page, ...]:
    """The pages its links need; at the desk, one for each department."""
    wanted = office().departments.sections(chosen_links(filing))
    found = pages(asked_by(filing.entry), wanted, forms.applicants.of(filing.entry).pages)
    return blocks(found) if is_at_desk() else found


def standing(filing: Filing) -> Completeness:
    """Look the filing over by the form's rules, as they are today."""
    wanted = office().departments.sections(chosen_links(filing))
    _, defects = office().form.check(filing.entry, wanted, office().clock.now())
    found = pages_of(filing)
    # What is only strange is asked about once, where everything is looked over.
    return Completeness(filing, found, flaws(found, parted(defects)[0], filing.entry))


def flaws(
    found: Sequence[Page], defects: Sequence[Defect], form: Mapping[str, Any]
) -> tuple[Flaw, ...]:
    """Each defect of the form with the page where it can be mended."""
    return tuple(_flaw(found, defect, form) for defect in defects)


def _flaw(found: Sequence[Page], defect: Defect, form: Mapping[str, Any]) -> Flaw:
    page = next((each.name for each in found if each.holds(defect.pointer)), "")
    around = surroundings(defect.pointer, form)
    told = say(defect.message)
    text = headed(around, told) if around else told
    return Flaw(control_of(defect.pointer), page, text, say(defect.rule), defect.example)


def surroundings(pointer: str, form: Mapping[str, Any]) -> str:
    """Whose answer it is, where a page of this form asks the same of several: `股东 2`, `法定代表人`."""
    section, *rest = pointer[1:].split("/") if pointer else [""]
    sections = asked_by(form)
    if section not in sections or len(rest) < 2:  # noqa: PLR2004 - a group and something in it
        return ""
    field = questions(schema_of(sections[section])).get(rest[0])
    if field is None or not isinstance(field, Group | Rows):
        return ""
    label = say(str(field.metadata.get("label", "")))
    if rest[1].isdecimal():
        return f"{label} {int(rest[1]) + 1}"
    return label if inner_schema(field) is not None else ""


def sheet(filing: Filing, found: Sequence[Flaw] = ()) -> Sheet:
    """What the filing's pages are built from."""
    return Sheet(
        asked_by(filing.entry),
        filing.entry,
        errors=by_place((flaw.pointer, flaw.text) for flaw in found),
        known=known_persons(asked_by(filing.entry), filing.entry),
        derived=glimpse(filing.entry),
        whole=is_unmasked(),
    )


def summary(filing: Filing, found: Sequence[Flaw], page: Page | None = None) -> list[Any]:
    """Every flaw as (address, sentence); those of the page shown lead straight to the control."""
    return [(_address(filing, flaw, page), flaw.text) for flaw in found]


def _address(filing: Filing, flaw: Flaw, page: Page | None) -> str:
    anchor = id_of(flaw.pointer) if flaw.pointer else ""
    if page is not None and flaw.page == page.name:
        return f"#{anchor}"
    if flaw.pointer.startswith("/materials"):
        key = flaw.pointer.removeprefix("/materials").strip("/")
        place = f"material-{key}" if key else None
        return url_for("materials.show", aid=filing.id, come="check", _anchor=place)
    if flaw.pointer == "/links" or not flaw.page:
        return url_for("choosing.choose", aid=filing.id)
    return url_for(
        "filling.show", aid=filing.id, page=flaw.page, come="check", _anchor=anchor or None
    )
