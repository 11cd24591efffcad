"""Rules of name, type, capital and scope."""

import re
from collections.abc import Iterator

from forms import codes
from forms.defects import Found
from forms.rules.rule import Rule
from forms.structure.view import Setting, View
from forms.values.regions import name_regions
from forms.values.years import years_after

_TRADE_WORDS_ONLY = re.compile("(?:" + "|".join(i.code for i in codes.TRADE_WORDS.items) + ")+")
_REGION_NAMES = frozenset(
    spelling
    for item in codes.REGIONS.items
    for spelling in (item.label, re.sub(r"[省市区县]$", "", item.label))
)
MOST_NAME = 60
_TRADE_NAME = "company.name.trade_name"
_INDUSTRY = "company.name.industry"
#: With what names of enterprises end, the longest first.
_LEGAL_FORMS = (
    *sorted((item.label for item in codes.NAME_FORMS.items), key=len, reverse=True),
    "公司",
    "有限",
    "有限责任",
)


def paid_within(text: str, setting: Setting) -> bool:
    """Say whether the ISO day `text` lies within the years the law gives (公司法 (2023) art. 47)."""
    last = years_after(setting.today, setting.locality.contribution_years)
    return setting.today.isoformat() <= text <= last.isoformat()


def span(setting: Setting) -> dict[str, str]:
    """Return the first and last day of the contribution period for a message."""
    last = years_after(setting.today, setting.locality.contribution_years)
    return {"first": setting.today.isoformat(), "last": last.isoformat()}


def name_region(form: View, _setting: Setting) -> Iterator[Found]:
    """企业名称登记管理规定 art. 6, 7: the region is that of the seat, a district carries its city."""
    allowed = name_regions(form["premises.region_code"])
    if form["company.name.region"] not in allowed:
        yield form.found("company.name.region", "name.region", choices="、".join(allowed))


def forbidden_words(form: View, _setting: Setting) -> Iterator[Found]:
    """企业名称登记管理规定 art. 11, 12: by word and by place."""
    if form.sound(_TRADE_NAME):
        yield from _forbidden_in(form, _TRADE_NAME, form[_TRADE_NAME])
    if form.sound(_INDUSTRY):
        yield from _forbidden_in(form, _INDUSTRY, form[_INDUSTRY], amid=True)


def forbidden_alternatives(form: View, _setting: Setting) -> Iterator[Found]:
    """Judge every alternative by the same articles; it must differ from the first choice."""
    for path, text in form.values("company.name.alternatives"):
        yield from _forbidden_in(form, path, text)
        if form.sound(_TRADE_NAME) and text == form[_TRADE_NAME]:
            yield form.found(path, "name.alternative_same")


def _forbidden_in(form: View, path: str, text: str, *, amid: bool = False) -> Iterator[Found]:
    """Judge a part of the name; amid others, the words of art. 12 may say which trade it is (art. 12, second sentence)."""
    for item in codes.FORBIDDEN_WORDS.items:
        if not _says(text, item):
            continue
        if amid and item.more.get("amid"):
            yield form.found(path, "name.qualifier", word=item.code)
        else:
            yield form.found(path, "name.forbidden", word=item.code, reason=item.more["reason"])


def _says(text: str, item: codes.Item) -> bool:
    """Say whether the word stands in the text as a word: not across two others, nor as part of a lawful longer one."""
    for wider in item.more.get("unless", ()):
        text = re.sub(wider, "/", text)
    return item.code in text


def group_name(form: View, _setting: Setting) -> Iterator[Found]:
    """企业名称登记管理规定 art. 14: a group is named after the enterprise that heads it; ask who founds one with that word."""
    alternatives = (path for path, _ in form.values("company.name.alternatives"))
    for path in (_TRADE_NAME, _INDUSTRY, *alternatives):
        if form.sound(path) and form[path] and "集团" in form[path]:
            yield form.found(path, "name.group")


def no_part_twice(form: View, _setting: Setting) -> Iterator[Found]:
    """企业名称登记管理规定 art. 6: a name is made of its parts, each once."""
    for path in (
        _TRADE_NAME,
        _INDUSTRY,
        *(p for p, _ in form.values("company.name.alternatives")),
    ):
        if form.sound(path) and form[path]:
            yield from _repeated_in(form, path)


def _repeated_in(form: View, path: str) -> Iterator[Found]:
    text = form[path]
    legal = next((word for word in _LEGAL_FORMS if text.endswith(word)), "")
    region = form["company.name.region"] if form.sound("company.name.region") else None
    industry = form[_INDUSTRY] if path != _INDUSTRY and form.sound(_INDUSTRY) else None
    if legal:
        yield form.found(path, "name.part_twice", word=legal)
    elif region and region in text:
        yield form.found(path, "name.part_twice", word=region)
    elif industry and text.endswith(industry) and text != industry:
        yield form.found(path, "name.part_twice", word=industry)


def distinctive(form: View, _setting: Setting) -> Iterator[Found]:
    """企业名称登记管理规定 art. 8, 9: neither a region (unless it has another meaning, too) nor nothing but trade words."""
    trade_name = form["company.name.trade_name"]
    if trade_name in _REGION_NAMES:
        yield form.found("company.name.trade_name", "name.trade_is_region")
    if _TRADE_WORDS_ONLY.fullmatch(trade_name):
        yield form.found("company.name.trade_name", "name.trade_is_industry")


def name_length(form: View, _setting: Setting) -> Iterator[Found]:
    """Keep the whole name short enough for seal, licence and account."""
    parts = (form[f"company.name.{part}"] for part in ("region", "trade_name", "industry", "form"))
    if sum(map(len, parts)) > MOST_NAME:
        yield form.found("company.name.trade_name", "name.too_long")


def capital_paid_by(form: View, setting: Setting) -> Iterator[Found]:
    """公司法 (2023) art. 47."""
    if not paid_within(form["company.capital.paid_by"], setting):
        yield form.found("company.capital.paid_by", "capital.paid_by", **span(setting))


def capital_covers_holders(form: View, setting: Setting) -> Iterator[Found]:
    """Let the company's contribution period reach the last holder's day."""
    paid_by = form["company.capital.paid_by"]
    days = (h["due_date"] for h in form.rows("people.holders"))
    last = max((day for day in days if day is not None), default=paid_by)
    if paid_by < last and paid_within(paid_by, setting) and paid_within(last, setting):
        yield form.found("company.capital.paid_by", "capital.paid_by_holders", last=last)


def term(form: View, setting: Setting) -> Iterator[Found]:
    """条例 art. 9: long-term, or a day to come."""
    day = form["company.term"]
    if day != "长期" and day <= setting.today.isoformat():
        yield form.found("company.term", "term.past")


def term_reaches_due_date(form: View, setting: Setting) -> Iterator[Found]:
    """Ask about a company that ends before its capital is due."""
    day, last = form["company.term"], form["company.capital.paid_by"]
    if day != "长期" and setting.today.isoformat() < day < last:
        yield form.found("company.term", "term.before_due", last=last)


def scope_item(item: View, _setting: Setting) -> Iterator[Found]:
    """条例 art. 14: the catalogue's words; a permit where approval comes first."""
    code = item["code"]
    label = codes.SCOPE.label(code)
    if item.sound("text") and item["text"] not in {None, label}:
        yield item.found("text", "scope.text", text=label)
    if codes.SCOPE.more(code, "class") == "pre_approval" and item["permit"] is None:
        yield item.found("permit", "scope.permit", item=label)


def scope_repeated(form: View, _setting: Setting) -> Iterator[Found]:
    """List an entry once."""
    seen: set[str] = set()
    for item in form.rows("company.scope.items"):
        if not item.sound("code"):
            continue
        if item["code"] in seen:
            yield item.found("code", "scope.repeated")
        seen.add(item["code"])


RULES = (
    Rule(name_region),
    Rule(forbidden_words, early=True),
    Rule(forbidden_alternatives, early=True),
    Rule(distinctive, early=True),
    Rule(group_name, early=True),
    Rule(no_part_twice, early=True),
    Rule(name_length, early=True),
    Rule(capital_paid_by, early=True),
    Rule(capital_covers_holders),
    Rule(term, early=True),
    Rule(term_reaches_due_date),
    Rule(scope_item, each="company.scope.items"),
    Rule(scope_repeated),
)
