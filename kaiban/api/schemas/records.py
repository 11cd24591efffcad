"""What is recorded about a case: messages, disclosures, ratings, complaints, exchanges."""

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
from kaiban.domain.complaint import ComplaintState, StepKind
from kaiban.domain.messages.notification import Channel, MessageState
from kaiban.domain.messages.webhook import EVENTS


class MessageTold(Answer):
    """A message to the applicant."""

    at = an_instant()
    kind = a_text()
    kind_title = a_text()
    channel = one_of(Channel)
    channel_title = a_text()
    address = a_text("masked")
    status = one_of(MessageState)
    status_title = a_text()
    tries = a_number()
    code = a_text()
    statutory = fields.Boolean(metadata={"description": "legally served: cannot be switched off"})
    text = a_text()


class Disclosure(Answer):
    """Somebody was shown something of the case."""

    at = an_instant()
    kind = a_text()
    kind_title = a_text()
    who = a_text()
    why = a_text()
    why_title = a_text()
    what = texts("form paths")
    step = a_text()
    attempt = a_number()


class DisclosureList(Answer):
    """Everybody who was shown something, in order."""

    case_no = a_text()
    disclosures = list_of(Disclosure)


class RatingReport(Answer):
    """What somebody thinks of a link or the whole case."""

    link = a_text("empty: the whole case")
    level = a_number("5 very satisfied … 1 very dissatisfied")
    level_title = a_text()
    at = an_instant()
    source = a_text()
    remark = a_text()
    answer = a_text()
    answered_by = a_text()
    answered_at = an_instant(none=True)


class RatingList(Answer):
    """Every rating of a case."""

    case_no = a_text()
    ratings = list_of(RatingReport)


class ComplaintStep(Answer):
    """What was done about a complaint."""

    kind = one_of(StepKind)
    title = a_text()
    at = an_instant()
    by = a_text()


class ComplaintReport(Answer):
    """A complaint, with what was done about it."""

    number = a_number()
    state = one_of(ComplaintState)
    state_title = a_text()
    source = a_text()
    text = a_text()
    due = a_day("answered by then", none=True)
    owner = a_text()
    answer = a_text()
    steps = list_of(ComplaintStep)
    version = a_text("of what was seen: a reply names it")


class ComplaintList(Answer):
    """Every complaint about a case."""

    case_no = a_text()
    complaints = list_of(ComplaintReport)


class ExchangeMessage(Answer):
    """One request and its answer by field name, nobody identified."""

    line = a_text()
    status = a_number("0: no answer")
    milliseconds = a_number()
    asked = by_name(fields.String())
    answered = by_name(fields.String())


class ExchangeLine(Answer):
    """An errand to a department in one line."""

    number = a_number()
    at = an_instant()
    link = a_text()
    step = a_text()
    attempt = a_number()
    errand = a_text()
    title = a_text()
    outcome = a_text("empty: still going on, or its worker died")
    code = a_text()
    milliseconds = a_number()
    text = a_text()
    answers = fields.List(fields.Integer(), metadata={"description": "status of each answer"})


class Exchange(ExchangeLine):
    """An errand with every message."""

    messages = list_of(ExchangeMessage)


class ExchangeList(Answer):
    """Errands in order, a page of them."""

    case_no = a_text()
    exchanges = list_of(ExchangeLine)


class WebhookReport(Answer):
    """A subscription."""

    id = a_text(example="wh_0123456789abcdef01234567")
    owner = a_text("the token's name")
    url = fields.String(metadata={"format": "uri"})
    events = fields.List(fields.String(metadata={"enum": list(EVENTS)}))
    created_at = an_instant()
    failing_since = an_instant(none=True)
    disabled = a_text("why it is disabled; empty: it is not")


class NewWebhook(WebhookReport):
    """A new subscription with its secret, told this once."""

    secret = a_text(example="whsec_…")


class WebhookList(Answer):
    """A token's subscriptions."""

    webhooks = list_of(WebhookReport)


class Removed(Answer):
    """What is no more."""

    removed = a_text()


class NewSecret(Answer):
    """A new secret, told this once."""

    id = a_text()
    secret = a_text()


class Try(Answer):
    """One try to deliver."""

    number = a_number()
    at = an_instant()
    outcome = a_text("empty: nobody came back from it")
    code = a_text()
    milliseconds = a_number()


class DeliveredMessage(Answer):
    """A message to a subscription, with every try."""

    id = a_text("the header webhook-id")
    type = a_text(example="case.correction")
    case_no = a_text()
    at = an_instant()
    status = one_of(MessageState)
    code = a_text()
    tries = list_of(Try)


class DeliveryLog(Answer):
    """What a subscription was told, the latest first."""

    messages = list_of(DeliveredMessage)


class Replayed(Answer):
    """How many messages are sent again."""

    replayed = a_number()
