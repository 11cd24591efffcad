"""What a cooperative is asked otherwise than a company, and what it chooses from."""

from typing import Any

from marshmallow import post_load

from forms import codes
from forms.applicants.pieces import (
    BENEFICIAL_OWNERS,
    COMPANY_OFFICES,
    Contribution,
    name_forms,
    only_type,
)
from forms.codes import Item
from forms.fields import Choice, Group, Money, Rows, Text, When
from forms.sections.company import Company, CompanyName
from forms.sections.people import FinanceOfficer, Holder, LegalRep, People
from forms.sections.shapes import Officer, Section, otherwise, residence
from forms.sections.tax import Accounting, Tax

FEWEST, MOST = 5, 50
NAME_FORMS = name_forms(
    "cooperative",
    "农民专业合作社法第十二条；企业名称登记管理规定第六、二十五条",
    *("专业合作社", "农民专业合作社"),
)
MEMBER_KINDS = codes.listed(
    "member_kinds",
    "成员类型",
    "农民专业合作社法第十九条",
    Item("natural_person", "自然人", {"person": True}),
    Item("enterprise", "企业法人"),
    Item("partnership", "合伙企业"),
    Item("sole_proprietorship", "个人独资企业"),
    Item("institution", "事业单位"),
    Item("association", "社会组织"),
)
STANDINGS = codes.listed(
    "standings",
    "成员身份",
    "农民专业合作社法第十九、二十条",
    Item("farmer", "农民成员"),
    Item("citizen", "非农民成员", {"help": "从事有关生产经营、能够利用合作社服务的其他公民"}),
)
MODES = codes.listed(
    "cooperative_modes",
    "出资方式",
    "农民专业合作社法第十三条",
    Item("money", "货币"),
    Item("goods", "实物"),
    Item("intellectual_property", "知识产权"),
    Item("land_management", "土地经营权"),
    Item("forestry", "林权"),
    Item("other", "其他可以用货币估价并可以依法转让的财产，或者章程规定的其他方式"),
)


class Name(CompanyName):
    """The name says what it is (合作社法 art. 12; 企业名称登记管理规定 art. 6, 25)."""

    full = otherwise(Text, CompanyName, "full", label="名称")
    form = Choice(
        "组织形式",
        NAME_FORMS,
        example="专业合作社",
        hint="须含有“专业合作社”字样。",
        width="l",
    )


class Contributions(Contribution):
    """What all members put in together; neither a least sum nor a term (合作社法 art. 12)."""

    amount = otherwise(
        Money,
        Contribution,
        "amount",
        label="成员出资总额",
        hint="全体成员出资额之和，没有最低限额。",
    )


class Cooperative(Company):
    """What is registered of it (条例 art. 8)."""

    title = "合作社信息"

    class Meta(Section.Meta):
        exclude = ("term",)

    entity_type = only_type("cooperative", "9100", "农民专业合作社")
    name = Group(Name, "名称", hint="依次为行政区划、字号、行业、组织形式。")
    capital = Group(Contributions, "成员出资总额", hint="以万元为单位。")


class Member(Holder):
    """A member: a citizen, or an enterprise, institution or social organisation (合作社法 art. 19), with residence for the register of members."""

    class Meta(Section.Meta):
        # In this order: who somebody is comes before what they are called.
        fields = (
            *("kind", "standing", "name", "cert", "mobile", "residence"),
            *("subscribed", "mode", "share_pct", "birth_date", "sex"),
        )

    kind = Choice(
        "成员类型",
        MEMBER_KINDS,
        hint="具有管理公共事务职能的单位不能加入。",
        example="natural_person",
    )
    standing = Choice(
        "成员身份",
        STANDINGS,
        required=False,
        when=When("kind", {"natural_person"}),
        hint="自然人须选择；以什么材料证明农民身份，由登记机关（窗口）告知。",
        example="farmer",
    )
    residence = residence(required=True)
    subscribed = Money(
        "出资额", zero=True, hint="各成员合计等于成员出资总额，不出资的填 0。", example=10
    )
    mode = Choice(
        "出资方式",
        MODES,
        required=False,
        hint="出资的须选择；不能以对合作社或者其他成员的债权充抵。",
        example="money",
        width="l",
    )

    @post_load
    def _stand(self, member: dict[str, Any], **_: Any) -> dict[str, Any]:
        # What was chosen before somebody became an organisation says nothing.
        kept = member["kind"] == "natural_person"
        return member if kept else {**member, "standing": None}


class Persons(People):
    """The members, whom they elect, who keeps the books, and who is written to."""

    title = "成员与人员"

    class Meta(Section.Meta):
        exclude = (
            *(each for each in COMPANY_OFFICES if each not in {"directors", "supervisors"}),
            *BENEFICIAL_OWNERS,
        )

    holders = Rows(
        Member,
        "成员",
        fewest=FEWEST,
        most=MOST,
        hint="五名以上，农民至少占百分之八十；二十名以下的可以有一个单位成员，超过二十名的单位成员不超过百分之五（农民专业合作社法第十二、二十条）。",
    )
    # 理事长, its legal representative (合作社法 art. 33).
    legal_rep = Group(
        LegalRep, "理事长（法定代表人）", hint="由设立大会从成员中选举产生（第三十三条）。"
    )
    directors = Rows(
        Officer,
        "理事",
        most=50,
        required=False,
        default=list,
        hint="可以设理事会，填写理事长以外的理事；不设的不填。",
    )
    supervisors = Rows(
        Officer,
        "监事",
        most=50,
        required=False,
        default=list,
        hint="可以设一名执行监事，或者两名以上组成监事会；不设的不填。理事长、理事、财务会计人员不能兼任。",
    )
    # Of the 财务会计人员 of art. 33 and 35.
    finance_officer = Group(
        FinanceOfficer, "财务负责人", hint="负责财务会计的人员，需要实名核验，不能兼任监事。"
    )


class Books(Accounting):
    """财务会计制度备案; cooperatives have a system of their own (财会〔2021〕37号, since 2023-01-01)."""

    standard = otherwise(
        Choice,
        Accounting,
        "standard",
        label="会计准则（制度）",
        hint="执行农民专业合作社会计制度的，选“其他会计制度”。",
    )


class Taxes(Tax):
    """Tax registration and invoices."""

    accounting = Group(Books, "会计核算", hint="用于财务会计制度备案。")
