"""What happened to a case: the only source the hours may be computed from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Event:
    """One thing that happened, in the order it happened; never changed afterwards.

    ``kind`` is one of KINDS. ``at`` is a UTC instant, never before that of the event before it.
    ``text`` is for people; a department's own words in it may name somebody. ``clock_at`` is what
    the clock said, if that was before the event before it, whose instant was taken then.
    """

    kind: str
    at: datetime
    actor: str
    link: str = ""
    step: str = ""
    before: str = ""
    after: str = ""
    code: str = ""
    text: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    clock_at: datetime | None = None


#: Every kind of event, with what it means to the reader of a time line.
KINDS = {
    "accepted": "收件",
    "assisted": "窗口帮办",
    "link_added": "增加环节",
    "step": "环节状态变化",
    "fact": "取得办理结果",
    "progress_link": "给出进度链接",
    "notice": "发出一次性告知书",
    "finding": "窗口提出问题",
    "finding_dropped": "从告知书中删去",
    "finding_unsent": "窗口提出的问题没有发出",
    "unsent_known": "知道问题没有发出",
    "unlisted": "要求清单以外的材料",
    "notice_read": "申请人查看告知书",
    "notice_handed": "告知书当面送达",
    "notice_settled": "在窗口改好",
    "copied": "抄告监督人员",
    "corrected": "申请人补正",
    "explained": "申请人说明",
    "left_out": "申请人不再办理",
    "deferred": "承诺容缺补交",
    "material": "补交材料",
    "taken": "窗口人员认领",
    "handed_on": "转交其他窗口人员",
    "taken_over": "由其他窗口人员接手",
    "vouched": "窗口对照原件核对属实",
    "resent": "窗口核实后重新发送",
    "edited": "窗口修改后重新发送",
    "edit_asked": "窗口请第二人复核修改",
    "edit_approved": "修改通过复核",
    "edit_refused": "修改没有通过复核",
    "stale": "环节已按修改前内容办理",
    "withdrawal": "申请人撤回",
    "sheet": "打印办件单",
    "irrevocable": "不能撤销",
    "case": "办件状态变化",
    "package": "证照包生成",
    "delivery": "更改领取方式",
    "posted": "证照包寄出",
    "handed_out": "证照包在窗口领取",
    "fetch_reminder": "提醒领取证照包",
    "reconciled": "系统自动接续",
    "deadline": "期限提醒",
    "answer_due": "提醒补正期限",
    "fetch_due": "提醒领取期限",
    "messages": "通知设置",
    "complaint": "办不成事反映",
    "card": "红黄牌",
    "card_appealed": "红黄牌申诉",
    "card_upheld": "红黄牌复核后维持",
    "card_cleared": "撤牌",
    "lapsed": "逾期未补交",
    "committed": "作出告知承诺",
    "commitment_true": "告知承诺核查属实",
    "commitment_false": "告知承诺核查不实",
    "extended": "延长补交期限",
    "waived": "不再要求补交",
    "forwarded": "补交材料转给部门",
    "taken_in": "跨域收件",
    "original_seen": "核验原件",
    "sent_on": "转交受理大厅",
    "received": "受理大厅接收",
    "result_sent": "结果送往收件大厅",
    "result_received": "收件大厅收到结果",
}
