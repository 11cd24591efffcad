"""Seals to be filed and engraved (印章管理公开规范)."""

from forms import codes
from forms.fields import Choice, Flag, Rows, Whole
from forms.sections.shapes import Section


class SealItem(Section):
    """Seals of one kind."""

    kind = Choice("印章种类", codes.SEAL_KINDS, hint="公章必须刻制。", example="official")
    material = Choice(
        "材质",
        codes.SEAL_MATERIALS,
        required=False,
        default="photosensitive",
        hint="一般选光敏。",
        example="photosensitive",
        width="s",
    )
    qty = Whole(
        "数量",
        low=1,
        high=5,
        required=False,
        default=1,
        unit="枚",
        hint="公章只能一枚。",
        example=1,
        width="s",
    )
    paid_by = Choice(
        "费用承担",
        codes.PAYERS,
        required=False,
        default="city",
        hint="首套印章由政府承担的，选政府免费。",
        example="city",
        width="s",
    )


class Seal(Section):
    """Section `seal`."""

    title = "公章刻制"

    items = Rows(SealItem, "印章", fewest=1, most=10, hint="每种印章一行。")
    engraver = Choice(
        "刻章单位",
        codes.ENGRAVERS,
        hint="从已备案的刻章单位中选择。",
        example="990102000001",
        width="l",
    )
    electronic = Flag(
        "同步申领电子印章",
        required=False,
        default=True,
        hint="与电子营业执照一起使用。",
        example=True,
    )
