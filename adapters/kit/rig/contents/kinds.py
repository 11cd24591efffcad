"""What kind an answer is, and values of each kind: awkward ones first, each its own so that it is found again."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from marshmallow import Schema, fields, validate

from adapters.hall.credit_codes import credit_code, subject_number
from adapters.kit.rig.contents.leaves import Leaf, is_person, leaves

#: The round of values without anything awkward.
PLAIN = 0
#: Characters every encoding of this field has, and some that only GB 18030 and Unicode have.
SURNAMES = (
    "欧赵钱孙周吴郑冯陈褚卫蒋沈韩杨朱秦尤许何吕施孔曹严华金魏陶姜戚谢邹喻柏窦章云苏潘葛奚范彭郎"
)
GIVEN = "璟琬禤骞珏翊瑾彧宸霖湉桉沅汐淼焱垚喆琰煜熠翀昶晟曦旻玥瑶琛珩琮璇瑄璎璐筠筱箬芃芊芮苡苒茗荃莘菡萱葳蓁蕙"
RARE = "䶮𠮷㐂𡘙"
PUNCTUATION = "·“”（）《》—－、，"
#: A person's or an office's own wording is longer than a name, but not a page.
LONGEST_NAME, LONGEST_TEXT = 40, 120
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
#: The region of a place that does not exist.
NOWHERE = "990102"
#: As floats some of them lose a hundredth on the way to whole numbers: 0.29, 0.57, 1.15, 4.35.
SHARES = (
    "0.07",
    "0.29",
    "0.57",
    "1.15",
    "4.35",
    "8.41",
    "16.10",
    "33.33",
    "66.67",
    "57.30",
    "99.99",
)
SUMS = (
    "0.01",
    "0.29",
    "8004.35",
    "1000000.10",
    "1234567.89",
    "4503599627370.97",
    "90071992547409.93",
)


@dataclass(frozen=True)
class Kind:
    """``make`` gives the value of a leaf: from dice that are its own, and the number of the round."""

    name: str
    make: Callable[[Leaf, Random, int, str], str]


def kind_of(leaf: Leaf) -> Kind | None:
    """Return what may be written there; None for what comes from a list of codes."""
    if isinstance(leaf.declared, fields.Date):
        return DAY
    if isinstance(leaf.declared, fields.Decimal):
        return SHARE if re.search(r"pct|percent|ratio|share", leaf.path) else AMOUNT
    if isinstance(leaf.declared, fields.Integer):
        return COUNT if 0 < int(leaf.sample) < 100 else None  # noqa: PLR2004 - more is a code, or a limit
    if not isinstance(leaf.declared, fields.String) or _listed(leaf.declared):
        return None
    text = leaf.text
    return next(
        (kind for shape, kind in SHAPES if re.search(shape, text) and _fits(kind, leaf)), None
    )


def kind_name(leaf: Leaf) -> str:
    """Return what its kind is called, "" for what comes from a list of codes."""
    kind = kind_of(leaf)
    return kind.name if kind else ""


def answers(schema: Schema, values: Mapping[str, Any]) -> list[Leaf]:
    """Return the answers among raw needs that are of a kind: all but those out of a list of codes."""
    return [leaf for leaf in leaves(schema, values) if kind_of(leaf)]


def id_number(dice: Random, like: str) -> str:
    """Return an identity number (GB 11643) of the same place and birthday as another, and the same sex."""
    odd = int(like[16]) % 2
    body = f"{like[:14]}{dice.randrange(100):02}{dice.randrange(5) * 2 + odd}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def person(dice: Random) -> str:
    """Return a short name that stands nowhere else."""
    return dice.choice(SURNAMES) + dice.choice(GIVEN)


def _name(leaf: Leaf, dice: Random, nth: int, _salt: str) -> str:
    plain, more = person(dice), dice.choice(GIVEN)
    forms: Sequence[Callable[[], str]] = (
        lambda: plain,
        lambda: f"阿{plain}·买{more}提",
        lambda: _long(leaf, f"{plain}·", more, LONGEST_NAME),
        lambda: plain + more + RARE,
        lambda: f"{plain}·{more}·艾力·{dice.choice(GIVEN)}江",
        lambda: f"J. {plain}-O'Neil",
        lambda: _long(leaf, f"A{plain}", more, LONGEST_NAME),
    )
    return forms[nth % len(forms)]()


def _text(leaf: Leaf, dice: Random, nth: int, _salt: str) -> str:
    own, more = person(dice) + dice.choice(GIVEN), dice.choice(GIVEN)
    forms: Sequence[Callable[[], str]] = (
        lambda: f"示范市{own}软件有限公司",
        lambda: f"示范市“{own}”（{more}）·云《甲》‘乙’有限公司",
        lambda: _long(leaf, own, more, LONGEST_TEXT),
        lambda: _long(leaf, f"A{own}", more, LONGEST_TEXT),
        lambda: f"{own}　１２３ＡＢＣ—…￥％·{more}号",
        lambda: f"{own}  3 栋 'q' \"qq\" 100%，#{more}",
        lambda: f"示范市{own}㐂𠮷有限公司",
    )
    return forms[nth % len(forms)]()


def _long(leaf: Leaf, start: str, more: str, otherwise: int) -> str:
    """Fill the field to its last byte, or as near as characters of two bytes come."""
    width = leaf.width or otherwise * 2
    left = (width - len(start.encode("gb18030", "replace"))) // 2
    return start + more * max(0, left)


def _amount(leaf: Leaf, dice: Random, nth: int, _salt: str) -> str:
    cents = Decimal(dice.randrange(1, 99)).scaleb(-2)
    return str(Decimal(SUMS[nth % len(SUMS)]) + cents * (nth % 2) + _apart(leaf))


def _share(leaf: Leaf, dice: Random, nth: int, _salt: str) -> str:
    del dice
    return SHARES[(nth + sum(map(ord, leaf.where))) % len(SHARES)]


def _apart(leaf: Leaf) -> int:
    # Siblings differ, so that a swap shows.
    return sum(map(ord, leaf.where)) % 89


def _count(leaf: Leaf, dice: Random, nth: int, _salt: str) -> str:
    del dice
    return str(5 + (nth + _apart(leaf)) % 8)


def _day(leaf: Leaf, dice: Random, nth: int, _salt: str) -> str:
    del nth
    return str(date(2031, 1, 1) + timedelta(days=dice.randrange(2000) + _apart(leaf)))


def _fits(kind: Kind, leaf: Leaf) -> bool:
    return is_person(leaf) if kind is NAME else True


def _listed(declared: fields.Field[Any]) -> bool:
    rules = [each for each in declared.validators if isinstance(each, validate.OneOf)]
    return bool(rules or declared.metadata.get("codes"))


NAME = Kind("name", _name)
TEXT = Kind("text", _text)
AMOUNT, SHARE, COUNT = Kind("amount", _amount), Kind("share", _share), Kind("count", _count)
DAY = Kind("day", _day)
MONTH = Kind("month", lambda leaf, dice, nth, salt: _day(leaf, dice, nth, salt)[:7])
ID = Kind("id", lambda leaf, dice, _nth, _salt: id_number(dice, leaf.text))
CREDIT_CODE = Kind(
    "credit code", lambda _leaf, dice, _nth, _salt: credit_code(NOWHERE, subject_number(dice))
)
MOBILE = Kind("mobile", lambda _leaf, dice, _nth, _salt: f"139{dice.randrange(10**8):08}")
PHONE = Kind("phone", lambda _leaf, dice, _nth, _salt: f"0999-88{dice.randrange(10**5):05}")
MAIL = Kind("mail", lambda _leaf, dice, _nth, _salt: f"k{dice.randrange(10**9)}@example.com")
#: What a sample looks like, and what may stand in its place; the first that fits.
SHAPES: Sequence[tuple[str, Kind]] = (
    (r"\A[0-9]{17}[0-9X]\Z", ID),
    (r"\A[0-9A-Z]{18}\Z", CREDIT_CODE),
    (r"\A1[0-9]{10}\Z", MOBILE),
    (r"\A0[0-9]{2,3}-[0-9]{7,8}\Z", PHONE),
    (r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", DAY),
    (r"\A[0-9]{4}-[0-9]{2}\Z", MONTH),
    (r"@", MAIL),
    ("[\u4e00-\u9fff]", NAME),
    ("[\u4e00-\u9fff]{2}", TEXT),
)
