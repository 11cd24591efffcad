"""All six departments with an application each that is granted: adapter, needs, step, operation."""

from dataclasses import dataclass
from typing import Any

from adapters.bank import BankAdapter
from adapters.hall import RealClock
from adapters.housing_fund import HousingFundAdapter
from adapters.registration import RegistrationAdapter
from adapters.seal import SealAdapter
from adapters.social_insurance import SocialInsuranceAdapter
from adapters.tax import TaxAdapter
from kaiban.ports import Key, Pending, Prepared
from tests.adapters.bank.department import NEEDS as BANK
from tests.adapters.housing_fund.test_adapter import form as fund
from tests.adapters.registration.good import good
from tests.adapters.seal.conftest import NEEDS as SEAL
from tests.adapters.social_insurance.test_adapter import form as insurance
from tests.adapters.tax.conftest import NEEDS as TAX
from tests.contracts.department import CASE


@dataclass(frozen=True)
class Office:
    adapter_class: Any
    needs: Any
    step: str
    operation: str


OFFICES = {
    "registration": Office(RegistrationAdapter, good(), "main", "establish"),
    "seal": Office(SealAdapter, SEAL, "main", "GY0101"),
    "tax": Office(TaxAdapter, TAX, "main", "SW0102"),
    "bank": Office(BankAdapter, BANK, "main", "KH0001"),
    "social_insurance": Office(SocialInsuranceAdapter, insurance(), "confirm", "2101"),
    "housing_fund": Office(HousingFundAdapter, fund(), "confirm", "GJJ02.ok"),
}


class Visit:
    """One application at one office."""

    def __init__(self, hall, name, case=CASE, **changed):
        office = OFFICES[name]
        self.hall, self.operation, self.name = hall, office.operation, name
        self.adapter = office.adapter_class(hall.settings(name), clock=RealClock())
        needs = self.adapter.Needs().load(office.needs | changed)
        prepared = self.adapter.prepare(needs, Key(case, name, office.step), office.step)
        assert isinstance(prepared, Prepared), prepared
        self.prepared = prepared
        self.ref = prepared.ref

    def submit(self):
        outcome = self.adapter.submit(self.prepared)
        self.ref = getattr(outcome, "ref", self.ref)
        return outcome

    def query(self):
        return self.adapter.query(self.ref)

    def finish(self):
        """Let business time pass until it is over."""
        for _ in range(40):
            outcome = self.query()
            if not isinstance(outcome, Pending):
                return outcome
            self.hall.advance(minutes=30)
        raise AssertionError("never over")

    def close(self):
        self.adapter.http.close()
