"""The sections of the form in the order in which people fill them in."""

from marshmallow import Schema

from forms.sections.bank import Bank
from forms.sections.company import Company
from forms.sections.consents import Consents
from forms.sections.delivery import Delivery
from forms.sections.housing_fund import HousingFund
from forms.sections.people import People
from forms.sections.premises import Premises
from forms.sections.seal import Seal
from forms.sections.social_insurance import SocialInsurance
from forms.sections.staff import Staff
from forms.sections.tax import Tax

SECTIONS: dict[str, type[Schema]] = {
    "company": Company,
    "people": People,
    "premises": Premises,
    "seal": Seal,
    "tax": Tax,
    "bank": Bank,
    "social_insurance": SocialInsurance,
    "housing_fund": HousingFund,
    "staff": Staff,
    "delivery": Delivery,
    "consents": Consents,
}

ALWAYS: frozenset[str] = frozenset({"company", "people", "premises", "delivery", "consents"})
"""Sections every case needs, whatever links it chooses."""
