"""How long a browser is known, and that it is not when it ends: a copied cookie opens nothing."""

from contextlib import contextmanager

import pytest
from sqlalchemy import event, text
from structlog.testing import capture_logs

from kaiban.orchestrator.worker.upkeep.retention import prune
from tests.journeys.city import playing
from tests.web.house import PHONE, house
from tests.web.visitor import Visitor

COOKIE = "kaiban"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def town(request, tmp_path_factory):
    """A city of this module's own, on each database."""
    folder = tmp_path_factory.mktemp("sessions")
    if request.param == "sqlite":
        url = f"sqlite:///{folder}/kaiban.db"
        with playing(folder, url) as city:
            yield city
        return
    with request.getfixturevalue("cluster").database() as url, playing(folder, url) as city:
        yield city


@pytest.fixture(scope="module")
def home(town):
    """The town's pages with a gateway for short messages, and real time set by hand."""
    with house(town) as found:
        yield found


@pytest.fixture
def browser(home):
    home.wall.later *= 0
    with home.kaiban.database.transaction() as connection:
        connection.execute(text("DELETE FROM limits"))
    with opened(home) as visitor:
        yield visitor


@contextmanager
def opened(home):
    visitor = Visitor(home.address)
    visitor.open("/")
    yield visitor
    visitor.close()


def begun(visitor):
    return visitor.open("/").press("开始填写").press("保存并继续")


def sid(visitor):
    return visitor.http.cookies.get(COOKIE)


def copied(home, cookie):
    """Another browser with that cookie."""
    visitor = Visitor(home.address)
    visitor.http.cookies.set(COOKIE, cookie)
    return visitor


def opens(visitor, aid):
    return visitor.open(f"/a/{aid}/").status == 200


def rows(home):
    with home.kaiban.database.reading() as connection:
        return connection.execute(text("SELECT count(*) FROM sessions")).scalar()


def statements(home, act):
    asked = []

    def note(_connection, _cursor, statement, *_):
        asked.append(statement)

    engine = home.kaiban.database.engine
    event.listen(engine, "before_cursor_execute", note)
    act()
    event.remove(engine, "before_cursor_execute", note)
    return asked


@pytest.mark.parametrize("how", ["reset", "turned on"])
def test_a_copied_cookie_opens_nothing_after_the_machine_forgot(home, browser, how):
    aid = begun(browser).filing_id
    cookie = sid(browser)
    thief = copied(home, cookie)
    assert opens(thief, aid)
    token = browser.page.xpath("//input[@name='csrf_token']/@value")[0]
    path, sent = ("/kiosk/reset", {}) if how == "reset" else ("/kiosk", {"key": "202603041234"})
    browser.http.post(home.address + path, data={"csrf_token": token} | sent, timeout=60)
    assert not opens(thief, aid)
    assert not opens(copied(home, cookie), aid)
    assert not opens(browser, aid)
    thief.close()


def test_an_id_known_before_something_is_opened_is_not_the_id_after(home, browser):
    first = sid(browser)
    begun(browser).go("phone").press("获取验证码", phone=PHONE)
    browser.press("核验并保存", digits=home.digits())
    aid, second = browser.filing_id, sid(browser)
    assert first != second
    assert not opens(copied(home, first), aid)
    with opened(home) as other:
        planted = sid(other)
        code = home.kaiban.filings.get(aid).shown_code
        other.open("/resume").press("获取验证码", code=code, phone=PHONE)
        other.press("打开申请", digits=home.digits())
        assert opens(other, aid)
        assert sid(other) != planted
        assert not opens(copied(home, planted), aid)
    begun(browser)
    assert sid(browser) != second
    assert opens(browser, aid)
    assert not opens(copied(home, second), aid), "every change of rights"


def test_two_browsers_are_two_sessions(home, browser):
    with opened(home) as other:
        mine, theirs = begun(browser).filing_id, begun(other).filing_id
        assert sid(browser) != sid(other)
        assert (opens(browser, theirs), opens(other, mine)) == (False, False)
        token = other.page.xpath("//input[@name='csrf_token']/@value")[0]
        other.http.post(f"{home.address}/kiosk/reset", data={"csrf_token": token}, timeout=60)
        assert opens(browser, mine)


def test_a_session_ends_after_eight_hours_without_a_click_and_keeps_what_was_typed(home, browser):
    aid = begun(browser).filing_id
    browser.go("licence")
    home.wall.pass_by(hours=7)
    assert opens(browser, aid)
    browser.go("licence")
    home.wall.pass_by(hours=8)
    browser.press("保存并继续", company__contact_phone="0999-8800001")
    assert browser.status == 403
    kept = browser.page.xpath("//input[@name='kept.company.contact_phone']/@value")
    assert kept == ["0999-8800001"]


def test_a_session_ends_after_a_day_however_much_it_is_used(home, browser):
    aid = begun(browser).filing_id
    for _ in range(5):
        home.wall.pass_by(hours=4)
        assert opens(browser, aid)
    second = begun(browser).filing_id
    home.wall.pass_by(hours=4)
    assert not opens(browser, aid)
    assert not opens(browser, second), "a new id is no longer life"


def test_a_session_in_use_is_written_down_now_and_then(home, browser):
    begun(browser)

    def writes():
        asked = statements(home, lambda: browser.go("licence"))
        return [each for each in asked if each.startswith(("UPDATE", "INSERT", "DELETE"))]

    assert writes() == []
    assert "Set-Cookie" not in browser.answer.headers
    home.wall.pass_by(minutes=31)
    assert len(writes()) == 1
    assert f"{COOKIE}=" in browser.answer.headers["Set-Cookie"]
    assert writes() == []


def test_pages_that_are_only_looked_at_leave_no_row(home, browser):
    before = rows(home)
    for page in ("/", "/guide", "/resume", "/privacy", "/kiosk"):
        with opened(home) as visitor:
            visitor.open(page)
            visitor.press("English")
    assert rows(home) == before
    begun(browser)
    assert rows(home) == before + 1


def test_files_do_not_ask_the_database_and_a_page_asks_once_for_its_session(home, browser):
    begun(browser)
    [style, *_] = browser.page.xpath("//link[@rel='stylesheet']/@href")
    assert statements(home, lambda: browser.http.get(home.address + style, timeout=60)) == []
    asked = statements(home, lambda: browser.go("licence"))
    assert len([each for each in asked if "FROM sessions" in each]) == 1


def test_ended_sessions_are_dropped_by_the_upkeep(home, browser):
    begun(browser)
    home.wall.pass_by(hours=30)
    assert prune(home.kaiban.office, home.kaiban.keeping)["sessions"] >= 1
    assert rows(home) == 0


def test_a_clock_that_was_far_ahead_neither_ends_sessions_nor_keeps_them_for_ever(home, browser):
    aid = begun(browser).filing_id
    home.wall.pass_by(days=3650)
    assert not opens(browser, aid)
    with opened(home) as late:
        ahead = begun(late).filing_id
        home.wall.later *= 0
        assert opens(browser, aid)
        assert opens(late, ahead)
        home.wall.pass_by(hours=9)
        assert not opens(late, ahead)


def test_a_page_of_before_the_id_changed_is_sent_by_pressing_once_more(home, browser):
    aid = begun(browser).filing_id
    browser.go("licence")
    form, button = browser.button("保存并继续")
    begun(browser)
    browser.send(form, button, {"company.contact_phone": "0999-8800001"})
    assert (browser.status, browser.heading) == (403, "请再确认一次")
    browser.press("再按一次")
    assert browser.status in (200, 422)
    assert opens(browser, aid), "nothing is lost"
    browser.open(f"/a/{aid}/licence")
    assert browser.control("company.contact_phone").get("value") == "0999-8800001"


def test_another_sites_form_takes_nobodys_cookie_away(home, browser):
    """Our cookie does not come with it (SameSite), so the answer must not set another."""
    answers = [
        Visitor(home.address).http.post(
            f"{home.address}/a",
            headers={"Sec-Fetch-Site": site},
            timeout=60,
            allow_redirects=False,
        )
        for site in ("cross-site", "same-origin")
    ]
    assert [each.status_code for each in answers] == [403, 303]
    assert ["Set-Cookie" in each.headers for each in answers] == [False, True]


def test_what_is_refused_on_a_page_is_a_security_event(home, browser):
    aid = begun(browser).filing_id
    with opened(home) as stranger, capture_logs() as logs:
        stranger.open(f"/a/{aid}/licence")
        stranger.http.post(f"{home.address}/a", timeout=60)
    found = [each for each in logs if each.get("security")]
    assert [(each["event"], each["address"], each["route"]) for each in found] == [
        ("filing_refused", "127.0.0.1", "/a/<aid>/<page>"),
        ("csrf_refused", "127.0.0.1", "/a"),
    ]
    assert aid not in repr(logs)
