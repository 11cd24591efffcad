"""One case as staff see it: masked, and whoever looks is named to the owner."""

import pytest

from forms.structure.tour import walk
from kaiban.domain.roles import Role
from tests.web.desk.people import at_desk, hire, move
from tests.web.following.cases import case_of, submit

#: The same company a second time would be the same case.
TRADES = iter(f"问过{each}" for each in "甲乙丙丁戊己庚辛")


@pytest.fixture
def owner(filing, city):
    """An applicant with a case of the usual hall."""
    return submit(filing, city.form(next(TRADES)))


def sensitive(city, case):
    lines = walk(case.form, city.kaiban.sections)
    return {line.value for line in lines if line.sensitive and len(line.value) > 10}


def test_personal_data_is_masked_until_somebody_asks_for_it(desk, city, owner):
    case = case_of(owner, city)
    secret = sensitive(city, case)
    assert len(secret) > 3
    desk.open(f"/desk/cases/{case.no}")
    assert [each for each in secret if each in desk.answer.text] == []
    desk.press("显示完整的证件号码")
    assert [each for each in secret if each not in desk.answer.text] == []
    assert "已经记录" in desk.text
    shown = desk.path
    assert not any(each in desk.open(f"/desk/cases/{case.no}").answer.text for each in secret)
    other = city.submit(city.form("问过别人"))
    desk.open(shown.replace(case.no, other))
    assert "已经记录" not in desk.text, "what was shown of one case shows nothing of another"


def test_whoever_looks_is_named_to_the_owner_with_what_was_shown(desk, person, city, owner):
    no = case_of(owner, city).no
    desk.open("/desk")
    assert person.login not in owner.open(f"/t/{owner.filing_id}/seen").text
    desk.open(f"/desk/cases/{no}")
    seen = owner.open(f"/t/{owner.filing_id}/seen").text
    assert f"工作人员 · {person.login}窗口查看办理情况和窗口页面上的内容" in seen
    assert "只看了办理情况" not in seen
    desk.press("显示完整的证件号码")
    seen = owner.open(f"/t/{owner.filing_id}/seen").text
    assert "窗口查看完整信息" in seen
    assert "证件号码" in seen


def test_the_resume_code_is_shown_to_nobody_at_the_desk(desk, city, owner):
    filing = city.kaiban.filings.get(owner.filing_id)
    desk.open(f"/desk/cases/{filing.case_no}").press("显示完整的证件号码")
    assert filing.code not in desk.answer.text
    assert filing.code.replace("-", "") not in desk.answer.text


def test_who_may_not_see_numbers_has_no_button_for_it(city, own_case):
    visitor = at_desk(city.address, hire(city.kaiban, Role.AUDITOR))
    visitor.open(f"/desk/cases/{own_case}")
    assert visitor.status == 200
    assert "显示完整的证件号码" not in visitor.answer.text
    visitor.close()


def test_a_case_that_goes_to_another_hall_is_gone(desk, city, owner):
    no = case_of(owner, city).no
    assert desk.open(f"/desk/cases/{no}").status == 200
    move(city.kaiban, no, "allday")
    assert desk.open(f"/desk/cases/{no}").status == 404
