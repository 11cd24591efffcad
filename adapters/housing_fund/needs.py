"""What the housing fund centre reads from the form, and its records for it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marshmallow import Schema, fields, validate

#: Form code -> 证件种类.
CERT_TYPES: Mapping[str, str] = {
    "id_card": "1",
    "military": "2",
    "passport": "3",
    "cn_passport": "3",
    "foreign_permanent": "4",
    "hk_macao_pass": "5",
    "taiwan_pass": "6",
    "residence_permit": "7",
}
FEN = Decimal(100)


class PersonNeeds(Schema):
    """A person: the clerk, or the base of an employee."""

    name = fields.String(required=True, metadata={"path": "name", "sensitive": True})
    cert_type = fields.String(
        required=True,
        validate=validate.OneOf(list(CERT_TYPES), error="公积金系统不支持该证件类型"),
        metadata={"path": "cert.type"},
    )
    cert_no = fields.String(required=True, metadata={"path": "cert.no", "sensitive": True})
    mobile = fields.String(required=True, metadata={"path": "mobile", "sensitive": True})


class MemberNeeds(PersonNeeds):
    """An employee."""

    wage = fields.Decimal(
        required=True, places=2, metadata={"path": "monthly_wage", "sensitive": True}
    )


class Needs(Schema):
    """The form fields, and the credit code once it exists."""

    credit_code = fields.String(load_default="", metadata={"path": "facts.credit_code"})
    name = fields.String(required=True, metadata={"path": "company.name.full"})
    region = fields.String(required=True, metadata={"path": "premises.region_code"})
    unit_ratio = fields.Integer(required=True, metadata={"path": "housing_fund.unit_ratio"})
    personal_ratio = fields.Integer(
        required=True, metadata={"path": "housing_fund.personal_ratio"}
    )
    first_month = fields.String(load_default="", metadata={"path": "housing_fund.first_month"})
    payday = fields.Integer(required=True, metadata={"path": "housing_fund.payday"})
    branch = fields.String(load_default="", metadata={"path": "housing_fund.branch"})
    clerk = fields.Nested(PersonNeeds, required=True, metadata={"path": "housing_fund.clerk"})
    staff = fields.List(
        fields.Nested(MemberNeeds), load_default=list, metadata={"path": "staff.members"}
    )


def unit_record(needs: Mapping[str, Any], case: str, credit_code: str, corrects: str) -> list[str]:
    """Say the unit as a record."""
    return [
        "D",
        "1",
        "U",
        case,
        credit_code,
        needs["name"],
        needs["region"],
        str(needs["unit_ratio"]),
        str(needs["personal_ratio"]),
        needs["first_month"].replace("-", ""),
        str(needs["payday"]),
        needs["branch"],
        *_person(needs["clerk"]),
        corrects,
    ]


def person_record(number: int, member: Mapping[str, Any]) -> list[str]:
    """Say an employee as record number ``number``."""
    name, cert_type, cert_no, mobile = _person(member)
    return ["D", str(number), "P", name, cert_type, cert_no, str(fen(member["wage"])), mobile]


def fen(yuan: Decimal) -> int:
    """Return an amount of yuan, two decimals at most, in fen."""
    return int(yuan * FEN)


def _person(person: Mapping[str, Any]) -> tuple[str, str, str, str]:
    return (person["name"], CERT_TYPES[person["cert_type"]], person["cert_no"], person["mobile"])
