"""Words of the staff that papers repeat hold no sign a paper cannot show: each door says which sign it is, and where."""

from dataclasses import replace

import pytest

from kaiban.domain.cases.document import Document
from kaiban.domain.papers.commitment import Check
from kaiban.domain.roles import Position, Role
from kaiban.orchestrator.applicant.aftercare.rating import answer
from kaiban.orchestrator.printable import is_line, unprintable, wrong_line
from kaiban.orchestrator.window.by_hand.approving import NO_WHY, ask, refuse
from kaiban.orchestrator.window.by_hand.entering import Entry, enter
from kaiban.orchestrator.window.notices.composing import Finding, add_finding, issue_notice
from kaiban.orchestrator.window.obligations.checking import checked
from kaiban.orchestrator.window.obligations.tending import Relief, relieve
from kaiban.ports import Correction, StepSpec, Unknown
from tests.orchestrator.departments import REGISTRATION, Scripted
from tests.orchestrator.window.by_hand.test_approving import ORDER, SECOND
from tests.orchestrator.window.by_hand.test_by_hand import counter
from tests.orchestrator.worker.test_forwarding import Taking
from tests.orchestrator.worker.test_forwarding import opened as case_owing

BY = "03 号窗口 李敏"
LOST = "地址\U0001f600请改"


class NoFonts:
    """As where no fonts are installed."""

    def missing(self, _text):
        return ""


@pytest.fixture
def driver(drive):
    return drive(Scripted("registration", steps=REGISTRATION))


def told(found):
    assert isinstance(found, list), "it was kept"
    return [each.pointer for each in found if each.code == "text.unprintable"]


def test_the_sign_is_named_by_itself_and_by_its_number(driver):
    (seen,) = unprintable(driver.office, "/reason", LOST, "tax")
    assert (seen.pointer, seen.link) == ("/reason", "tax")
    assert seen.message == (
        "有打印在文书上显示不出来的符号：“\U0001f600”（U+1F600）。请删去或者换一种写法。"
    )
    (unseen,) = unprintable(driver.office, "/reason", "甲\u200b乙")
    assert "看不见的符号（U+200B）" in unseen.message
    assert "\u200b" not in unseen.message


@pytest.mark.parametrize("text", ["", "第一行\r\n第二行", "中间　有\u00a0空格 A1①·—“”"])
def test_what_paper_shows_is_taken(driver, text):
    assert unprintable(driver.office, "/reason", text) == []


@pytest.mark.parametrize("name", ["message", "rule", "example", "bring", "material", "reason"])
def test_a_finding_is_not_kept_with_it(driver, name):
    no = driver.open()
    words = {"message": "请改。", "material": "别的材料", "reason": "依据", name: LOST}
    assert f"/{name}" in told(add_finding(driver.office, no, Finding(BY, **words)))
    assert driver.case(no).draft is None


def test_spaces_of_an_input_method_are_no_mistake_in_one_line(driver):
    no = driver.open()
    kept = add_finding(driver.office, no, Finding(BY, message="楼层　写错了。"))
    assert not isinstance(kept, list), kept
    broken = add_finding(driver.office, no, Finding(BY, message="第一行\u2028第二行"))
    assert "notice.message" in [each.code for each in broken]


def test_a_notice_does_not_go_out_with_it_even_where_no_reason_is_needed(driver):
    no = driver.open()
    add_finding(driver.office, no, Finding(BY, message="楼层写错了。"))
    assert told(issue_notice(driver.office, no, BY, LOST)) == ["/reason"]
    assert not driver.case(no).notices


@pytest.mark.parametrize(
    ("entry", "pointer"),
    [
        (Entry("refused", BY, reason=LOST), "/reason"),
        (Entry("received", BY, number=LOST), "/number"),
        (Entry("correction", BY, items=(Correction("", "E", LOST),)), "/items/0/message"),
        (
            Entry("done", BY, documents=(Document("a.pdf", LOST, "", b"%PDF-1.7"),)),
            "/documents/0",
        ),
    ],
)
def test_what_a_department_said_is_not_entered_with_it(drive, entry, pointer):
    made = drive(counter())
    no = made.open()
    made.turn_until(lambda: made.states(no) == {"lone": "manual"})
    assert pointer in told(enter(made.office, no, "lone", entry))


def test_a_rating_is_not_answered_with_it(driver):
    assert told(answer(driver.office, driver.open(), "", LOST, "limin")) == ["/answer"]


def test_no_more_time_is_given_and_nothing_found_false_with_it(drive):
    made, no = case_owing(drive, Taking(late=False))
    who = Position("w1", Role.WINDOW, "main")
    relief = Relief(who, "lease", "2026-03-18", LOST, 15)
    assert told(relieve(made.office, made.owed, no, "extend", relief)) == ["/reason"]
    assert told(checked(made.office, no, "any", who, Check.FALSE, LOST)) == ["/reason"]


def test_no_change_is_asked_for_or_refused_with_it(drive):
    made = drive(Scripted("reader", Unknown("lost"), steps=(StepSpec("main"),)))
    no = made.open()
    made.turn()
    assert told(ask(made.office, no, "reader", replace(ORDER, why=LOST))) == ["/why"]
    waits = ask(made.office, no, "reader", ORDER)
    assert told(refuse(made.office, waits.id, SECOND, LOST)) == ["/answer"]


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\ud800"])
def test_what_is_no_letter_is_named_even_where_no_font_is_known(driver, sign):
    blind = replace(driver.office, glyphs=NoFonts())
    [found] = wrong_line(blind, "/why", f"缺{sign}少", NO_WHY)
    assert (found.pointer, found.code) == ("/why", "text.unprintable")
    assert f"U+{ord(sign):04X}" in found.message


@pytest.mark.parametrize("text", ["", "  ", "一\u2028二", "一\n二", "长" * 501])
def test_what_is_no_line_is_told_as_that(driver, text):
    assert wrong_line(driver.office, "/why", text, NO_WHY) == [NO_WHY]
    assert is_line("缺　少\u00a0一页")
