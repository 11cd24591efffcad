"""How far a case is between two halls, and how long each part of its way took."""

from datetime import date, timedelta

import pytest

from kaiban.domain.assisted import Actor, FiledBy, Filer, Way
from kaiban.domain.cases.case import Case
from kaiban.domain.cases.cross_region.intake import (
    ORIGINAL_SEEN,
    IntakeRule,
    Original,
    is_seen,
    seen_originals,
    unseen,
)
from kaiban.domain.cases.cross_region.passage import legs_of, stage_of
from kaiban.domain.cases.cross_region.profile import read_intake_rules
from kaiban.domain.cases.link import LinkState
from kaiban.domain.cases.plan import LinkSpec, Plan, StepSpec
from kaiban.domain.cases.states import CaseState
from kaiban.domain.papers.delivery import ARRIVING, AT_WINDOW, RETURN, leaves_by, leaves_from
from tests.domain.halls import at

START = at("2026-03-04T09:00")
RULE = IntakeRule("south", ("north",), "清单", date(2026, 1, 1))
FILED = FiledBy("412073", Filer(Actor.APPLICANT, "张三"), ("ck1",), Way.PAPER, 1)


def minute(number):
    return START + timedelta(minutes=number)


@pytest.fixture
def plan():
    spec = LinkSpec("registration", "设立登记", "市监局", (StepSpec(),))
    return Plan.of((spec,), {"delivery": {"mode": "window"}})


@pytest.fixture
def case(plan):
    return Case.accept(
        "KB1", plan, city="c", hall="north", owner="o", promise="p", at=START, filed_by=FILED,
        intake=RULE,
    )  # fmt: skip


def send_on(case, number):
    case.note("sent_on", minute(number), "window:ck1", before="south", after="north")


def receive(case, number):
    case.note("received", minute(number), "window:ck2", before="north", facts={"to": "ck2"})


def finish(case, number):
    link = case.links[0]
    for state in (LinkState.READY, LinkState.SENDING, LinkState.DONE):
        if link.state is not state:
            case.move(link, link.current, state, minute(number))
    case.complete(1, minute(number))


def carry(case, kind, number, version=1):
    case.note(kind, minute(number), "window:ck1", code=str(version))


def test_no_department_gets_it_before_its_hall_has_received_it(case, plan):
    assert (case.intake, case.awaiting, case.release(plan, minute(1))) == ("south", "south", [])
    send_on(case, 5)
    assert (case.awaiting, case.release(plan, minute(6))) == ("north", [])
    receive(case, 9)
    assert case.awaiting == ""
    assert [link.name for link, _ in case.release(plan, minute(9))] == ["registration"]


def test_the_stage_is_its_last_move_and_a_result_counts_for_its_version(case):
    assert stage_of(case) == "taken_in"
    send_on(case, 5)
    receive(case, 9)
    finish(case, 30)
    assert (stage_of(case), leaves_by(case), leaves_from(case)) == ("received", RETURN, "north")
    carry(case, "result_sent", 40)
    assert (stage_of(case), leaves_by(case), leaves_from(case)) == (
        "result_sent",
        ARRIVING,
        "south",
    )
    carry(case, "result_received", 50)
    assert (leaves_by(case), leaves_from(case)) == (AT_WINDOW, "south")
    case.package_version = 2
    assert (stage_of(case), leaves_by(case), leaves_from(case)) == ("received", RETURN, "north")


def test_each_part_of_the_way_has_its_hall_and_its_time(case):
    assert [(leg.name, leg.end) for leg in legs_of(case)] == [("intake", None)]
    send_on(case, 5)
    receive(case, 9)
    finish(case, 30)
    carry(case, "result_sent", 40)
    carry(case, "result_received", 55)
    carry(case, "handed_out", 90)
    found = [(leg.name, leg.hall, leg.start, leg.end) for leg in legs_of(case)]
    assert found == [
        ("intake", "south", minute(0), minute(5)), ("waiting", "north", minute(5), minute(9)),
        ("deciding", "north", minute(9), minute(30)), ("sending", "north", minute(30), minute(40)),
        ("returning", "south", minute(40), minute(55)), ("collecting", "south", minute(55), minute(90)),
    ]  # fmt: skip


def test_what_the_deciding_hall_posts_itself_goes_no_way_back(case):
    case.form = {"delivery": {"mode": "post"}}
    send_on(case, 5)
    receive(case, 9)
    finish(case, 30)
    carry(case, "posted", 45)
    assert [(leg.name, leg.end) for leg in legs_of(case)][3:] == [("sending", minute(45))]


def test_a_withdrawn_case_stays_where_it_was(case):
    send_on(case, 5)
    case.withdrawing, case.finished_at, case.state = True, minute(8), CaseState.WITHDRAWN
    assert [(leg.name, leg.end) for leg in legs_of(case)] == [
        ("intake", minute(5)), ("waiting", minute(8)),
    ]  # fmt: skip
    assert leaves_by(case) is None


def test_a_case_one_hall_has_alone_has_no_way(plan):
    case = Case.accept("KB1", plan, city="c", hall="north", owner="o", promise="p", at=START)
    assert (case.intake, case.awaiting, stage_of(case), legs_of(case)) == ("", "", "", [])


def test_an_original_was_seen_of_the_files_that_lay_there_then(case):
    lease, deed = Original("lease", "合同", ("aa",)), Original("deed", "产权证", ("bb",))
    case.note(ORIGINAL_SEEN, minute(1), "window:ck1", code="lease", facts={"files": "aa"})
    assert unseen([lease, deed], case.events) == [deed]
    newer = Original("lease", "合同", ("aa", "cc"))
    assert not is_seen(newer, seen_originals(case.events)), "another file has come since"


def test_a_rule_holds_for_its_halls_from_its_day_on():
    assert RULE.holds("south", "north", date(2026, 1, 1))
    assert not RULE.holds("south", "north", date(2025, 12, 31))
    assert not RULE.holds("north", "south", date(2026, 1, 1))


GOOD = {"intake": "south", "decides": ["north"], "basis": "清单", "since": date(2026, 1, 1)}


def test_the_profile_says_which_hall_takes_in_for_which():
    assert read_intake_rules([GOOD], ("north", "south")) == (RULE,)
    strict = read_intake_rules([{**GOOD, "all_originals": True}], ("north", "south"))
    assert strict[0].facts == {"basis": "清单", "since": "2026-01-01", "all_originals": "yes"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("intake", "moon"), ("intake", ""), ("decides", []), ("decides", ["south"]),
        ("decides", ["moon"]), ("decides", "north"), ("basis", " "), ("basis", 1), ("basis", "字" * 121),
        ("since", "2026-01-01"), ("since", None), ("all_originals", 1), ("until", 1),
    ],
)  # fmt: skip
def test_a_wrong_rule_says_which_word_is_wrong(name, value):
    with pytest.raises(ValueError, match=r"cross_region") as told:
        read_intake_rules([{**GOOD, name: value}], ("north", "south"))
    assert name in str(told.value)
