"""Rules of seals, invoices, account, insurance, housing fund, roster and delivery."""

from collections.abc import Iterator
from datetime import date, timedelta

from forms import codes
from forms.defects import Found
from forms.rules.people import IDENTITY, birth_of, identity_of, reached, sex_of
from forms.rules.rule import Rule
from forms.structure.view import Setting, View
from forms.values.kinds import on_paper
from forms.values.retirement import is_past_retirement

WORKING_AGE = 16
DECEMBER = 12


def seals(form: View, setting: Setting) -> Iterator[Found]:
    """One official seal, unless the city lets the electronic one do (`Locality.official_seal`); each kind on one line."""
    seen: dict[str, int] = {}
    for item in form.rows("seal.items"):
        kind = item["kind"]
        if kind in seen:
            yield item.found("kind", "seal.repeated")
        elif kind == "official" and item["qty"] != 1:
            yield item.found("qty", "seal.official_one")
        seen[kind] = 1
    if "official" not in seen and setting.locality.official_seal:
        yield form.found("seal.items", "seal.official")


def invoice_seal(form: View, _setting: Setting) -> Iterator[Found]:
    """发票管理办法 art. 15: paper invoices bear the impression of the invoice seal."""
    kinds = {item["kind"] for item in form.rows("tax.invoice.kinds")}
    if on_paper(kinds) and "invoice" not in {item["kind"] for item in form.rows("seal.items")}:
        yield form.found("seal.items", "seal.invoice_needed")


def _month(setting: Setting, later: int) -> str:
    year, month = setting.today.year, setting.today.month + later
    return f"{year + 1}-01" if month > DECEMBER else f"{year}-{month:02d}"


def invoice_limit(form: View, setting: Setting) -> Iterator[Found]:
    """公告2018年第29号: 100 000 yuan at most the first time, for invoices on paper; digital ones have a quota instead."""
    if form.group("tax.invoice") is None or not on_paper(_kinds_wanted(form)):
        return
    limit, most = form["tax.invoice.limit"], setting.locality.invoice_limit
    if limit is None:
        yield form.found("tax.invoice.limit", "tax.invoice_limit_needed")
    elif limit > most:
        yield form.found("tax.invoice.limit", "tax.invoice_limit", limit=most)


def _kinds_wanted(form: View) -> list[str]:
    return [item["kind"] for item in form.rows("tax.invoice.kinds") if item.sound("kind")]


def invoice_kinds(form: View, _setting: Setting) -> Iterator[Found]:
    """公告2018年第29号: 25 special, 50 ordinary paper invoices a month the first time."""
    seen: set[str] = set()
    for item in form.rows("tax.invoice.kinds"):
        if not item.sound("kind"):
            continue
        if item["kind"] in seen:
            yield item.found("kind", "tax.invoice_repeated")
        seen.add(item["kind"])
        if item.sound("monthly_qty"):
            yield from _invoice_quantity(item)


def _invoice_quantity(item: View) -> Iterator[Found]:
    quantity, kind = item["monthly_qty"], item["kind"]
    most = codes.INVOICE_KINDS.more(kind, "most")
    if most is None:
        if quantity is not None:
            yield item.found("monthly_qty", "tax.invoice_qty_digital")
    elif quantity is None:
        yield item.found("monthly_qty", "tax.invoice_qty_needed")
    elif quantity > most:
        yield item.found("monthly_qty", "tax.invoice_qty", limit=most)


def appointment(form: View, setting: Setting) -> Iterator[Found]:
    """Keep the appointment ahead, and not too far."""
    day = form["bank.appointment.date"]
    first = setting.today.isoformat()
    last = (setting.today + timedelta(days=setting.locality.appointment_days)).isoformat()
    if day is not None and not first <= day <= last:
        yield form.found("bank.appointment.date", "bank.appointment", first=first, last=last)


def ratios(form: View, setting: Setting) -> Iterator[Found]:
    """住房公积金管理条例 art. 18: at least 5 %, by national policy at most 12 %."""
    low, high = setting.locality.hf_ratio_min, setting.locality.hf_ratio_max
    for path in ("housing_fund.unit_ratio", "housing_fund.personal_ratio"):
        if form.sound(path) and not low <= form[path] <= high:
            yield form.found(path, "hf.ratio", low=low, high=high)


def ratios_equal(form: View, setting: Setting) -> Iterator[Found]:
    """Most cities want both ratios equal."""
    unit, personal = form["housing_fund.unit_ratio"], form["housing_fund.personal_ratio"]
    if setting.locality.hf_ratios_equal and unit != personal:
        yield form.found("housing_fund.personal_ratio", "hf.ratio_equal")


def first_month(form: View, setting: Setting) -> Iterator[Found]:
    """住房公积金管理条例 art. 17: paid in from the month in which somebody is employed, so none before the company exists."""
    month, first = form["housing_fund.first_month"], _month(setting, 0)
    if month is not None and month < first:
        yield form.found("housing_fund.first_month", "hf.first_month", first=first)


def member_dates(member: View, setting: Setting) -> Iterator[Found]:
    """社会保险法 art. 58: employment begins with the company at the earliest."""
    start = member["start_date"] or setting.today.isoformat()
    if start < setting.today.isoformat():
        yield member.found("start_date", "staff.start_date", first=setting.today.isoformat())
    if member["contract_until"] is not None and member["contract_until"] <= start:
        yield member.found("contract_until", "staff.contract")


def member_age(member: View, setting: Setting) -> Iterator[Found]:
    """劳动法 art. 15: nobody works before 16."""
    birth = birth_of(member)
    if birth is not None and not reached(WORKING_AGE, birth, setting.today):
        yield member.found("cert.no", "staff.age")


def member_old(member: View, setting: Setting) -> Iterator[Found]:
    """渐进式延迟法定退休年龄的办法: whoever may retire is not insured as an employee; ask whether that is meant."""
    birth, sex = birth_of(member), sex_of(member)
    if birth is None or sex is None:
        return
    if is_past_retirement(date.fromisoformat(birth), sex, setting.today):
        yield member.found("cert.no", "staff.old")


def members_repeated(form: View, _setting: Setting) -> Iterator[Found]:
    """One line per person."""
    seen: dict[tuple[str, str], int] = {}
    for row, member in enumerate(form.rows("staff.members"), start=1):
        if not member.sound(*IDENTITY):
            continue
        first = seen.setdefault(identity_of(member), row)
        if first != row:
            yield member.found("cert.no", "staff.repeated", row=first)


_POSTAL = {"recipient": "收件人", "phone": "收件电话", "address": "收件地址"}


def post(form: View, _setting: Setting) -> Iterator[Found]:
    """Post needs somebody, somewhere, with a telephone."""
    if form["delivery.mode"] != "post":
        return
    for key, label in _POSTAL.items():
        if not form.has(f"delivery.{key}"):
            yield form.found(f"delivery.{key}", "delivery.post", item=label)


RULES = (
    Rule(seals, early=True),
    Rule(invoice_seal),
    Rule(invoice_limit),
    Rule(invoice_kinds, early=True),
    Rule(appointment, early=True),
    Rule(ratios, early=True),
    Rule(ratios_equal, early=True),
    Rule(first_month, early=True),
    Rule(member_dates, each="staff.members", early=True),
    Rule(member_age, each="staff.members", early=True),
    Rule(member_old, each="staff.members", early=True),
    Rule(members_repeated),
    Rule(post),
)
