"""Figures as tables of plain values: what CSV, XLSX and the printed report are all made from.

They are in Chinese whatever the page's language: they are handed on. Every figure brings its numerator, its denominator and the
rule it was counted by.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kaiban.documents import wording
from kaiban.domain.cases.states import CASE_TITLES
from kaiban.domain.hours.cards import LEVEL_TITLES, Level
from kaiban.domain.hours.ledger import CLOSED
from kaiban.domain.statistics.case_facts import CaseRow
from kaiban.domain.statistics.marks import FINDERS, KIND_RULES, KIND_TITLES
from kaiban.domain.statistics.shares import Share
from kaiban.domain.statistics.spreads import Spread
from kaiban.orchestrator.supervisor.comparing import HallFigures
from kaiban.orchestrator.supervisor.dashboard import Dashboard
from kaiban.orchestrator.supervisor.figure_list import CLOCK, ENDED, MINUTES, Figure, figure_list
from kaiban.orchestrator.supervisor.reports import Names, PeriodFigures
from kaiban.orchestrator.supervisor.send_backs import MarkLine, SendBacks

Value = str | int | Decimal | date | None


@dataclass(frozen=True)
class Table:
    """A table with its title; ``note`` stands below it on paper."""

    title: str
    head: tuple[str, ...]
    rows: Sequence[tuple[Value, ...]]
    note: str = ""


def all_of(told: PeriodFigures) -> list[Table]:
    """Every table but the cases one by one."""
    found, names = told.dashboard, told.names
    return [
        summary(found), links(found, names), holders(found, names), intake(found),
        comparison(told.halls, names), kinds(told.send_backs), reasons(told.send_backs, names), trend(found),
    ]  # fmt: skip


def summary(found: Dashboard) -> Table:
    """The figures of the first page, one a line."""
    rows = [_figure(each) for each in figure_list(found)]
    head = (
        "指标",
        "数值",
        "单位",
        "分子",
        "分母",
        "可信范围下限（%）",
        "可信范围上限（%）",
        "分母口径",
        "分子口径",
    )
    return Table("主要数字", head, rows, CLOCK)


def links(found: Dashboard, names: Names) -> Table:
    """How long each department had granted cases in hand."""
    rows = [
        (names.links.get(name, name), spread.size, _whole(spread.median), spread.percentile(90))
        for name, spread in found.links_in(names.links)
    ]
    note = "部门手里的大厅工作时间，只算办成的环节；九成：最近秩法。"
    return Table("各环节用时", ("环节", "件数", "中位（分钟）", "九成（分钟）"), rows, note)


def holders(found: Dashboard, names: Names) -> Table:
    """Whose the minutes of the granted cases were."""
    rows = [
        (holder(name, names), count, percent)
        for name, count, percent in found.whose
        if count and name != CLOSED
    ]
    note = "大厅开放的每一分钟只归一方；停表的不占比例。"
    return Table("时间去了哪里", ("谁", "合计（分钟）", "占办理用时（%）"), rows, note)


def intake(found: Dashboard) -> Table:
    """What has become of those taken in."""
    rows = [
        (title, found.intake[state], found.came_in, Share(found.intake[state], found.came_in).percent)
        for state, title in CASE_TITLES.items()
        if found.intake.get(state)
    ]  # fmt: skip
    head = ("现在的状态", "件数", "收件", "占收件（%）")
    return Table("收件去向", head, rows, "期内收的件，现在怎么样了；在办和不予办理不算失败。")


def comparison(found: Sequence[HallFigures], names: Names) -> Table:
    """Halls beside one another; of few cases nothing is told."""
    rows = [_hall(each, names.halls.get(each.hall, each.hall)) for each in found]
    head = (
        "大厅",
        "在承诺时限内",
        "办结",
        "达标率（%）",
        "按全市构成折算（%）",
        "和其他大厅",
        "典型用时（分钟）",
    )
    note = (
        "按全市构成折算：假如各大厅的件和全市各占一样多，达标率会是多少。可信范围（95%）没有重叠的才算有差别。"
        "典型用时：期内收的件，一半在此之内办结，在办的按“至少”算。少于 5 件的不比。"
    )
    return Table("大厅对比", head, rows, note)


def trend(found: Dashboard) -> Table:
    """Week by week, or month by month."""
    rows = [
        (each.scope.first, each.scope.last, *_granted(each.kept, each.times))
        for each in found.trend
    ]
    head = ("从", "到", "时限内", "办结", "达标率（%）", "中位（分钟）", "九成（分钟）")
    note = "两个月以内按周（周一起），再长按月；头尾只算期内的日子。少于 5 件的不算比例和用时。"
    return Table("走势", head, rows, note)


def kinds(found: SendBacks) -> Table:
    """What did not go through at once."""
    rows = [
        (KIND_TITLES[kind], line.count, *_counted(line), KIND_RULES[kind])
        for kind, line in found.kinds.items()
    ]
    head = ("指标", "几处", "件数", "已结束", "占比（%）", "口径")
    missing = f"另有 {found.unmarked} 件结束得早，没有补记，不在分母里。" if found.unmarked else ""
    return Table("退回补正", head, rows, f"分母：{ENDED}。一件有几处的，件数只算一件。{missing}")


def reasons(found: SendBacks, names: Names) -> Table:
    """What notices asked for, by who found it and under which code."""
    rows = [
        (FINDERS.get(by, "") or names.offices.get(by, by), line.marked.code or "", line.count, *_counted(line))
        for line in found.reasons
        for by in [line.marked.by or ""]
    ]  # fmt: skip
    head = ("谁发现的", "代码", "几处", "件数", "已结束", "占比（%）")
    return Table("退回的原因", head, rows, "部门的原话里可能有人名，不留；只留代码。")


def cases(found: Sequence[CaseRow], names: Names) -> Table:
    """One line a case, with nobody in it."""
    whose = sorted(
        {name for each in found for name in each.minutes}, key=lambda name: holder(name, names)
    )
    rows = [_case(each, whose, names) for each in found]
    head = (
        "办件", "大厅", "结果", "收件日", "结束日", "承诺（分钟）", "办理用时（分钟）", "时限内", "最重的牌",
        "环节数", "退回补正次数", "暂计", *(f"{holder(name, names)}（分钟）" for name in whose),
    )  # fmt: skip
    return Table("办件", head, rows, CLOCK)


def holder(name: str, names: Names) -> str:
    """A holder of the hours ledger in words."""
    return wording.holder(name, {**names.halls, **names.offices})


def _case(each: CaseRow, whose: Sequence[str], names: Names) -> tuple[Value, ...]:
    level = LEVEL_TITLES[Level(each.level)] if each.level else ""
    return (
        each.no, names.halls.get(each.hall, each.hall), CASE_TITLES[each.outcome], each.accepted_on,
        each.ended_on, each.promised, each.used, "是" if each.used <= each.promised else "否", level,
        each.asked or "", each.sent_back, "是" if each.provisional else "否",
        *(each.minutes.get(name, 0) for name in whose),
    )  # fmt: skip


def _granted(kept: Share, times: Spread) -> tuple[Value, ...]:
    if kept.is_small:
        return (None, kept.whole, None, None, None)
    return (kept.part, kept.whole, kept.percent, _whole(times.median), times.percentile(90))


def _counted(line: MarkLine) -> tuple[Value, ...]:
    return (line.cases.part, line.cases.whole, line.cases.percent)


def _figure(each: Figure) -> tuple[Value, ...]:
    low, high = each.interval or (None, None)
    value = (
        _whole(each.value)
        if isinstance(each.value, Decimal) and each.unit == MINUTES
        else each.value
    )
    return (each.title, value, each.unit, each.part, each.whole, low, high, each.of, each.rule)


def _hall(found: HallFigures, title: str) -> tuple[Value, ...]:
    kept, typical = found.kept, found.typical
    told = "" if typical is None else f"至少 {typical[0]}" if typical[1] else str(typical[0])
    if kept.is_small:
        return (title, kept.part, kept.whole, None, None, "件数太少，不比", told)
    differs = "有差别" if found.differs else "差别可能只是偶然"
    return (title, kept.part, kept.whole, kept.percent, found.standardised, differs, told)


def _whole(value: Decimal | None) -> Value:
    return int(value) if value is not None and value == int(value) else value
