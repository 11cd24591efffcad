"""What the seal register accepts, and what it says when it does not (protocol.md, sections 3 and 5)."""

import re
from collections.abc import Callable, Mapping
from typing import Any

TEXTS = {
    "000": "成功",
    "101": "会话密钥已失效，请重新获取",
    "102": "非服务时间，请于开门后办理",
    "110": "验签失败",
    "111": "报文解密失败",
    "201": "报文编号重复",
    "320": "印章已开始制作，不能撤单",
    "321": "订单不存在",
}

REASONS = {
    "S01": "印章名称与营业执照不一致（含括号全半角），请核对后重新提交。",
    "S02": "法定代表人/经办人人像比对未通过，请本人重新核验。",
    "S03": "该统一社会信用代码已有有效公章备案，重复刻制须先办理变更或缴销。",
    "S04": "授权委托书缺少法定代表人签名或授权事项不明确，请补正。",
    "S05": "所选刻章单位已停业或无备案资质，请重选。",
    "S06": "企业信息尚未推送到印章治安管理信息系统，请稍后重试。",
    "S07": "印文字数超出章面规格，请确认排版。",
    "S08": "法定代表人名章须与身份证姓名一致。",
}
FOUND_IN_REVIEW = frozenset({"S02", "S04"})
#: Whoever comes with these again is refused again.
FOR_GOOD = frozenset({"S03"})

SHOPS = {
    "990102000001": ("示范市开元印章店（虚构）", "1"),
    "990102000002": ("示范市鼎信印章有限公司（虚构）", "1"),
    "990103000001": ("示范市云启刻字社（虚构）", "1"),
    "990104000001": ("示范市临江印务有限公司（虚构）", "1"),
    "990199000009": ("示范市旧城刻字社（虚构，已停业）", "0"),
}

OFFICIAL, LEGAL_REP = "01", "05"
SEAL_TYPES = {
    "01": "公章", "02": "财务专用章", "03": "发票专用章", "04": "合同专用章", "05": "法定代表人名章",
}  # fmt: skip
LONGEST_TEXT = 32
MOST_SEALS = 10

Order = Mapping[str, Any]

#: What is visible in the order itself, in the order in which the register looks.
AT_ORDER: tuple[tuple[str, Callable[[Order], bool]], ...] = (
    ("S01", lambda order: bool(re.search(r"[()]", order["unitName"]))),
    ("S05", lambda order: SHOPS.get(order["shopCode"], ("", "0"))[1] != "1"),
    ("S07", lambda order: len(order["unitName"]) > LONGEST_TEXT),
    ("S01", lambda order: _text(order, OFFICIAL) not in {"", order["unitName"]}),
    ("S08", lambda order: _text(order, LEGAL_REP) not in {"", order["legalRep"]["name"]}),
)
IN_REVIEW: tuple[tuple[str, Callable[[Order], bool]], ...] = (
    ("S04", lambda order: "agent" in order and "印章" not in order["agent"]["authority"]),
)

_TEXT, _NUMBER = re.compile(r"\S.*", re.DOTALL), re.compile(r"[1-9]")
_ANY = re.compile(r".*", re.DOTALL)
_PERSON = {"name": _TEXT, "certType": re.compile(r"0[1-59]"), "certNo": _TEXT, "mobile": _TEXT}
USCC = re.compile(r"[0-9A-Z]{18}")

#: The fields of each transaction; a list means "any number of these", a "?" may be left out.
SHAPES: Mapping[str, Mapping[str, Any]] = {
    "GY0001": {},
    "GY0101": {
        "clientNo": re.compile(r".{1,64}"),
        "uscc": USCC,
        "unitName": _TEXT,
        "regionCode": re.compile(r"\d{6}"),
        "legalRep": _PERSON,
        "agent?": {"name": _TEXT, "certNo": _TEXT, "authority": _ANY},
        "shopCode": re.compile(r"\d{12}"),
        "electronicSeal": re.compile(r"[01]"),
        "correctsOrder": _ANY,
        "seals": [
            {
                "sealType": re.compile(r"0[1-5]"),
                "text": _TEXT,
                "material": re.compile(r"[1-6]"),
                "qty": _NUMBER,
                "payer": re.compile(r"[12]"),
            }
        ],
    },
    "GY0102": {"uscc": USCC, "sealType": _ANY},
    "GY0103": {"uscc": USCC, "orderNo": _TEXT},
    "GY0104": {},
}


def wrong_field(shape: Any, value: Any, at: str = "body") -> str:
    """Name the first field that is unknown, missing or malformed, or "" if there is none."""
    if isinstance(shape, re.Pattern):
        return "" if shape.fullmatch(str(value)) else at
    if isinstance(shape, list):
        return _wrong_in_list(shape[0], value, at)
    if not isinstance(value, dict):
        return at
    return _wrong_in_object(shape, value, at)


def _wrong_in_list(shape: Any, value: Any, at: str) -> str:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_SEALS:
        return at
    found = (wrong_field(shape, each, f"{at}[{n}]") for n, each in enumerate(value))
    return next(filter(None, found), "")


def _wrong_in_object(shape: Mapping[str, Any], value: Mapping[str, Any], at: str) -> str:
    known = {name.rstrip("?"): (inner, name.endswith("?")) for name, inner in shape.items()}
    for name in value:
        if name not in known:
            return f"{at}.{name}"
    for name, (inner, optional) in known.items():
        if name not in value:
            if not optional:
                return f"{at}.{name}"
            continue
        wrong = wrong_field(inner, value[name], f"{at}.{name}")
        if wrong:
            return wrong
    return ""


def _text(order: Order, seal_type: str) -> str:
    texts = (seal["text"] for seal in order["seals"] if seal["sealType"] == seal_type)
    return next(texts, "")
