"""People are called to a window, one at a time, by whoever sits there."""

import pytest

from kaiban.orchestrator.applicant.aftercare.booking import Wish, book
from tests.web.appointments.test_hall import PHONE, slot
from tests.web.appointments.test_hall import queue as empty_queue  # noqa: F401 - a fixture
from tests.web.desk.people import at_desk, hire


@pytest.fixture
def page(desk, empty_queue):  # noqa: F811 - the fixture
    return desk.open("/desk/tickets?window=1")


def take(page, business="opening"):
    return page.press("取号", business=business, do="number")


def test_somebody_without_an_appointment_gets_a_number_is_called_served_and_done(
    page, person, city
):
    form, button = page.button("取号")
    for _ in range(2):
        page.send(form, button, {"business": "opening"})
        assert "A001" in page.text
    page.press("叫下一位")
    assert "已经叫 A001 号" in page.text
    form, button = page.button("再叫一遍")
    for _ in range(2):
        page.send(form, button, {})
    assert "叫了 2 遍" in page.text
    page.press("开始办").press("办完")
    assert "A001 号办完了" in page.text
    with city.kaiban.queue.tickets.reading() as tx:
        (ticket,) = tx.of_day("main", city.kaiban.queue.today())
    assert (ticket.state, ticket.by, ticket.calls) == ("done", person.login, 2)
    assert "分钟 / 1 人" in page.text


def test_a_second_press_calls_nobody_else(page):
    take(page)
    take(page)
    form, button = page.button("叫下一位")
    for _ in range(2):
        page.send(form, button, {})
        assert page.status == 200
        assert "A001" in page.page.xpath("//p[@class='kb-slip']")[0].text_content()
    assert "已经叫了一位" in page.text


def test_who_missed_their_call_waits_once_more_and_somebody_else_is_sent_on(page, city):
    take(page)
    page.press("叫下一位").press("没有人来")
    assert "A001 号记为过号" in page.text
    page.press("来了，重新等候").press("叫下一位").press("转过去", business="bank")
    assert "转到另一种业务" in page.text
    assert "没有人在等这个窗口" in page.text
    bank = at_desk(city.address, hire(city.kaiban, window="3"))
    bank.open("/desk/tickets").press("叫下一位")
    assert "已经叫 A001 号" in bank.text, "the window of the account is chosen"
    bank.close()


def test_an_appointment_is_on_the_list_without_its_phone_and_checked_in_by_its_code(page, city):
    queue = city.kaiban.queue
    ticket = book(queue, Wish("main", "opening", slot(queue).start, PHONE))
    page.open("/desk/tickets?window=1")
    assert ticket.day == queue.today()
    assert "已预约" in page.text
    assert PHONE not in page.answer.text
    assert ticket.code not in page.answer.text
    page.press("签到取号", code="xxxx")
    assert page.page.xpath("//*[@data-errors]//a/@href") == ["#arrive-code"]


def test_a_case_written_on_a_number_is_found_by_its_pick_up_number(page, city):
    no = city.submit(city.form(), "registration")
    take(page)
    page.press("叫下一位").press("写上办件号", case="KB12")
    assert page.mistakes == ["本大厅没有这个办件号，请对照受理回执再填一次。"]
    page.press("写上办件号", case=no)
    pickup = next(each for each in page.text.split() if each.endswith("-001"))
    page.open("/desk/exit").press("查找", q=pickup)
    assert page.path == f"/desk/cases/{no}/exit"


def test_a_number_nobody_wrote_a_case_on_says_so(page):
    take(page)
    page.press("叫下一位")
    pickup = next(each for each in page.text.split() if each.endswith("-001"))
    page.open("/desk/exit").press("查找", q=pickup)
    assert "没有关联办件" in page.mistakes[0]


def test_a_hall_without_a_queue_says_so(city):
    far = at_desk(city.address, hire(city.kaiban, hall="elsewhere"))
    assert "本大厅没有设置取号" in far.open("/desk/tickets").text
    far.close()
