"""Whoever was refused applies again without typing anything a second time."""

from dataclasses import replace

import pytest

from forms.structure.pages import PAGES
from kaiban.orchestrator.applicant.aftercare.muting import choose_messages
from tests.web.filling import controls_of, fill_in
from tests.web.following.cases import case_of, finish, leave_out, wait_until
from tests.web.pictures import photograph

CONSENTS = next(page for page in PAGES if page.name == "consents")
AGAIN = "用填过的内容重新申请"
PHONE = "13800071003"


@pytest.fixture
def handed_in(filing, city):
    """A function: a form with this trade name and a photograph, handed in; give visitor and form."""

    def handed_in(trade_name, *, hires=True):
        form = city.form(trade_name)
        if not hires:
            form["staff"]["members"] = []
            leave_out(filing, "social_insurance", "housing_fund")
        fill_in(filing, form, *(() if hires else ("staff", "insurance", "fund")))
        filing.go("materials").bring("identity", ("证件.jpg", photograph()))
        filing.go("check").press("提交申请")
        return filing, form

    return handed_in


def ask_again(visitor, city, aid):
    data = {"csrf_token": visitor.page.xpath("//input[@name='csrf_token']/@value")[0]}
    answer = visitor.http.post(f"{city.address}/t/{aid}/again", data=data, timeout=60)
    return answer.url.removeprefix(city.address)


def test_answers_and_files_are_taken_over_and_promises_given_anew(handed_in, city):
    # Nobody is hired: the day they begin may have passed by then.
    visitor, form = handed_in("测试驳回登记云", hires=False)
    refused = visitor.filing_id
    finish(visitor, city)
    visitor.open(f"/t/{refused}").press(AGAIN)
    assert visitor.filing_id != refused
    entry = city.kaiban.filings.get(visitor.filing_id).entry
    assert entry["people"]["holders"][0]["cert"] == form["people"]["holders"][0]["cert"]
    assert "full" not in entry["company"]["name"], "the form works it out again"
    assert "consents" not in entry
    assert "证件.jpg" in visitor.go("materials").text
    visitor.go("name").press("先保存", company__name__trade_name="云再禾")
    assert visitor.go("check").mistakes == ["“承诺与授权”还没有填写。"]
    visitor.go("consents")
    visitor.send(*visitor.button("保存"), controls_of(form, CONSENTS))
    visitor.go("check").press("提交申请")
    assert visitor.heading == "受理回执", visitor.mistakes
    assert case_of(visitor, city).no != city.kaiban.filings.get(refused).case_no


def test_only_what_came_to_nothing_is_asked_for_again(handed_in, city):
    visitor, _ = handed_in("再云禾")
    aid = visitor.filing_id
    visitor.open(f"/t/{aid}")
    assert AGAIN not in visitor.text
    assert ask_again(visitor, city, aid) == f"/t/{aid}", "not while it goes on"
    wait_until(visitor, city, lambda case: case.link("registration").done_at)
    visitor.open(f"/t/{aid}/withdraw").press("确认撤回", sure="yes")
    finish(visitor, city)
    visitor.open(f"/t/{aid}")
    assert AGAIN not in visitor.text, "the company is registered"
    assert ask_again(visitor, city, aid) == f"/t/{aid}"


def test_what_was_withdrawn_in_time_is_asked_for_again_by_its_owner_alone(
    handed_in, city, visitor
):
    mine, _ = handed_in("撤再禾")
    aid = mine.filing_id
    mine.open(f"/t/{aid}/withdraw").press("确认撤回", sure="yes")
    finish(mine, city)
    assert AGAIN in mine.open(f"/t/{aid}").text
    mine.http.cookies.clear()
    assert AGAIN not in visitor.open(f"/t/{aid}").text
    data = {"csrf_token": visitor.open("/").control("csrf_token").get("value")}
    assert (
        visitor.http.post(f"{city.address}/t/{aid}/again", data=data, timeout=60).status_code
        == 403
    )


@pytest.mark.parametrize("wanted", [True, False])
def test_who_wants_no_message_of_the_case_gets_none_of_the_form_either(handed_in, city, wanted):
    visitor, _ = handed_in("测试驳回登记静", hires=False)
    seen = city.kaiban.filings.get(visitor.filing_id)
    city.kaiban.filings.reach(seen.id, PHONE)
    city.kaiban.filings.proved(replace(seen, phone=PHONE))
    choose_messages(city.kaiban.office, seen.case_no, "applicant", optional=wanted)
    finish(visitor, city)
    visitor.open(f"/t/{seen.id}").press(AGAIN)
    again = city.kaiban.filings.get(visitor.filing_id)
    assert (again.phone, again.is_proved) == (PHONE, wanted)
