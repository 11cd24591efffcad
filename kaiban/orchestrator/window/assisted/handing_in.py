"""Hand in what was filled in for somebody, once it was read back and found right."""

from collections.abc import Sequence

from kaiban.domain.assisted import AssistedFiling, FiledBy
from kaiban.domain.cases.case import Case
from kaiban.domain.cases.staff.disclosure import Disclosure
from kaiban.domain.cases.staff.helped import ALONE, HELPED
from kaiban.domain.filing import Filing
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.notices.notice import Defect
from kaiban.domain.roles import Position
from kaiban.orchestrator.applicant.filing import Help, submit
from kaiban.orchestrator.window.assisted.beginning import NOT_FOR_THAT_HALL
from kaiban.orchestrator.window.assisted.desk import AssistedDesk, log
from kaiban.orchestrator.window.assisted.resume_code import tell_if_proved
from kaiban.ports import ChangedElsewhere, Transaction

NOT_CONFIRMED = Defect(
    "/signed", "handing_in.not_confirmed",
    "申请人还没有确认现在这一版内容，请打印核对单请申请人签字，或者用手机验证码确认。",
)  # fmt: skip


def hand_in(
    desk: AssistedDesk, who: Position, assisted: AssistedFiling, version: int,
    words: tuple[str, ...], seen: tuple[str, ...],
) -> Case | list[Defect]:  # fmt: skip
    """The form's one case, or everything that is wrong; a second time, the same case.

    ``seen`` are the form paths staff have read in full. Raises ChangedElsewhere if the form has another version by now.
    """
    filing = desk.filings.get(assisted.filing_id)
    if not filing.case_no and filing.version != version:
        raise ChangedElsewhere(filing)
    if not (filing.case_no or assisted.is_confirmed(version)):
        return [NOT_CONFIRMED]
    try:
        help_ = _help(desk, who, assisted, filing.phone, seen)
        if assisted.deciding and not filing.case_no and help_.by and not help_.intake:
            return [NOT_FOR_THAT_HALL]  # the city has other rules by now
        found = submit(desk.office, desk.filings, filing.id, version, words, help_)
    except _MovedOnError as error:
        return hand_in(desk, who, error.current, version, words, seen)
    if isinstance(found, Case) and not filing.case_no:
        log.info("assisted_handed_in", number=assisted.number, by=who.login, case=found.no)
    return found


class _MovedOnError(Exception):
    """A colleague has had it open since it was read; ``current`` is what is known now."""

    def __init__(self, current: AssistedFiling) -> None:
        super().__init__("known otherwise by now")
        self.current = current


def help_before(desk: AssistedDesk, seen: tuple[str, ...]) -> Help:
    """Writes down, with the case of a form that its applicant hands in alone, who at a desk had it, if anybody."""

    def beside(tx: Transaction, filing: Filing, case: Case) -> None:
        found = desk.assisted.look(tx.connection, filing.id)
        if found is None:
            return
        facts = {"number": found.number, "staff": " ".join(found.staff)}
        if found.rephoned:
            facts["rephoned"] = " ".join(each.by for each in found.rephoned)
        case.note(HELPED, case.accepted_at, "applicant", code=ALONE, facts=facts)
        _note_seen(tx, case, found.staff, seen)

    return Help(beside)


def _help(
    desk: AssistedDesk, who: Position, assisted: AssistedFiling, phone: str, seen: tuple[str, ...]
) -> Help:
    if assisted.confirmation is None:
        return Help()  # a case already
    taken = assisted.taken_by(who.login)
    staff = (*(each for each in taken.staff if each != who.login), who.login)
    by = FiledBy(
        assisted.number, assisted.filer, staff, assisted.confirmation.way,
        assisted.confirmation.version, assisted.copied, assisted.own,
        tuple(each.by for each in assisted.rephoned), phone,
    )  # fmt: skip

    def beside(tx: Transaction, filing: Filing, case: Case) -> None:
        now = desk.assisted.look(tx.connection, filing.id)
        if now is not None and now != assisted:
            raise _MovedOnError(now)
        _note_seen(tx, case, staff, seen)
        tell_if_proved(desk, tx, assisted, filing, case.no)

    if not assisted.deciding:
        return Help(beside, by, assisted.hall)
    today = desk.office.clock.now().astimezone(HALL_TIME).date()
    rule = desk.office.city.intake_rule(assisted.hall, assisted.deciding, today)
    return Help(beside, by, assisted.deciding, rule)


def _note_seen(tx: Transaction, case: Case, staff: Sequence[str], seen: tuple[str, ...]) -> None:
    """For the owner: which of the staff have seen what of the form."""
    for login in staff:
        tx.disclose(case.no, Disclosure(case.accepted_at, "staff", login, "assist", seen))
