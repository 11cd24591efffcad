"""个体工商户 (民法典 art. 54-56; 促进个体工商户发展条例, since 2022-11-01; 市场主体登记管理条例 art. 8, 9, since 2022-03-01).

Registered are 组成形式, scope, premises, the operator's name and residence, and the name where one is used (条例实施细则 art. 6); filed are the
family members who take part (条例 art. 9 (六)) and the liaison. It has no capital, no holders, no offices and no articles.
"""

from collections.abc import Iterator

from forms import codes
from forms.applicants.applicant import Applicant
from forms.applicants.pieces import (
    BENEFICIAL_OWNERS,
    COMPANY_OFFICES,
    name_forms,
    no_head_from_abroad,
    only_type,
)
from forms.codes import Item
from forms.defect_table import Entry
from forms.defects import Found
from forms.fields import Choice, Group, Rows, Text
from forms.rules.people import IDENTITY, identity_of
from forms.rules.rule import Rule
from forms.sections.company import Company, CompanyName
from forms.sections.people import LegalRep, People
from forms.sections.premises import Premises
from forms.sections.shapes import Acting, Section, otherwise, person_cert, person_name
from forms.sections.social_insurance import SocialInsurance
from forms.structure.pages import COMPANY, Page
from forms.structure.view import Setting, View

OPERATIONS = codes.listed(
    "operations",
    "组成形式",
    "促进个体工商户发展条例第六条",
    Item("person", "个人经营", {"help": "以经营者个人财产承担债务"}),
    Item("family", "家庭经营", {"help": "以家庭财产承担债务"}),
)
NAME_FORMS = name_forms(
    "individual",
    "企业名称登记管理规定第六、二十五条；常用字样，公开资料整理，以登记机关意见为准",
    *("店", "商店", "馆", "厂", "部", "经营部", "行", "商行", "中心", "工作室"),
)


class Name(CompanyName):
    """The name: the parts of an enterprise's, with other words at its end (企业名称登记管理规定 art. 6, 25)."""

    full = otherwise(Text, CompanyName, "full", label="名称")
    form = Choice(
        "组织形式", NAME_FORMS, example="店", hint="不能用“公司”“企业”等字样，以登记机关意见为准。"
    )


class Business(Company):
    """What is registered of it."""

    title = "个体工商户信息"

    class Meta(Section.Meta):
        exclude = ("capital", "term")

    entity_type = only_type("individual", "9500", "个体工商户")
    operation = Choice(
        "组成形式", OPERATIONS, hint="一个人经营，或者与家庭成员一起经营。", example="person"
    )
    name = Group(
        Name, "名称", hint="依次为行政区划、字号、行业、组织形式；不使用名称的请到窗口办理。"
    )


class Place(Premises):
    """Where it does business: it has 经营场所, no 住所 (条例 art. 8)."""

    title = "经营场所"

    full = otherwise(Text, Premises, "full", label="经营场所")


class FamilyMember(Section):
    """Somebody of the family who takes part (条例 art. 9 (六))."""

    name = person_name()
    cert = person_cert()


class Persons(People):
    """The operator, the family, and who is written to."""

    title = "经营者与人员"

    class Meta(Section.Meta):
        exclude = ("holders", *COMPANY_OFFICES, "finance_officer", *BENEFICIAL_OWNERS)

    # 经营者 (条例 art. 8: name and residence are registered).
    legal_rep = Group(LegalRep, "经营者", hint="营业执照上的经营者，由本人实名核验。")
    tax_agent = Group(Acting, "办税人员", required=False, hint="不填时由经营者担任。")
    family = Rows(
        FamilyMember,
        "参加经营的家庭成员",
        most=20,
        required=False,
        default=list,
        hint="家庭经营的，填写经营者以外参加经营的家庭成员。",
    )


class Insurance(SocialInsurance):
    """Social insurance of those it employs (社会保险法 art. 10, 23: without employees the operator insures himself)."""

    unit_kind = Choice(
        "单位类型", codes.UNIT_KINDS, derived=True, hint="由申请人类型得出。", example="household"
    )


def family_named(form: View, _setting: Setting) -> Iterator[Found]:
    """条例 art. 9 (六): who takes part in a family's business is filed; one person's business has none of them."""
    members = form.rows("people.family")
    if form["company.operation"] == "family" and not members:
        yield form.found("people.family", "family.needed")
    if form["company.operation"] == "person" and members:
        yield form.found("people.family", "family.unwanted")


def family_once(form: View, _setting: Setting) -> Iterator[Found]:
    """Name everybody once, and the operator not among them."""
    head = form.group("people.legal_rep")
    seen = {identity_of(head)} if head and head.sound(*IDENTITY) else set()
    for member in form.rows("people.family"):
        if not member.sound(*IDENTITY):
            continue
        if identity_of(member) in seen:
            yield member.found("cert.no", "family.repeated")
        seen.add(identity_of(member))


def employer(form: View, _setting: Setting) -> Iterator[Found]:
    """社会保险法 art. 10, 23, 工伤保险条例 art. 2: it insures employees; without any, there is no unit to register."""
    if form.group("social_insurance") is not None and not form.rows("staff.members"):
        yield form.found("staff.members", "staff.employer")


APPLICANT = Applicant(
    key="individual",
    rank=20,
    title="个体工商户",
    hint="一个人或者一家人经营，以个人或者家庭财产承担责任",
    basis="促进个体工商户发展条例",
    head="经营者",
    holder="经营者",
    firm="个体工商户",
    sections={
        "company": Business,
        "people": Persons,
        "premises": Place,
        "social_insurance": Insurance,
    },
    pages=(
        Page(
            "name",
            "名称与经营场所",
            "叫什么、在哪里经营",
            COMPANY,
            ("company.operation", "company.name", "premises"),
        ),
        Page(
            "officers",
            "经营者",
            "经营者和参加经营的家庭成员",
            COMPANY,
            ("people.legal_rep", "people.family"),
        ),
        Page(
            "contacts",
            "联络与经办人员",
            "办税人员、联络员、经办人",
            COMPANY,
            ("people.tax_agent", "people.liaison", "people.proxy"),
        ),
    ),
    settled={
        "company": {"entity_type": "9500"},
        "bank": {"depositor_kind": "household"},
        "social_insurance": {"unit_kind": "household"},
    },
    rules=(
        Rule(family_named),
        Rule(family_once, early=True),
        Rule(employer),
        # 促进个体工商户发展条例 art. 2: citizens; those of Hong Kong, Macao and Taiwan by the state's own rules, which the window applies.
        no_head_from_abroad("operator.abroad"),
    ),
    without={
        "housing_fund": "个体工商户不在必须缴存之列（住房公积金管理条例第二条），当地开放自愿缴存的向公积金中心申请"
    },
    defects={
        "family.needed": Entry(
            "组成形式是家庭经营的，请填写参加经营的家庭成员；没有的请改为个人经营。",
            "市场主体登记管理条例第九条",
        ),
        "family.unwanted": Entry(
            "组成形式是个人经营的，没有参加经营的家庭成员，请删除，或者改为家庭经营。",
            "市场主体登记管理条例第九条",
        ),
        "family.repeated": Entry(
            "同一个人填写了两次，请删除一行；经营者本人不用再填。", "市场主体登记管理条例第九条"
        ),
        "staff.employer": Entry(
            "没有雇工的个体工商户不办理单位社会保险登记，请填写职工，或者在办理事项中去掉社会保险。",
            "社会保险法第十条",
        ),
        "operator.abroad": Entry(
            "境外或者港澳台居民申请个体工商户，本系统不能办理，请到窗口咨询。",
            "促进个体工商户发展条例第二条",
        ),
    },
    materials={
        "application": "个体工商户登记（备案）申请书",
        "articles": "",
        "appointments": "",
        "owner_exemption": "",
        "premises_promise": "经营场所承诺书",
    },
    duties={
        "报送年度报告": (
            "自登记次年起，每年 1 月 1 日至 6 月 30 日报送上一年度的年度报告，可以在网上报送，也可以向登记机关报送纸质报告。",
            "个体工商户年度报告暂行办法第三条",
        ),
        "办理单位社会保险登记": (
            "招用雇工的，自用工之日起 30 日内向社会保险经办机构申请登记；没有雇工的不用办理。",
            "社会保险法第五十八条",
        ),
    },
    remark="没有雇工的，不办理单位社会保险登记，请在办理事项中去掉；经营者本人可以按灵活就业人员参保。不需要备案受益所有人（受益所有人信息管理办法第二条）。",
    example={
        "company": {
            "operation": "person",
            "name": {"industry": "百货", "form": "商店"},
            "scope": {"items": [{"code": "G201"}]},
            "industry_code": None,
        },
        "housing_fund": None,
    },
)
