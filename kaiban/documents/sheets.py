"""The sheet (办件单) people carry to a department that is served by hand, as PDF.

It shows personal data in full, because the department must see them: it is printed, and nowhere kept.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from marshmallow import Schema, fields

from forms.applicants import APPLICANT, asked
from forms.structure.tour import Line, walk
from kaiban.documents import wording
from kaiban.documents.layout.glyphs import Fonts
from kaiban.documents.layout.printing import Resource, print_paper
from kaiban.documents.package.pages import TEMPLATES
from kaiban.documents.shapes import fields_by_key, schema_inside
from kaiban.domain.cases.link import STEP_TITLES
from kaiban.domain.pointer import to_path
from kaiban.orchestrator.results import choices_of, title_of
from kaiban.orchestrator.window.by_hand.handing import Sheet

#: Lines to write on for a list; more go on a sheet of their own.
_ROWS = 3


#: How to write what is not plain text.
_HINTS: Mapping[type[fields.Field[Any]], str] = {
    fields.Date: "年月日",
    fields.Boolean: "是或否",
    fields.List: "可填多项",
}


@dataclass(frozen=True)
class Blank:
    """Something the department fills in: its label, a hint, and columns if there may be several."""

    label: str
    hint: str
    is_required: bool
    columns: tuple[str, ...] = ()


def sheet_pdf(sheet: Sheet, sections: Mapping[str, type[Schema]], city: str, sample: str) -> bytes:
    """The sheet on A4; ``sample`` is printed across every page, empty for a real city.

    Raises FontsMissingError and PrintError.
    """
    return printed(sheet_html(sheet, sections, city, sample), sheet.key)


def printed(html: str, key: str) -> bytes:
    """A sheet's page as PDF; ``key`` is what its code says."""
    code = segno.make(key, error="m", micro=False)
    resources = {
        "sheet.css": Resource((TEMPLATES / "sheet.css").read_bytes(), "text/css"),
        "qr.svg": Resource(code.svg_inline(border=0).encode(), "image/svg+xml"),
    }
    return print_paper(html, resources)


def sheet_html(sheet: Sheet, sections: Mapping[str, type[Schema]], city: str, sample: str) -> str:
    """The sheet's page; what it is made of cannot be sent to another process, the page can."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=Fonts.installed().printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(moment=wording.moment, minutes=wording.minutes)
    lines = list(walk(sheet.answers, asked({APPLICANT: sheet.applicant}, sections)))
    return environment.get_template("sheet.html").render(
        sheet=sheet,
        city=city,
        sample=sample,
        step=STEP_TITLES.get(sheet.step, ""),
        limit=int(sheet.manifest.limit.total_seconds()) // 60,
        groups=[(title, list(each)) for title, each in groupby(lines, lambda line: line.section)],
        trail=_trail,
        code=lambda line: to_path(line.pointer),
        blanks=list(_blanks(sheet.result)),
        rows=range(_ROWS),
    )


def _trail(line: Line) -> str:
    return " · ".join((*line.trail, line.label))


def _blanks(result: Schema) -> Iterator[Blank]:
    for name, field in fields_by_key(result).items():
        columns = fields_by_key(schema_inside(field)).items()
        yield Blank(
            title_of(field, name),
            _hint(field),
            field.required,
            tuple(f"{title_of(each, key)}{_in_brackets(_hint(each))}" for key, each in columns),
        )


def _hint(field: fields.Field[Any]) -> str:
    kinds = (text for kind, text in _HINTS.items() if isinstance(field, kind))
    return "、".join(choices_of(field)) or next(kinds, "")


def _in_brackets(hint: str) -> str:
    return f"（{hint}）" if hint else ""
