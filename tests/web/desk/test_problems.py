"""What is wrong is told once a day to whom it concerns, shown whenever somebody looks, and nothing is sent where nothing is."""

from dataclasses import replace
from datetime import UTC, date, timedelta

import pytest
from sqlalchemy import delete, select

from kaiban.domain.roles import Role
from kaiban.domain.supervision.problems import PROBLEM_TITLES, TOLD_TO, Audience, Finding, Problem
from kaiban.notifying.digest_wording import DigestWording
from kaiban.orchestrator.applicant.aftercare.complaining import Grievance, complain
from kaiban.orchestrator.departments import Departments
from kaiban.orchestrator.supervisor.problems import problems
from kaiban.ports import Account
from kaiban.storage.schema import digests, staff_messages
from tests.web.desk.people import at_desk, hire


class At:
    """A clock that stands."""

    def __init__(self, at):
        self.at = at

    def now(self):
        return self.at

    def business(self, real):
        return real


class Envelopes:
    """Accounts of staff, none of which is an emergency account: the city of these tests is shared."""

    def __init__(self, *accounts):
        self.accounts = accounts

    def listed(self):
        return list(self.accounts)


@pytest.fixture
def no(city):
    """A case nobody answers for, about which somebody has complained."""
    no = city.submit(city.form("摘要禾"))
    complain(city.kaiban.complaints, no, Grievance("办不成", source="window", by="w0"))
    return no


@pytest.fixture
def morning(city):
    """Who sends the digest, at half past eight; what was sent before is forgotten."""
    with city.kaiban.database.transaction() as connection:
        connection.execute(delete(digests))
        connection.execute(delete(staff_messages))
    made = city.kaiban.digesting
    at = city.kaiban.clock.now().astimezone(UTC).replace(hour=0, minute=30)
    office = replace(made.lookout.office, clock=At(at))
    return replace(
        made, lookout=replace(made.lookout, office=office), integration=("jk@example.com",)
    )


def told(city):
    with city.kaiban.database.reading() as connection:
        rows = connection.execute(select(staff_messages.c.login, staff_messages.c.kind)).all()
    return sorted(login for login, kind in rows if kind == "digest")


def with_mail(city, role, hall="main"):
    person = hire(city.kaiban, role, hall=hall)
    city.kaiban.staff.accounts.set_mail(person.login, f"{person.login}@example.com")
    return person


def test_each_audience_gets_one_mail_a_day_and_a_second_worker_sends_none(city, no, morning):
    boss = with_mail(city, Role.HALL_MANAGER)
    clerk = with_mail(city, Role.WINDOW)
    soon = date(2026, 4, 1)
    ending = [Finding(Problem.CERTIFICATE, until=soon), Finding(Problem.TOKEN, until=soon)]
    morning.lookout = replace(morning.lookout, ending=lambda: ending)
    ops = with_mail(city, Role.OPERATOR)
    second = replace(morning)
    assert morning.turn()
    first = told(city)
    assert {boss.login, ops.login} <= set(first)
    assert clerk.login not in first
    assert "" in first, "the address of those who own the adapters"
    assert not morning.turn()
    assert not second.turn(), "another worker looks, too"
    assert told(city) == first
    assert first.count(boss.login) == 1


def test_nothing_is_sent_before_its_time_and_again_the_next_day(city, no, morning):
    boss, office = with_mail(city, Role.HALL_MANAGER), morning.lookout.office
    early = replace(morning, lookout=replace(morning.lookout, office=replace(office, clock=At(office.clock.at - timedelta(minutes=1)))))  # fmt: skip
    assert not early.turn()
    assert told(city) == []
    morning.turn()
    office.clock.at += timedelta(days=1)
    assert morning.turn()
    assert told(city).count(boss.login) == 2


def test_where_nothing_is_wrong_nothing_is_sent_and_it_is_known_that_somebody_looked(
    city, morning
):
    with_mail(city, Role.OPERATOR)
    office = morning.lookout.office
    fine = replace(office, city=replace(office.city, halls={}), departments=Departments({}))
    morning.lookout = replace(morning.lookout, office=fine, ending=list, accounts=Envelopes())
    assert not morning.turn()
    assert told(city) == []
    last = city.kaiban.problem_desk.digests.last(Audience.OPERATOR, "")
    assert last == (office.clock.at.date(), 0)


def test_the_page_says_the_same_to_each_reader_in_their_reach(city, no):
    boss = at_desk(city.address, hire(city.kaiban, Role.HALL_MANAGER))
    boss.open("/desk/problems")
    assert "反映还没有指定负责人" in boss.text
    assert "没有人负责" in boss.text
    boss.open(boss.page.xpath("//main//table//a/@href")[0])
    assert boss.status == 200
    ops = at_desk(city.address, hire(city.kaiban, Role.OPERATOR))
    ops.open("/desk/problems")
    assert "反映还没有指定负责人" not in ops.text, "no system of theirs"
    clerk = at_desk(city.address, hire(city.kaiban))
    assert clerk.open("/desk/problems").status == 403
    for each in (boss, ops, clerk):
        each.close()


def test_an_envelope_that_was_opened_is_a_problem_until_it_is_replaced_or_closed(city, morning):
    at = city.kaiban.staff.wall()
    sealed = Account("fire", "应急", Role.EMERGENCY, "main")
    used = replace(sealed, login="fire2", signed_in_at=at)
    closed, clerk = replace(used, disabled_at=at), replace(used, role=Role.WINDOW)
    lookout = replace(morning.lookout, accounts=Envelopes(sealed, used, closed, clerk))
    found = [each for each in problems(lookout) if each.problem is Problem.ENVELOPE]
    assert found == [Finding(Problem.ENVELOPE, what="fire2")]
    assert [each for each in problems(lookout, "main") if each.problem is Problem.ENVELOPE] == []


def test_a_mail_counts_cases_and_names_everything_else():
    write = DigestWording("示范市", "https://kaiban.example", {"main": "主厅"})
    found = (
        Finding(Problem.RED, 2, "main"), Finding(Problem.CALENDAR, hall="main"),
        Finding(Problem.TOKEN, what="bank", until=date(2026, 4, 1)),
    )  # fmt: skip
    lines = [each for each in write(date(2026, 3, 4), "", found).splitlines() if "・" in each]
    assert lines == [
        "・ 在办的红牌，2 件，主厅", "・ 今后几周的放假安排还没有导入，主厅",
        "・ 接口令牌快要到期，bank，2026-04-01 到期",
    ]  # fmt: skip


def test_every_problem_has_a_title_and_somebody_who_is_told():
    assert set(PROBLEM_TITLES) == set(Problem) == set(TOLD_TO)
    assert all(TOLD_TO.values())
