"""合伙企业 (合伙企业法, 2006 revision, since 2007-06-01; 市场主体登记管理条例 art. 8, 9, since 2022-03-01).

Registered are name, type, scope, 主要经营场所, 出资额, the partners with residence and the way they are liable, and who executes the affairs (条例
art. 8); filed are its term, what each partner puts in, how and until when, the beneficial owners and the liaison (条例 art. 9). It has no offices;
its agreement stands where a company has articles. The special general partnership (art. 55) is for professions with a permit of their own: window.
"""

from collections.abc import Iterator

from forms import codes
from forms.applicants.applicant import Applicant
from forms.applicants.pieces import Contribution, name_forms
from forms.codes import Item
from forms.defect_table import Entry
from forms.defects import Found
from forms.fields import Choice, Day, Flag, Group, Money, Percent, Rows, Term, Text, When
from forms.rules.people import BIRTH, FULL_AGE, IDENTITY, birth_of, identity_of, reached
from forms.rules.rule import Rule
from forms.sections.company import Company, CompanyName
from forms.sections.people import BeneficialOwner, Holder, LegalRep, People
from forms.sections.premises import Premises
from forms.sections.shapes import Section, otherwise, residence
from forms.structure.pages import COMPANY, Page
from forms.structure.view import Setting, View

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
#: What may not answer without limit where it serves the public (合伙企业法 art. 3); whether one does, its code does not tell.
PUBLIC = frozenset({"institution", "association"})


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


class Executing(LegalRep):
    """Who acts for it: an executing partner, or whom an organisation that is one sends (合伙企业法 art. 26)."""


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
        exclude = (
            "directors",
            "supervision",
            "supervisors",
            "no_supervisor_agreed",
            "manager",
        )

    holders = Rows(
        Partner,
        "合伙人",
        fewest=2,
        most=50,
        hint="两名以上；有限合伙企业不超过 50 名，其中至少一名普通合伙人。",
    )
    legal_rep = Group(
        Executing,
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


def name_and_type(form: View, _setting: Setting) -> Iterator[Found]:
    """合伙企业法 art. 15, 62: the name says of which kind it is."""
    says = SAYS[form["company.entity_type"]]
    if not form["company.name.form"].endswith(says):
        yield form.found("company.name.form", "partnership.name", says=says)


def partners_and_type(form: View, _setting: Setting) -> Iterator[Found]:
    """合伙企业法 art. 2, 61, 75: all are general partners, or there are both kinds."""
    partners = form.rows("people.holders")
    known = [one for one in partners if one.sound("liability")]
    if form["company.entity_type"] == GENERAL:
        for one in known:
            if one["liability"] == "limited":
                yield one.found("liability", "partner.general_only")
        return
    kinds = {one["liability"] for one in known}
    if len(known) == len(partners) and len(kinds) < len(LIABILITIES.items):
        yield form.found("people.holders", "partners.both")


def partner(one: View, _setting: Setting) -> Iterator[Found]:
    """合伙企业法 art. 64, 67, 68: a limited partner neither brings services nor executes the affairs."""
    if one["liability"] != "limited":
        return
    if one.sound("mode") and one["mode"] == "services":
        yield one.found("mode", "partner.services")
    if one.sound("executes") and one["executes"]:
        yield one.found("executes", "partner.executes")


def public_body(one: View, _setting: Setting) -> Iterator[Found]:
    """合伙企业法 art. 3: institutions and associations that serve the public are no general partners; an officer looks whether this one does."""
    if one["kind"] in PUBLIC and one["liability"] == "unlimited":
        yield one.found("liability", "partner.public")


def partner_age(one: View, setting: Setting) -> Iterator[Found]:
    """合伙企业法 art. 14: a natural person has full civil capacity; asked of those who answer without limit."""
    if one["kind"] != "natural_person" or one["liability"] != "unlimited":
        return
    birth = birth_of(one) if one.sound(*BIRTH) else None
    if birth is not None and not reached(FULL_AGE, birth, setting.today):
        yield one.found("cert.no", "partner.age")


def executing(form: View, _setting: Setting) -> Iterator[Found]:
    """合伙企业法 art. 26, 67; 条例 art. 8: somebody executes the affairs, and the head is one of them or whom an organisation among them sends."""
    partners = form.rows("people.holders")
    if not all(one.sound("executes") for one in partners):
        return
    acting = [one for one in partners if one["executes"]]
    if not acting:
        yield form.found("people.holders", "partners.executing")
        return
    head = form.group("people.legal_rep")
    if head is None or not all(one.sound("kind", *IDENTITY) for one in acting):
        return
    sent = any(one["kind"] != "natural_person" for one in acting)
    if not sent and identity_of(head) not in {identity_of(one) for one in acting}:
        yield form.found("people.legal_rep", "executing.head")


APPLICANT = Applicant(
    key="partnership",
    rank=40,
    title="合伙企业",
    hint="两人以上合伙，普通合伙人承担无限连带责任",
    basis="合伙企业法",
    head="执行事务合伙人",
    holder="合伙人",
    capital="出资额",
    firm="合伙企业",
    sections={"company": Partnership, "people": Persons, "premises": Place},
    pages=(
        Page(
            "name",
            "企业名称与主要经营场所",
            "企业叫什么、在哪里经营",
            COMPANY,
            ("company.entity_type", "company.name", "premises"),
        ),
        Page(
            "holders",
            "出资额与合伙人",
            "出资额、合伙人姓名、证件、责任方式",
            COMPANY,
            ("company.capital", "company.term", "people.holders"),
        ),
        Page(
            "officers",
            "执行事务合伙人",
            "执行事务合伙人或者其委派代表",
            COMPANY,
            ("people.legal_rep",),
        ),
        Page(
            "owners",
            "受益所有人",
            "最终控制企业的人，符合条件的可以承诺免报",
            COMPANY,
            ("people.beneficial_exempt", "people.beneficial_owners"),
        ),
    ),
    settled={"bank": {"depositor_kind": "unincorporated"}},
    rules=(
        Rule(name_and_type),
        Rule(partners_and_type),
        Rule(partner, each="people.holders", early=True),
        Rule(public_body, each="people.holders", early=True),
        Rule(partner_age, each="people.holders", early=True),
        Rule(executing),
    ),
    defects={
        "partnership.name": Entry(
            "组织形式须与主体类型一致，请选择带“{says}”的组织形式，或者更换主体类型。",
            "合伙企业法第十五、六十二条",
        ),
        "partner.general_only": Entry(
            "普通合伙企业的合伙人都是普通合伙人，请改选无限连带责任，或者把主体类型改为有限合伙企业。",
            "合伙企业法第二条",
        ),
        "partners.both": Entry(
            "有限合伙企业须既有普通合伙人，也有有限合伙人，请修改承担责任方式或者主体类型。",
            "合伙企业法第二、六十一、七十五条",
        ),
        "partner.services": Entry(
            "有限合伙人不能以劳务出资，请更换出资方式。", "合伙企业法第六十四条"
        ),
        "partner.executes": Entry(
            "有限合伙人不执行合伙事务，请选“否”，或者改选承担责任方式。",
            "合伙企业法第六十七、六十八条",
        ),
        "partner.public": Entry(
            "公益性的事业单位、社会团体不能作普通合伙人，请核对；不是公益性的，请在提交前确认，由窗口核对。",
            "合伙企业法第三条",
            strange=True,
            staff=True,
        ),
        "partner.age": Entry("普通合伙人须年满 18 周岁，请更换人选。", "合伙企业法第十四条"),
        "partners.executing": Entry(
            "请在合伙人中选出执行事务合伙人，至少一名。", "合伙企业法第二十六、六十七条"
        ),
        "executing.head": Entry(
            "执行事务合伙人是自然人的，这里须填其中一人，请修改，或者改选执行事务合伙人。",
            "合伙企业法第二十六条；市场主体登记管理条例第八条",
        ),
    },
    materials={
        "application": "合伙企业登记（备案）申请书",
        "articles": "合伙协议",
        "appointments": "执行事务合伙人委托书",
        "holder_licence": "单位合伙人的营业执照等主体资格文件",
        "premises_promise": "主要经营场所承诺书",
    },
    remark="普通合伙人对合伙企业债务承担无限连带责任，有限合伙人以其认缴的出资额为限承担责任（合伙企业法第二条）。生产经营所得和其他所得由合伙人分别缴纳所得税（第六条）。需要备案受益所有人，符合条件的可以承诺免报（受益所有人信息管理办法第三条）。",
    example={
        "company": {"entity_type": GENERAL, "name": {"form": "中心（普通合伙）"}},
        "people": {
            "holders": {
                0: {"liability": "unlimited", "executes": True},
                1: {"liability": "unlimited"},
            }
        },
    },
)
