from dataclasses import replace
from datetime import timedelta

import pytest

from kaiban.orchestrator.applicant.correcting import Amendment, correct
from kaiban.orchestrator.reporting.records import who_saw
from kaiban.orchestrator.worker.disclosing import note_look
from kaiban.ports import Correction, Done, NeedsCorrection, Ref, Unavailable
from kaiban.storage.audit.writing import UNANCHORED, SqlAudit
from kaiban.storage.cases.cases import SqlCases
from tests.orchestrator.departments import REGISTRATION, Crash, Scripted
from tests.orchestrator.driver import KEYRING, START

REF = Ref("key", "N-1")
GRANTED = Done(REF, {"credit_code": "91X"})
READS = ("company.name.full", "company.name.foreign", "staff.name", "premises.area")


@pytest.fixture
def driver(drive):
    return drive(
        Scripted("registration", GRANTED, steps=REGISTRATION, reads=READS),
        Scripted("seal", GRANTED, reads=("seal.kind",)),
    )


def test_nothing_is_shown_while_the_audit_stands_still(driver):
    no = driver.open()
    audit = SqlAudit(driver.database, driver.clock.now, timedelta(hours=4))
    driver.office = replace(driver.office, cases=SqlCases(driver.database, KEYRING, audit=audit))
    note_look(driver.office, no, "ck01", "window")
    driver.advance(hours=5)
    for who in ("ck01", "ck02"):  # also to whom it was shown before
        with pytest.raises(Unavailable, match=UNANCHORED):
            note_look(driver.office, no, who, "window")
    assert seen(driver, no) == [("staff", "ck01", "window")]


def seen(driver, no):
    return [(d.kind, d.who, d.why) for d in driver.office.cases.disclosures(no)]


def test_a_department_is_told_the_fields_it_reads_that_have_a_value(driver):
    no = driver.open()
    assert seen(driver, no) == []
    driver.finish(no)
    first, second = driver.office.cases.disclosures(no)
    assert (first.kind, first.who, first.why) == ("department", "registration", "send")
    assert first.what == ("company.name.full", "staff.name")
    assert (first.step, first.attempt, first.at) == ("main", 1, START)
    # facts.credit_code is registration's, not the applicant's
    assert (second.who, second.what) == ("seal", ("seal.kind",))


def test_what_is_sent_again_after_a_correction_is_told_again(drive):
    asks = NeedsCorrection((Correction("company.name.full", "E1", "名称有误"),), REF)
    driver = drive(Scripted("registration", asks, GRANTED, steps=REGISTRATION))
    no = driver.open()
    driver.turn()
    correct(driver.office, no, Amendment({"/company/name/full": "示范市晚霞有限公司"}))
    driver.finish(no)
    assert [why for _, _, why in seen(driver, no)] == ["send", "correct"]


def test_what_was_about_to_be_sent_when_the_process_died_counts_as_told(drive):
    driver = drive(Scripted("registration", Crash(), GRANTED, steps=REGISTRATION))
    no = driver.open()
    driver.turn()
    assert seen(driver, no) == [("department", "registration", "send")]


def test_what_could_not_even_be_prepared_is_told_nobody(driver):
    def broken(needs, key, step):
        raise RuntimeError

    no = driver.open()
    driver.departments["registration"].prepare = broken
    driver.turn()
    assert driver.states(no)["registration"] == "manual"
    assert seen(driver, no) == []


def test_looks_are_noted_once_an_hour_for_each_who_and_why_and_what(driver):
    no, office = driver.open(), driver.office
    for _ in range(3):
        note_look(office, no, "wang", "window")
    note_look(office, no, "wang", "download")
    note_look(office, no, "li", "window")
    note_look(office, no, "wang", "window", what=("staff.name",))
    note_look(office, no, "wang", "window", kind="program")
    assert len(seen(driver, no)) == 5
    driver.advance(minutes=61)
    note_look(office, no, "wang", "window")
    assert seen(driver, no)[-1] == ("staff", "wang", "window")
    assert len(seen(driver, no)) == 6


def test_the_owner_reads_who_saw_what_in_words(driver):
    no = driver.open()
    driver.turn()
    driver.advance(minutes=5)
    note_look(driver.office, no, "wang", "window")
    told = who_saw(driver.office.cases.disclosures(no))
    assert [(d["kind_title"], d["why_title"]) for d in told] == [
        ("部门", "送办"), ("工作人员", "窗口查看"),
    ]  # fmt: skip
    assert told[0]["what"] == ["company.name.full", "staff.name"]
    assert told[1]["at"] == "2026-03-04T09:05:00+08:00"
    assert driver.clock.at - START == timedelta(minutes=5)


def test_what_a_later_release_wrote_down_is_told_by_its_bare_name(driver):
    no = driver.open()
    note_look(driver.office, no, "wang", "video", kind="partner")
    [told] = who_saw(driver.office.cases.disclosures(no))
    assert (told["kind_title"], told["why_title"]) == ("partner", "video")
