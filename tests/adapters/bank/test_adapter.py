"""The bank's adapter against its stub."""

import pytest

from adapters.bank import BankAdapter
from kaiban.ports import (
    NeedsCorrection,
)
from tests.contracts.department import Department, DepartmentContract

CREDIT_CODE = "91990102MA00000015"
NEEDS = {
    "credit_code": CREDIT_CODE,
    "company_name": "示范市云杉软件有限公司",
    "region_code": "990102",
    "address": "青云路 18 号 3 栋 502 室",
    "tenure": "lease",
    "legal_rep_name": "张三",
    "legal_rep_cert_type": "id_card",
    "legal_rep_cert_no": "99010219900307299X",
    "legal_rep_cert_until": "2036-05-01",
    "legal_rep_mobile": "19900000001",
    "owners": [
        {
            "name": "张三",
            "cert_type": "id_card",
            "cert_no": "99010219900307299X",
            "share_pct": "60",
        }
    ],
    "branch": "990990100021",
    "visit_mode": "visit",
    "products": ["ebank", "payroll"],
}


class Bank(Department):
    adapter_class = BankAdapter
    operations = {"main": "KH0001"}

    def needs(self, step):
        return dict(NEEDS)

    def rare(self, needs):
        return needs | {"legal_rep_name": "李𠮷"}, "people.legal_rep.name"

    def reserve(self, adapter, *, revision=1, corrects=None, **changed):
        needs = self.needs("main") | changed
        prepared = self.prepare(adapter, needs, self.key("main", revision, corrects))
        return prepared, adapter.submit(prepared)


class TestContract(Bank, DepartmentContract):
    pass


REFUSALS = {
    "an account of another kind of mode": ({"visit_mode": "video", "legal_rep_cert_type": "passport",
        "legal_rep_cert_no": "E12345678"}, "B08", "bank.appointment.mode"),
    "a wrong check digit": ({"legal_rep_cert_no": "990102199003072990"}, "B03",
        "people.legal_rep.cert.no"),
    "an expired document": ({"legal_rep_cert_until": "2026-03-03"}, "B03",
        "people.legal_rep.cert.valid_until"),
    "no beneficial owner": ({"owners": []}, "B06", "people.beneficial_owners"),
    "a holiday": ({"visit_date": "2026-10-01"}, "B02", "bank.appointment.date"),
    "magic": ({"company_name": "示范市测试补正银行有限公司"}, "B08", "bank.appointment.mode"),
}  # fmt: skip


class TestAnswers(Bank):
    @pytest.mark.parametrize("why", REFUSALS)
    def test_what_the_bank_wants_corrected_names_the_form_path(self, adapter, why):
        changed, code, path = REFUSALS[why]
        _, outcome = self.reserve(adapter, **changed)
        assert isinstance(outcome, NeedsCorrection), outcome
        assert [(item.code, item.path) for item in outcome.items] == [(code, path)]
        assert outcome.items[0].message
