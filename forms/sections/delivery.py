"""How the applicant gets the package."""

from forms import codes
from forms.fields import Choice, Name, Phone, Text, When
from forms.sections.shapes import Section

_BY_POST = When("mode", {"post"})


class Delivery(Section):
    """Section `delivery`."""

    title = "领取方式"

    mode = Choice(
        "领取方式",
        codes.DELIVERY_MODES,
        hint="邮寄由政府承担费用的，以当地公告为准。",
        example="window",
    )
    recipient = Name(
        "收件人", required=False, when=_BY_POST, hint="邮寄时必须填写。", example="张三"
    )
    phone = Phone(
        "收件电话",
        required=False,
        when=_BY_POST,
        sensitive=True,
        hint="邮寄时必须填写。",
        example="13800000000",
    )
    address = Text(
        "收件地址",
        longest=120,
        shortest=6,
        required=False,
        when=_BY_POST,
        sensitive=True,
        hint="邮寄时必须填写到门牌号。",
        example="示范市开元区青云路 18 号",
        width="full",
    )
