"""What the bank reads of the form, and what it grants."""

from marshmallow import Schema, fields


class OwnerNeeds(Schema):
    """A beneficial owner; paths are relative to ``people.beneficial_owners``."""

    name = fields.String(required=True, metadata={"path": "name", "bytes": 80, "sensitive": True})
    cert_type = fields.String(required=True, metadata={"path": "cert.type"})
    cert_no = fields.String(
        required=True, metadata={"path": "cert.no", "bytes": 32, "sensitive": True}
    )
    share_pct = fields.Decimal(metadata={"path": "share_pct"})


class BankNeeds(Schema):
    """Widths are those of KH0001 in ``protocol.md``."""

    credit_code = fields.String(
        load_default="", metadata={"path": "facts.credit_code", "bytes": 18}
    )
    company_name = fields.String(
        required=True, metadata={"path": "company.name.full", "bytes": 120}
    )
    region_code = fields.String(
        required=True, metadata={"path": "premises.region_code", "bytes": 6}
    )
    address = fields.String(required=True, metadata={"path": "premises.full", "bytes": 240})
    tenure = fields.String(required=True, metadata={"path": "premises.tenure"})
    legal_rep_name = fields.String(
        required=True, metadata={"path": "people.legal_rep.name", "bytes": 80, "sensitive": True}
    )
    legal_rep_cert_type = fields.String(
        required=True, metadata={"path": "people.legal_rep.cert.type"}
    )
    legal_rep_cert_no = fields.String(
        required=True,
        metadata={"path": "people.legal_rep.cert.no", "bytes": 32, "sensitive": True},
    )
    legal_rep_cert_until = fields.Date(metadata={"path": "people.legal_rep.cert.valid_until"})
    legal_rep_mobile = fields.String(
        required=True,
        metadata={"path": "people.legal_rep.mobile", "bytes": 11, "sensitive": True},
    )
    owners = fields.List(
        fields.Nested(OwnerNeeds),
        load_default=list,
        metadata={"path": "people.beneficial_owners"},
    )
    owners_exempt = fields.Boolean(
        load_default=False, metadata={"path": "people.beneficial_exempt"}
    )
    account_kind = fields.String(load_default="basic", metadata={"path": "bank.account_kind"})
    depositor_kind = fields.String(
        load_default="legal_person", metadata={"path": "bank.depositor_kind"}
    )
    branch = fields.String(required=True, metadata={"path": "bank.branch_cnaps", "bytes": 12})
    visit_date = fields.Date(metadata={"path": "bank.appointment.date"})
    visit_period = fields.String(
        load_default="morning", metadata={"path": "bank.appointment.period"}
    )
    #: Booked at the bank's window in a hall: that counts, and not what was wished.
    booked_date = fields.Date(metadata={"path": "appointment.date"})
    booked_period = fields.String(metadata={"path": "appointment.period"})
    visit_mode = fields.String(required=True, metadata={"path": "bank.appointment.mode"})
    products = fields.List(fields.String(), load_default=list, metadata={"path": "bank.products"})


class BankResult(Schema):
    """The receipt of the appointment."""

    reservation_no = fields.String(required=True, metadata={"label": "预约号"})
    account_no = fields.String(required=True, metadata={"label": "预留账号"})
    branch_cnaps = fields.String(required=True, metadata={"label": "网点行号"})
    branch_name = fields.String(required=True, metadata={"label": "开户网点"})
    visit_date = fields.Date(required=True, metadata={"label": "预约日期"})
    visit_time = fields.String(required=True, metadata={"label": "预约时间"})
    contact = fields.String(required=True, metadata={"label": "网点电话"})
    bring = fields.String(required=True, metadata={"label": "请携带"})
