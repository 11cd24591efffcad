"""Hand in what was filled in for somebody, once it was read back and found right."""

import hashlib

from kaiban.domain.assisted import AssistedFiling, FiledBy
from kaiban.domain.cases.case import Case
from kaiban.domain.filing import Filing
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.notices.notice import Defect
from kaiban.domain.roles import Position
from kaiban.orchestrator.applicant.filing import Help, submit
from kaiban.orchestrator.window.assisted.beginning import NOT_FOR_THAT_HALL
from kaiban.orchestrator.window.assisted.desk import AssistedDesk, log
from kaiban.ports import ChangedElsewhere

NOT_CONFIRMED = Defect(
    "/signed", "handing_in.not_confirmed",
    "申请人还没有确认现在这一版内容，请打印核对单请申请人签字，或者用手机验证码确认。",
)  # fmt: skip
SENTENCES = {
    "zh-CN": "【{city}开办企业】您的申请已由窗口帮办提交，办件编号 {no}。续办码 {code}，"
    "凭它和本手机号码可以查看进度、补正和下载证照包，请勿告诉他人。",
    "en": "[{city}] Your application was handed in at the hall, case number {no}. Your resume code is {code}: with it and "
    "this number you can follow it, correct it and download your certificates. Tell it to nobody.",
}


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
    assistance = _help(desk, who, assisted, seen)
    if assisted.deciding and not filing.case_no and assistance and not assistance.intake:
        return [NOT_FOR_THAT_HALL]  # the city has other rules by now
    found = submit(desk.office, desk.filings, filing.id, version, words, assistance)
    if isinstance(found, Case) and not filing.case_no:
        log.info("assisted_handed_in", number=assisted.number, by=who.login, case=found.no)
        _tell(desk, filing, found)
    return found


def help_before(desk: AssistedDesk, filing_id: str, seen: tuple[str, ...]) -> Help | None:
    """What staff have seen of a form that its applicant hands in alone; None if nobody at a desk had it."""
    found = desk.assisted.of_filing(filing_id)
    return None if found is None else Help(found.staff, seen)


def _help(
    desk: AssistedDesk, who: Position, assisted: AssistedFiling, seen: tuple[str, ...]
) -> Help | None:
    if assisted.confirmation is None:
        return None  # a case already
    taken = assisted.taken_by(who.login)
    staff = (*(each for each in taken.staff if each != who.login), who.login)
    by = FiledBy(
        assisted.number, assisted.filer, staff, assisted.confirmation.way,
        assisted.confirmation.version, assisted.copied,
    )  # fmt: skip
    if not assisted.deciding:
        return Help(staff, seen, by, assisted.hall)
    today = desk.office.clock.now().astimezone(HALL_TIME).date()
    rule = desk.office.city.intake_rule(assisted.hall, assisted.deciding, today)
    return Help(staff, seen, by, assisted.deciding, rule)


def _tell(desk: AssistedDesk, filing: Filing, case: Case) -> None:
    """The applicant's code, to their phone and nobody else's; of two clicks at once both tell it, as one message."""
    if desk.ways.texts is None or not filing.phone:
        return
    sentence = SENTENCES.get(filing.lang, SENTENCES["zh-CN"])
    text = sentence.format(city=desk.ways.city, no=case.no, code=filing.shown_code)
    same = hashlib.sha256(f"resume code {case.no}".encode()).hexdigest()[:32]
    desk.ways.texts.send(filing.phone, text, same)
