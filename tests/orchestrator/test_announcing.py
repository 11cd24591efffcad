"""Whoever agreed is told, of everything, once, and of nothing that is nobody's business."""

import json
import shutil
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from kaiban.domain.messages.notification import BACKOFF, Answer, Channel, Verdict
from kaiban.domain.messages.webhook import Secret, Webhook
from kaiban.orchestrator.applicant.aftercare.muting import choose_messages
from kaiban.orchestrator.applicant.correcting import Amendment, correct
from kaiban.orchestrator.applicant.filing import keep, start, submit
from kaiban.orchestrator.applicant.withdrawing import withdraw
from kaiban.orchestrator.reporting.case import report
from kaiban.orchestrator.reporting.records import messages
from kaiban.orchestrator.window.exit_desk.handing_out import hand_out, post, remind
from kaiban.orchestrator.worker.notifying import LIMITED, PER_PHONE
from kaiban.ports import Correction, Done, NeedsCorrection, Ref, Rejected
from tests.orchestrator.departments import REGISTRATION, Scripted
from tests.orchestrator.driver import START
from tests.orchestrator.told import MAIL, MOBILE, PEOPLE, TOLD_FORM, ToldDriver

REF = Ref("key", "N-1")
GRANTED = Done(REF, {"credit_code": "91X"})
NAME = NeedsCorrection((Correction("company.name.full", "E1", "字号有误"),), REF)


@pytest.fixture
def drive(tmp_path, template):
    made = []

    def drive(*answers, **more):
        path = tmp_path / f"{len(made)}.db"
        shutil.copy(template, path)
        registration = Scripted(
            "registration", *answers, steps=REGISTRATION, reads=("company.name.full",)
        )
        made.append(ToldDriver(path, registration, **more))
        return made[-1]

    yield drive
    for driver in made:
        driver.close()


def subscribed(driver):
    hook = Webhook("wh_1", "", "https://x.example/", (), (Secret("whsec_eA=="),), START)
    driver.webhooks.add(hook)


def kinds(driver):
    driver.send()
    return [kind for kind, channel in driver.post.told() if channel == "sms"]


def test_a_case_is_told_from_its_acceptance_to_the_post(drive):
    driver = drive(NAME, GRANTED)
    form = {**TOLD_FORM, "delivery": {"mode": "post"}}
    no = driver.open(form=form)
    driver.turn_until(lambda: driver.case(no).open_notice)
    assert kinds(driver) == ["accepted", "correction"]
    correct(driver.office, no, Amendment({"/company/name/full": "示范市新光科技有限公司"}))
    driver.finish(no)
    post(driver.office, no, "1234567890")
    assert kinds(driver) == ["accepted", "correction", "package_ready", "posted"]
    assert all(each.address in (MOBILE, MAIL) for each in driver.post.got)
    texts = [each.text for each in driver.post.got if each.channel is Channel.SMS]
    assert "需要补正1项" in texts[1]
    assert "新光" in texts[2]
    assert "EMS 1234567890" in texts[3]
    assert all("https://kaiban.example" in each for each in texts[:3])
    assert driver.send() == 0, "nothing is told twice"


def test_who_does_not_come_is_told_once_a_day_and_programs_are_not(drive):
    driver = drive(GRANTED)
    no = driver.open(form={**TOLD_FORM, "delivery": {"mode": "window"}})
    driver.finish(no)
    driver.send()
    for _ in range(2):
        remind(driver.office, no, "ck01")
    assert kinds(driver)[-1:] == ["deadline"]
    assert "还没有领取" in driver.post.got[-1].text or "还没有领取" in driver.post.got[-2].text
    assert len([each for each in driver.post.got if each.kind == "deadline"]) == len(PEOPLE)
    driver.advance(days=1)
    remind(driver.office, no, "ck01")
    driver.send()
    assert len([each for each in driver.post.got if each.kind == "deadline"]) == 2 * len(PEOPLE)
    hand_out(driver.office, no, "ck01")
    assert [each.code for each in remind(driver.office, no, "ck01")] == ["fetch.not_waiting"]


@pytest.mark.parametrize("end", ["refused", "withdrawn"])
def test_an_end_without_fruit_is_told_as_such(drive, end):
    driver = drive(Rejected("R1", "名称不予登记"))
    no = driver.open(form=TOLD_FORM)
    if end == "withdrawn":
        withdraw(driver.office, no)
    driver.finish(no)
    found = kinds(driver)
    assert found[-1] == "ended"
    assert "package_ready" not in found
    assert ("refusal" in found) is (end == "refused")


@pytest.mark.parametrize("consents", [{}, {"e_delivery": False}, {"e_delivery": "true"}])
def test_nobody_is_told_who_did_not_agree(drive, consents):
    driver = drive(GRANTED)
    driver.finish(driver.open(form={**TOLD_FORM, "consents": consents}))
    assert driver.send() == 0


def test_a_city_without_a_channel_and_a_form_without_an_address_tell_nobody(drive):
    driver = drive(GRANTED, channels=(Channel.MAIL,))
    driver.finish(driver.open(form={**TOLD_FORM, "company": {"name": {"full": "某"}}}))
    assert driver.send() == 0


def test_a_transaction_that_fails_tells_nobody(drive):
    driver = drive(GRANTED)
    no = driver.open(form=TOLD_FORM)
    driver.send()

    def fail():
        with driver.office.cases.transaction() as tx:
            case = tx.get(no)
            case.note("posted", START, "window")
            tx.save(case)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert driver.send() == 0


def test_what_need_not_be_served_is_switched_off_and_the_rest_comes(drive):
    driver = drive(NAME, GRANTED)
    no = driver.open(form=TOLD_FORM)
    choose_messages(driver.office, no, "applicant", optional=False)
    choose_messages(driver.office, no, "applicant", optional=False)
    assert [event.kind for event in driver.case(no).events].count("messages") == 1
    driver.turn_until(lambda: driver.case(no).open_notice)
    correct(driver.office, no, Amendment({"/company/name/full": "示范市新光科技有限公司"}))
    driver.finish(no)
    assert kinds(driver) == ["accepted", "correction"]
    assert report(driver.office, driver.case(no))["notifications_optional"] is False


def test_messages_speak_the_language_of_the_form(drive):
    driver = drive(GRANTED)
    filing = start(driver.office, driver.filings, lang="en")
    filing = keep(driver.office, driver.filings, filing, TOLD_FORM)
    submit(driver.office, driver.filings, filing.id, filing.version)
    driver.send()
    assert "your application is accepted" in driver.post.got[0].text


def test_a_line_break_in_a_name_does_not_end_the_subject(drive):
    driver = drive(GRANTED)
    company = {"name": {"full": "甲\r\nBcc: x@example.com"}, "email": MAIL}
    driver.open(form={**TOLD_FORM, "company": company})
    driver.send()
    mail = next(each for each in driver.post.got if each.channel is Channel.MAIL)
    assert "Bcc" not in mail.text.split("\n")[0]
    assert "\r" not in mail.text


def told_of(driver, kind, actor, **event):
    """What a case that somebody follows has sent out after that event, by channel."""
    subscribed(driver)
    no = driver.open(form=TOLD_FORM)
    driver.send()
    driver.post.got.clear()
    with driver.office.cases.transaction() as tx:
        case = tx.get(no)
        case.note(kind, driver.clock.at, actor, **event)
        tx.save(case)
    driver.send()
    return {each.channel.value: each.text for each in driver.post.got}


@pytest.mark.parametrize(
    ("follows", "words"), [("notice", "请按一次性告知书补交"), ("withdraw", "视为撤回"), ("window", "或者联系窗口")]
)  # fmt: skip
def test_a_promise_that_was_not_kept_is_told_with_what_follows(drive, follows, words):
    driver = drive(GRANTED)
    facts = {"due": "2026-03-18", "material": "房屋租赁合同", "follows": follows}
    told = told_of(driver, "lapsed", "system", code="lease", text="房屋租赁合同", facts=facts)
    assert words in told["sms"]
    assert "“房屋租赁合同”2026-03-18到期" in told["sms"]
    heard = json.loads(told["webhook"])
    assert (heard["type"], heard["data"]["code"], heard["data"]["follows"]) == (
        "case.deadline", "lease", follows,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("follows", "words"), [("notice", "请按一次性告知书改正"), ("withdraw", "视为撤回"), ("window", "窗口会联系您")]
)  # fmt: skip
def test_people_are_told_that_what_they_declared_is_false_and_programs_are_not(
    drive, follows, words
):
    driver = drive(GRANTED)
    facts = {"due": "2026-04-01", "material": "住所承诺", "follows": follows}
    told = told_of(driver, "commitment_false", "w1", code="commitment-premises", text="无此门牌", facts=facts)  # fmt: skip
    assert "“住所承诺”经核查不实" in told["sms"]
    assert words in told["sms"]
    assert "无此门牌" not in str(told), "the reason stands on the page alone"
    assert "webhook" not in told


def test_programs_hear_ids_and_states_and_nothing_personal(drive):
    driver = drive(NAME, channels=())
    subscribed(driver)
    no = driver.open(form=TOLD_FORM)
    driver.turn_until(lambda: driver.case(no).open_notice)
    driver.send()
    first, second = (json.loads(each.text) for each in driver.post.got)
    assert (first["type"], first["case_no"]) == ("case.accepted", no)
    assert second["data"]["status"] in ("in_progress", "needs_correction")
    assert second["data"]["code"] == "1"
    said = "".join(each.text for each in driver.post.got)
    assert not any(word in said for word in ("晨光", "字号", MOBILE, MAIL))


def test_what_was_sent_stands_on_the_case_masked(drive):
    driver = drive(GRANTED)
    no = driver.open(form=TOLD_FORM)
    before = messages(driver.office, driver.case(no))
    driver.send()
    after = messages(driver.office, driver.case(no))
    assert [each["status"] for each in before] == ["waiting", "waiting"]
    assert [each["status_title"] for each in after] == ["已送出", "已送出"]
    assert [each["address"] for each in after] == ["l***@example.com", "138****1234"]


def test_tries_end_and_are_logged_without_address_or_text(drive):
    driver = drive(GRANTED, channels=(Channel.SMS,))
    driver.open(form=TOLD_FORM)
    driver.post.answers = [Answer(Verdict.LATER, "gateway.unreachable")] * 99
    with capture_logs() as logs:
        for _ in range(30):
            driver.send()
            driver.advance(hours=16)
    assert len(driver.post.got) == len(BACKOFF) + 1
    assert len({each.id for each in driver.post.got}) == 1
    assert [each["again"] for each in logs][-2:] == [True, False]
    assert MOBILE not in str(logs)
    assert "晨光" not in str(logs)


def test_a_carrier_that_breaks_is_tried_again(drive):
    driver = drive(GRANTED, channels=(Channel.SMS,))
    driver.open(form=TOLD_FORM)
    driver.post.answers = [None]  # no answer at all: a defect of the carrier
    driver.relay.carriers[Channel.SMS] = Breaking(driver.post)
    driver.send()
    driver.advance(seconds=10)
    driver.send()
    assert len(driver.post.got) == 2


class Breaking:
    def __init__(self, post):
        self.post = post

    def deliver(self, message):
        answer = self.post.deliver(message)
        if answer is None:
            raise ZeroDivisionError
        return answer


def test_a_phone_gets_its_share_a_day_and_the_rest_later(drive):
    driver = drive(GRANTED, channels=(Channel.SMS,))
    for _ in range(PER_PHONE.most + 2):
        driver.open(form=TOLD_FORM)
    driver.send()
    assert len(driver.post.got) == PER_PHONE.most
    codes = [
        m.code
        for case in driver.office.cases.browse()
        for m in driver.office.cases.messages(case.no)
    ]
    assert codes.count(LIMITED) == 2
    driver.advance(hours=25)
    driver.send()
    assert len(driver.post.got) == PER_PHONE.most + 2


def test_retries_of_one_message_do_not_use_up_the_share(drive):
    driver = drive(GRANTED, channels=(Channel.SMS,))
    driver.open(form=TOLD_FORM)
    driver.post.answers = [Answer(Verdict.LATER)] * 8
    for _ in range(8):
        driver.send()
        driver.clock.at += timedelta(hours=2)
    for _ in range(PER_PHONE.most - 1):
        driver.open(form=TOLD_FORM)
    driver.send()
    assert {each.code for each in driver.post.got} != {LIMITED}
    assert len({each.id for each in driver.post.got}) == PER_PHONE.most
