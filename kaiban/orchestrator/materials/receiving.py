"""After submission, from a program: what is promised, asked for by a correction, or was never brought although the form calls for it.

On the pages a form is not handed in before its materials are there or promised, where the city asks for them; a program may hand one in without any, so
that it can still bring them as long as somebody is to decide on them.
"""

from collections.abc import Sequence
from dataclasses import replace

from kaiban.domain.cases.case import Case
from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.material import (
    Holder,
    Material,
    Person,
    Upload,
    Wanted,
    is_there,
    obligations,
)
from kaiban.orchestrator.materials.persons import persons_asked, persons_without
from kaiban.orchestrator.materials.sent import Sent, settled
from kaiban.orchestrator.materials.supplying import asked_for, kept, not_open, supplied
from kaiban.orchestrator.office import Office
from kaiban.ports import Transaction


def receive(
    office: Office, no: str, key: str, sent: Sequence[Sent], by: str
) -> Case | list[Defect]:
    """Take all these files to the case or none; ``by`` is the program; raises CaseNotFound."""
    with office.cases.transaction() as tx:
        case = tx.get(no)
        wanted = open_now(office, case).get(key)
        if wanted is None:
            return [not_open(key)]
        files, wrong = settled(sent, [wanted])
        if wrong:
            return wrong
        found = keep(office, tx, case, key, [each for _, each in files], by)
    return [replace(found, pointer="/files")] if isinstance(found, Defect) else found


def keep(
    office: Office, tx: Transaction, case: Case, key: str, uploads: Sequence[Upload], by: str
) -> Case | Defect:
    """Keep files of the case, in the caller's transaction; what was lacking until now is sent after what has left without it."""
    if key in _late(office, case):
        return supplied(office, tx, case, key, uploads, by)
    return kept(office, tx, case, key, uploads, by)


def open_now(office: Office, case: Case) -> dict[str, Wanted]:
    """What may be brought, by key; ``persons`` are those of whom a document may be."""
    return {**_asked(office, case), **_late(office, case)}


def _asked(office: Office, case: Case) -> dict[str, Wanted]:
    """What answers a department or a notice."""
    found = asked_for(office, case)
    return {
        key: _of(office, Wanted(key, name, (), produced=False), persons_asked(office, case, key))
        for key, name in found.items()
    }


def _late(office: Office, case: Case) -> dict[str, Wanted]:
    """What was promised, and what is neither there nor promised while somebody who wants it has not decided."""
    listed, names = office.materials.listed(Holder(case_no=case.no)), office.form.brought()
    owed = {one.key: names.get(one.key, one.key) for one in obligations(listed)}
    found = owed | _lacking(office, case, listed)
    return {
        key: _of(office, Wanted(key, name, (), produced=False), persons_without(office, case, key))
        for key, name in found.items()
    }


def _lacking(office: Office, case: Case, listed: Sequence[Material]) -> dict[str, str]:
    undecided = {link.name for link in case.links if not link.finished}
    if case.withdrawing or not undecided:
        return {}
    wanted = office.form.materials(case.form, [link.name for link in case.links])
    return {
        one.key: one.name
        for one in wanted
        if not one.produced
        and not undecided.isdisjoint(one.departments)
        and not is_there(one, listed)
    }


def _of(office: Office, wanted: Wanted, persons: Sequence[Person]) -> Wanted:
    if wanted.key not in office.form.of_persons():
        return wanted
    return Wanted(wanted.key, wanted.name, (), produced=False, persons=tuple(persons))
