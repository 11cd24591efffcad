"""Coming back with the code sent to the phone, over the hall's pretended gateway for short messages."""

import pytest

from kaiban.domain.filing import CODE_LETTERS
from tests.web.following.cases import submit
from tests.web.house import PHONE, house
from tests.web.visitor import Visitor

STRANGE = "13800009999"


@pytest.fixture
def away(city):
    with house(city) as found:
        another_hour(found)
        yield found


@pytest.fixture
def code(away):
    """The resume code of a filing begun with that phone; every test pretends another hour."""
    visitor = Visitor(away.address)
    visitor.open("/").press("开始填写")
    visitor.press("保存并继续")
    leave(visitor, away)
    filing = away.kaiban.filings.get(visitor.filing_id)
    visitor.close()
    another_hour(away)
    return filing.shown_code


def leave(visitor, away, phone=PHONE):
    """Leave a number, and prove that it is one's own."""
    visitor.go("phone").press("获取验证码", phone=phone)
    return visitor.press("核验并保存", digits=away.digits())


def another_hour(away):
    with away.kaiban.database.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM limits")


@pytest.fixture
def other(away):
    """The same person at another device."""
    visitor = Visitor(away.address)
    yield visitor
    visitor.close()


def ask(visitor, code, phone=PHONE):
    return visitor.open("/resume").press("获取验证码", code=code, phone=phone)


def test_the_right_code_opens_the_filing_once(away, other, code):
    ask(other, code)
    assert "验证码已经发出" in other.text
    form, button = other.button("打开申请")
    digits = away.digits()
    other.send(form, button, {"digits": f" {digits[:3]} {digits[3:]}"})
    assert other.heading == "填写开办申请"
    other.send(form, button, {"digits": digits})
    other.press("再按一次")  # the session has another id since
    assert other.status == 422, "each code works once"


def test_three_wrong_codes_leave_the_right_one_usable_and_five_do_not(away, other, code):
    ask(other, code)
    digits = away.digits()
    wrong = f"{(int(digits) + 1) % 1_000_000:06d}"
    for _ in range(3):
        other.press("打开申请", digits=wrong)
        assert other.status == 422
        assert "验证码不正确" in other.mistakes[0]
    other.press("打开申请", digits=digits)
    assert other.heading == "填写开办申请"
    ask(other, code)
    digits = away.digits()
    wrong = f"{(int(digits) + 1) % 1_000_000:06d}"
    for _ in range(5):
        other.press("打开申请", digits=wrong)
    other.press("打开申请", digits=digits)
    assert other.status == 422


def test_a_code_expires(away, other, code):
    ask(other, code)
    digits = away.digits()
    away.wall.pass_by(minutes=11)
    other.press("打开申请", digits=digits)
    assert other.status == 422
    other.press("没收到，重新获取")
    assert away.digits() != digits or len(away.messages()) > 1
    other.press("打开申请", digits=away.digits())
    assert other.heading == "填写开办申请"


def test_asking_too_often_sends_no_more_and_says_so_beforehand(away, other, code):
    known = ask(other, code).text
    assert "一小时最多发 5 条" in known
    for _ in range(6):
        assert ask(other, code).text == known
    assert len(away.messages()) == 1 + 5


def test_a_stranger_who_knows_the_phone_keeps_its_owner_not_out(away, other, code):
    stranger = Visitor(away.address)
    for place in range(12):
        ask(stranger, f"AAAA-AAA{CODE_LETTERS[place]}")
        stranger.press("打开申请", digits="000000")
    stranger.close()
    ask(other, code).press("打开申请", digits=away.digits())
    assert other.heading == "填写开办申请"


def test_an_unknown_phone_reads_the_same_words_and_gets_nothing(away, other, code):
    known = ask(other, code).text
    count = len(away.messages())
    strange = ask(other, code, STRANGE).text
    assert strange == known
    assert len(away.messages()) == count
    other.press("打开申请", digits="123456")
    assert other.status == 422
    assert "验证码不正确" in other.mistakes[0]


def test_a_number_left_after_submission_opens_the_case_elsewhere(away, other, city):
    visitor = submit(begun(away), city.form("禾山云谷"))
    filing = away.kaiban.filings.get(visitor.filing_id)
    visitor.follow("留下手机号码").press("获取验证码", phone="123")
    assert visitor.status == 422
    visitor.press("获取验证码", phone=PHONE)
    visitor.press("核验并保存", digits=away.digits())
    assert visitor.heading == "办理进度"
    visitor.follow("换一个手机号码")
    visitor.close()
    another_hour(away)
    ask(other, filing.shown_code)
    other.press("打开申请", digits=away.digits())
    assert other.path == f"/t/{filing.id}"
    assert other.open(f"/t/{filing.id}/package").status == 200


# --- leaving a number -------------------------------------------------------------------------------


def number_of(away, visitor):
    return away.kaiban.filings.get(visitor.filing_id).phone


def test_a_number_counts_only_once_what_was_sent_to_it_came_back(away):
    visitor = begun(away)
    visitor.go("phone").press("获取验证码", phone="138 0000 0000")
    assert number_of(away, visitor) == ""
    digits = away.digits()
    visitor.press("核验并保存", digits=f"{(int(digits) + 1) % 1_000_000:06d}")
    assert visitor.status == 422
    assert "验证码不正确" in visitor.mistakes[0]
    assert number_of(away, visitor) == ""
    form, button = visitor.button("核验并保存")
    visitor.send(form, button, {"digits": f"{digits[:3]} {digits[3:]}"})
    assert visitor.heading == "填写开办申请"
    assert number_of(away, visitor) == PHONE
    visitor.go("phone").press("获取验证码", phone=STRANGE)
    visitor.press("核验并保存", digits=digits)
    assert visitor.status == 422
    assert number_of(away, visitor) == PHONE, "digits prove the number they were sent to"
    visitor.close()


def test_reloading_the_page_that_asks_for_the_digits_sends_none_again(away):
    visitor = begun(away)
    visitor.go("phone").press("获取验证码", phone=PHONE)
    for _ in range(3):
        visitor.open(visitor.path)
    assert visitor.control("digits") is not None
    assert len(away.messages()) == 1
    visitor.close()


def test_a_number_is_not_sent_digits_without_end(away):
    visitor = begun(away)
    visitor.go("phone").press("获取验证码", phone=PHONE)
    for _ in range(4):
        visitor.press("没收到，重新获取")
    visitor.press("没收到，重新获取")
    assert visitor.status == 422
    assert "验证码太多" in visitor.mistakes[0]
    assert len(away.messages()) == 5
    visitor.close()


def begun(away):
    """Somebody at the list of a filing just begun, without a number."""
    visitor = Visitor(away.address)
    visitor.open("/").press("开始填写")
    return visitor.press("保存并继续")


# --- a case that a program handed in --------------------------------------------------------------


def test_the_case_of_a_program_is_followed_by_its_link_and_opened_by_the_code(city, away, other):
    no = city.submit(city.form("链接禾"))
    another_hour(away)
    told = city.ask("POST", f"/cases/{no}/progress-link", json={"phone": PHONE})
    page = told["url"].removeprefix(city.address)
    assert other.open(page).heading == "办理进度"
    assert no in other.text
    assert PHONE not in other.answer.text
    assert other.open(f"{page}/withdraw").status == 403, "the link alone opens nothing"
    ask(other, told["resume_code"], PHONE).press("打开申请", digits=away.digits())
    assert other.heading == "办理进度"
    assert other.open(f"{page}/withdraw").status == 200
