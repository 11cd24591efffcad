"""What a notice says beside the sentence: the rule, an example of the right thing, what to bring; by code.

Staff choose from it, and what departments demand under a code they share with it is completed. Every rule was read in
the text in force: 公司法 (2023 revision), 企业名称登记管理规定 (order 734, 2020), 市场主体登记管理条例 (order 746, 2021) and its
实施细则 (SAMR order 52, 2022). Where nothing stands, the department's own demand is all there is, and the sheet says so.
A city adds entries of its own in its profile.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from kaiban.domain.notices.notice import MATERIALS, Item


@dataclass(frozen=True)
class Entry:
    """One usual defect: ``message`` is what to do, ``bring`` what to bring, ``material`` the key of a material asked for.

    ``pointer`` is where the form asks for it, "" if a finding has to say.
    """

    code: str
    message: str
    rule: str = ""
    example: str = ""
    bring: str = ""
    material: str = ""
    pointer: str = ""

    @property
    def place(self) -> str:
        """The pointer of a demand made of it."""
        return f"{MATERIALS}{self.material}" if self.material else self.pointer


def _by_code(*entries: Entry) -> Mapping[str, Entry]:
    return {entry.code: entry for entry in entries}


#: What window staff find on papers and in persons; codes begin with ``window.``.
FINDINGS: Final = _by_code(
    Entry("window.signature", "申请材料缺少签名或者盖章，请补齐。", "市场主体登记管理条例实施细则第十五条",
          "在签名处由本人签名，单位加盖公章", "需要签名的人员本人到场，或者已签好的原件"),
    Entry("window.real_name", "有人员没有完成实名验证，请本人办理。", "市场主体登记管理条例实施细则第十六条",
          "", "本人身份证件"),
    Entry("window.identity_copy", "身份证件影像不清或者缺页，请重新提供。", "市场主体登记管理条例第十六条",
          "正反面完整、文字清晰、没有反光", "身份证件原件", "identity"),
    Entry("window.identity_expired", "身份证件已经过期，请换领后提供。", "市场主体登记管理条例第十六条",
          "有效期内的证件", "新的身份证件原件", "identity"),
    Entry("window.lease", "房屋租赁合同缺页或者缺少双方签字，请补齐。", "市场主体登记管理条例第十六条",
          "从首页到签字页完整，出租人和承租人都签字", "租赁合同原件", "lease"),
    Entry("window.title_deed", "房屋权属证明缺少权利人签字页或者与住所不一致，请重新提供。",
          "市场主体登记管理条例第十六条", "权利人、坐落、面积三处都能看清", "不动产权证书原件", "title_deed"),
    Entry("window.neighbours", "住宅作为经营场所，缺少有利害关系的业主同意的证明，请补齐。", "民法典第二百七十九条",
          "写明门牌号、业主姓名、同意的用途并签字", "业主签字的同意证明", "neighbours"),
    Entry("window.permit", "经营范围中有登记前须经批准的项目，缺少批准文件，请提供。", "市场主体登记管理条例第十四条",
          "在有效期内、许可项目与经营范围一致", "批准文件或者许可证件原件", "permit"),
    Entry("window.holder_licence", "单位股东（合伙人）的主体资格文件不齐，请补齐。", "市场主体登记管理条例第十六条",
          "营业执照复印件并加盖该单位公章", "单位股东（合伙人）的营业执照", "holder_licence"),
    Entry("window.address", "住所与证明文件不一致，请核对门牌号后修改。", "市场主体登记管理条例第十六条",
          "星河区云岭大道 88 号 3 栋 502 室", "住所的证明文件", pointer="/premises/detail"),
    Entry("material.unlisted", "请另外提供办事指南以外的材料。"),
)  # fmt: skip

#: What departments demand under codes they share; the sentence is always theirs.
DEMANDS: Final = _by_code(
    Entry("R01", "", "企业名称登记管理规定第十七条", "换一个同行业没有登记过的字号", "有投资关系的，带投资关系证明"),
    Entry("R02", "", "企业名称登记管理规定第六、八、十一条"),
    Entry("R03", "", "市场主体登记管理条例第十六条", "星河区云岭大道 88 号 3 栋 502 室", "住所的证明文件"),
    Entry("R04", "", "市场主体登记管理条例第十四条", "从经营范围规范目录中选择条目"),
    Entry("R05", "", "市场主体登记管理条例第十四条", "", "批准文件或者许可证件原件"),
    Entry("R06", "", "市场主体登记管理条例第十三条", "各股东（合伙人）认缴出资额相加等于注册资本（出资额）"),
    Entry("R07", "", "公司法（2023）第四十七条", "成立之日起五年以内的日期"),
    Entry("R08", "", "市场主体登记管理条例实施细则第十六条", "", "本人身份证件"),
    Entry("R10", "", "公司法（2023）第七十六条", "监事由董事、高级管理人员以外的人担任"),
    Entry("R11", "", "市场主体登记管理条例第十六条", "有效期内的证件", "新的身份证件原件"),
    Entry("S04", "", "", "写明委托事项和期限，由法定代表人（经营者、投资人）签名", "法定代表人（经营者、投资人）签名的授权委托书"),
    Entry("T01", "", "", "", "本人身份证件"),
    Entry("B03", "", "", "", "法定代表人（经营者、投资人）身份证件原件"),
    Entry("B08", "", "", "", "法定代表人（经营者、投资人）身份证件原件"),
)  # fmt: skip

#: What is brought for what the form's own checks find; all else is put right in the form.
BROUGHT_FOR: Final = _by_code(
    Entry("cert.expired", "", bring="换领后的证件原件"),
    Entry("upload.too_heavy", "", bring="原件，可以在窗口扫描"),
)

CATALOGUE: Final[Mapping[str, Entry]] = {**FINDINGS, **DEMANDS, **BROUGHT_FOR}


def completed(item: Item, catalogue: Mapping[str, Entry] = CATALOGUE) -> Item:
    """The demand with what the catalogue adds to it; what it says itself stays."""
    entry = catalogue.get(item.code)
    if entry is None:
        return item
    return replace(
        item,
        message=item.message or entry.message,
        rule=item.rule or entry.rule,
        example=item.example or entry.example,
        bring=item.bring or entry.bring,
        pointer=item.pointer or (entry.place if item.origin == "window" else ""),
    )
