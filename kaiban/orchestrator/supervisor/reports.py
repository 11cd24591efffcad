"""The figures of a period to take along (通报, 导出): everything the watch shows, and the cases one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kaiban.domain.statistics.case_facts import CaseRow
from kaiban.orchestrator.office import Office
from kaiban.orchestrator.supervisor.comparing import HallFigures, halls
from kaiban.orchestrator.supervisor.dashboard import Dashboard, dashboard
from kaiban.orchestrator.supervisor.send_backs import SendBacks, send_backs
from kaiban.ports.statistics import Figures, Scope

#: So many cases one by one at most.
MOST: Final = 20_000


@dataclass(frozen=True)
class Names:
    """What halls and links are called, in the order of the city, and the office behind each link."""

    halls: Mapping[str, str]
    links: Mapping[str, str]
    offices: Mapping[str, str]


@dataclass(frozen=True)
class PeriodFigures:
    """Figures of a period as they were at an instant; ``by`` is who asked for them."""

    city: str
    dashboard: Dashboard
    halls: Sequence[HallFigures]
    send_backs: SendBacks
    names: Names
    by: str
    at: datetime

    @property
    def scope(self) -> Scope:
        """Which days, and which hall."""
        return self.dashboard.scope


def period_figures(office: Office, figures: Figures, scope: Scope, by: str) -> PeriodFigures:
    """Everything of that scope but the cases one by one."""
    manifests = {name: adapter.manifest for name, adapter in office.departments.adapters.items()}
    names = Names(
        {name: hall.title for name, hall in office.city.halls.items()},
        {name: manifest.title for name, manifest in manifests.items()},
        {name: manifest.office for name, manifest in manifests.items()},
    )
    told = dashboard(figures, scope)
    return PeriodFigures(
        office.city.title, told, halls(figures, scope), send_backs(figures, scope), names, by,
        office.clock.now(),
    )  # fmt: skip


def case_rows(figures: Figures, scope: Scope) -> Sequence[CaseRow] | None:
    """The cases one by one; None where there are more than leave the house at once."""
    found = figures.rows(scope, MOST + 1)
    return found if len(found) <= MOST else None
