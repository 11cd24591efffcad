"""What the form works out by itself once it has no defects."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError

from forms import applicants, codes
from forms.fields import plain
from forms.locality import NATIONAL, Locality
from forms.sections import ALWAYS
from forms.sections.shapes import check_number, identity
from forms.structure.tour import in_days, mask
from forms.values.addresses import full_address
from forms.values.kinds import FOREIGN_DOCUMENTS, on_paper

Form = dict[str, Any]

LICENSED_NOTE = (
    "（依法须经批准的项目，经相关部门批准后方可开展经营活动，"
    "具体经营项目以相关部门批准文件或许可证件为准）。"
)
GENERAL_NOTE = "（除依法须经批准的项目外，凭营业执照依法自主开展经营活动）。"
_GROUPS = (
    ("许可项目：", frozenset({"licensed", "pre_approval"}), LICENSED_NOTE),
    ("一般项目：", frozenset({"general"}), GENERAL_NOTE),
)

CHINESE = "CHN"
#: From this day on the form no longer lists 生育保险 by itself; cases of before keep what they were told.
MATERNITY_MERGED = date(2026, 12, 1)


#: Where the form asks for what a derived field is made of; list items are transparent.
ASKED_FOR = {
    "premises.full": "premises.detail",
    "company.name.full": "company.name",
    "company.scope.text": "company.scope.items",
    "company.scope.items.text": "company.scope.items",
    "people.holders.share_pct": "people.holders",
    "tax.general_from": "tax.taxpayer_kind",
    "bank.account_kind": "bank.branch_cnaps",
    "bank.depositor_kind": "company.entity_type",
    "social_insurance.insurances": "staff.members",
    "social_insurance.risk_class": "company.industry_code",
    "social_insurance.staff_count": "staff.members",
}


def asked_for(path: str) -> str:
    """Where an applicant can change what stands at a path (``people.holders.0.share_pct``)."""
    bare = ".".join(part for part in path.split(".") if not part.isdecimal())
    return ASKED_FOR.get(bare, path)


def full_name(name: Form) -> str:
    """Return the four parts in order (企业名称登记管理规定 art. 6)."""
    return "".join(name[part] for part in ("region", "trade_name", "industry", "form"))


def scope_text(items: list[Form]) -> str:
    """Return the scope as it is usually printed: licensed entries first, then general ones."""
    printed = ""
    for heading, classes, note in _GROUPS:
        labels = [
            codes.SCOPE.label(i["code"])
            for i in items
            if codes.SCOPE.more(i["code"], "class") in classes
        ]
        printed += f"{heading}{'；'.join(labels)}{note}" if labels else ""
    return printed


def share(subscribed: Decimal, capital: Decimal) -> Decimal:
    """Return the share in percent, four decimals."""
    return plain(round(subscribed * 100 / capital, 4))


def _company(form: Form, _today: date, _locality: Locality) -> None:
    company = form["company"]
    company["name"]["full"] = full_name(company["name"])
    items = company["scope"]["items"]
    for item in items:
        item["text"] = codes.SCOPE.label(item["code"])
    company["scope"]["text"] = scope_text(items)
    company.setdefault("industry_code", codes.SCOPE.more(items[0]["code"], "industry"))


def _people(form: Form, today: date, _locality: Locality) -> None:
    people = form["people"]
    for holder in people.get("holders", ()):
        capital = form["company"]["capital"]
        holder["share_pct"] = share(holder["subscribed"], capital["amount"])
        if "paid_by" in capital:
            holder.setdefault("due_date", capital["paid_by"])
    people.setdefault("tax_agent", _person(people.get("finance_officer") or people["legal_rep"]))
    for owner in people.get("beneficial_owners", ()):
        owner.setdefault("since", today.isoformat())
        if owner["cert"]["type"] not in FOREIGN_DOCUMENTS:
            owner["nationality"] = CHINESE


def _tax(form: Form, today: date, _locality: Locality) -> None:
    tax = form["tax"]
    if tax["taxpayer_kind"] == "general":
        tax["general_from"] = today.isoformat()[:7]
    invoice = tax.get("invoice")
    if invoice is None:
        return
    if on_paper(item["kind"] for item in invoice["kinds"]):
        invoice.setdefault("buyer", _person(form["people"]["tax_agent"]))
    else:  # nobody fetches digital invoices, and their amount is a quota the bureau gives
        invoice.pop("buyer", None)
        invoice.pop("limit", None)


def insurances(today: date, locality: Locality) -> list[str]:
    """Return every compulsory kind, by law all or none; 生育 within 医疗 unless the city says otherwise."""
    apart = locality.maternity_apart or today < MATERNITY_MERGED
    return [i.code for i in codes.INSURANCES.items if apart or not i.more.get("merged")]


def _social_insurance(form: Form, today: date, locality: Locality) -> None:
    section = form["social_insurance"]
    section["insurances"] = insurances(today, locality)
    section["risk_class"] = codes.INDUSTRIES.more(form["company"]["industry_code"], "risk")
    section["staff_count"] = len(form.get("staff", {}).get("members", ()))
    section.setdefault("clerk", _contact(form["people"]))


def _housing_fund(form: Form, today: date, _locality: Locality) -> None:
    section = form["housing_fund"]
    section.setdefault("first_month", today.isoformat()[:7])
    section.setdefault("clerk", _contact(form["people"]))


_PERSON_KEYS = ("name", "cert", "mobile")


def _contact(people: Form) -> Form:
    return _person(people.get("proxy") or people["liaison"])


def _person(source: Form) -> Form:
    return {key: deepcopy(source[key]) for key in _PERSON_KEYS if key in source}


def _staff(form: Form, today: date, _locality: Locality) -> None:
    for member in form["staff"]["members"]:
        member.setdefault("start_date", today.isoformat())


_STEPS: dict[str, Callable[[Form, date, Locality], None]] = {
    "company": _company,
    "people": _people,
    "tax": _tax,
    "staff": _staff,
    "social_insurance": _social_insurance,
    "housing_fund": _housing_fund,
}


def derive(form: Form, today: date, locality: Locality = NATIONAL) -> None:
    """Complete a form without defects in place: names, texts, shares, classes, default people.

    A part of a form, without the sections every case needs, is left as it is.
    """
    whole = form.keys() >= ALWAYS
    if whole:
        applicants.of(form).settle(form)
    for section, step in _STEPS.items():
        if whole and section in form:
            step(form, today, locality)


def glimpse(entry: Mapping[str, Any]) -> dict[str, str]:
    """Return, by pointer, what is already certain to follow from an unchecked, unfinished `entry`.

    For showing while somebody types; `derive` decides. Birth dates are masked, as everywhere.
    """
    found: dict[str, str] = {}
    for look in _GLIMPSES:
        with suppress(LookupError, TypeError, AttributeError, ArithmeticError):
            found |= look(entry)
    return found


def _glimpse_name(entry: Mapping[str, Any]) -> dict[str, str]:
    return {"/company/name/full": full_name(entry["company"]["name"])}


def _glimpse_scope(entry: Mapping[str, Any]) -> dict[str, str]:
    items = [item for item in entry["company"]["scope"]["items"] if item["code"] in codes.SCOPE]
    return {"/company/scope/text": scope_text(items)} if items else {}


def _glimpse_address(entry: Mapping[str, Any]) -> dict[str, str]:
    premises = entry["premises"]
    if premises["region_code"] not in codes.REGIONS.answers or not premises["detail"]:
        return {}
    return {"/premises/full": full_address(premises)}


def _glimpse_shares(entry: Mapping[str, Any]) -> dict[str, str]:
    capital = _amount(entry["company"]["capital"]["amount"])
    return {
        pointer.replace("subscribed", "share_pct"): f"{share(amount, capital):f} %"
        for pointer, amount in _subscriptions(entry).items()
    }


def _subscriptions(entry: Mapping[str, Any]) -> dict[str, Decimal]:
    return {
        f"/people/holders/{row}/subscribed": _amount(holder["subscribed"])
        for row, holder in enumerate(entry["people"]["holders"])
        if isinstance(holder.get("subscribed"), int | Decimal)
    }


def _amount(value: Any) -> Decimal:
    """Return an amount that was read as one; what is still text would be anything, 1E-99999 too."""
    if not isinstance(value, int | Decimal):
        raise TypeError(type(value))
    return Decimal(value)


def _glimpse_staff(entry: Mapping[str, Any]) -> dict[str, str]:
    count = len(entry["staff"]["members"])
    return {"/social_insurance/staff_count": f"{count} 人"}


def _glimpse_risk(entry: Mapping[str, Any]) -> dict[str, str]:
    company = entry["company"]
    industry = company.get("industry_code") or codes.SCOPE.more(
        company["scope"]["items"][0]["code"], "industry"
    )
    risk = codes.INDUSTRIES.more(industry, "risk")
    return {"/social_insurance/risk_class": str(risk)} if risk else {}


def _glimpse_due_dates(entry: Mapping[str, Any]) -> dict[str, str]:
    day = in_days(entry["company"]["capital"]["paid_by"])
    return {
        f"/people/holders/{row}/due_date": day
        for row, holder in enumerate(entry["people"]["holders"])
        if not holder.get("due_date")
    }


def _glimpse_holders(entry: Mapping[str, Any]) -> dict[str, str]:
    return {
        pointer: mask(text) if pointer.endswith("/birth_date") else text
        for pointer, text in of_documents(entry).items()
    }


_GLIMPSES = (
    _glimpse_name,
    _glimpse_scope,
    _glimpse_address,
    _glimpse_shares,
    _glimpse_due_dates,
    _glimpse_staff,
    _glimpse_risk,
    _glimpse_holders,
)


def of_documents(entry: Mapping[str, Any]) -> dict[str, str]:
    """Return, by pointer, the birth date and sex the holders' documents tell, unmasked.

    Only for showing to the one who has just typed the number.
    """
    found: dict[str, str] = {}
    with suppress(KeyError, TypeError, AttributeError):
        for row, holder in enumerate(entry["people"]["holders"]):
            told = document(holder.get("cert"))
            if told:
                found[f"/people/holders/{row}/birth_date"] = in_days(told["birth_date"])
                found[f"/people/holders/{row}/sex"] = codes.SEXES.label(told["sex"])
    return found


def document(cert: Any) -> dict[str, str]:
    """Return the birth date and sex an identity document tells.

    `cert` may be anything; a document with a wrong number tells nothing.
    """
    try:
        return identity({**cert, "no": check_number(cert["type"], cert["no"])})
    except (ValidationError, KeyError, TypeError, AttributeError):
        return {}


def subscribed(entry: Mapping[str, Any]) -> tuple[str, Decimal, Decimal] | None:
    """Return what several holders subscribe in all, the capital, and where the last one says so."""
    with suppress(KeyError, TypeError, AttributeError, ArithmeticError):
        capital = _amount(entry["company"]["capital"]["amount"])
        amounts = _subscriptions(entry)
        if len(amounts) > 1:
            return list(amounts)[-1], plain(sum(amounts.values(), Decimal(0))), plain(capital)
    return None
