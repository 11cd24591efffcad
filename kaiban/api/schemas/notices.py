"""One-time notices before and after they go out."""

from typing import Any

from marshmallow import fields

from kaiban.api.schemas.base import (
    Answer,
    a_day,
    a_number,
    a_text,
    an_instant,
    list_of,
    one_of,
)
from kaiban.domain.notices.notice import Freshness, material_at


class MaterialKey(fields.String):
    """The material that is asked for at a pointer."""

    def get_value(self, obj: Any, *_place: Any, **_more: Any) -> str:
        """The key, told by the demand's pointer."""
        return material_at(obj["pointer"])


class Item(Answer):
    """One demand of a notice."""

    pointer = a_text("JSON pointer into the form; empty: outside of it")
    material = MaterialKey(
        metadata={
            "description": "the key of the material that is to be brought (`POST …/materials/{key}`), `pointer` is its place then; empty: none",
            "examples": ["lease"],
        },
    )
    code = a_text()
    message = a_text("what to do, in Chinese")
    link = a_text()
    rule = a_text()
    example = a_text()
    origin = a_text("who found it: form, department, window")
    bring = a_text("what to bring")
    by = a_text("who of the staff wrote it down")
    reason = a_text("why a material off the published list is asked for")


class NoticeReport(Answer):
    """A one-time notice (一次性告知书)."""

    version = a_text(
        "of the one that waits for an answer: the answer carries it; empty for others"
    )
    number = a_number()
    issued_at = an_instant()
    answered_at = an_instant(none=True)
    due = a_day(
        "until when the open one is to be answered; null: the city has set no day", none=True
    )
    repeats = fields.Boolean(metadata={"description": "told what could have been told before"})
    by = a_text()
    reason = a_text()
    items = list_of(Item)


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
