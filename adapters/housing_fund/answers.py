"""What the centre says in a result file: its codes, its lines, and what is granted."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema

from adapters.base import Verdict
from adapters.wire.piped import Record
from kaiban.ports import Document, Unknown


@dataclass(frozen=True)
class Code:
    """What a code means; ``ours`` is the domain's (H01...), ``fields`` are fields of Needs."""

    verdict: Verdict
    ours: str = ""
    fields: tuple[str, ...] = ()


CODES: Mapping[str, Code] = {
    "00": Code(Verdict.DONE),
    "F01": Code(Verdict.UNFIT),
    "F02": Code(Verdict.UNFIT),
    "F03": Code(Verdict.UNFIT),
    "L01": Code(Verdict.CORRECT, "H02", ("cert_no",)),
    "L02": Code(Verdict.CORRECT, "H01", ("unit_ratio", "personal_ratio")),
    "L03": Code(Verdict.CORRECT, "H08", ("cert_no",)),
    "L04": Code(Verdict.CORRECT, "H03", ("wage",)),
    "L05": Code(Verdict.REJECTED, "H04"),
    "L06": Code(Verdict.CORRECT, "H05", ("first_month",)),
    "L07": Code(Verdict.CORRECT, "H06", ("clerk",)),
    "L09": Code(Verdict.CORRECT, "H09", ("branch",)),
    "L10": Code(Verdict.REJECTED, "H10"),
}
#: The records of a result file, with their free text (protocol.md).
RECORDS = {
    "H": Record(6, {4}),
    "DU": Record(11, {4}),
    "DP": Record(9, {4}),
    "DF": Record(6, {3}),
}


class AccountResult(Schema):
    """One employee's account."""

    name = fields.String(required=True, metadata={"label": "姓名"})
    cert_mask = fields.String(required=True, metadata={"label": "证件号码"})
    account = fields.String(required=True, metadata={"label": "个人账号"})
    monthly = fields.String(required=True, metadata={"label": "月缴存额（元）"})


class Result(Schema):
    """What is granted: a pre-registration number, or the unit's account with its employees'."""

    pre_number = fields.String(metadata={"label": "预登记号"})
    unit_account = fields.String(metadata={"label": "单位账号"})
    unit_ratio = fields.Integer(metadata={"label": "单位缴存比例（%）"})
    personal_ratio = fields.Integer(metadata={"label": "个人缴存比例（%）"})
    first_month = fields.String(metadata={"label": "首次汇缴年月"})
    payday = fields.Integer(metadata={"label": "发薪日"})
    remark = fields.String(metadata={"label": "备注", "follow_up": True})
    people = fields.List(fields.Nested(AccountResult), metadata={"label": "个人账户"})

    @validates_schema
    def _one_of_the_two(self, found: Mapping[str, Any], **_: Any) -> None:
        whole = set(self.fields) - {"pre_number"}
        if found.keys() not in ({"pre_number"}, whole) or "" in (
            found.get("pre_number"),
            found.get("unit_account"),
        ):
            raise ValidationError("neither a pre-registration nor a registration")


@dataclass(frozen=True)
class Examined:
    """A result file, taken apart: the unit's record, the persons', the originals'."""

    unit: Sequence[str]
    people: Sequence[Sequence[str]]
    files: Sequence[Sequence[str]]

    @classmethod
    def of(cls, lines: Sequence[Sequence[str]]) -> "Examined":
        """Take the D records apart; raises Unknown if they are not as the protocol says."""
        right = all(
            len(line) > len("DS")
            and line[0] + line[2] in RECORDS
            and len(line) == RECORDS[line[0] + line[2]].width
            and line[1] == str(number)
            for number, line in enumerate(lines, 1)
        )
        kinds = "".join(line[2] for line in lines) if right else ""
        if kinds != "U" + "P" * kinds.count("P") + "F" * kinds.count("F"):
            raise Unknown("the result file has other records than the protocol says")
        people = 1 + kinds.count("P")
        return cls(lines[0], lines[1:people], lines[people:])

    @property
    def name(self) -> str:
        """The unit it is about."""
        return self.unit[10]

    @property
    def granted(self) -> dict[str, Any]:
        """What is granted, in the words of Result."""
        text, number, unit, personal, month, payday = self.unit[4:10]
        if not payday:
            return {"pre_number": number}
        return {
            "unit_account": number,
            "unit_ratio": unit,
            "personal_ratio": personal,
            "first_month": f"{month[:4]}-{month[4:]}",
            "payday": payday,
            "remark": text,
            "people": [_account(line) for line in self.people],
        }

    @property
    def documents(self) -> tuple[Document, ...]:
        """The originals; raises Unknown if one does not decode."""
        try:
            return tuple(
                Document(name, title, "application/pdf", base64.b64decode(content, validate=True))
                for _d, _seq, _f, title, name, content in self.files
            )
        except binascii.Error as error:
            raise Unknown("a document is not base64") from error


def _account(line: Sequence[str]) -> dict[str, str]:
    _d, _seq, _p, _code, _text, account, name, mask, amount = line
    if not amount.isdecimal():
        raise Unknown("an amount is not a number of fen")
    yuan = Decimal(amount).scaleb(-2)
    return {"name": name, "cert_mask": mask, "account": account, "monthly": f"{yuan:.2f}"}
