"""A form that passes the check is taken by every department it goes to, whoever applies."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.forms.applicants.anybody import TYPES, category, entries
from tests.journeys.accepting import everybody


@pytest.fixture(scope="module")
def departments():
    with everybody() as found:
        yield found


@pytest.mark.parametrize("applicant", TYPES)
@settings(
    max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
@given(data=st.data())
def test_what_passes_is_taken_by_every_department(departments, applicant, data):
    code = departments.accept(data.draw(entries(applicant)))
    assert code.startswith(category(applicant))
