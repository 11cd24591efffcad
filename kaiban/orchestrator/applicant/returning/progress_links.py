"""The page on which people follow a case that a program handed in, and how they come back to it.

A case of the pages is the filing it was filled in as, and whoever filled that in has its link. One that a program
handed in gets a filing of its own, empty and bound to the case, when its link is first asked for.
"""

from dataclasses import dataclass, replace
from typing import Any, Final

from kaiban.domain.cases.case import Case
from kaiban.domain.filing import Filing, read_phone
from kaiban.domain.notices.notice import Defect
from kaiban.orchestrator.applicant.filing import owner_of, start
from kaiban.orchestrator.office import Office
from kaiban.ports import Filings, Transaction

THEIRS: Final = Defect(
    "", "progress_link.theirs", "这一办件是在网页或者窗口提交的，进度链接和续办码在申请人手里。"
)
NO_PHONE: Final = Defect(
    "/phone", "progress_link.phone", "请填写 11 位手机号码，或者留空。", example="13800000000"
)
OTHER_PHONE: Final = Defect(
    "/phone", "progress_link.other_phone", "已经留下别的号码；要换号码的，由申请人打开进度页更换。"
)


@dataclass(frozen=True)
class Wanted:
    """How people are to find back: ``phone`` as it was typed, "" for none yet; in which language they are spoken to."""

    phone: str = ""
    lang: str = "zh-CN"


def progress_link(
    office: Office, filings: Filings, case: Case, wanted: Wanted, actor: str
) -> Filing | list[Defect]:
    """The filing by which the case is followed, the same however often it is asked for; or what is in the way.

    A number is left once: it opens the case together with the resume code, so another never takes its place here.
    """
    phone = read_phone(wanted.phone)
    if wanted.phone and not phone:
        return [NO_PHONE]
    found = filings.of_case(case.no) or _made(office, filings, case.no, wanted.lang, actor)
    if owner_of(found) == case.owner:
        return [THEIRS]
    if not phone or phone == found.phone:
        return found
    if found.phone:
        return [OTHER_PHONE]
    filings.reach(found.id, phone)
    return replace(found, phone=phone)


def _made(office: Office, filings: Filings, no: str, lang: str, actor: str) -> Filing:
    fresh = start(office, filings, lang)
    with office.cases.transaction() as tx:
        case = tx.get(no)  # whoever asks at the same time waits here, and then finds what was made
        return filings.of_case(no) or _bound(tx, filings, fresh, case, (office.clock.now(), actor))


def _bound(
    tx: Transaction, filings: Filings, filing: Filing, case: Case, noted: tuple[Any, str]
) -> Filing:
    filings.bind(tx.connection, filing, case.no)
    case.note("progress_link", *noted)
    tx.save(case)
    return replace(filing, case_no=case.no)
