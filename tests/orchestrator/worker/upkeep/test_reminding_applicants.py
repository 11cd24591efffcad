"""Applicants are reminded of what they are waited for, at each stage once, by every channel; nothing where no day is set."""

import json
import shutil
from dataclasses import replace
from datetime import date

import pytest

from kaiban.domain.cases.states import CaseState
from kaiban.domain.hours.term import Term
from kaiban.domain.messages.notification import Channel
from kaiban.domain.messages.webhook import Secret, Webhook
from kaiban.domain.papers.deadlines import answer_of, fetch_of
from kaiban.orchestrator.applicant.correcting import Amendment, correct
from kaiban.orchestrator.window.exit_desk.handing_out import hand_out
from kaiban.orchestrator.worker.upkeep import reminding_applicants
from kaiban.orchestrator.worker.upkeep.reminding_applicants import remind_applicants
from kaiban.ports import Correction, Done, NeedsCorrection, Ref
from kaiban.storage.cases.cases import SqlCases
from kaiban.storage.desk.worklist import SqlWorklist
from tests.orchestrator.departments import REGISTRATION, Scripted
from tests.orchestrator.driver import CITY, KEYRING, START
from tests.orchestrator.told import TOLD_FORM, ToldDriver

REF = Ref("key", "N-1")
GRANTED = Done(REF, {"credit_code": "91X"})
NAME = NeedsCorrection((Correction("company.name.full", "E1", "字号有误"),), REF)
#: Ten working days after a Wednesday; a few more to fetch it.
ANSWER, FETCH = Term(10, "本市规定", (2, 0)), Term(15, "本市规定", (5, 0))
TERMS = replace(CITY, notices=replace(CITY.notices, answer=ANSWER), fetching=FETCH)


@pytest.fixture
def drive(tmp_path, template):
    made = []

    def drive(*answers, city=TERMS):
        path = tmp_path / f"{len(made)}.db"
        shutil.copy(template, path)
        reads = ("company.name.full",)
        driver = ToldDriver(
            path, Scripted("registration", *answers, steps=REGISTRATION, reads=reads)
        )
        cases = SqlCases(driver.database, KEYRING, announce=driver.announcer, city=city)
        driver.office = replace(driver.office, city=city, cases=cases)
        hook = Webhook("wh_1", "", "https://x.example/", (), (Secret("whsec_eA=="),), START)
        driver.webhooks.add(hook)
        made.append(driver)
        return driver

    yield drive
    for driver in made:
        driver.close()


def look(driver):
    """Remind as every worker does, twice; how often that was noted, and what each channel was sent of it."""
    driver.send()
    driver.post.got.clear()
    worklist = SqlWorklist(driver.database, KEYRING)
    count = sum(remind_applicants(driver.office, worklist) for _ in range(2))
    driver.send()
    assert driver.send() == 0, "nothing is told twice"
    return count, {each.channel: each.text for each in driver.post.got}


def asked(driver):
    no = driver.open(form=TOLD_FORM)
    driver.turn_until(lambda: driver.case(no).open_notice)
    return no


def ready(driver):
    no = driver.open(form={**TOLD_FORM, "delivery": {"mode": "window"}})
    driver.finish(no)
    return no


def test_an_open_notice_is_reminded_of_at_each_stage_by_every_channel(drive):
    driver = drive(NAME, GRANTED)
    no = asked(driver)
    assert answer_of(driver.case(no), TERMS).due == date(2026, 3, 18)
    driver.advance(days=11)
    assert look(driver)[0] == 0
    for days, stage in ((1, "2"), (2, "0")):
        driver.advance(days=days)
        count, sent = look(driver)
        assert (count, set(sent)) == (1, set(Channel))
        assert "请在2026-03-18（含当日）前补正" in sent[Channel.SMS]
        assert "还有1项等您补正" in sent[Channel.MAIL]
        told = json.loads(sent[Channel.WEBHOOK])
        said = {key: told["data"][key] for key in ("code", "due", "stage", "wait")}
        assert told["type"] == "case.deadline"
        assert said == {"code": "1", "due": "2026-03-18", "stage": stage, "wait": "answer"}
    driver.advance(days=1)
    assert look(driver)[0] == 0, "the day has passed"
    assert driver.case(no).state is CaseState.NEEDS_CORRECTION, "and nothing is lost by that"


def test_nobody_waits_behind_others_that_are_not_due(drive, monkeypatch):
    monkeypatch.setattr(reminding_applicants, "BATCH", 1)
    driver = drive(NAME, NAME, NAME, GRANTED)
    first = asked(driver)
    driver.advance(days=2)
    later = [asked(driver) for _ in range(2)]
    driver.advance(days=10)
    assert look(driver)[0] == 1
    driver.advance(days=2)
    assert look(driver)[0] == 3, "the last day of the one, and the others' first reminder"
    kinds = [[event.kind for event in driver.case(no).events] for no in (first, *later)]
    assert [each.count("answer_due") for each in kinds] == [2, 1, 1]


def test_who_has_answered_is_reminded_of_nothing(drive):
    driver = drive(NAME, GRANTED)
    no = asked(driver)
    correct(driver.office, no, Amendment({"/company/name/full": "示范市新光科技有限公司"}))
    driver.advance(days=12)
    assert answer_of(driver.case(no), TERMS) is None
    assert look(driver)[0] == 0


def test_a_package_that_lies_at_the_window_is_reminded_of_until_it_is_fetched(drive):
    driver = drive(GRANTED)
    no = ready(driver)
    assert fetch_of(driver.case(no), TERMS).due == date(2026, 3, 25)
    driver.advance(days=16)
    count, sent = look(driver)
    assert (count, set(sent)) == (1, set(Channel))
    assert "请在2026-03-25（含当日）前带身份证件" in sent[Channel.SMS]
    assert json.loads(sent[Channel.WEBHOOK])["data"]["wait"] == "fetch"
    hand_out(driver.office, no, "ck01")
    driver.advance(days=5)
    assert fetch_of(driver.case(no), TERMS) is None
    assert look(driver)[0] == 0


@pytest.mark.parametrize(("answers", "begin"), [((NAME, GRANTED), asked), ((GRANTED,), ready)])
def test_a_city_that_has_set_no_day_reminds_of_nothing(drive, answers, begin):
    driver = drive(*answers, city=CITY)
    begin(driver)
    driver.advance(days=12)
    assert look(driver)[0] == 0
