"""A case as programs see it."""

from marshmallow import fields

from kaiban.api.schemas.base import (
    Answer,
    a_day,
    a_number,
    a_text,
    an_instant,
    by_name,
    list_of,
    one_of,
    texts,
)
from kaiban.api.schemas.materials import NeededMaterial
from kaiban.api.schemas.notices import NoticeReport
from kaiban.api.schemas.problems import Defect
from kaiban.api.schemas.records import MessageTold
from kaiban.domain.cases.link import Actor, LinkState
from kaiban.domain.cases.states import CaseState

CASE_NO = "KB9901002026030400017"


class Receipt(Answer):
    """A case that was opened."""

    case_no = a_text("the number by which it is asked for", example=CASE_NO)
    status = one_of(CaseState)
    accepted_at = an_instant("when the clock of the promise began")
    promise = a_text("the promise it is measured by", example="half_day")
    reference = a_text("what you call it; empty: you did not say", example="A-2026-0042")
    links = texts("the links that were chosen, in the order of the plan")


class ProgressLink(Answer):
    """How people follow a case that a program handed in, and find back to it; to be shown to the applicant alone."""

    case_no = a_text(example=CASE_NO)
    url = a_text(
        "the page of the case: whoever has it sees how the case stands and the company's name, and nothing of a person",
        example="https://kaiban.example/t/Nw4bGqk2S1mTnYf0cZrLpA",
    )
    resume_code = a_text(
        "with the telephone it opens the case: corrections, the package, withdrawing",
        example="7K4M-2QXD",
    )
    phone = a_text("the telephone that was left, masked; empty: none yet", example="138****0000")


class CaseLine(Answer):
    """A case in a list."""

    case_no = a_text(example=CASE_NO)
    status = one_of(CaseState)
    accepted_at = an_instant()
    finished_at = an_instant(none=True)
    promise = a_text()
    links = texts()
    company = a_text("its full name; may be empty", example="示范晨光科技有限公司")
    reference = a_text("what you call it; may be empty")


class CaseList(Answer):
    """Cases, the newest first."""

    cases = list_of(CaseLine)
    has_more = fields.Boolean()
    next = a_text("`before` of the page after this one; null: there is none", none=True)


class CaseChanges(Answer):
    """Cases in the order of their last change."""

    cases = list_of(CaseLine)
    has_more = fields.Boolean(metadata={"description": "whether there are more already"})
    next = a_text("`updated_since` of the page after this one, now or later; an opaque text")


class NationalCode(Answer):
    """The state in the national list of case states (1-15)."""

    code = a_number()
    title = a_text()


class Place(Answer):
    """A hall."""

    name = a_text()
    title = a_text()


class Leg(Answer):
    """One part of the way between two halls."""

    name = a_text()
    hall = a_text()
    from_ = fields.String(data_key="from", attribute="from", metadata={"format": "date-time"})
    to = an_instant("null: still there", none=True)
    hall_minutes = a_number("minutes of the hall's opening hours")


class CrossRegion(Answer):
    """Which hall took it in for the one that decides it."""

    intake = fields.Nested(Place)
    stage = a_text()
    legs = list_of(Leg)


class Promise(Answer):
    """What was promised, and whether it is kept: of an open case so far."""

    name = a_text()
    title = a_text()
    working_minutes = a_number("within so many minutes of working time")
    kept = fields.Boolean(
        allow_none=True,
        metadata={"description": "null once the case ended and nothing was granted"},
    )


class Elapsed(Answer):
    """How long it took or takes, by two clocks."""

    working_minutes = a_number("opening hours without pauses: compared with the promise")
    wall_minutes = a_number("nothing taken out")
    paused_minutes = a_number("of them, waiting for the applicant or in a special procedure")
    closed_minutes = a_number("of them, with the hall closed")
    provisional = fields.Boolean(metadata={"description": "by a calendar not published yet"})


class StepReport(Answer):
    """One exchange a link consists of."""

    name = a_text()
    status = one_of(LinkState)
    revision = a_number("so often was it sent again after a correction")


class LinkReport(Answer):
    """One department's part."""

    name = a_text(example="registration")
    title = a_text(example="企业登记")
    office = a_text()
    status = one_of(LinkState)
    status_title = a_text()
    reason = a_text("why it stands like that, in words")
    reason_code = a_text("the department's code, if it gave one")
    next_actor = one_of(Actor, "who has to do the next thing; empty: nobody")
    submitted_at = an_instant(none=True)
    done_at = an_instant(none=True)
    wall_minutes = a_number(none=True)
    receipt = a_text("the department's number of the application")
    adapter = a_text()
    steps = list_of(StepReport)


class Obligation(Answer):
    """A material that may come later (容缺)."""

    key = a_text()
    name = a_text()
    due = a_day(none=True)
    overdue = fields.Boolean()
    days_left = a_number(none=True)
    commitment = a_text()
    words = a_text("what was promised, word for word")
    accepted_at = an_instant()
    follows = a_text("what follows when nothing comes: notice, withdraw, window")
    of = texts("JSON pointers of the persons whose it is")


class CommitmentReport(Answer):
    """What the applicant declared (告知承诺)."""

    key = a_text()
    title = a_text()
    version = a_text()
    words = a_text()
    given_at = an_instant()
    due = a_day("by when it is checked")
    check = a_text("true, false, or null: not checked yet", none=True)
    checked_at = an_instant(none=True)
    reason = a_text()
    follows = a_text()


class PackageReport(Answer):
    """The latest certificate package."""

    version = a_number()
    verify_code = a_text("opens the page /v/<code>")


class Delivery(Answer):
    """How the package leaves the house."""

    mode = a_text()
    choice = a_number("how often the way was changed: a further change names it")
    changed_at = an_instant(none=True)
    changed_by = a_text()
    may_change = fields.Boolean()
    handed_out_at = an_instant(none=True)
    posted_at = an_instant(none=True)
    carrier = a_text()
    tracking = a_text()


class CaseReport(Answer):
    """How a case stands; everything but its form."""

    case_no = a_text(example=CASE_NO)
    company = a_text()
    reference = a_text("what whoever handed it in calls it; may be empty")
    status = one_of(CaseState)
    status_title = a_text()
    national_code = fields.Nested(NationalCode)
    hall = fields.Nested(Place)
    cross_region = fields.Nested(CrossRegion, allow_none=True)
    accepted_at = an_instant()
    finished_at = an_instant(none=True)
    withdrawing = fields.Boolean(
        metadata={
            "description": "from the wish to withdraw it until it has ended: `status` is `withdrawn` then"
        }
    )
    promise = fields.Nested(Promise)
    elapsed = fields.Nested(Elapsed)
    ledger = by_name(fields.Integer(), "minutes by who had it; they sum to the wall time")
    links = list_of(LinkReport)
    facts = by_name(fields.Raw(), "what departments gave: credit_code and the like")
    notices = list_of(NoticeReport)
    obligations = list_of(Obligation)
    commitments = list_of(CommitmentReport)
    second_notices = a_number("notices that told what could have been told before")
    package = fields.Nested(PackageReport, allow_none=True)
    delivery = fields.Nested(Delivery)
    notifications = list_of(MessageTold)
    notifications_optional = fields.Boolean(
        metadata={"description": "whether messages come that need not be served"}
    )


class EventReport(Answer):
    """One thing that happened."""

    seq = a_number()
    kind = a_text(example="accepted")
    title = a_text()
    at = an_instant()
    actor = a_text()
    link = a_text()
    step = a_text()
    before = a_text("the state before, where it changed one")
    after = a_text("the state after")
    code = a_text()
    text = a_text()
    facts = by_name(fields.Raw(allow_none=True))
    clock_at = an_instant("what the clock said, where it had been set back", none=True)


class TimeLine(Answer):
    """Everything that happened, in order."""

    case_no = a_text(example=CASE_NO)
    events = list_of(EventReport)


class ForecastBasis(Answer):
    """On how many past cases the forecast of a link stands; 0: on the department's promise."""

    link = a_text()
    cases = a_number()
    words = a_text()


class Forecast(Answer):
    """When it will probably end."""

    likely = an_instant("half of such cases end before it")
    late = an_instant("nine in ten end before it")
    opens_at = an_instant("if the hall is closed now", none=True)
    provisional = fields.Boolean()
    basis = list_of(ForecastBasis)


class ForecastReport(Answer):
    """When a case will probably end; null where nobody can say, or it has."""

    case_no = a_text(example=CASE_NO)
    forecast = fields.Nested(Forecast, allow_none=True)


class Checked(Answer):
    """What is wrong with a form, and what would become of it."""

    ok = fields.Boolean()
    forecast = fields.Nested(Forecast, allow_none=True)
    links = texts("the links it would be handed in for")
    materials = list_of(NeededMaterial, "what is to be brought; true once the form has no defects")
    errors = list_of(Defect, "all defects at once")
