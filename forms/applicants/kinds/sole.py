"""个人独资企业 (个人独资企业法, since 2000-01-01; 市场主体登记管理条例 art. 8, since 2022-03-01).

Registered are name, type, scope, seat, 出资额, and the investor's name and residence (条例 art. 8; 个人独资企业法 art. 10). It has one investor,
who is liable without limit, no holders, no offices and no articles. Beneficial owners are not filed: 受益所有人信息管理办法 art. 2 names companies,
partnerships and branches of foreign companies.
"""

from forms import codes
from forms.applicants.applicant import Applicant
from forms.applicants.pieces import (
    BENEFICIAL_OWNERS,
    COMPANY_OFFICES,
    Contribution,
    name_forms,
    no_head_from_abroad,
    only_type,
)
from forms.codes import Item
from forms.defect_table import Entry
from forms.fields import Choice, Group, Text
from forms.sections.company import Company, CompanyName
from forms.sections.people import LegalRep, People
from forms.sections.shapes import Section, otherwise
from forms.structure.pages import COMPANY, Page

PROPERTIES = codes.listed(
    "sole_properties",
    "出资方式",
    "个人独资企业法第十、十八条",
    Item("own", "以个人财产出资", {"help": "以投资人个人财产承担无限责任"}),
    Item("family", "以家庭共有财产作为个人出资", {"help": "以家庭共有财产承担无限责任"}),
)
NAME_FORMS = name_forms(
    "sole",
    "个人独资企业法第十一条；常用字样，公开资料整理，以登记机关意见为准",
    "厂（个人独资）",
    "店（个人独资）",
    "中心（个人独资）",
    "工作室（个人独资）",
    "事务所（个人独资）",
    "商行（个人独资）",
    "经营部（个人独资）",
)


class Name(CompanyName):
    """The name says what it is and not “有限” or “公司” (个人独资企业法 art. 11)."""

    form = Choice(
        "组织形式",
        NAME_FORMS,
        example="中心（个人独资）",
        hint="不能用“有限”“公司”字样，以登记机关意见为准。",
        width="l",
    )


class Enterprise(Company):
    """What is registered of it."""

    class Meta(Section.Meta):
        exclude = ("term",)

    entity_type = only_type("sole", "4540", "个人独资企业")
    name = Group(Name, "企业名称", hint="依次为行政区划、字号、行业、组织形式。")
    #: 个人独资企业法 art. 8: 投资人申报的出资.
    capital = Group(Contribution, "出资额", hint="以万元为单位。")
    property = Choice(
        "出资方式",
        PROPERTIES,
        hint="以家庭共有财产出资的，须在登记时写明。",
        example="own",
        width="l",
    )


class Investor(LegalRep):
    """投资人: one natural person (个人独资企业法 art. 2, 8)."""

    residence = otherwise(Text, LegalRep, "residence", label="居所")


class Persons(People):
    """The investor, who keeps the books, and who is written to."""

    title = "投资人与人员"

    class Meta(Section.Meta):
        exclude = ("holders", *COMPANY_OFFICES, *BENEFICIAL_OWNERS)

    legal_rep = Group(Investor, "投资人", hint="营业执照上的投资人，由本人实名核验。")


APPLICANT = Applicant(
    key="sole",
    rank=30,
    title="个人独资企业",
    hint="一个人投资的企业，以个人财产承担无限责任",
    basis="个人独资企业法",
    head="投资人",
    holder="投资人",
    capital="出资额",
    firm="企业",
    sections={"company": Enterprise, "people": Persons},
    pages=(
        Page(
            "name",
            "企业名称与住所",
            "企业叫什么、在哪里经营",
            COMPANY,
            ("company.name", "premises"),
        ),
        Page(
            "holders",
            "出资",
            "出资额、出资方式",
            COMPANY,
            ("company.capital", "company.property"),
        ),
        Page("officers", "投资人", "投资人的证件和居所", COMPANY, ("people.legal_rep",)),
    ),
    settled={
        "company": {"entity_type": "4540"},
        "bank": {"depositor_kind": "unincorporated"},
    },
    # 个人独资企业法 art. 47: not for enterprises with foreign capital; the window says where to go.
    rules=(no_head_from_abroad("investor.abroad"),),
    defects={
        "investor.abroad": Entry(
            "境外或者港澳台居民设立企业，本系统不能办理，请向{registrar}咨询。",
            "个人独资企业法第四十七条",
        ),
    },
    materials={
        "application": "个人独资企业登记（备案）申请书",
        "articles": "",
        "appointments": "",
        "owner_exemption": "",
    },
    remark="投资人以其个人财产（或者家庭共有财产）对企业债务承担无限责任（个人独资企业法第二、十八条）。不需要备案受益所有人（受益所有人信息管理办法第二条）。",
    example={
        "company": {
            "property": "own",
            "capital": {"amount": 10},
            "name": {"form": "中心（个人独资）"},
        }
    },
)
