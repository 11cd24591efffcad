"""What applicants have brought, looked at by the staff who judge it: on the case, and wherever something is decided."""

import re
from itertools import count

import pytest

from kaiban.domain.papers.material import Upload
from kaiban.domain.roles import Role
from kaiban.orchestrator.applicant.opening import Application, open_case
from kaiban.orchestrator.materials.bringing import bring, defer
from tests.web.desk.people import OTHER, at_desk, hire, move

NUMBERS = count(1)
#: The same company a second time would be the same case.
TRADES = (f"看料{each}" for each in "甲乙丙丁戊己庚辛")
CARD = Upload("李四的身份证.pdf", "application/pdf", b"%PDF-1.7 a card", 2)


@pytest.fixture
def no(city):
    """A case with the identity card of one person, and a lease that is to follow."""
    office, filing = city.kaiban.office, f"m{next(NUMBERS):021}"
    form = city.form(next(TRADES))
    form["premises"] = {**form["premises"], "tenure": "lease"}
    wanted = office.form.materials(form, ["registration"])
    [persons] = [one.persons for one in wanted if one.key == "identity"]
    bring(office, filing, "identity", _of(CARD, persons[0].document))
    defer(office, filing, "lease")
    opened = open_case(office, Application(form, ("registration",), "desk", filing=filing))
    assert not isinstance(opened, list), opened
    return opened.no


def _of(upload, document):
    return Upload(upload.name, upload.media_type, upload.content, upload.pages, (document,))


def links(visitor):
    return visitor.page.xpath("//main//a[contains(@href, '/materials?file=')]/@href")


def test_the_files_of_a_case_are_opened_where_it_is_judged_and_the_owner_is_told(
    desk, city, person, no
):
    pages = [
        f"/desk/cases/{no}",
        f"/desk/cases/{no}/notice",
        f"/desk/cases/{no}/departments/registration",
    ]
    shown = [links(desk.open(page)) for page in pages]
    assert [len(each) for each in shown] == [1, 1, 1]
    answer = desk.http.get(city.address + shown[0][0], timeout=60)
    assert (answer.content, answer.headers["Content-Type"]) == (CARD.content, CARD.media_type)
    seen = city.kaiban.cases.disclosures(no)[-1]
    assert (seen.who, seen.what) == (person.login, ("materials.identity",))


def test_a_case_says_what_has_come_what_follows_and_of_whom_nothing_is_there(desk, city, no):
    desk.open(f"/desk/cases/{no}")
    rows = [
        " ".join(each.text_content().split())
        for each in desk.page.xpath("//h3[@id='materials']/following-sibling::ul[1]/li")
    ]
    lease = next(each for each in rows if each.startswith("房屋租赁合同"))
    assert "承诺以后补 最晚" in lease
    people = city.kaiban.cases.read(no).form["people"]
    card = next(each for each in rows if "还缺" in each)
    assert people["legal_rep"]["name"] in card
    assert CARD.name not in desk.answer.text, "what an applicant calls a file may name anybody"


def test_of_a_file_that_came_twice_staff_read_which_other_it_is_and_not_its_name(desk, city):
    office, filing = city.kaiban.office, f"m{next(NUMBERS):021}"
    form = city.form(next(TRADES))
    [persons] = [
        one.persons
        for one in office.form.materials(form, ["registration"])
        if one.key == "identity"
    ]
    for name, content in (("甲.pdf", b"%PDF-1.7 other"), ("乙.pdf", CARD.content), ("丙.pdf", CARD.content)):  # fmt: skip
        bring(office, filing, "identity", Upload(name, CARD.media_type, content, 1, (persons[0].document,)))  # fmt: skip
    no = open_case(office, Application(form, ("registration",), "desk", filing=filing)).no
    desk.open(f"/desk/cases/{no}")
    told = [
        re.search(r"身份证件 (\d) .*和“身份证件 (\d)”完全相同", each.text_content())
        for each in desk.page.xpath("//ul[@class='kb-list']/li[contains(., '完全相同')]")
    ]
    one, other = (each.groups() for each in told)
    assert one == other[::-1]
    assert one[0] != one[1]
    assert "乙.pdf" not in desk.answer.text


def test_a_file_that_is_none_of_the_case_is_not_found_and_none_leads_to_the_list(desk, city, no):
    way = f"{city.address}/desk/cases/{no}/materials"
    assert desk.http.get(f"{way}?file=x", timeout=60).status_code == 404
    gone = desk.http.get(way, timeout=60, allow_redirects=False)
    assert gone.headers["Location"].endswith(f"/desk/cases/{no}#materials")


def test_who_may_not_see_everything_reads_what_has_come_and_opens_nothing(city, desk, no):
    file = links(desk.open(f"/desk/cases/{no}"))[0]
    auditor = at_desk(city.address, hire(city.kaiban, Role.AUDITOR))
    auditor.open(f"/desk/cases/{no}")
    assert "房屋租赁合同" in auditor.text
    assert links(auditor) == []
    assert auditor.open(file).status == 403
    auditor.close()
    move(city.kaiban, no, OTHER)
    assert desk.open(file).status == 404
