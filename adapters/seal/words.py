"""What the seal adapter reads of the form, what it is told, what it promises, and the codes between."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from adapters.base import BaseSettings
from adapters.wire.sm2 import Sm2Signer, Sm2Verifier

SEAL_TYPES: Mapping[str, tuple[str, str]] = {
    "official": ("01", "公章"),
    "finance": ("02", "财务专用章"),
    "invoice": ("03", "发票专用章"),
    "contract": ("04", "合同专用章"),
    "legal_rep": ("05", "法定代表人名章"),
}
KIND_OF_TYPE = dict(SEAL_TYPES.values())
INVOICE_SEAL = "03"
MATERIALS = {
    "photosensitive": "1", "rubber": "2", "horn": "3", "resin": "4", "copper": "5", "chip": "6",
}  # fmt: skip
PAYERS = {"city": "1", "self": "2"}
CERT_TYPES = {
    "id_card": "01",
    "residence_permit": "02",
    "hk_macao_pass": "03",
    "taiwan_pass": "03",
    "foreign_permanent": "04",
    "passport": "05",
    "cn_passport": "05",
}
OTHER_CERT = "09"

#: The longest text a round seal of 40 mm holds (S07).
LONGEST_NAME = 32

#: Which answer of the form a finding of the register is about.
FINDINGS = {
    "S01": "name",
    "S02": "rep_name",
    "S04": "agent_name",
    "S05": "engraver",
    "S07": "name",
    "S08": "rep_name",
}

#: The rank of a status among the unordered changes of a seal (protocol.md, section 4).
RANKS = {"00": 0, "01": 1, "03": 2, "07": 3, "04": 4, "10": 9}
FILED = range(2, 5)


def status_rank(changes: list[Mapping[str, str]]) -> int:
    """How far a seal has come; KeyError for a status the protocol does not know."""
    return max((RANKS[each["status"]] for each in changes), default=0)


def _signing_key(pem: str) -> None:
    try:
        Sm2Signer(pem)
    except ValueError as wrong:
        raise ValidationError("not an SM2 private key (PEM)") from wrong


def _checking_key(pem: str) -> None:
    try:
        Sm2Verifier(pem)
    except ValueError as wrong:
        raise ValidationError("not an SM2 public key (PEM)") from wrong


class Settings(BaseSettings):
    """What the office gives us when we are admitted."""

    app_code = fields.String(required=True, validate=validate.Length(min=1, max=32))
    app_key = fields.String(
        required=True,
        validate=validate.Regexp(r"\A[0-9a-fA-F]{32}\Z"),
        metadata={"secret": True},
    )
    private_key = fields.String(required=True, validate=_signing_key, metadata={"secret": True})
    gateway_key = fields.String(required=True, validate=_checking_key)


def _choice(path: str, codes: Mapping[str, Any], **how: Any) -> fields.String:
    return fields.String(validate=validate.OneOf(list(codes)), metadata={"path": path}, **how)


def _answer(path: str, *, sensitive: bool = False, **how: Any) -> fields.String:
    return fields.String(metadata={"path": path, "sensitive": sensitive}, **how)


class SealNeeds(Schema):
    """One row of the seals wanted."""

    kind = _choice("kind", SEAL_TYPES, required=True)
    material = _choice("material", MATERIALS, load_default="photosensitive")
    qty = fields.Integer(load_default=1, metadata={"path": "qty"})
    paid_by = _choice("paid_by", PAYERS, load_default="city")


class Needs(Schema):
    """What the seal office is told."""

    credit_code = _answer("facts.credit_code")
    name = _answer("company.name.full", required=True)
    region = _answer("premises.region_code", required=True)
    rep_name = _answer("people.legal_rep.name", required=True)
    rep_cert_type = _answer("people.legal_rep.cert.type", required=True)
    rep_cert_no = _answer("people.legal_rep.cert.no", required=True, sensitive=True)
    rep_mobile = _answer("people.legal_rep.mobile", required=True, sensitive=True)
    agent_name = _answer("people.proxy.name")
    agent_cert_no = _answer("people.proxy.cert.no", sensitive=True)
    seals = fields.List(
        fields.Nested(SealNeeds),
        required=True,
        validate=validate.Length(min=1, max=10),
        metadata={"path": "seal.items"},
    )
    engraver = _answer("seal.engraver", required=True)
    electronic = fields.Boolean(load_default=True, metadata={"path": "seal.electronic"})


class SealResult(Schema):
    """One seal in the register."""

    kind = fields.String(required=True, metadata={"label": "印章种类"})
    code = fields.String(
        required=True, validate=validate.Regexp(r"\A\d{13}\Z"), metadata={"label": "印章编码"}
    )
    filing_no = fields.String(
        required=True, validate=validate.Length(min=1), metadata={"label": "印章备案编号"}
    )


class Result(Schema):
    """What the certificate package prints."""

    order_no = fields.String(required=True, metadata={"label": "刻制订单号"})
    engraver = fields.String(required=True, metadata={"label": "刻章单位"})
    seals = fields.List(
        fields.Nested(SealResult),
        required=True,
        validate=validate.Length(min=1),
        metadata={"label": "印章清单"},
    )
    invoice_seal_impression = fields.String(
        validate=validate.Length(min=1), metadata={"label": "发票专用章印模编号"}
    )
