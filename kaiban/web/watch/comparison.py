"""Halls beside one another (大厅对比): by the same clock, with the same mix of cases, and what a difference means."""

from kaiban.domain.statistics.shares import SMALLEST
from kaiban.orchestrator.supervisor.comparing import HallFigures, halls
from kaiban.web.desk.halls import hall_title
from kaiban.web.presentation.texts import length, say
from kaiban.web.routes import Routes
from kaiban.web.service import service
from kaiban.web.watch.scopes import SEE, asked, shown
from kaiban.web.watch.told import share_told

routes = Routes("comparison")


@routes.page("/watch/halls", SEE)
def show() -> str:
    """The halls of the days in the address; whoever sees one hall only sees it beside the city."""
    wrong, scope = asked()
    return shown(
        "watch/halls.html", scope, wrong,
        rows=[_row(each) for each in halls(service().figures, scope)],
        smallest=SMALLEST,
    )  # fmt: skip


def _row(found: HallFigures) -> list[str]:
    kept = share_told(found.kept)
    if found.kept.is_small:
        return [
            hall_title(found.hall),
            kept["base"],
            say("少于 %(count)s 件", count=SMALLEST),
            "—",
            _typical(found),
        ]
    adjusted = "—" if found.standardised is None else f"{found.standardised}%"
    meaning = say("和其他大厅有差别") if found.differs else say("差别可能只是偶然")
    return [
        hall_title(found.hall),
        f"{kept['percent']}（{kept['base']}）",
        adjusted,
        meaning,
        _typical(found),
    ]


def _typical(found: HallFigures) -> str:
    if found.typical is None:
        return "—"
    minutes, is_at_least = found.typical
    return say("至少 %(time)s", time=length(minutes)) if is_at_least else length(minutes)
