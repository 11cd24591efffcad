"""Where the company sits (市场主体登记管理条例 art. 11; 民法典 art. 279)."""

from typing import Any

from marshmallow import post_load

from forms import codes
from forms.fields import Choice, Day, Flag, Group, OrganisationName, Text, When
from forms.sections.shapes import Section
from forms.values.addresses import detail_of


class Lease(Section):
    """The lease; needed where the premises are rented."""

    owner = OrganisationName(
        "出租人", hint="房屋产权人或者有权出租的人。", example="示范市开元置业有限公司", width="l"
    )
    start = Day(
        "租期开始",
        name="from",
        usual=(20, 1),
        hint="租赁合同上的开始日期。",
        example="2026-11-01",
        width="s",
    )
    end = Day(
        "租期结束", name="to", hint="租赁合同上的结束日期。", example="2029-10-31", width="s"
    )


class Premises(Section):
    """Section `premises`."""

    title = "住所"

    region_code = Choice("所在区县", codes.REGIONS, hint="住所所在的县、区。", example="990102")
    detail = Text(
        "详细地址",
        longest=120,
        shortest=4,
        hint="填写到路、号、栋、室。",
        example="青云路 18 号 3 栋 502 室",
        width="full",
    )
    full = Text(
        "住所",
        derived=True,
        longest=200,
        width="full",
        hint="由所在区县和详细地址组成，区县只写一次。",
        example="示范市开元区青云路 18 号 3 栋 502 室",
    )
    tenure = Choice("使用方式", codes.TENURES, hint="自有、租赁或者其他。", example="lease")
    lease = Group(
        Lease,
        "租赁信息",
        required=False,
        when=When("tenure", {"lease"}),
        hint="租赁房屋的必须填写。",
    )
    usage = Choice("房屋用途", codes.USAGES, hint="按产权证明上的用途选择。", example="office")
    neighbours_consent = Flag(
        "利害关系业主已同意",
        required=False,
        when=When("usage", {"residential"}),
        hint="住宅用作经营时，须经有利害关系的业主一致同意。",
        example=False,
    )

    @post_load
    def _once(self, premises: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**premises, "detail": detail_of(premises["detail"], premises["region_code"])}
