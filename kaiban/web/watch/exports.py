"""Figures to take along: as spreadsheets (CSV, XLSX) and as a report on paper (通报)."""

from typing import Final

from flask import Response, abort, render_template, url_for

from kaiban.orchestrator.supervisor.reports import MOST, case_rows, period_figures
from kaiban.ports.statistics import Scope
from kaiban.web.access.admission import the_staff
from kaiban.web.routes import Routes
from kaiban.web.service import office, service
from kaiban.web.watch.scopes import SEE, address, asked

routes = Routes("exports")

_CSV: Final = "text/csv; charset=utf-8"
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SPREADSHEETS: Final = {"figures.csv": _CSV, "cases.csv": _CSV, "figures.xlsx": _XLSX}


@routes.page("/watch/export/<name>", SEE)
def spreadsheet(name: str) -> Response | tuple[str, int]:
    """Figures of the days and the hall in the address, in Chinese whatever the page's language."""
    if name not in SPREADSHEETS:
        abort(404)
    _, scope = asked()
    figures = service().figures
    rows = [] if name == "figures.csv" else case_rows(figures, scope)
    if rows is None:
        back = url_for("watch.show", **address(scope))
        return render_template("watch/too_many.html", most=MOST, back=back), 413
    told = period_figures(office(), figures, scope, _who())
    return _file(
        service().paperwork.spreadsheet(name, told, rows), SPREADSHEETS[name], scope, name
    )


@routes.page("/watch/report.pdf", SEE)
def report() -> Response:
    """The report of the days and the hall in the address, as PDF."""
    _, scope = asked()
    told = period_figures(office(), service().figures, scope, _who())
    return _file(service().paperwork.report(told), "application/pdf", scope, "report.pdf")


def _who() -> str:
    return the_staff().name


def _file(content: bytes, media_type: str, scope: Scope, name: str) -> Response:
    answer = Response(content, content_type=media_type)
    called = "-".join(
        filter(None, ("kaiban", scope.hall, f"{scope.first}", f"{scope.last}", name))
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{called}"'
    return answer
