"""What the stub office checks: the shape of messages, units, and single employees."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

MAN, FLOOR, YOUNGEST = "1", 4000.0, 16
#: 渐进式延迟法定退休年龄 (国务院办法, since 2025-01-01): years before, first year of birth concerned, years in the end. A month
#: more for every four months of birth.
RETIREMENT = {True: (60, 1965, 63), False: (55, 1970, 58)}
#: Where the sequence number stands in an identity card's number.
STRICT = slice(14, 15)


def _is_day(value: Any) -> bool:
    try:
        return len(value) == len("2026-01-31") and bool(date.fromisoformat(value))
    except (TypeError, ValueError):
        return False


def _is_day_or_empty(value: Any) -> bool:
    return value == "" or _is_day(value)


def _is_wage(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}\.[0-9]{2}", value) is not None


def _is_household(value: Any) -> bool:
    return value in ("11", "12", "21", "22", "90")


def _is_flag(value: Any) -> bool:
    return value in ("0", "1")


PERSON = {"name": str, "cert_type": str, "cert_no": str, "mobile": str}
UNIT = {
    "name": str,
    "admdvs": str,
    "addr": str,
    "unit_type": str,
    "affiliation": str,
    "risk_class": int,
    "insutypes": [str],
    "legal": PERSON,
    "clerk": PERSON,
}
LINE = {
    "row_no": int,
    "name": str,
    "cert_type": str,
    "cert_no": str,
    "sex": str,
    "birth": _is_day,
    "start_date": _is_day_or_empty,
    "wage": _is_wage,
    "hukou?": _is_household,
    "post?": str,
    "contract_to?": _is_day,
    "first?": _is_flag,
}
ENVELOPE = {
    "infno": str,
    "msgid": str,
    "admdvs": str,
    "opter": str,
    "sign_no": str,
    "inf_time": str,
    "infver": str,
    "input": object,
}
_COMMON = {"cons_no": str, "ori_msgid": str, "unit": UNIT}
#: Transaction -> the shape of its input.
INPUTS: Mapping[str, Any] = {
    "9000": {},
    "9001": {"opter": str, "pwd": str},
    "2100": _COMMON,
    "2101": {**_COMMON, "uscc": str, "batch": {"infno": str, "emplist": [LINE]}},
    "2103": {"cons_no": str, "uscc": str},
    "2190": {"ori_msgid": str},
}


def shaped(value: Any, shape: Any) -> bool:
    """Tell whether a JSON value has exactly this shape: no member more, none less but those marked with ?."""
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return False
        named = {name.removesuffix("?"): inner for name, inner in shape.items()}
        lacking = {name for name in named.keys() - value.keys() if f"{name}?" not in shape}
        return (
            not lacking
            and value.keys() <= named.keys()
            and all(shaped(value[name], named[name]) for name in value)
        )
    if isinstance(shape, list):
        return isinstance(value, list) and all(shaped(each, shape[0]) for each in value)
    if isinstance(shape, type):
        return shape is object or type(value) is shape
    return bool(shape(value))


@dataclass(frozen=True)
class Line:
    """One employee as the office looks at them.

    ``known`` is what the office's register holds under the certificate, ``seen`` whether an
    earlier line of the batch has the same certificate, ``corrected`` whether the batch corrects
    an earlier one: then the employer before has ended the insurance steered by a name.
    ``called`` are the findings the unit's name calls up for this line.
    """

    row: Mapping[str, Any]
    uscc: str
    day: date
    known: Mapping[str, str]
    seen: bool
    corrected: bool
    called: frozenset[str] = frozenset()

    @property
    def age(self) -> int:
        """Full years on the day of examination."""
        born = date.fromisoformat(self.row["birth"])
        return (
            self.day.year - born.year - ((self.day.month, self.day.day) < (born.month, born.day))
        )

    @property
    def retired(self) -> bool:
        """Whether the age of retirement is completed on the day of examination."""
        born = date.fromisoformat(self.row["birth"])
        before, since, end = RETIREMENT[self.row["sex"] == MAN]
        later = ((born.year - since) * 12 + born.month + 3) // 4
        age = before * 12 + min(max(later, 0), (end - before) * 12)
        lived = (self.day.year - born.year) * 12 + self.day.month - born.month
        return lived - (self.day.day < born.day) >= age

    def named(self, word: str) -> bool:
        """Tell whether the name carries a steering word."""
        return word in self.row["name"]


def _held(line: Line) -> Mapping[str, str]:
    """What the register holds against the line.

    In the demo city a new employer ends what stood before, and the same sample people may found
    companies again and again; only numbers whose sequence begins with 9 are held to it.
    """
    return line.known if line.row["cert_no"][STRICT] == "9" else {}


def _elsewhere(line: Line) -> bool:
    steered = line.named("测试在保") and not line.corrected
    return steered or _held(line).get("uscc", "") not in ("", line.uscc)


def _misnamed(line: Line) -> bool:
    return line.named("测试不符") or _held(line).get("name", line.row["name"]) != line.row["name"]


def _early(line: Line) -> bool:
    start = line.row["start_date"]
    return bool(start) and date.fromisoformat(start) < line.day - timedelta(days=180)


#: In this order; the first that holds is told.
LINE_RULES: tuple[tuple[Callable[[Line], bool], str, str], ...] = (
    (lambda line: line.seen, "I08", "名册第{row_no}行重复"),
    (_misnamed, "I02", "姓名与身份证号码不匹配"),
    (_elsewhere, "I01", "职工{name}当前在其他单位参保，请原单位办理停保"),
    (lambda line: line.age < YOUNGEST, "I06", "未满16周岁"),
    (lambda line: line.retired, "I05", "职工已达法定退休年龄，不能办理企业职工养老参保"),
    (_early, "I04", "参保日期早于单位成立日期"),
)


def refusal(line: Line) -> str:
    """Return the sentence that refuses the line, or ""."""
    broken = (
        sentence for holds, code, sentence in LINE_RULES if holds(line) or code in line.called
    )
    return next(broken, "").format_map(line.row)


def examined(line: Line) -> dict[str, Any]:
    """Return the line as the office answers it, without a personal number yet."""
    row, sentence = line.row, refusal(line)
    wage = float(row["wage"])
    remark = "" if wage >= FLOOR else "缴费工资低于缴费基数下限，按下限核定"
    return {
        "row_no": row["row_no"],
        "stas": "3" if sentence else "1",
        "rea": sentence or remark,
        "psn_no": "",
        "name": row["name"],
        "cert_mask": masked(row["cert_no"]),
        "base": "" if sentence else f"{max(wage, FLOOR):.2f}",
    }


def masked(number: str) -> str:
    """Return a certificate number that can be recognised but not used."""
    return number[:3] + "*" * (len(number) - 5) + number[-2:]


#: Steering word in the unit's name -> (state, sentence); a correction is not asked twice.
UNIT_RULES: Mapping[str, tuple[str, str]] = {
    "测试驳回": ("4", "单位不属于本统筹区参保范围，不予登记"),
    "测试补正": ("3", "隶属关系与登记信息不符，请核对后重新申报"),
}
