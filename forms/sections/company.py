"""The company: type, name, capital, scope (市场主体登记管理条例 art. 8, 9; 企业名称登记管理规定 art. 6)."""

from forms import codes
from forms.fields import (
    Choice,
    Day,
    Email,
    Flag,
    Group,
    Hanzi,
    IndustryCode,
    Money,
    Pattern,
    Phone,
    Rows,
    Several,
    Term,
    Text,
    When,
    Whole,
)
from forms.sections.shapes import Section
from forms.values import checks


class CompanyName(Section):
    """The four parts of a name, in order (名称登记管理规定 art. 6)."""

    region = Hanzi(
        "行政区划",
        longest=30,
        shortest=2,
        hint="住所所在地县级以上行政区划，区名前须有市名。",
        example="示范市",
    )
    trade_name = Hanzi(
        "字号", longest=30, shortest=2, hint="两个以上汉字，不用字母和数字。", example="青禾云"
    )
    industry = Hanzi(
        "行业或经营特点", longest=20, shortest=2, hint="与主要经营活动一致。", example="软件"
    )
    form = Choice("组织形式", codes.NAME_FORMS, example="有限公司", hint="两种写法效力相同。")
    full = Text(
        "企业名称",
        derived=True,
        longest=60,
        width="full",
        hint="由以上四部分依次组成。",
        example="示范市青禾云软件有限公司",
    )
    alternatives = Several(
        Hanzi("备选字号", longest=30, shortest=2, hint="两个以上汉字。", example="青禾原"),
        "备选字号",
        most=5,
        required=False,
        hint="首选字号不能用时依次采用，最多 5 个。",
        example=["青禾原"],
    )
    reservation_no = Text(
        "名称自主申报号",
        longest=32,
        required=False,
        hint="已经自主申报名称的，填写告知书上的编号。名称保留到哪一天以告知书为准，本系统不知道也不会提醒，请在到期前提交。",
        example="示名预〔2026〕0001",
    )


class Capital(Section):
    """Registered capital in 万元 (公司法 (2023) art. 47)."""

    #: In law neither has a limit; what nobody can pay in within five years is looked at (国务院令第784号 art. 3).
    amount = Money("注册资本", hint="全体股东认缴出资额之和。", example=100, usual=(1, 50_000))
    currency = Choice(
        "币种",
        codes.CURRENCIES,
        required=False,
        default="CNY",
        hint="内资使用人民币。",
        example="CNY",
        width="s",
    )
    paid_by = Day(
        "出资期限",
        counted=True,
        hint="自公司成立之日起五年内。",
        example="2031-06-30",
        width="s",
    )


class ScopeItem(Section):
    """One entry of the scope catalogue; only its code is asked."""

    code = Choice(
        "经营范围条目",
        codes.SCOPE,
        hint="输入几个字，从规范目录中选择。",
        example="G101",
        width="l",
    )
    text = Text(
        "规范表述",
        required=False,
        longest=200,
        hint="由目录带出，不用填写。",
        typed=False,
        example="软件开发",
        width="full",
    )
    permit = Text(
        "前置许可证件号",
        longest=60,
        required=False,
        when=When(
            "code", {i.code for i in codes.SCOPE.items if i.more.get("class") == "pre_approval"}
        ),
        hint="登记前须经批准的项目才需要填写。",
        example="示许字〔2026〕001",
    )


class Scope(Section):
    """What the company does (市场主体登记管理条例 art. 14)."""

    items = Rows(ScopeItem, "经营范围条目", fewest=1, most=50, hint="第一项为主营项目。")
    text = Text(
        "经营范围",
        derived=True,
        longest=2000,
        width="full",
        hint="按所选条目自动生成。",
        example="一般项目：软件开发。",
    )


class Licence(Section):
    """How the licence is issued; the electronic one always is (条例 art. 22)."""

    copies = Whole(
        "副本数量",
        low=1,
        high=10,
        required=False,
        default=1,
        unit="份",
        width="s",
        hint="一般 1 份就够用。",
        example=1,
    )
    paper = Flag("领取纸质营业执照", hint="电子营业执照同步发放，效力相同。", example=True)


class Company(Section):
    """Section `company`."""

    title = "企业信息"

    entity_type = Choice(
        "主体类型", codes.ENTITY_TYPES, hint="按股东的数量和性质选择。", example="1130", width="l"
    )
    name = Group(CompanyName, "企业名称", hint="依次为行政区划、字号、行业、组织形式。")
    capital = Group(Capital, "注册资本", hint="以万元为单位。")
    term = Term(
        "经营期限",
        required=False,
        default="长期",
        usual=(0, 50),
        counted=True,
        hint="章程约定的期限；没有约定期限的选“长期”。",
        example="长期",
        width="s",
    )
    scope = Group(
        Scope, "经营范围", hint="一般项目凭营业执照即可经营，许可项目取得许可证后才能经营。"
    )
    industry_code = IndustryCode(
        "行业代码",
        required=False,
        hint="国民经济行业分类，不填时按主营项目确定。",
        example="I6513",
        width="s",
    )
    licence = Group(Licence, "营业执照", hint="领取方式。")
    contact_phone = Phone(
        "联系电话", hint="手机或者固定电话，会对外公示。", example="0999-8800001"
    )
    email = Email(required=False)
    postal_code = Pattern(
        "邮政编码",
        checks.POSTAL_CODE,
        "postal.invalid",
        required=False,
        hint="6 位数字。",
        example="999000",
        width="s",
    )
