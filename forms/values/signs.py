"""Single signs of a text: which no department can store, and which of them nobody can see.

A sign that nobody can see cannot be found by whoever is asked to delete it: so it is named, with its place in
words, and can be taken out without being found. What joins an emoji together goes with the emoji; beside a Chinese
character the same sign is one that nobody can see.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

_EMOJI_RANGES = ((0x1F000, 0x1FAFF), (0x2600, 0x27BF))
_EMOJI_SINGLE = frozenset("\u20e3\u2b50\u2b55\u231a\u231b")
PLANES_OF_HANZI = (0x20000, 0x3FFFD)
_NONCHARACTER_TAIL = 0xFFFE
_REFUSED = {
    "Cc": "text.control",
    "Cs": "text.surrogate",
    "Co": "text.private",
    "Cn": "text.private",
}
_UNSEEN_CATEGORIES = frozenset({"Cf", "Zl", "Zp"})
UNSEEN = frozenset({"text.bidi", "text.invisible"})
"""The flaws of signs that nobody can see."""

_BIDI: Mapping[str, str] = MappingProxyType({
    "\u061c": "阿拉伯字母标记",
    "\u200e": "左至右标记",
    "\u200f": "右至左标记",
    "\u202a": "左至右嵌入",
    "\u202b": "右至左嵌入",
    "\u202c": "方向格式结束",
    "\u202d": "左至右覆盖",
    "\u202e": "右至左覆盖",
    "\u2066": "左至右隔离",
    "\u2067": "右至左隔离",
    "\u2068": "首强方向隔离",
    "\u2069": "方向隔离结束",
})  # fmt: skip
#: Unicode counts some of these among letters and accents (Default_Ignorable_Code_Point), seen they are not.
_INVISIBLE: Mapping[str, str] = MappingProxyType({
    "\u00ad": "软连字符",
    "\u034f": "组合用连接符",
    "\u115f": "谚文填充符",
    "\u1160": "谚文填充符",
    "\u17b4": "不显示的符号",
    "\u17b5": "不显示的符号",
    "\u200b": "零宽空格",
    "\u200c": "零宽不连字符",
    "\u200d": "零宽连字符",
    "\u2028": "行分隔符",
    "\u2029": "段落分隔符",
    "\u2060": "单词连接符",
    "\u3164": "谚文填充符",
    "\ufeff": "零宽不换行空格",
    "\uffa0": "谚文填充符",
})  # fmt: skip
_RANGES = {
    (0x180B, 0x180F): "变体选择符",
    (0xFE00, 0xFE0F): "变体选择符",
    (0xE0000, 0xE007F): "标签符",
    (0xE0100, 0xE01EF): "异体字标记",
}
_UNNAMED = "不显示的符号"
#: What emoji are put together with: the joiner, variation selectors, tags.
_JOINING = ((0x200D, 0x200D), (0xFE00, 0xFE0F), (0xE0000, 0xE007F))

AT_START = "开头"
AFTER = "第 {number} 个字{seen}之后"
AFTER_HIDDEN = "第 {number} 个字之后"
"""Where a sign stands; the character before it is not said again where the answer is sensitive."""

NAMES = frozenset({*_BIDI.values(), *_INVISIBLE.values(), *_RANGES.values(), _UNNAMED})
PLACES = frozenset({AT_START, AFTER, AFTER_HIDDEN})


def within(char: str, *ranges: tuple[int, int]) -> bool:
    """Say whether `char` is in one of the ranges, ends included."""
    return any(low <= ord(char) <= high for low, high in ranges)


def flaw_of(text: str) -> str:
    """Return the code of the first thing wrong with the characters of `text`, "" if all is well."""
    if not any(map(_flaw_of_char, text)):
        return ""
    return next(flaw for _, flaw in _flaws(text))


def cleaned(text: str) -> str:
    """Return `text` without the signs that nobody can see."""
    hidden = set(_hidden(text))
    return "".join(char for at, char in enumerate(text) if at not in hidden)


def first_unseen(text: str, *, sensitive: bool) -> dict[str, str]:
    """Tell which sign nobody can see comes first in `text` and where, for the sentence of its flaw."""
    at = next(_hidden(text))
    before = [char for char in text[:at] if not char.isspace()]
    after = AFTER_HIDDEN if sensitive else AFTER
    seen = f"“{before[-1]}”" if before else ""
    place = after.format(number=len(before), seen=seen) if before else AT_START
    return {"place": place, "sign": _name_of(text[at]), "scalar": f"U+{ord(text[at]):04X}"}


def _flaws(text: str) -> Iterator[tuple[int, str]]:
    for at, char in enumerate(text):
        if flaw := _flaw_of_char(char):
            yield at, "text.emoji" if within(char, *_JOINING) and _joins(text, at) else flaw


def _hidden(text: str) -> Iterator[int]:
    return (at for at, flaw in _flaws(text) if flaw in UNSEEN)


def _joins(text: str, at: int) -> bool:
    """Whether an emoji stands beside the sign, other signs that join between them left out."""
    return any(_is_emoji(_next_seen(side)) for side in (reversed(text[:at]), iter(text[at + 1 :])))


def _next_seen(side: Iterator[str]) -> str:
    return next((char for char in side if not within(char, *_JOINING)), " ")


def _is_emoji(char: str) -> bool:
    return char in _EMOJI_SINGLE or within(char, *_EMOJI_RANGES)


@lru_cache(maxsize=8192)  # the characters a city writes; a whole form has some thousand signs
def _flaw_of_char(char: str) -> str:
    if char in _BIDI:
        return "text.bidi"
    if _is_emoji(char):
        return "text.emoji"
    if within(char, PLANES_OF_HANZI) and ord(char) & _NONCHARACTER_TAIL != _NONCHARACTER_TAIL:
        return ""
    category = unicodedata.category(char)
    if category in _UNSEEN_CATEGORIES or char in _INVISIBLE or within(char, *_RANGES):
        return "text.invisible"
    return _REFUSED.get(category, "")


def _name_of(char: str) -> str:
    known = _BIDI.get(char) or _INVISIBLE.get(char)
    return known or next((name for span, name in _RANGES.items() if within(char, span)), _UNNAMED)
