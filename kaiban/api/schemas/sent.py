"""What programs send."""

import base64
from typing import Any, Final

from marshmallow import Schema, ValidationError, fields
from marshmallow.validate import Length, OneOf, Range

from forms.applicants import applicants
from kaiban.api.schemas.base import MOST_REFERENCE, Said
from kaiban.domain.filing import LANGUAGES
from kaiban.domain.messages.webhook import EVENTS
from kaiban.domain.papers.material import MOST_FILES
from kaiban.orchestrator.window.by_hand.entering import OUTCOMES

#: ``format`` is what generators of before OpenAPI 3.1 know it by.
_BASE64: Final = {
    "format": "byte",
    "description": "the file's bytes in base64, nothing before them",
}
_NOT_BASE64: Final = Said("应为 base64 编码的文件内容，前面不带“data:…”。")


class Content(fields.String):
    """The bytes of a file in base64; the description says so by ``contentEncoding``."""

    def __init__(self) -> None:
        super().__init__(required=True, metadata=_BASE64)

    def _deserialize(self, value: Any, attr: Any, data: Any, **more: Any) -> Any:
        text = super()._deserialize(value, attr, data, **more)
        try:
            return base64.b64decode(text, validate=True)
        except ValueError as error:
            raise ValidationError([_NOT_BASE64]) from error


class SentFile(Schema):
    """A file of a material: PDF, JPEG or PNG."""

    name = fields.String(
        required=True,
        validate=Length(max=200),
        metadata={"description": "file name, for people; the ending decides nothing"},
    )
    content = Content()
    of = fields.List(
        fields.String(metadata={"examples": ["/people/legal_rep"]}),
        load_default=list,
        validate=Length(max=100),
        metadata={
            "description": "of what each person brings: where the form names those who are on it; not needed where it is asked of one person only"
        },
    )


class SentWithForm(Schema):
    """What goes with a form, or with more sections of one."""

    materials = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.Nested(SentFile), metadata={"maxItems": MOST_FILES}),
        metadata={
            "description": "by the key of a material (`POST /form/check` lists them) its files, at most ten"
        },
    )
    confirm = fields.List(
        fields.String(),
        validate=Length(max=200),
        metadata={"description": "words of strange answers that shall stand"},
    )


class BroughtFiles(Schema):
    """Files for one material, at most ten; all are kept, or none."""

    files = fields.List(
        fields.Nested(SentFile), required=True, metadata={"minItems": 1, "maxItems": MOST_FILES}
    )


class Application(SentWithForm):
    """The form itself, with what goes with it; its sections are those of the city's form."""

    applicant = fields.String(
        validate=OneOf(tuple(applicants())),
        metadata={"description": "whose form it is; a limited company's without it"},
    )
    links = fields.List(
        fields.String(),
        metadata={"description": "all of the city's that apply to the applicant without it"},
    )
    promise = fields.String(metadata={"description": "one of the city's promises"})
    reference = fields.String(
        validate=Length(max=MOST_REFERENCE),
        metadata={"description": "what you call it: shown with the case, and asked for in lists"},
    )


class Correction(Schema):
    """New values by JSON pointer (null takes a row out), and links settled outside the form.

    ``explanations`` says of links why nothing is changed, ``left_out`` names links that are not wanted any more.
    """

    changes = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True))
    confirmed = fields.List(fields.String())
    explanations = fields.Dict(keys=fields.String(), values=fields.String())
    left_out = fields.List(fields.String())
    confirm = fields.List(
        fields.String(), metadata={"description": "words of strange new values that shall stand"}
    )
    version = fields.String(
        required=True,
        metadata={
            "description": "of the open notice as last seen; refused (409) if changed since"
        },
    )


class Joining(SentWithForm):
    """Links to add; their sections of the form stand beside ``links``, their materials in ``materials``."""

    links = fields.List(fields.String(), required=True, metadata={"examples": [["bank"]]})


class Collecting(Schema):
    """How the package comes: the form's section ``delivery``, and the choice it was made from."""

    delivery = fields.Dict(keys=fields.String(), values=fields.Raw(), required=True)
    choice = fields.Integer(
        required=True,
        metadata={"description": "`delivery.choice` as last seen; refused if changed since"},
    )


class EnteredDocument(Schema):
    """An original from a department: PDF, OFD, PNG or JPEG."""

    name = fields.String(required=True, metadata={"description": "file name"})
    title = fields.String(required=True)
    content = Content()


class EnteredItem(Schema):
    """Something to be corrected: the field's code as on the sheet, and what to do."""

    path = fields.String(load_default="")
    message = fields.String(required=True)


#: Programs used to say here who acts; by now it is whoever's token it is, and this is not read.
_NOBODYS_WORD = fields.Raw(
    load_default="",
    metadata={"description": "not read: the token's name is kept", "deprecated": True},
)


class Entered(Schema):
    """What a person says a department said."""

    outcome = fields.String(
        required=True, metadata={"enum": list(OUTCOMES), "description": "what was said"}
    )
    by = _NOBODYS_WORD
    number = fields.String(load_default="", metadata={"description": "the department's number"})
    reason = fields.String(load_default="", metadata={"description": "of a refusal"})
    result = fields.Dict(load_default=dict, keys=fields.String(), values=fields.Raw())
    documents = fields.List(fields.Nested(EnteredDocument), load_default=list)
    items = fields.List(fields.Nested(EnteredItem), load_default=list)


class Found(Schema):
    """What somebody of the staff found: an entry of the catalogue by ``code``, or words of their own."""

    by = _NOBODYS_WORD
    code = fields.String(load_default="")
    link = fields.String(load_default="")
    pointer = fields.String(
        load_default="", metadata={"description": "JSON pointer into the form"}
    )
    message = fields.String(load_default="")
    rule = fields.String(load_default="")
    example = fields.String(load_default="")
    bring = fields.String(load_default="")
    material = fields.String(
        load_default="", metadata={"description": "the key of a material, or the name of another"}
    )
    reason = fields.String(
        load_default="", metadata={"description": "why a material off the list is asked for"}
    )


class TakenOff(Schema):
    """A line of the preview that is not to be told, and why."""

    number = fields.Integer(required=True, strict=True)
    by = _NOBODYS_WORD
    reason = fields.String(required=True)


class Issuing(Schema):
    """Why the notice goes out so late if it could have been told before, and what was looked at."""

    by = _NOBODYS_WORD
    reason = fields.String(load_default="")
    version = fields.String(
        load_default="", metadata={"description": "of the preview; required (428 without)"}
    )


class Following(Schema):
    """How people find back to the page on which a case is followed."""

    phone = fields.String(
        metadata={
            "description": "a mobile number of the mainland: with it and the resume code the case is opened on any device; left once",
            "examples": ["13800000000"],
        }
    )
    lang = fields.String(
        validate=OneOf(LANGUAGES),
        metadata={"description": "in which people are told of the case; zh-CN without it"},
    )


class Subscription(Schema):
    """Where a program wants to be told, and of what."""

    url = fields.String(required=True, metadata={"description": "https address that takes POST"})
    events = fields.List(
        fields.String(metadata={"enum": list(EVENTS)}),
        metadata={"description": "all of them without it"},
    )


class Replaying(Schema):
    """Which messages to send again."""

    messages = fields.List(
        fields.String(), metadata={"description": "ids; all that failed without it"}
    )


class Rotating(Schema):
    """How long the secret before goes on signing."""

    hours = fields.Integer(validate=Range(0, 168), metadata={"description": "24 without it"})


class Messages(Schema):
    """Whether messages come that need not be served."""

    optional = fields.Boolean(required=True)


class Opinion(Schema):
    """What somebody thinks of a link, or without one of the whole case."""

    level = fields.Integer(
        required=True,
        validate=Range(1, 5),
        metadata={"description": "5 very satisfied … 1 very dissatisfied"},
    )
    link = fields.String()
    remark = fields.String(validate=Length(max=500))


class Complaining(Schema):
    """What somebody complains of."""

    text = fields.String(required=True, validate=Length(max=1000))
    phone = fields.String(metadata={"description": "a mobile to call back; may be left out"})


class ComplaintReply(Schema):
    """Whether the answer to a complaint is enough; if not, what is not."""

    satisfied = fields.Boolean(required=True)
    text = fields.String(validate=Length(max=1000))
    version = fields.String(
        required=True,
        metadata={"description": "as last seen; refused if something was done since"},
    )
