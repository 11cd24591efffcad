"""What a partnership is asked otherwise than a company, and what it chooses from."""

from forms import codes
from forms.applicants.pieces import COMPANY_OFFICES, Contribution, name_forms
from forms.codes import Item
from forms.fields import Choice, Day, Flag, Group, Money, Percent, Rows, Term, Text, When
from forms.sections.company import Company, CompanyName
from forms.sections.people import BeneficialOwner, Holder, LegalRep, People
from forms.sections.premises import Premises
from forms.sections.shapes import Section, otherwise, residence

GENERAL, LIMITED = "4531", "4533"
TYPES = codes.listed(
    "partnership_types",
    "主体类型",
    "市场监管企业类型代码（ENTTYPE）摘录，公开资料整理",
    Item(GENERAL, "普通合伙企业", {"help": "合伙人都是普通合伙人，对企业债务承担无限连带责任"}),
    Item(
        LIMITED, "有限合伙企业", {"help": "有普通合伙人，也有以认缴的出资额为限承担责任的合伙人"}
    ),
)
#: What a name says of the type (合伙企业法 art. 15, 62).
SAYS = {GENERAL: "（普通合伙）", LIMITED: "（有限合伙）"}
NAME_FORMS = name_forms(
    "partnership",
    "合伙企业法第十五、六十二条；常用字样，公开资料整理，以登记机关意见为准",
    *(
        f"{word}{says}"
        for says in SAYS.values()
        for word in ("合伙企业", "企业", "中心", "事务所", "工作室", "商行", "经营部", "厂", "店")
    ),
)
LIABILITIES = codes.listed(
    "liabilities",
    "承担责任方式",
    "合伙企业法第二条",
    Item("unlimited", "无限连带责任（普通合伙人）", {"help": "对企业债务承担无限连带责任"}),
    Item("limited", "有限责任（有限合伙人）", {"help": "以认缴的出资额为限承担责任"}),
)
MODES = codes.listed(
    "partnership_modes",
    "出资方式",
    "合伙企业法第十六、六十四条",
    Item("money", "货币"),
    Item("goods", "实物"),
    Item("intellectual_property", "知识产权"),
    Item("land_use", "土地使用权"),
    Item("other", "其他财产权利"),
    Item("services", "劳务", {"help": "作价办法由全体合伙人协商确定，有限合伙人不能以劳务出资"}),
)
BASES = codes.listed(
    "partnership_bases",
    "受益所有人认定依据",
    "受益所有人信息管理办法（2024）第六条",
    Item("share", "享有 25% 以上合伙权益"),
    Item("benefit", "享有 25% 以上收益或表决权"),
    Item("control", "实际控制合伙企业"),
    Item("senior", "负责日常经营管理的人员（没有人符合以上各项时）"),
)


class Name(CompanyName):
    """The name says which kind of partnership it is (合伙企业法 art. 15, 62)."""

    form = Choice(
        "组织形式",
        NAME_FORMS,
        example="中心（普通合伙）",
        hint="须标明“普通合伙”或者“有限合伙”，与主体类型一致。",
        width="l",
    )


class Contributions(Contribution):
    """What all partners put in together (条例 art. 8)."""

    amount = otherwise(
        Money, Contribution, "amount", label="出资额", hint="全体合伙人认缴出资额之和。"
    )


class Partnership(Company):
    """What is registered of it."""

    entity_type = Choice(
        "主体类型",
        TYPES,
        hint="特殊的普通合伙企业请到窗口办理。",
        example=GENERAL,
        width="l",
    )
    name = Group(Name, "企业名称", hint="依次为行政区划、字号、行业、组织形式。")
    capital = Group(Contributions, "出资额", hint="以万元为单位。")
    term = otherwise(
        Term,
        Company,
        "term",
        label="合伙期限",
        hint="合伙协议约定的期限；没有约定期限的选“长期”。",
    )


class Place(Premises):
    """主要经营场所 (条例 art. 8)."""

    title = "主要经营场所"

    full = otherwise(Text, Premises, "full", label="主要经营场所")


class Partner(Holder):
    """A partner: a person or an organisation (合伙企业法 art. 2), with residence and liability (条例 art. 8)."""

    kind = otherwise(Choice, Holder, "kind", label="合伙人类型")
    residence = residence(required=True)
    subscribed = otherwise(
        Money, Holder, "subscribed", label="认缴出资额", hint="各合伙人合计等于出资额。"
    )
    mode = Choice("出资方式", MODES, hint="有限合伙人不能以劳务出资。", example="money")
    due_date = Day(
        "缴付期限",
        counted=True,
        usual=(0, 30),
        hint="合伙协议约定的最晚缴付日期。",
        example="2031-06-30",
        width="s",
    )
    liability = Choice(
        "承担责任方式",
        LIABILITIES,
        hint="国有独资公司、国有企业、上市公司以及公益性的事业单位、社会团体不能作普通合伙人。",
        example="unlimited",
        width="l",
    )
    executes = Flag(
        "执行事务合伙人",
        required=False,
        default=False,
        hint="受委托执行合伙事务、对外代表企业的选“是”，只能由普通合伙人担任。",
        example=True,
    )


class Owner(BeneficialOwner):
    """受益所有人, of a partnership by what they hold of it (受益所有人信息管理办法 art. 6)."""

    since = otherwise(
        Day,
        BeneficialOwner,
        "since",
        label="受益所有权关系形成日期",
        hint="不填时为企业成立日期。",
    )
    basis = Choice("认定依据", BASES, hint="选择最主要的一项。", example="share")

    share_pct = otherwise(
        Percent,
        BeneficialOwner,
        "share_pct",
        label="合伙权益或受益比例",
        hint="填百分数，例如 60。",
    )


class Persons(People):
    """The partners, who acts for them, who keeps the books, and who is written to."""

    title = "合伙人与人员"

    class Meta(Section.Meta):
        exclude = COMPANY_OFFICES

    holders = Rows(
        Partner,
        "合伙人",
        fewest=2,
        most=50,
        hint="两名以上；有限合伙企业不超过 50 名，其中至少一名普通合伙人。",
    )
    # Who acts for it: an executing partner, or whom an organisation that is one sends (合伙企业法 art. 26).
    legal_rep = Group(
        LegalRep,
        "执行事务合伙人（委派代表）",
        hint="执行事务合伙人是自然人的填本人，是单位的填其委派代表。",
    )
    beneficial_exempt = otherwise(
        Flag,
        People,
        "beneficial_exempt",
        label="承诺免报受益所有人",
        hint="出资额不超过 1000 万元且合伙人全是自然人的，可以承诺免报。",
    )
    beneficial_owners = Rows(
        Owner,
        "受益所有人",
        most=50,
        required=False,
        default=list,
        when=When("beneficial_exempt", {False}),
        hint="最终享有 25% 以上合伙权益或者实际控制企业的自然人。",
    )
