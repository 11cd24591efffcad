"""What can be asked in queries; ``expected`` is what people read when a value is another."""

from marshmallow import Schema, ValidationError, fields
from marshmallow.validate import Length, OneOf, Range, Regexp

from forms.applicants import USUAL, applicants
from kaiban.api.schemas.base import MOST_REFERENCE, NATURAL
from kaiban.domain.cases.link import LinkState
from kaiban.domain.cases.number import is_case_number
from kaiban.domain.cases.states import CaseState

#: A version of a package; whatever else is asked for there is none of (404).
VERSION = r"^[1-9][0-9]{0,3}$"
#: A place in the feed of changes; nobody but us reads it.
PLACE = r"^([0-9]{1,9})\.(-1|[0-9]{1,18})\.([0-9A-Z]{0,30})$"


def _case_number(text: str) -> None:
    if not is_case_number(text):
        raise ValidationError("no case number")


class Nothing(Schema):
    """A query without parameters."""


class FormAsked(Schema):
    """Whose form."""

    applicant = fields.String(
        load_default=USUAL,
        validate=OneOf(tuple(applicants())),
        metadata={
            "description": "a type of applicant; a limited company without it",
            "expected": "申请人类型",
        },
    )


def _page() -> fields.Integer:
    return fields.Integer(
        load_default=50,
        validate=Range(1, 100),
        metadata={"description": "at most so many", "expected": "1 至 100 的整数"},
    )


def _day(description: str) -> fields.Date:
    return fields.Date(metadata={"description": description, "expected": "日期，如 2026-12-01"})


class CasesAsked(Schema):
    """Which cases: those for which all of it is true."""

    status = fields.List(
        fields.String(validate=OneOf([each.value for each in CaseState])),
        metadata={"description": "in one of these states", "expected": "办件状态"},
    )
    created_from = _day("handed in on that day or later, in hall time")
    created_to = _day("handed in on that day or before")
    ended_from = _day("ended on that day or later; the list is by when they ended")
    ended_to = _day("ended on that day or before; the list is by when they ended")
    link = fields.String(
        validate=Regexp(r"^[a-z][a-z0-9_]{0,63}$"),
        metadata={"description": "with that link", "expected": "环节名称"},
    )
    link_status = fields.String(
        validate=OneOf([each.value for each in LinkState]),
        metadata={
            "description": "and that link stands so; only with `link`",
            "expected": "环节状态",
        },
    )
    company = fields.String(
        validate=Length(2, 100),
        metadata={
            "description": "the company's full name, its trade name or at least two characters with which that begins",
            "expected": "2 至 100 个字的企业名称或字号",
        },
    )
    reference = fields.String(
        validate=Length(1, MOST_REFERENCE),
        metadata={
            "description": "what you called it when you handed it in",
            "expected": f"1 至 {MOST_REFERENCE} 个字",
        },
    )
    limit = _page()
    before = fields.String(
        validate=_case_number,
        metadata={
            "description": "`next` of the page before",
            "expected": "上一页最后一个办件编号",
        },
    )


class PeriodAsked(Schema):
    """Figures of which days, and of which hall."""

    first = _day("the first day; without it, the first of the last day's month")
    last = _day("today without it")
    hall = fields.String(
        load_default="",
        metadata={"description": "every hall without it", "expected": "大厅的名称"},
    )


class ChangesAsked(Schema):
    """Where the feed of changes goes on."""

    updated_since = fields.String(
        validate=Regexp(PLACE),
        metadata={
            "description": "`next` of the page before; from the beginning without it",
            "pattern": PLACE,
            "expected": "上一页的 next",
        },
    )
    limit = _page()


class VersionAsked(Schema):
    """Which version of the package."""

    version = fields.String(
        metadata={
            "description": "the latest without it",
            "pattern": VERSION,
            "expected": "版本号",
        }
    )


class ExchangesAsked(Schema):
    """Where a page of exchanges begins."""

    after = fields.String(
        load_default="0",
        validate=Regexp(NATURAL),
        metadata={"description": "the last number of the page before", "expected": "自然数"},
    )


class SlotsAsked(Schema):
    """Slots of which business on which day."""

    business = fields.String(
        required=True,
        metadata={"description": "one of the hall's", "expected": "大厅的业务名称"},
    )
    day = fields.Date(
        metadata={"description": "today without it", "expected": "日期，如 2026-12-01"}
    )
