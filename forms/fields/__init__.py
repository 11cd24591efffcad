"""Typed fields of the form: what each accepts, how it is normalised, how it refuses.

Every field takes its Chinese label first and carries `help`, `example`, `width`, `unit`, `sensitive`,
`derived` in its metadata. Blank text and null mean "left out". Fields raise `ValidationError([Flaw(...)])`.
"""

from forms.fields.base import Asked, When, refuse
from forms.fields.choices import Choice, Consent, Flag, IndustryCode
from forms.fields.days import Day, Month, Term
from forms.fields.groups import Group, Rows, Several
from forms.fields.numbers import Money, Percent, Whole, plain
from forms.fields.texts import (
    BankCode,
    DocumentNumber,
    Email,
    Hanzi,
    Mobile,
    Name,
    OrganisationName,
    Pattern,
    Phone,
    Text,
)

__all__ = [
    "Asked",
    "BankCode",
    "Choice",
    "Consent",
    "Day",
    "DocumentNumber",
    "Email",
    "Flag",
    "Group",
    "Hanzi",
    "IndustryCode",
    "Mobile",
    "Money",
    "Month",
    "Name",
    "OrganisationName",
    "Pattern",
    "Percent",
    "Phone",
    "Rows",
    "Several",
    "Term",
    "Text",
    "When",
    "Whole",
    "plain",
    "refuse",
]
