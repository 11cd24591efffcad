"""A case as one line: what it says of time is what the case itself would say, however much later it is read."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kaiban.domain.assisted import Actor, FiledBy, Filer, Way
from kaiban.domain.cases.link import LinkState as S
from kaiban.domain.cases.states import CaseState
from kaiban.domain.city import City, Hall
from kaiban.domain.desk.worklist import Source, entry_of, holder_of, rules_of, tenure_of
from kaiban.domain.hours.cards import Level
from kaiban.domain.hours.clock import EveryDay, HallHours, Promise, Season, Shift
from tests.storage.samples import MORNING, sample_case

HOURS = HallHours((Season(date.min, (Shift.read("09:00-12:00"), Shift.read("13:30-17:30"))),), EveryDay())  # fmt: skip
PROMISE = Promise("city", "五小时", timedelta(hours=5), link_limits={"tax": timedelta(minutes=30)})
CITY = City("shifan", "示范市", "990100", {"center": Hall("center", "市大厅", HOURS)}, {"city": PROMISE})  # fmt: skip


def case_after(*moves, case=None):
    """A case in which steps moved: (minutes after acceptance, link, state)."""
    case = case or sample_case()
    for minutes, link, state in moves:
        at = MORNING + timedelta(minutes=minutes)
        case.move(case.link(link), case.link(link).current, state, at)
    return case


RUNNING = ((5, "registration", S.READY), (6, "registration", S.SENDING), (7, "registration", S.SUBMITTED))  # fmt: skip
STANDING = (*RUNNING, (30, "registration", S.NEEDS_CORRECTION))


@pytest.mark.parametrize("moves", [(), RUNNING, STANDING])
@pytest.mark.parametrize("later", [0, 1, 29, 61, 179, 181, 300, 600, 1500, 4000])
def test_the_time_used_is_the_cases_own_whenever_it_is_read(moves, later):
    case = case_after(*moves)
    now = case.events[-1].at + timedelta(minutes=later, seconds=17)
    assert entry_of(case, CITY).used_at(now, HOURS) == CITY.hours_of(case, now).working_minutes


def test_it_gets_its_cards_when_the_promise_says_so():
    entry = entry_of(case_after(*RUNNING), CITY)
    yellow, red = MORNING + timedelta(hours=6), MORNING + timedelta(hours=6, minutes=30)
    assert (entry.yellow_at, entry.red_at) == (yellow, red), "an hour and a half of lunch"
    assert entry.level_at(yellow - timedelta(seconds=1)) is None
    assert entry.level_at(yellow) is Level.YELLOW
    assert entry.level_at(red) is Level.RED


def test_while_everything_waits_for_the_applicant_no_card_comes_nearer():
    entry = entry_of(case_after(*STANDING), CITY)
    assert not entry.running
    assert (entry.yellow_at, entry.red_at) == (None, None)


def test_a_card_that_was_due_stays_whatever_happens_then():
    case = case_after(*RUNNING, (2000, "registration", S.NEEDS_CORRECTION))
    entry = entry_of(case, CITY)
    assert entry.level_at(case.events[-1].at) is Level.RED


def test_a_link_past_its_own_limit_is_yellow_long_before_the_promise():
    case = case_after((1, "tax", S.READY), (2, "tax", S.SENDING), (3, "tax", S.SUBMITTED))
    entry = entry_of(case, CITY)
    assert entry.yellow_at == MORNING + timedelta(minutes=3 + 31)
    late = entry_of(case_after((40, "registration", S.READY), case=case), CITY)
    assert late.level_at(MORNING + timedelta(minutes=40)) is Level.YELLOW


def test_where_hall_or_promise_are_gone_nothing_is_said_of_time():
    for gone in (replace(CITY, halls={}), replace(CITY, promises={})):
        entry = entry_of(case_after(*RUNNING), gone)
        assert (entry.used, entry.yellow_at, entry.red_at) == (None, None, None)
        assert entry.used_at(MORNING, HOURS) is None


@pytest.mark.parametrize(
    ("state", "sign"), [(S.MANUAL, "for_window"), (S.UNKNOWN, "in_doubt"), (S.SUBMITTED, "")]
)
def test_it_says_for_whom_it_waits(state, sign):
    moves = RUNNING if state is S.SUBMITTED else (*RUNNING, (20, "registration", state))
    entry = entry_of(case_after(*moves), CITY)
    assert [name for name in ("for_window", "in_doubt") if getattr(entry, name)] == [sign][: bool(sign)]  # fmt: skip
    ended = case_after(*moves)
    ended.state = CaseState.WITHDRAWN
    assert not entry_of(ended, CITY).listed


@pytest.mark.parametrize("state", [CaseState.WITHDRAWN, CaseState.IN_PROGRESS])
def test_a_case_waits_until_it_is_known_what_was_told_to_nobody(state):
    case = case_after(*RUNNING)
    case.state = state
    for kind, of, waits in [
        ("finding_unsent", "ck01", True), ("unsent_known", "ck02", True), ("unsent_known", "ck01", False),
        ("finding_unsent", "ck01", True),
    ]:  # fmt: skip
        case.note(kind, MORNING, "system", facts={"of": of})
        entry = entry_of(case, CITY)
        assert entry.for_window is waits, (kind, of)
        assert entry.listed is (waits or not case.ended)


def test_an_answer_stands_until_somebody_at_the_window_has_acted_or_asks_again():
    case = sample_case()
    for kind, actor, stands in [
        ("notice", "system", False), ("corrected", "applicant", True), ("fact", "system", True),
        ("taken", "window:ck01", False), ("corrected", "applicant", True), ("notice", "system", False),
        ("material", "applicant", True), ("resent", "window", False),
    ]:  # fmt: skip
        facts = {"to": "ck01"} if kind == "taken" else {}
        case.note(kind, MORNING, actor, facts=facts)
        assert entry_of(case, CITY).corrected is stands, kind


def test_what_was_promised_is_owed_until_it_comes():
    case = sample_case()
    for key, due in (("lease", "2026-03-20"), ("identity", "2026-03-18")):
        case.note("deferred", MORNING, "applicant", code=key, facts={"due": due})
    assert entry_of(case, CITY).owed_until == date(2026, 3, 18)
    case.note("material", MORNING, "applicant", code="identity")
    assert entry_of(case, CITY).owed_until == date(2026, 3, 20)
    case.note("extended", MORNING, "ck09", code="lease", facts={"due": "2026-03-27"})
    assert entry_of(case, CITY).owed_until == date(2026, 3, 27)
    assert holder_of(case) == "ck09", "whoever gave more time has acted"
    case.state = CaseState.COMPLETED
    assert entry_of(case, CITY).listed, "it is owed though all else is done"
    case.state = CaseState.REFUSED
    assert entry_of(case, CITY).owed_until is None
    case.state = CaseState.COMPLETED
    case.note("waived", MORNING, "ck09", code="lease", facts={"due": "2026-03-27"})
    assert not entry_of(case, CITY).listed


@pytest.mark.parametrize("kind", ["assisted", "material"])
def test_whoever_hands_something_in_for_somebody_has_acted_first(kind):
    case = sample_case()
    case.note(kind, MORNING, "ck05", code="lease", facts={"staff": "ck05"})
    case.note("finding", MORNING, "window:ck01")
    assert holder_of(case) == "ck05"


def test_whoever_of_the_staff_acts_first_answers_for_it_until_it_is_given_to_another():
    case = sample_case()
    assert (holder_of(case), tenure_of(case)) == ("", "0.")
    case.note("notice", MORNING, "window:王敏", code="1")
    assert holder_of(case) == "", "a name is no account"
    case.note("finding", MORNING, "window:ck01")
    case.note("finding", MORNING, "window:ck02")
    assert holder_of(case) == "ck01"
    case.note("handed_on", MORNING, "window:ck01", facts={"to": "ck03", "from": "ck01"})
    entry = entry_of(case, CITY)
    assert (entry.holder, entry.first) == ("ck03", "ck01")
    before = tenure_of(case)
    case.note("taken_over", MORNING, "window:ck03", code="away", facts={"to": "ck03"})
    assert tenure_of(case) != before


@pytest.mark.parametrize(
    ("actor", "source"),
    [
        (Actor.APPLICANT, Source.WINDOW),
        (Actor.AGENT, Source.WINDOW),
        (Actor.TELEPHONE, Source.TELEPHONE),
    ],
)
def test_what_was_filed_with_help_was_filed_at_the_desk(actor, source):
    case = sample_case(owner="filing:00ff")
    case.filed_by = FiledBy("123456", Filer(actor, "李四"), ("ck01",), Way.PAPER, 1)
    assert entry_of(case, CITY).source is source


def test_what_was_filed_alone_comes_from_where_its_owner_does():
    assert entry_of(sample_case(owner="filing:00ff"), CITY).source is Source.ONLINE
    assert entry_of(sample_case(owner="program"), CITY).source is Source.PROGRAM


def test_lines_are_made_by_other_rules_once_hours_or_promises_are_others():
    others = [
        replace(CITY, promises={"city": replace(PROMISE, yellow_at=0.8)}),
        replace(CITY, halls={"center": Hall("center", "市大厅", replace(HOURS, seasons=HOURS.seasons[:1], days=EveryDay()))}),
        replace(CITY, halls={"center": Hall("center", "市大厅", HallHours((Season(date.min, (Shift.read("09:00-12:00"),)),), EveryDay()))}),
    ]  # fmt: skip
    found = [rules_of(each) for each in (CITY, *others)]
    assert found[0] == found[2], "the same hours are the same"
    assert len(set(found)) == 3
