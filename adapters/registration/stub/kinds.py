"""What the registrar does differently for each type of applicant: the message it takes, the code it gives, the licence it prints.

A type is one row of ``KINDS``. What a row does not say is as for a company. GB 32100-2015, second place: 1 企业, 2 个体工商户, 3 农民专业合作社.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from adapters.registration.stub.message import (
    COMPANY,
    IDENTITY,
    INVESTOR,
    Flaw,
    Group,
    Rows,
    Shape,
    Text,
)

Row = Mapping[str, Any]
Lines = Callable[[Row], Iterator[str]]


def _of_company(row: Row) -> Iterator[str]:
    yield f"法定代表人：{row['legalRep']['name']}"
    yield f"注册资本：{row['regCap']}万元人民币"


def _of_sole(row: Row) -> Iterator[str]:
    yield f"投资人：{row['legalRep']['name']}"
    yield f"出资额：{row['regCap']}万元人民币"


def _of_individual(row: Row) -> Iterator[str]:
    yield f"组成形式：{_OPERATIONS[row['operForm']]}"
    yield f"经营者：{row['legalRep']['name']}"


def _of_partnership(row: Row) -> Iterator[str]:
    head = row["legalRep"]["name"]
    acting = [each for each in row["investors"] if each["execPartner"] == "1"]
    names = [
        each["name"] + ("" if each["invType"] == "1" else f"（委派代表：{head}）")
        for each in acting
    ]
    yield f"执行事务合伙人：{'、'.join(names)}"
    yield f"出资额：{row['regCap']}万元人民币"


def _of_cooperative(row: Row) -> Iterator[str]:
    yield f"法定代表人：{row['legalRep']['name']}"
    yield f"成员出资总额：{row['regCap']}万元人民币"


_OPERATIONS = {"1": "个人经营", "2": "家庭经营"}


@dataclass(frozen=True)
class Kind:
    """One type of applicant.

    types: pattern of its ``entType``. without, more: fields of the message it has not, and those it has besides. head, seat, holder, capital: what its
    head, its address, whoever holds it and what they put in are called. barred: who, by field, may not supervise, and bar: the rule in words.
    category: the second place of its code. items: the lines of its licence that are its own.
    """

    types: str
    title: str
    without: frozenset[str] = frozenset()
    more: Mapping[str, Shape] = field(default_factory=dict)
    head: str = "法定代表人"
    seat: str = "住所"
    holder: str = "股东"
    capital: str = "注册资本"
    barred: tuple[str, ...] = ("directors", "financeOfficer", "manager")
    bar: str = "董事、高级管理人员不得兼任监事（公司法第七十六条）。"
    category: str = "1"
    items: Lines = _of_company

    @property
    def message(self) -> Group:
        """The shape of its application."""
        usual = {name: each for name, each in COMPANY.fields.items() if name not in self.without}
        return Group({**usual, **self.more, "entType": Text(self.types, "企业类型不在代码表内")})


_OFFICES = frozenset({"directors", "supervision", "supervisors", "manager"})
_PARTNER = {
    **INVESTOR,
    "addr": Text(r".{1,120}", "住址应为 1 至 120 个字符"),
    "respForm": Text(r"[12]", "承担责任方式应为 1 或 2"),
    "execPartner": Text(r"[01]", "执行事务合伙人应为 0 或 1"),
}
_MEMBER = {
    **{name: each for name, each in INVESTOR.items() if name not in {"acConAm", "conDate"}},
    "addr": _PARTNER["addr"],
    "conForm": replace(INVESTOR["conForm"], needed=False),
    "memType": Text(r"[12]", "成员身份应为 1 或 2", needed=False),
}
_OF_COMPANIES = _OFFICES | frozenset(
    {
        "regCap", "regCapCur", "capDue", "opTerm", "investors", "financeOfficer", "beneExempt",
        "beneOwners",
    }
)  # fmt: skip

KINDS = (
    Kind(r"1110|1130|1140|115[123]|1190", "有限责任公司"),
    Kind(
        r"9500",
        "个体工商户",
        without=_OF_COMPANIES,
        more={
            "operForm": Text(r"[12]", "组成形式应为 1 或 2"),
            "family": Rows(Group(IDENTITY), fewest=0, most=20, needed=False),
        },
        head="经营者",
        seat="经营场所",
        category="2",
        items=_of_individual,
    ),
    Kind(
        r"4540",
        "个人独资企业",
        without=_OF_COMPANIES - {"regCap", "regCapCur", "financeOfficer"},
        more={"propKind": Text(r"[12]", "出资方式应为 1 或 2")},
        head="投资人",
        items=_of_sole,
    ),
    Kind(
        r"4531|4533",
        "合伙企业",
        without=_OFFICES | {"capDue"},
        more={"investors": Rows(Group(_PARTNER), fewest=2)},
        head="执行事务合伙人",
        seat="主要经营场所",
        holder="合伙人",
        capital="出资额",
        items=_of_partnership,
    ),
    Kind(
        r"9100",
        "农民专业合作社",
        without=frozenset(
            {"capDue", "opTerm", "supervision", "manager", "beneExempt", "beneOwners"}
        ),
        more={
            "investors": Rows(Group(_MEMBER), fewest=5),
            "directors": Rows(Group(IDENTITY), fewest=0),
        },
        head="理事长",
        holder="成员",
        capital="成员出资总额",
        barred=("legalRep", "directors", "financeOfficer"),
        bar="理事长、理事、财务会计人员不得兼任监事（农民专业合作社法第三十三条）。",
        category="3",
        items=_of_cooperative,
    ),
)


def kind_of(row: Row) -> Kind:
    """Return the type an application names; one that names none is looked at as a company's."""
    named = str(row.get("entType"))
    return next((each for each in KINDS if re.fullmatch(each.types, named)), KINDS[0])


class ByType:
    """``POST /api/v2/establish`` and ``.../supplement``: the shape depends on the type."""

    def flaws(self, value: Any, at: str) -> Iterator[Flaw]:
        """Every flaw of the value."""
        kind = kind_of(value) if isinstance(value, dict) else KINDS[0]
        return kind.message.flaws(value, at)


APPLICATION = ByType()
