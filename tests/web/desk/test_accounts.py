"""Accounts of others on the page: made, reset, closed; a password is shown once and asked for first."""

from datetime import timedelta

import pytest

from kaiban.domain.roles import Role
from kaiban.web.access.admission import FRESH
from tests.web.desk.people import OTHER, PASSWORD, at_desk, hire
from tests.web.house import house
from tests.web.visitor import Visitor


@pytest.fixture(scope="module")
def home(city):
    with house(city) as found:
        yield found


@pytest.fixture
def boss(home):
    home.wall.later *= 0
    visitor = at_desk(home.address, hire(home.kaiban, Role.HALL_MANAGER))
    yield visitor
    visitor.close()


def made(boss, login, **more):
    boss.open("/desk/accounts").follow("开设账号")
    boss.press(
        "开设账号", **{"login": login, "name": "孙三", "role": "window", "hall": "main", **more}
    )
    return boss.page.xpath("//main//*[@class='kb-code']")


def test_an_account_is_made_and_its_password_shown_once(boss, home):
    [code] = made(boss, "CK6001")
    assert boss.heading == "ck6001 ・ 孙三"
    assert boss.open(boss.path).page.xpath("//main//*[@class='kb-code']") == []
    newcomer = Visitor(home.address)
    newcomer.open("/desk").press("登录", login="ck6001", password=code.text_content())
    assert newcomer.path == "/desk/password"
    newcomer.close()
    assert "ck6001" in boss.open("/desk/accounts").text


def test_a_double_click_makes_one_account(boss):
    boss.open("/desk/accounts/new")
    form, button = boss.button("开设账号")
    typed = {"login": "ck6002", "name": "孙三", "role": "window", "hall": "main"}
    boss.send(form, button, typed)
    boss.send(form, button, typed)
    assert ["已经有人用过" in each for each in boss.mistakes] == [True]


@pytest.mark.parametrize(
    ("more", "told"),
    [({"role": "supervisor"}, "角色"), ({"role": "emergency"}, "角色"), ({"role": "x"}, "角色"), ({"hall": OTHER}, "大厅"),
     ({"name": " "}, "姓名"), ({"login": "李"}, "小写字母")],
)  # fmt: skip
def test_what_is_not_theirs_to_give_is_refused_with_everything_typed_still_there(
    boss, home, more, told
):
    made(boss, **{"login": "ck6003", **more})
    assert boss.status == 422
    assert told in "".join(boss.mistakes)
    assert boss.control("window") is not None
    assert home.kaiban.staff.accounts.get("ck6003") is None


@pytest.mark.parametrize("words", ["重置口令", "重置口令和动态口令", "停用", "注销账号"])
def test_whoever_loses_rights_is_out_at_once(boss, home, words):
    person = hire(home.kaiban)
    desk = at_desk(home.address, person)
    boss.open(f"/desk/accounts/{person.login}")
    buttons = [b for b in boss.page.iter("button") if b.text_content() == words]
    boss.send(boss.button(words)[0], buttons[0], {})
    assert boss.status == 200
    assert desk.open("/desk").path.startswith("/desk/sign-in")
    desk.close()


def test_a_disabled_account_is_opened_again(boss, home):
    person = hire(home.kaiban)
    boss.open(f"/desk/accounts/{person.login}").press("停用")
    assert "已停用" in boss.text
    boss.press("恢复使用")
    visitor = at_desk(home.address, person)
    assert visitor.path == "/desk"
    visitor.close()


def test_what_gives_or_takes_rights_asks_for_the_password_first(boss, home):
    person = hire(home.kaiban)
    boss.open(f"/desk/accounts/{person.login}")
    home.wall.later += FRESH + timedelta(seconds=1)
    boss.press("停用")
    assert boss.heading == "请再输入一次口令"
    assert home.kaiban.staff.accounts.get(person.login).open
    boss.press("继续", password=PASSWORD)
    boss.press("接着办理")
    assert not home.kaiban.staff.accounts.get(person.login).open


def test_nobody_changes_their_own_account_there(boss, home):
    login = boss.open("/desk/account").page.xpath("//main//dd")[0].text_content().strip()
    assert home.kaiban.staff.accounts.get(login)
    assert boss.open(f"/desk/accounts/{login}").status == 404


def test_who_keeps_the_system_running_sees_every_hall_and_no_case(home):
    visitor = at_desk(home.address, hire(home.kaiban, Role.OPERATOR))
    assert visitor.path == "/desk/accounts"
    visitor.follow("开设账号")
    assert len(visitor.control("hall").findall("option")) == 3
    assert "办件队列" not in visitor.answer.text
    visitor.close()
