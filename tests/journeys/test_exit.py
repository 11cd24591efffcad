"""Two windows at once: a package leaves once, on SQLite and on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from kaiban.domain.cases.case import Case
from kaiban.orchestrator.window.exit_desk.handing_out import HANDED_OUT, Collection, hand_out
from tests.journeys.city import playing

WINDOWS = 8
SIGNED = Collection("legal_rep", "id_card", matches=True, signature="paper", paper=b"%PDF-signed")


@pytest.fixture
def city(tmp_path, database_url):
    with playing(tmp_path, database_url, pace=20) as city:
        yield city


def test_one_of_many_windows_hands_it_over(city):
    form = city.form()
    form["delivery"] = {"mode": "window"}
    no = city.submit(form, "registration")
    city.follow(no)
    offices = [city.kaiban.office]
    city.install()  # another process with its own connections
    offices.append(city.kaiban.office)
    assert [each.no for each in offices[0].cases.leaving("window", "main", 9)] == [no]
    ready = Barrier(WINDOWS)

    def press(number):
        ready.wait()
        return hand_out(offices[number % 2], no, f"ck{number:02}", SIGNED)

    with ThreadPoolExecutor(WINDOWS) as threads:
        answers = list(threads.map(press, range(WINDOWS)))
    won = [number for number, each in enumerate(answers) if isinstance(each, Case)]
    assert len(won) == 1
    assert answers.count([HANDED_OUT]) == WINDOWS - 1
    events = [each.actor for each in offices[0].cases.read(no).events if each.kind == "handed_out"]
    assert events == [f"window:ck{won[0]:02}"]
    assert offices[0].cases.leaving("window", "main", 9) == []
    assert offices[1].cases.get_notice_paper(no, "collection-1").pdf == SIGNED.paper
