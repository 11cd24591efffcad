"""The bad Monday (糟糕的星期一): who comes when, on a day on which much goes wrong.

Names, numbers and complaints are made up. What the departments do wrong is the hall's scenario of the same name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Final


@dataclass(frozen=True)
class Arrival:
    """A company is declared: ``words`` in its name make a department difficult, ``links`` are those wanted, () for all."""

    at: time
    words: str = ""
    links: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grievance:
    """Somebody complains about the company that came as number ``about``, counted from 0."""

    at: time
    about: int
    text: str


@dataclass(frozen=True)
class Opinion:
    """How satisfied those are whose case has ended, in turn: 5 非常满意 to 1 非常不满意, and what they add."""

    level: int
    remark: str = ""


@dataclass(frozen=True)
class Day:
    """A day to be played; times are the hall's.

    ``replies``: good answers to what departments ask, by pointer; the first that says something else than before is given.
    """

    title: str
    scenario: str
    begins: time
    ends: time
    arrivals: tuple[Arrival, ...]
    grievances: tuple[Grievance, ...]
    opinions: tuple[Opinion, ...]
    replies: Mapping[str, tuple[str, ...]]


DAY: Final = Day(
    title="糟糕的星期一",
    scenario="bad-monday",
    begins=time(8, 50),
    ends=time(17, 30),
    arrivals=(
        Arrival(time(9, 0)),
        Arrival(time(9, 4), "测试补正登记"),
        Arrival(time(9, 8)),
        Arrival(time(9, 12), links=("registration", "seal")),
        Arrival(time(9, 16), "测试补正税务"),
        Arrival(time(9, 20)),
        Arrival(time(9, 25), "测试驳回登记"),
        Arrival(time(9, 30), "测试补正登记"),
        Arrival(time(9, 36)),
        Arrival(time(10, 15), "测试补正银行"),
        Arrival(time(10, 50)),
        Arrival(time(11, 20), links=("registration", "seal", "tax")),
        Arrival(time(13, 35), "测试补正社保"),
        Arrival(time(14, 0)),
        Arrival(time(14, 40), "测试补正登记"),
        Arrival(time(15, 30)),
        Arrival(time(16, 20), links=("registration", "tax", "bank")),
    ),
    grievances=(
        Grievance(time(11, 40), 1, "登记说材料不齐，打电话问了两次，没有人说得清到底缺什么。"),
        Grievance(time(14, 30), 9, "银行那边一直没有消息，窗口让我自己去问银行。"),
    ),
    opinions=(
        Opinion(5, "一张表就办完了，没有跑第二趟。"),
        Opinion(4),
        Opinion(1, "等了一上午，也没有人告诉我卡在哪里。"),
        Opinion(5),
        Opinion(3),
        Opinion(5),
    ),
    replies={
        "/premises/detail": ("青云路 9 号 3 栋 502 室", "青云路 9 号 3 栋 602 室"),
        "/seal/engraver": ("990102000002", "990102000001"),
        "/bank/appointment/mode": ("video", "visit"),
        "/social_insurance/affiliation": ("50", "10"),
        "/housing_fund/branch": ("99010002", "99010001"),
    },
)

#: The days that can be played, by their name on the command line.
DAYS: Final = {"bad-monday": DAY}
