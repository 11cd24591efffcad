"""What the stub bank checks, and what it says: the texts banks really use."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
MAINLAND_CARDS = ("10", "11")
TOO_MANY_COMPANIES = 5

Asked = Mapping[str, str]


class Bank(Protocol):
    """What the rules ask of the bank's books."""

    def today(self) -> date:
        """Return the bank's date."""

    def has_account(self, credit_code: str) -> bool:
        """Tell whether the enterprise has a basic account."""

    def registered_name(self, credit_code: str) -> str:
        """Return the name an enterprise was first announced with, or ""."""

    def free(self, branch: str, day: str, part: str) -> bool:
        """Tell whether a visit is possible then."""

    def companies_of(self, cert_no: str) -> int:
        """Return how many enterprises a person represents here."""


@dataclass(frozen=True)
class Rule:
    """``breaks`` tells whether a reservation breaks it; ``field`` is what would have to change."""

    rc: str
    reason: str
    field: str
    text: str
    breaks: Callable[[Bank, Asked, list[Any]], bool]


REFUSED, CORRECT, DILIGENCE = "3001", "1001", "2005"

#: In the order in which they are looked at; the first one broken decides.
RULES = (
    Rule(REFUSED, "B01", "CREDIT_CODE", "该企业已开立基本存款账户，不得重复开立。",
         lambda bank, asked, _: asked["ACCOUNT_KIND"] == "1"
         and bank.has_account(asked["CREDIT_CODE"])),
    Rule(REFUSED, "B07", "NAME", "企业名称与登记信息不一致。",
         lambda bank, asked, _: bank.registered_name(asked["CREDIT_CODE"])
         not in ("", asked["NAME"])),
    Rule(CORRECT, "B03", "LR_CERT_NO", "法定代表人身份信息核验未通过，请核对证件号码。",
         lambda _, asked, __: asked["LR_CERT_TYPE"] in MAINLAND_CARDS
         and not is_card_number(asked["LR_CERT_NO"])),
    Rule(CORRECT, "B03", "LR_CERT_UNTIL", "法定代表人证件过期，请更换有效证件。",
         lambda bank, asked, _: "" < asked["LR_CERT_UNTIL"] < f"{bank.today():%Y%m%d}"),
    Rule(CORRECT, "B06", "OWNERS", "受益所有人信息不完整。",
         lambda _, asked, owners: asked["DEPOSITOR"] == "01" and asked["OWNERS_EXEMPT"] == "N"
         and not owners),
    Rule(CORRECT, "B08", "VISIT_MODE", "法定代表人持非居民身份证件，需到场核实开户意愿。",
         lambda _, asked, __: asked["VISIT_MODE"] == "2"
         and asked["LR_CERT_TYPE"] not in MAINLAND_CARDS),
    Rule(CORRECT, "B02", "VISIT_DATE", "所选网点该时段预约已满，可选：其他工作日，或者不填日期由银行安排。",
         lambda bank, asked, _: asked["VISIT_DATE"] != ""
         and not bank.free(asked["BRANCH"], asked["VISIT_DATE"], asked["VISIT_PART"])),
    Rule(DILIGENCE, "B04", "ADDRESS", "经营地址无法核实，需上门核实后办理。",
         lambda _, asked, __: asked["TENURE"] == "4"),
    Rule(DILIGENCE, "B05", "LR_CERT_NO", "法定代表人名下企业数量异常，需加强尽职调查。",
         lambda bank, asked, _: bank.companies_of(asked["LR_CERT_NO"]) >= TOO_MANY_COMPANIES),
)  # fmt: skip

MAGIC = {
    "测试驳回": Rule(REFUSED, "B01", "CREDIT_CODE", "该企业已开立基本存款账户，不得重复开立。",
                 lambda *_: True),
    "测试补正": Rule(CORRECT, "B08", "VISIT_MODE", "需法定代表人到场或视频核实开户意愿。",
                 lambda *_: True),
}  # fmt: skip

#: What a message itself must be like: permitted codes by field.
CODE_LISTS = {
    "TENURE": "1 2 3 4 9",
    "LR_CERT_TYPE": "10 11 12 13 14 20 21 30",
    "ACCOUNT_KIND": "1 2 3 4",
    "DEPOSITOR": "01 02 03 04 05",
    "VISIT_PART": "A P",
    "VISIT_MODE": "1 2 3",
    "OWNERS_EXEMPT": "Y N",
}
DAYS = ("LR_CERT_UNTIL", "VISIT_DATE")
REQUIRED = ("CREDIT_CODE", "NAME", "ADDRESS", "LR_NAME", "LR_CERT_NO", "LR_MOBILE", "BRANCH")


def is_card_number(number: str) -> bool:
    """Tell whether the check digit is right (GB 11643)."""
    if len(number) != len(WEIGHTS) + 1 or not number[:-1].isdecimal():
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False))
    return CHECK_DIGITS[total % 11] == number[-1]


def fault(asked: Asked) -> str:
    """Return the first field that breaks the message format, or ""."""
    for name in REQUIRED:
        if not asked[name]:
            return name
    for name, codes in CODE_LISTS.items():
        if asked[name] not in codes.split():
            return name
    return next((name for name in DAYS if not _is_day(asked[name])), "")


def _is_day(text: str) -> bool:
    if not text:
        return True
    try:
        date.fromisoformat(f"{text[:4]}-{text[4:6]}-{text[6:]}")
    except ValueError:
        return False
    return True
