"""Sign in at the desk, be locked, come back, go: and nothing that was typed is lost or shown to somebody else."""

import re
from contextlib import contextmanager

import pyotp
import pytest
from sqlalchemy import event
from structlog.testing import capture_logs

from kaiban.domain.roles import Role
from kaiban.orchestrator.staff import managing
from kaiban.orchestrator.staff.managing import Superior
from kaiban.ports import Account, Unavailable
from kaiban.web.access.sessions import LOCK, STAFF_LIFETIME
from tests.journeys.city import KIOSK_KEY
from tests.web.desk.people import PASSWORD, at_desk, hire
from tests.web.house import house
from tests.web.visitor import Visitor

STAFF, DEVICE = "kaiban_staff", "kaiban_device"


@pytest.fixture(scope="module")
def home(city):
    """The city's pages with real time set by hand."""
    with house(city) as found:
        yield found


@pytest.fixture
def clerk(home):
    home.wall.later *= 0
    return hire(home.kaiban)


@pytest.fixture
def counter(home, clerk):
    visitor = at_desk(home.address, clerk)
    assert visitor.path == "/desk", visitor.text
    yield visitor
    visitor.close()


# --- in and out -----------------------------------------------------------------------------------


def test_a_page_of_staff_leads_to_signing_in_and_from_there_to_the_page(home, clerk, stranger):
    stranger.address = home.address
    clerk.come_in(stranger, "/desk/account")
    assert stranger.path == "/desk/account"
    assert clerk.login in stranger.text


@pytest.mark.parametrize("wrong", [{"password": "x"}, {"code": "000000"}, {"login": "nobody"}])
def test_whatever_is_wrong_one_sentence_is_said_and_nothing_secret_comes_back(clerk, home, wrong):
    visitor = Visitor(home.address)
    clerk.come_in(visitor, **wrong)
    assert visitor.status == 422
    assert ["账号、口令或动态口令不正确" in each for each in visitor.mistakes] == [True]
    assert visitor.control("password").get("value") == ""
    assert PASSWORD not in visitor.answer.text
    assert visitor.open("/desk").path.startswith("/desk/sign-in")
    visitor.close()


def test_a_page_to_go_to_afterwards_is_one_of_ours(home, clerk):
    visitor = Visitor(home.address)
    visitor.open("/desk/sign-in?next=https://evil.example/desk")
    assert visitor.control("next").get("value") == ""
    clerk.come_in(visitor, "/desk/sign-in?next=//evil.example/", next="//evil.example/")
    assert visitor.path == "/desk"
    visitor.close()


def test_whoever_signs_out_leaves_a_cookie_that_opens_nothing(counter):
    copied = counter.http.cookies.get(STAFF)
    counter.press("退出")
    assert counter.path == "/desk/sign-in"
    counter.http.cookies.set(STAFF, copied)
    assert counter.open("/desk").path.startswith("/desk/sign-in")


def test_the_id_changes_with_signing_in_and_the_one_before_opens_nothing(home, clerk):
    visitor = Visitor(home.address)
    visitor.open("/desk/sign-in")
    planted = visitor.http.cookies.get(STAFF)
    clerk.come_in(visitor)
    assert planted
    assert visitor.http.cookies.get(STAFF) != planted
    victim = Visitor(home.address)
    victim.http.cookies.set(STAFF, planted)
    assert victim.open("/desk").path.startswith("/desk/sign-in")
    visitor.close()
    victim.close()


def test_an_ended_session_opens_nothing_wherever_it_was_ended(home, counter, clerk):
    other = at_desk(home.address, clerk)
    other.open("/desk/account").press("结束其他所有登录")
    assert len(other.page.xpath("//main//table//tbody/tr")) == 1
    assert counter.open("/desk").path.startswith("/desk/sign-in")
    assert other.open("/desk").path == "/desk"
    other.close()


def test_one_session_is_ended_by_its_button(home, counter, clerk):
    other = at_desk(home.address, clerk)
    other.open("/desk/account").press("结束 ")
    assert counter.open("/desk").path.startswith("/desk/sign-in")
    other.close()


# --- the cookie -----------------------------------------------------------------------------------


def test_the_cookie_is_strict_unread_by_scripts_and_gone_with_the_browser(home, clerk):
    visitor = Visitor(home.address)
    clerk.come_in(visitor)
    told = [
        each for step in visitor.answer.history for each in step.raw.headers.getlist("Set-Cookie")
    ]
    [ours] = [each for each in told if each.startswith(f"{STAFF}=")][-1:]
    assert "SameSite=Strict" in ours
    assert "HttpOnly" in ours
    assert not {"Max-Age", "Expires"} & {each.split("=")[0].strip() for each in ours.split(";")}
    visitor.close()


def test_by_https_it_bears_the_prefix(home):
    app = home.kaiban.pages()
    app.config.update(SESSION_COOKIE_SECURE=True)
    answer = app.test_client().get("/desk/sign-in", base_url="https://kaiban.example")
    [told] = answer.headers.getlist("Set-Cookie")
    assert re.match(r"__Host-kaiban_staff=[^;]+; Secure; HttpOnly; Path=/; SameSite=Strict$", told)


def test_neither_cookie_opens_what_the_other_does(home, counter, filing):
    applicant = filing.http.cookies.get("kaiban")
    swapped = Visitor(home.address)
    swapped.http.cookies.set(STAFF, applicant)
    assert swapped.open("/desk").path.startswith("/desk/sign-in")
    swapped.http.cookies.set("kaiban", counter.http.cookies.get(STAFF))
    assert swapped.open(f"/a/{filing.filing_id}/").status == 403
    swapped.close()


def test_nobody_signs_in_on_a_kiosk_and_a_machine_that_becomes_one_forgets_who_had(home, counter):
    copied = counter.http.cookies.get(STAFF)
    counter.open("/kiosk").press("在这台设备上开启", key=KIOSK_KEY)
    assert STAFF not in counter.http.cookies
    for path in ("/desk", "/desk/sign-in"):
        assert counter.open(path).status == 403
        assert "自助机" in counter.heading
    other = Visitor(home.address)
    other.http.cookies.set(STAFF, copied)
    assert other.open("/desk").path.startswith("/desk/sign-in")
    other.close()


def test_a_form_without_this_sessions_token_changes_nothing(counter, clerk, home):
    counter.open("/desk/account")
    answer = counter.http.post(f"{home.address}/desk/sign-out", data={}, timeout=60)
    assert answer.status_code == 403
    assert counter.open("/desk").path == "/desk"


# --- locked, ended, and what was typed ------------------------------------------------------------


@contextmanager
def later(home, span):
    home.wall.later += span
    yield
    home.wall.later -= span


def test_a_session_nobody_uses_locks_and_the_password_opens_it_again(home, counter):
    home.wall.later += LOCK
    counter.open("/desk/account")
    assert (counter.path, counter.heading) == ("/desk/confirm?next=/desk/account", "已锁定")
    counter.open("/desk")
    assert counter.heading == "已锁定", "another page does not wake it"
    counter.open("/desk/account").press("继续", password="wrong")
    assert counter.status == 422
    counter.press("继续", password=PASSWORD)
    assert counter.path == "/desk/account"


@pytest.mark.parametrize(
    "path", ["/desk/sign-in", "/desk/undone", "/desk/no-such-page", "/desk/prefs"]
)
def test_no_page_for_anybody_keeps_a_session_that_was_left_from_locking(home, counter, path):
    with later(home, LOCK):
        counter.open(path)
        counter.open("/desk")
        assert counter.heading == "已锁定"


def test_a_locked_session_ends_with_the_fifth_wrong_password(home, counter):
    counter.press("锁定")
    for _ in range(5):
        assert counter.press("继续", password="wrong").path.startswith("/desk/confirm")
    assert counter.press("继续", password=PASSWORD).path == "/desk/sign-in"


def typing(home, address):
    """Somebody who may make accounts, about to send that form."""
    boss = hire(home.kaiban, Role.HALL_MANAGER)
    visitor = at_desk(address, boss)
    visitor.open("/desk/accounts/new")
    return boss, visitor


FORM = {"login": "ck7001", "name": "赵一", "role": "window", "hall": "main"}


def test_what_was_typed_when_a_session_was_locked_comes_back_and_is_sent_by_a_press(home):
    _, visitor = typing(home, home.address)
    with later(home, LOCK):
        visitor.press("开设账号", **FORM)
        assert visitor.heading == "已锁定"
        assert "赵一" not in visitor.answer.text, "not for whoever passes by"
        visitor.press("继续", password=PASSWORD)
        assert visitor.heading == "刚才填的内容还在"
        visitor.press("接着办理")
        assert "ck7001" in visitor.heading
    assert home.kaiban.staff.accounts.get("ck7001").name == "赵一"
    visitor.close()


def test_what_was_typed_when_a_session_had_ended_comes_back_to_the_same_person(home):
    boss, visitor = typing(home, home.address)
    with later(home, STAFF_LIFETIME.absolute):
        visitor.press("开设账号", **{**FORM, "login": "ck7002"})
        assert visitor.path == "/desk/sign-in"
        boss_in = {"login": boss.login, "password": PASSWORD, "code": boss.codes.pop()}
        visitor.press("登录", **boss_in)
        visitor.press("接着办理")
        assert "ck7002" in visitor.heading
    visitor.close()


def test_and_to_nobody_else(home):
    _, visitor = typing(home, home.address)
    other = hire(home.kaiban, Role.HALL_MANAGER)
    with later(home, STAFF_LIFETIME.absolute):
        visitor.press("开设账号", **{**FORM, "login": "ck7003"})
        visitor.press("登录", login=other.login, password=PASSWORD, code=other.codes.pop())
        assert visitor.path == "/desk"
        assert visitor.open("/desk/go-on").path == "/desk"
    assert home.kaiban.staff.accounts.get("ck7003") is None
    visitor.close()


def test_what_a_page_that_locks_itself_sends_along_comes_back(home, counter):
    counter.open("/desk/account")
    counter.press("锁定", kept__note="半句话", next="/desk/account")
    counter.press("继续", password=PASSWORD)
    assert counter.heading == "刚才填的内容还在"
    assert counter.control("note").get("value") == "半句话"


def test_a_secret_is_never_laid_aside(home, counter):
    counter.open("/desk/password")
    with later(home, LOCK):
        counter.press(
            "保存口令", before=PASSWORD, new="qing wa tiao jing", again="qing wa tiao jing"
        )
        counter.press("继续", password=PASSWORD)
        assert "qing wa" not in counter.answer.text
        assert counter.heading != "刚才填的内容还在"


def test_a_clock_set_back_ends_nothing_for_longer_than_a_password(home, counter):
    with later(home, -STAFF_LIFETIME.idle):
        counter.open("/desk")
        if counter.path != "/desk":
            counter.press("继续", password=PASSWORD)
        assert counter.path == "/desk"


# --- the first day --------------------------------------------------------------------------------


def test_the_first_day_from_the_one_time_password_to_the_queue(home):
    home.wall.later *= 0
    wanted = Account("ck8001", "钱二", Role.WINDOW, "main")
    given = managing.make(home.kaiban.staff, wanted, Superior(None))
    visitor = Visitor(home.address)
    visitor.open("/desk").press("登录", login="ck8001", password=given)
    assert visitor.path == "/desk/password"
    for path in ("/desk", "/desk/account", "/desk/accounts"):
        assert visitor.open(path).path.startswith("/desk/password"), path
    visitor.press("保存口令", before=given, new="1234567890", again="1234567890")
    assert visitor.mistakes
    visitor.press("保存口令", before=given, new=PASSWORD, again=PASSWORD)
    assert visitor.path == "/desk/authenticator"
    assert visitor.open("/desk").path.startswith("/desk/authenticator")
    letters = visitor.page.xpath("//main//*[@class='kb-code']")[0].text_content()
    assert "<svg" in visitor.answer.text.partition('class="kb-qr"')[2]
    visitor.press("绑定", code="000000")
    assert visitor.mistakes
    totp = pyotp.TOTP(letters.replace("-", ""))
    visitor.press("绑定", code=totp.at(home.kaiban.staff.wall()))
    codes = [each.text_content() for each in visitor.page.xpath("//main//*[@class='kb-code']")]
    assert len(codes) == 10
    visitor.press("已经记下")
    assert visitor.path == "/desk"
    assert visitor.open("/desk/recovery").path == "/desk/account", "shown once"
    visitor.press("退出")
    visitor.press("登录", login="ck8001", password=PASSWORD, code=codes[0])
    assert visitor.path == "/desk"
    visitor.close()


def test_a_replayed_code_is_refused(home, clerk):
    code, told = clerk.code(), []
    for _ in range(2):
        visitor = Visitor(home.address)
        clerk.come_in(visitor, code=code)
        told.append(visitor.path.partition("?")[0])
        visitor.close()
    assert told == ["/desk", "/desk/sign-in"]


def test_while_the_database_is_away_nothing_secret_is_on_the_page_that_says_so(home, clerk):
    visitor = Visitor(home.address)
    visitor.open("/desk/sign-in")
    engine = home.kaiban.database.engine
    event.listen(engine, "before_cursor_execute", away)
    try:
        visitor.press("登录", login=clerk.login, password=PASSWORD, code=clerk.codes[-1])
    finally:
        event.remove(engine, "before_cursor_execute", away)
    assert visitor.status == 503
    assert PASSWORD not in visitor.answer.text
    assert clerk.codes[-1] not in visitor.answer.text
    clerk.come_in(visitor)
    assert visitor.path == "/desk"
    visitor.close()


def away(*_):
    raise Unavailable("away")


def test_an_emergency_account_rings_with_every_page(home):
    envelope = hire(home.kaiban, Role.EMERGENCY)
    visitor = Visitor(home.address)
    with capture_logs() as logs:
        envelope.come_in(visitor, code="")
        visitor.open("/desk/accounts")
    rung = [each for each in logs if each["event"] == "emergency_used"]
    assert len(rung) == 3, "coming in, and two pages"
    visitor.close()


def test_no_page_and_no_log_says_a_secret_or_a_name(home, clerk):
    visitor = Visitor(home.address)
    with capture_logs() as logs:
        code = clerk.codes[-1]
        clerk.come_in(visitor)
        visitor.open("/desk/account")
    assert visitor.status == 200
    for secret in (PASSWORD, clerk.secret, code, "李敏"):
        assert secret not in repr(logs)
    visitor.close()
