"""What an applicant alone confirmed of an early credit code, staff compare with the original before a department hears of it."""

import pytest

from forms.opening import check
from kaiban.domain.assisted import Actor, FiledBy, Filer, Way
from kaiban.domain.cases.link import LinkState
from kaiban.domain.cases.states import CaseState
from kaiban.orchestrator.applicant.correcting import Amendment, correct
from kaiban.orchestrator.applicant.opening import Application, open_case
from kaiban.orchestrator.applicant.withdrawing import withdraw
from kaiban.orchestrator.vouching import VOUCHED, is_held
from kaiban.orchestrator.window.by_hand.resending import SEEN

#: Published before 2016, its check digit is wrong; one that is right.
EARLY, RIGHT = "911101085513850820", "91110108551385082Q"
HOLDER = {
    "kind": "enterprise",
    "name": "示范国贸有限公司",
    "cert": {"type": "credit_code", "no": EARLY},
}
PLACE = "/people/holders/1/cert/no"
NAMES = iter(f"核对代码{each}" for each in "甲乙丙丁戊己庚辛")


def form_of(city):
    """A form whose second holder has the early code, which the applicant confirms."""
    form = city.form(next(NAMES))
    holder = form["people"]["holders"][1]
    kept = {key: holder[key] for key in ("subscribed", "mode", "due_date") if key in holder}
    form["people"]["holders"][1] = {**HOLDER, **kept}
    found = check(form, today=city.today).defects
    form["confirm"] = [each.confirm for each in found if each.confirm]
    return form


@pytest.fixture
def no(city):
    """A case of an applicant on their own, once its registration waits for the window."""
    no = city.submit(form_of(city), "registration")
    city.until(no, lambda case: case.link("registration").state is LinkState.MANUAL)
    return no


def ask_for_it(desk, no):
    """Tell the applicant that the licence says something else."""
    typed = {"message": "执照上是另一个代码，请改正。", "link": "registration", "pointer": PLACE}
    desk.open(f"/desk/cases/{no}/notice").press("加进告知书", **typed)
    desk.press("发出告知书")
    assert desk.mistakes == []


def test_it_is_sent_once_somebody_has_compared_it(desk, city, no, person):
    desk.open(f"/desk/cases/{no}/departments/registration")
    assert "等窗口人员对照执照或者公示信息核对后送出" in desk.text
    desk.press("核对属实，送出")
    assert len(desk.mistakes) == 1
    assert SEEN["original"] in desk.mistakes[0]
    desk.press("核对属实，送出", checked="original")
    assert "已经重新发送" in desk.text
    city.until(no, lambda case: case.ended)
    case = city.kaiban.cases.read(no)
    assert case.state is CaseState.COMPLETED
    (seen,) = [event for event in case.events if event.kind == VOUCHED]
    assert seen.actor == f"window:{person.login}"


def test_who_finds_another_code_on_the_licence_asks_for_it_and_it_goes_on_by_itself(
    desk, city, no
):
    ask_for_it(desk, no)
    changed = correct(city.kaiban.office, no, Amendment({PLACE: RIGHT}))
    assert not isinstance(changed, list), changed
    city.until(no, lambda case: case.ended)
    case = city.kaiban.cases.read(no)
    assert case.state is CaseState.COMPLETED
    assert {VOUCHED, "stale"}.isdisjoint(event.kind for event in case.events)


def test_another_early_code_is_looked_at_anew(desk, city, no):
    ask_for_it(desk, no)
    other = EARLY[:-1] + "1"
    (caution,) = correct(city.kaiban.office, no, Amendment({PLACE: other}))
    words = (caution.confirm,)
    assert not isinstance(
        correct(city.kaiban.office, no, Amendment({PLACE: other}, words=words)), list
    )
    city.until(
        no,
        lambda case: (
            case.link("registration").current.revision == 2
            and is_held(case.link("registration").current)
        ),
    )
    desk.open(f"/desk/cases/{no}/departments/registration").press(
        "核对属实，送出", checked="original"
    )
    city.until(no, lambda case: case.ended)
    assert city.kaiban.cases.read(no).state is CaseState.COMPLETED


def test_what_nobody_has_looked_at_can_be_withdrawn(city, no):
    withdraw(city.kaiban.office, no)
    city.until(no, lambda case: case.ended)
    assert city.kaiban.cases.read(no).state is CaseState.WITHDRAWN


def test_staff_who_hand_it_in_have_compared_it_when_they_typed_it(city, person):
    by = FiledBy("1", Filer(Actor.APPLICANT, "张三"), (person.login,), Way.PAPER, 1)
    application = Application(form_of(city), ("registration",), filed_by=by)
    case = open_case(city.kaiban.office, application)
    assert not isinstance(case, list), case
    for _ in range(200):
        city.pass_time(minutes=30)
        if (case := city.kaiban.cases.read(case.no)).ended:
            break
    assert case.state is CaseState.COMPLETED
    assert [event.actor for event in case.events if event.kind == VOUCHED] == [
        f"window:{person.login}"
    ]
