"""Who saw what: every time something of a case was shown to somebody else than its owner, or in full to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

#: To whom, by kind, with what people read.
RECIPIENTS: Mapping[str, str] = {
    "department": "部门",
    "staff": "工作人员",
    "program": "对接系统",
    "verifier": "核验人",
    "owner": "您本人",
}

#: Why, with what people read.
WHYS: Mapping[str, str] = {
    "send": "送办",
    "correct": "补正",
    "sheet": "打印送办单",
    "query": "查询",
    "window": "窗口查看",
    "unmask": "窗口查看完整信息",
    "assist": "窗口帮办填写",
    "copy": "窗口照抄到新的申请",
    "original": "窗口核验材料原件",
    "download": "下载证照包",
    "file": "导出电子案卷",
    "verify": "核验证照包",
    "whole": "显示完整内容",
}


@dataclass(frozen=True)
class Disclosure:
    """Somebody was shown something of a case.

    ``kind`` is of RECIPIENTS, ``why`` of WHYS. ``who`` is the link's name for a department, else
    the account's, "" for the owner. ``what`` are form paths, lists being transparent (``people.holders.name``);
    empty when no field of the form was shown in full: only how the case stands and what was granted, and at the window the
    form with what is sensitive masked.
    ``step`` and ``attempt`` say in which of our exchanges a department was told.
    """

    at: datetime
    kind: str
    who: str
    why: str
    what: tuple[str, ...] = ()
    step: str = ""
    attempt: int = 0
