"""By what somebody at a window looks for a case, and what of a case can be found so.

Both sides are brought into one spelling: full-width characters, blanks, the middle dots of names and a small x at the
end of an identity number make no difference.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, Final

from kaiban.domain.assisted import FiledBy
from kaiban.domain.typed import compact

COMPANY, PERSON, NUMBER, PHONE = "company", "person", "number", "phone"
#: (what it is, in one spelling)
Term = tuple[str, str]

#: Whoever is only employed by the company does not lead to its case.
_NOT_LOOKED_FOR: Final = frozenset({"staff"})
#: Everything people type for the dot in names such as 阿依古丽·买买提.
_DOTS: Final = str.maketrans(dict.fromkeys("•・･‧∙⋅．", "·"))
_BETWEEN: Final = re.compile(r"[\s\-‐-―]+")
_PHONE: Final = re.compile(r"(?:\+?0{0,2}86)?(\d{7,12})", re.ASCII)
#: GB 11643, wherever it stands in what a card reader types.
_IDENTITY: Final = re.compile(r"(?<!\d)\d{17}[\dX](?!\d)", re.ASCII)
_DOCUMENT: Final = re.compile(r"[0-9A-Z()]{5,20}", re.ASCII)
#: Of a trade name, so many characters find it.
_SHORTEST: Final = 2


def spelled(text: str) -> str:
    """A name in the one spelling."""
    return compact(text.translate(_DOTS)).translate(_DOTS).upper()


def asked(text: str) -> frozenset[Term]:
    """Everything the text may be meant as; nothing for an empty one."""
    name = spelled(text)
    bare = _BETWEEN.sub("", name)
    # A card reader types everything on the card, a person blanks between the digits.
    apart = unicodedata.normalize("NFKC", text).upper()
    if card := _IDENTITY.search(apart) or _IDENTITY.fullmatch(bare):
        return frozenset({(NUMBER, card[0])})
    found = {(COMPANY, name), (PERSON, name)} if name else set()
    if _DOCUMENT.fullmatch(bare):
        found.add((NUMBER, bare))
    if phone := _PHONE.fullmatch(bare):
        found.add((PHONE, phone[1]))
    return frozenset(found)


def is_found_alike(facts: Mapping[str, str], before: Mapping[str, str]) -> bool:
    """Whether a case with these facts is found by the same as with those."""
    return facts.get("credit_code") == before.get("credit_code")


def terms_of(
    form: Mapping[str, Any], facts: Mapping[str, str], filed_by: FiledBy | None = None
) -> frozenset[Term]:
    """Everything by which a case with that form is found; ``filed_by`` is who filed it at the desk."""
    sections = [part for name, part in form.items() if name not in _NOT_LOOKED_FOR]
    found = {*_company(form), *(term for part in sections for term in _people(part))}
    if code := facts.get("credit_code"):
        found.add((NUMBER, _number(code)))
    if filed_by:
        found.update(_at_desk(filed_by))
    return frozenset(term for term in found if term[1])


def _company(form: Mapping[str, Any]) -> Iterator[Term]:
    """The whole name, its trade name from the second character on, and what people say of it in between."""
    company = form.get("company") or {}
    parts = company.get("name") or {}
    region, trade, industry, kind = (
        spelled(str(parts.get(each) or ""))
        for each in ("region", "trade_name", "industry", "form")
    )
    said = [spelled(str(parts.get("full") or "")), f"{region}{trade}", f"{trade}{industry}", f"{trade}{industry}{kind}"]  # fmt: skip
    said += [trade[:end] for end in range(_SHORTEST, len(trade) + 1)]
    yield from ((COMPANY, each) for each in said if len(each) >= _SHORTEST)
    yield PHONE, _phone(str(company.get("contact_phone") or ""))


def _people(node: Any) -> Iterator[Term]:
    """Whoever is named with a document or a telephone."""
    if isinstance(node, list | tuple):
        yield from (term for each in node for term in _people(each))
    if not isinstance(node, Mapping):
        return
    cert, mobile = node.get("cert"), node.get("mobile")
    if isinstance(cert, Mapping) or mobile:
        yield PERSON, spelled(str(node.get("name") or ""))
        yield NUMBER, _number(str(cert.get("no") or "")) if isinstance(cert, Mapping) else ""
        yield PHONE, _phone(str(mobile or ""))
    yield from (term for each in node.values() for term in _people(each))


def _at_desk(filed_by: FiledBy) -> Iterator[Term]:
    """Whoever was at the counter, for whom, and the telephone they gave."""
    filer = filed_by.filer
    yield from ((PERSON, spelled(each)) for each in (filer.name, filer.represents))
    yield NUMBER, _number(filer.cert_no)
    yield PHONE, _phone(filed_by.phone)


def _number(text: str) -> str:
    return _BETWEEN.sub("", spelled(text))


def _phone(text: str) -> str:
    found = _PHONE.fullmatch(_number(text))
    return found[1] if found else ""
