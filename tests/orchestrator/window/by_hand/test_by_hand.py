"""People carry paper: what may be entered, what is refused, and whose time it is."""

import pytest
from marshmallow import Schema, fields, validate

from adapters.counter import CounterAdapter
from kaiban.domain.cases.document import Document
from kaiban.orchestrator.applicant.withdrawing import withdraw
from kaiban.orchestrator.window.by_hand.deciding import decide
from kaiban.orchestrator.window.by_hand.entering import LARGEST, Entry, enter
from kaiban.orchestrator.window.by_hand.handing import Sheet, hand_over
from kaiban.orchestrator.worker.callbacks import NobodyCalls, hear
from kaiban.ports import Correction, NotFound, RawCallback, StepSpec
from tests.orchestrator.departments import REGISTRATION, Crash, manifest, needs

PAPER = Document("证.pdf", "证", "", b"%PDF-1.7 \xff\x00")


class Kind(Schema):
    name = fields.String(required=True, metadata={"label": "税种"})
    period = fields.String(
        required=True, validate=validate.OneOf(["月", "季"]), metadata={"label": "征收期"}
    )


class Result(Schema):
    number = fields.String(required=True, metadata={"label": "登记号"})
    limit = fields.Integer(metadata={"label": "限额"})
    kinds = fields.List(fields.Nested(Kind), metadata={"label": "税种认定"})


RESULT = {"number": "T-1", "limit": "5", "kinds": [{"name": "增值税", "period": "季"}]}


class System:
    manifest = manifest("lone", (StepSpec("main"),))
    Needs = needs("company.name.full", "staff")
    Result = Result


def counter(**members):
    return CounterAdapter.by_hand(type("System", (System,), members))({}, clock=None)


@pytest.fixture
def desk(drive):
    """A case whose only link lies at the window, as a sheet."""
    driver = drive(counter())
    no = driver.open()
    while driver.turn():
        pass
    assert driver.states(no) == {"lone": "manual"}
    return driver, no


def say(desk, outcome, **more):
    driver, no = desk
    return enter(driver.office, no, "lone", Entry(outcome, more.pop("by", "王工"), **more))


def codes(defects):
    assert isinstance(defects, list), "it was taken"
    assert all(any("\u4e00" <= c <= "\u9fff" for c in each.message) for each in defects)
    return [(each.pointer, each.code) for each in defects]


def test_the_window_has_the_sheet_until_the_department_takes_it(desk):
    driver, no = desk
    driver.advance(minutes=7)
    say(desk, "received", number="N-9")
    assert driver.engine.waiting() == [], "nobody asks paper"
    driver.advance(minutes=31)
    say(desk, "done", result=RESULT, documents=(PAPER,))
    case = driver.finish(no)
    link = case.link("lone")
    assert (case.state, link.receipt) == ("completed", "N-9")
    assert link.result == {**RESULT, "limit": 5}, "typed text becomes what an adapter would say"
    assert case.documents["lone"][0].content == PAPER.content
    assert case.documents["lone"][0].media_type == "application/pdf"
    parts = driver.office.city.hours_of(case, driver.clock.now()).parts
    assert (parts["window"], parts["department:lone"], parts["platform"]) == (7, 31, 0)
    assert {e.actor for e in case.events if e.after in ("submitted", "done")} == {"window:王工"}


def test_a_refusal_and_a_correction_are_told_as_any_departments(desk):
    driver, no = desk
    items = (Correction("staff.0.name", "counter", "姓名有误，请核对。"),)
    say(desk, "correction", items=items, number="N-1")
    (notice,) = driver.case(no).notices
    assert (notice.items[0].pointer, notice.items[0].message) == (
        "/staff/0/name",
        "姓名有误，请核对。",
    )
    assert codes(say(desk, "done", result=RESULT)) == [("", "decision.not_manual")]
    sheet = hand_over(driver.office, no, "lone", "王工")
    assert [each.code for each in sheet] == ["sheet.none"]


def test_a_refusal_ends_it_with_the_reason(desk):
    driver, no = desk
    say(desk, "refused", reason="经营场所不符合要求")
    assert driver.finish(no).state == "refused"
    assert driver.case(no).link("lone").current.reason == "经营场所不符合要求"


def test_what_the_department_has_not_got_is_laid_ready_again(desk):
    driver, no = desk
    say(desk, "not-received")
    driver.turn()
    assert driver.states(no) == {"lone": "manual"}
    say(desk, "done", result=RESULT)
    assert driver.finish(no).state == "completed"


@pytest.mark.parametrize(
    ("outcome", "more", "expected"),
    [
        ("dance", {}, [("/outcome", "entry.outcome")]),
        ("refused", {"by": " "}, [("/by", "entry.by"), ("/reason", "entry.lacking")]),
        ("received", {"by": "王" * 41}, [("/by", "entry.by")]),
        ("received", {"number": "a\nb", "reason": "x"},
         [("/number", "entry.text"), ("/reason", "entry.not_with")]),
        ("correction", {}, [("/items", "entry.lacking")]),
        ("correction", {"items": (Correction("seal.kind", "", "错"), Correction("", "", ""))},
         [("/items/0/path", "entry.path"), ("/items/1/message", "entry.message")]),
        ("done", {}, [("/result/number", "result.missing")]),
        ("done", {"result": {"limit": "many", "nonsense": 1, "kinds": [{"period": "年"}, "x"]}},
         [("/result/number", "result.missing"), ("/result/limit", "result.wrong"),
          ("/result/kinds/0/name", "result.missing"), ("/result/kinds/0/period", "result.wrong"),
          ("/result/kinds/1", "result.wrong"), ("/result/nonsense", "result.unknown")]),
        ("done", {"result": {**RESULT, "kinds": "x"}}, [("/result/kinds", "result.wrong")]),
        ("done", {"result": RESULT, "documents": (Document("a.exe", "a", "", b"MZ"),)},
         [("/documents/0", "entry.document")]),
        ("done", {"result": RESULT, "documents": (Document("a.zip", "a", "", b"PK\x03\x04"),)},
         [("/documents/0", "entry.document")]),
        ("done", {"result": RESULT, "documents": (Document("", "a", "", b"%PDF-" + bytes(LARGEST)),)},
         [("/documents/0", "entry.too_large"), ("/documents/0", "entry.unnamed")]),
    ],
)  # fmt: skip
def test_everything_wrong_with_an_entry_is_told_and_nothing_changes(desk, outcome, more, expected):
    driver, no = desk
    before = driver.case(no)
    assert sorted(codes(say(desk, outcome, **more))) == sorted(expected)
    assert driver.case(no) == before


def test_a_result_without_the_fact_others_wait_for_is_refused(drive):
    class Facts(Schema):
        credit_code = fields.String(metadata={"label": "信用代码"})

    driver = drive(counter(manifest=manifest("lone", REGISTRATION), Result=Facts))
    no = driver.open()
    driver.turn()
    defects = enter(driver.office, no, "lone", Entry("done", "王工", result={"credit_code": ""}))
    assert codes(defects) == [("/result/credit_code", "result.missing")]


def test_the_sheet_holds_what_was_written_down_and_each_print_is_told(desk):
    driver, no = desk
    sheets = [hand_over(driver.office, no, "lone", "王工") for _ in range(2)]
    assert all(isinstance(each, Sheet) for each in sheets)
    assert [each.copy for each in sheets] == [1, 2]
    assert set(sheets[0].answers) == {"company", "staff"}, "not one field more than it needs"
    told = [e for e in driver.case(no).events if e.kind == "sheet"]
    assert [(e.actor, e.link) for e in told] == [("window:王工", "lone")] * 2
    sent, *printed = driver.office.cases.disclosures(no)
    assert [(each.kind, each.who, each.why) for each in printed] == [
        ("department", "lone", "sheet")
    ] * 2
    assert {each.what for each in printed} == {sent.what}, "paper tells as much as a message"
    assert [each.code for each in hand_over(driver.office, no, "lone", "")] == ["entry.by"]


def test_asking_paper_again_does_not_take_it_back_to_the_window(desk):
    driver, no = desk
    say(desk, "received")
    case = driver.case(no)
    with driver.office.cases.transaction() as tx:
        held = tx.get(no)
        driver.office.schedule(tx, held, held.link("lone"), held.link("lone").current)
        tx.save(held)
    driver.turn()
    assert driver.states(no) == {"lone": "submitted"}
    assert driver.case(no).link("lone").current.submitted_at == case.link("lone").submitted_at
    assert driver.engine.waiting() == []


def test_nobody_can_call_for_paper(desk):
    driver, _ = desk
    with pytest.raises(NobodyCalls):
        hear(driver.office, "lone", RawCallback("/", {}, b"x"))


def test_a_withdrawn_sheet_is_fetched_or_its_result_is_kept(desk):
    driver, no = desk
    say(desk, "received")
    withdraw(driver.office, no)
    driver.turn()
    assert driver.states(no) == {"lone": "manual"}
    say(desk, "done", result=RESULT)
    case = driver.finish(no)
    assert case.state == "withdrawn"
    assert [e.kind for e in case.events].count("irrevocable") == 1


def test_paper_that_may_not_have_been_laid_ready_is_laid_ready_again(desk, drive):
    driver = drive(counter())
    no = driver.open()
    [(job, _)] = driver.engine.waiting()
    lone = driver.departments["lone"]
    submit = type(lone).submit

    def die(self, prepared):
        raise Crash

    type(lone).submit = die
    driver.run(job)
    type(lone).submit = submit
    assert driver.states(no) == {"lone": "sending"}
    driver.turn_until(lambda: driver.states(no) == {"lone": "manual"})


def test_what_is_only_waiting_cannot_be_decided(drive):
    driver = drive(counter())
    no = driver.open()
    assert decide(driver.office, no, "lone", NotFound())[0].code == "decision.not_manual"
