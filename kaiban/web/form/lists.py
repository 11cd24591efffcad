"""What the form's code lists offer: which entries are answers, in which words, which fit, what they entail."""

from collections.abc import Mapping
from typing import Any

from forms import codes
from forms.fields import BankCode, Choice, Several
from forms.structure.paths import AnyField

#: What the class of a scope entry means for the applicant.
ENTAILS: Mapping[str, str] = {
    "licensed": "许可项目：取得许可证后才能经营",
    "pre_approval": "前置许可：登记前须先取得批准文件",
    "general": "一般项目：凭营业执照即可经营",
    "filing": "一般项目：凭营业执照即可经营，另须备案",
}
INDUSTRY = "行业代码 {code}"


def listing(field: AnyField) -> codes.CodeList | None:
    """The code list a field is answered from."""
    if isinstance(field, Several):
        return listing(field.inner)
    if isinstance(field, BankCode):
        return codes.BANK_BRANCHES
    return field.listed if isinstance(field, Choice) else None


def choosable(listed: codes.CodeList) -> list[codes.Item]:
    """The entries that are answers, in the order of the list."""
    return list(listed.answers.values())


def spoken(item: codes.Item) -> str:
    """An entry in words that are no other entry's: a district with the city it is in."""
    return str(item.more.get("full", item.label))


def notes_of(asked: AnyField, value: Any) -> tuple[str, ...]:
    """What choosing this entry of a list entails: a licence, an approval beforehand, its industry."""
    listed = listing(asked)
    item = listed.by_code.get(value) if listed is not None and isinstance(value, str) else None
    if item is None:
        return ()
    industry = item.more.get("industry", "")
    kind = ENTAILS.get(item.more.get("how", ""), ENTAILS.get(item.more.get("class", ""), ""))
    return tuple(filter(None, (kind, industry and INDUSTRY.format(code=industry))))


def suggestions(listed: codes.CodeList, typed: str, most: int = 12) -> list[codes.Item]:
    """Entries of the list that fit what was typed: code, words, every word of it; the best first."""
    words = typed.casefold().split()
    if not words:
        return []
    fitting = [item for item in choosable(listed) if all(_fits(item, word) for word in words)]
    fitting.sort(
        key=lambda item: (not item.label.casefold().startswith(words[0]), len(item.label))
    )
    return fitting[:most]


def _fits(item: codes.Item, word: str) -> bool:
    return word in spoken(item).casefold() or item.code.casefold().startswith(word)
