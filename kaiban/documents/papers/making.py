"""Makes the papers of a form: one PDF for each material the form itself is the source of."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from itertools import count
from pathlib import Path
from typing import Any, Final

from forms.applicants import USUAL, Applicant, of
from forms.materials import Material, needed
from forms.values.addresses import completed
from kaiban.documents import wording
from kaiban.documents.layout.glyphs import INSTEAD, Fonts
from kaiban.documents.layout.printing import Resource, print_paper
from kaiban.documents.layout.templating import environment
from kaiban.documents.papers.answers import Answers
from kaiban.documents.papers.offices import Offices
from kaiban.documents.papers.persons import persons

TEMPLATES: Final = Path(__file__).parents[2] / "templates" / "papers"
_DIGITS: Final = "零一二三四五六七八九"


class NoSuchPaperError(Exception):
    """The form does not call for a paper of that key, or it is not one the form can write."""


@dataclass(frozen=True)
class Paper:
    """One finished document. ``sensitive``: shows personal data whole. ``digest``: SHA-256, in hex."""

    key: str
    title: str
    pdf: bytes
    sensitive: bool

    @property
    def digest(self) -> str:
        """What the bytes are known by."""
        return hashlib.sha256(self.pdf).hexdigest()


@dataclass(frozen=True)
class Papers:
    """Writes papers. ``sample`` goes across every page and is empty only for a city's real ones.

    The form is a checked one. The same arguments give the same bytes. Making raises FontsMissingError and PrintError.
    """

    sample: str

    @cached_property
    def fonts(self) -> Fonts:
        """Asked for once: the fonts do not change while the service runs."""
        return Fonts.installed()

    def make(
        self, form: Mapping[str, Any], departments: Collection[str], at: datetime
    ) -> tuple[Paper, ...]:
        """Every paper these departments want of the form, in the order of the list of materials."""
        wanted = (one for one in needed(form, departments) if one.produced)
        return tuple(self._paper(one, form, departments, at) for one in wanted)

    def one(
        self, key: str, form: Mapping[str, Any], departments: Collection[str], at: datetime
    ) -> Paper:
        """One of them; raises NoSuchPaperError."""
        for material in needed(form, departments):
            if material.key == key and material.produced:
                return self._paper(material, form, departments, at)
        raise NoSuchPaperError(key)

    def html(
        self,
        material: Material,
        form: Mapping[str, Any],
        departments: Collection[str],
        at: datetime,
    ) -> str:
        """The pages of one paper before they are laid out."""
        answers, applicant = Answers(completed(form), bare=material.sensitive), of(form)
        company = answers.text("company.name.full")
        return (
            environment(TEMPLATES, self.fonts)
            .select_template(places(material.key, applicant))
            .render(
                a=answers,
                o=Offices(answers),
                applicant=applicant,
                title=material.name,
                company=company,
                everybody=persons(answers, set(departments).intersection(material.departments)),
                departments=departments,
                day=wording.day(at),
                moment=wording.moment(at),
                sample=self.sample,
                article=_Articles(),
                part=_Parts(),
                numeral=numeral,
                instead=INSTEAD,
                lacking=[
                    f"U+{ord(one):04X}" for one in self.fonts.missing_glyphs(_everything(form))
                ],
            )
        )

    def _paper(
        self,
        material: Material,
        form: Mapping[str, Any],
        departments: Collection[str],
        at: datetime,
    ) -> Paper:
        css = (TEMPLATES / "papers.css").read_bytes()
        html = self.html(material, form, departments, at)
        pdf = print_paper(html, {"papers.css": Resource(css, "text/css")})
        return Paper(material.key, material.name, pdf, material.sensitive)


@cache
def papers(sample: str) -> Papers:
    """The writer of papers with that mark; a process needs one, which asks for the fonts once."""
    return Papers(sample)


def paper(
    sample: str, key: str, form: Mapping[str, Any], departments: Collection[str], at: datetime
) -> bytes | None:
    """One paper as PDF; None if the form does not call for it."""
    try:
        return papers(sample).one(key, form, departments, at).pdf
    except NoSuchPaperError:
        return None


def places(key: str, applicant: Applicant) -> list[str]:
    """Where a paper's template may stand, the nearest first: a type's own, that of all who are no company, the one of everybody."""
    own = [] if applicant.key == USUAL else [f"{applicant.key}/{key}.html", f"others/{key}.html"]
    return [*own, f"{key}.html"]


class _Parts:
    """Numbers the parts of a paper: 一, 二, …"""

    def __init__(self) -> None:
        self._numbers = count(1)

    def __call__(self) -> str:
        return numeral(next(self._numbers))


class _Articles:
    """Numbers articles as a law does: 第一条, 第二条, …"""

    def __init__(self) -> None:
        self._numbers = count(1)

    def __call__(self) -> str:
        return f"第{numeral(next(self._numbers))}条"


def numeral(number: int) -> str:
    """A whole number from 1 to 99 in Chinese: 十, 十二, 三十."""
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones or not tens else "")


def _everything(value: Any) -> str:
    if isinstance(value, Mapping):
        return "".join(map(_everything, value.values()))
    if isinstance(value, list | tuple):
        return "".join(map(_everything, value))
    return value if isinstance(value, str) else ""
