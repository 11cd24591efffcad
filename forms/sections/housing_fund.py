"""Housing fund of the unit (住房公积金管理条例 art. 14-19)."""

from forms.fields import Group, Month, Text, Whole
from forms.sections.shapes import Acting, Section


class HousingFund(Section):
    """Section `housing_fund`. Ratios are whole percents; the city sets the range."""

    title = "住房公积金"
    retired = frozenset({"bank_cnaps"})

    unit_ratio = Whole(
        "单位缴存比例",
        low=0,
        high=100,
        unit="%",
        hint="一般为 5% 至 12% 的整数。",
        example=8,
        width="s",
    )
    personal_ratio = Whole(
        "个人缴存比例",
        low=0,
        high=100,
        unit="%",
        hint="一般与单位比例相同。",
        example=8,
        width="s",
    )
    first_month = Month(
        "首次汇缴年月",
        required=False,
        usual=(0, 1),
        hint="不早于成立月份，不填时为当月。",
        example="2026-12",
        width="s",
    )
    payday = Whole(
        "发薪日", low=1, high=31, unit="日", hint="每月发放工资的日期。", example=10, width="s"
    )
    branch = Text(
        "归集网点",
        longest=60,
        required=False,
        hint="不填时由公积金中心安排。",
        example="示范市公积金中心开元管理部",
        width="l",
    )
    clerk = Group(Acting, "公积金专管员", required=False, hint="不填时由经办人或者联络员担任。")
