"""农民专业合作社 (农民专业合作社法, 2017 revision, since 2018-07-01; 市场主体登记管理条例 art. 8, 9, since 2022-03-01).

Registered are name, type, scope, seat, 成员出资总额 and the legal representative (条例 art. 8), who is the 理事长 (合作社法 art. 33); filed are its articles,
its members (条例 art. 9 (五)) and the liaison. No law sets a least contribution, a term of paying in, or how many 理事 and 监事 there are; beneficial owners
are not filed: 受益所有人信息管理办法 art. 2 names companies, partnerships and branches of foreign companies. How somebody shows to be a farmer, and whether a
village's collective joins, the window says. Unions of cooperatives (联合社, art. 56) go to the window, and so do those of more members than a page has rows.
"""

from forms.applicants.applicant import Applicant
from forms.applicants.kinds.cooperative.rules import DEFECTS, RULES, TOLD
from forms.applicants.kinds.cooperative.sections import Cooperative, Persons, Taxes
from forms.structure.pages import COMPANY, Page

APPLICANT = Applicant(
    key="cooperative",
    rank=50,
    title="农民专业合作社",
    hint="五名以上成员联合经营，农民占八成以上",
    basis="农民专业合作社法",
    head="理事长",
    holder="成员",
    capital="成员出资总额",
    firm="合作社",
    sections={"company": Cooperative, "people": Persons, "tax": Taxes},
    pages=(
        Page(
            "name",
            "名称与住所",
            "合作社叫什么、在哪里办公",
            COMPANY,
            ("company.name", "premises"),
        ),
        Page(
            "holders",
            "成员与出资",
            "成员出资总额、成员姓名、证件、身份、出资",
            COMPANY,
            ("company.capital", "people.holders"),
        ),
        Page(
            "officers",
            "理事长、理事与监事",
            "由设立大会从成员中选举产生",
            COMPANY,
            ("people.legal_rep", "people.directors", "people.supervisors"),
        ),
    ),
    settled={"company": {"entity_type": "9100"}, "bank": {"depositor_kind": "cooperative"}},
    rules=RULES,
    defects=DEFECTS,
    told=TOLD,
    without={
        "housing_fund": "农民专业合作社没有列入必须缴存的单位（住房公积金管理条例第二条），当地办理的向公积金中心申请"
    },
    materials={
        "application": "农民专业合作社登记（备案）申请书",
        "articles": "农民专业合作社章程",
        "appointments": "设立大会纪要及任职文件",
        "members": "成员名册",
        "contributions": "成员出资清单",
        "holder_licence": "单位成员的营业执照等主体资格文件",
        "owner_exemption": "",
    },
    duties={
        "报送年度报告": (
            "自设立登记的次年起，每年 1 月 1 日至 6 月 30 日，通过国家企业信用信息公示系统报送上一年度的年度报告，并向社会公示。",
            "农民专业合作社法第十七条；农民专业合作社年度报告公示暂行办法",
        ),
    },
    remark="成员五名以上，其中农民至少占百分之八十（农民专业合作社法第十二、二十条）；理事长为法定代表人，由成员大会从成员中选举产生（第三十三条）。没有最低出资额的要求。以什么材料证明农民身份，由登记机关（窗口）告知。联合社、成员超过 50 名的，以及农村集体经济组织加入的，请到窗口办理。不需要备案受益所有人（受益所有人信息管理办法第二条）。",
    cast={"holders": (0, 1, 2, 8, 9), "directors": (1, 8), "supervisors": (2,)},
    example={
        "company": {
            "name": {"industry": "蔬菜种植", "form": "专业合作社"},
            "capital": {"amount": 50},
            "scope": {"items": [{"code": "G401"}, {"code": "G756"}, {"code": "G403"}]},
            "industry_code": None,
        },
        "people": {
            "holders": {
                0: {"standing": "farmer", "subscribed": 20},
                1: {"standing": "farmer", "subscribed": 10},
                2: {"standing": "farmer", "subscribed": 10, "mode": "land_management"},
                3: {"standing": "farmer", "subscribed": 5},
                4: {"standing": "citizen", "subscribed": 5},
            }
        },
        "tax": {"accounting": {"standard": "other"}},
        "social_insurance": {"unit_kind": "other"},
        "housing_fund": None,
    },
)
