"""What is still open when the package goes out: the follow-up sheet (后续事项告知单)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from marshmallow import Schema

from forms import codes
from forms.applicants import of
from kaiban.documents import wording
from kaiban.documents.package import seals
from kaiban.documents.results import described
from kaiban.domain.cases.case import Case
from kaiban.domain.cases.link import Actor, Link, LinkState
from kaiban.domain.notices.refusal import redress_of
from kaiban.domain.papers.commitment import FALSE_FOLLOWS, given
from kaiban.domain.papers.obligation import still_owed
from kaiban.domain.pointer import value_at
from kaiban.domain.prose import ended

#: The link after which the company exists; the periods of the law run from it.
FOUNDED_BY: Final = "registration"


@dataclass(frozen=True)
class Item:
    """One thing still to do or to know: ``due`` is a date in words, ``basis`` the rule behind it."""

    kind: str
    title: str
    text: str
    due: str = ""
    basis: str = ""
    link: str = ""


@dataclass(frozen=True)
class Duty:
    """A duty of every new company. With ``link`` it depends on whether that link is ``done``.

    ``days`` run from the day the link ``since`` was done; 0 where the law names no such period. ``rows``: it is done with where
    the link's result lists one for each employee there.
    """

    title: str
    text: str
    basis: str
    link: str = ""
    done: bool = True
    days: int = 0
    since: str = FOUNDED_BY
    rows: str = ""

    def is_met(self, case: Case) -> bool:
        """Whether the department has done it already."""
        found = case.link(self.link).result.get(self.rows) if self.rows else None
        return found is not None and len(found) >= len(value_at(case.form, "staff.members") or ())


DUTIES: Final = (
    Duty(
        "报送年度报告",
        "自成立次年起，每年 1 月 1 日至 6 月 30 日，通过国家企业信用信息公示系统报送上一年度的年度报告。"
        "逾期将被列入经营异常名录。",
        "企业信息公示暂行条例第八条",
    ),
    Duty(
        "首次纳税申报",
        "按税务机关核定的税（费）种和期限申报，没有收入也要按期申报；按月或按季申报的，一般为期满之日起 15 日内，"
        "遇法定休假日顺延。",
        "税收征收管理法第二十五条",
        "tax",
    ),
    Duty(
        "为新招用员工参保",
        "自用工之日起 30 日内申报社会保险登记；增减人员在次月前办理。",
        "社会保险法第五十八条",
        "social_insurance",
    ),
    Duty(
        "办理单位社会保险登记",
        "自成立之日起 30 日内向社会保险经办机构申请登记。",
        "社会保险法第五十七条",
        "social_insurance",
        done=False,
        days=30,
    ),
    Duty(
        "设立职工公积金账户",
        "自缴存登记之日起 20 日内为职工办理账户设立手续。",
        "住房公积金管理条例第十四条",
        "housing_fund",
        days=20,
        since="housing_fund",
        rows="people",
    ),
    Duty(
        "为新录用职工缴存公积金",
        "自录用之日起 30 日内办理缴存登记。",
        "住房公积金管理条例第十五条",
        "housing_fund",
    ),
    Duty(
        "办理住房公积金缴存登记",
        "自成立之日起 30 日内到住房公积金管理中心办理缴存登记。",
        "住房公积金管理条例第十四条",
        "housing_fund",
        done=False,
        days=30,
    ),
)

#: What an entry of the scope catalogue needs, by how it is got (证照分离, 国发〔2021〕7号); where that is not known for sure, its office says.
LICENCES: Final[Mapping[str, str]] = {
    "filing": "向{office}办理{licence}。",
    "commitment": "开业前向{office}申请{licence}；符合条件的，可以书面承诺，当场取得。",
    "": "开业前向{office}申请{licence}；需要什么条件和材料，以该部门公布的为准，窗口可以告知。",
}

#: What an unfinished link means for the applicant, by who acts next.
NEXT_STEPS: Final[Mapping[Actor, str]] = {
    Actor.APPLICANT: "请按一次性告知书补正后提交，其他环节不受影响。",
    Actor.WINDOW: "窗口人员正在处理，有结果会通知您。",
    Actor.DEPARTMENT: "部门正在办理，办结后本包自动出新版。",
    Actor.SYSTEM: "平台自动继续办理，无需操作。",
}
ENDINGS: Final[Mapping[LinkState, str]] = {
    LinkState.CANCELLED: "需要办理时可另行申请。",
    LinkState.PRE_REGISTERED: "预登记已完成，取得前置结果后自动确认。",
}


def follow_up(case: Case) -> list[Item]:
    """Everything still open, what stands in the way first, the law's periods last."""
    return [
        *_gaps(case),
        *_notices(case),
        *_owed(case),
        *_unchecked(case),
        *_told(case, "stale", "内容已变更，部门结果未更新"),
        *_told(case, "irrevocable", "不能撤销"),
        *_licences(case),
        *_errands(case),
        *_duties(case),
    ]


def left_by_departments(
    case: Case, results: Mapping[str, Mapping[str, Any]], schemas: Mapping[str, Schema]
) -> list[Item]:
    """What the departments' own (masked) results say is left to do: fields with the metadata ``follow_up``."""
    return [
        Item("department", link.title, f"{line.label}：{line.value}", link=link.name)
        for link in case.links
        for line in described(results[link.name], schemas.get(link.name)).lines
        if line.follow_up
    ]


def next_step(link: Link) -> str:
    """What happens now with a link that is not done."""
    if link.state is LinkState.REFUSED:
        return redress_of(link.name).remedy
    return ENDINGS.get(link.state) or NEXT_STEPS.get(link.next_actor, "")


def why(link: Link) -> str:
    """The reason of its state, or the state itself; a link always says something."""
    return link.reason or link.state_title


def _gaps(case: Case) -> Iterator[Item]:
    for link in case.links:
        if link.state is not LinkState.DONE:
            title = f"{link.title}：{link.state_title}"
            text = f"原因：{ended(why(link))}{next_step(link)}" if link.reason else next_step(link)
            yield Item("gap", title, text, link=link.name)


def _notices(case: Case) -> Iterator[Item]:
    for notice in case.notices:
        for defect in notice.items if notice.open else ():
            title = f"一次性告知书（第 {notice.number} 号）未补正"
            yield Item("notice", title, defect.message, basis=defect.rule, link=defect.link)


def _owed(case: Case) -> Iterator[Item]:
    """What was promised to follow (容缺) and has not come."""
    for one in still_owed(case.events):
        text = "您承诺稍后补交。请在办件页面补交，或者交到窗口。"
        basis = f"容缺承诺书 {one.commitment} 版"
        yield Item("owed", f"补交{one.name}", text, wording.date(one.due), basis)


def _unchecked(case: Case) -> Iterator[Item]:
    """What was declared (告知承诺) and nobody has checked yet."""
    for one in given(case.events):
        if one.check is None:
            text = f"由窗口核查，请保持电话畅通。{FALSE_FOLLOWS[one.follows]}。"
            basis = f"告知承诺 {one.version} 版"
            yield Item("unchecked", f"{one.title}待核查", text, wording.date(one.due), basis)


def _told(case: Case, kind: str, heading: str) -> Iterator[Item]:
    titles = {link.name: link.title for link in case.links}
    told = {(event.link, event.text): None for event in case.events if event.kind == kind}
    for link, text in told:
        yield Item(kind, f"{titles.get(link, link)}：{heading}", text, link=link)


def duties_of(case: Case) -> Iterator[Duty]:
    """The duties of this type of applicant, in its own words where it has them."""
    applicant = of(case.form)
    for duty in DUTIES:
        if duty.link in applicant.without and not duty.done:
            continue
        text, basis = applicant.duties.get(duty.title, ("", ""))
        yield replace(duty, text=text, basis=basis, days=0) if text else duty


def _duties(case: Case) -> Iterator[Item]:
    done = {link.name: link.done_at for link in case.links if link.done_at}
    if FOUNDED_BY not in done:
        return
    for duty in duties_of(case):
        if not duty.link or ((duty.link in done) is duty.done and not duty.is_met(case)):
            due = _due(done[duty.since], duty.days) if duty.days else ""
            yield Item("duty", duty.title, duty.text, due, duty.basis, duty.link)


def _licences(case: Case) -> Iterator[Item]:
    """What the scope needs a licence or a filing for, once the company exists."""
    if not case.is_done(FOUNDED_BY):
        return
    chosen = [
        str(item.get("code", "")) for item in value_at(case.form, "company.scope.items") or ()
    ]
    for item in codes.SCOPE.items:
        if item.code in chosen and "licence" in item.more and item.more["class"] != "pre_approval":
            yield _licence(item)


def _licence(item: codes.Item) -> Item:
    told = item.more
    text = LICENCES[told.get("how", "")].format_map(told) + told.get("note", "")
    what = "需要备案" if told["class"] == "general" else "取得许可后方可经营"
    return Item("duty", f"“{item.label}”：{what}", text, "", told["basis"])


def _errands(case: Case) -> Iterator[Item]:
    """What is ready to be fetched or visited, with what its department said of it."""
    for link in case.links:
        make = _ERRANDS.get(link.name)
        if make and link.state is LinkState.DONE:
            yield from make(case, link, of(case.form).head)


def _visit(_case: Case, link: Link, head: str) -> Iterator[Item]:
    told = link.result
    when = " ".join(str(told[key]) for key in ("visit_date", "visit_time") if told.get(key))
    where = str(told.get("branch_name", "")) or "预约的网点"
    phone = f"网点电话 {told['contact']}。" if told.get("contact") else ""
    bring = f"请携带：{ended(str(told['bring']))}" if told.get("bring") else ""
    text = (
        f"预约回执不是账户。请{head}{f'于 {when} ' if when else '按预约时间'}到{where}面签。{bring}{phone}"
        "账户启用日期以银行通知为准；开户后与税务、社保、公积金签订委托扣款协议。"
    )
    yield Item("duty", "到银行开立账户", text, "", "人民币银行结算账户管理办法", link.name)


def _seals(case: Case, link: Link, head: str) -> Iterator[Item]:
    yield Item("duty", "领取印章", seals.physical(case, link), "", "", link.name)
    if text := seals.electronic(case, head):
        yield Item("duty", "启用电子印章", text, "", "", link.name)


_ERRANDS: Final[Mapping[str, Callable[[Case, Link, str], Iterator[Item]]]] = {
    "bank": _visit,
    "seal": _seals,
}


def _due(since: datetime, days: int) -> str:
    return wording.day(since + timedelta(days=days))
