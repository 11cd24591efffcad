"""The roster of staff: social insurance and housing fund read the same lines (社会保险法 art. 58)."""

from forms import codes
from forms.fields import Choice, Day, Flag, Mobile, Money, Rows, Text
from forms.sections.shapes import Identified, Section

MOST_MEMBERS = 500


class Member(Identified):
    """One employee."""

    mobile = Mobile()
    household = Choice(
        "户籍性质", codes.HOUSEHOLD_KINDS, hint="按户口簿选择。", example="local_urban", width="s"
    )
    start_date = Day(
        "入职日期",
        required=False,
        usual=(0, 1),
        hint="不早于成立日期，不填时为成立当日。",
        example="2026-12-01",
        width="s",
    )
    contract_until = Day(
        "劳动合同到期日",
        required=False,
        usual=(0, 20),
        endless=True,
        hint="无固定期限的，请勾选下面的“长期有效”。",
        example="2029-11-30",
        width="s",
    )
    position = Text(
        "岗位", longest=30, required=False, hint="实际从事的工作。", example="软件工程师"
    )
    monthly_wage = Money(
        "月工资",
        decimals=2,
        unit="元",
        usual=(1000, 200_000),
        sensitive=True,
        hint="税前月工资，用于核定缴费基数。",
        example=8000,
    )
    first_time = Flag(
        "首次参保",
        required=False,
        default=False,
        hint="以前没有参加过社会保险的选“是”。",
        example=False,
    )


class Staff(Section):
    """Section `staff`; an empty roster is fine, only the unit is registered then."""

    title = "职工名册"

    members = Rows(
        Member,
        "职工",
        most=MOST_MEMBERS,
        required=False,
        default=list,
        hint="暂无职工的可以不填。",
    )
