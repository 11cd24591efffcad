"""The shape of an application on the wire, and every way in which a message can miss it.

A shape is a table: field name -> what may stand there. ``flaws`` never stops at the first flaw,
and a field the table does not know is a flaw.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

Flaw = tuple[str, str]  # path, message


@dataclass(frozen=True)
class Text:
    """A string that matches a pattern as a whole; digits are ASCII digits."""

    pattern: str
    says: str
    needed: bool = True

    def flaws(self, value: Any, at: str) -> Iterator[Flaw]:
        """Every flaw of the value."""
        if not isinstance(value, str) or re.fullmatch(self.pattern, value, re.ASCII) is None:
            yield at, self.says


@dataclass(frozen=True)
class Day:
    """A date ``yyyy-mm-dd`` that exists, or one word that stands for none."""

    word: str = ""
    needed: bool = True

    def flaws(self, value: Any, at: str) -> Iterator[Flaw]:
        """Every flaw of the value."""
        try:
            exact = date.fromisoformat(value).isoformat() == value
        except (TypeError, ValueError):
            exact = False
        if not (exact or (self.word and value == self.word)):
            yield at, f"应为{self.word and self.word + '或'} yyyy-MM-dd 格式的日期"


@dataclass(frozen=True)
class Group:
    """An object with exactly these fields."""

    fields: Mapping[str, "Shape"]
    needed: bool = True

    def flaws(self, value: Any, at: str) -> Iterator[Flaw]:
        """Every flaw of the value."""
        if not isinstance(value, dict):
            yield at, "应为对象"
            return
        prefix = f"{at}." if at else ""
        for name in sorted(value.keys() - self.fields.keys()):
            yield f"{prefix}{name}", "未定义的字段"
        for name, shape in self.fields.items():
            if name in value:
                yield from shape.flaws(value[name], prefix + name)
            elif shape.needed:
                yield f"{prefix}{name}", "必填字段缺失"


@dataclass(frozen=True)
class Rows:
    """A list of groups."""

    row: Group
    fewest: int = 1
    most: int = 50
    needed: bool = True

    def flaws(self, value: Any, at: str) -> Iterator[Flaw]:
        """Every flaw of the value."""
        if not isinstance(value, list) or not self.fewest <= len(value) <= self.most:
            yield at, f"应为 {self.fewest} 至 {self.most} 项的数组"
            return
        for number, each in enumerate(value):
            yield from self.row.flaws(each, f"{at}[{number}]")


Shape = Text | Day | Group | Rows

_REGION = Text(r"\d{6}", "行政区划代码应为 6 位数字")
_MONEY = Text(r"\d{1,12}\.\d{6}", "金额应为万元，六位小数")
_PHONE = Text(r"[0-9-]{7,20}", "电话号码格式不符")
_MOBILE = Text(r"1\d{10}", "手机号码应为 11 位")
_NAME = Text(r".{2,60}", "名称应为 2 至 60 个字符")
_ADDRESS = Text(r".{4,120}", "地址应为 4 至 120 个字符")
_RESIDENCE = Text(r".{1,120}", "住址应为 1 至 120 个字符")
_EMAIL = Text(r"[^@\s]{1,64}@[^@\s]{1,64}", "电子邮箱格式不符", needed=False)
_FLAG = Text(r"[01]", "应为 0 或 1")
_NUMBER = Text(r"\S(.{0,38}\S)?", "证件号码应为 1 至 40 个字符")

IDENTITY: Mapping[str, Shape] = {
    "name": _NAME,
    "cerType": Text(r"10|20|40|60|61|70|90", "证件类型不在代码表内"),
    "cerNo": _NUMBER,
    "cerTo": Day(needed=False),
    "mobile": Text(r"1\d{10}", "手机号码应为 11 位", needed=False),
}
_CONTACT: Mapping[str, Shape] = {**IDENTITY, "mobile": _MOBILE, "email": _EMAIL}
INVESTOR: Mapping[str, Shape] = {
    **IDENTITY,
    "invType": Text(r"1|2|3|4|5|6|7|8|9|F", "股东类型不在代码表内"),
    "subConAm": _MONEY,
    "acConAm": _MONEY,
    "conForm": Text(r"[1234679]", "出资方式不在代码表内"),
    "conDate": Day(),
    "addr": Text(r".{1,120}", "住址应为 1 至 120 个字符", needed=False),
}
_MARK = Text(r"[01]", "应为 0 或 1", needed=False)
_DIRECTOR: Mapping[str, Shape] = {
    **IDENTITY,
    "position": Text(r"431A|431B|432A|432K", "职务不在代码表内"),
    "termYears": Text(r"[1-3]", "任期应为 1 至 3 年", needed=False),
    "staffRep": _MARK,
    "auditMember": _MARK,
}
_SUPERVISOR: Mapping[str, Shape] = {**IDENTITY, "staffRep": _MARK, "chair": _MARK}
_OWNER: Mapping[str, Shape] = {
    **IDENTITY,
    "sex": Text(r"[12]", "性别应为 1 或 2", needed=False),
    "birthDate": Day(needed=False),
    "nation": Text(r"[A-Z]{3}|other", "国籍应为三字母代码", needed=False),
    "addr": Text(r".{1,120}", "地址应为 1 至 120 个字符", needed=False),
    "basis": Text(r"[1-5]", "认定依据不在代码表内"),
    "manner": Text(r"[1-69]", "控制方式不在代码表内", needed=False),
    "sharePct": Text(r"\d{1,3}\.\d{6}", "比例应为百分数，六位小数", needed=False),
    "formedOn": Day(needed=False),
}
_ITEM: Mapping[str, Shape] = {
    "code": Text(r"[A-Z]\d{3}", "条目代码格式不符"),
    "text": Text(r".{2,200}", "条目表述应为 2 至 200 个字符"),
    "permitNo": Text(r".{1,60}", "许可证件号应为 1 至 60 个字符", needed=False),
}
_LEASE: Mapping[str, Shape] = {"owner": _NAME, "dateFrom": Day(), "dateTo": Day()}
_ATTACHMENT: Mapping[str, Shape] = {
    "title": Text(r".{1,60}", "材料名称应为 1 至 60 个字符"),
    "mediaType": Text(r"application/pdf|image/jpeg|image/png", "材料格式应为 PDF、JPEG 或 PNG"),
    "sha256": Text(r"[0-9a-f]{64}", "摘要应为 64 位十六进制数"),
}
_HOME: Mapping[str, Shape] = {
    "region": _REGION,
    "detail": _ADDRESS,
    "tenure": Text(r"[1-4]|9", "使用方式不在代码表内"),
    "usage": Text(r"[1-5]|9", "房屋用途不在代码表内"),
    "lease": Group(_LEASE, needed=False),
}

_PARTS: Mapping[str, Shape] = {
    **dict.fromkeys(("region", "tradeName", "industry"), _NAME),
    "orgForm": Text(r".{1,60}", "组织形式应为 1 至 60 个字符"),
}

#: A company's application; see ``kinds`` for the others.
COMPANY = Group(
    {
        "bizSerialNo": Text(r"[!-~]{1,64}", "业务流水号应为 1 至 64 个 ASCII 字符"),
        "entName": Text(r".{4,60}", "企业名称应为 4 至 60 个字符"),
        "nameParts": Group(_PARTS),
        "nameReservNo": Text(r".{1,32}", "自主申报号过长", needed=False),
        "entType": Text(r"1110|1130|1140|115[123]|1190", "企业类型不在代码表内"),
        "regCap": _MONEY,
        "regCapCur": Text(r"156", "币种应为 156"),
        "capDue": Day(),
        "opTerm": Day("长期"),
        "opScope": Text(r"(?s).{2,2000}", "经营范围应为 2 至 2000 个字符"),
        "scopeItems": Rows(Group(_ITEM)),
        "industryCo": Text(r"[A-T]\d{4}", "行业代码应为门类字母加四位数字", needed=False),
        "dom": Group(_HOME),
        "tel": _PHONE,
        "email": _EMAIL,
        "postalCode": Text(r"\d{6}", "邮政编码应为 6 位数字", needed=False),
        "copyNum": Text(r"[1-9]|10", "副本数量应为 1 至 10"),
        "paperLicence": _FLAG,
        "legalRep": Group({**_CONTACT, "residence": _RESIDENCE}),
        "investors": Rows(Group(INVESTOR)),
        "directors": Rows(Group(_DIRECTOR), most=50),
        "supervision": Text(r"[1-4]", "监督机构不在代码表内", needed=False),
        "supervisors": Rows(Group(_SUPERVISOR), fewest=0, most=50),
        "manager": Group(IDENTITY, needed=False),
        "financeOfficer": Group(_CONTACT),
        "liaison": Group(_CONTACT),
        "agent": Group(_CONTACT, needed=False),
        "beneExempt": _MARK,
        "beneOwners": Rows(Group(_OWNER), fewest=0, needed=False),
        "attachments": Rows(Group(_ATTACHMENT), needed=False),
        "explanation": Text(r"(?s).{1,500}", "说明应为 1 至 500 个字符", needed=False),
    }
)

#: ``POST /api/v2/establish/{acceptNo}/materials``.
LATE_MATERIALS = Group(
    {
        "bizSerialNo": COMPANY.fields["bizSerialNo"],
        "attachments": Rows(Group(_ATTACHMENT)),
    }
)

#: ``POST /api/v2/establish/withdraw``.
WITHDRAWAL = Group(
    {
        "bizSerialNo": COMPANY.fields["bizSerialNo"],
        "acceptNo": Text(r"SL\d{16}", "受理号格式不符", needed=False),
    }
)
