"""Links that were left out join the case: asked is only what they need and nobody has said."""

from copy import deepcopy
from dataclasses import replace

import pytest

from forms.sections import SECTIONS
from forms.structure.pages import pages
from kaiban.domain.papers.material import Holder
from kaiban.web.form.sheet import Sheet
from kaiban.web.responses.cut_off import FIELD
from tests.web.filling import controls_of, fill_in
from tests.web.following.cases import case_of, finish, leave_out, submit
from tests.web.pictures import photograph
from tests.web.posting import posted
from tests.web.visitor import Visitor


def page(name):
    return next(each for each in pages() if each.name == name)


def names_on(visitor):
    found = visitor.page.xpath("//main//*[self::input or self::select or self::textarea]/@name")
    return {name.split(".")[0] for name in found} - {"csrf_token", "links", "version", FIELD}


def test_a_left_out_link_joins_with_its_own_questions_only(filing, city):
    form = city.form("增云禾")
    visitor = submit(filing, form, "bank", but=("bank",))
    visitor.follow("查看办理进度").follow("增办其他环节")
    visitor.press_get("下一步")
    assert visitor.status == 422
    visitor.press_get("下一步", links="bank")
    assert visitor.heading == "增办环节需要的材料"
    visitor.press_get("下一步")
    assert names_on(visitor) == {"bank"}
    shown, button = visitor.button("提交增办")
    visitor.send(shown, button, {})
    assert visitor.status == 422
    assert len(visitor.mistakes) > 1, "everything that is wrong, at once"
    shown, button = visitor.button("提交增办")
    controls = controls_of(form, page("bank"))
    some = dict(list(controls.items())[:-1])
    visitor.send(shown, button, some | {"do": "stay"})
    for name, values in some.items():
        control = visitor.page.xpath(f"//main//input[@type='text'][@name='{name}']/@value")
        assert control in ([], values), name
    shown, button = visitor.button("提交增办")
    visitor.send(shown, button, controls)
    assert visitor.heading == "办理进度", visitor.mistakes
    assert [link.name for link in case_of(visitor, city).links].count("bank") == 1
    visitor.send(shown, button, controls)  # a second click, or another tab
    assert visitor.heading == "办理进度"
    assert [link.name for link in case_of(visitor, city).links].count("bank") == 1
    assert "增办其他环节" not in visitor.text


def test_answers_of_an_added_link_are_looked_at_while_they_are_typed(filing, city):
    visitor = submit(filing, city.form("瞥云禾"), "bank", but=("bank",))
    url = f"{city.address}/t/{visitor.filing_id}/more/glance"
    token = {"csrf_token": visitor.page.xpath("//input[@name='csrf_token']/@value")[0]}

    def look(**typed):
        return visitor.http.post(url, data=token | typed, timeout=60)

    assert look().status_code == 404, "no link is asked about"
    wrong = {"bank.branch_cnaps": "990990100022"}
    assert "校验位不对" in look(links="bank", **wrong).json()["wrong"]["bank-branch_cnaps"]
    assert look(links="bank", **{"bank.branch_cnaps": "990990100021"}).json()["wrong"] == {}
    assert [link.name for link in case_of(visitor, city).links].count("bank") == 0
    visitor.open(f"/t/{visitor.filing_id}/more?links=bank&go=1&brought=1")
    assert visitor.page.xpath("//main//form/@data-glance") == [url.removeprefix(city.address)]


def test_a_late_link_makes_a_new_version_and_that_is_said(filing, city):
    form = city.form("晚云禾")
    visitor = submit(filing, form, "bank", but=("bank",))
    finish(visitor, city)
    visitor.open(f"/t/{visitor.filing_id}/more?links=bank&go=1&brought=1")
    shown, button = visitor.button("提交增办")
    visitor.send(shown, button, controls_of(form, page("bank")))
    assert not case_of(visitor, city).ended, visitor.mistakes
    finish(visitor, city)
    visitor.open(f"/t/{visitor.filing_id}/package")
    assert "现在是第 2 版" in visitor.text


def test_a_roster_is_filled_in_where_it_stands(filing, city):
    form = city.form("员云禾")
    bare = deepcopy(form)
    bare["staff"]["members"] = []
    left_out = ("social_insurance", "housing_fund")
    visitor = submit(filing, bare, *left_out, but=("staff", "insurance", "fund"))
    visitor.open(f"/t/{visitor.filing_id}/more?links=social_insurance&links=housing_fund&go=1")
    assert names_on(visitor) == {"staff", "social_insurance", "housing_fund"}
    shown, _ = visitor.button("提交增办")
    _, add = visitor.button("添加")
    visitor.send(shown, add, {})
    assert visitor.control("staff.members.0.name") is not None
    shown, button = visitor.button("提交增办")
    visitor.send(shown, button, all_controls(form, "staff", "insurance", "fund"))
    assert visitor.heading == "办理进度", visitor.mistakes
    assert {link.name for link in case_of(visitor, city).links} >= set(left_out)


def all_controls(form, *names):
    class Everything(dict):
        def get(self, _key, _default=""):
            return "x"

    sheet = Sheet(SECTIONS, form, errors=Everything())
    asked = [
        replace(q, kind="rows") if q.kind == "roster" else q
        for name in names
        for q in sheet.questions(page(name))
    ]
    found = posted(asked)
    return {name: found.getlist(name) for name in found}


def test_what_was_typed_outlives_the_session(filing, city):
    form = city.form("续云禾")
    visitor = submit(filing, form, "bank", but=("bank",))
    visitor.open(f"/t/{visitor.filing_id}/more?links=bank&go=1&brought=1")
    shown, button = visitor.button("提交增办")
    stranger = Visitor(city.address)
    stranger.open("/")
    controls = controls_of(form, page("bank"))
    stranger.send(shown, button, controls)
    assert stranger.status == 403
    name, values = next((n, v) for n, v in controls.items() if v and v[0])
    assert stranger.page.xpath(f"//input[@name='kept.{name}']/@value") == values
    assert stranger.page.xpath("//input[@name='kept.links']/@value") == ["bank"]
    stranger.close()


def test_what_cannot_join_is_answered_with_a_sentence(filing, city):
    visitor = submit(filing, city.form("全云禾"))
    visitor.open(f"/t/{visitor.filing_id}/more")
    assert visitor.heading == "办理进度", "nothing was left out"


# --- materials ------------------------------------------------------------------------------------


@pytest.fixture
def strict(city):
    """Return a function: from now on the city asks for materials at once."""
    office, usual = city.kaiban.office, city.kaiban.office.city

    def strict():
        changed = replace(usual, materials=replace(usual.materials, required=True))
        object.__setattr__(office, "city", changed)

    yield strict
    object.__setattr__(office, "city", usual)


def send_bank(visitor, form):
    shown, button = visitor.button("提交增办")
    return visitor.send(shown, button, controls_of(form, page("bank")))


def test_what_the_new_links_need_is_asked_for_and_promised_as_before_submission(
    filing, city, strict
):
    form = city.form("材云禾")
    visitor = submit(filing, form, "bank", but=("bank",))
    no = case_of(visitor, city).no
    strict()
    visitor.open(f"/t/{visitor.filing_id}/more?links=bank&go=1&brought=1")
    assert visitor.heading == "增办环节需要的材料"
    for words in ("身份证件", "单位银行结算账户开户申请书", "接下来要填"):
        assert words in visitor.text, words
    assert "房屋租赁合同" not in visitor.text, "the registrar's, not the bank's"
    visitor.press_get("下一步")
    assert visitor.status == 422
    assert visitor.mistakes[0].startswith("请上传“身份证件”")
    visitor.bring("identity", ("正.jpg", photograph(400, 300)), **visitor.everybody())
    assert (visitor.status, visitor.mistakes) == (200, [])
    view = next(a.get("href") for a in visitor.page.iter("a") if "正.jpg" in a.text_content())
    shown = visitor.http.get(visitor.address + view, timeout=60)
    assert (shown.headers["Content-Type"], shown.headers["Cache-Control"]) == (
        "image/jpeg", "no-store",
    )  # fmt: skip
    visitor.follow("删除")
    assert (visitor.heading, "正.jpg" in visitor.text) == ("删除文件", True)
    visitor.press("确认删除")
    assert visitor.heading == "增办环节需要的材料"
    assert "未提供" in visitor.text
    visitor.press("承诺稍后补交", promise="2026-11")
    assert "已承诺补交" in visitor.text
    assert city.kaiban.materials.listed(Holder(case_no=no)) == [], "not before they join"
    visitor.press_get("下一步")
    assert "身份证件 已承诺补交" in visitor.text
    send_bank(visitor, form)
    assert visitor.heading == "办理进度", visitor.mistakes
    assert "还有 1 项材料待补交" in visitor.text
    visitor.follow("补交材料")
    visitor.bring("identity", ("正.jpg", photograph(400, 300)), **visitor.everybody())
    assert "没有待补交的材料" in visitor.text
    stranger = Visitor(city.address)
    for address in (view, f"/t/{visitor.filing_id}/more/materials?links=bank"):
        assert stranger.open(address).status == 403
    stranger.close()


def test_what_was_taken_back_meanwhile_is_missed_and_nothing_typed_is_lost(filing, city, strict):
    form = city.form("缺云禾")
    visitor = submit(filing, form, "bank", but=("bank",))
    visitor.open(f"/t/{visitor.filing_id}/more?links=bank&go=1&brought=1")
    strict()
    send_bank(visitor, form)
    assert visitor.status == 422
    (link,) = visitor.page.xpath("//*[@data-errors]//a")
    assert "请上传“身份证件”" in link.text_content()
    values = [v for _, v in visitor.button("提交增办")[0].form_values()]
    typed = [v[0] for v in controls_of(form, page("bank")).values() if v and v[0]]
    assert set(typed) <= set(values)
    assert "bank" not in {one.name for one in case_of(visitor, city).links}
    visitor.open(link.get("href"))
    assert visitor.page.get_element_by_id("material-identity-file") is not None


def test_what_the_case_has_is_not_asked_for_again(filing, city, strict):
    form = city.form("有云禾")
    leave_out(filing, "bank")
    fill_in(filing, form, "bank")
    filing.go("materials")
    filing.bring("identity", ("正.jpg", photograph(400, 300)), **filing.everybody())
    visitor = filing.go("check").press("提交申请")
    strict()
    visitor.open(f"/t/{visitor.filing_id}/more").press_get("下一步", links="bank")
    assert visitor.heading == "增办其他环节"
    assert names_on(visitor) == {"bank"}
    address = f"/t/{visitor.filing_id}/more/materials?links=bank"
    assert "不用再交：身份证件" in visitor.open(address).text
    token = visitor.page.xpath("//input[@name='csrf_token']")
    sent = {"csrf_token": token[0].get("value"), "key": "identity", "do": "promise"}
    url = visitor.address + address
    assert visitor.http.post(url, data=sent, timeout=60).status_code == 400


def test_a_row_goes_only_after_a_question_here_too(filing, city):
    form = city.form("删云禾")
    form["staff"]["members"] = []
    left_out = ("social_insurance", "housing_fund")
    visitor = submit(filing, form, *left_out, but=("staff", "insurance", "fund"))
    visitor.open(f"/t/{visitor.filing_id}/more?links=social_insurance&links=housing_fund&go=1")
    row = "staff.members.0"
    visitor.press("添加").press("添加", **{f"{row}.name": "张三"})
    visitor.press_value(f"remove:{row}")
    assert "要删除" in visitor.text
    visitor.press("不删除")
    assert visitor.control(f"{row}.name").get("value") == "张三"
    assert "要删除" not in visitor.text
    visitor.remove(row)
    assert visitor.control(f"{row}.name").get("value") in (None, "")
    assert visitor.control("staff.members.1.name") is None
