"""What people write, read as what the form takes: one reader for each kind of question.

Pages, rosters and whoever types for somebody read with it; programs are held to the form itself, and told what
this would have made of their text. What cannot be read for sure comes back as it was written, for the form to
say why: a comma groups digits or it is none of ours, so 8000,50 is neither 8000.5 nor 800050.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from forms.fields import (
    BankCode,
    Day,
    DocumentNumber,
    Email,
    Mobile,
    Money,
    Month,
    Pattern,
    Percent,
    Phone,
    Term,
    Whole,
    plain,
)
from forms.structure.paths import AnyField
from forms.values import signs
from forms.values.capitals import YUAN
from forms.values.text import is_hanzi
from forms.values.years import years_after

Today = Callable[[], date]

_NUMBER = re.compile(r"-?([0-9]{1,18}|[0-9]{1,3}(,[0-9]{3}){1,5})(\.[0-9]{1,18})?")
_DAY = re.compile(
    r"([0-9]{4})([-/.年])([0-9]{1,2})([-/.月])([0-9]{1,2})日?|([0-9]{4})([0-9]{2})([0-9]{2})"
)
_MONTH = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})月?(份)?|([0-9]{4})([0-9]{2})")
_YEARS = re.compile(r"([1-9][0-9]?)年")
_FOR_GOOD = frozenset({"长期", "长期有效", "永久", "永久有效", "无固定期限"})
_DIALLED = re.compile(r"^(\+|00)?86(?=1[3-9][0-9]{9}$)")
_ABROAD = re.compile(r"^(\+|00)86[\s-]*")
_LANDLINE = re.compile(
    r"(010|02[0-9]|0[3-9][0-9]{2})-?([2-9][0-9]{6,7})(?:(?:-|转|ext\.?)([0-9]{1,6}))?"
)
_NATIONAL = re.compile(r"400-?([0-9]{3})-?([0-9]{4})")
_ID_CARD = re.compile(r"[0-9]{17}[0-9Xx]")
#: How many yuan a unit behind a sum stands for; the longest first.
_SUMS = (
    ("亿元", 10**8), ("亿", 10**8), ("万元", 10**4), ("万", 10**4), ("元", 1),
)  # fmt: skip
#: What may stand behind other numbers, beside the question's own unit.
_COUNTED = {"日": ("日", "号"), "年": ("年",), "%": ("%",)}


def read(field: AnyField, said: str, today: Today) -> Any:
    """Return what `said` stands for as an answer to `field`, None for nothing, `said` if that is not sure.

    today: the day that years are counted from.
    """
    for kind, reads in _READERS:
        if isinstance(field, kind):
            found = reads(field, narrow(said), today)
            return said if found is None else None if found is NOTHING else found
    return said


NOTHING = object()
"""What a reader gives for words that say what leaving the question out says (长期)."""


def narrow(said: str) -> str:
    """Return `said` in half width, trimmed, dashes and apostrophes of one kind; for what is made of digits and letters.

    Signs that nobody can see say nothing there: pasted telephone numbers come with marks of direction around them.
    """
    return unicodedata.normalize("NFKC", signs.cleaned(said)).translate(_ONE_KIND).strip()


_ONE_KIND = str.maketrans({**dict.fromkeys("‐‑‒–—―−﹣", "-"), **dict.fromkeys("‘’", "'")})


def joined(parts: Sequence[str], widths: Sequence[int]) -> str:
    """Return a day or month from boxes of its own: a whole one may stand in one of them; for `read`."""
    typed = [narrow(part) for part in parts]
    if sum(map(bool, typed)) > 1:
        typed = [part.rstrip("年月日号 ") for part in typed]
    if not any(typed) or not all(part.isdecimal() for part in typed):
        return "-".join(filter(None, typed))
    return "-".join(part.zfill(width) for part, width in zip(typed, widths, strict=True))


def number(said: str) -> Decimal | None:
    """Return a number written in digits; a comma only where it groups three of them."""
    bare = narrow(said).replace(" ", "")
    return Decimal(bare.replace(",", "")) if _NUMBER.fullmatch(bare) else None


def _whole(field: Any, said: str, _today: Today) -> int | None:
    unit = str(field.metadata["unit"])
    found = _sum(said, 1) if unit == "元" else _counted(said, unit)
    return int(found) if found is not None and found == found.to_integral_value() else None


def _counted(said: str, unit: str) -> Decimal | None:
    for behind in _COUNTED.get(unit, (unit,)):
        if behind and said.endswith(behind):
            return number(said.removesuffix(behind))
    return number(said)


def _percent(_field: Any, said: str, _today: Today) -> Decimal | None:
    return _counted(said, "%")


def _money(field: Any, said: str, _today: Today) -> Decimal | None:
    return _sum(said, YUAN.get(str(field.metadata["unit"]), 1))


def _sum(said: str, yuan: int) -> Decimal | None:
    """Return a sum in units of so many yuan; without a unit of its own it is in those."""
    bare = said.removeprefix("人民币").lstrip("¥ ").removesuffix("整").rstrip()
    for behind, worth in _SUMS:
        if bare.endswith(behind):
            found = number(bare.removesuffix(behind))
            return None if found is None else plain(found * worth / yuan) if found >= 0 else found
    return number(bare)


def _day(field: Any, said: str, today: Today) -> Any:
    bare = said.replace(" ", "")
    if bare in _FOR_GOOD:
        return NOTHING if field.endless else None
    found = _DAY.fullmatch(bare)
    if found is None:
        return _in_years(field, bare, today)
    year, month, day = (found[1], found[3], found[5]) if found[1] else found.group(6, 7, 8)
    return f"{year}-{int(month):02}-{int(day):02}"


def _in_years(field: Any, said: str, today: Today) -> str | None:
    counted = _YEARS.fullmatch(said) if field.counted else None
    return years_after(today(), int(counted[1])).isoformat() if counted else None


def _term(field: Any, said: str, today: Today) -> Any:
    return Term.for_good if said in _FOR_GOOD else _day(field, said, today)


def _month(_field: Any, said: str, _today: Today) -> str | None:
    found = _MONTH.fullmatch(said.replace(" ", ""))
    if found is None:
        return None
    year, month = (found[1], found[2]) if found[1] else (found[4], found[5])
    return f"{year}-{int(month):02}"


def _mobile(_field: Any, said: str, _today: Today) -> str:
    return _DIALLED.sub("", re.sub(r"[\s()-]", "", said), count=1)


def _phone(_field: Any, said: str, _today: Today) -> str | None:
    local = _ABROAD.sub("", said)
    bare = re.sub(r"[\s)]+", "-", local.replace("(", "")).strip("-")
    dense = bare.replace("-", "")
    if re.fullmatch(r"1[3-9][0-9]{9}", dense):
        return dense
    if national := _NATIONAL.fullmatch(dense):
        return f"400-{national[1]}-{national[2]}"
    # With an extension the last dash says where the number ends; else dashes are only pauses.
    found = _LANDLINE.fullmatch(dense) or _LANDLINE.fullmatch(_pauseless(bare))
    if found is None:
        return None
    return "-".join(filter(None, found.groups()))


def _pauseless(bare: str) -> str:
    before, dash, extension = bare.rpartition("-")
    return before.replace("-", "") + dash + extension


def _document(_field: Any, said: str, _today: Today) -> str:
    if any(map(is_hanzi, said)):
        return said
    bare = re.sub(r"\s", "", said)
    dense = bare.replace("-", "")
    return dense.upper() if _ID_CARD.fullmatch(dense) else bare


def _digits(_field: Any, said: str, _today: Today) -> str:
    return re.sub(r"[\s-]", "", said) if re.fullmatch(r"[0-9\s-]+", said) else said


def _email(_field: Any, said: str, _today: Today) -> str:
    return re.sub(r"\s", "", said)


_READERS: tuple[tuple[type[Any], Callable[[Any, str, Today], Any]], ...] = (
    (Whole, _whole),
    (Percent, _percent),
    (Money, _money),
    (Term, _term),
    (Month, _month),
    (Day, _day),
    (Mobile, _mobile),
    (Phone, _phone),
    (Email, _email),
    (DocumentNumber, _document),
    (BankCode, _digits),
    (Pattern, _digits),
)
"""In this order: a percentage is also money, a month is also a day."""
