"""What supervising departments were handed, and what they have not taken: on the watch, and among the problems."""

from datetime import timedelta
from functools import cache

import pytest

from kaiban.domain.messages.notification import Answer, Channel, Message, Verdict
from kaiban.domain.roles import Role
from kaiban.domain.supervision.handover import HandoverKind
from tests.web.desk.people import OTHER
from tests.web.watch.test_overview import watching


@pytest.fixture
def handed(city):
    """A result of the usual hall that was taken, and one that was not for two hours."""
    return handed_once(city)


@cache
def handed_once(city):
    """The same once in each city: where tests are shared out, a fixture of a module is made again and again."""
    numbers = [city.submit(city.form()) for _ in range(2)]
    kept, now = city.kaiban.handovers, city.kaiban.wall.now()
    for at, no in enumerate(numbers):
        message = Message(f"h{at}", no, 1, HandoverKind.GRANTED, Channel.WEBHOOK, city.kaiban.clock.now(), "{}", webhook="after")  # fmt: skip
        with city.kaiban.database.transaction() as connection:
            kept.add(connection, message, "main", now - timedelta(hours=2))
    taken = kept.take(Channel.WEBHOOK, now, timedelta(minutes=3))
    kept.settle(taken, Answer(Verdict.ACCEPTED, "http.200", receipt="HZ-7"), None, 5)
    waits = next(no for no in numbers if no != taken.case_no)
    return taken.case_no, waits


def days(city):
    today = city.today
    return f"first={today - timedelta(days=2)}&last={today + timedelta(days=2)}"


def test_results_stand_with_receipt_or_age_and_those_without_can_be_seen_alone(city, handed):
    taken, waits = handed
    watch = watching(city)
    watch.open(f"/watch/handovers?{days(city)}")
    assert "1 / 2" in watch.text
    rows = {no: row for row in watch.page.xpath("//main//tbody/tr") for no in handed if no in row.xpath("string(.)")}  # fmt: skip
    assert "HZ-7" in rows[taken].xpath("string(.)")
    assert "2 小时" in rows[waits].xpath("string(.)")
    watch.follow("只看没有回执的")
    assert waits in watch.text
    assert taken not in watch.text
    watch.follow(waits)
    assert watch.status == 200
    watch.close()


def test_a_result_without_a_receipt_is_a_problem_of_its_hall(city, handed):
    boss = watching(city, Role.HALL_MANAGER, hall="main")
    boss.open("/desk/problems")
    boss.follow("推送给监管部门的办理结果没有回执")
    assert handed[1] in boss.open(f"/watch/handovers?{days(city)}&show=outstanding").text
    boss.close()
    other = watching(city, Role.HALL_MANAGER, hall=OTHER)
    assert "没有回执" not in other.open("/desk/problems").text
    assert handed[1] not in other.open(f"/watch/handovers?{days(city)}&hall=main").text
    other.close()
