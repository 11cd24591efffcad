"""What is wrong today, and who is told of it once a day (每日问题摘要): counts and names of systems, never of people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final


class Audience(StrEnum):
    """Who gets a digest; the values are stored."""

    HALL = "hall"
    OPERATOR = "operator"
    INTEGRATION = "integration"


class Problem(StrEnum):
    """What can be wrong; the values stand in the page."""

    RED = "red"
    YELLOW = "yellow"
    APPEALED = "appealed"
    STUCK = "stuck"
    UNKNOWN = "unknown"
    NOBODYS = "nobodys"
    UNREAD = "unread"
    OVERDUE = "overdue"
    HANDOVER = "handover"
    MISCONFIGURED = "misconfigured"
    SILENT = "silent"
    CERTIFICATE = "certificate"
    TOKEN = "token"  # noqa: S105 - what ends, not what is secret
    CALENDAR = "calendar"
    ENVELOPE = "envelope"


PROBLEM_TITLES: Final[Mapping[Problem, str]] = {
    Problem.RED: "在办的红牌",
    Problem.YELLOW: "在办的黄牌",
    Problem.APPEALED: "红黄牌申诉等待复核",
    Problem.STUCK: "停在窗口，要人处理",
    Problem.UNKNOWN: "不知道部门有没有收到，待核实",
    Problem.NOBODYS: "没有人负责",
    Problem.UNREAD: "反映还没有指定负责人",
    Problem.OVERDUE: "反映过了期限",
    Problem.HANDOVER: "推送给监管部门的办理结果没有回执",
    Problem.MISCONFIGURED: "部门接口配置有误，连不进去",
    Problem.SILENT: "部门系统没有应答，已暂停发送",
    Problem.CERTIFICATE: "签名证书快要到期",
    Problem.TOKEN: "接口令牌快要到期",
    Problem.CALENDAR: "今后几周的放假安排还没有导入",
    Problem.ENVELOPE: "应急账号用过，还没有换口令",
}

_H, _O, _I = Audience.HALL, Audience.OPERATOR, Audience.INTEGRATION
#: Who can do something about it. What concerns cases is a hall's; operators see how many, to judge whether a system is the cause.
TOLD_TO: Final[Mapping[Problem, frozenset[Audience]]] = {
    Problem.RED: frozenset({_H}),
    Problem.YELLOW: frozenset({_H}),
    Problem.APPEALED: frozenset({_H}),
    Problem.STUCK: frozenset({_H, _I}),
    Problem.UNKNOWN: frozenset({_H, _O, _I}),
    Problem.NOBODYS: frozenset({_H}),
    Problem.UNREAD: frozenset({_H}),
    Problem.OVERDUE: frozenset({_H}),
    Problem.HANDOVER: frozenset({_H, _O, _I}),
    Problem.MISCONFIGURED: frozenset({_O, _I}),
    Problem.SILENT: frozenset({_O, _I}),
    Problem.CERTIFICATE: frozenset({_O}),
    Problem.TOKEN: frozenset({_O, _I}),
    Problem.CALENDAR: frozenset({_O}),
    Problem.ENVELOPE: frozenset({_O}),
}
#: What is told in numbers, of cases or of what is said about them; the others are told by name.
COUNTED: Final = frozenset(each for each, told in TOLD_TO.items() if _H in told)


@dataclass(frozen=True)
class Finding:
    """Something that is wrong: how often, in which hall ("": none), with what (a department, a certificate), by when."""

    problem: Problem
    count: int = 1
    hall: str = ""
    what: str = ""
    until: date | None = None
