"""Whatever is opened, the desk goes the whole way: typed by departments, read back, copied from before, told of defects, handed over."""

import pytest

from forms.applicants import USUAL, applicants, asked
from forms.structure.pages import blocks
from forms.structure.paths import questions, schema_of
from kaiban.web.form.places import field_at
from tests.web.desk.assisted.clerk import APPLICANT
from tests.web.desk.by_hand.test_by_hand import scan, send
from tests.web.desk.exit_desk.test_exit import WHO
from tests.web.filling import controls_of, pages_of

OTHERS = [key for key in applicants() if key != USUAL]


@pytest.fixture(params=OTHERS)
def kind(request):
    return applicants()[request.param]


@pytest.fixture
def form(city, kind):
    form = city.form(applicant=kind.key)
    form["delivery"] = {"mode": "window"}
    return form


def begin(clerk, kind):
    return clerk.begin(**APPLICANT, type=kind.key)


def test_it_is_typed_read_back_handed_in_and_handed_over(clerk, city, kind, form):
    begin(clerk, kind).fill_in(form).go("read-back")
    head = form["people"]["legal_rep"]
    assert head["cert"]["no"] in clerk.text, "read back in full"
    sheet = clerk.text
    clerk.press("已签字确认", signed="yes").press("提交申请")
    assert clerk.heading == "受理回执", (clerk.mistakes, clerk.text[:400])
    case = clerk.case(city)
    label = field_at(asked(form), "company.name.full").metadata["label"]
    assert f" {label} {case.form['company']['name']['full']}" in sheet, "in its own words"
    assert case.form["applicant"] == kind.key
    assert {link.name for link in case.links} == set(city.hall.names) - kind.without.keys()
    clerk.open(f"/desk/cases/{case.no}/notice").press(
        "加进告知书", code="window.lease", link="registration"
    )
    assert clerk.mistakes == []
    city.wait_for(case.no, lambda found: found.ended)
    assert clerk.case(city).state == "completed"
    clerk.open(f"/desk/cases/{case.no}/exit")
    title = field_at(asked(form), "people.legal_rep").metadata["label"]
    assert f"{title} {head['name']}" in clerk.text, "whoever fetches it, in the form's words"
    answers = {**WHO, "signature": "paper"}
    send(clerk, *clerk.button("登记领走"), answers, ("signed.png", scan()))
    assert "已经登记领走" in clerk.text, clerk.mistakes


def test_people_of_an_earlier_one_are_copied(clerk, city, kind, form):
    old = city.submit(form)
    begin(clerk, kind).go("copy").press("查找", source=old).press(
        "照抄", sections=["people", "company", "premises"]
    )
    entry = clerk.filing(city).entry
    assert entry["people"]["legal_rep"]["cert"]["no"] == form["people"]["legal_rep"]["cert"]["no"]
    assert entry["applicant"] == kind.key
    form = city.form(applicant=kind.key)
    clerk.fill_in(form, "company").go("company")
    page = next(each for each in blocks(pages_of(form)) if each.name == "company")
    named = {n: v for n, v in controls_of(form, page).items() if n.startswith("company.name.")}
    clerk.send(*clerk.button("保存并继续"), named)
    assert clerk.mistakes == []
    clerk.read_back().press("提交申请")
    assert clerk.heading == "受理回执", (clerk.mistakes, clerk.text[:400])


def test_of_a_company_that_is_copied_only_what_is_asked_is_taken(clerk, city, kind, form):
    old = city.submit(city.form())
    begin(clerk, kind).go("copy").press("查找", source=old)
    clerk.press("照抄", sections=["people", "company", "premises", "tax"])
    entry = clerk.filing(city).entry
    assert entry["people"]["legal_rep"]["name"]
    holds = "holders" in questions(schema_of(asked({"applicant": kind.key})["people"]))
    assert ("holders" in entry["people"]) is holds
    assert "entity_type" not in entry["company"]
    [look] = [each for each in city.kaiban.cases.disclosures(old) if each.why == "copy"]
    assert any(each.startswith("people.holders") for each in look.what) is holds
    for page in ("company", "tax", "check"):
        assert clerk.go(page).status == 200, page
