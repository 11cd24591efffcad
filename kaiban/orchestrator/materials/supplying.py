"""After submission: bring what was promised or a correction asks for, and send it after applications that left without it."""

from collections.abc import Sequence
from dataclasses import replace

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.link import HELD, Link, LinkState
from kaiban.domain.notices.notice import Defect, material_at
from kaiban.domain.papers.material import Holder, Upload, obligations
from kaiban.domain.papers.obligation import MORE, Forward, ForwardState
from kaiban.orchestrator.materials.enclosing import brought_for, enclosed, wanting
from kaiban.orchestrator.materials.keeping import defect, forget_promise, put, too_much
from kaiban.orchestrator.materials.persons import persons_without
from kaiban.orchestrator.office import Office
from kaiban.ports import Transaction

_NOT_OPEN = "该办件没有待补交的这项材料，无需上传。"
#: Where an application is at a department as it was sent.
SENT_AHEAD = HELD | {LinkState.DONE, LinkState.PRE_REGISTERED}


def supply(
    office: Office, no: str, key: str, *uploads: Upload, by: str = "applicant"
) -> Case | Defect:
    """Bring what was promised for the case, all files of it at once; ``by`` is who; raises CaseNotFound."""
    holder = Holder(case_no=no)
    with office.cases.transaction() as tx:
        case = tx.get(no)
        open_keys = {one.key for one in obligations(office.materials.listed(holder))}
        if key not in open_keys:
            return not_open(key)
        return supplied(office, tx, case, key, uploads, by)


def supplied(
    office: Office, tx: Transaction, case: Case, key: str, uploads: Sequence[Upload], by: str
) -> Case | Defect:
    """Keep what came late, in the caller's transaction; the promise of it, if there is one, is kept once nobody's is missing."""
    found = kept(office, tx, case, key, _said_whose(office, key, uploads), by)
    if isinstance(found, Case):
        _forward(office, tx, case, key)
        if not persons_without(office, case, key):
            forget_promise(office, tx, Holder(case_no=case.no), key)
    return found


def not_open(key: str) -> Defect:
    """What is said of a material nobody waits for."""
    return defect(key, "materials.not_open", _NOT_OPEN)


def _said_whose(office: Office, key: str, uploads: Sequence[Upload]) -> list[Upload]:
    """The files; a document of persons of which nobody said whose it is stands for nobody."""
    if key not in office.form.of_persons():
        return list(uploads)
    return [one if one.about is not None else replace(one, about=()) for one in uploads]


def kept(
    office: Office, tx: Transaction, case: Case, key: str, uploads: Sequence[Upload],
    by: str = "applicant",
) -> Case | Defect:  # fmt: skip
    """Keep files of a material of the case, in the caller's transaction, and note that they came."""
    holder = Holder(case_no=case.no)
    if full := too_much(office, tx, [holder], *uploads):
        return full
    for upload in uploads:
        put(office, tx, holder, key, upload)
    name = office.form.brought().get(key, key)
    facts = {MORE: "yes"} if persons_without(office, case, key) else {}
    case.note("material", office.clock.now(), by, code=key, text=name, facts=facts)
    office.go_on(tx, case)
    return case


def _forward(office: Office, tx: Transaction, case: Case, key: str) -> None:
    """Send it after every application that left without it; one that has not left yet takes it along."""
    for link in wanting(office, case, key):
        if link.state not in SENT_AHEAD or not _goes_to(office, case, link, key):
            continue
        adapter = office.departments.holder(link)
        takes = adapter is not None and adapter.manifest.late_materials
        state = ForwardState.WAITING if takes else ForwardState.BY_HAND
        now = office.clock.now()
        office.materials.forward(tx.connection, Forward(case.no, key, link.name, state, now))


def _goes_to(office: Office, case: Case, link: Link, key: str) -> bool:
    return any(one["key"] == key for one in enclosed(office, case, link.name))


def add(office: Office, no: str, key: str, *uploads: Upload) -> Case | Defect:
    """Bring more of a material while a department waits for a correction; raises CaseNotFound.

    What was brought before stays: the department sees both.
    """
    with office.cases.transaction() as tx:
        case = tx.get(no)
        if key not in asked_for(office, case):
            return not_open(key)
        return kept(office, tx, case, key, uploads)


def asked_for(office: Office, case: Case) -> dict[str, str]:
    """What may be brought now, by key: for a link that waits for a correction, or because the open notice names it."""
    waiting = [link for link in case.links if link.state is LinkState.NEEDS_CORRECTION]
    found = {one.key: one.name for link in waiting for one in brought_for(office, case, link.name)}
    items = case.open_notice.items if case.open_notice else ()
    named = [material_at(each.pointer) for each in items]
    names = office.form.brought()
    return found | {key: names[key] for key in named if key in names}
