"""Have what was filled in read back and found right: on paper, or with a code to the applicant's phone.

What is confirmed is one version of the form. Saved once more, it is to be read back anew.
"""

from dataclasses import replace

from kaiban.domain.assisted import AssistedFiling, Confirmation, Way
from kaiban.domain.filing import Filing
from kaiban.domain.notices.notice import Defect
from kaiban.domain.roles import Position
from kaiban.orchestrator.applicant.returning import reaching
from kaiban.orchestrator.applicant.returning.resuming import NO_TEXTS, Claim
from kaiban.orchestrator.window.assisted.desk import AssistedDesk, log

NOT_PRINTED = Defect(
    "/signed", "confirming.not_printed", "请先打开并打印现在这一版的核对单，再请申请人签字。"
)
NOT_SIGNED = Defect(
    "/signed", "confirming.not_signed", "请申请人在核对单上签字，收好后勾选，再点确认。"
)
NOT_READ_BACK = Defect(
    "/digits", "confirming.not_read_back",
    "“谁来办理”刚改过，请把现在的核对单重新读给申请人听，再点一次“核验并确认”。",
)  # fmt: skip
NO_PHONE = Defect(
    "/digits", "confirming.no_phone", "还没有填写申请人的手机号码，请先在“谁来办理”里填写。"
)
SENTENCES = {
    "zh-CN": "【{city}开办企业】验证码 {digits}，10 分钟内有效。报给工作人员，即确认帮办号 {number} 第 {version} 版"
    "的申请内容已核对无误；没有委托他人办理的，请勿告诉任何人。",
    "en": "[{city}] Your code is {digits}, valid for 10 minutes. Telling it to our staff confirms version {version} of the "
    "application under desk number {number}. If you are not applying for anything, tell it to nobody.",
}


def read_back(
    desk: AssistedDesk, who: Position, assisted: AssistedFiling, filing: Filing
) -> AssistedFiling:
    """Write down that this version is shown in full, to be read back."""
    log.info("assisted_read_back", number=assisted.number, by=who.login, version=filing.version)
    return desk.assisted.change(
        assisted.number, lambda found: replace(found, printed=filing.version)
    )


def confirm_on_paper(
    desk: AssistedDesk, who: Position, assisted: AssistedFiling, filing: Filing, *, signed: bool
) -> list[Defect]:
    """Write down that the signed sheet of this version is with the file; what is wrong with that."""
    if assisted.printed != filing.version:
        return [NOT_PRINTED]
    if not signed:
        return [NOT_SIGNED]
    return [] if _confirmed(desk, who, assisted, filing, Way.PAPER) else [NOT_PRINTED]


def send_code(
    desk: AssistedDesk, assisted: AssistedFiling, filing: Filing, address: str
) -> list[Defect]:
    """Send the applicant's phone a code for this version; what keeps us from it."""
    if not reaching.can_prove(desk.ways):
        return [replace(NO_TEXTS, pointer="/digits")]
    if not filing.phone:
        return [NO_PHONE]
    claim, told = _claim(assisted, filing, address), _told(assisted, filing)
    sentence = SENTENCES.get(filing.lang, SENTENCES["zh-CN"])
    wrong = reaching.send_digits(desk.ways, claim, sentence, **told)
    return [replace(each, pointer="/digits") for each in wrong]


def confirm_by_code(
    desk: AssistedDesk, who: Position, assisted: AssistedFiling, filing: Filing, digits: str,
    address: str,
) -> list[Defect]:  # fmt: skip
    """Write down that the digits sent for this version came back; what is wrong with them."""
    if not filing.phone:
        return [NO_PHONE]
    if assisted.printed != filing.version:
        return [NOT_READ_BACK]  # before they are used up
    if wrong := reaching.take_digits(desk.ways, _claim(assisted, filing, address), digits):
        return wrong
    desk.filings.proved(filing)
    return [] if _confirmed(desk, who, assisted, filing, Way.PHONE) else [NOT_READ_BACK]


def _told(assisted: AssistedFiling, filing: Filing) -> dict[str, str]:
    return {"number": assisted.shown_number, "version": str(filing.version)}


def _confirmed(
    desk: AssistedDesk, who: Position, assisted: AssistedFiling, filing: Filing, way: Way
) -> bool:
    """Whether it could be written down: what was read back must still be what is known."""
    confirmation = Confirmation(filing.version, way, desk.office.clock.now(), who.login)

    def change(found: AssistedFiling) -> AssistedFiling:
        is_same = (found.printed, found.filer) == (filing.version, assisted.filer)
        return replace(found, confirmation=confirmation) if is_same else found

    is_written = desk.assisted.change(assisted.number, change).confirmation == confirmation
    if is_written:
        log.info("assisted_confirmed", number=assisted.number, by=who.login, way=way.value)
    return is_written


def _claim(assisted: AssistedFiling, filing: Filing, address: str) -> Claim:
    """A code is for one version: sent for another, it confirms nothing."""
    return Claim(f"confirm {assisted.number} {filing.version}", filing.phone, address)
