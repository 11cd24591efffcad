"""Every paper of a form as text, for tests that compare what papers say."""

import html
import re
from datetime import UTC, datetime

from forms.applicants import APPLICANT, not_applying
from forms.locality import NATIONAL
from forms.materials import needed
from forms.opening import check
from forms.sample import SAMPLE_DAY
from kaiban.documents.papers.making import Papers

AT = datetime(2026, 12, 1, 2, tzinfo=UTC)
ALL = ("registration", "seal", "tax", "bank", "social_insurance", "housing_fund")
PAPERS = Papers("")


def papers_of(entry):
    """Return the checked form and the text of every paper of the links that apply to it, by key, blanks left out."""
    found = check(entry, today=SAMPLE_DAY, wanted=set(entry) - {APPLICANT})
    assert found.defects == ()
    departments = [link for link in ALL if link not in not_applying(entry, NATIONAL)]
    wanted = [one for one in needed(found.form, departments) if one.produced]
    told = {one.key: PAPERS.html(one, found.form, departments, AT) for one in wanted}
    return found.form, {
        key: re.sub(r"\s", "", html.unescape(re.sub(r"<[^>]+>", "", page.partition("<body>")[2])))
        for key, page in told.items()
    }
