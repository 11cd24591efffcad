"""The report of a period (通报) on A4: the figures with what they were counted from, on paper."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from kaiban.documents import wording
from kaiban.documents.layout.glyphs import Fonts
from kaiban.documents.layout.printing import Resource, print_paper
from kaiban.documents.layout.templating import environment
from kaiban.documents.package.pages import TEMPLATES
from kaiban.documents.statistics.tables import Value, all_of
from kaiban.orchestrator.supervisor.reports import PeriodFigures

_QUARTERS: Final = ("第一季度", "第二季度", "第三季度", "第四季度")
_MONTHS_OF_ONE: Final = 3


def period(first: date, last: date) -> str:
    """The quarter, month or year of exactly these days in words; else ""."""
    after = last + timedelta(days=1)
    if first.day != 1 or after.day != 1:
        return ""
    months = (after.year - first.year) * 12 + after.month - first.month
    quarter, within = divmod(first.month - 1, _MONTHS_OF_ONE)
    if months == _MONTHS_OF_ONE and not within:
        return f"{first.year}年{_QUARTERS[quarter]}"
    return {
        1: f"{first.year}年{first.month}月",
        12: f"{first.year}年" if first.month == 1 else "",
    }.get(months, "")


def report_html(told: PeriodFigures, sample: str) -> str:
    """The page, 季度通报 for the days of a quarter; the printing of it can be left to another process.

    ``sample`` is printed across every page, empty for a real city.
    """
    templates = environment(TEMPLATES, Fonts.installed())
    templates.filters.update(moment=wording.moment, date=wording.date, cell=_cell)
    return templates.get_template("report.html").render(
        told=told,
        title=f"企业开办时效{period(told.scope.first, told.scope.last)}通报",
        where=told.names.halls.get(told.scope.hall, told.scope.hall) or "全市",
        tables=all_of(told),
        sample=sample,
    )


def printed(html: str) -> bytes:
    """The page as PDF. Raises FontsMissingError and PrintError."""
    style = Resource((TEMPLATES / "report.css").read_bytes(), "text/css")
    return print_paper(html, {"report.css": style})


def _cell(value: Value) -> str:
    if value is None:
        return "—"
    if isinstance(value, date):
        return wording.date(value)
    return f"{value:,}" if isinstance(value, int | Decimal) else value
