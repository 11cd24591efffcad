"""What the social insurance office reads from the form, and its codes for the form's."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validate

#: Form code -> 单位类型.
UNIT_TYPES: Mapping[str, str] = {
    "enterprise": "10",
    "institution": "20",
    "government": "30",
    "association": "40",
    "private_nonenterprise": "50",
    "household": "60",
    "other": "90",
}
#: Form code -> 证件类型.
CERT_TYPES: Mapping[str, str] = {
    "id_card": "01",
    "military": "02",
    "hk_macao_pass": "04",
    "taiwan_pass": "05",
    "cn_passport": "06",
    "passport": "07",
    "foreign_permanent": "08",
    "residence_permit": "16",
}
SEXES: Mapping[str, str] = {"male": "1", "female": "2"}
#: Form code -> 户籍性质.
HOUSEHOLDS: Mapping[str, str] = {
    "local_urban": "11",
    "local_rural": "12",
    "other_urban": "21",
    "other_rural": "22",
    "outside": "90",
}


def _listed(codes: Mapping[str, str], label: str) -> validate.OneOf:
    return validate.OneOf(list(codes), error=f"社保系统不支持该{label}")


class PersonNeeds(Schema):
    """A person who acts for the unit."""

    name = fields.String(required=True, metadata={"path": "name", "sensitive": True})
    cert_type = fields.String(
        required=True, validate=_listed(CERT_TYPES, "证件类型"), metadata={"path": "cert.type"}
    )
    cert_no = fields.String(required=True, metadata={"path": "cert.no", "sensitive": True})
    mobile = fields.String(required=True, metadata={"path": "mobile", "sensitive": True})


class MemberNeeds(PersonNeeds):
    """An employee; without a start date insurance begins when the unit is registered."""

    sex = fields.String(
        required=True, validate=_listed(SEXES, "性别"), metadata={"path": "sex", "sensitive": True}
    )
    birth_date = fields.String(required=True, metadata={"path": "birth_date", "sensitive": True})
    start_date = fields.String(load_default="", metadata={"path": "start_date"})
    wage = fields.Decimal(
        required=True, places=2, metadata={"path": "monthly_wage", "sensitive": True}
    )
    # For the filing of employment (用工备案), which the office takes from the same line.
    household = fields.String(
        validate=_listed(HOUSEHOLDS, "户籍性质"), metadata={"path": "household", "sensitive": True}
    )
    position = fields.String(metadata={"path": "position"})
    contract_until = fields.String(metadata={"path": "contract_until"})
    first_time = fields.Boolean(metadata={"path": "first_time"})

    class Meta:
        exclude = ("mobile",)


class Needs(Schema):
    """The form fields, and the credit code once it exists."""

    credit_code = fields.String(load_default="", metadata={"path": "facts.credit_code"})
    name = fields.String(required=True, metadata={"path": "company.name.full"})
    region = fields.String(required=True, metadata={"path": "premises.region_code"})
    address = fields.String(required=True, metadata={"path": "premises.full"})
    unit_kind = fields.String(
        required=True,
        validate=_listed(UNIT_TYPES, "单位类型"),
        metadata={"path": "social_insurance.unit_kind"},
    )
    affiliation = fields.String(required=True, metadata={"path": "social_insurance.affiliation"})
    risk_class = fields.Integer(required=True, metadata={"path": "social_insurance.risk_class"})
    insurances = fields.List(
        fields.String(), required=True, metadata={"path": "social_insurance.insurances"}
    )
    legal_rep = fields.Nested(PersonNeeds, required=True, metadata={"path": "people.legal_rep"})
    clerk = fields.Nested(PersonNeeds, required=True, metadata={"path": "social_insurance.clerk"})
    staff = fields.List(
        fields.Nested(MemberNeeds), load_default=list, metadata={"path": "staff.members"}
    )


def unit(values: Mapping[str, Any]) -> dict[str, Any]:
    """Say the unit in the department's words."""
    return {
        "name": values["name"],
        "admdvs": values["region"],
        "addr": values["address"],
        "unit_type": UNIT_TYPES[values["unit_kind"]],
        "affiliation": values["affiliation"],
        "risk_class": values["risk_class"],
        "insutypes": values["insurances"],
        "legal": _person(values["legal_rep"]),
        "clerk": _person(values["clerk"]),
    }


def employee(number: int, member: Mapping[str, Any]) -> dict[str, Any]:
    """Say one line of the staff in the department's words."""
    return {
        "row_no": number,
        "name": member["name"],
        "cert_type": CERT_TYPES[member["cert_type"]],
        "cert_no": member["cert_no"],
        "sex": SEXES[member["sex"]],
        "birth": member["birth_date"],
        "start_date": member["start_date"],
        "wage": f"{member['wage']:.2f}",
        **_employment(member),
    }


def _employment(member: Mapping[str, Any]) -> dict[str, str]:
    """Say what the filing of employment takes, as far as the form says it."""
    said: dict[str, str] = {}
    if "household" in member:
        said["hukou"] = HOUSEHOLDS[member["household"]]
    if "position" in member:
        said["post"] = member["position"]
    if "contract_until" in member:
        said["contract_to"] = member["contract_until"]
    if "first_time" in member:
        said["first"] = "1" if member["first_time"] else "0"
    return said


def _person(person: Mapping[str, Any]) -> dict[str, str]:
    return {
        "name": person["name"],
        "cert_type": CERT_TYPES[person["cert_type"]],
        "cert_no": person["cert_no"],
        "mobile": person["mobile"],
    }
