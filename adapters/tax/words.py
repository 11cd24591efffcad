"""What the tax adapter reads of the form, what it is told, what it promises, and the codes between."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from adapters.base import BaseSettings

#: Kinds that are still printed on paper and need the impression of the invoice seal (T07).
PAPER = frozenset({"paper_special", "paper_ordinary", "roll", "vehicle"})
INVOICES = {
    "digital_special": "81",
    "digital_ordinary": "82",
    "paper_special": "01",
    "paper_ordinary": "04",
    "roll": "06",
    "vehicle": "03",
}
TAXPAYERS = {"small": "1", "general": "2"}
METHODS = {"independent": "1", "dependent": "2"}
STANDARDS = {"small_business": "101", "enterprise": "102", "other": "199"}
CERT_TYPES = {
    "id_card": "201",
    "military": "202",
    "passport": "208",
    "hk_macao_pass": "210",
    "taiwan_pass": "213",
    "cn_passport": "227",
    "foreign_permanent": "233",
    "residence_permit": "237",
}

#: The highest amount of one invoice at a first application, yuan (公告2018年第29号; T03).
HIGHEST_LIMIT = 100_000

#: Which answer of the form an XPath of the bureau is about.
FIELDS = {
    "/ywbw/djxxqr/nsrmc": "name",
    "/ywbw/djxxqr/zcdz": "address",
    "/ywbw/djxxqr/lxdh": "phone",
    "/ywbw/djxxqr/fddbr/xm": "rep_name",
    "/ywbw/djxxqr/fddbr/sfzjhm": "rep_cert_no",
    "/ywbw/djxxqr/fddbr/yddh": "rep_mobile",
    "/ywbw/djxxqr/cwfzr/xm": "officer_name",
    "/ywbw/djxxqr/cwfzr/sfzjhm": "officer_cert_no",
    "/ywbw/djxxqr/cwfzr/yddh": "officer_mobile",
    "/ywbw/djxxqr/bsy/xm": "agent_name",
    "/ywbw/djxxqr/bsy/sfzjhm": "agent_cert_no",
    "/ywbw/djxxqr/bsy/yddh": "agent_mobile",
    "/ywbw/djxxqr/nsrlx": "taxpayer_kind",
    "/ywbw/djxxqr/ybnsrqsy": "general_from",
    "/ywbw/pzhd/fp/fpzl": "kinds",
    "/ywbw/pzhd/fp/mycyl": "kinds",
    "/ywbw/pzhd/fpzyzym": "kinds",
    "/ywbw/pzhd/zgkpxe": "limit",
    "/ywbw/pzhd/lpr/xm": "buyer_name",
    "/ywbw/pzhd/lpr/sfzjhm": "buyer_cert_no",
}


class Settings(BaseSettings):
    """What the bureau gives us when we are admitted."""

    app_id = fields.String(required=True, validate=validate.Length(min=1, max=32))
    user = fields.String(required=True, validate=validate.Length(min=1, max=64))
    password = fields.String(
        required=True, validate=validate.Length(min=8, max=64), metadata={"secret": True}
    )


def _answer(path: str, *, width: int = 0, sensitive: bool = False, **how: Any) -> fields.String:
    metadata: dict[str, Any] = {"path": path, "sensitive": sensitive}
    return fields.String(metadata=metadata | ({"bytes": width} if width else {}), **how)


def _choice(path: str, codes: Mapping[str, str], **how: Any) -> fields.String:
    return fields.String(validate=validate.OneOf(list(codes)), metadata={"path": path}, **how)


def _person(path: str) -> tuple[fields.String, fields.String, fields.String, fields.String]:
    """Name, kind of certificate, its number, mobile."""
    return (
        _answer(f"{path}.name", width=100),
        _answer(f"{path}.cert.type"),
        _answer(f"{path}.cert.no", sensitive=True),
        _answer(f"{path}.mobile", sensitive=True),
    )


#: Types of applicants without a finance officer: whoever heads them answers for the books.
OWN_BOOKS = frozenset({"9500"})


class InvoiceNeeds(Schema):
    """One kind of invoice wanted."""

    kind = _choice("kind", INVOICES, required=True)
    monthly_qty = fields.Integer(metadata={"path": "monthly_qty"})


class Needs(Schema):
    """What the tax bureau is told."""

    credit_code = _answer("facts.credit_code")
    impression = _answer("facts.invoice_seal_impression")
    name = _answer("company.name.full", width=200, required=True)
    region = _answer("premises.region_code", required=True)
    address = _answer("premises.full", width=300, required=True)
    entity_type = _answer("company.entity_type")
    phone = _answer("company.contact_phone", required=True)
    rep_name, rep_cert_type, rep_cert_no, rep_mobile = _person("people.legal_rep")
    officer_name, officer_cert_type, officer_cert_no, officer_mobile = _person(
        "people.finance_officer"
    )
    agent_name, agent_cert_type, agent_cert_no, agent_mobile = _person("people.tax_agent")
    taxpayer_kind = _choice("tax.taxpayer_kind", TAXPAYERS, required=True)
    general_from = _answer("tax.general_from")
    method = _choice("tax.accounting.method", METHODS, load_default="independent")
    standard = _choice("tax.accounting.standard", STANDARDS, required=True)
    kinds = fields.List(
        fields.Nested(InvoiceNeeds), load_default=list, metadata={"path": "tax.invoice.kinds"}
    )
    limit = fields.Integer(metadata={"path": "tax.invoice.limit"})
    buyer_name = _answer("tax.invoice.buyer.name", width=100)
    buyer_cert_no = _answer("tax.invoice.buyer.cert.no", sensitive=True)


class TaxKind(Schema):
    """A tax the company has to declare."""

    name = fields.String(required=True, metadata={"label": "税（费）种"})
    period = fields.String(
        required=True, validate=validate.OneOf(["月", "季"]), metadata={"label": "征收期"}
    )


class InvoiceKind(Schema):
    """A kind of invoice granted."""

    kind = fields.String(required=True, metadata={"label": "票种"})
    limit = fields.Integer(required=True, metadata={"label": "单份最高开票限额（元）"})
    monthly_qty = fields.Integer(metadata={"label": "每月最高领用数量（份）"})


class Result(Schema):
    """What the certificate package prints."""

    taxpayer_no = fields.String(
        required=True,
        validate=validate.Regexp(r"\A[0-9A-Z]{18}\Z"),
        metadata={"label": "纳税人识别号"},
    )
    authority = fields.String(
        required=True, validate=validate.Length(min=1), metadata={"label": "主管税务机关"}
    )
    agent = fields.String(required=True, metadata={"label": "办税人员"})
    tax_kinds = fields.List(
        fields.Nested(TaxKind),
        required=True,
        validate=validate.Length(min=1),
        metadata={"label": "税（费）种认定"},
    )
    invoice_kinds = fields.List(
        fields.Nested(InvoiceKind), required=True, metadata={"label": "票种核定"}
    )
    credit_total = fields.Integer(metadata={"label": "每月发票总额度（元）"})
