"""Rate a case or one of its links (好差评), and answer what was said."""

from dataclasses import dataclass, replace

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.rating import LEVELS, SOURCES, Rating
from kaiban.domain.notices.notice import Defect
from kaiban.orchestrator.complaint_office import ComplaintOffice
from kaiban.orchestrator.office import Office
from kaiban.orchestrator.printable import unprintable

LONGEST = 500
_TOO_LONG = "评价内容请不超过 {most} 字。"
_NO_ANSWER = "请填写答复，不超过 {most} 字。"

NO_LEVEL = Defect(
    "/level", "rating.level", "请选择满意程度（1 至 5，5 为非常满意）。", example="5",
)  # fmt: skip
NO_LINK = Defect(
    "/link", "rating.link", "本办件没有这一环节，请核对环节名称；留空为评价整个办件。"
)
TOO_LONG = Defect("/remark", "rating.remark", _TOO_LONG.format(most=LONGEST))
NO_SOURCE = Defect("/source", "rating.source", "来源为 " + "、".join(SOURCES) + " 之一。")
TOO_EARLY = Defect("", "rating.too_early", "尚未办结，办结后即可评价。")
ANSWERED = Defect("", "rating.answered", "此评价已有答复，不能再修改；如仍有意见，请联系窗口。")
CHANGED = Defect("", "rating.changed", "刚在别处评价过，请看看之前的评价，再决定是否修改。")
NOT_RATED = Defect("", "rating.none", "没有这一评价。")
NO_ANSWER = Defect("/answer", "rating.answer", _NO_ANSWER.format(most=LONGEST))


@dataclass(frozen=True)
class Opinion:
    """What somebody says: of a link, or ("") of the whole case."""

    level: int
    link: str = ""
    remark: str = ""
    source: str = "web"


def rate(
    door: ComplaintOffice, no: str, opinion: Opinion, instead_of: str | None = None
) -> Rating | list[Defect]:
    """Keep the opinion, in the place of an earlier one; or everything that is wrong with it. A bad one is a task at once.

    A link can be rated once it has ended, the case once it has. ``instead_of`` is the mark (``mark_of``) of the
    opinion that was seen and is replaced; if another was given since, nothing happens. Raises CaseNotFound.
    """
    with door.office.cases.transaction() as tx:
        case = tx.get(no)
        if wrong := _wrong(case, opinion):
            return wrong
        known = tx.get_rating(no, opinion.link)
        if known and known.answered_at:
            return [ANSWERED]
        if instead_of not in (None, mark_of(known)):
            return [CHANGED]
        given = Rating(
            opinion.link,
            opinion.level,
            door.office.clock.now(),
            opinion.source,
            opinion.remark.strip(),
        )
        tx.put_rating(no, given)
        door.raise_rated(tx, case, given)
    return given


def mark_of(rating: Rating | None) -> str:
    """What tells one opinion from the next; "" for none."""
    return rating.at.isoformat() if rating else ""


def answer(office: Office, no: str, link: str, text: str, who: str) -> Rating | list[Defect]:
    """Answer a rating; the answer can be corrected, the rating no longer. Raises CaseNotFound."""
    text = text.strip()
    if not 0 < len(text) <= LONGEST:
        return [NO_ANSWER]
    if wrong := unprintable(office, "/answer", text):
        return wrong
    with office.cases.transaction() as tx:
        tx.get(no)
        known = tx.get_rating(no, link)
        if known is None:
            return [NOT_RATED]
        given = replace(known, answer=text, answered_by=who, answered_at=office.clock.now())
        tx.put_rating(no, given)
    return given


def _wrong(case: Case, opinion: Opinion) -> list[Defect]:
    names = {"", *(link.name for link in case.links)}
    checks = (
        (NO_LEVEL, opinion.level in LEVELS),
        (NO_LINK, opinion.link in names),
        (TOO_LONG, len(opinion.remark) <= LONGEST),
        (NO_SOURCE, opinion.source in SOURCES),
    )
    wrong = [defect for defect, fits in checks if not fits]
    return wrong or ([] if is_over(case, opinion.link) else [TOO_EARLY])


def is_over(case: Case, link: str) -> bool:
    """Whether the link, or ("") the case, has ended, so that it can be rated."""
    return case.link(link).finished if link else case.ended
