"""Watch over what was promised for later (容缺): remind while there is time, and do what follows when nothing came."""

from datetime import date, timedelta
from typing import Final

import structlog

from kaiban.domain.cases.case import Case
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.notices.notice import MATERIALS, Item, Origin
from kaiban.domain.papers.material import Holder, obligations
from kaiban.domain.papers.obligation import Lapse, Promise, has_lapsed, is_reminded
from kaiban.orchestrator.materials.enclosing import wanting
from kaiban.orchestrator.office import Office
from kaiban.orchestrator.worker.upkeep.consequences import Breach, follow
from kaiban.ports import Obligations, Transaction

log = structlog.get_logger()

#: So many at a time; the next turn goes on.
MOST: Final = 500
OVERDUE: Final = "容缺材料逾期未补交，视为撤回"
_DEMAND: Final = "请补交“{name}”：承诺的期限（{due}）已过。"


def remind(office: Office, owed: Obligations) -> int:
    """Note every stage of what falls due, once each, and what has lapsed with what follows; return how many."""
    today = office.clock.now().astimezone(HALL_TIME).date()
    ahead = max(office.city.materials.deferral.reminders, default=0)
    found = owed.unlapsed(today + timedelta(days=ahead), MOST)
    return sum(_tried(office, each, today) for each in found)


def _tried(office: Office, promise: Promise, today: date) -> bool:
    try:
        return _seen_to(office, promise, today)
    except Exception as error:  # noqa: BLE001 - one broken case must not stop the care for the others
        log.error("reminding_failed", case=promise.case_no, error=type(error).__name__)
        return False


def _seen_to(office: Office, promise: Promise, today: date) -> bool:
    with office.cases.transaction() as tx:
        case = tx.get(promise.case_no)
        listed = obligations(office.materials.listed(Holder(case_no=case.no)))
        due = next((each.deferred_until for each in listed if each.key == promise.key), None)
        if due is None or case.withdrawing:
            return False
        if due < today:
            return _lapsed(office, tx, case, promise.key, due)
        return _reminded(office, tx, case, promise.key, due, (due - today).days)


def _reminded(office: Office, tx: Transaction, case: Case, key: str, due: date, left: int) -> bool:
    deferral = office.city.materials.deferral
    stage, first = deferral.stage(left), max(deferral.reminders, default=0)
    if stage is None or is_reminded(case.events, key, due, stage, first):
        return False
    name = office.form.brought().get(key, key)
    facts = {"due": due.isoformat(), "material": name, "stage": str(stage)}
    case.note("deadline", office.clock.now(), "system", code=key, text=name, facts=facts)
    tx.save(case)
    log.info("deadline_near", case=case.no, material=key, stage=stage)
    return True


def _lapsed(office: Office, tx: Transaction, case: Case, key: str, due: date) -> bool:
    if has_lapsed(case.events, key, due):
        return False
    name = office.form.brought().get(key, key)
    # A case that has ended waits for no notice, and has nothing left to withdraw: somebody must look at it.
    follows = Lapse.WINDOW if case.ended else office.city.materials.deferral.follows(key)
    facts = {"due": due.isoformat(), "material": name, "follows": follows.value}
    case.note("lapsed", office.clock.now(), "system", code=key, text=name, facts=facts)
    words = _DEMAND.format(name=name, due=due.isoformat())
    follow(office, tx, case, follows, _breach(office, case, key, words))
    office.go_on(tx, case)
    log.info("promise_lapsed", case=case.no, material=key, follows=follows.value)
    return True


def _breach(office: Office, case: Case, key: str, words: str) -> Breach:
    links = wanting(office, case, key)
    link = next((each.name for each in links), "")
    item = Item(MATERIALS + key, "materials.lapsed", words, link, origin=Origin.WINDOW.value)
    return Breach(links, item, OVERDUE)
