"""Holders and the people in charge (公司法 (2023) art. 10, 42, 47, 68-70, 74-76, 83, 265; 条例 art. 9)."""

from decimal import Decimal
from typing import Any

from marshmallow import post_load

from forms import codes
from forms.fields import (
    Choice,
    Day,
    Email,
    Flag,
    Group,
    Mobile,
    Money,
    OrganisationName,
    Percent,
    Rows,
    Text,
    When,
    Whole,
)
from forms.sections.shapes import (
    Acting,
    Cert,
    Contact,
    Officer,
    Section,
    identity,
    residence,
)


class Holder(Section):
    """A shareholder: a person, or an organisation with its credit code."""

    kind = Choice(
        "股东类型", codes.HOLDER_KINDS, hint="自然人或者单位。", example="natural_person"
    )
    name = OrganisationName(
        "姓名或名称", shortest=2, hint="请与证件完全一致。", example="张三", width="l"
    )
    cert = Group(Cert, "证件", hint="自然人填身份证件，单位填统一社会信用代码。")
    mobile = Mobile(required=False)
    residence = residence()
    subscribed = Money("认缴出资额", hint="各股东合计等于注册资本。", example=60)
    paid_in = Money(
        "实缴出资额",
        zero=True,
        required=False,
        default=Decimal(0),
        hint="还没有实缴的填 0。",
        example=0,
    )
    mode = Choice(
        "出资方式", codes.CONTRIBUTION_MODES, hint="不能以劳务、信用等作价出资。", example="money"
    )
    due_date = Day(
        "出资期限",
        counted=True,
        required=False,
        hint="自公司成立之日起五年内缴足。不填就是上面注册资本的出资期限。",
        example="2031-06-30",
        width="s",
    )
    share_pct = Percent("出资比例", derived=True, hint="按认缴出资额计算。", example=60)
    birth_date = Day(
        "出生日期", derived=True, sensitive=True, hint="由身份证号码得出。", example="1990-03-07"
    )
    sex = Choice("性别", codes.SEXES, derived=True, hint="由身份证号码得出。", example="female")

    @post_load
    def _read_document(self, holder: dict[str, Any], **_: Any) -> dict[str, Any]:
        return holder | identity(holder["cert"])


class LegalRep(Officer):
    """法定代表人 (公司法 (2023) art. 10)."""

    retired = frozenset()

    email = Email(required=False)
    residence = residence(required=True)


def elected_by_staff() -> Flag:
    """Return the question whether the employees elected somebody."""
    return Flag(
        "职工代表",
        required=False,
        default=False,
        hint="由职工民主选举产生的选“是”。",
        example=False,
    )


class Director(Officer):
    """董事; a term is at most three years (公司法 (2023) art. 70)."""

    position = Choice(
        "职务",
        codes.POSITIONS,
        hint="不设董事会的选“董事（不设董事会）”。",
        example="sole_director",
    )
    term_years = Whole(
        "任期",
        low=1,
        high=3,
        required=False,
        default=3,
        unit="年",
        width="s",
        hint="每届不超过三年。",
        example=3,
    )
    staff_rep = elected_by_staff()
    audit_member = Flag(
        "审计委员会成员",
        required=False,
        default=False,
        hint="由董事组成审计委员会的，把成员选为“是”。",
        example=False,
    )


class Supervisor(Officer):
    """监事; at least a third of a board speaks for the staff (公司法 (2023) art. 76)."""

    staff_rep = elected_by_staff()
    chair = Flag(
        "监事会主席",
        required=False,
        default=False,
        hint="设监事会的，由全体监事过半数选举一人。",
        example=False,
    )


class FinanceOfficer(Officer):
    """财务负责人: a senior manager (公司法 (2023) art. 265)."""

    retired = frozenset({"residence", "landline"})

    email = Email(required=False)


class Proxy(Contact):
    """指定代表或委托代理人 (市场主体登记管理条例 art. 18)."""

    agency = OrganisationName(
        "代理机构名称",
        required=False,
        hint="由代理机构办理时填写。",
        example="示范市办事通咨询有限公司",
        width="l",
    )
    may_correct = Flag(
        "可代为修改材料",
        required=False,
        default=True,
        hint="授权修改自备材料中的笔误。",
        example=True,
    )
    may_collect = Flag(
        "可代领证照", required=False, default=True, hint="授权领取营业执照和文书。", example=True
    )
    valid_until = Day(
        "委托有效期至",
        required=False,
        usual=(0, 5),
        hint="不填时到本次办理结束。",
        example="2027-06-30",
        width="s",
    )


class BeneficialOwner(Officer):
    """受益所有人 (受益所有人信息管理办法 art. 6, 11), filed with the registrar (市场主体登记管理条例 art. 9 (八))."""

    retired = frozenset({"email"})

    residence = Text(
        "经常居住地或者工作单位地址",
        longest=120,
        required=False,
        sensitive=True,
        hint="只用于备案，不对外公开。",
        example="示范市开元区示范路 1 号 2 栋 301 室",
        width="full",
    )
    nationality = Choice(
        "国籍",
        codes.COUNTRIES,
        required=False,
        when=When("cert.type", {"passport", "foreign_permanent"}),
        hint="持外国护照或者外国人永久居留身份证的须选择，其他人为中国。",
        example="CHN",
    )
    since = Day(
        "受益所有权关系形成日期",
        required=False,
        usual=(50, 0),
        hint="不填时为公司成立日期。",
        example="2026-12-01",
        width="s",
    )
    basis = Choice("认定依据", codes.CONTROL_BASES, hint="选择最主要的一项。", example="share")
    manner = Choice(
        "实际控制方式",
        codes.CONTROL_MANNERS,
        required=False,
        when=When("basis", {"control"}),
        hint="认定依据是实际控制的须选择。",
        example="agreement",
    )
    share_pct = Percent(
        "持股或受益比例",
        zero=True,
        required=False,
        hint="填百分数，例如 60。",
        example=60,
    )


class People(Section):
    """Section `people`."""

    title = "股东与人员"

    holders = Rows(Holder, "股东", fewest=1, most=50, hint="有限责任公司股东为 1 至 50 名。")
    legal_rep = Group(LegalRep, "法定代表人", hint="由代表公司执行事务的董事或者经理担任。")
    directors = Rows(Director, "董事", fewest=1, most=50, hint="设董事会的三人以上，不设的一人。")
    supervision = Choice(
        "监督机构",
        codes.SUPERVISION,
        hint="小公司可以设一名监事，全体股东同意也可以不设。",
        example="one",
    )
    supervisors = Rows(
        Supervisor,
        "监事",
        most=50,
        required=False,
        default=list,
        when=When("supervision", {"one", "board"}),
        hint="董事、经理、财务负责人不能兼任。",
    )
    no_supervisor_agreed = Flag(
        "全体股东同意不设监事",
        required=False,
        when=When("supervision", {"none"}),
        hint="不设监事时必须选“是”。",
        example=False,
    )
    manager = Group(Officer, "经理", required=False, hint="可以不设。")
    finance_officer = Group(FinanceOfficer, "财务负责人", hint="需要实名核验。")
    tax_agent = Group(Acting, "办税人员", required=False, hint="不填时由财务负责人担任。")
    liaison = Group(Contact, "登记联络员", hint="负责年度报告等日常联络。")
    proxy = Group(Proxy, "经办人", required=False, hint="委托他人办理时填写。")
    beneficial_exempt = Flag(
        "承诺免报受益所有人",
        required=False,
        default=False,
        hint="注册资本不超过 1000 万元且股东全是自然人的，可以承诺免报。",
        example=False,
    )
    beneficial_owners = Rows(
        BeneficialOwner,
        "受益所有人",
        most=50,
        required=False,
        default=list,
        when=When("beneficial_exempt", {False}),
        hint="最终持有 25% 以上股权或者实际控制公司的自然人。",
    )
