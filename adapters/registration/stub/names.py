"""The registrar's name check (名称自主申报).

企业名称登记管理规定 art. 5, 6, 8, 11, 12, 17; the comparison follows 企业名称禁限用规则 (工商企注字〔2017〕133号):
*same* forbids the name, *near* only warns. Region: one prefecture, whose registrars share a register.
"""

import json
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from importlib.resources import files
from typing import Any

PREFECTURE = "示范市"
#: By their codes in GB/T 2260.
DISTRICTS: Mapping[str, str] = {
    "990102": "开元区",
    "990103": "云启区",
    "990104": "临江区",
    "990105": "高新技术产业开发区",
    "990121": "清川县",
}
FORMS = (
    "有限责任公司", "有限公司", "经营部", "工作室", "商店", "商行", "中心", "店", "馆", "厂", "部", "行",
    *(f"{word}个人独资" for word in ("厂", "店", "中心", "工作室", "事务所", "商行", "经营部")),
)  # fmt: skip
SAME = "字号与已登记的同行业企业“{}”相同，请调整字号或提供投资关系证明。"
_RESTING = timedelta(days=365)  # art. 17: a name given up rests for a year
_LONG = 3  # of two characters nearly every pair differs in one


@dataclass(frozen=True)
class Name:
    """A company name in its four parts (art. 6)."""

    region: str
    trade_name: str
    industry: str
    form: str

    @property
    def full(self) -> str:
        """The parts in order."""
        return self.region + self.trade_name + self.industry + self.form


@dataclass(frozen=True)
class NameCheck:
    """What the check found: reasons forbid (code, text), similar names only warn."""

    reasons: tuple[tuple[str, str], ...]
    similar: tuple[str, ...]

    @property
    def result(self) -> str:
        """可用, 提示 or 禁止."""
        if self.reasons:
            return "禁止"
        return "提示" if self.similar else "可用"


class Register:
    """What the registrar knows before the first application: names, words, scope, people."""

    def __init__(self) -> None:
        text = files(__package__).joinpath("register.json").read_text("utf-8")
        self._rows: dict[str, Any] = json.loads(text)

    @cached_property
    def scope(self) -> dict[str, tuple[str, str]]:
        """Scope code -> (text, class)."""
        return {code: (text, kind) for code, text, kind in self._rows["scope"]}

    @cached_property
    def restricted(self) -> dict[str, str]:
        """Document number -> why its bearer may not be a legal representative (条例 art. 12)."""
        return {row["cer_no"]: row["reason"] for row in self._rows["restricted"]}

    def check(self, name: Name, taken: Callable[[str], str | None], today: date) -> NameCheck:
        """Compare the name with the rules, the register, and the names already applied for.

        ``taken`` tells the full name that holds a key (see ``keys``), or None.
        """
        reasons = [*self._words(name), *self._structure(name)]
        keys = self.keys(name)
        living = list(self._living(today))
        same = [other.full for other in living if keys & self.keys(other)]
        same += [full for full in map(taken, sorted(keys)) if full]
        reasons += [("R01", SAME.format(full)) for full in dict.fromkeys(same)]
        similar = [
            other.full for other in living if other.full not in same and self._near(name, other)
        ]
        return NameCheck(tuple(reasons), tuple(similar))

    def keys(self, name: Name) -> frozenset[str]:
        """Return what no second name may share: trade name within a trade, and the words in any order."""
        trade_name, industry = self.normal(name.trade_name), self.normal(name.industry)
        words = "+".join(sorted((trade_name, industry)))
        return frozenset({f"{trade_name}/{self._group(name.industry)}", words})

    def split(self, full: str) -> Name:
        """Take a whole name apart; parts that are not recognised stay empty."""
        text = self.normal(full)
        region, text = _cut_start(
            text, [PREFECTURE + d for d in DISTRICTS.values()] + [PREFECTURE]
        )
        form, text = _cut_end(text, FORMS)
        words = sorted(
            (w for group in self._groups.values() for w in group), key=len, reverse=True
        )
        industry, text = _cut_end(text, words)
        return Name(region, text, industry, form)

    def normal(self, text: str) -> str:
        """Return the name as compared: NFKC, simplified, without blanks and brackets."""
        folded = unicodedata.normalize("NFKC", text)
        simple: Mapping[str, str] = self._rows["simplified"]
        return "".join(simple.get(c, c) for c in folded if c not in " ()〔〕·\u3000")

    @property
    def _groups(self) -> Mapping[str, list[str]]:
        groups: Mapping[str, list[str]] = self._rows["trade_groups"]
        return groups

    def _words(self, name: Name) -> Iterable[tuple[str, str]]:
        text = self.normal(name.full)
        for row in self._rows["banned"]:
            if row["word"] in text:
                yield (
                    "R02",
                    f"名称含有“{row['word']}”，{row['reason']}（名称规定{row['article']}）。",
                )

    def _structure(self, name: Name) -> Iterable[tuple[str, str]]:
        if not all((name.region, name.trade_name, name.industry, name.form)):
            yield "R02", "名称应当由行政区划、字号、行业、组织形式依次组成（名称规定第六条）。"
        elif any(name.trade_name in group for group in self._groups.values()):
            yield "R02", f"字号“{name.trade_name}”是行业用语，缺乏显著性（名称规定第八条）。"

    def _living(self, today: date) -> Iterable[Name]:
        for row in self._rows["companies"]:
            ended = date.fromisoformat(row["since"]) if row["since"] else None
            if ended is None or today - ended < _RESTING:
                yield Name(PREFECTURE, row["trade_name"], row["industry"], row["form"])

    def _group(self, industry: str) -> str:
        plain = self.normal(industry)
        return next((name for name, words in self._groups.items() if plain in words), plain)

    def _near(self, one: Name, other: Name) -> bool:
        if self._group(one.industry) != self._group(other.industry):
            return False
        ours, theirs = self.normal(one.trade_name), self.normal(other.trade_name)
        contained = ours in theirs or theirs in ours
        return contained or self._sound(ours) == self._sound(theirs) or _one_apart(ours, theirs)

    def _sound(self, text: str) -> list[str]:
        return [self._rows["sounds"].get(c, c) for c in text]


def _one_apart(one: str, other: str) -> bool:
    if len(one) != len(other) or len(one) < _LONG:
        return False
    return sum(a != b for a, b in zip(one, other, strict=True)) == 1


def _cut_start(text: str, starts: Iterable[str]) -> tuple[str, str]:
    found = next((start for start in starts if text.startswith(start)), "")
    return found, text[len(found) :]


def _cut_end(text: str, ends: Iterable[str]) -> tuple[str, str]:
    found = next((end for end in ends if text.endswith(end)), "")
    return found, text[: len(text) - len(found)]
