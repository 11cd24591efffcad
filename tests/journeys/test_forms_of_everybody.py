"""A form that passes the check is taken by every department it goes to, whoever applies."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.forms.applicants.anybody import TYPES, entries
from tests.journeys.accepting import everybody

#: GB 32100: 9 is the market regulator; the second place says what was registered.
CATEGORIES = {"company": "91", "individual": "92", "partnership": "91", "sole": "91"}


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
    assert code.startswith(CATEGORIES[applicant])
