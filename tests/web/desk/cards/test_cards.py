"""Cards are seen by whom they concern, appealed against by who answers, decided by somebody else, and never go away."""

import pytest

from kaiban.domain.hours.cards import Cause, Level
from kaiban.domain.roles import Role
from kaiban.domain.supervision.given import CardState
from tests.web.desk.cards.carded import give, take
from tests.web.desk.people import OTHER, at_desk, hire
from tests.web.following.cases import case_of, submit

WHY = "部门系统停机，已公告。"


@pytest.fixture
def no(city):
    return city.submit(city.form("牌禾"))


@pytest.fixture
def desk(city):
    """Let somebody sign in; closed afterwards."""
    opened = []

    def desk(role=Role.WINDOW, **more):
        person = hire(city.kaiban, role, **more)
        opened.append(at_desk(city.address, person))
        opened[-1].person = person
        return opened[-1]

    yield desk
    for each in opened:
        each.close()


def card(city, no, number=1):
    return city.kaiban.cards.of_case(no)[number - 1]


def test_a_card_stands_on_the_desk_the_case_and_the_watch(city, no, desk):
    clerk = desk()
    take(city.kaiban, no, clerk.person)
    give(city.kaiban, no, Level.YELLOW, "tax", Cause.LINK_LIMIT)
    assert no in clerk.listed("/desk/cards")
    assert no in clerk.listed("/desk/cards?show=mine")
    assert no in clerk.listed("/desk/cards?show=yellow")
    assert no not in clerk.listed("/desk/cards?show=red")
    clerk.open(f"/desk/cases/{no}")
    assert "环节超过本环节时限" in clerk.text
    assert clerk.person.login in clerk.text
    watch = desk(Role.SUPERVISOR)
    today = city.today.isoformat()
    assert no in watch.listed(f"/watch/cards?level=yellow&first=2026-01-01&last={today}")
    assert no not in watch.listed(f"/watch/cards?level=red&first=2026-01-01&last={today}")


def test_who_answers_appeals_and_somebody_else_clears_it_with_a_reason(city, no, desk):
    clerk, watch = desk(), desk(Role.SUPERVISOR)
    take(city.kaiban, no, clerk.person)
    give(city.kaiban, no)
    clerk.open(f"/desk/cases/{no}/cards").press("申诉", text="")
    assert "请写明理由" in clerk.text
    clerk.press("申诉", text=f"{WHY}\U0001f600")
    assert "（U+1F600）" in clerk.text, "no paper can show it"
    clerk.press("申诉", text=WHY)
    assert "已申诉，待复核" in clerk.text
    assert WHY in clerk.text
    assert not clerk.page.xpath("//main//form")
    assert no in watch.listed("/desk/cards?show=appealed")
    watch.open(f"/desk/cases/{no}/cards").press("撤牌", text="情况属实。")
    assert "已撤牌" in watch.text
    found = card(city, no)
    assert (found.state, found.card.level) == (CardState.CLEARED, Level.RED)
    assert [step.by for step in found.steps] == [clerk.person.login, watch.person.login]
    kinds = [event.kind for event in city.kaiban.cases.read(no).events]
    assert [each for each in kinds if each.startswith("card")] == ["card", "card_appealed", "card_cleared"]  # fmt: skip
    assert no in watch.listed("/watch/cards?first=2026-01-01"), "it stays what it was"


def test_nobody_decides_what_they_appealed_against_or_were_given(city, no, desk):
    boss, watch = desk(Role.HALL_MANAGER), desk(Role.SUPERVISOR)
    give(city.kaiban, no)
    boss.open(f"/desk/cases/{no}/cards").press("申诉", text=WHY)
    assert not boss.page.xpath("//main//button[@value='cleared']")
    watch.open(f"/desk/cases/{no}/cards").press("维持", text="不成立。")
    assert card(city, no).state is CardState.UPHELD
    assert "复核后维持" in boss.open(f"/desk/cases/{no}/cards").text


def test_a_colleague_who_does_not_answer_for_it_does_not_appeal(city, no, desk):
    owner, other = desk(), desk()
    take(city.kaiban, no, owner.person)
    give(city.kaiban, no)
    assert not other.open(f"/desk/cases/{no}/cards").page.xpath("//main//form")
    assert owner.open(f"/desk/cases/{no}/cards").page.xpath("//main//form")


def test_another_hall_sees_none_of_them(city, no, desk):
    give(city.kaiban, no)
    away = desk(hall=OTHER)
    assert no not in away.listed("/desk/cards")
    assert away.open(f"/desk/cases/{no}/cards").status == 404
    boss = desk(Role.HALL_MANAGER, hall=OTHER)
    assert no not in boss.listed("/watch/cards?hall=main&first=2026-01-01")


def test_the_applicant_reads_what_concerns_them_and_no_name(city, filing):
    visitor = filing
    submit(visitor, city.form("牌诉禾"))
    case = case_of(visitor, city)
    give(city.kaiban, case.no, Level.NOTICE)
    visitor.open(f"/t/{visitor.filing_id}")
    assert "承诺时限，系统" not in visitor.text, "a notice is ours alone"
    person = hire(city.kaiban)
    take(city.kaiban, case.no, person)
    give(city.kaiban, case.no)
    visitor.open(f"/t/{visitor.filing_id}")
    assert "办理用时用完了承诺时限" in visitor.text
    assert person.login not in visitor.text


def test_an_address_for_mail_is_ones_own_to_set(city, desk):
    clerk = desk()
    clerk.open("/desk/account").press("保存", mail="no address")
    assert "请填写完整的邮箱地址" in clerk.text
    clerk.press("保存", mail="limin@example.com")
    assert city.kaiban.staff.accounts.get(clerk.person.login).mail == "limin@example.com"
    assert clerk.open("/desk/account").page.xpath("//input[@name='mail']/@value") == ["limin@example.com"]  # fmt: skip
    clerk.press("保存", mail="")
    assert city.kaiban.staff.accounts.get(clerk.person.login).mail == ""
