"""The bank for its tests: needs that are granted, and how to reserve."""

from typing import ClassVar

from adapters.bank import BankAdapter
from tests.contracts.department import Department

CREDIT_CODE = "91990102MA00000015"
OWNER = {
    "name": "张三",
    "cert_type": "id_card",
    "cert_no": "99010219900307299X",
    "share_pct": "60",
}
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
    "owners": [OWNER],
    "branch": "990990100021",
    "visit_mode": "visit",
    "products": ["ebank", "payroll"],
}


class Bank(Department):
    """``reserve`` prepares and submits, with some needs changed."""

    adapter_class = BankAdapter
    operations: ClassVar = {"main": "KH0001"}
    # With this seed the lot takes the tests' first serial neither to due diligence nor to the
    # late ones.
    hall_options: ClassVar = {"seed": 1}

    def needs(self, step):
        return dict(NEEDS)

    def reserve(self, adapter, *, revision=1, corrects=None, **changed):
        needs = self.needs("main") | changed
        prepared = self.prepare(adapter, needs, self.key("main", revision, corrects))
        return prepared, adapter.submit(prepared)
