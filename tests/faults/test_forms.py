"""Thousands of forms of every type of applicant: the check answers, and what passes is taken by every department."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from forms.opening import check
from forms.sample import SAMPLE_DAY
from tests.faults.conftest import CASES
from tests.forms.applicants.anybody import TYPES, broken, entries
from tests.journeys.accepting import everybody

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(4 * 3600)]

#: So many of each type, unless `--cases` says otherwise.
MANY = 10_000


def drawn(size):
    """The settings of a campaign: new forms each time, nothing made smaller but what has failed."""
    examples = MANY if size.cases == CASES else size.cases
    return settings(
        max_examples=examples, deadline=None, database=None, phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip


@pytest.mark.parametrize("applicant", TYPES)
def test_no_form_is_too_strange_to_be_answered(size, applicant):
    @drawn(size)
    @given(broken(applicant))
    def answered(form):
        entry, _ = form
        assert all(each.code for each in check(entry, today=SAMPLE_DAY).defects)

    answered()


@pytest.mark.parametrize("applicant", TYPES)
def test_every_form_that_passes_is_taken_by_every_department(size, applicant):
    with everybody() as departments:

        @drawn(size)
        @given(entries(applicant))
        def taken(form):
            assert departments.accept(form)

        taken()
