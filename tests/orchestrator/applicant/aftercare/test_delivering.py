from concurrent.futures import ThreadPoolExecutor

import pytest

from kaiban.domain.cases.case import Case
from kaiban.domain.papers.delivery import last_posting, mode_of
from kaiban.orchestrator.applicant.aftercare.delivering import choose
from kaiban.orchestrator.applicant.joining import add_links
from kaiban.orchestrator.reporting.case import report, time_line
from kaiban.orchestrator.window.exit_desk.handing_out import hand_out, post
from kaiban.ports import CaseNotFound, Done, Ref
from tests.orchestrator.departments import REGISTRATION, Scripted
from tests.orchestrator.driver import FORM

GRANTED = Done(Ref("key", "N-1"), {"credit_code": "91X"})
BY_POST = {**FORM, "delivery": {"mode": "post", "recipient": "张三"}}
AT_WINDOW = {**FORM, "delivery": {"mode": "window"}}
HERE = {
    "mode": "", "choice": 0, "changed_at": None, "changed_by": "", "may_change": True,
    "handed_out_at": None, "posted_at": None, "carrier": "", "tracking": "",
}  # fmt: skip


@pytest.fixture
def driver(drive):
    return drive(Scripted("registration", GRANTED, steps=REGISTRATION))


def codes(outcome):
    return [defect.code for defect in outcome]


def test_a_posted_package_shows_its_number(driver):
    no = driver.open(form=BY_POST)
    driver.finish(no)
    hours = report(driver.office, driver.case(no))["elapsed"]
    driver.advance(hours=2)
    posted = post(driver.office, no, " 1234567890123 ")
    shown = report(driver.office, driver.case(no))
    assert shown["delivery"] == {
        **HERE, "mode": "post", "posted_at": "2026-03-04T11:00:00+08:00", "carrier": "EMS",
        "tracking": "1234567890123", "may_change": False,
    }  # fmt: skip
    assert shown["elapsed"] == hours  # the clock had ended
    assert time_line(posted)[-1]["title"] == "证照包寄出"
    assert last_posting(posted).actor == "window"


def test_the_last_number_counts_however_its_digits_were_typed(driver):
    no = driver.open(form=BY_POST)
    driver.finish(no)
    post(driver.office, no, "1234567890123")
    post(driver.office, no, "ＳＦ－９９８８ 7766", "顺丰", actor="wang")
    delivery = report(driver.office, driver.case(no))["delivery"]
    assert (delivery["carrier"], delivery["tracking"]) == ("顺丰", "SF-99887766")


def test_before_it_is_posted_the_report_says_how_it_is_wanted(driver):
    shown = report(driver.office, driver.case(driver.open(form=BY_POST)))["delivery"]
    assert shown == {**HERE, "mode": "post"}
    assert report(driver.office, driver.case(driver.open()))["delivery"]["mode"] == ""


def test_what_cannot_have_been_posted_is_refused_with_every_reason(driver):
    no = driver.open()
    found = codes(post(driver.office, no, "单号", ""))
    assert found == [
        "posting.mode", "posting.not_ready", "posting.tracking", "posting.carrier",
    ]  # fmt: skip
    assert last_posting(driver.case(no)) is None
    with pytest.raises(CaseNotFound):
        post(driver.office, "KB0", "1234567890123")


# --- another way ----------------------------------------------------------------------------------


def test_until_it_is_posted_it_may_come_another_way_and_that_is_written_down(driver):
    no = driver.open(form=AT_WINDOW)
    driver.advance(minutes=5)
    changed = choose(driver.office, no, {"mode": "post", "recipient": "李四"})
    assert mode_of(changed) == "post"
    [event] = [event for event in driver.case(no).events if event.kind == "delivery"]
    assert (event.actor, dict(event.facts)) == ("applicant", {"before": "window", "after": "post"})
    assert "李四" not in event.text
    shown = report(driver.office, driver.case(no))["delivery"]
    assert (shown["choice"], shown["changed_at"], shown["changed_by"]) == (
        1, "2026-03-04T09:05:00+08:00", "applicant",
    )  # fmt: skip
    driver.finish(no)
    assert isinstance(choose(driver.office, no, {"mode": "window"}, "window"), Case)
    assert codes(post(driver.office, no, "1234567890123")) == ["posting.mode"]


def test_the_same_again_is_no_change(driver):
    no = driver.open(form=AT_WINDOW)
    assert isinstance(choose(driver.office, no, {"mode": "window"}), Case)
    assert driver.case(no).revision == 1
    assert report(driver.office, driver.case(no))["delivery"]["choice"] == 0


def test_what_is_wrong_with_the_wish_is_told_at_once_and_nothing_else_of_the_form(driver):
    no = driver.open(form=AT_WINDOW)
    found = choose(driver.office, no, {"mode": "BAD", "address": "BAD"})
    assert [defect.pointer for defect in found] == ["/delivery/mode", "/delivery/address"]
    with driver.office.cases.transaction() as tx:
        case = tx.get(no)
        case.form = {**case.form, "seal": {"kind": "BAD"}}  # a rule of a later day
        tx.save(case)
    assert mode_of(choose(driver.office, no, {"mode": "kiosk"})) == "kiosk"
    assert codes(choose(driver.office, no, None)) == ["delivery.none"]
    with pytest.raises(CaseNotFound):
        choose(driver.office, "KB0", {"mode": "kiosk"})


def test_once_it_is_on_its_way_nothing_changes_until_there_is_a_new_version(drive):
    driver = drive(
        Scripted("registration", GRANTED, steps=REGISTRATION), Scripted("seal", GRANTED)
    )
    no = driver.open("registration", form=BY_POST)
    driver.finish(no)
    assert isinstance(post(driver.office, no, "1234567890123"), Case)
    [refused] = choose(driver.office, no, {"mode": "window"})
    assert (refused.code, mode_of(driver.case(no))) == ("delivery.posted", "post")
    assert isinstance(add_links(driver.office, no, ("seal",), {}), Case)
    assert mode_of(choose(driver.office, no, {"mode": "window"})) == "window"
    driver.finish(no)
    assert codes(post(driver.office, no, "1234567890123")) == ["posting.mode"]
    assert isinstance(hand_out(driver.office, no, "王五"), Case)


def test_what_is_in_hand_is_handed_out_once(driver):
    no = driver.open(form=AT_WINDOW)
    assert codes(hand_out(driver.office, no, " ")) == ["posting.not_ready", "entry.by"]
    driver.finish(no)
    taken = hand_out(driver.office, no, "王五")
    assert time_line(taken)[-1]["title"] == "证照包在窗口领取"
    assert taken.events[-1].actor == "window:王五"
    assert codes(hand_out(driver.office, no, "王五")) == ["handing.done"]
    assert codes(choose(driver.office, no, {"mode": "post"})) == ["delivery.handed_out"]
    assert report(driver.office, driver.case(no))["delivery"]["handed_out_at"]


def test_of_posting_and_changing_at_once_one_wins_and_the_other_is_told(driver):
    no = driver.open(form=BY_POST)
    driver.finish(no)
    for _ in range(4):
        with ThreadPoolExecutor(2) as both:
            chosen = both.submit(choose, driver.office, no, {"mode": "post", "recipient": "李四"})
            posted = both.submit(post, driver.office, no, "1234567890123", choice=0)
        case, told = driver.case(no), chosen.result()
        if isinstance(told, Case):
            assert codes(posted.result()) == ["posting.changed"]
            assert last_posting(case) is None
        else:
            assert codes(told) == ["delivery.posted"]
            assert case.form["delivery"]["recipient"] == "张三"
        no = driver.open(form=BY_POST)
        driver.finish(no)


def test_what_was_changed_since_it_was_looked_at_is_not_overwritten(driver):
    no = driver.open(form=AT_WINDOW)
    choose(driver.office, no, {"mode": "post", "recipient": "李四"}, choice=0)
    assert codes(choose(driver.office, no, {"mode": "kiosk"}, choice=0)) == ["delivery.changed"]
    driver.finish(no)
    assert codes(post(driver.office, no, "1234567890123", choice=0)) == ["posting.changed"]
    assert isinstance(post(driver.office, no, "1234567890123", choice=1), Case)


def test_a_department_that_reads_it_and_was_told_is_not_left_unaware(drive):
    reads = ("delivery.mode",)
    driver = drive(Scripted("registration", GRANTED, steps=REGISTRATION, reads=reads))
    no = driver.open(form=AT_WINDOW)
    driver.finish(no)
    changed = choose(driver.office, no, {"mode": "kiosk"})
    assert "stale" in {event.kind for event in changed.events}


def test_links_that_join_do_not_change_it_behind_its_rule(drive):
    driver = drive(
        Scripted("registration", GRANTED, steps=REGISTRATION), Scripted("seal", GRANTED)
    )
    no = driver.open("registration", form=BY_POST)
    [refused] = add_links(driver.office, no, ("seal",), {"delivery": {"mode": "window"}})
    assert (refused.pointer, refused.code) == ("/delivery", "links.section_in_use")
    same = {"delivery": BY_POST["delivery"]}
    assert isinstance(add_links(driver.office, no, ("seal",), same), Case)
