"""Commitments (告知承诺) of a filing, and as they become a case's: kept beside its materials, but no material follows."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from kaiban.domain.cases.case import Case
from kaiban.domain.notices.notice import MATERIALS, Defect
from kaiban.domain.papers.commitment import GIVEN, Commitment
from kaiban.domain.papers.material import Holder, Material
from kaiban.orchestrator.office import Office
from kaiban.ports import Transaction

UNKNOWN: Final = "没有这项告知承诺，请看看现在有哪些。"
UNREAD: Final = "请先阅读承诺内容并勾选，再点“作出承诺”。"
_STALE: Final = "“{title}”的内容改为 {version} 版了，请重新阅读；同意的再勾选，不同意的请撤销。"


def offered(office: Office, form: Mapping[str, Any], links: Collection[str]) -> list[Commitment]:
    """What may be declared for that form and those links."""
    return [each for each in office.city.commitments if each.applies(form, links)]


def held(office: Office, holder: Holder) -> dict[str, Material]:
    """What was declared, by key."""
    return {one.key: one for one in office.materials.listed(holder) if one.commits}


def commit(office: Office, filing: str, key: str, version: str) -> Material | Defect:
    """Write down that the filing's applicant declares it, in the words of that version, which they have read.

    Refused are a commitment the profile does not have, and words that are not those of today.
    """
    commitment, holder = office.city.commitment(key), Holder(filing)
    if commitment is None:
        return Defect(MATERIALS + key, "commitment.unknown", UNKNOWN)
    if not version:
        return Defect(MATERIALS + key, "commitment.unread", UNREAD)
    if version != commitment.version:
        return _stale(commitment)
    declared = Material(secrets.token_urlsafe(16), key, office.clock.now(), commitment=version)
    with office.cases.transaction() as tx:
        for one in office.materials.listed(holder):
            if one.key == key:
                office.materials.remove(tx.connection, holder, one.id)
        office.materials.put(tx.connection, holder, declared)
    return declared


def outdated(
    office: Office, form: Mapping[str, Any], links: Collection[str], filing: str
) -> list[Defect]:
    """What was declared in words that have changed since: it has to be read again before it is handed in."""
    declared = held(office, Holder(filing)) if filing else {}
    return [
        _stale(each)
        for each in offered(office, form, links)
        if each.key in declared and declared[each.key].commitment != each.version
    ]


def drop_void(office: Office, tx: Transaction, case: Case, filing: str) -> None:
    """Take away what the form, as it was handed in, does not ask about, and what the case has already."""
    links = [link.name for link in case.links]
    known = {event.code for event in case.events if event.kind == GIVEN}
    wanted = {each.key for each in offered(office, case.form, links)} - known
    for key, one in held(office, Holder(filing)).items():
        if key not in wanted:
            office.materials.remove(tx.connection, Holder(filing), one.id)


def check_days(office: Office, case: Case, at: datetime) -> dict[str, date]:
    """By when each is checked that is declared for the case at that instant, by key: working days of its hall."""
    hours = office.city.hall_of(case).hours
    return {
        each.key: hours.working_day_after(at, each.working_days)
        for each in office.city.commitments
    }


def note_given(office: Office, case: Case, bound: Sequence[Material], at: datetime) -> None:
    """Write what was declared into the case's events, word for word, whatever becomes of the profile."""
    known = {event.code for event in case.events if event.kind == GIVEN}
    for one in bound:
        commitment = office.city.commitment(one.key)
        if commitment is None or one.key in known or one.deferred_until is None:
            continue
        facts = {
            "commitment": one.commitment, "words": commitment.words(one.commitment),
            "due": one.deferred_until.isoformat(), "follows": commitment.follows.value,
        }  # fmt: skip
        case.note(GIVEN, at, "applicant", code=one.key, text=commitment.title, facts=facts)


def _stale(commitment: Commitment) -> Defect:
    words = _STALE.format(title=commitment.title, version=commitment.version)
    return Defect(MATERIALS + commitment.key, "commitment.stale", words)
