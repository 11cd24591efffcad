"""What the applicant promised to bring and has not yet, word for word."""

from datetime import date
from typing import Any

from kaiban.domain.cases.case import Case
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.papers.material import Holder, Material, obligations
from kaiban.orchestrator.materials.persons import persons_without
from kaiban.orchestrator.office import Office


def owed(office: Office, case: Case) -> list[dict[str, Any]]:
    """The case's promises not yet kept, the most urgent first, as programs and people see them."""
    names, today = office.form.brought(), office.clock.now().astimezone(HALL_TIME).date()
    deferral = office.city.materials.deferral
    open_ones = obligations(office.materials.listed(Holder(case_no=case.no)))
    return [
        {
            "key": one.key,
            "name": names.get(one.key, one.key),
            "due": one.deferred_until and one.deferred_until.isoformat(),
            "overdue": _is_past(one.deferred_until, today),
            "days_left": one.deferred_until and (one.deferred_until - today).days,
            "commitment": one.commitment,
            "words": words_of(office, case, one),
            "accepted_at": one.at.astimezone(HALL_TIME).isoformat(timespec="seconds"),
            "follows": deferral.follows(one.key).value,
            "of": [each.places[0] for each in persons_without(office, case, one.key)],
        }
        for one in sorted(open_ones, key=lambda one: (one.deferred_until or date.max, one.key))
    ]


def words_of(office: Office, case: Case, promise: Material) -> str:
    """What was promised, word for word; from the profile if an earlier release wrote it down."""
    noted = (
        e.facts.get("words", "")
        for e in case.events
        if (e.kind, e.code) == ("deferred", promise.key)
    )
    return next(filter(None, noted), "") or office.city.materials.deferral.words(
        promise.commitment
    )


def _is_past(due: date | None, today: date) -> bool:
    return due is not None and due < today
