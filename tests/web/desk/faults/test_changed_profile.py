"""The profile changed under open cases: a department, a question and an answer of a list that are gone stop nothing and lose nothing."""

import pytest

from kaiban.app import Kaiban
from kaiban.domain.cases.link import LinkState
from kaiban.domain.pointer import replaced
from tests.serving import serve
from tests.web.desk.people import at_desk, hire

#: The department that is gone.
GONE = "social_insurance"


@pytest.fixture
def no(city):
    """A case that waits at the window for two departments."""
    no = city.submit(city.form("换配置"))
    with city.kaiban.cases.transaction() as tx:
        case = tx.get(no)
        for name in ("registration", GONE):
            link = case.link(name)
            case.move(link, link.current, LinkState.MANUAL, city.kaiban.clock.now())
        tx.save(case)
    return no


@pytest.fixture
def without_fund(city):
    """The same service, started anew where that department is installed no more."""
    kaiban = Kaiban(city.environ)
    kaiban.clock, kaiban.engine, kaiban.hasher = (
        city.kaiban.clock, city.kaiban.engine, city.kaiban.hasher,
    )  # fmt: skip
    left = {name: each for name, each in kaiban.adapters.items() if name != GONE}
    kaiban.__dict__["adapters"] = left
    with serve(kaiban.web()) as address:
        yield address
    kaiban.database.close()


#: Pages of a case that are about more than the department that is gone.
PAGES = (
    "",
    "/notice",
    "/departments",
    "/departments/registration",
    "/exit",
    "/obligations",
    "/complaints",
)


def test_every_page_of_a_case_opens_without_a_department_that_is_gone(city, without_fund, no):
    desk = at_desk(without_fund, hire(city.kaiban))
    found = {path: desk.open(f"/desk/cases/{no}{path}").status for path in PAGES}
    assert set(found.values()) == {200}, found
    desk.open(f"/desk/cases/{no}/notice")
    assert "现在没有要告知的内容" in desk.text, "nobody but us has to do with it"
    desk.open("/desk").press("查找", q=no)
    assert desk.path == f"/desk/cases/{no}"
    desk.close()


def test_what_is_typed_for_a_department_that_is_gone_stays_and_goes_in_when_it_is_back(
    city, without_fund, no
):
    desk = at_desk(without_fund, hire(city.kaiban))
    desk.open("/desk").open(f"/desk/cases/{no}/departments/{GONE}")
    assert (desk.status, desk.heading) == (503, "这个部门现在不在本系统里")
    there = at_desk(city.address, hire(city.kaiban))
    there.open(f"/desk/cases/{no}/departments/{GONE}?outcome=refused")
    form, button = there.button("登记为")
    answers = {"reason": "材料不符", "csrf_token": token(desk.open("/desk"))}
    form.set("action", f"/desk/cases/{no}/departments/{GONE}/result")
    desk.send(form, button, answers)
    assert desk.status == 503
    assert int(desk.answer.headers["Retry-After"]) > 0
    assert desk.control("reason").get("value") == "材料不符"
    assert city.kaiban.cases.read(no).link(GONE).state is LinkState.MANUAL
    desk.address = city.address  # it is back, in the same browser
    desk.press("再发送一次")
    assert "已经登记" in desk.text, desk.text
    assert city.kaiban.cases.read(no).link(GONE).state is LinkState.REFUSED
    for each in (desk, there):
        each.close()


def token(visitor):
    return visitor.page.xpath("//input[@name='csrf_token']")[0].get("value")


def test_the_answer_to_a_question_that_is_gone_is_asked_of_nobody_and_stands_in_no_ones_way(
    city, desk, no
):
    with city.kaiban.cases.transaction() as tx:
        case = tx.get(no)
        case.form = replaced(case.form, "/company/asked_once", "2025")
        tx.save(case)
    desk.open(f"/desk/cases/{no}/notice")
    assert "现在没有要告知的内容" in desk.text
    desk.open(f"/desk/cases/{no}/departments/registration/edit?at=/company/contact_phone")
    desk.press("送第二人复核", **{"company.contact_phone": "0999-8800009", "why": "打错了"})
    assert "已经送第二人复核" in desk.text, desk.mistakes
    second = at_desk(city.address, hire(city.kaiban))
    second.open(desk.path).press("同意")
    assert "正在发送给部门" in second.text, second.mistakes
    second.close()
    form = city.kaiban.cases.read(no).form
    assert (form["company"]["contact_phone"], form["company"]["asked_once"]) == (
        "0999-8800009", "2025",
    )  # fmt: skip
    city.until(no, lambda case: case.link("registration").state is LinkState.DONE)


@pytest.mark.parametrize(
    ("page", "words", "typed", "said"),
    [
        ("notice", "加进告知书", {"code": "window.gone"}, "目录中没有这一事项"),
        ("notice", "加进告知书", {"link": "gone", "message": "请核对。"}, "办件中没有这一环节"),
        ("notice", "加进告知书", {"pointer": "/company/gone", "message": "请核对。"}, "都不读取表单的这一位置"),
        ("", "转交", {"to": "gone"}, "请选择本大厅在岗的同事"),
        ("departments/registration?outcome=correction", "登记为", {"path": "company.gone", "message": "请核对。"}, "没有“company.gone”一项"),
    ],
)  # fmt: skip
def test_what_was_chosen_from_a_list_and_is_gone_from_it_is_said_and_all_else_stays(
    city, desk, no, page, words, typed, said
):
    hire(city.kaiban)
    desk.open(f"/desk/cases/{no}").press("认领")
    desk.open(f"/desk/cases/{no}/{page}".rstrip("/"))
    before = city.kaiban.cases.read(no).events
    desk.press(words, **typed)
    assert said in " ".join(desk.mistakes), (desk.status, desk.mistakes, desk.text[:200])
    assert city.kaiban.cases.read(no).events == before
    for name in {"message"} & set(typed):
        assert desk.control(name).get("value") == typed[name]
