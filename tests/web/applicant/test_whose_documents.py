"""Identity documents on screen: whose each file is, who is still missing, and nobody's number in the page."""

from dataclasses import replace

import pytest

from forms.materials import persons
from kaiban.domain.papers.material import Holder
from tests.web.filling import fill_in
from tests.web.pictures import photograph

SMALL = photograph(400, 300)
LINKS = ("registration", "seal", "tax", "bank", "social_insurance", "housing_fund")


@pytest.fixture
def strict(city):
    """Return a function: from now on the city asks for materials at once."""
    office, usual = city.kaiban.office, city.kaiban.office.city
    changed = replace(usual, materials=replace(usual.materials, required=True))
    yield lambda: object.__setattr__(office, "city", changed)
    object.__setattr__(office, "city", usual)


@pytest.fixture
def filled(filing, city):
    """Somebody whose form is in order, at the materials; the people whose documents are asked for."""
    fill_in(filing, city.form())
    filing.people = persons(city.kaiban.filings.get(filing.filing_id).entry, LINKS)
    return filing.go("materials")


def brought(city, visitor):
    listed = city.kaiban.materials.listed(Holder(visitor.filing_id))
    return [one.about for one in listed if one.key == "identity"]


def test_before_anybody_is_named_nobody_is_to_be_ticked(filing, city):
    filing.go("materials")
    assert "填好人员以后" in filing.text
    assert "以办理窗口的要求为准" in filing.text
    assert filing.everybody() == {"whose": []}
    filing.bring("identity", ("a.jpg", SMALL))
    assert brought(city, filing) == [()]


def test_everybody_is_named_until_their_own_document_is_there(filled, city):
    first, *others = filled.people
    assert len(others) >= 1
    assert "还缺：" + "、".join(one.name for one in filled.people) in filled.text
    assert not any(one.document.split()[1] in filled.answer.text for one in filled.people)
    signs = filled.everybody()["whose"]
    filled.bring("identity", ("a.jpg", SMALL), whose=signs[:1])
    assert "没有传齐" in filled.text
    assert f"证件上的人：{first.name}" in filled.text
    assert "还缺：" + "、".join(one.name for one in others) in filled.text
    filled.bring("identity", ("b.jpg", SMALL), whose=signs[1:])
    assert "还缺" not in filled.text
    everyone = tuple(one.document for one in filled.people)
    assert sorted(brought(city, filled)) == sorted([everyone[:1], everyone[1:]])


def test_what_nobody_said_is_said_afterwards(filled, city):
    filled.bring("identity", ("a.jpg", SMALL))
    assert "还没有说明是谁的证件" in filled.text
    form = next(
        one for one in filled.page.forms if one.xpath(".//button[starts-with(@value, 'tell:')]")
    )
    (button,) = form.xpath(".//button[starts-with(@value, 'tell:')]")
    signs = [box.get("value") for box in form.xpath(".//input[@name='whose']")]
    filled.send(form, button, {"whose": [*signs, "0" * 16, "<b>"]})
    assert "还缺" not in filled.text
    assert brought(city, filled) == [tuple(one.document for one in filled.people)]
    filled.send(form, button, {"whose": []})
    assert brought(city, filled) == [()]


def test_a_file_that_is_gone_is_told(filled, city):
    filled.bring("identity", ("a.jpg", SMALL))
    form = next(
        one for one in filled.page.forms if one.xpath(".//button[starts-with(@value, 'tell:')]")
    )
    (button,) = form.xpath(".//button[starts-with(@value, 'tell:')]")
    filled.take_away()
    filled.send(form, button, {})
    assert filled.mistakes == ["这个文件已经删除，请看看现在有哪些文件。"]


def test_a_submission_tells_who_is_missing_and_takes_a_promise_for_the_others(filled, strict):
    strict()
    _, *others = filled.people
    filled.bring("lease", ("lease.jpg", SMALL))
    filled.bring("identity", ("a.jpg", SMALL), whose=filled.everybody()["whose"][:1])
    filled.go("check")
    assert "已上传 1 页，还缺：" + "、".join(one.name for one in others) in filled.text
    assert any(each.startswith("请上传“身份证件”") for each in filled.mistakes)
    filled.go("materials").press("承诺稍后补交", promise="2026-11")
    filled.go("check").press("提交申请")
    assert filled.heading == "受理回执", filled.mistakes
    filled.open(f"/t/{filled.filing_id}/materials")
    assert "还缺：" + "、".join(one.name for one in others) in filled.text
    if len(others) > 1:
        filled.bring("identity", ("b.jpg", SMALL))
        assert filled.mistakes == ["请勾选文件上是谁的证件，再选择文件上传。"]
    for left in range(len(others), 0, -1):
        signs = filled.everybody()["whose"]
        assert len(signs) == left
        filled.bring("identity", ("b.jpg", SMALL), whose=signs[:1])
    assert "没有待补交的材料" in filled.text
    for one in filled.people:
        assert f"证件上的人：{one.name}" in filled.text
