"""Write down who saw what of a case, so that its owner can read it."""

from datetime import timedelta

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.link import Link
from kaiban.domain.cases.staff.disclosure import Disclosure
from kaiban.domain.pointer import values_at
from kaiban.orchestrator.applicant.correcting import explanation
from kaiban.orchestrator.departments import EXPLAINED
from kaiban.orchestrator.materials.enclosing import enclosed
from kaiban.orchestrator.needs import paths_read
from kaiban.orchestrator.office import Office
from kaiban.orchestrator.worker.steps.visit import Visit
from kaiban.ports import Transaction

#: Within this a further look of the same kind by the same is no news.
SAME_LOOK = timedelta(hours=1)


def note_sent(visit: Visit) -> None:
    """In the transaction that marks a step as being sent: the department gets what it reads."""
    step = visit.step
    why = "send" if step.revision == 1 else "correct"
    told = fields_told(visit.office, visit.case, visit.link.name)
    visit.tx.disclose(
        visit.case.no,
        Disclosure(visit.now, "department", visit.link.name, why, told, step.name, step.attempt),
    )


def note_sheet(office: Office, tx: Transaction, case: Case, link: Link) -> None:
    """In the transaction in which somebody prints the department's sheet: it gets on paper what it would read otherwise."""
    told, step = fields_told(office, case, link.name), link.current.name
    sheet = Disclosure(office.clock.now(), "department", link.name, "sheet", told, step)
    tx.disclose(case.no, sheet)


def note_look(
    office: Office, no: str, who: str, why: str, kind: str = "staff", what: tuple[str, ...] = ()
) -> None:
    """Somebody who does not own the case was shown it; see Disclosure for the words.

    Who looks again and again is written down once an hour. Raises Unavailable where the audit stands still.
    """
    office.cases.check_audit()
    now = office.clock.now()
    look = Disclosure(now, kind, who, why, what)
    if office.cases.has_looked(no, look, now - SAME_LOOK):
        return
    with office.cases.transaction() as tx:
        tx.disclose(no, look)


def fields_told(office: Office, case: Case, link: str) -> tuple[str, ...]:
    """The form paths the link's department reads and that have a value, ``materials.`` with the key of each file, and an explanation.

    What other departments have granted (``facts``) is theirs, not the applicant's, and is left out.
    """
    paths = sorted(set(paths_read(office.departments[link].Needs)))
    told = [path for path in paths if _has_value(case, path)]
    if any(path.startswith("materials.") for path in paths):
        told += dict.fromkeys(f"materials.{one['key']}" for one in enclosed(office, case, link))
    if EXPLAINED in paths and explanation(case, link):
        told.append(EXPLAINED)
    return tuple(told)


def _has_value(case: Case, path: str) -> bool:
    return any(value is not None for value in values_at(case.form, path))
