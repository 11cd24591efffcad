"""The one-time notice (一次性告知书) and the refusal (不予登记/不予受理/不予办理告知), as PDF on A4.

They show the addressee's name and what is wrong with the form: printed for whom it concerns, kept sealed.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

import segno

from kaiban.documents import wording
from kaiban.documents.layout.glyphs import Fonts
from kaiban.documents.layout.printing import Resource, print_paper
from kaiban.documents.layout.templating import environment
from kaiban.documents.package.pages import TEMPLATES
from kaiban.orchestrator.window.notices.notice_papers import NoticeSheet, RefusalSheet, ending

_FORMS: Final = {NoticeSheet: "notice.html", RefusalSheet: "refusal.html"}


def notice_pdf(sheet: NoticeSheet | RefusalSheet, city: str, address: str, sample: str) -> bytes:
    """The sheet as PDF; ``address`` is the service's own, ``sample`` is printed across every page if there is one.

    The same arguments give the same bytes. Raises FontsMissingError and PrintError.
    """
    templates = environment(TEMPLATES, Fonts.installed())
    templates.filters.update(clock=wording.clock, day=wording.day, date=wording.date)
    html = templates.get_template(_FORMS[type(sheet)]).render(
        sheet=sheet, city=city, address=address, sample=sample,
        ending=_ending(sheet) if isinstance(sheet, NoticeSheet) else [],
    )  # fmt: skip
    code = segno.make(f"{address}/resume", error="m", micro=False)
    resources = {
        "notice.css": Resource((TEMPLATES / "notice.css").read_bytes(), "text/css"),
        "qr.svg": Resource(code.svg_inline(border=0).encode(), "image/svg+xml"),
    }
    return print_paper(html, resources)


def _ending(sheet: NoticeSheet) -> list[tuple[str, str]]:
    return [(each.text % _spoken(each.values), each.kind) for each in ending(sheet)]


def _spoken(values: Mapping[str, str | date]) -> dict[str, str]:
    return {
        name: wording.date(value) if isinstance(value, date) else value
        for name, value in values.items()
    }
