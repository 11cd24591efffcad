"""Every exchange is written down before it begins and again when it has ended, and names nobody."""

from datetime import timedelta
from hashlib import sha256

import pytest
from marshmallow import Schema, fields
from sqlalchemy import text

from kaiban.domain.cases.exchange import MOST_BYTES, Passed
from kaiban.orchestrator.reporting.records import exchange_in_full
from kaiban.orchestrator.worker.callbacks import hear
from kaiban.ports import (
    Correction,
    Done,
    NeedsCorrection,
    Pending,
    RawCallback,
    Ref,
    Rejected,
    Said,
    Unknown,
    in_confidence,
    listening,
    overheard,
)
from tests.orchestrator.departments import PRE_AND_CONFIRM, REGISTRATION, Crash, Scripted
from tests.orchestrator.driver import FORM

REF = Ref("key", "N-1")
GRANTED = Done(REF, {"credit_code": "91X"})


class Person(Schema):
    name = fields.Raw(metadata={"path": "name", "sensitive": True})
    sex = fields.Raw(metadata={"path": "sex", "sensitive": True})
    born = fields.Raw(metadata={"path": "born", "sensitive": True})


class Talking(Scripted):
    """Says its message on the line, whatever comes of it; hides nothing itself."""

    def __init__(self, name, *answers, **more):
        super().__init__(name, *answers, **more)
        self.Needs = Schema.from_dict(
            {
                "company": fields.Raw(metadata={"path": "company.name.full"}),
                "staff": fields.List(fields.Nested(Person), metadata={"path": "staff"}),
            }
        )

    def submit(self, prepared):
        overheard(
            Said(f"POST /a?who={prepared.key}", prepared.body, 200, "王一：收到".encode(), 7)
        )
        return super().submit(prepared)


STAFF = [{"name": "王一", "sex": "1", "born": "1990-03-07"}, {"name": "王一民", "sex": "2"}]


def exchanges(driver, no):
    return driver.office.cases.exchanges(no)


def test_what_was_said_is_kept_with_when_how_long_and_what_came_of_it(drive):
    driver = drive(
        Talking("registration", Pending(REF, timedelta(minutes=5)), GRANTED, steps=REGISTRATION)
    )
    no = driver.open("registration")
    driver.turn()
    (sent,) = exchanges(driver, no)
    assert (sent.number, sent.link, sent.step, sent.attempt) == (1, "registration", "main", 1)
    assert (sent.errand, sent.outcome, sent.at) == ("send", "Pending", driver.clock.now())
    assert sent.milliseconds >= 0
    (message,) = sent.messages
    assert (message.status, message.milliseconds) == (200, 7)
    assert message.line == f"POST /a?who={no}-registration-main-1"
    driver.finish(no)
    assert [(each.errand, each.outcome) for each in exchanges(driver, no)] == [
        ("send", "Pending"), ("look", "Done"),
    ]  # fmt: skip
    assert driver.office.cases.exchange(no, 1) == sent
    assert driver.office.cases.exchange(no, 9) is None


def test_the_values_of_the_form_are_hidden_wherever_they_stand(drive):
    driver = drive(
        Talking("registration", Rejected("R1", "王一民 19900307 不符"), steps=REGISTRATION)
    )
    no = driver.open("registration", form={**FORM, "staff": STAFF})
    driver.turn()
    (sent,) = exchanges(driver, no)
    told = str(exchange_in_full(sent))
    assert sent.said == "王*** 1*** 不符"
    assert sent.messages[0].answered == {"text": "王***：收到"}
    assert not any(secret in told for secret in ("王一", "1990-03-07", "19900307"))
    assert "示范市晨光科技有限公司" in told
    assert "'sex': '1'" in told  # a code hides nobody, and hidden everywhere would hide everything


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        (Rejected("R1", "不予办理"), ("Rejected", "R1", "不予办理")),
        (NeedsCorrection((Correction("a", "E1", "请改"), Correction("b", "E2", "也改"))),
         ("NeedsCorrection", "E1", "请改；也改")),
        (NeedsCorrection(()), ("NeedsCorrection", "", "")),
        (Pending(REF, reason="排队"), ("Pending", "", "排队")),
        (Unknown("HTTP 500"), ("Unknown", "", "HTTP 500")),
        (RuntimeError("王一"), ("Unknown", "", "adapter defect")),
        (GRANTED, ("Done", "", "")),
    ],
)  # fmt: skip
def test_every_family_of_answers_comes_down_to_a_code_and_a_sentence(drive, answer, kept):
    driver = drive(Scripted("registration", answer, steps=REGISTRATION))
    no = driver.open("registration")
    driver.turn()
    (sent,) = exchanges(driver, no)
    assert (sent.outcome, sent.code, sent.said) == kept


def test_a_worker_that_dies_on_the_way_leaves_the_exchange_as_begun(drive):
    driver = drive(Talking("registration", Crash(), GRANTED, steps=REGISTRATION))
    no = driver.open("registration")
    driver.turn()
    (sent,) = exchanges(driver, no)
    assert (sent.errand, sent.outcome, sent.messages) == ("send", "", ())
    driver.finish(no)
    assert [(e.errand, e.outcome) for e in exchanges(driver, no)] == [
        ("send", ""),
        ("look", "Done"),
    ]


def test_what_comes_back_too_late_is_kept_although_it_changes_nothing(drive):
    department = Scripted("registration", Pending(REF), steps=REGISTRATION)
    driver = drive(department)
    no = driver.open("registration")
    job = driver.engine.waiting()[0][0]
    usual = department.submit

    def submit(prepared):
        with driver.office.cases.transaction() as tx:  # somebody takes over meanwhile
            case = tx.get(no)
            case.link("registration").step("main").attempt += 1
            tx.save(case)
        return usual(prepared)

    department.submit = submit
    driver.run(job)
    assert driver.states(no) == {"registration": "sending"}
    assert [each.outcome for each in exchanges(driver, no)] == ["Pending"]


def test_a_call_is_kept_with_the_case_it_is_about(drive):
    driver = drive(Talking("registration", Pending(REF, timedelta(hours=1)), steps=REGISTRATION))
    no = driver.open("registration", form={**FORM, "staff": STAFF})
    driver.turn()
    key = f"{no}-registration-main-1"
    driver.office.departments["registration"].parse_callback = lambda _raw: [REF]
    hear(
        driver.office,
        "registration",
        RawCallback("/callbacks/registration", {}, "王一来了".encode()),
    )
    sent, heard = exchanges(driver, no)
    assert (heard.errand, heard.outcome, heard.step) == ("callback", "Hint", "main")
    assert heard.messages[0].asked == {"text": "王***来了"}
    assert heard.messages[0].answered == {"text": "OK"}
    assert key in sent.messages[0].line


def test_exchanges_are_numbered_within_their_case_over_all_links(drive):
    driver = drive(
        Scripted("registration", GRANTED, steps=REGISTRATION),
        Scripted("fund", Done(REF, {}), steps=PRE_AND_CONFIRM),
    )
    first, second = driver.open(), driver.open()
    driver.finish(first)
    driver.finish(second)
    for no in (first, second):
        assert [each.number for each in exchanges(driver, no)] == [1, 2, 3]


def test_only_who_listens_hears():
    overheard(Said("GET /", b""))
    with listening() as outer:
        overheard(Said("GET /1", b""))
        with listening() as inner:
            overheard(Said("GET /2", b""))
        overheard(Said("GET /3", b""))
    overheard(Said("GET /4", b""))
    assert [said.line for said in outer] == ["GET /1", "GET /3"]
    assert [said.line for said in inner] == ["GET /2"]


# --- the very bytes --------------------------------------------------------------------------------


class SigningIn(Scripted):
    """Asks for a session first, and says its message under it; what it gets back is of that size."""

    def __init__(self, name, *answers, size=6, **more):
        super().__init__(name, *answers, **more)
        self.size = size

    def readable(self, _raw):
        return {}

    def submit(self, prepared):
        with in_confidence():
            overheard(Said("POST /session", b"our secret", 200, b"key"))
        overheard(
            Said("POST /apply", prepared.body, 200, b"\xc9\xcc\x00" + b"a" * (self.size - 3))
        )
        return super().submit(prepared)


def asked_of(driver, no):
    """The body as it was written down before it was sent."""
    return driver.office.cases.read(no).link("registration").step("main").sent["body"]


def test_bytes_are_kept_as_they_went_over_the_line_except_our_secrets(drive):
    driver = drive(SigningIn("registration", GRANTED, steps=REGISTRATION))
    no = driver.open("registration")
    driver.turn()
    (sent,) = exchanges(driver, no)
    assert sent.passed == (), "read on their own"
    session, applied = driver.office.cases.passed(no, sent.number)
    assert session == (Passed(len(b"our secret")), Passed(len(b"key")))
    asked, answered = applied
    assert answered == Passed(
        6, sha256(b"\xc9\xcc\x00aaa").hexdigest(), b"\xc9\xcc\x00aaa"
    )  # GBK, and no text at all
    assert asked.content == asked_of(driver, no)
    assert driver.office.cases.passed(no, 9) == ()


def test_long_ones_are_told_by_length_and_hash(drive):
    driver = drive(SigningIn("registration", GRANTED, steps=REGISTRATION, size=MOST_BYTES + 1))
    no = driver.open("registration")
    driver.turn()
    _, (_, answered) = driver.office.cases.passed(no, 1)
    whole = b"\xc9\xcc\x00" + b"a" * (MOST_BYTES - 2)
    assert answered == Passed(MOST_BYTES + 1, sha256(whole).hexdigest())


def test_a_call_is_kept_in_its_bytes_too(drive):
    driver = drive(Talking("registration", Pending(REF, timedelta(hours=1)), steps=REGISTRATION))
    no = driver.open("registration")
    driver.turn()
    driver.office.departments["registration"].parse_callback = lambda _raw: [REF]
    call = RawCallback("/callbacks/registration", {}, "来了".encode())
    hear(driver.office, "registration", call)
    [(asked, answered)] = driver.office.cases.passed(no, 2)
    assert asked.content == call.body
    assert answered.content == b"OK"


def test_the_rows_show_none_of_it(drive):
    driver = drive(SigningIn("registration", GRANTED, steps=REGISTRATION))
    driver.open("registration")
    driver.turn()
    with driver.database.reading() as connection:
        [cell] = connection.execute(text("SELECT passed FROM exchanges")).scalars()
    assert b"\xc9\xcc\x00" not in cell
    assert b"secret" not in cell
