"""What the pretended centre checks in a unit and in single persons."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

FLOOR, CEILING = 200_000, 3_000_000
LOWEST, HIGHEST = 5, 12
EARLIEST = 6
#: Where the sequence number stands in an identity card's number.
STRICT = slice(14, 15)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True)
class Unit:
    """A unit's record; ``taken`` tells that another file has registered its credit code.

    ``called`` are the findings its name calls up.
    """

    record: Sequence[str]
    day: date
    magic: frozenset[str]
    taken: bool
    called: frozenset[str] = frozenset()

    @property
    def bad_ratio(self) -> bool:
        """Whether a ratio is out of bounds."""
        return not all(LOWEST <= int(ratio) <= HIGHEST for ratio in self.record[7:9])

    @property
    def too_early(self) -> bool:
        """Whether the first month is long before the application."""
        month = self.record[9]
        if not month:
            return False
        return (
            self.day.year * 12 + self.day.month - int(month[:4]) * 12 - int(month[4:]) > EARLIEST
        )


@dataclass(frozen=True)
class Person:
    """A person's record; ``known`` is what the register holds under the certificate.

    ``corrected`` tells that the file corrects an earlier one: then an account steered by a name
    has been transferred. ``called`` are the findings the unit's name calls up for this person.
    """

    record: Sequence[str]
    credit_code: str
    known: Mapping[str, str]
    corrected: bool
    called: frozenset[str] = frozenset()

    @property
    def elsewhere(self) -> bool:
        """Whether the person has an account with another unit.

        In the demo city accounts move along by themselves, and the same sample people may found
        companies again and again; only numbers whose sequence begins with 9 are held to it.
        """
        strict = self.record[5][STRICT] == "9"
        held = strict and self.known.get("unit", "") not in ("", self.credit_code)
        return held or ("测试有账户" in self.record[3] and not self.corrected)

    @property
    def bad_number(self) -> bool:
        """Whether an identity card's number is wrong (GB 11643)."""
        kind, number = self.record[4:6]
        if kind != "1":
            return False
        if len(number) != len(WEIGHTS) + 1 or not number[:17].isdecimal():
            return True
        total = sum(int(d) * w for d, w in zip(number, WEIGHTS, strict=False))
        return number[17] != "10X98765432"[total % 11]


#: What nobody can mend.
FOR_GOOD = frozenset({"L05"})
#: In this order; the first that holds is told.
UNIT_RULES: tuple[tuple[Callable[[Unit], bool], str, str], ...] = (
    (lambda u: "测试驳回" in u.magic, "L10", "单位不属于本中心缴存范围"),
    (lambda u: u.taken, "L05", "单位已办理缴存登记"),
    (lambda u: "测试补正" in u.magic, "L09", "归集网点不受理该区单位，请重新选择"),
    (lambda u: u.bad_ratio, "L02", "缴存比例不在5%–12%之间"),
    (lambda u: u.too_early, "L06", "首次汇缴月份不得早于成立月份"),
    (lambda u: "测试未授权" in u.record[12], "L07", "单位经办人信息未授权"),
)
PERSON_RULES: tuple[tuple[Callable[[Person], bool], str, str], ...] = (
    (lambda p: p.bad_number, "L03", "证件号码校验未通过"),
    (lambda p: p.elsewhere, "L01", "职工{name}已有缴存账户，请办理转移（每人只能有一个账户）"),
    (lambda p: int(p.record[6]) > CEILING, "L04", "缴存基数超过上限"),
    (lambda p: int(p.record[6]) < FLOOR, "L04", "缴存基数低于下限"),
)


def unit_verdict(unit: Unit) -> tuple[str, str]:
    """Return code and sentence for a unit; a granted one may carry a remark."""
    remark = "委托收款银行账户校验失败，可后补" if "测试账户" in unit.record[5] else ""
    broken = (
        (code, text) for holds, code, text in UNIT_RULES if holds(unit) or code in unit.called
    )
    return next(broken, ("00", remark))


def person_verdict(person: Person) -> tuple[str, str]:
    """Return code and sentence for a person."""
    broken = (
        (code, text)
        for holds, code, text in PERSON_RULES
        if holds(person) or code in person.called
    )
    code, text = next(broken, ("00", ""))
    return code, text.format(name=person.record[3])


def masked(number: str) -> str:
    """Return a certificate number that can be recognised but not used."""
    return number[:3] + "*" * (len(number) - 5) + number[-2:]


def monthly(record: Sequence[str], unit: Sequence[str]) -> int:
    """Return what is paid in each month in fen; each half is rounded to whole yuan."""
    halves = (int(record[6]) * int(ratio) for ratio in unit[7:9])
    return sum((half + 5_000) // 10_000 * 100 for half in halves)
