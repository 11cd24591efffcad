"""A day of each role in a real browser: with Tab, Enter and the letters alone, with scripts and without, at a counter and on a phone."""

import pytest
from structlog.testing import capture_logs

from kaiban.domain.desk.worklist import holder_of
from kaiban.domain.roles import Role
from kaiban.orchestrator.staff import managing
from kaiban.orchestrator.staff.managing import Superior
from kaiban.ports import Account
from tests.browser.clean import faults_on
from tests.journeys.city import playing
from tests.web.desk.people import OTHER, PASSWORD, hire, move

WIDTHS = (390, 1280)
#: More stops than any page of staff has, also without scripts, where nothing is folded away.
#: A case of the main hall that only the one at the window takes.
WINDOW = "window"
STOPS = 600
#: What has the focus is called: by its label, its own words, or the name of its control.
FOCUSED = """() => { const e = document.activeElement, label = e.labels && e.labels[0];
  const own = /^(INPUT|TEXTAREA|SELECT)$/.test(e.tagName) ? '' : e.textContent;
  return [label ? label.textContent : '', own, e.getAttribute('aria-label') || '', e.name || '']
    .map(each => each.trim().replace(/\\s+/g, ' ')).filter(Boolean); }"""


class Keyboard:
    """Somebody who has no mouse; ``found`` is what was wrong with the pages they came by."""

    def __init__(self, page, *, scripts):
        self.page, self.scripts, self.found = page, scripts, []

    def to(self, words):
        """Tab until what begins with these words has the focus."""
        passed = []
        for _ in range(STOPS):
            self.page.keyboard.press("Tab")
            called = self.page.evaluate(FOCUSED)
            if any(each.startswith(words) for each in called):
                return self
            passed.append(called)
        raise AssertionError(f"no way to {words!r} on {self.page.url}: {passed}")

    def type(self, words, text):
        self.to(words)
        self.page.keyboard.type(text)
        return self

    def choose(self, words, downs=1):
        """The so manieth below what a list shows."""
        self.to(words)
        for _ in range(downs):
            self.page.keyboard.press("ArrowDown")
        return self

    def press(self, words=""):
        """Go there and press Enter, which leads to another page; that is looked at."""
        if words:
            self.to(words)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.found += [
            f"{self.page.url}: {fault}"
            for fault in faults_on(self.page, WIDTHS, scripts=self.scripts)
        ]
        return self

    def text(self):
        return " ".join(self.page.locator("main").inner_text().split())


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    folder = tmp_path_factory.mktemp("roles")
    with playing(folder, f"sqlite:///{folder}/kaiban.db", pace=20) as city:
        city.numbers_of = {
            (scripts, hall): city.submit(city.form(f"{name}{'有' if scripts else '无'}本"))
            for scripts in (True, False)
            for hall, name in (("main", "青禾"), (WINDOW, "白鹭"), (OTHER, "云岭"))
        }
        for (_, hall), no in city.numbers_of.items():
            move(city.kaiban, no, "main" if hall == WINDOW else hall)
        yield city


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def scripts(request):
    return request.param


@pytest.fixture
def arrive(city, open_page, scripts):
    """Let somebody of that role sign in."""
    keyboards = []

    def arrive(person):
        keys = begin(person.login, PASSWORD)
        return keys.type("动态口令", person.codes.pop()).press("登录")

    def begin(login, password):
        page = open_page(f"{city.address}/desk/sign-in", width=1280, scripts=scripts)
        keys = Keyboard(page, scripts=scripts)
        keyboards.append(keys)
        return keys.type("账号", login).type("口令", password)

    arrive.begin = begin

    yield arrive
    assert [fault for keys in keyboards for fault in keys.found] == []


def company(city, no):
    return city.kaiban.cases.read(no).form["company"]["name"]["full"]


def test_at_the_window_a_case_is_taken_and_a_form_begun_laid_aside_and_found(
    city, arrive, scripts
):
    person, no = hire(city.kaiban), city.numbers_of[scripts, WINDOW]
    keys = arrive(person)
    keys.press(company(city, no)).press("认领")
    assert holder_of(city.kaiban.cases.read(no)) == person.login
    keys.press("帮办申报").type("姓名", "张三").press("开始填写")
    number = keys.page.url.split("/")[5]
    keys.type("company.contact_phone", "0999-8800055").press("先保存").press("挂起")
    keys.type("按帮办号继续", number).press().press("接手办理")
    found = city.kaiban.assisted.get(number)
    entry = city.kaiban.filings.get(found.filing_id).entry
    assert (found.held_by, found.parked_at) == (person.login, None)
    assert entry["company"]["contact_phone"] == "0999-8800055"


def test_a_hall_manager_hands_a_case_on_and_opens_an_account(city, arrive, scripts):
    colleague = hire(city.kaiban, name="王芳")
    no, login = city.numbers_of[scripts, "main"], f"new{int(scripts)}"
    keys = arrive(hire(city.kaiban, Role.HALL_MANAGER))
    keys.press(company(city, no)).to("转交给同事")
    keys.page.keyboard.press("Enter")
    options = keys.page.locator("select[name=to] option").all_inner_texts()
    downs = next(n for n, each in enumerate(options) if colleague.login in each)
    keys.choose("转交给", downs).press("转交")
    assert holder_of(city.kaiban.cases.read(no)) == colleague.login
    keys.press("账号管理").press("开设账号")
    keys.type("login", login).type("姓名", "钱二").choose("角色").press("开设账号")
    assert "一次性口令" in keys.text()
    account = city.kaiban.staff.accounts.get(login)
    assert (account.role, account.hall) == (Role.WINDOW, "main")


def test_a_supervisor_sees_every_hall_in_full_and_changes_nothing(city, arrive, scripts):
    no = city.numbers_of[scripts, OTHER]
    keys = arrive(hire(city.kaiban, Role.SUPERVISOR))
    keys.press(company(city, no)).press("显示完整")
    assert (
        city.kaiban.cases.read(no).form["people"]["legal_rep"]["cert"]["no"] in keys.page.content()
    )
    assert "认领" not in keys.text()
    keys.press("办不成事反映")
    keys.page.goto(f"{city.address}/desk/exit")
    assert "没有这项权限" in keys.text()
    assert keys.page.locator("main a[href='/desk']").count()


def test_an_auditor_reads_and_nothing_more(city, arrive, scripts):
    no = city.numbers_of[scripts, OTHER]
    keys = arrive(hire(city.kaiban, Role.AUDITOR))
    keys.press(company(city, no))
    assert (
        city.kaiban.cases.read(no).form["people"]["legal_rep"]["cert"]["no"]
        not in keys.page.content()
    )
    assert keys.page.locator("main form button").count() == 0
    keys.press("容缺补交").press("告知书")


def test_an_operator_keeps_accounts_and_sees_no_case(city, arrive, scripts):
    colleague, no = hire(city.kaiban, hall=OTHER), city.numbers_of[scripts, "main"]
    keys = arrive(hire(city.kaiban, Role.OPERATOR))
    keys.press("账号管理").press(colleague.login).press("停用")
    assert city.kaiban.staff.accounts.get(colleague.login).disabled_at
    assert company(city, no) not in keys.page.content()
    keys.page.goto(f"{city.address}/desk/cases/{no}")
    assert company(city, no) not in keys.page.content()


def test_the_day_on_which_nobody_else_can_come_in(city, arrive, scripts):
    """An envelope is opened: every page rings, little may be done, the operator sees it, and a new envelope ends it."""
    login, here = f"envelope{int(scripts)}", Superior(None)
    boss, no = hire(city.kaiban, Role.HALL_MANAGER), city.numbers_of[scripts, OTHER]
    given = managing.make(city.kaiban.staff, Account(login, "应急", Role.EMERGENCY, "main"), here)
    with capture_logs() as logs:
        keys = arrive.begin(login, given).press("登录")
        keys.press(company(city, no))
        assert keys.page.locator("main form button").count() == 0, (
            "nothing is shown in full, nothing changed"
        )
        keys.press("账号管理").press(boss.login).press("重置口令和动态口令")
        assert "一次性口令" in keys.text()
    rung = [each for each in logs if each["event"] == "emergency_used"]
    assert len(rung) >= len(["sign-in", "list", "case", "accounts", "one", "changed"])
    assert {(each["log_level"], each["account"]) for each in rung} == {("warning", login)}
    assert city.kaiban.staff.accounts.get(boss.login).one_time_until, (
        "who is locked out has a way in"
    )
    keys.press("退出")
    operator = arrive(hire(city.kaiban, Role.OPERATOR)).press("问题摘要")
    assert "应急账号用过，还没有换口令" in operator.text()
    assert login in operator.text()
    managing.reset_password(city.kaiban.staff, city.kaiban.staff.accounts.get(login), here)
    operator.press("问题摘要")
    assert login not in operator.text()
    arrive.begin(login, given).press("登录")
    assert city.kaiban.staff.accounts.get(login).signed_in_at is None, (
        "the envelope that was opened opens nothing"
    )
