"""A refusal (不予受理, 不予登记, 不予办理): on which rule it stands, what can be done about it, and until when.

Read in the texts in force: 市场主体登记管理条例 art. 20 with 实施细则 art. 18 and 19 (registration); 行政许可法 (2019) art. 38
(reasons and remedies in writing); 行政复议法 (2023 revision) art. 20 (sixty days); 行政诉讼法 (2017) art. 46 (six months).
Both terms begin when the decision becomes known. What is told here is no decision: the written one is, and what it says of
terms and of whom to address is what counts.
"""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

REGISTRATION: Final = "registration"
#: Contracts, not administrative decisions: neither 行政复议 nor 行政诉讼 lies against these.
BY_CONTRACT: Final = frozenset({"bank"})
#: Codes under which a department says that the matter is not its own (市场主体登记管理条例实施细则第十八条第四款).
ELSEWHERE: Final = frozenset({"R12"})

REVIEW_DAYS: Final = 60
LAWSUIT_MONTHS: Final = 6

_REMEDY: Final = "不服的，可以依法申请行政复议或者提起行政诉讼。期限、复议机关和管辖法院以该单位的书面决定为准；没有收到书面决定的，请向窗口索取。"
_REMEDY_BASIS: Final = "行政许可法第三十八条"
_ASK: Final = "有疑问请向该单位或者窗口咨询，也可以改选其他单位办理。"
_OWN_DECISION: Final = "以该单位的书面决定为准"


@dataclass(frozen=True)
class Redress:
    """What a refusal is called, its rule, and what can be done; ``has_terms``: review and lawsuit are open."""

    title: str
    basis: str
    remedy: str
    remedy_basis: str
    has_terms: bool


def redress_of(link: str, code: str = "") -> Redress:
    """What can be done about the refusal of a link under a department's code."""
    if link in BY_CONTRACT:
        return Redress("不予办理", "双方合同和该单位的规定", _ASK, "", has_terms=False)
    title, basis = _ADMINISTRATIVE[link == REGISTRATION, code in ELSEWHERE]
    return Redress(title, basis, _REMEDY, _REMEDY_BASIS, has_terms=True)


#: By whether the registrar refuses, and whether the matter is somebody else's.
_ADMINISTRATIVE: Final[Mapping[tuple[bool, bool], tuple[str, str]]] = {
    (True, False): ("不予登记", "市场主体登记管理条例第二十条、实施细则第十九条"),
    (True, True): ("不予受理", "市场主体登记管理条例实施细则第十八条"),
    (False, False): ("不予办理", _OWN_DECISION),
    (False, True): ("不予受理", _OWN_DECISION),
}


@dataclass(frozen=True)
class Terms:
    """The last days, counted from the day the decision became known, that day not included."""

    review: date
    lawsuit: date


def terms(known: date) -> Terms:
    """Until when review and lawsuit are open at least; a last day that is a holiday moves on."""
    return Terms(known + timedelta(days=REVIEW_DAYS), _months_on(known, LAWSUIT_MONTHS))


def _months_on(day: date, months: int) -> date:
    """The same day so many months on, or the month's last if it has none."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def facts_of(link: str, code: str, known: date) -> dict[str, str]:
    """What is written down with a refusal, so that it is told to applicant and supervisor alike."""
    found, last = redress_of(link, code), terms(known)
    facts = {"title": found.title, "basis": found.basis, "remedy_basis": found.remedy_basis}
    if found.has_terms:
        facts |= {
            "review_until": last.review.isoformat(),
            "lawsuit_until": last.lawsuit.isoformat(),
        }
    return facts
