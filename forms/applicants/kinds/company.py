"""有限责任公司: the form itself is written for it, so nothing differs."""

from forms.applicants.applicant import Applicant

APPLICANT = Applicant(
    key="company",
    rank=10,
    title="公司（有限责任）",
    hint="股东以出资额为限承担责任",
    basis="公司法（2023）",
)
