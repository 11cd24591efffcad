"""Machines of the hall give numbers, its screen shows them; a case shows its appointments."""

from dataclasses import replace
from datetime import datetime

import pytest

from kaiban.app import Kaiban
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.tickets.ticket import Ticket
from kaiban.orchestrator.applicant.aftercare.booking import Wish, book
from kaiban.orchestrator.window.tickets.calling import call_next, settle
from kaiban.ports import Unavailable
from kaiban.storage.schema import numbers, tickets
from tests.journeys.city import KIOSK_KEY
from tests.web.following.cases import case_of, submit
from tests.web.visitor import Visitor

PHONE = "13800000000"


@pytest.fixture
def queue(city):
    """The city's queue, nobody in it, at an hour from which somebody can be booked on the same day."""
    with city.kaiban.database.transaction() as connection:
        connection.execute(tickets.delete())
        connection.execute(
            numbers.delete().where(numbers.c.day.contains(":"))
        )  # cases keep theirs
    queue = city.kaiban.queue
    while not today(queue):
        city.pass_time(hours=1)
    return queue


@pytest.fixture
def machine(visitor, queue):
    """A machine that whoever looks after it has said gives the main hall's numbers."""
    visitor.open("/kiosk").press("在这台设备上开启", key=KIOSK_KEY, hall="main")
    return visitor.open("/kiosk/number")


def today(queue):
    """The hours of today that can still be booked."""
    return queue.offer("main").bookable("opening", queue.today(), queue.clock.now())


def slot(queue):
    return today(queue)[0]


def test_a_machine_gives_a_number_to_call_and_one_to_collect_by(machine):
    assert machine.heading == "取号"
    machine.press("企业开办综合业务")
    assert machine.heading == "您的号"
    assert "A001" in machine.text
    assert "-001" in machine.text
    assert "前面还有 0 人" in machine.text
    machine.follow("好了，下一位").press("企业开办综合业务")
    assert "A002" in machine.text
    assert "前面还有 1 人" in machine.text


def test_a_double_click_at_the_machine_is_one_number(machine):
    form, button = machine.button("企业开办综合业务")
    held = machine.http.cookies.copy()
    for _ in range(2):
        machine.http.cookies = held.copy()  # both clicks come before the first is answered
        machine.send(form, button, {})
        assert "A001" in machine.text


def test_who_booked_gets_a_number_with_the_code(machine, queue):
    found = slot(queue)
    ticket = book(queue, Wish("main", "opening", found.start, PHONE))
    machine.press("我到了", code="7777-7777")
    assert "今天没有这个预约号" in machine.mistakes[0]
    assert ticket.day == queue.today()
    machine.press("我到了", code=ticket.shown_code)
    assert "A001" in machine.text
    assert PHONE not in machine.answer.text


def test_nobody_takes_numbers_from_elsewhere(visitor, queue):
    for cookie in ({}, {"kaiban_kiosk": "1"}, {"kaiban_kiosk": "1", "kaiban_place": "main"}):
        visitor.http.cookies.update(cookie)
        visitor.open("/kiosk/number")
        assert visitor.path == "/appointments"
    token = visitor.page.xpath("//input[@name='csrf_token']/@value")[0]
    visitor.http.post(
        f"{visitor.address}/kiosk/number",
        data={"csrf_token": token, "business": "opening", "ticket": "0" * 32}, timeout=60,
    )  # fmt: skip
    with queue.tickets.reading() as tx:
        assert tx.of_day("main", queue.today()) == []


def test_a_machine_that_forgets_is_ready_for_the_next_person(machine):
    machine.press("企业开办综合业务").press("结束并清除")
    assert machine.heading == "取号"


def test_a_machine_that_is_turned_off_gives_none(machine):
    machine.open("/kiosk").press("关闭自助机模式", key=KIOSK_KEY)
    machine.open("/kiosk/number")
    assert machine.path == "/appointments"


def test_the_screen_shows_numbers_and_windows_and_looks_again_without_scripts(machine, queue):
    machine.press("企业开办综合业务")
    screen = Visitor(machine.address)
    screen.open("/screen/main")
    assert "请稍候" in screen.text
    assert "企业开办综合业务 1 人在等" in screen.text
    assert screen.page.xpath("//noscript/meta[@http-equiv='refresh']")
    call_next(queue, "main", "1", "alice")
    screen.open("/screen/main")
    assert screen.page.xpath("//tbody//td/text()") == ["A001", "1 号窗口"]
    settle(queue, "main", "A001", "done", "alice")
    assert "A001" not in screen.open("/screen/main").text
    screen.open("/screen/nowhere")
    assert screen.status == 404
    screen.close()


class Away:
    """Tickets of a database that does not answer."""

    def reading(self):
        raise Unavailable("away")


def test_the_screen_says_so_while_the_database_is_away_and_looks_again(city):
    kaiban = Kaiban(city.environ)
    kaiban.clock, kaiban.engine = city.kaiban.clock, city.kaiban.engine
    kaiban.__dict__["queue"] = replace(kaiban.queue, tickets=Away())
    client = kaiban.web().test_client()
    for path in ("/screen/main", "/screen/main/calls"):
        answer = client.get(path)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
        assert "正在恢复" in answer.text
    assert 'http-equiv="refresh"' in client.get("/screen/main").text
    kaiban.database.close()


def test_a_case_leads_to_a_slot_of_its_bank_and_shows_it(filing, city, queue):
    submit(filing, city.form("约柜禾"))
    aid, no = filing.filing_id, case_of(filing, city).no
    filing.open(f"/t/{aid}")
    filing.follow("预约“银行开户”的窗口时间")
    assert "银行开户" in filing.page.find(".//main").text_content()
    start = filing.page.xpath("//input[@name='start']/@value")[0]
    book(queue, Wish("main", "bank", datetime.fromisoformat(start), PHONE, case_no=no))
    filing.open(f"/t/{aid}")
    assert "到大厅办理的预约" in filing.text
    stranger = Visitor(filing.address)
    stranger.open(f"/t/{aid}")
    assert "到大厅办理的预约" not in stranger.text
    stranger.close()
    city.wait_for(no, lambda case: case.is_done("bank"))
    assert "预约“银行开户”的窗口时间" not in filing.open(f"/t/{aid}").text, (
        "there is nothing left to come for"
    )


def test_the_bank_is_told_of_the_visit_that_is_booked_at_its_window(city, queue):
    # The city is shared: at the end of a day nothing can be booked for it any more, and the case would end on the next.
    offer = queue.offer("main")
    while not offer.bookable(
        "bank", queue.clock.now().astimezone(HALL_TIME).date(), queue.clock.now()
    ):
        city.pass_time(hours=1)
    no, now = city.submit(city.form("约柜麦")), queue.clock.now()
    today, *_, later = offer.days(now)
    for day in (later, today):
        start = offer.bookable("bank", day, now)[-1].start
        assert isinstance(book(queue, Wish("main", "bank", start, PHONE, case_no=no)), Ticket)
    city.wait_for(no, lambda case: case.is_done("bank"))
    told = city.kaiban.cases.read(no).link("bank").result
    assert told["visit_date"] == later.isoformat(), (
        "a visit that is still today is the window's alone"
    )


def test_portals_read_what_is_left_and_how_long_people_wait(city, queue, machine):
    machine.press("企业开办综合业务")
    [hall] = [each for each in city.ask("GET", "/halls")["halls"] if each["name"] == "main"]
    waiting = {each["name"]: each["waiting"] for each in hall["business"]}
    assert waiting == {"opening": 1, "agents": 0, "bank": 0}
    assert hall["today"]["people"] == 0
    found = slot(queue)
    day = found.start.astimezone(HALL_TIME).date().isoformat()
    asked = f"/halls/main/slots?business=opening&day={day}"
    before = city.ask("GET", asked)["slots"][0]
    book(queue, Wish("main", "opening", found.start, PHONE))
    after = city.ask("GET", asked)["slots"][0]
    assert after == {**before, "left": before["left"] - 1}
    assert city.call("GET", "/halls/nowhere/slots?business=opening").status_code == 404
    assert city.call("GET", "/halls/main/slots?business=opening&day=x").status_code == 400
    assert city.ask("GET", "/halls/main/slots?business=opening&day=2020-01-01")["slots"] == []
