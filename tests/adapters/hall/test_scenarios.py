"""Scenarios are files; each can be played by every stub, and says how the day goes."""

from datetime import datetime

import pytest

from adapters.hall import Hall
from adapters.hall.hours import BEIJING, is_working_day
from adapters.hall.scenarios import ScenarioError, names, parsed, scenario
from kaiban.ports import Closed, Done, Retryable, Unknown
from tests.adapters.hall.offices import OFFICES, Visit

PROMISED = {
    "calm", "loudi-5h", "rush-hour", "tax-night", "bank-dayend", "flaky-network", "lost-answers",
    "callback-storm", "everything-twice", "slow-drip", "gbk-hell", "month-end", "bad-monday",
}  # fmt: skip
WEDNESDAY = datetime(2026, 3, 4, 9, 30, tzinfo=BEIJING)


def test_the_promised_scenarios_are_there():
    assert set(names()) == PROMISED


@pytest.mark.parametrize("name", sorted(PROMISED))
def test_every_stub_can_play_it(name):
    with Hall(scenario=name, manual=True) as hall:
        assert hall.names == tuple(sorted(OFFICES))
        chosen = scenario(name)
        assert chosen.title
        assert chosen.about
        played = [each.fault for s in hall.names for each in hall.stub(s).hall.troubles.all()]
        # Every fault of the file is committed by somebody.
        assert all(each in played for _, each in chosen.faults)


@pytest.mark.parametrize(
    ("name", "begins"),
    [("calm", "03-04 09:30"), ("tax-night", "03-04 21:40"), ("bank-dayend", "03-04 16:20"),
     ("month-end", "03-31 15:00")],
)  # fmt: skip
def test_it_says_when_it_begins(name, begins):
    assert f"{scenario(name).epoch(WEDNESDAY):%m-%d %H:%M}" == begins


def test_it_begins_on_a_working_day():
    sunday = datetime(2026, 10, 4, 12, tzinfo=BEIJING)
    assert is_working_day(scenario("bank-dayend").epoch(sunday).date())
    assert scenario("calm").epoch(sunday) == sunday


def test_an_epoch_of_ones_own_is_kept():
    with Hall(scenario="tax-night", only=("tax",), epoch=WEDNESDAY, manual=True) as hall:
        assert hall.clock.now() == WEDNESDAY


def test_its_pace_multiplies_the_halls_and_outlives_a_restart():
    with Hall(scenario="rush-hour", only=("bank",), pace=10, latency=0.1) as hall:
        for _ in range(2):
            assert hall.stub("bank").hall.pace == pytest.approx(6.5)
            assert hall.stub("bank").hall.latency == pytest.approx(0.4)
            hall.restart("bank")


def test_another_one_takes_its_place_and_faults_by_hand_stay():
    with Hall(scenario="slow-drip", only=("bank",), manual=True) as hall:
        hall.stub("bank").lose_next("KH0001")
        hall.play("bank", "gbk-hell")
        assert hall.scenario("bank").name == "gbk-hell"
        by_hand, *others = hall.stub("bank").hall.troubles.all()
        assert (by_hand.fault.do, by_hand.scenario) == ("close", "")
        assert {each.scenario for each in others} == {"gbk-hell"}
        hall.play("bank", "calm")
        assert [each.scenario for each in hall.stub("bank").hall.troubles.all()] == [""]


def test_nothing_is_lost_where_every_third_answer_is():
    with Hall(scenario="lost-answers", only=("bank",), manual=True, seed=3) as hall:
        lost = 0
        for number in range(6):
            visit = Visit(
                hall,
                "bank",
                case=f"99990020260304{number:04}",
                credit_code=f"91990102MA{number:08}",
            )
            try:
                visit.submit()
            except Unknown:
                lost += 1
            visit.close()
        assert lost == 2
        hall.advance(days=1)
        commits = hall.commits()
        assert len({each.enterprise for each in commits}) == len(commits) == 6


def test_the_tax_bureau_closes_at_ten_and_opens_in_the_morning():
    with Hall(scenario="tax-night", only=("tax",), manual=True) as hall:
        hall.stub("tax").hall.troubles.clear()
        visit = Visit(hall, "tax")
        hall.advance(minutes=21)
        with pytest.raises(Closed):
            visit.submit()
        hall.advance(hours=8)
        visit.submit()
        assert isinstance(visit.finish(), Done)
        visit.close()


def test_rush_hour_says_busy_now_and_then_and_takes_everybody_in_the_end():
    with Hall(scenario="month-end", only=("bank",), manual=True, seed=3) as hall:
        visit = Visit(hall, "bank")
        for _ in range(20):
            try:
                visit.submit()
                break
            except Retryable:
                continue
        assert isinstance(visit.finish(), Done)
        visit.close()


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ({"title": "t"}, "about"),
        ({"title": "t", "about": "a", "weather": "bad"}, "weather"),
        ({"title": "t", "about": "a", "hall": {"pace": "fast"}}, "pace"),
        ({"title": "t", "about": "a", "hall": {"begins": "noonish"}}, "noonish"),
        ({"title": "t", "about": "a", "fault": [{"do": "explode"}]}, "explode"),
    ],
)
def test_a_wrong_file_is_refused_with_a_reason(raw, says):
    with pytest.raises(ScenarioError, match=says):
        parsed("mine", raw)


def test_an_unknown_scenario_is_told_with_those_there_are():
    with pytest.raises(
        ScenarioError, match=r"'noon'; there are bad-monday, bank-dayend, callback-storm"
    ):
        Hall(scenario="noon")


def test_a_fault_meant_for_somebody_who_cannot_commit_it_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr("adapters.hall.scenarios.FOLDER", tmp_path)
    text = 'title = "t"\nabout = "a"\n[[fault]]\nstubs = ["tax"]\ndo = "bad-signature"\n'
    (tmp_path / "calm.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="tax cannot do bad-signature"), Hall(only=("tax",)):
        pass
