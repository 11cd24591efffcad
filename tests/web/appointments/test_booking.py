"""Somebody books on the pages, looks it up, cancels it; and nobody else learns of it."""

import re
from datetime import datetime, timedelta

import pytest
from icalendar import Calendar

from kaiban.orchestrator.applicant.aftercare.booking import Wish, book
from kaiban.storage.schema import tickets
from tests.outages import read_only
from tests.web.house import PHONE, house
from tests.web.visitor import Visitor


@pytest.fixture(scope="module")
def home(city):
    with house(city) as home:
        yield home


@pytest.fixture
def home_alone(home):
    """The pages with a gateway, and no appointment yet; a day later, so that the phone may be sent codes again."""
    home.wall.pass_by(days=1)
    with home.kaiban.database.transaction() as connection:
        connection.execute(tickets.delete())
    return home


@pytest.fixture
def caller(home_alone):
    """Somebody at the page of appointments."""
    caller = Visitor(home_alone.address)
    caller.open("/appointments")
    yield caller
    caller.close()


def choose(caller, words="企业开办综合业务", slot=-1):
    """Choose what for and the last hour of a day that is still whole; return its value."""
    start = slots(caller, words)[slot]
    caller.press("下一步", start=start, phone=PHONE)
    return start


def slots(caller, words="企业开办综合业务"):
    """Go to a day that is still whole, however late it is in the city; return its hours."""
    caller.follow(words)
    caller.open(caller.page.xpath("//a[contains(@href, 'day=')]/@href")[1])
    return caller.page.xpath("//input[@name='start']/@value")


def booked(caller, home, **chosen):
    choose(caller, **chosen)
    return caller.press("确认预约", digits=home.digits())


def test_an_appointment_is_made_with_a_code_to_the_phone_and_shown_with_its_number(
    caller, home_alone
):
    start = choose(caller)
    assert "验证码已经发到" in caller.text
    caller.press("确认预约", digits="000000" if home_alone.digits() != "000000" else "111111")
    assert caller.status == 422
    assert "验证码不正确" in caller.mistakes[0]
    caller.press("确认预约", digits=home_alone.digits())
    assert caller.heading == "我的预约"
    assert "已经预约" in caller.text
    assert start[11:16] in caller.text
    assert re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}", caller.text)
    assert caller.page.xpath("//*[@class='kb-qr']//*[local-name()='path']")
    assert PHONE not in caller.path


def test_an_appointment_can_be_put_into_a_calendar(caller, home_alone):
    start = datetime.fromisoformat(choose(caller))
    caller.press("确认预约", digits=home_alone.digits())
    [link] = [a.get("href") for a in caller.page.iter("a") if "日历" in a.text_content()]
    answer = caller.http.get(home_alone.address + link, timeout=60)
    [event] = Calendar.from_ical(answer.content).walk("VEVENT")
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(minutes=30)
    assert event.decoded("dtstart") == start
    assert str(event["summary"]) == "企业开办综合业务"
    stranger = Visitor(home_alone.address)
    stranger.open(link)
    assert stranger.path == "/appointments/find"
    stranger.close()


def test_on_another_device_the_phone_finds_it_and_cancels_it(caller, home_alone):
    booked(caller, home_alone)
    other = Visitor(home_alone.address)
    other.open("/appointments/mine")
    assert other.heading == "查询或者取消预约"
    other.press("获取验证码", phone=PHONE)
    other.press("查看预约", digits=home_alone.digits())
    assert "企业开办综合业务" in other.text
    other.press("确认取消")
    assert "已取消" in other.text
    caller.open("/appointments/mine")
    assert "已取消" in caller.text
    other.close()


def test_who_has_a_phone_of_their_own_sees_nothing_of_another(caller, home_alone):
    booked(caller, home_alone)
    ticket = caller.page.xpath("//button[@name='ticket']/@value")[0]
    stranger = Visitor(home_alone.address)
    stranger.open("/appointments/find")
    stranger.press("获取验证码", phone="13900000000")
    # A code that was sent to another browser proves nothing in this one.
    stranger.press("查看预约", digits=home_alone.digits())
    assert stranger.status == 422
    token = stranger.control("csrf_token").get("value")
    stranger.http.post(
        f"{home_alone.address}/appointments/cancel",
        data={"csrf_token": token, "ticket": ticket}, timeout=60,
    )  # fmt: skip
    stranger.open("/appointments/mine")
    assert stranger.path == "/appointments/find"
    stranger.close()
    caller.open("/appointments/mine")
    assert "已预约" in caller.text


def test_a_known_phone_books_the_next_one_at_once_and_no_more_than_its_share(caller, home_alone):
    booked(caller, home_alone)
    for slot, heading in ((-2, "我的预约"), (-3, "选择时间")):
        start = slots(caller.open("/appointments"))[slot]
        caller.press("下一步", start=start, phone=PHONE)
        assert caller.heading == heading
    assert "请窗口代为预约" in caller.mistakes[0]


def test_a_slot_that_somebody_else_took_meanwhile_is_told_with_the_nearest_free_ones(
    caller, home_alone
):
    start = choose(caller, words="银行开户", slot=-2)
    queue = home_alone.kaiban.queue
    book(queue, Wish("main", "bank", datetime.fromisoformat(start), "13900000000"))
    caller.press("确认预约", digits=home_alone.digits())
    assert caller.status == 422
    assert "约满" in caller.mistakes[0]
    assert "还有名额的最近时段" in caller.text
    offered = caller.page.xpath("//section//a")
    assert len(offered) == 3
    caller.open(offered[0].get("href"))
    [chosen] = caller.page.xpath("//input[@name='start'][@checked]/@value")
    assert chosen != start
    # The phone is known by now: no second code.
    caller.press("下一步", phone=PHONE)
    assert caller.heading == "我的预约"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"start": ""}, "请选择一个时段"),
        ({"start": "next week"}, "请选择一个时段"),
        ({"start": "2026-03-04T10:00"}, "请选择一个时段"),  # of which zone?
        ({"phone": "123"}, "请填写 11 位手机号码"),
        ({"phone": ""}, "请填写 11 位手机号码"),
    ],
)
def test_what_cannot_be_booked_is_told_and_the_page_stays(caller, sent, said):
    caller.follow("企业开办综合业务")
    starts = caller.page.xpath("//input[@name='start']/@value")
    caller.press("下一步", **{"start": starts[-1], "phone": PHONE, **sent})
    assert caller.status == 422
    assert said in caller.mistakes[0]
    assert caller.heading == "选择时间"


def test_an_address_of_nowhere_leads_to_the_choice(caller):
    caller.open("/appointments/times?hall=nowhere&business=opening&day=x")
    assert caller.heading == "预约到大厅办理"


def test_without_a_gateway_the_page_says_what_to_do_instead(visitor):
    visitor.open("/appointments")
    assert "现在不能在网上预约" in visitor.text
    visitor.open("/appointments/times?hall=main&business=opening")
    starts = visitor.page.xpath("//input[@name='start']/@value")
    visitor.press("下一步", start=starts[-1], phone=PHONE)
    assert "尚未接通短信" in visitor.mistakes[0]


def test_while_nothing_can_be_written_what_was_typed_stays(caller, home_alone):
    caller.follow("企业开办综合业务")
    starts = caller.page.xpath("//input[@name='start']/@value")
    with read_only(home_alone.kaiban.database.engine):
        caller.press("下一步", start=starts[-1], phone=PHONE)
        assert caller.status == 503
    caller.press("再发送一次")
    assert "验证码已经发到" in caller.text


def test_everything_of_it_can_be_read_in_english(caller, home_alone):
    caller.press("English")
    booked_page = caller.open("/appointments")
    assert "appointment" in booked_page.text.lower()
    caller.follow("Setting up an enterprise")
    starts = caller.page.xpath("//input[@name='start']/@value")
    caller.press("Next", start=starts[-1], phone=PHONE)
    caller.press("Confirm the booking", digits=home_alone.digits())
    assert caller.heading == "My appointments"
    assert home_alone.messages()[0].startswith("[")
