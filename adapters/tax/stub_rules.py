"""What the tax bureau accepts, and what it says when it does not (protocol.md, sections 3 and 4)."""

import re
from collections.abc import Callable, Iterator, Mapping

TEXTS = {
    "0000": "成功",
    "1000": "已接收",
    "1101": "用户名或口令错误",
    "1102": "请求时间偏差过大",
    "1103": "应用未授权",
    "2001": "登记信息已确认，请勿重复提交。",
    "2404": "未找到申请",
    "3002": "法定代表人名下存在非正常户（示范市旧关联公司），请先处理。",
    "3900": "申请已办结，不能撤回",
    "4000": "报文格式错误",
    "4001": "数据校验未通过",
    "5009": "主管税务机关未分配，稍后重试。",
    "6000": "已撤回",
}

REASONS = {
    "T01": "法定代表人/办税人员未完成实名信息采集和验证。",
    "T03": "最高开票限额申请超过10万元，首次申领不予核定，请调整或说明。",
    "T04": "财务负责人信息缺失或与其他企业重复过多，列入风险核查。",
    "T06": "实际经营地址与登记住所不符或被标记为风险地址，需实地核查。",
    "T07": "纸质发票领用请提供发票专用章印模。",
    "T08": "联系电话与登记信息不一致。",
}
XPATHS = {
    "T01": "/ywbw/djxxqr/bsy/xm",
    "T03": "/ywbw/pzhd/zgkpxe",
    "T04": "/ywbw/djxxqr/cwfzr/xm",
    "T06": "/ywbw/djxxqr/zcdz",
    "T07": "/ywbw/pzhd/fpzyzym",
    "T08": "/ywbw/djxxqr/lxdh",
}
FOUND_IN_REVIEW = frozenset({"T01", "T02", "T06"})
#: Refusals that are a code of their own, not an error in a list.
OWN_CODE = {"T02": "3002", "T05": "2001", "T09": "5009"}

PAPER = frozenset({"01", "03", "04", "06"})
INVOICES = {
    "81": "数电发票（增值税专用发票）",
    "82": "数电发票（普通发票）",
    "01": "纸质增值税专用发票",
    "04": "纸质增值税普通发票",
    "06": "增值税普通发票（卷票）",
    "03": "机动车销售统一发票",
}
AUTHORITIES = {
    "990102": "示范市开元区税务局（虚构）",
    "990103": "示范市云启区税务局（虚构）",
    "990104": "示范市临江区税务局（虚构）",
}
#: Tax kinds with the period of small-scale and of general taxpayers.
TAX_KINDS = (
    ("10101", "增值税", "季", "月"),
    ("10109", "城市维护建设税", "季", "月"),
    ("30203", "教育费附加", "季", "月"),
    ("30216", "地方教育附加", "季", "月"),
    ("10104", "企业所得税", "季", "季"),
    ("10106", "个人所得税（代扣代缴）", "月", "月"),
    ("10111", "印花税", "季", "季"),
)

#: What people pay on what their business earns, in the place of 企业所得税.
INCOME_OF_PEOPLE = ("10106", "个人所得税（经营所得）", "季", "季")
#: 企业所得税法 art. 1: sole proprietorships and partnerships do not pay it; self-employed businesses (92 in their code) are no enterprises.
NOT_COMPANIES = ("（个人独资）", "（普通合伙）", "（有限合伙）", "（特殊普通合伙）")


def tax_kinds(code: str, name: str) -> Iterator[tuple[str, str, str, str]]:
    """Return the tax kinds of a taxpayer by credit code and name, as the registrar tells the bureau whose they are."""
    people = code.startswith("92") or name.endswith(NOT_COMPANIES)
    for kind in TAX_KINDS:
        yield INCOME_OF_PEOPLE if people and kind[1] == "企业所得税" else kind


HIGHEST_LIMIT = 100_000

Leaves = Mapping[str, list[str]]


def first(leaves: Leaves, path: str) -> str:
    """Return the first text at the path, "" if there is none."""
    return leaves.get(f"/ywbw/{path}", [""])[0]


def _limit_too_high(leaves: Leaves) -> bool:
    limit = first(leaves, "pzhd/zgkpxe")
    return bool(limit) and not (limit.isdecimal() and int(limit) <= HIGHEST_LIMIT)


def _paper_without_impression(leaves: Leaves) -> bool:
    paper = PAPER.intersection(leaves.get("/ywbw/pzhd/fp/fpzl", ()))
    return bool(paper) and not first(leaves, "pzhd/fpzyzym")


#: What is visible in the application itself.
AT_ONCE: tuple[tuple[str, Callable[[Leaves], bool]], ...] = (
    ("T03", _limit_too_high),
    ("T04", lambda leaves: not first(leaves, "djxxqr/cwfzr/xm")),
    ("T07", _paper_without_impression),
    ("T08", lambda leaves: not re.fullmatch(r"[0-9-]{7,20}", first(leaves, "djxxqr/lxdh"))),
)
IN_REVIEW: tuple[tuple[str, Callable[[Leaves], bool]], ...] = (
    ("T06", lambda leaves: "集群" in first(leaves, "djxxqr/zcdz")),
)

_PERSON = ("xm", "sfzjlx", "sfzjhm", "yddh")
_APPLICATION = frozenset(
    f"/ywbw/{path}"
    for path in (
        *(f"djxxqr/{name}" for name in ("nsrsbh", "nsrmc", "zcdz", "lxdh", "nsrlx", "ybnsrqsy")),
        *(f"djxxqr/{name}" for name in ("hsfs", "kjzd", "yblsh")),
        *(f"djxxqr/{who}/{name}" for who in ("fddbr", "cwfzr", "bsy") for name in _PERSON),
        *(f"pzhd/{name}" for name in ("fp/fpzl", "fp/mycyl", "zgkpxe", "zed", "fpzyzym")),
        *(f"pzhd/lpr/{name}" for name in ("xm", "sfzjhm")),
    )
)
#: The elements each transaction may contain.
KNOWN = {
    "SW0101": frozenset(path for path in _APPLICATION if "/pzhd/" not in path),
    "SW0102": _APPLICATION,
    "SW0103": frozenset({"/cx/sqlsh", "/cx/nsrsbh"}),
    "SW0104": frozenset({"/ch/sqlsh"}),
}
_FORMS = {
    "djxxqr/nsrsbh": r"[0-9A-Z]{18}",
    "djxxqr/nsrmc": r".+",
    "djxxqr/zcdz": r".+",
    "djxxqr/nsrlx": r"[12]",
    "djxxqr/hsfs": r"[12]",
    "djxxqr/kjzd": r"101|102|199",
}


def malformed(transaction: str, leaves: Leaves) -> str:
    """Name the first element that is unknown, missing or of the wrong form, "" if there is none."""
    unknown = sorted(set(leaves) - KNOWN[transaction])
    if unknown:
        return unknown[0]
    if transaction == "SW0102" and not set(leaves.get("/ywbw/pzhd/fp/fpzl", ())) <= set(INVOICES):
        return "/ywbw/pzhd/fp/fpzl"
    if transaction in {"SW0101", "SW0102"}:
        wrong = (p for p, form in _FORMS.items() if not re.fullmatch(form, first(leaves, p)))
        return next(wrong, "")
    return ""
