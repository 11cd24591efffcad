"""Which adapter serves a link, as the profile says."""

from dataclasses import replace

import pytest

from kaiban.config import ConfigError, Settings, read_profile
from kaiban.installed import find_departments, find_others

NAMES = ["registration", "seal", "tax", "bank", "social_insurance", "housing_fund"]
MEDICAL = {
    "adapter": "counter", "title": "医保登记", "office": "医保局", "reads": ["company.name.full"],
    "result": {"unit_no": "编号"},
}  # fmt: skip


def profile(**links):
    return replace(read_profile(Settings.read({"KAIBAN_VAR": "nowhere"})), links=links)


def test_people_stand_in_where_the_profile_says_so_and_only_there():
    said = profile(tax={"adapter": "counter"})
    departments, others = find_departments(said), find_others(said)
    assert list(departments) == NAMES
    by_hand = {name for name, kind in departments.items() if kind.manifest.by_hand}
    assert by_hand == {"tax"}
    assert {name for name, kind in others.items() if not kind.manifest.by_hand} == {"tax"}
    assert set(others) == set(NAMES)
    assert departments["tax"].Needs is others["tax"].Needs
    assert departments["tax"].Result is others["tax"].Result
    assert departments["tax"].manifest.spec == others["tax"].manifest.spec
    assert departments["tax"].manifest.limit == others["tax"].manifest.limit


def test_a_department_may_exist_in_the_profile_only():
    found = find_departments(profile(medical=MEDICAL))
    assert list(found) == [*NAMES, "medical"]
    assert found["medical"].manifest.office == "医保局"
    assert "medical" not in find_others(profile(medical=MEDICAL)), (
        "there is no system to switch to"
    )
    assert "medical" not in find_departments(profile(medical={**MEDICAL, "enabled": False}))


@pytest.mark.parametrize(
    ("links", "named"),
    [
        ({"tax": {"adapter": "moon"}}, r"links\.tax\.adapter: choose one of tax\.soap, counter"),
        ({"tax": {"adapter": "counter", "instead_of": "moon"}}, r"links\.tax\.instead_of"),
        ({"medical": {"adapter": "counter"}}, r"links\.medical: .*title"),
        ({"medical": {**MEDICAL, "reads": []}}, r"links\.medical: .*reads"),
    ],
)
def test_a_wrong_choice_stops_the_start_and_is_named(links, named):
    with pytest.raises(ConfigError, match=named):
        find_departments(profile(**links))
