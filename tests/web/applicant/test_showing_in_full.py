"""What is masked is shown in full by a button, for once, and the press is written down."""

import pytest
from structlog.testing import capture_logs

from forms.sample import person
from tests.web.filling import fill_in
from tests.web.following.cases import case_of, submit, wait_until

BUTTON = "显示完整内容"


@pytest.fixture
def form(city):
    return city.form()


def secrets_of(form):
    holder, member = form["people"]["holders"][0], form["staff"]["members"][1]
    return [
        holder["cert"]["no"],
        holder["mobile"],
        holder["residence"],
        f"{member['monthly_wage']} 元",
    ]


def shows(visitor, values):
    return {value in visitor.answer.text for value in values}


def pressed(visitor):
    """Press the button; what was logged of it."""
    with capture_logs() as logs:
        visitor.press(BUTTON)
    assert visitor.status == 200
    return [each for each in logs if each["event"] == "values_shown"]


def test_everything_that_is_read_back_is_masked_until_somebody_asks_and_once(filing, form):
    fill_in(filing, form)
    values = secrets_of(form)
    assert shows(filing.go("check"), values) == {False}
    (event,) = pressed(filing)
    assert (event["page"], event["security"]) == ("submitting.check_whole", True)
    assert filing.heading == "核对全部内容"
    assert shows(filing, values) == {True}
    assert not [value for value in values if value in str((event, filing.answer.url))]
    assert shows(filing.open(filing.path), values) == {False}, "the address is worth it once"


def test_a_page_of_the_form_shows_what_was_typed_before_and_keeps_what_is_typed_now(
    filing, city, form
):
    fill_in(filing, form)
    holder = form["people"]["holders"][0]
    number = filing.go("holders").control("people.holders.0.cert.no")
    assert number.get("value") == holder["cert"]["no"][:6] + "********" + holder["cert"]["no"][-4:]
    filing.press(BUTTON, people__holders__0__mobile="13900001234")
    assert filing.control("people.holders.0.cert.no").get("value") == holder["cert"]["no"]
    assert filing.control("people.holders.0.mobile").get("value") == "13900001234"
    assert BUTTON not in filing.text
    filing.press("先保存，回清单")
    assert "********" in filing.go("holders").control("people.holders.0.cert.no").get("value")
    entry = city.kaiban.filings.get(filing.filing_id).entry
    assert entry["people"]["holders"][0]["cert"]["no"] == holder["cert"]["no"]


def test_a_row_of_the_roster_has_the_button_and_its_list_has_none(filing, form):
    fill_in(filing, form)
    assert BUTTON not in filing.go("staff").text
    member = form["staff"]["members"][1]
    filing.go("staff/1")
    assert "********" in filing.control("staff.members.1.cert.no").get("value")
    pressed(filing)
    assert filing.control("staff.members.1.cert.no").get("value") == member["cert"]["no"]


def test_an_empty_page_masks_nothing_and_has_no_button(filing):
    assert BUTTON not in filing.go("holders").text


def test_after_submission_the_look_stands_under_who_saw_what(filing, city, form):
    submit(filing, form)
    values = secrets_of(form)
    assert shows(filing.open(f"/t/{filing.filing_id}/form"), values) == {False}
    assert len(pressed(filing)) == 1
    assert shows(filing, values) == {True}
    filing.open(f"/t/{filing.filing_id}/seen")
    (row,) = (
        row for row in filing.page.xpath("//main//tbody/tr") if "您本人" in row.text_content()
    )
    told = " ".join(row.text_content().split())
    assert "显示完整内容" in told
    assert "手机号码" in told
    assert shows(filing, values) == {False}


def test_a_correction_is_looked_over_in_full_and_what_was_typed_stays(filing, city, form):
    form["staff"]["members"][0]["name"] = "王测试不符"
    submit(filing, form)
    wait_until(filing, city, lambda case: case.open_notice)
    other, place = person(41)["cert"]["no"], "staff.members.0.cert.no"
    filing.open(f"/t/{filing.filing_id}/fix").press("核对补正", **{place: other})
    values = [other, form["staff"]["members"][0]["cert"]["no"]]
    assert shows(filing, ["********"]) == {True}
    assert not shows_in_table(filing, values)
    assert len(pressed(filing)) == 1
    assert filing.heading == "核对补正内容"
    assert shows_in_table(filing, values)
    filing.press("确认无误，提交补正")
    assert filing.heading == "办理进度"
    assert case_of(filing, city).form["staff"]["members"][0]["cert"]["no"] == other


def shows_in_table(visitor, values):
    """Whether people can read them: what was typed goes along hidden, too."""
    told = visitor.page.xpath("string(//main//table)")
    return all(value in told for value in values)
