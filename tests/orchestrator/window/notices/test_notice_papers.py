"""Notices and refusals on paper: printed once, kept byte for byte, with the proof that they arrived; and both to the supervisor."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kaiban.domain.hours.term import Term
from kaiban.domain.messages.notification import Channel, Kind, Message, MessageState
from kaiban.domain.notices.refusal import Terms
from kaiban.domain.papers.deadlines import awaited
from kaiban.orchestrator.announcing import payload
from kaiban.orchestrator.window.notices.composing import Finding, add_finding, issue_notice
from kaiban.orchestrator.window.notices.notice_delivery import (
    deliveries,
    hand_notice,
    note_reading,
)
from kaiban.orchestrator.window.notices.notice_papers import (
    archived,
    draft_sheet,
    notice_sheet,
    refusal_sheet,
)
from kaiban.orchestrator.window.notices.noticed import copies, deliveries_report
from kaiban.ports import Pending, Ref, Rejected
from tests.orchestrator.departments import REGISTRATION, Scripted

BY = "03 号窗口 李敏"
REF = Ref("k")


@pytest.fixture
def noticed(drive):
    """A case with one notice, issued by staff."""
    driver = drive(Scripted("registration", Pending(REF, timedelta(days=1)), steps=REGISTRATION))
    no = driver.open()
    add_finding(driver.office, no, Finding(BY, code="window.lease", link="registration"))
    issue_notice(driver.office, no, BY)
    return driver, no


@pytest.fixture
def refused(drive):
    driver = drive(
        Scripted("registration", Rejected("R09", "存在任职限制情形"), steps=REGISTRATION)
    )
    no = driver.open()
    return driver, driver.finish(no).no


def test_a_sheet_says_who_what_by_which_rule_and_what_to_bring(noticed):
    driver, no = noticed
    sheet = notice_sheet(driver.office, driver.case(no), 1)
    assert sheet.document == f"开办告字〔2026〕{no}-1 号"
    assert (sheet.addressee, sheet.by) == ("示范市晨光科技有限公司", BY)
    (row,) = sheet.rows
    assert (row.department, row.rule) == (
        "registration office / registration",
        "市场主体登记管理条例第十六条",
    )
    assert (row.bring, row.way) == ("租赁合同原件", "拍照上传，或者带到窗口")
    assert sheet.basis.startswith("公司法")
    assert notice_sheet(driver.office, driver.case(no), 2) is None


def test_the_law_of_companies_is_cited_to_companies_only(noticed):
    driver, no = noticed
    case = driver.case(no)
    other = replace(case, form={**case.form, "applicant": "partnership"})
    whole, own = (notice_sheet(driver.office, each, 1).basis for each in (case, other))
    assert whole == f"公司法（2023）第三十条、{own}"
    assert own.startswith("市场主体登记管理条例第十九条")


def test_papers_call_who_issued_a_notice_by_name(noticed):
    driver, no = noticed
    office = replace(driver.office, called={BY: "李敏"}.__getitem__)
    assert notice_sheet(office, driver.case(no), 1).by == "李敏"
    assert draft_sheet(office, driver.case(no), [], BY).by == "李敏"


def test_the_paper_has_the_day_the_page_and_the_reminders_have(noticed):
    driver, no = noticed
    assert notice_sheet(driver.office, driver.case(no), 1).due is None, "the city has set none"
    term = Term(10, "本市服务规范")
    notices = replace(driver.office.city.notices, answer=term)
    office = replace(driver.office, city=replace(driver.office.city, notices=notices))
    case = driver.case(no)
    told = awaited(case, office.city)[0]
    sheet = notice_sheet(office, case, 1)
    assert (sheet.due, sheet.due_basis) == (told.due, told.basis)
    assert sheet.due == office.city.hall_of(case).hours.working_day_after(
        case.open_notice.issued_at, 10
    )
    driver.advance(days=5)
    joined = draft_sheet(office, case, case.open_notice.items, BY)
    assert joined.due == sheet.due, "what joins a notice is answered with it"


def test_what_was_printed_first_is_what_is_kept(noticed):
    driver, no = noticed
    sheet, printed = notice_sheet(driver.office, driver.case(no), 1), []

    def prints(told):
        printed.append(told)
        return f"%PDF-{len(printed)}".encode()

    first = archived(driver.office, sheet, prints)
    assert archived(driver.office, sheet, prints) == first
    assert (first.pdf, len(printed)) == (b"%PDF-1", 1)


def test_a_notice_is_proved_to_have_arrived(noticed):
    driver, no = noticed
    case = driver.case(no)
    place = next(n for n, event in enumerate(case.events, 1) if event.kind == "notice")
    message = Message(
        "a" * 32, no, place, Kind.CORRECTION, Channel.SMS, driver.clock.at, "x", "13800001234",
        state=MessageState.ACCEPTED,
    )  # fmt: skip
    driver.advance(minutes=1)
    note_reading(driver.office, no, 1)
    note_reading(driver.office, no, 1)
    driver.advance(minutes=1)
    hand_notice(driver.office, no, 1, BY, "张晓燕")
    found = deliveries_report(deliveries(driver.case(no), [message], 1))
    assert [(each["way"], each["address"]) for each in found] == [
        ("page", ""), ("sms", "138****1234"), ("read", ""), ("paper", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "by", "to", "expected"),
    [
        (2, BY, "张晓燕", ["notice.number"]),
        (1, "", " ", ["entry.by", "notice.to"]),
        (1, BY, "张" * 41, ["notice.to"]),
    ],
)
def test_a_hand_over_that_cannot_be_is_refused(noticed, number, by, to, expected):
    driver, no = noticed
    found = hand_notice(driver.office, no, number, by, to)
    assert [each.code for each in found] == expected


def test_a_notice_is_handed_over_once(noticed):
    driver, no = noticed
    hand_notice(driver.office, no, 1, BY, "张晓燕")
    assert [e.code for e in hand_notice(driver.office, no, 1, BY, "张晓燕")] == ["notice.handed"]


def test_a_refusal_is_told_with_rule_and_terms_and_to_the_supervisor_too(refused):
    driver, no = refused
    case = driver.case(no)
    sheet = refusal_sheet(driver.office, case, "registration")
    assert (sheet.title, sheet.reason) == ("不予登记", "存在任职限制情形。")
    assert sheet.last == Terms(date(2026, 5, 3), date(2026, 9, 4))
    copy = refusal_sheet(driver.office, case, "registration", is_copy=True)
    assert (copy.name, copy.is_copy) == ("refusal-registration-copy", True)
    (told,) = copies([case])
    assert (told["kind"], told["link"], told["code"]) == ("refusal", "registration", "R09")
    assert told["review_until"] == "2026-05-03"
    [(n, event)] = [
        (n, e) for n, e in enumerate(case.events, 1) if e.after == "refused" and e.link
    ]
    assert '"lawsuit_until":"2026-09-04"' in payload(case, n, event, Kind.REFUSAL)


def test_nothing_is_printed_of_what_was_not_refused(noticed):
    driver, no = noticed
    assert refusal_sheet(driver.office, driver.case(no), "registration") is None
