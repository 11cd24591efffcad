"""A line of the list: its columns, what waits to be handed out, and how it moves from part to part as people act."""

from datetime import timedelta

import pytest

from kaiban.domain.cases.link import LinkState
from kaiban.orchestrator.applicant.withdrawing import withdraw
from kaiban.orchestrator.window.by_hand.resending import CHECKLIST
from tests.web.desk.assisted.clerk import Clerk
from tests.web.desk.by_hand.test_by_hand import scan, send
from tests.web.desk.exit_desk.test_exit import WHO

COLUMNS = ["牌", "办件", "状态", "来源", "已用时", "距承诺", "各部门"]
LINKS = "登章税银社金"


def words(cell):
    return " ".join(cell.text_content().split())


def line(desk, no, view="open"):
    """The cells of a case in that part of the list, on whichever page; None if it is not there."""
    address = f"/desk?view={view}"
    while address:
        desk.open(address)
        if found := desk.page.xpath(f"//table//tbody/tr[.//a[contains(@href, '{no}')]]"):
            return {name: words(cell) for name, cell in zip(COLUMNS, found[0], strict=True)}
        address = next(iter(desk.page.xpath("//main//a[@rel='next']/@href")), "")
    return None


@pytest.fixture
def to_hand_out(city):
    """A case that is done and whose package its applicant fetches at the window."""
    form = city.form("等着领")
    form["delivery"] = {"mode": "window"}
    no = city.submit(form, "registration")
    city.follow(no)
    return no


def test_a_line_says_how_urgent_which_case_from_where_how_long_and_how_each_department_stands(
    desk, city
):
    form = city.form("一行字")
    no = city.submit(form)
    cells = line(desk, no)
    assert [words(each) for each in desk.page.xpath("//table//thead//th")] == COLUMNS
    company = city.kaiban.cases.read(no).form["company"]["name"]["full"]
    assert cells["办件"].startswith(f"{company}{no}")
    assert form["people"]["legal_rep"]["name"] not in cells["办件"], "masked"
    assert (cells["牌"], cells["状态"], cells["来源"]) == ("正常", "办理中", "对接系统")
    assert (cells["已用时"], cells["距承诺"]) == ("0 分钟", "余 5 小时")
    dots = desk.page.xpath(f"//tr[.//a[contains(@href, '{no}')]]/td[last()]//li")
    assert [words(each)[0] for each in dots] == list(LINKS)
    assert all("：" in words(each) for each in dots), "what the letter and its colour mean"


def test_a_case_that_is_being_withdrawn_says_so_until_it_is(desk, city):
    with city.leaving():
        no = city.submit(city.form("正在撤"))
        withdraw(city.kaiban.office, no, "applicant")
        assert line(desk, no)["状态"] == "撤回中"
        assert "撤回中" in words(desk.open(f"/desk/cases/{no}").page.xpath("//main")[0])
        [listed] = [each for each in city.kaiban.cases.lines() if each.no == no]
        assert listed.withdrawing
    city.follow(no)
    assert "已撤回" in words(desk.open(f"/desk/cases/{no}").page.xpath("//main")[0])


def figures(desk, no):
    """The figures at the head of a case's page."""
    desk.open(f"/desk/cases/{no}")
    return {
        words(each.find("dt")): words(each.find("dd"))
        for each in desk.page.xpath("//dl[@class='kb-kpis']/div")
    }


def test_once_it_has_ended_nothing_is_left_of_its_time(desk, city, to_hand_out):
    """It says by how much the promise was kept, or nothing where nothing was granted."""
    cells = line(desk, to_hand_out, "to_hand_out")
    assert cells["距承诺"].startswith("提前 ")
    assert figures(desk, to_hand_out)["与承诺时限相比"] == cells["距承诺"]
    no = city.submit(city.form("撤了的"))
    assert figures(desk, no)["距承诺时限"] == "还有 5 小时"
    withdraw(city.kaiban.office, no, "applicant")
    assert figures(desk, no)["距承诺时限"].startswith("还有 "), "the clock goes on until it ends"
    city.follow(no)
    assert set(figures(desk, no)) == {"已办结", "办理用时"}
    desk.open("/desk").press("查找", q="撤了的")
    [row] = desk.page.xpath(f"//table//tbody/tr[.//a[contains(@href, '{no}')]]")
    assert words(row[COLUMNS.index("距承诺")]) == "—"
    dots = " ".join(words(each) for each in row[COLUMNS.index("各部门")].iter("li"))
    assert "不再办理" in dots
    assert "已取消" not in dots, "a step of it may have been granted, and stays"


def test_the_hours_of_a_line_go_on_and_past_the_promise_it_says_by_how_much(desk, city):
    with (
        city.leaving()
    ):  # nothing is done in it: only time passes, and that is all the line has of it
        no = city.submit(city.form("慢慢来"))
    accepted = city.kaiban.cases.read(no).accepted_at
    hours = city.kaiban.profile.city.halls["main"].hours

    def go_on_to(**working):
        city.pass_time(
            seconds=(hours.add(accepted, timedelta(**working)) - city.kaiban.clock.now()).total_seconds()
        )  # fmt: skip

    go_on_to(hours=1, minutes=30)
    cells = line(desk, no)
    assert (cells["已用时"], cells["距承诺"]) == ("1 小时 30 分", "余 3 小时 30 分")
    go_on_to(hours=5, minutes=12)
    cells = line(desk, no, "red")
    assert (cells["牌"], cells["已用时"]) == ("红牌", "5 小时 12 分")
    assert cells["距承诺"] == "超 12 分钟"


def test_where_a_case_was_handed_in_stands_in_its_line(desk, city):
    clerk = Clerk(city.address)
    clerk.http.cookies.update(desk.http.cookies)
    no = clerk.hand_in(city.form("窗口来")).case(city).no
    clerk.close()
    assert line(desk, no)["来源"] == "窗口"


def test_what_is_done_waits_to_be_handed_out_until_it_was(desk, to_hand_out):
    cells = line(desk, to_hand_out, "to_hand_out")
    assert cells["状态"] == "办结"
    assert cells["办件"].endswith("待领取")
    [chip] = desk.page.xpath("//nav[@aria-label='办件']//a[@aria-current]")
    assert words(chip).startswith("待领取")
    waiting = int(words(chip).rpartition(" ")[2])
    desk.open(f"/desk/cases/{to_hand_out}/exit")
    send(desk, *desk.button("登记领走"), {**WHO, "signature": "paper"}, ("signed.png", scan()))
    assert line(desk, to_hand_out, "to_hand_out") is None
    [chip] = desk.page.xpath("//nav[@aria-label='办件']//a[@aria-current]")
    assert words(chip) == f"待领取 {waiting - 1}"


def test_what_is_in_doubt_is_found_sent_again_and_gone_from_what_waits_for_the_window(desk, city):
    no = city.submit(city.form("说不清"))
    city.until(no, lambda case: case.link("registration").current.sent)

    def stands(state):
        with city.kaiban.cases.transaction() as tx:
            case = tx.get(no)
            link = case.link("registration")
            case.move(link, link.current, state, city.kaiban.clock.now())
            tx.save(case)

    stands(LinkState.UNKNOWN)
    assert line(desk, no, "doubt")["办件"].endswith("待核实")
    assert line(desk, no, "window") is None, "it is being looked up"
    stands(LinkState.MANUAL)
    assert line(desk, no, "doubt") is None
    assert line(desk, no, "window")["办件"].endswith("等窗口处理")
    desk.open(f"/desk/cases/{no}/departments/registration")
    desk.press("按原来的内容重新发送", checked=list(CHECKLIST), told_by="张科长 8800")
    assert "已经重新发送" in desk.text, desk.mistakes
    assert line(desk, no, "window") is None
    assert line(desk, no)["办件"].endswith("李敏负责"), "who acted first answers for it"
