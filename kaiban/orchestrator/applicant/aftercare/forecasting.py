"""Forecast when a case, or a form not yet handed in, will probably be finished."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.link import LinkState, Step
from kaiban.domain.cases.plan import LinkSpec, Plan, PlanError, StepSpec
from kaiban.domain.city import Hall
from kaiban.domain.hours.forecast import Forecast, Leg, forecast
from kaiban.orchestrator.office import Office

#: So many past cases are looked at for each step.
MOST = 30
_MINUTE = timedelta(minutes=1)


def forecast_case(office: Office, case: Case, at: datetime) -> Forecast | None:
    """When the case will probably end, if the applicant has nothing to correct or does so at once.

    None for a case that has ended or is being withdrawn, waits only for its package, or for a hall to receive it.
    """
    if case.ended or case.withdrawing or case.awaiting:
        return None
    hall, plan = office.city.hall_of(case), office.plan(case)
    legs = [
        _leg(office, plan, (spec, part), _spent(hall, step, at))
        for spec in plan.links
        for part in spec.steps
        for step in [case.link(spec.name).step(part.name)]
        if not step.finished
    ]
    return forecast(legs, hall.hours, at)


def forecast_form(
    office: Office, form: Mapping[str, Any], links: Iterable[str], at: datetime
) -> Forecast | None:
    """When a case would probably end if the form were accepted at that instant.

    ``links`` empty: all. None for links that cannot be run together, or that nobody knows.
    """
    chosen = tuple(links) or office.departments.names
    try:
        plan = Plan.of(office.departments.specs(chosen), form)
    except PlanError:
        return None
    hall = next(iter(office.city.halls.values()))
    legs = [_leg(office, plan, (spec, part)) for spec in plan.links for part in spec.steps]
    return forecast(legs, hall.hours, at)


def _leg(office: Office, plan: Plan, place: tuple[LinkSpec, StepSpec], spent: int = 0) -> Leg:
    link, step = place
    promise = office.departments[link.name].manifest.promise
    return Leg(
        link.name,
        step.name,
        plan.required_facts(link.name, step.name),
        tuple(step.provides),
        _past(office, link.name, step.name),
        # The promise is for the link; its steps share it.
        max(promise // _MINUTE // len(link.steps), 1),
        spent,
    )


def _past(office: Office, link: str, step: str) -> tuple[int, ...]:
    """Working minutes of the latest such steps; what took less than a minute took one."""
    halls = office.city.halls
    return tuple(
        max(halls[stay.hall].hours.working(stay.submitted_at, stay.done_at) // _MINUTE, 1)
        for stay in office.cases.past_spans(link, step, MOST)
        if stay.hall in halls
    )


def _spent(hall: Hall, step: Step, at: datetime) -> int:
    """Working minutes the department has had it; none of those it has given back."""
    if step.submitted_at is None or step.submitted_at >= at:
        return 0
    if step.state is LinkState.NEEDS_CORRECTION:
        return 0
    return hall.hours.working(step.submitted_at, at) // _MINUTE
