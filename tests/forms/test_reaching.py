"""What nobody reads is not asked: every question reaches a department, or there is a reason."""

import pytest

from adapters.bank.adapter import BankAdapter
from adapters.housing_fund.adapter import HousingFundAdapter
from adapters.registration import RegistrationAdapter
from adapters.seal.adapter import SealAdapter
from adapters.social_insurance.adapter import SocialInsuranceAdapter
from adapters.tax.adapter import TaxAdapter
from forms.structure.paths import Catalogue, inner_schema
from kaiban.orchestrator.needs import paths_read

ADAPTERS = (
    RegistrationAdapter,
    SealAdapter,
    TaxAdapter,
    BankAdapter,
    SocialInsuranceAdapter,
    HousingFundAdapter,
)
READ = {path for adapter in ADAPTERS for path in paths_read(adapter.Needs)}

#: Why a question is asked that no department reads: the end of its path, and the reason.
REASONS = {
    "cert.valid_until": "a document that has expired proves nothing, and is told before it is shown (条例 art. 16)",
    "birth_date": "whether somebody is of age (公司法 art. 178, 民法典 art. 17)",
    "sex": "stands beside the birth date, for people whose document does not tell both",
    "buyer.cert.type": "by what the number of the next question is checked",
    "company.name.alternatives": "what the window proposes where the first choice is taken",
    "people.no_supervisor_agreed": "stands in the holders' decision (公司法 art. 83)",
    "premises.neighbours_consent": "stands in the promise about the premises (民法典 art. 279)",
    "people.proxy.agency": "stands in the power of attorney",
    "people.proxy.may_correct": "stands in the power of attorney",
    "people.proxy.may_collect": "stands in the power of attorney",
    "people.proxy.valid_until": "stands in the power of attorney",
    "tax.invoice.buyer.mobile": "the bureau calls whoever fetches paper invoices; stands in their table",
    "delivery.": "how the package reaches the applicant",
    "consents.": "promises and permissions, each given on its own",
}


def asked():
    return [
        ".".join(path)
        for path, place in Catalogue().places.items()
        if len(path) > 1 and not inner_schema(place.field) and not place.field.metadata["derived"]
    ]


def reason_of(path):
    return [
        end
        for end in REASONS
        if path.endswith(f".{end}") or path == end or (end[-1] == "." and path.startswith(end))
    ]


@pytest.mark.parametrize("path", asked())
def test_every_question_reaches_a_department_or_there_is_a_reason(path):
    assert path in READ or reason_of(path)


@pytest.mark.parametrize("end", REASONS)
def test_no_reason_is_given_for_what_nobody_needs_one_for(end):
    assert any(end in reason_of(path) for path in asked() if path not in READ)
