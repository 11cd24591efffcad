"""The question the one form lacks."""

from marshmallow import Schema, fields, validate


class MedicalInsurance(Schema):
    """医保登记"""

    scheme = fields.String(
        required=True,
        validate=validate.OneOf(["职工医保", "居民医保"], error="请选择职工医保或居民医保。"),
        metadata={
            "label": "参保类别",
            "help": "单位职工一般选择职工医保。",
            "example": "职工医保",
        },
    )
