"""Social insurance of the unit (社会保险法 art. 57, 58; 社会保险费征缴暂行条例 art. 8)."""

from forms import codes
from forms.fields import Choice, Group, Several, Whole
from forms.sections.shapes import Person, Section


class SocialInsurance(Section):
    """Section `social_insurance`."""

    title = "社会保险"

    insurances = Several(
        Choice("险种", codes.INSURANCES, hint="从列表中选择。", example="110"),
        "参保险种",
        fewest=1,
        most=5,
        hint="职工应当参加五项社会保险。",
        example=["110", "210", "310", "410", "510"],
    )
    unit_kind = Choice(
        "单位类型",
        codes.UNIT_KINDS,
        required=False,
        default="enterprise",
        hint="有限公司为企业。",
        example="enterprise",
    )
    affiliation = Choice(
        "隶属关系",
        codes.AFFILIATIONS,
        required=False,
        default="90",
        hint="民营企业选其他。",
        example="90",
    )
    risk_class = Whole(
        "工伤行业风险类别", low=1, high=8, derived=True, hint="由行业代码得出。", example=1
    )
    staff_count = Whole(
        "职工人数",
        low=0,
        high=100_000,
        derived=True,
        unit="人",
        hint="由职工名册得出。",
        example=3,
    )
    clerk = Group(Person, "社保专管员", required=False, hint="不填时由经办人或者联络员担任。")
