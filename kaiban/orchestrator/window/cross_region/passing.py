"""Let a case go from the hall that took it in to the one that decides it, and its result back (收件、转交、接收、转回).

Each of these is an event of the case, done once: pressed again by the same person it is the one there is, pressed on an
older page it is refused with the case as it is now. What a hall may not do yet, or not any more, is told.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import structlog

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.cross_region.intake import (
    ORIGINAL_SEEN,
    RECEIVED,
    RESULT_RECEIVED,
    RESULT_SENT,
    SENT_ON,
)
from kaiban.domain.cases.staff.disclosure import Disclosure
from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.delivery import parcel_number
from kaiban.orchestrator.office import Office
from kaiban.orchestrator.printable import unprintable
from kaiban.orchestrator.window.cross_region.standing import Standing, standing
from kaiban.orchestrator.window.cross_region.steps import (
    CERTIFY,
    NOT_YOURS,
    RECEIVE,
    RECEIVE_RESULT,
    SEND_ON,
    SEND_RESULT,
    Order,
    Rules,
    actor_of,
    in_hall,
)
from kaiban.ports import Transaction

log = structlog.get_logger()


class MovedOn(Exception):  # noqa: N818 - named for what it tells
    """Somebody did something about it meanwhile; ``case`` as it is now."""

    def __init__(self, case: Case) -> None:
        super().__init__("moved on meanwhile")
        self.case = case


def certify(office: Office, no: str, order: Order) -> Case | list[Defect]:
    """Write down which originals were seen, by whom; until the deciding hall has received the case.

    Raises CaseNotFound, MovedOn.
    """

    def do(tx: Transaction, case: Case, now: Standing) -> None:
        by_key = {each.key: each for each in now.originals}
        for key in order.documents:
            facts = {"files": by_key[key].files} if by_key[key].files else {}
            case.note(
                ORIGINAL_SEEN, office.clock.now(), actor_of(order), code=key,
                text=by_key[key].label, facts=facts,
            )  # fmt: skip
        seen_ones = (by_key[key].material for key in order.documents)
        paths = tuple(dict.fromkeys(f"materials.{key}" for key in seen_ones if key))
        seen = Disclosure(office.clock.now(), "staff", order.who.login, "original", paths)
        tx.disclose(case.no, seen)
        tx.save(case)

    return _step(office, no, order, CERTIFY, do)


def send_on(office: Office, no: str, order: Order) -> Case | list[Defect]:
    """Send the case to the hall that decides it. Raises CaseNotFound, MovedOn."""

    def do(tx: Transaction, case: Case, now: Standing) -> None:
        missing = " ".join(each.key for each in now.missing)
        facts = {"unseen": missing} if missing else {}
        _moved(office, case, order, SENT_ON, (case.intake, case.hall), facts=facts)
        tx.save(case)

    return _step(office, no, order, SEND_ON, do)


def receive(office: Office, no: str, order: Order) -> Case | list[Defect]:
    """Take it over in the deciding hall: whoever does answers for it, and the departments get it now.

    Raises CaseNotFound, MovedOn.
    """

    def do(tx: Transaction, case: Case, _now: Standing) -> None:
        _moved(office, case, order, RECEIVED, (case.hall, ""), facts={"to": order.who.login})
        office.go_on(tx, case)

    return _step(office, no, order, RECEIVE, do)


def send_result(office: Office, no: str, order: Order) -> Case | list[Defect]:
    """Send the result back to the hall that took the case in. Raises CaseNotFound, MovedOn."""
    order = replace(order, carrier=order.carrier.strip(), tracking=parcel_number(order.tracking))

    def do(tx: Transaction, case: Case, _now: Standing) -> None:
        facts = {"carrier": order.carrier, **({"tracking": order.tracking} if order.tracking else {})}  # fmt: skip
        halls = (case.hall, case.intake)
        _moved(office, case, order, RESULT_SENT, halls, str(case.package_version), facts)
        tx.save(case)

    return _step(office, no, order, SEND_RESULT, do)


def receive_result(office: Office, no: str, order: Order) -> Case | list[Defect]:
    """Say that the result has come: from now on it waits there for the applicant, who is told.

    Raises CaseNotFound, MovedOn.
    """

    def do(tx: Transaction, case: Case, _now: Standing) -> None:
        halls = (case.intake, case.intake)
        facts = {"hall_title": office.city.hall_title(case.intake)}
        _moved(office, case, order, RESULT_RECEIVED, halls, str(case.package_version), facts)
        tx.save(case)

    return _step(office, no, order, RECEIVE_RESULT, do)


#: By the value of the button.
ORDERS: Final[Mapping[str, Callable[[Office, str, Order], Case | list[Defect]]]] = {
    "certify": certify,
    "send_on": send_on,
    "receive": receive,
    "send_result": send_result,
    "receive_result": receive_result,
}


# --- private ------------------------------------------------------------------------------------------


def _step(
    office: Office, no: str, order: Order, rules: Rules,
    do: Callable[[Transaction, Case, Standing], None],
) -> Case | list[Defect]:  # fmt: skip
    with office.cases.transaction() as tx:
        case = tx.get(no)
        if not in_hall(case, rules, order.who):
            return [NOT_YOURS]
        now = standing(office, case)
        if rules.is_done(case, now, order):
            return case  # pressed twice
        if order.version != now.version:
            raise MovedOn(case)
        found = [wrong for wrong, fits in rules.may if not fits(case, now, order)]
        asked = [wrong for wrong, fits in rules.asked if not fits(case, now, order)]
        found = found or [*asked, *unprintable(office, "/carrier", order.carrier)]
        if found:
            return found
        do(tx, case, now)
    return case


def _moved(
    office: Office, case: Case, order: Order, kind: str, halls: tuple[str, str],
    code: str = "", facts: Mapping[str, str] | None = None,
) -> None:  # fmt: skip
    before, after = halls
    case.note(
        kind, office.clock.now(), actor_of(order), before=before, after=after, code=code,
        facts=facts or {},
    )  # fmt: skip
    log.info("case_moved", case=case.no, kind=kind, by=order.who.login)
