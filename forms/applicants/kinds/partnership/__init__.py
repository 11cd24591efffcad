"""合伙企业 (合伙企业法, 2006 revision, since 2007-06-01; 市场主体登记管理条例 art. 8, 9, since 2022-03-01).

Registered are name, type, scope, 主要经营场所, 出资额, the partners with residence and the way they are liable, and who executes the affairs (条例
art. 8); filed are its term, what each partner puts in, how and until when, the beneficial owners and the liaison (条例 art. 9). It has no offices;
its agreement stands where a company has articles. The special general partnership (art. 55) is for professions with a permit of their own: window.
"""

from forms.applicants.applicant import Applicant
from forms.applicants.kinds.partnership.rules import DEFECTS, RULES
from forms.applicants.kinds.partnership.sections import GENERAL, Partnership, Persons, Place
from forms.structure.pages import COMPANY, Page

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
    rules=RULES,
    defects=DEFECTS,
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
