"""How the seals of this very case are got (领取印章): which there are, who has them, how they come, and what of them is electronic."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from forms import codes
from kaiban.domain.cases.case import Case
from kaiban.domain.cases.link import Link
from kaiban.domain.papers.delivery import SETTLING, mode_of
from kaiban.domain.pointer import value_at

#: What follows from how the applicant wants the package, by the form's code; "" where the form does not say.
_WAYS: Final[Mapping[str, str]] = {
    "window": "您选择窗口自取：印章送到大厅后，和证照包一起在出件窗口领取；去之前请向窗口或者刻章单位问清是否已到。",
    "post": "您选择邮寄：请向窗口或者刻章单位问清印章是否和证照包一起寄出；不一起寄的，到刻章单位领取。",
    "kiosk": "您选择自助打印，自助机上没有印章：请到刻章单位领取，时间和地点请先问清。",
    "electronic": "您选择只要电子件，实物印章仍要领取：请到刻章单位领取，时间和地点请先问清。",
    "": "领取的时间和地点请向刻章单位或者窗口问清。",
}
_SENT: Final = "证照包已由{carrier}寄出（运单号 {tracking}）：印章没有一起寄到的，到刻章单位领取。"
_HANDED: Final = "证照包已在窗口领取：印章没有一起领到的，到刻章单位领取。"
_BRING: Final = "领取时请带领取人身份证件原件；他人代领的，另带授权委托书。"
_ELECTRONIC: Final = "已随印章一起申领电子印章，和电子营业执照一起使用。请{head}按刻章单位或者窗口告知的方式领取和授权，不用到场取实物。"


def physical(case: Case, link: Link) -> str:
    """What to do to get those that can be held in the hand, in sentences."""
    shop, order = str(link.result.get("engraver", "")), str(link.result.get("order_no", ""))
    made = f"{'、'.join(_kinds(case)) or '印章'}由{shop or '刻章单位'}刻制{f'，订单号 {order}' if order else ''}。"
    return f"{made}{_way(case)}{_BRING}"


def electronic(case: Case, head: str) -> str:
    """What to do about the electronic one; "" if none was asked for."""
    return _ELECTRONIC.format(head=head) if value_at(case.form, "seal.electronic") is True else ""


def _kinds(case: Case) -> Iterator[str]:
    rows: list[Mapping[str, Any]] = value_at(case.form, "seal.items") or []
    for row in rows:
        yield f"{codes.SEAL_KINDS.label(str(row['kind']))} {row.get('qty') or 1} 枚"


def _way(case: Case) -> str:
    left = next((each for each in reversed(case.events) if each.kind in SETTLING), None)
    if left is None:
        return _WAYS.get(mode_of(case), _WAYS[""])
    return _SENT.format_map(left.facts) if left.kind == "posted" else _HANDED
