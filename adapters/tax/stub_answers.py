"""The bureau's inner documents: receipts, lists of errors, results with their papers."""

import base64
from collections.abc import Iterator, Mapping
from typing import Any

from adapters.hall.papers.originals import sample_paper
from adapters.tax import stub_rules as rules
from adapters.tax.stub_xml import tag, tags

Application = Mapping[str, Any]

NOTES = (
    "",
    "数电发票通过电子发票服务平台开具，不需要领用税控设备。",
    "纸质发票凭办税人员身份证件到办税服务厅领取，也可以邮寄。",
    "发票总额度按月计算，不够用时可以在电子税务局申请调整。",
)


def receipt(application: Application) -> str:
    """Return ``sl``: which application, and the bureau's own number for it."""
    return tag("sl", _numbers(application))


def errors(application: Application, found: list[str]) -> str:
    """Return ``cwxx`` with every finding."""
    listed = (
        tag("cw", tags({"dm": each, "xpath": rules.XPATHS[each], "ms": rules.REASONS[each]}))
        for each in found
    )
    return tag("cwxx", _numbers(application), *listed)


def result(application: Application) -> str:
    """Return ``jg``: what is granted, with its papers."""
    leaves = application["leaves"]
    head = {
        "nsrsbh": application["uscc"],
        "zgswjg": _authority(application),
        "swjgdm": f"1{application['region']}0000",
        "bsy": rules.first(leaves, "djxxqr/bsy/xm"),
    }
    kinds = tag("sfzrd", *(tag("sfz", tags(kind)) for kind in _tax_kinds(application)))
    papers = (_paper(*paper) for paper in _papers(application))
    return tag("jg", _numbers(application), tags(head), kinds, _invoices(application), *papers)


def _numbers(application: Application) -> str:
    return tags({"sqlsh": application["number"], "slh": application["receipt"]})


def _authority(application: Application) -> str:
    return rules.AUTHORITIES.get(application["region"], "示范市税务局第一税务所（虚构）")


def _tax_kinds(application: Application) -> Iterator[dict[str, str]]:
    general = rules.first(application["leaves"], "djxxqr/nsrlx") == "2"
    kinds = rules.tax_kinds(application["uscc"], application["name"])
    for code, title, small_period, general_period in kinds:
        yield {"dm": code, "mc": title, "zq": general_period if general else small_period}


def _granted_invoices(application: Application) -> Iterator[dict[str, Any]]:
    limit = rules.first(application["leaves"], "pzhd/zgkpxe") or "10000"
    for invoice in application["invoices"]:
        code = invoice["fpzl"]
        quantity = invoice.get("mycyl") or ("25" if code in rules.PAPER else None)
        yield {"dm": code, "mc": rules.INVOICES[code], "xe": limit, "sl": quantity}


def _invoices(application: Application) -> str:
    granted = list(_granted_invoices(application))
    if not granted:
        return ""
    total = rules.first(application["leaves"], "pzhd/zed") or "100000"
    return tag("pzhd", *(tag("fp", tags(invoice)) for invoice in granted), tags({"zed": total}))


def _papers(application: Application) -> Iterator[tuple[str, list[str]]]:
    leaves = application["leaves"]
    who = [f"纳税人名称：{application['name']}", f"纳税人识别号：{application['uscc']}"]
    kinds = [f"{kind['mc']}  按{kind['zq']}申报" for kind in _tax_kinds(application)]
    place = [
        f"注册地址：{rules.first(leaves, 'djxxqr/zcdz')}",
        f"主管税务机关：{_authority(application)}",
    ]
    yield "税务登记信息确认表", [*who, *place, "", "税（费）种认定", *kinds]
    invoices = [
        f"{each['mc']}  单份最高 {each['xe']} 元"
        + (f"，每月 {each['sl']} 份" if each["sl"] else "")
        for each in _granted_invoices(application)
    ]
    if invoices:
        yield "票种核定通知", [*who, "", *invoices, *NOTES]


def _paper(title: str, lines: list[str]) -> str:
    content = base64.b64encode(sample_paper(title, lines)).decode()
    return tag("wj", tags({"mc": title, "nr": content}))
