"""The table of defect codes: stable code, Chinese sentence, source of the rule."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

_NO_OTHERS: Mapping[str, str] = MappingProxyType({})


class Entry(NamedTuple):
    """The sentence a code stands for and the rule behind it; `others` are said where a field asks otherwise.

    strange: no rule is broken; the answer only has to be confirmed. staff: somebody of the staff looks at the original
    before a department is told what was confirmed.
    """

    message: str
    rule: str = ""
    others: Mapping[str, str] = _NO_OTHERS
    strange: bool = False
    staff: bool = False


_COMPANY_LAW = "公司法（2023）"
_REGISTRATION = "市场主体登记管理条例"
_NAMES = "企业名称登记管理规定"
_OWNERS = "受益所有人信息管理办法"
_INVOICE_NOTICE = "国家税务总局公告2018年第29号"

TABLE: dict[str, Entry] = {
    # Any field.
    "required": Entry(
        "请填写“{label}”。",
        others={
            "chosen": "请选择“{label}”。",
            "searched": "请选择“{label}”。",
            "ticked": "请阅读并勾选“{label}”，不勾选无法办理。",
        },
    ),
    "unknown": Entry("申请表没有这一项，请删除。"),
    "unknown.many": Entry("申请表里没有的项目太多，请对照申请表说明整理后重新提交。"),
    "invalid": Entry("“{label}”填写有误，请修改：{reason}"),
    "type.text": Entry("“{label}”请填写文字。"),
    "type.integer": Entry("“{label}”请填写整数，例如 3。"),
    "type.number": Entry("“{label}”请填写数字，例如 3 或者 2.5。"),
    "type.boolean": Entry("“{label}”请选择是或者否。"),
    "type.object": Entry("“{label}”请按申请表的结构填写。"),
    "type.list": Entry("“{label}”请按列表填写。"),
    "list.too_many": Entry("“{label}”最多填 {limit} 项，请减少。"),
    "list.too_few": Entry("“{label}”至少填 {limit} 项，请补充。"),
    "list.repeated": Entry("“{label}”中这一项重复，请删除。"),
    "text.too_long": Entry("“{label}”请控制在 {limit} 个字以内。"),
    "text.too_short": Entry("“{label}”请至少填写 {limit} 个字。"),
    "text.control": Entry("“{label}”含有看不见的控制字符或者换行，请删除后重新输入。"),
    "text.invisible": Entry("“{label}”{place}有一个看不见的符号（{sign} {scalar}），请去掉。"),
    "text.bidi": Entry(
        "“{label}”{place}有一个看不见的、会改变文字方向的符号（{sign} {scalar}），请去掉。"
    ),
    "text.surrogate": Entry("“{label}”含有不完整的字符，请重新输入。"),
    "text.private": Entry("“{label}”含有自造字，请换成标准字形后输入。", "GB 18030-2022"),
    "text.emoji": Entry("“{label}”请不要使用表情符号。"),
    "text.symbol": Entry("“{label}”含有不能使用的符号，请删除。"),
    "text.hanzi": Entry("“{label}”请只使用汉字。", f"{_NAMES}第五、八条"),
    "text.traditional": Entry(
        "“{label}”请使用规范汉字（简体），“{char}”不是。", f"{_NAMES}第五条"
    ),
    "text.half_width": Entry("“{label}”请使用半角数字和字母。"),
    "code.unknown": Entry(
        "“{label}”请从列表中选择：{choices}。",
        others={"searched": "“{label}”请从列表中选择一项，可以输入几个字来查找。"},
    ),
    "number.range": Entry("“{label}”请填写 {low} 到 {high} 之间的整数。"),
    "money.float": Entry("“{label}”请以十进制数填写，不要使用浮点数。"),
    "money.positive": Entry("“{label}”请填写大于 0 的数；允许为 0 的项目不能填负数。"),
    "money.too_large": Entry("“{label}”数额过大，请核对单位，整数部分最多 9 位。"),
    "number.strange": Entry(
        "“{label}”通常在 {low} 到 {high} 之间，请核对有没有写错；确实如此的，请在提交前确认。",
        strange=True,
    ),
    "date.strange": Entry(
        "“{label}”通常在 {low} 到 {high} 之间，请核对有没有写错；确实如此的，请在提交前确认。",
        strange=True,
    ),
    "percent.range": Entry("“{label}”请填写不超过 100 的百分数。"),
    "confirm.words": Entry("“confirm”请填写各项待确认内容的确认词，不能是其他内容。"),
    "money.decimals": Entry("“{label}”小数部分请不要超过 {decimals} 位。"),
    "date.format": Entry(
        "“{label}”请按“年-月-日”填写，例如 2026-03-01。",
        "GB/T 7408",
        {"term": "“{label}”请填“长期”，或者按“年-月-日”填写到期日，例如 2046-03-01。"},
    ),
    "date.invalid": Entry("“{label}”没有这一天，请核对。"),
    "month.invalid": Entry("“{label}”没有这个月份，请核对。"),
    "month.format": Entry("“{label}”请按“年-月”填写，例如 2026-03。", "GB/T 7408"),
    "mobile.invalid": Entry("“{label}”请填写 11 位手机号码。"),
    "phone.invalid": Entry("“{label}”请填写手机号码、带区号的固定电话或者 400 电话。"),
    "email.invalid": Entry("“{label}”请填写完整的电子邮箱地址。"),
    "postal.invalid": Entry("“{label}”请填写 6 位数字。"),
    "consent.needed": Entry(
        "请阅读并勾选“{label}”，不勾选无法办理。", "个人信息保护法第十四、二十九条"
    ),
    # Documents and persons.
    "id.invalid": Entry("身份证号码有误，请对照证件逐位核对。", "GB 11643"),
    "id.old": Entry("15 位身份证号码已经停用，请填写 18 位号码。", "居民身份证法"),
    "id.permit": Entry(
        "证件类型与号码不符：81、82、83 开头的号码请选择“港澳台居民居住证”，其他请选择“居民身份证”。",
        "GB 11643",
    ),
    "id.future": Entry("身份证号码中的出生日期晚于今天，请核对。", "GB 11643"),
    "credit_code.invalid": Entry(
        "统一社会信用代码有误，请对照执照逐位核对（没有 I、O、S、V、Z）。", "GB 32100"
    ),
    "credit_code.early": Entry(
        "统一社会信用代码的校验位不对，2016 年以前的代码有个别例外；请对照执照逐位核对，确实如此的，请在提交前确认，窗口对照执照核对后再送登记机关。",
        "GB 32100",
        strange=True,
        staff=True,
    ),
    "cert.shape": Entry("{kind}号码格式不对，请对照证件核对。"),
    "cert.person": Entry("请选择个人的身份证件。"),
    "cert.expired": Entry("证件已经过期，请换领后填写新的有效期。", f"{_REGISTRATION}第十六条"),
    "person.birth_needed": Entry("请填写出生日期，所选证件的号码中没有这一项。"),
    "person.birth_future": Entry("出生日期晚于今天，请核对。"),
    "person.old": Entry(
        "按出生日期已满 {age} 周岁，请核对证件号码和出生日期；确实如此的，请在提交前确认。",
        strange=True,
    ),
    "person.two_names": Entry("同一证件号码在表中填了不同的姓名或名称，请改成一致。"),
    # Name.
    "name.region": Entry(
        "名称中的行政区划请填写住所所在地的县级以上行政区划，可选：{choices}。",
        f"{_NAMES}第六、七条",
    ),
    "name.forbidden": Entry("名称含有“{word}”，{reason}，请更换。", f"{_NAMES}第十一、十二条"),
    "name.qualifier": Entry(
        "名称中间含有“{word}”的，它应当是行业限定语，是否适用由登记机关认定；请核对，确实如此的，请在提交前确认。",
        f"{_NAMES}第十二条",
        strange=True,
    ),
    "name.part_twice": Entry(
        "“{label}”已经含有“{word}”，组成名称时会重复，请从这一项中删除。", f"{_NAMES}第六条"
    ),
    "name.trade_is_region": Entry(
        "字号不能使用行政区划名称，另有含义的除外，是否有由登记机关认定；请核对，确实另有含义的，请在提交前确认。",
        f"{_NAMES}第八条",
        strange=True,
    ),
    "name.group": Entry(
        "“{label}”含有“集团”：企业集团由母公司控股一定数量的企业后申报，新设企业能否使用由登记机关认定；请核对，确实如此的，请在提交前确认。",
        f"{_NAMES}第十四条",
        strange=True,
    ),
    "name.trade_is_industry": Entry(
        "字号不能只用行业用语，请换成有区别作用的字号。", f"{_NAMES}第八、九条"
    ),
    "name.too_long": Entry(
        "企业名称请控制在 60 个字以内，请缩短字号或行业用语。", f"{_NAMES}第六条"
    ),
    "name.alternative_same": Entry("备选字号与首选字号相同，请更换或删除。"),
    # Company.
    "entity.holders": Entry(
        "主体类型与股东不符：{need}。请修改主体类型或者股东。", f"{_COMPANY_LAW}第四十二条"
    ),
    "capital.paid_by": Entry(
        "出资期限应当在 {first} 到 {last} 之间（自公司成立之日起五年内），请修改。",
        f"{_COMPANY_LAW}第四十七条",
    ),
    "capital.paid_by_holders": Entry(
        "出资期限不能早于各股东出资期限中最晚的一个，请改为 {last} 或更晚。",
        f"{_COMPANY_LAW}第四十七条",
    ),
    "term.past": Entry("“{label}”请填“长期”或者晚于今天的日期。", f"{_REGISTRATION}第九条"),
    "term.before_due": Entry(
        "经营期限在出资期限 {last} 以前届满，请核对；确实如此的，请在提交前确认。", strange=True
    ),
    "scope.repeated": Entry("经营范围条目重复，请删除一条。", f"{_REGISTRATION}第十四条"),
    "scope.text": Entry("经营范围请使用目录中的规范表述“{text}”。", f"{_REGISTRATION}第十四条"),
    "scope.permit": Entry(
        "“{item}”属于登记前须经批准的项目，请填写批准文件或许可证件号。",
        f"{_REGISTRATION}第十四条",
    ),
    # Holders.
    "holders.sum": Entry(
        "各{holder}认缴出资额合计为 {total} 万元，{capital_title}为 {capital} 万元，请改成一致。",
        f"{_REGISTRATION}第十三条",
    ),
    "holders.due_date": Entry(
        "出资期限应当在 {first} 到 {last} 之间（自公司成立之日起五年内），请修改。",
        f"{_COMPANY_LAW}第四十七条",
    ),
    "holders.abroad": Entry(
        "有境外或者港澳台{holder}的{firm}，本系统不能办理，请向{registrar}申请设立登记。",
        f"{_REGISTRATION}实施细则第四条",
    ),
    "holders.mode_forbidden": Entry(
        "不能以{mode}作价出资，请更换出资方式。",
        f"{_REGISTRATION}第十三条；{_COMPANY_LAW}第四十八条",
    ),
    "holders.paid_in": Entry(
        "实缴出资额不能大于认缴出资额，请修改。", f"{_COMPANY_LAW}第四十九条"
    ),
    "holders.repeated": Entry("同一{holder}填写了两次，请合并成一行。", f"{_REGISTRATION}第八条"),
    "holder.cert_kind": Entry(
        "证件类型与{holder}类型不符：自然人请填身份证件，单位请填统一社会信用代码。",
        f"{_REGISTRATION}第八条",
    ),
    # People in charge.
    "legal_rep.position": Entry(
        "法定代表人须由董事或者经理担任，请把其填入董事或经理，或者更换法定代表人。",
        f"{_COMPANY_LAW}第十条",
    ),
    "legal_rep.age": Entry(
        "{head}须年满 18 周岁，请更换人选。", f"{_REGISTRATION}第十二条；民法典第十七条"
    ),
    "officer.age": Entry(
        "董事、监事、高级管理人员须年满 18 周岁，请更换人选。", f"{_COMPANY_LAW}第一百七十八条"
    ),
    "directors.count": Entry(
        "设董事会的须有三名以上董事，不设的只填一名，请修改。", f"{_COMPANY_LAW}第六十八、七十五条"
    ),
    "directors.sole": Entry(
        "只有一名董事时，职务请选“董事（不设董事会）”。", f"{_COMPANY_LAW}第七十五条"
    ),
    "directors.chair": Entry(
        "董事会须有且只有一名董事长，其他人请选“副董事长”或者“董事”。", f"{_COMPANY_LAW}第六十八条"
    ),
    "directors.audit": Entry(
        "由董事组成审计委员会的，请在董事中选出成员；不设审计委员会的，请不要选。",
        f"{_COMPANY_LAW}第六十九条；公司登记管理实施办法第十三条",
    ),
    "directors.staff": Entry(
        "职工三百人以上的，董事会成员中须有职工代表（依法设监事会并有职工代表的除外），请增加。",
        f"{_COMPANY_LAW}第六十八条",
    ),
    "directors.state": Entry(
        "国有独资公司须设董事会，成员中须有职工代表，请补充董事。",
        f"{_COMPANY_LAW}第一百七十三条",
    ),
    "directors.repeated": Entry("同一人填写了两次，请删除一行。"),
    "supervisors.board": Entry(
        "设监事会的须有三名以上监事，请补充或者改选监督机构。", f"{_COMPANY_LAW}第七十六条"
    ),
    "supervisors.staff": Entry(
        "监事会中职工代表不得少于三分之一，请增加职工代表监事。", f"{_COMPANY_LAW}第七十六条"
    ),
    "supervisors.holders": Entry(
        "监事会中须有股东代表，不能全是职工代表，请修改。", f"{_COMPANY_LAW}第七十六条"
    ),
    "supervisors.chair": Entry(
        "监事会须有且只有一名主席，请选出一名；不设监事会的请不要选。",
        f"{_COMPANY_LAW}第七十六条",
    ),
    "supervisors.one": Entry("设一名监事的只填一名监事，请修改。", f"{_COMPANY_LAW}第八十三条"),
    "supervisors.unwanted": Entry(
        "不设监事会或者监事的，请删除监事。", f"{_COMPANY_LAW}第六十九、八十三条"
    ),
    "supervisors.agreement": Entry(
        "不设监事须经全体股东一致同意，请在“全体股东同意不设监事”处选“是”。",
        f"{_COMPANY_LAW}第八十三条",
    ),
    "supervisors.committee": Entry(
        "审计委员会由董事组成，须有三名以上董事，请补充董事。", f"{_COMPANY_LAW}第六十九条"
    ),
    "supervisors.office": Entry(
        "董事、经理、财务负责人不得兼任监事，请更换监事。", f"{_COMPANY_LAW}第七十六条"
    ),
    "owners.needed": Entry(
        "请填写受益所有人；符合条件的，也可以选择承诺免报。", f"{_REGISTRATION}第九条"
    ),
    "owners.exempt": Entry(
        "不符合免报条件（{capital_title}不超过 1000 万元且{holder}全是自然人），请填写受益所有人。",
        f"{_OWNERS}第三条",
    ),
    "owners.missing": Entry(
        "{holder}中占 25% 以上的自然人都是受益所有人，请补充。", f"{_OWNERS}第六条"
    ),
    "owners.share_low": Entry(
        "以股权、收益或者表决权认定的受益所有人须持有 25% 以上，请核对比例或者改选认定依据。",
        f"{_OWNERS}第六条",
    ),
    "owners.manner": Entry(
        "以实际控制认定的受益所有人，请选择实际控制方式。", f"{_OWNERS}第六、十一条"
    ),
    "owners.nationality": Entry("请选择这名受益所有人的国籍。", f"{_OWNERS}第十一条"),
    "owners.since": Entry(
        "受益所有权关系形成日期不能晚于今天，请修改；与{firm}同时形成的可以不填。",
        f"{_OWNERS}第十一条",
    ),
    "owners.senior": Entry(
        "有人符合其他认定标准的，不能以“负责日常经营管理的人员”认定，请改选认定依据或者删除此人。",
        f"{_OWNERS}第六条",
    ),
    "owners.state": Entry(
        "这项依据只用于国有独资、国有控股公司的法定代表人，请核对主体类型和人员。",
        f"{_OWNERS}第七条",
    ),
    "owners.share_more": Entry(
        "这一比例不能大于直接认缴与通过单位{holder}间接持有合计的 {share}%，请修改。",
        f"{_OWNERS}第六条",
    ),
    "owners.share_less": Entry(
        "这一比例不能小于此人直接认缴的比例 {share}%（间接持有的另行加上），请修改。",
        f"{_OWNERS}第六条",
    ),
    "proxy.expired": Entry(
        "委托期限已经届满，请填写有效的期限，或者不填。", "民法典第一百七十三条"
    ),
    # Premises.
    "premises.region": Entry(
        "住所不在本登记机关辖区内，请向住所所在地的登记机关申请。", "市场主体登记管理条例实施细则"
    ),
    "premises.district": Entry("请选择到具体的区、县。"),
    "premises.elsewhere": Entry(
        "“{label}”开头的“{word}”不是所选的区县，请改选区县，或者只填写到路、号、栋、室。",
        "市场主体登记管理条例实施细则",
    ),
    "premises.maybe_elsewhere": Entry(
        "“{label}”开头的“{word}”像是另一个城市，请核对；确实是本地路名的，请在提交前确认。",
        strange=True,
    ),
    "premises.lease_needed": Entry("租赁房屋请填写租赁信息。"),
    "premises.lease_order": Entry("租期结束须晚于租期开始，请核对。"),
    "premises.lease_over": Entry("租赁期已经届满，请填写有效的租赁合同。"),
    "premises.lease_long": Entry(
        "租赁期限不得超过二十年，超过的部分无效，租期结束请不晚于 {last}。", "民法典第七百零五条"
    ),
    "premises.consent": Entry(
        "住宅用作经营须经有利害关系的业主一致同意，请取得同意后选“是”。", "民法典第二百七十九条"
    ),
    # Departments.
    "seal.official": Entry("请选择公章，公章必须刻制。"),
    "seal.official_one": Entry("公章只能刻制一枚，请把数量改为 1。"),
    "seal.repeated": Entry("这种印章填写了两次，请合并成一行。"),
    "seal.invoice_needed": Entry(
        "领用纸质发票须有发票专用章，请增加发票专用章。", "发票管理办法（2023）第十五条"
    ),
    "tax.invoice_limit_needed": Entry("领用纸质发票的，请填写单份最高开票限额。", _INVOICE_NOTICE),
    "tax.invoice_limit": Entry(
        "首次申领纸质发票，单份最高开票限额不超过 {limit} 元，请调整。", _INVOICE_NOTICE
    ),
    "tax.invoice_qty": Entry("首次申领这种发票，每月不超过 {limit} 份，请调整。", _INVOICE_NOTICE),
    "tax.invoice_qty_needed": Entry("纸质发票请填写每月最高领用数量。", _INVOICE_NOTICE),
    "tax.invoice_qty_digital": Entry("数电发票不用填领用数量，请删除。"),
    "tax.invoice_repeated": Entry("这种发票填写了两次，请合并成一行。"),
    "bank.code_shape": Entry("“{label}”请填写 12 位数字行号。"),
    "bank.code_check": Entry("“{label}”校验位不对，请核对行号。"),
    "bank.appointment": Entry("预约日期请在 {first} 到 {last} 之间选择。"),
    "hf.ratio": Entry("缴存比例请填 {low} 到 {high} 之间的整数。", "住房公积金管理条例第十八条"),
    "hf.ratio_equal": Entry(
        "个人缴存比例须与单位缴存比例相同，请修改。", "当地住房公积金缴存规定"
    ),
    "hf.first_month": Entry(
        "首次汇缴年月不能早于成立的月份，最早填 {first}，请修改。",
        "住房公积金管理条例第十四条",
    ),
    "staff.age": Entry("职工入职时须年满 16 周岁，请核对。", "劳动法第十五条"),
    "staff.old": Entry(
        "这名职工已到法定退休年龄（男 60 至 63 周岁、女 55 至 58 周岁，按出生年月逐步延迟），社会保险机构不能办理职工参保，请核对证件号码；确实如此的，请在提交前确认。",
        "国务院关于渐进式延迟法定退休年龄的办法",
        strange=True,
    ),
    "staff.repeated": Entry("这名职工与名册中第 {row} 名重复，请删除一行。"),
    "staff.start_date": Entry(
        "入职日期不能早于成立的日期，最早填 {first}，请修改。", "社会保险法第五十八条"
    ),
    "staff.contract": Entry("劳动合同到期日须晚于入职日期，请核对。", "劳动合同法第十二条"),
    "delivery.post": Entry("选择邮寄的，请填写“{item}”。"),
}
