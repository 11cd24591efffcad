"""What the office says: its sentences, its lines, and what a granted registration contains."""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import Schema, ValidationError, fields, validates_schema

from adapters.base import Verdict
from kaiban.ports import Document, Unknown


@dataclass(frozen=True)
class Sentence:
    """What a sentence means; ``code`` is ours (domain list I01...), ``field`` a field of Needs."""

    verdict: Verdict
    code: str = ""
    field: str = ""


#: What their sentence contains -> what it means.
SENTENCES: Mapping[str, Sentence] = {
    "签到失效": Sentence(Verdict.RENEW),
    "报文重复": Sentence(Verdict.LOOK_UP),
    "已参保登记": Sentence(Verdict.LOOK_UP),
    "并发": Sentence(Verdict.BUSY),
    "未共享": Sentence(Verdict.BUSY, "I07"),
    "非业务时间": Sentence(Verdict.CLOSED),
    "口令错误": Sentence(Verdict.CONFIG),
    "操作员未授权": Sentence(Verdict.CONFIG),
    "报文格式错误": Sentence(Verdict.UNFIT),
    "未查到原交易": Sentence(Verdict.NOT_FOUND),
    "不能冲正": Sentence(Verdict.REJECTED, "2190"),
    "隶属关系与登记信息不符": Sentence(Verdict.CORRECT, "I09", "affiliation"),
    "不属于本统筹区参保范围": Sentence(Verdict.REJECTED, "I10"),
}
#: The same for the sentences on single employees; the fields are MemberNeeds'.
LINES: Mapping[str, Sentence] = {
    "当前在其他单位参保": Sentence(Verdict.CORRECT, "I01", "cert_no"),
    "姓名与身份证号码不匹配": Sentence(Verdict.CORRECT, "I02", "name"),
    "参保日期早于单位成立日期": Sentence(Verdict.CORRECT, "I04", "start_date"),
    "已达法定退休年龄": Sentence(Verdict.CORRECT, "I05", "cert_no"),
    "未满16周岁": Sentence(Verdict.CORRECT, "I06", "cert_no"),
    "名册第": Sentence(Verdict.CORRECT, "I08", "cert_no"),
}
#: Free text of the office (protocol.md). Its sentences stand where others have codes: one that is cut before the words
#: it is known by is still unknown.
FREE = frozenset({"err_msg", "rea"})
INSURANCES: Mapping[str, str] = {
    "110": "企业职工基本养老保险",
    "210": "失业保险",
    "310": "职工基本医疗保险",
    "410": "工伤保险",
    "510": "生育保险",
}
_BEIJING = ZoneInfo("Asia/Shanghai")
_OPENING = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}")


def meaning(sentence: str, table: Mapping[str, Sentence]) -> Sentence:
    """Return the entry whose words the sentence contains; any other sentence is UNKNOWN."""
    found = (entry for words, entry in table.items() if words in sentence)
    return next(found, Sentence(Verdict.UNKNOWN))


def opening(sentence: str) -> datetime | None:
    """Return the next opening a sentence names (Beijing time there), in UTC."""
    found = _OPENING.search(sentence)
    if found is None:
        return None
    local = datetime.strptime(found.group(), "%Y-%m-%d %H:%M").replace(tzinfo=_BEIJING)
    return local.astimezone(UTC)


class InsuredResult(Schema):
    """One employee as insured."""

    name = fields.String(required=True, metadata={"label": "姓名"})
    cert_mask = fields.String(required=True, metadata={"label": "证件号码"})
    personal_number = fields.String(required=True, metadata={"label": "个人编号"})
    base = fields.String(required=True, metadata={"label": "缴费基数（元）"})
    remark = fields.String(required=True, metadata={"label": "备注"})


class Result(Schema):
    """What is granted: a pre-registration number, or the unit with its employees."""

    pre_number = fields.String(metadata={"label": "预登记号"})
    unit_number = fields.String(metadata={"label": "单位编号"})
    insurances = fields.List(fields.String(), metadata={"label": "参保险种"})
    start_month = fields.String(metadata={"label": "参保起始年月"})
    headcount = fields.Integer(metadata={"label": "参保人数"})
    people = fields.List(fields.Nested(InsuredResult), metadata={"label": "参保人员"})

    @validates_schema
    def _one_of_the_two(self, found: Mapping[str, Any], **_: Any) -> None:
        granted = {name for name, value in found.items() if value != ""}
        whole = {"unit_number", "insurances", "start_month", "headcount", "people"}
        if granted not in ({"pre_number"}, whole):
            raise ValidationError("neither a pre-registration nor a registration")


def granted(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Say an effective registration in the words of Result."""
    if entry["infno"] == "2100":
        return {"pre_number": entry["preno"]}
    people = [_insured(line) for line in entry["emps"]]
    return {
        "unit_number": entry["unit_no"],
        "insurances": [INSURANCES.get(code, code) for code in entry["insutypes"]],
        "start_month": entry["begin_month"],
        "headcount": len(people),
        "people": people,
    }


def documents(docs: Sequence[Mapping[str, str]]) -> tuple[Document, ...]:
    """Return the originals; raises Unknown if one does not decode."""
    try:
        return tuple(
            Document(
                doc["name"],
                doc["title"],
                doc["type"],
                base64.b64decode(doc["content"], validate=True),
            )
            for doc in docs
        )
    except binascii.Error as error:
        raise Unknown("a document is not base64") from error


def _insured(line: Mapping[str, Any]) -> dict[str, str]:
    return {
        "name": line["name"],
        "cert_mask": line["cert_mask"],
        "personal_number": line["psn_no"],
        "base": line["base"],
        "remark": line["rea"],
    }
