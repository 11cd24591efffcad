"""What comes next and whose time it was, in words: beside the lanes, not a part of them."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.link import Actor, Link, LinkState
from kaiban.domain.cases.plan import Plan
from kaiban.domain.cases.staff.holdings import holdings
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.hours.forecast import Forecast
from kaiban.domain.hours.ledger import APPLICANT, CLOSED, PAUSES, PLATFORM, SPECIAL, WINDOW, Hours
from kaiban.web.following.crossing import holder_titles, title_of
from kaiban.web.presentation.texts import clock, length, say
from kaiban.web.service import office

_S = LinkState

#: Who does the next thing.
DOERS: Mapping[str, str] = {
    Actor.APPLICANT: "您",
    Actor.WINDOW: "窗口工作人员",
    Actor.DEPARTMENT: "部门",
    Actor.SYSTEM: "系统",
    Actor.NOBODY: "",
}

#: What the next thing is, by the state of the link.
NEXT: Mapping[str, str] = {
    _S.WAITING: "排到后自动送出",
    _S.READY: "自动送到部门",
    _S.SENDING: "正在送到部门",
    _S.SUBMITTED: "部门审核",
    _S.IN_REVIEW: "部门审核",
    _S.NEEDS_CORRECTION: "按一次性告知书补正",
    _S.PRE_REGISTERED: "排到后自动送出",
    _S.UNKNOWN: "向部门核实是否收到",
    _S.MANUAL: "人工与部门核对后继续",
}

#: Whose minutes they were; what does not count says so.
HOLDERS: Mapping[str, str] = {
    APPLICANT: "等您处理（不计入办理用时）",
    SPECIAL: "特别程序（不计入办理用时）",
    WINDOW: "窗口处理",
    PLATFORM: "本系统转办",
    CLOSED: "下班、午休和休息日（不计入办理用时）",
}


def ahead_of(case: Case) -> list[list[str]]:
    """For every link that is still open: the link, who acts next, what happens, what comes of it."""
    if case.withdrawing:
        return []
    plan = office().plan(case)
    return [
        [say(link.title), _doer(link), _what(case, plan, link), _gain(plan, link)]
        for link in case.links
        if not link.finished
    ]


def _doer(link: Link) -> str:
    return say(link.office) if link.next_actor is Actor.DEPARTMENT else say(DOERS[link.next_actor])


def _what(case: Case, plan: Plan, link: Link) -> str:
    if case.awaiting:
        return say("等%(hall)s接收后送出", hall=title_of(case.hall))
    lacking = [f for f in plan.required_facts(link.name, link.current.name) if f not in case.facts]
    if lacking and link.state in (_S.WAITING, _S.PRE_REGISTERED):
        return say("等%(facts)s出来，自动送出", facts=_titles(lacking))
    if link.reason and link.state is not _S.NEEDS_CORRECTION:
        return say(link.reason)
    return say(NEXT[link.state])


def _gain(plan: Plan, link: Link) -> str:
    found = [fact for step in plan.link(link.name).steps for fact in step.provides]
    return _titles(found) or say("办理结果")


def _titles(facts: list[str]) -> str:
    return "、".join(say(office().departments.fact_title(fact)) for fact in facts)


def basis_of(case: Case, forecast: Forecast) -> list[list[str]]:
    """On what the forecast stands, link by link."""
    return [[say(case.link(each.link).title), say(each.words)] for each in forecast.basis]


def minutes_of(case: Case, hours: Hours) -> list[list[str]]:
    """Whose minutes they were, all of them: the parts sum to the wall time."""
    names = {f"department:{link.name}": link.office for link in case.links} | dict(HOLDERS)
    names |= holder_titles() if case.intake else {}
    return [
        [say(names.get(holder, holder)), length(minutes)]
        for holder, minutes in hours.parts.items()
        if minutes
    ]


def pauses_of(case: Case, now: datetime) -> Iterator[str]:
    """Every time the clock stood still, and for what."""
    for each in holdings(case.events):
        end = each.end or case.finished_at
        if each.holder in PAUSES and (end or now) > each.start:
            until = _until(each.start, end) if end else say("现在")
            yield say(
                "%(start)s 至 %(end)s：%(why)s", start=clock(each.start), end=until,
                why=say(HOLDERS[each.holder]),
            )  # fmt: skip


def _until(start: datetime, end: datetime) -> str:
    """The end, without the date if it is the same day."""
    first, last = start.astimezone(HALL_TIME), end.astimezone(HALL_TIME)
    return f"{last:%H:%M}" if first.date() == last.date() else clock(end)
