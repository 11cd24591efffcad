"""Problems (RFC 9457) and what they list."""

from marshmallow import fields

from kaiban.api.schemas.base import Answer, a_text


class Defect(Answer):
    """One thing to put right."""

    pointer = a_text("JSON pointer into the request body", example="/company/name/trade_name")
    code = a_text("stable code", example="text.too_short")
    message = a_text("what to do, in Chinese")
    link = a_text("the link that needs it, empty for all", example="registration")
    rule = a_text("which rule says so, in words")
    example = a_text("what a right value looks like")
    confirm = fields.String(
        metadata={
            "optional": True,
            "description": "only where nothing is wrong but strange: "
            "stands as it is once this word is in the form's list `confirm`",
        }
    )
    case_no = fields.String(
        metadata={
            "optional": True,
            "description": "only of `case.twice`: the case this application is already",
        }
    )


class Side(Answer):
    """One side of what was changed in two places: its version and, by JSON pointer, its values."""

    version = a_text()
    notice = fields.Integer(
        allow_none=True,
        metadata={"optional": True, "description": "the open notice, null if none is"},
    )
    values = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True))


class Problem(Answer):
    """What kept us from doing as asked (RFC 9457)."""

    type = fields.String(
        metadata={
            "format": "uri-reference",
            "description": "the address of a page that explains it; its last part is stable",
            "examples": ["/problems/defects"],
        }
    )
    title = a_text("the same in a few words, in Chinese", example="申请有需要补正的内容")
    status = fields.Integer(metadata={"examples": [422]})
    detail = fields.String(
        metadata={"optional": True, "description": "what to do about it, in Chinese"}
    )
    instance = a_text("names the request, as the header X-Request-Id does")
    errors = fields.List(
        fields.Nested(Defect), metadata={"optional": True, "description": "all defects at once"}
    )
    yours = fields.Nested(
        Side, metadata={"optional": True, "description": "only of `changed`: what was sent"}
    )
    current = fields.Nested(
        Side,
        metadata={
            "optional": True,
            "description": "only of `changed`: what stands now, personal data masked",
        },
    )
