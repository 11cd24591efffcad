"""How the package comes to its applicant, in the words of a page."""

from collections.abc import Iterator
from typing import Any

from forms import codes
from forms.structure.tour import walk
from kaiban.domain.cases.case import Case
from kaiban.domain.papers.delivery import (
    ARRIVING,
    RETURN,
    last_choice,
    last_posting,
    leaves_by,
    mode_of,
    settled_by,
)
from kaiban.orchestrator.applicant.aftercare.delivering import SECTION, SETTLED
from kaiban.web.presentation.texts import clock, say
from kaiban.web.service import asked_by

#: What to do to get the package on paper, by how the applicant wants it.
WAYS = {
    "window": "请在大厅开门时间到出件窗口领取。",
    "kiosk": "请到大厅自助机，用续办码和手机号码打开本页后打印。",
    "post": "证照包会寄到您填写的地址，寄出后这里会显示运单号。",
    "electronic": "您选择了只要电子件：下载保存即可。",
}
#: The same as long as it is not where it is fetched: another hall took the application in (跨域通办).
ON_ITS_WAY = "结果先送到收件大厅，到了以后会通知您，再去领取。"
#: How somebody has to come to the hall, and what they have to bring.
BRING = {
    "window": "请带：领取人身份证原件，和印有续办码的受理回执；他人代领的，另带授权委托书。",
    "kiosk": "请带：续办码，和能收短信的手机。",
}


def way_of(case: Case) -> dict[str, Any]:
    """How the package comes, what was done with it, and whether that may still be changed."""
    mode, posted, settled = mode_of(case), last_posting(case), settled_by(case)
    title = codes.DELIVERY_MODES.label(mode) if mode else ""
    return {
        "title": say(title),
        "text": say(ON_ITS_WAY if leaves_by(case) in (RETURN, ARRIVING) else WAYS.get(mode, "")),
        "bring": say(BRING.get(mode, "")),
        "posted": posted.facts if posted else {},
        "posted_at": clock(posted.at) if posted else "",
        "stale": bool(posted and posted.code != str(case.package_version)),
        "rows": [{"key": key, "value": value} for key, value in _told(case)],
        "handed_out_at": clock(settled.at) if settled and settled.kind == "handed_out" else "",
        "settled": say(SETTLED[settled.kind].message) if settled else "",
    }


def _told(case: Case) -> Iterator[tuple[str, str]]:
    """What else was said of it, personal answers masked, and when that was changed."""
    for line in walk({SECTION: case.form.get(SECTION, {})}, asked_by(case.form)):
        if line.pointer != "/delivery/mode":
            yield say(line.label), line.shown
    if changed := last_choice(case):
        yield say("最近一次更改"), clock(changed.at)
