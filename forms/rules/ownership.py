"""Rules of holders and beneficial owners."""

from collections.abc import Iterator
from decimal import ROUND_DOWN, Decimal
from typing import NamedTuple

from forms import codes
from forms.defects import Found
from forms.fields import plain
from forms.rules.company import paid_within, span
from forms.rules.officers import BOARD
from forms.rules.people import IDENTITY, identity_of
from forms.rules.rule import ASKED_SINCE, Rule
from forms.structure.view import Setting, View
from forms.values import checks
from forms.values.kinds import ABROAD, FOREIGN_DOCUMENTS

OWNER_SHARE = Decimal("0.25")


def sum_of_shares(form: View, _setting: Setting) -> Iterator[Found]:
    """条例 art. 13: subscriptions add up to the capital."""
    capital = form["company.capital.amount"]
    total = sum((h["subscribed"] for h in form.rows("people.holders")), Decimal(0))
    if total != capital:
        yield form.found(
            "people.holders", "holders.sum", total=f"{plain(total):f}", capital=f"{capital:f}"
        )


def due_date(form: View, setting: Setting) -> Iterator[Found]:
    """公司法 (2023) art. 47: a company's capital is paid in full within five years of founding."""
    if not form.asks("company.capital.paid_by"):
        return
    for holder in form.rows("people.holders"):
        if not holder.sound("due_date"):
            continue
        day = holder["due_date"]
        if day is not None and not paid_within(day, setting):
            yield holder.found("due_date", "holders.due_date", **span(setting))


def mode(holder: View, _setting: Setting) -> Iterator[Found]:
    """条例 art. 13: no labour, credit, name, goodwill, franchise, encumbered property."""
    code = holder["mode"]
    if codes.CONTRIBUTION_MODES.more(code, "forbidden"):
        label = codes.CONTRIBUTION_MODES.label(code)
        yield holder.found("mode", "holders.mode_forbidden", mode=label)


def paid_in(holder: View, _setting: Setting) -> Iterator[Found]:
    """Nobody has paid more than subscribed."""
    if holder["paid_in"] > holder["subscribed"]:
        yield holder.found("paid_in", "holders.paid_in")


def repeated(form: View, _setting: Setting) -> Iterator[Found]:
    """List a holder once."""
    seen: set[tuple[str, str]] = set()
    for holder in form.rows("people.holders"):
        if not holder.sound(*IDENTITY):
            continue
        key = identity_of(holder)
        if key in seen:
            yield holder.found("cert.no", "holders.repeated")
        seen.add(key)


def kind_and_cert(holder: View, _setting: Setting) -> Iterator[Found]:
    """条例 art. 8: persons show an identity document, organisations their credit code."""
    kind, cert_type = holder["kind"], holder["cert.type"]
    document_of_person = bool(codes.CERT_TYPES.more(cert_type, "person"))
    abroad = cert_type == "foreign_registration" and kind != "foreign_enterprise"
    if document_of_person != _is(kind, "person") or abroad:
        yield holder.found("cert.type", "holder.cert_kind")


def early_code(holder: View, _setting: Setting) -> Iterator[Found]:
    """Ask about a code of before 2016 whose check digit is wrong; of later ones none was given out so."""
    if holder["cert.type"] == "credit_code" and not checks.is_credit_code(holder["cert.no"]):
        yield holder.found("cert.no", "credit_code.early")


class _Makeup(NamedTuple):
    """What the holders of an entity type must be."""

    single: bool
    person: bool | None
    need: str


MAKEUPS = {
    "1110": _Makeup(
        single=True, person=False, need="“国有独资”须只有一名股东，是履行出资人职责的机构"
    ),
    "1140": _Makeup(single=False, person=False, need="“国有控股”须有两名以上股东，其中有国有单位"),
    "1130": _Makeup(
        single=False, person=True, need="“自然人投资或控股”须有两名以上股东，其中有自然人"
    ),
    "1151": _Makeup(single=True, person=True, need="“自然人独资”须只有一名自然人股东"),
    "1152": _Makeup(
        single=True, person=False, need="“法人独资”须只有一名股东，是法人或者合伙企业等单位"
    ),
    "1153": _Makeup(
        single=True, person=False, need="“法人独资”须只有一名股东，是法人或者合伙企业等单位"
    ),
    "1190": _Makeup(
        single=False, person=False, need="“其他有限责任公司”须有两名以上股东，其中有单位"
    ),
}


def entity_type(form: View, _setting: Setting) -> Iterator[Found]:
    """Let the holders be what the type code says (公司法 (2023) art. 42; ENTTYPE).

    Article 42 asks of the holders only their number, so a partnership may be the only one, too.
    """
    makeup = MAKEUPS.get(form["company.entity_type"])
    if makeup is None:  # no company: its own rules say who may be a partner or a member
        return
    kinds = [h["kind"] for h in form.rows("people.holders")]
    wanted = "person" if makeup.person else ""
    fitting = any(_is(kind, wanted) for kind in kinds)
    if (len(kinds) == 1) != makeup.single or not fitting:
        yield form.found("company.entity_type", "entity.holders", need=makeup.need)


def from_abroad(holder: View, setting: Setting) -> Iterator[Found]:
    """Send whoever holds shares from abroad, Hong Kong, Macao or Taiwan to a registrar that may register that.

    市场主体登记管理条例实施细则 art. 4, 24: such enterprises are registered by an authorised registrar, with a notarised
    identity and somebody who receives legal documents (条例 art. 9 (七)).
    """
    kind, document = holder["kind"], holder["cert.type"]
    if kind == "foreign_enterprise" or (kind == "natural_person" and document in ABROAD):
        yield holder.found("kind", "holders.abroad", registrar=setting.locality.foreign_registrar)


def state_board(form: View, _setting: Setting) -> Iterator[Found]:
    """公司法 (2023) art. 173: a company the state alone holds has a board, with somebody for the staff in it."""
    if form["company.entity_type"] != "1110":
        return
    directors = form.rows("people.directors")
    if len(directors) < BOARD or not any(one["staff_rep"] for one in directors):
        yield form.found("people.directors", "directors.state")


def _is(kind: str, attribute: str) -> bool:
    if not attribute:
        return not codes.HOLDER_KINDS.more(kind, "person")
    return bool(codes.HOLDER_KINDS.more(kind, attribute))


def owners(form: View, setting: Setting) -> Iterator[Found]:
    """条例 art. 9 (八): beneficial owners are filed, or exempt by a commitment that holds."""
    if not form["people.beneficial_exempt"]:
        if not form.rows("people.beneficial_owners"):
            yield form.found("people.beneficial_owners", "owners.needed")
        return
    persons = all(_is(h["kind"], "person") for h in form.rows("people.holders"))
    if not persons or form["company.capital.amount"] > setting.locality.exempt_capital:
        yield form.found("people.beneficial_exempt", "owners.exempt")


def owners_complete(form: View, _setting: Setting) -> Iterator[Found]:
    """Every natural person with a quarter or more is a beneficial owner."""
    known = {identity_of(owner) for owner in form.rows("people.beneficial_owners")}
    if form["people.beneficial_exempt"] or not known:
        return
    capital = form["company.capital.amount"]
    for holder in form.rows("people.holders"):
        if not holder.sound("subscribed", "kind", *IDENTITY):
            continue
        large = holder["subscribed"] >= capital * OWNER_SHARE
        if large and _is(holder["kind"], "person") and identity_of(holder) not in known:
            yield form.found("people.beneficial_owners", "owners.missing")


def owner_share(owner: View, _setting: Setting) -> Iterator[Found]:
    """受益所有人信息管理办法 art. 6: a quarter or more, where it is the share that makes somebody one."""
    share = owner["share_pct"]
    if owner["basis"] in {"share", "benefit"} and share is not None and share < OWNER_SHARE * 100:
        yield owner.found("share_pct", "owners.share_low")


def owner_told(owner: View, _setting: Setting) -> Iterator[Found]:
    """受益所有人信息管理办法 art. 11: how somebody controls the company, and of which country they are."""
    if owner["basis"] == "control" and owner["manner"] is None:
        yield owner.found("manner", "owners.manner")
    if owner["cert.type"] in FOREIGN_DOCUMENTS and owner["nationality"] is None:
        yield owner.found("nationality", "owners.nationality")


def owner_since(owner: View, setting: Setting) -> Iterator[Found]:
    """受益所有人信息管理办法 art. 11: the relation is formed by the day it is filed."""
    since = owner["since"]
    if since is not None and since > setting.today.isoformat():
        yield owner.found("since", "owners.since")


def owner_senior(form: View, _setting: Setting) -> Iterator[Found]:
    """受益所有人信息管理办法 art. 6, third paragraph: the manager stands in only where nobody else is one."""
    if form["people.beneficial_exempt"]:
        return
    capital = form["company.capital.amount"]
    large = any(
        _is(h["kind"], "person") and h["subscribed"] >= capital * OWNER_SHARE
        for h in form.rows("people.holders")
        if h.sound("kind", "subscribed")
    )
    owners = [o for o in form.rows("people.beneficial_owners") if o.sound("basis")]
    if large or any(owner["basis"] != "senior" for owner in owners):
        for owner in owners:
            if owner["basis"] == "senior":
                yield owner.found("basis", "owners.senior")


def owner_state(form: View, _setting: Setting) -> Iterator[Found]:
    """受益所有人信息管理办法 art. 7: of a company the state holds, the legal representative is the one."""
    head = identity_of(form.group("people.legal_rep") or form)
    for owner in form.rows("people.beneficial_owners"):
        if not owner.sound("basis", *IDENTITY) or owner["basis"] != "state":
            continue
        state = form["company.entity_type"] in {"1110", "1140"}
        if not state or identity_of(owner) != head:
            yield owner.found("basis", "owners.state")


def owner_holds(form: View, _setting: Setting) -> Iterator[Found]:
    """受益所有人信息管理办法 art. 6: direct and indirect shares add up.

    So nobody has less than the direct one, nor more than what the holders that are no persons can pass on besides.
    """
    capital = form["company.capital.amount"]
    if form["people.beneficial_exempt"]:
        return
    direct: dict[tuple[str, str], Decimal] = {}
    indirect = Decimal(0)
    for holder in form.rows("people.holders"):
        if holder.sound("subscribed", "kind", *IDENTITY):
            direct.setdefault(identity_of(holder), holder["subscribed"])
            indirect += 0 if _is(holder["kind"], "person") else holder["subscribed"]
    known = sum(direct.values()) == capital  # else what is wrong with the holders comes first
    for owner in form.rows("people.beneficial_owners"):
        if not owner.sound("basis", "share_pct", *IDENTITY) or owner["share_pct"] is None:
            continue
        own = direct.get(identity_of(owner), Decimal(0))
        least, most = percent(own, capital), percent(own + indirect, capital)
        if owner["basis"] != "share" or owner["share_pct"] < OWNER_SHARE * 100:
            continue
        if owner["share_pct"] < least:
            yield owner.found("share_pct", "owners.share_less", share=f"{least:f}")
        elif known and owner["share_pct"] >= most + _ROUNDED:
            yield owner.found("share_pct", "owners.share_more", share=f"{most:f}")


#: A share in percent is rounded down to two decimals.
_ROUNDED = Decimal("0.01")


def percent(part: Decimal, whole: Decimal) -> Decimal:
    """Return the part in percent, rounded down to two decimals, so that nobody has to write more."""
    return plain((part * 100 / whole).quantize(Decimal("0.01"), ROUND_DOWN))


RULES = (
    Rule(sum_of_shares),
    Rule(due_date, early=True),
    Rule(mode, each="people.holders", early=True),
    Rule(paid_in, each="people.holders", early=True),
    Rule(repeated),
    Rule(kind_and_cert, each="people.holders", early=True),
    Rule(early_code, each="people.holders", early=True),
    Rule(entity_type),
    Rule(owners),
    Rule(owners_complete),
    Rule(owner_share, each="people.beneficial_owners", early=True),
    Rule(owner_told, each="people.beneficial_owners", since=ASKED_SINCE),
    Rule(owner_since, each="people.beneficial_owners", early=True),
    Rule(owner_senior, since=ASKED_SINCE),
    Rule(owner_state),
    Rule(owner_holds),
    Rule(from_abroad, each="people.holders", early=True, since=ASKED_SINCE),
    Rule(state_board),
)
