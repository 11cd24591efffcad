"""What everybody may read."""

from marshmallow import fields

from kaiban.api.schemas.base import (
    Answer,
    a_day,
    a_number,
    a_text,
    an_instant,
    list_of,
    one_of,
    texts,
)
from kaiban.domain.circuit_breaker import Circuit


class Index(Answer):
    """Where to begin: paths on this server."""

    openapi = a_text("what the API can do (OpenAPI)", example="/api/v1/openapi.json")
    form = a_text("the form as data")
    departments = a_text("every link of this city")
    problems = a_text("what each type of problem means, for people")


class StepOfPlan(Answer):
    """What a step waits for, and what it brings."""

    name = a_text()
    requires = texts("facts of other links")
    provides = texts()


class Resends(Answer):
    """How many messages were sent again in this minute, and may be."""

    used = a_number()
    allowed = a_number()


class Breaker(Answer):
    """Whether a department's system works."""

    state = one_of(Circuit)
    title = a_text()
    reason = a_text()
    since = an_instant(none=True)
    next_probe_at = an_instant(none=True)
    resends = fields.Nested(Resends)


class Department(Answer):
    """A link of this city."""

    name = a_text(example="registration")
    title = a_text()
    office = a_text()
    hours = a_text()
    promise_minutes = a_number()
    by_hand = fields.Boolean()
    steps = list_of(StepOfPlan)
    reads = texts("form paths its department is sent")
    breaker = fields.Nested(Breaker)


class DepartmentList(Answer):
    """Every link of this city."""

    departments = list_of(Department)


class Health(Answer):
    """The process answers."""

    status = a_text(example="ok")


class Readiness(Answer):
    """Whether the service can do its work."""

    status = one_of(["ok", "unavailable"])
    missing = texts("everything that keeps it from that")


class Business(Answer):
    """A kind of business of a hall."""

    name = a_text()
    title = a_text()
    link = a_text(none=True)
    waiting = a_number("people who wait now")


class WaitingToday(Answer):
    """How long people waited today: minutes (numerator) of people (denominator) who were called."""

    minutes = a_number()
    people = a_number()
    middle = fields.Float(allow_none=True)
    longest = a_number(none=True)
    strange = a_number()
    waiting = a_number()
    booked = a_number()
    came = a_number()
    missed = a_number()
    cancelled = a_number()
    mean = fields.Float(allow_none=True)


class Hall(Answer):
    """A hall that gives numbers."""

    name = a_text()
    title = a_text()
    business = list_of(Business)
    today = fields.Nested(WaitingToday)


class HallList(Answer):
    """Every hall with a queue."""

    halls = list_of(Hall)
    rule = a_text("the rule of the clock, in words")


class Slot(Answer):
    """A slot that can still be booked."""

    start = an_instant()
    end = an_instant()
    left = a_number()


class SlotList(Answer):
    """The slots of a day that can still be booked."""

    day = a_day()
    slots = list_of(Slot)
