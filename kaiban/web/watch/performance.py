"""What everybody may see (办理时效公开): the city by months, no figure of which a single case shows through."""

from flask import render_template

from kaiban.domain.statistics.shares import SMALLEST
from kaiban.orchestrator.supervisor.performance import Month, months
from kaiban.web.presentation.texts import say
from kaiban.web.routes import PUBLIC, Routes
from kaiban.web.service import hall_today, office, service
from kaiban.web.watch.told import share_told, times_told

routes = Routes("performance")


@routes.page("/performance", PUBLIC)
def show() -> str:
    """The last months, each with numerator and denominator."""
    return render_template(
        "watch/performance.html",
        rows=[_row(month) for month in months(service().figures, hall_today())],
        smallest=SMALLEST,
        promise=next(iter(office().city.promises.values())).title,
    )


def _row(month: Month) -> list[str]:
    name = say("%(year)s 年 %(month)s 月", year=month.first.year, month=month.first.month)
    if month.kept is None or month.times is None:
        return [name, say("少于 %(count)s 件", count=SMALLEST), "—", "—", "—"]
    share, times = share_told(month.kept), times_told(month.times)
    return [
        name,
        str(month.granted),
        f"{share['percent']}（{share['base']}）",
        times["median"],
        times["p90"],
    ]
