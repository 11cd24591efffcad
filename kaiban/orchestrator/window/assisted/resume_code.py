"""Tell the applicant the code to come back with (续办码): to a telephone that is known to be theirs, and to no other.

Code and telephone together open the case. A number that staff typed, and from which nothing ever came back, may be a stranger's.
"""

from kaiban.domain.assisted import AssistedFiling
from kaiban.domain.filing import Filing, FilingNews
from kaiban.domain.notices.notice import Defect
from kaiban.orchestrator.applicant.returning import reaching
from kaiban.orchestrator.applicant.returning.resuming import Claim
from kaiban.orchestrator.window.assisted.desk import AssistedDesk, log
from kaiban.ports import Transaction

SENTENCES = {
    "zh-CN": "【{city}开办企业】验证码 {digits}，10 分钟内有效。报给工作人员，即核实这是帮办号 {number} 的申请人的手机；"
    "没有到窗口或者打电话办理的，请勿告诉任何人。",
    "en": "[{city}] Your code is {digits}, valid for 10 minutes. Telling it to our staff confirms that this is the phone of the "
    "applicant of desk number {number}. If you are not applying for anything, tell it to nobody.",
}


def tell_if_proved(
    desk: AssistedDesk, tx: Transaction, assisted: AssistedFiling, filing: Filing, no: str
) -> None:
    """Tell it with the case, if the telephone is known to be the applicant's."""
    if assisted.has_proved_phone:
        desk.announcer.tell(tx.connection, filing, FilingNews.RESUME_CODE, no)


def can_prove(desk: AssistedDesk, filing: Filing) -> bool:
    """Whether there is a number, and a gateway to ask it through."""
    return bool(filing.phone) and reaching.can_prove(desk.ways)


def send_digits(
    desk: AssistedDesk, assisted: AssistedFiling, filing: Filing, address: str
) -> list[Defect]:
    """Send digits to the number of a form that is handed in; what keeps us from it."""
    sentence = SENTENCES.get(filing.lang, SENTENCES["zh-CN"])
    claim = _claim(assisted, filing, address)
    return reaching.send_digits(desk.ways, claim, sentence, number=assisted.shown_number)


def prove(
    desk: AssistedDesk, assisted: AssistedFiling, filing: Filing, digits: str, address: str
) -> list[Defect]:
    """Tell the code, now that the digits came back; what is wrong with them."""
    if wrong := reaching.take_digits(desk.ways, _claim(assisted, filing, address), digits):
        return wrong
    with desk.office.cases.transaction() as tx:
        desk.announcer.tell(tx.connection, filing, FilingNews.RESUME_CODE, filing.case_no)
    log.info("assisted_phone_proved", number=assisted.number, case=filing.case_no)
    return []


def _claim(assisted: AssistedFiling, filing: Filing, address: str) -> Claim:
    """Counted apart: digits sent to confirm a form tell no code."""
    return Claim(f"resume {assisted.number}", filing.phone, address)
