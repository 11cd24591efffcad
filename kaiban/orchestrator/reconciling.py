"""Find what nobody is working on any more, and go on with it.

A worker that dies takes its job with it; the rows remember when something should have happened.
"""

from datetime import timedelta

import structlog

from kaiban.orchestrator.office import Office

log = structlog.get_logger()

#: Real time something may be late before it counts as forgotten.
GRACE = timedelta(seconds=5)
#: How many are taken up in one round.
BATCH = 200


def reconcile(office: Office) -> int:
    """Take up everything overdue; return how many there were."""
    before = office.clock.now() - office.clock.business(GRACE)
    with office.cases.transaction() as tx:
        late = tx.overdue(before, BATCH)
    for no, link, step in late:
        _take_up(office, no, link, step)
    return len(late)


def _take_up(office: Office, no: str, link_name: str, step_name: str) -> None:
    now = office.clock.now()
    with office.cases.transaction() as tx:
        case = tx.get(no)
        if link_name:
            link = case.link(link_name)
            office.schedule(tx, case, link, link.step(step_name))
        else:
            office.schedule_package(tx, case, now)
        case.note("reconciled", now, "system", link=link_name, step=step_name)
        tx.save(case)
    log.warning("reconciled", case=no, link=link_name, step=step_name)
