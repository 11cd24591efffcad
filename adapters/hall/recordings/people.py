"""People of a recording become others: the same one always the same other, in whatever message.

What takes a value's place has its shape and its width in bytes: as many characters, of the same kind each; an identity
number has its year of birth, its sex, and a check digit that is right where it was. The order in which people appear
decides who they become, not who they are.
"""

import base64
import re
from collections.abc import Callable, Mapping
from datetime import date
from itertools import count
from typing import Final

from adapters.hall.speech import PAPER, Speech
from adapters.wire.reading import PERSONAL

#: What is not taken for a person, although the field may name one.
ORGANISATION = re.compile(r"(公司|店|厂|部|局|章|社|所|中心|银行|集团|合伙企业|合作社)$")
NAME = re.compile(r"[㐀-鿿\U00020000-\U0003134f]{2,6}|(?=.*[·A-Za-z])[㐀-鿿A-Za-z·. '-]{3,60}")
ADDRESSES = re.compile(r"(?i)(addr(ess)?|dz|residence|dom\.detail)$")
NAMES = re.compile(r"(?i)(lease\.owner|contact(s|_name)?)$")
KEPT_FIELDS = re.compile(r"(?i)(passw|pwd|secret|session.?key|sign.?no|account|wage)")
BIRTH = re.compile(r"(?i)birth")
#: In whatever text they stand.
IDENTITY = re.compile(r"(?<![0-9A-Za-z])[1-9][0-9]{16}[0-9Xx](?![0-9A-Za-z])")
MOBILE = re.compile(r"(?<![0-9A-Za-z])1[3-9][0-9]{9}(?![0-9A-Za-z])")
LANDLINE = re.compile(r"(?<![0-9A-Za-z])0[0-9]{2,3}-[0-9]{7,8}(?![0-9])")
MAIL = re.compile(r"[0-9A-Za-z._%+-]+@[0-9A-Za-z.-]+\.[A-Za-z]{2,}")
MASKED = re.compile(r"(?<![0-9A-Za-z])([0-9]{1,10})(\*{4,})([0-9Xx]{0,6})(?![0-9A-Za-z*])")
CODED = re.compile(r"[0-9A-Za-z+/\s]{200,}={0,2}")
DOCUMENT = re.compile(r"[0-9A-Za-z()-]{5,30}")
DATE = re.compile(r"((?:19|20)[0-9]{2})(-?)([0-9]{2})\2([0-9]{2})")
GROWN: Final = 16
ENOUGH: Final = 3
#: What is still the same then has nothing in it that could be another's.
TRIES: Final = 50
WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK: Final = "10X98765432"
#: Made-up people are from where nobody is from.
REGION: Final = "990102"
LAST_OF_BASIC_PLANE: Final = 0xFFFF
LOWER = "abcdefghijklmnopqrstuvwxyz"
COMMON = "禾云林安青竹松柏兰芷若水山石溪谷川原野星辰晨曦朗清和平宁静知行思远志新嘉言文景明德惠"
#: What GB 2312 lacks: two bytes in GBK; two in GB 18030 alone; four there; four in UTF-8, too.
EDGE = "㑇㑳㖞㘎㘚㤘㥮㧏㧐㧟"
WIDE, RARE, VERY_RARE = "堃喆玥瑄珺祎翀昉旻晞", "㐂㐆㐌㐖㐜㐡㐤㐥㐧㐫", "𠀋𠂉𠂢𠂤𠆢𠈓𠌫𠎁𠍱𠏹"
#: What an address is made of stays.
STRUCTURE = frozenset(
    "省市区县镇乡村路街巷弄号栋幢座楼层室单元组院里东南西北中一二三四五六七八九十"
)


class People:
    """Who has become whom; ``learn`` first from every message, then ``change``. ``year`` is the recording's."""

    def __init__(self, year: int) -> None:
        self._year = year
        self._become: dict[str, str] = {}
        self._days: dict[tuple[int, int, int], tuple[int, int, int]] = {}
        self._turn = count(1)
        self._pattern: re.Pattern[str] | None = None

    def learn(self, fields: Mapping[str, str], speech: Speech) -> None:
        """Take notice of the people in the fields of a message."""
        for name, value in fields.items():
            if not value or KEPT_FIELDS.search(name):
                continue
            self._find(value)
            if ADDRESSES.search(name):
                self._remember(value, self._address)
            elif speech.documents.search(name) and DOCUMENT.fullmatch(value):
                self._remember(
                    value, self._identity if IDENTITY.fullmatch(value) else self._digits
                )
            elif PERSONAL.search(name) or speech.personal.search(name) or NAMES.search(name):
                self._person(name, value)

    def take(self, before: str, after: str) -> None:
        """Have a text become another from now on."""
        self._become[before] = after
        self._pattern = None

    def change(self, text: str) -> str:
        """Return a text in which everybody known has become somebody else."""
        if CODED.fullmatch(text):
            return base64.b64encode(PAPER).decode()
        self._find(text)
        changed = self._known.sub(lambda found: self._become[found[0]], text)
        changed = MASKED.sub(self._masked, changed)
        return DATE.sub(self._known_day, changed) if DATE.fullmatch(text) else changed

    def stand_in(self, text: str) -> bool:
        """Tell whether somebody known is still in a text."""
        return self._known.search(text) is not None

    # --- private --------------------------------------------------------------------------------

    @property
    def _known(self) -> re.Pattern[str]:
        if self._pattern is None:
            longest = sorted(self._become, key=len, reverse=True)
            self._pattern = re.compile("|".join(map(re.escape, longest)) or r"(?!)")
        return self._pattern

    def _find(self, text: str) -> None:
        """Remember whatever shows by itself what it is."""
        for pattern, make in (
            (IDENTITY, self._certainly), (MOBILE, self._mobile),
            (LANDLINE, self._landline), (MAIL, self._digits),
        ):  # fmt: skip
            for found in pattern.findall(text):
                self._remember(found, make)

    def _person(self, field: str, value: str) -> None:
        if BIRTH.search(field):
            self._birth(value)
        elif IDENTITY.fullmatch(value):
            self._remember(value, self._identity)
        elif NAME.fullmatch(value) and not ORGANISATION.search(value):
            self._remember(value, self._name)

    def _remember(self, value: str, make: Callable[[str], str]) -> None:
        if value in self._become:
            return
        for _ in range(TRIES):
            made = make(value)
            # Nobody becomes one of the others, nor stays who they are.
            others = {value, *self._become, *self._become.values()}
            if made and made not in others and not self.stand_in(made):
                self.take(value, made)
                return

    def _certainly(self, value: str) -> str:
        """An identity number that is one by itself: right, and of somebody grown up; numbers of cases are as long."""
        grown = int(value[6:10]) <= self._year - GROWN
        return self._identity(value) if grown and _check(value[:17]) == value[17].upper() else ""

    def _identity(self, value: str) -> str:
        try:
            born = date(int(value[6:10]), int(value[10:12]), int(value[12:14]))
        except ValueError:
            return ""  # a serial number that happens to be as long
        year, month, day = self._day((born.year, born.month, born.day))
        order = (2 * next(self._turn) + int(value[16]) % 2) % 1000
        body = f"{REGION}{year:04}{month:02}{day:02}{order:03}"
        right = _check(value[:17]) == value[17].upper()
        check = _check(body) if right else CHECK[(CHECK.index(_check(body)) + 1) % 10]
        return body + (check.lower() if value[17] == "x" else check)

    def _mobile(self, value: str) -> str:
        return f"{value[:2]}9{next(self._turn) + 77_000_000:08}"

    def _landline(self, value: str) -> str:
        area, _, number = value.partition("-")
        return f"{area}-{next(self._turn) + 8_700_000:0{len(number)}}"

    def _digits(self, value: str) -> str:
        """Change the digits of something, or its letters if it has too few."""
        turn = next(self._turn)
        kind = str.isdigit if len(re.findall("[0-9]", value)) >= ENOUGH else str.isalpha
        made, at = list(value.partition("@")[0]), f"{turn:08}"[::-1]
        for place in reversed([n for n, each in enumerate(made) if kind(each) and each.isascii()]):
            digit, at = int(at[:1] or 0), at[1:]
            made[place] = str(digit) if made[place].isdigit() else "abcdefghij"[digit]
        return "".join(made) + value[len(made) :]

    def _name(self, value: str) -> str:
        turn = next(self._turn)
        made = []
        for each in value:
            pool = _pool(each)
            made.append(pool[turn % len(pool)] if pool else each)
            turn = turn // len(pool) if pool and turn >= len(pool) else turn + 7
        return "".join(made)

    def _address(self, value: str) -> str:
        turn = next(self._turn)
        made = []
        for n, each in enumerate(value):
            pool = "" if each in STRUCTURE else "123456789" if each.isdigit() else _pool(each)
            made.append(pool[(turn + 3 * n) % len(pool)] if pool else each)
        return "".join(made)

    def _birth(self, value: str) -> None:
        found = DATE.fullmatch(value)
        if found:
            self._day((int(found[1]), int(found[3]), int(found[4])))

    def _day(self, born: tuple[int, int, int]) -> tuple[int, int, int]:
        """Another day of the same year; the same for all born that day."""
        if born not in self._days:
            n = len(self._days)
            taken = (born[0], 1 + n // 28 % 12, 1 + n % 28)
            self._days[born] = taken if taken != born else (born[0], taken[1], 1 + (n + 1) % 28)
        return self._days[born]

    def _known_day(self, found: re.Match[str]) -> str:
        born = int(found[1]), int(found[3]), int(found[4])
        year, month, day = self._days.get(born, born)
        return f"{year:04}{found[2]}{month:02}{found[2]}{day:02}"

    def _masked(self, found: re.Match[str]) -> str:
        start, stars, end = found.groups()
        for before, after in self._become.items():
            if len(before) == len(found[0]) and before.startswith(start) and before.endswith(end):
                return after[: len(start)] + stars + after[len(after) - len(end) :]
        return "0" * len(start) + stars + "0" * len(end)


def _check(body: str) -> str:
    """The check digit of an identity number (GB 11643)."""
    return CHECK[sum(w * int(d) for w, d in zip(WEIGHTS, body, strict=True)) % 11]


def _pool(each: str) -> str:
    """Characters like this one, as wide in every encoding used here; "" for what is no letter."""
    if each.isascii():
        return LOWER if each.islower() else LOWER.upper() if each.isupper() else ""
    if not each.isalpha():
        return ""
    for encoding, pool in (("gb2312", COMMON), ("gbk", WIDE)):
        try:
            each.encode(encoding)
        except UnicodeEncodeError:
            continue
        return pool
    if ord(each) > LAST_OF_BASIC_PLANE:
        return VERY_RARE
    return EDGE if len(each.encode("gb18030")) == len("\u4e00".encode("gb18030")) else RARE
