"""Bring the certificate package to the applicant (出件): post it, or hand it over; nothing leaves twice."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from kaiban.domain.cases.case import Case
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.delivery import (
    ARRIVING,
    AT_WINDOW,
    BY_POST,
    choice_of,
    is_parcel_number,
    last_posting,
    last_reminder,
    leaves_by,
    leaves_from,
    mode_of,
    parcel_number,
    settled_by,
)
from kaiban.domain.pointer import value_at
from kaiban.orchestrator.office import Office
from kaiban.orchestrator.printable import unprintable
from kaiban.orchestrator.window.by_hand.entering import wrong_name
from kaiban.ports import NoticePaper, Transaction

NOT_BY_POST = Defect("", "posting.mode", "申请人未选择邮寄，请按其选择的方式出件。")
NOT_AT_WINDOW = Defect("", "handing.mode", "申请人未选择窗口自取，请按其选择的方式出件。")
NOT_READY = Defect("", "posting.not_ready", "证照包尚未生成，生成后才能寄出或交给申请人。")
ELSEWHERE = Defect(
    "", "handing.elsewhere", "证照包现在不在本大厅：还在路上，或者在另一个大厅。请看“跨域通办”。"
)
HANDED_OUT = Defect("", "handing.done", "这一版证照包已经交给申请人，无需重复登记。")
NO_NUMBER = Defect(
    "/tracking", "posting.tracking", "运单号为 6 至 40 位字母、数字或短横，请照运单填写。",
    example="1234567890123",
)  # fmt: skip
NO_CARRIER = Defect("/carrier", "posting.carrier", "请填写承运单位，不超过 20 字。", example="EMS")
MOVED = Defect(
    "/choice", "posting.changed",
    "申请人刚改过领取方式或地址，请重新查看后按新的内容出件。",
)  # fmt: skip
NOBODY = Defect("/who", "handing.who", "请选择谁来领取。")
NO_DOCUMENT = Defect("/document", "handing.document", "请选择看了哪一种证件。")
NOT_MATCHED = Defect("/matches", "handing.matches", "请核对证件和来人一致，再打勾。")
NO_NAME = Defect("/name", "handing.name", "请写明代领人姓名，不超过 40 个字。")
NO_AUTHORITY = Defect(
    "/authority", "handing.authority", "别人代领的，要看过授权委托书原件；看过后请打勾。"
)
UNSIGNED = Defect("/signature", "handing.signature", "请选择怎样签收：纸上签名，或者手机验证码。")
NO_PAPER = Defect("/file", "handing.paper", "请上传签过名的签收单的扫描件或者照片。")
NOT_WAITING = Defect("", "fetch.not_waiting", "这一件不用来领取，或者已经领走了。")
LONGEST_CARRIER = 20

#: Who may fetch a package, by where the form names them; somebody else brings an authority (授权委托书).
FETCHERS: Final = ("proxy", "legal_rep", "liaison")
SOMEBODY_ELSE: Final = "other"
#: Which document was looked at.
DOCUMENTS: Final[Mapping[str, str]] = {
    "id_card": "居民身份证", "passport": "护照", "hk_macau": "港澳居民来往内地通行证或者居住证",
    "taiwan": "台湾居民来往大陆通行证或者居住证", "foreign_pr": "外国人永久居留身份证",
    "other": "其他有效身份证件",
}  # fmt: skip
ON_PAPER, BY_CODE = "paper", "code"
#: So long after the last reminder there is no other.
REMIND_AGAIN: Final = timedelta(days=1)


@dataclass(frozen=True)
class Collection:
    """Who fetches the package: one of FETCHERS or SOMEBODY_ELSE (then ``name`` and ``authority``), what was looked at, and how it was signed for.

    ``paper`` is the signed receipt as it was taken in.
    """

    who: str
    document: str
    matches: bool
    signature: str
    name: str = ""
    authority: bool = False
    paper: bytes = b""


def fetchers(case: Case) -> dict[str, str]:
    """The people the form names who may fetch it, by name; an agent only if that was granted."""
    found = {who: str(value_at(case.form, f"people.{who}.name") or "") for who in FETCHERS}
    if value_at(case.form, "people.proxy.may_collect") is not True:
        del found["proxy"]
    return {who: name for who, name in found.items() if name}


def post(
    office: Office, no: str, tracking: str, carrier: str = "EMS", actor: str = "window",
    choice: int | None = None, hall: str = "",
) -> Case | list[Defect]:  # fmt: skip
    """Write down that the package was posted, or why it cannot have been; the last number counts.

    ``choice`` is the number of the choice whose address stands on the parcel; without it whoever
    posts says that it is the latest. ``hall``: from where; "" is wherever it is. Raises CaseNotFound.
    """
    tracking, carrier = parcel_number(tracking), carrier.strip()
    with office.cases.transaction() as tx:
        case = tx.get(no)
        wrong = [*_wrong(case, tracking, carrier, choice), *_away(case, hall)]
        if wrong := [*wrong, *unprintable(office, "/carrier", carrier)]:
            return wrong
        facts = {"tracking": tracking, "carrier": carrier}
        known = last_posting(case)
        if known and (known.code, known.facts) == (str(case.package_version), facts):
            return case  # pressed twice
        case.note(
            "posted", office.clock.now(), actor, code=str(case.package_version), facts=facts,
            text=f"{carrier} {tracking}",
        )  # fmt: skip
        tx.save(case)
    return case


def hand_out(
    office: Office, no: str, by: str, collection: Collection | None = None, hall: str = ""
) -> Case | list[Defect]:
    """Write down that the package was taken along at the window, or why that cannot be: it leaves once.

    ``by`` is who handed it over; without ``collection`` who fetched it is not known. ``hall`` is where; "" is wherever
    it is. Raises CaseNotFound.
    """
    with office.cases.transaction() as tx:
        case = tx.get(no)
        wrong = not_to_be_fetched(case, hall) + wrong_name(by, "")
        wrong += list(_uncollected(case, collection)) if collection else []
        if wrong:
            return wrong
        _kept(office, tx, case, collection)
        case.note(
            "handed_out", office.clock.now(), f"window:{by.strip()}", code=str(case.package_version),
            **_told(case, collection),
        )  # fmt: skip
        tx.save(case)
    return case


def check_collection(case: Case, collection: Collection, hall: str = "") -> list[Defect]:
    """Everything that is wrong before it is signed for by a code, which works once."""
    return not_to_be_fetched(case, hall) + list(_uncollected(case, collection))


def not_to_be_fetched(case: Case, hall: str = "") -> list[Defect]:
    """Why it is not to be handed out at a window of that hall ("": of any); empty if it is."""
    checks = {
        NOT_AT_WINDOW: mode_of(case) == AT_WINDOW,
        NOT_READY: case.package_version,
        HANDED_OUT: settled_by(case) is None,
    }
    return [defect for defect, fits in checks.items() if not fits] or _away(case, hall)


def is_here(case: Case, hall: str) -> bool:
    """Whether what is to leave lies in that hall."""
    return leaves_by(case) != ARRIVING and leaves_from(case) == hall


def _away(case: Case, hall: str) -> list[Defect]:
    """That it lies in another hall, or is between two."""
    waits = leaves_by(case) is not None
    return [ELSEWHERE] if hall and waits and not is_here(case, hall) else []


def remind(office: Office, no: str, by: str) -> Case | list[Defect]:
    """Have the applicant told once more that the package is there, at most once a day; raises CaseNotFound."""
    with office.cases.transaction() as tx:
        case, now = tx.get(no), office.clock.now()
        if leaves_by(case) != AT_WINDOW:
            return [NOT_WAITING]
        last = last_reminder(case)
        if last is None or now - last.at >= REMIND_AGAIN:
            case.note("fetch_reminder", now, f"window:{by}", code=str(case.package_version))
            tx.save(case)
    return case


def receipt_name(version: int) -> str:
    """Under what the signed receipt of a version is kept."""
    return f"collection-{version}"


def days_waiting(office: Office, case: Case) -> int:
    """How many days of the calendar it has been there."""
    today, since = office.clock.now(), case.finished_at or office.clock.now()
    return max(0, (today.astimezone(HALL_TIME).date() - since.astimezone(HALL_TIME).date()).days)


def _wrong(case: Case, tracking: str, carrier: str, choice: int | None) -> list[Defect]:
    checks: Mapping[Defect, Any] = {
        NOT_BY_POST: mode_of(case) == BY_POST,
        NOT_READY: case.package_version,
        MOVED: choice in (None, choice_of(case)),
        NO_NUMBER: is_parcel_number(tracking),
        NO_CARRIER: 0 < len(carrier) <= LONGEST_CARRIER,
    }
    return [defect for defect, fits in checks.items() if not fits]


def _uncollected(case: Case, found: Collection) -> Iterator[Defect]:
    is_other = found.who == SOMEBODY_ELSE
    checks = {
        NOBODY: is_other or found.who in fetchers(case),
        NO_NAME: not is_other or not wrong_name(found.name, ""),
        NO_AUTHORITY: not is_other or found.authority,
        NO_DOCUMENT: found.document in DOCUMENTS,
        NOT_MATCHED: found.matches,
        UNSIGNED: found.signature in (ON_PAPER, BY_CODE),
        NO_PAPER: found.signature != ON_PAPER or found.paper,
    }
    return (defect for defect, fits in checks.items() if not fits)


def _kept(office: Office, tx: Transaction, case: Case, found: Collection | None) -> None:
    """Keep the signed receipt with the case."""
    if found is None or not found.paper:
        return
    digest = hashlib.sha256(found.paper).hexdigest()
    name = receipt_name(case.package_version)
    tx.add_notice_paper(case.no, NoticePaper(name, office.clock.now(), digest, found.paper))


def _told(case: Case, found: Collection | None) -> Mapping[str, Any]:
    if found is None:
        return {}
    name = found.name.strip() or fetchers(case)[found.who]
    facts = {"who": found.who, "document": found.document, "signature": found.signature}
    return {"facts": facts, "text": name}
