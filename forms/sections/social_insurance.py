"""Social insurance of the unit (社会保险法 art. 10, 23, 33, 44, 53, 57, 58: every kind, for every employee)."""

from forms import codes
from forms.fields import Choice, Group, Several, Whole
from forms.sections.shapes import Acting, Section


class SocialInsurance(Section):
    """Section `social_insurance`."""

    title = "社会保险"

    insurances = Several(
        Choice("险种", codes.INSURANCES, hint="从列表中选择。", example="110"),
        "参保险种",
        derived=True,
        most=5,
        hint="各项社会保险依法一并参加，不用选择；生育保险并入职工基本医疗保险。",
        example=["110", "210", "310", "410"],
    )
    unit_kind = Choice(
        "单位类型",
        codes.UNIT_KINDS,
        required=False,
        default="enterprise",
        hint="开办企业的选企业。",
        example="enterprise",
    )
    affiliation = Choice(
        "隶属关系",
        codes.AFFILIATIONS,
        required=False,
        default="90",
        hint="民营的选其他。",
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
    clerk = Group(Acting, "社保专管员", required=False, hint="不填时由经办人或者联络员担任。")
