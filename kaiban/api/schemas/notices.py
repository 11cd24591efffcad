"""One-time notices before and after they go out."""

from marshmallow import fields

from kaiban.api.schemas.base import Answer, a_number, a_text, an_instant, list_of, one_of
from kaiban.api.schemas.cases import Item
from kaiban.domain.notices.notice import Freshness


class PreviewedItem(Item):
    """A line of the preview."""

    number = a_number()
    freshness = one_of(Freshness)
    freshness_title = a_text()


class DroppedItem(Answer):
    """A line that was taken off."""

    item = fields.Nested(Item)
    by = a_text()
    reason = a_text()


class NoticePreview(Answer):
    """What the next notice would say."""

    case_no = a_text()
    version = a_text("issuing it names this")
    due = an_instant("when it goes out by itself", none=True)
    second = fields.Boolean()
    needs_reason = fields.Boolean()
    items = list_of(PreviewedItem)
    dropped = list_of(DroppedItem)


class NoticeDelivery(Answer):
    """One way in which a notice reached the applicant, or was to."""

    way = a_text("page, read, paper or a channel")
    at = an_instant()
    status = a_text()
    address = a_text("masked")


class ProofOfDelivery(Answer):
    """How a notice reached the applicant."""

    case_no = a_text()
    number = a_number()
    deliveries = list_of(NoticeDelivery)


class CopyList(Answer):
    """What supervisors are told of, the latest first."""

    copies = fields.List(
        fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True)),
        metadata={
            "description": "each with kind (refusal, second_notice, unlisted), case_no and at"
        },
    )
