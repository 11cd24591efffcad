"""重算办理用时 · Work out the hours of a case again, from its case file alone. Python 3.11 or later, nothing to install.

    python hours.py CASE-FILE.zip

It reads events.json and hours.json: what happened, and by which calendar it was counted. Every minute is looked at by
itself and given to one holder, by the rule printed on the hours sheet (RULE below). Exit 0: the same minutes as the
platform says; 1: others, both are shown; 2: no case file. That the file is the platform's own, `kaiban verify` checks.
"""

# fmt: off
# 每一分钟只归一方，看这一分钟里最后的状态，依次判断：大厅未开放的；整个办件结束以后、增加环节以前的，归申请人；跨域通办在受理大厅
# 接收以前的，待补正归申请人，其余归拿着它的大厅；有环节待补正、其余都在等待或者已经结束的，归申请人；特别程序；有环节由窗口处理
# 的，归窗口；部门已收件、尚未答复的，归该部门，几个部门同时在办的，归次序在前的；其余归平台。

import json
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

HALL_TIME, MINUTE = timezone(timedelta(hours=8)), timedelta(minutes=1)
OVER = {"completed", "completed_partly", "refused", "withdrawn"}
IDLE = {"waiting", "done", "refused", "cancelled", "needs_correction"}
PAUSES = ("applicant", "special")

def minute_of(text: str) -> datetime:
    """The minute an instant lies in, on the clock of the hall."""
    return datetime.fromisoformat(text).astimezone(HALL_TIME).replace(second=0, microsecond=0)

def is_open(days: Mapping[str, list[str]], minute: datetime) -> bool:
    """Whether the hall was open in that minute: its openings are written down day by day, "09:00-12:00"."""
    clock = f"{minute:%H:%M}"
    return any(shift[:5] <= clock < shift[6:] for shift in days[f"{minute:%Y-%m-%d}"])

class Standing:
    """How a case stands: the state of each step, of the case, and which hall has it on its way in."""

    def __init__(self, order: list[str]) -> None:
        self.order, self.case, self.hall = order, "in_progress", ""
        self.steps: dict[tuple[str, str], str] = {}

    def take(self, event: Mapping[str, Any]) -> None:
        """What an event changes."""
        if event["kind"] == "step":
            self.steps[event["link"], event["step"]] = event["after"]
        elif event["kind"] == "case":
            self.case = event["after"]
        elif event["kind"] in ("taken_in", "sent_on", "received"):
            self.hall = event["after"]

    def owner(self) -> str:
        """Whose a minute is in which it stands like this, the hall being open."""
        seen = set(self.steps.values())
        if self.case in OVER:
            return "applicant"
        if self.hall:
            return "applicant" if self.case == "needs_correction" else f"hall:{self.hall}"
        if "needs_correction" in seen and seen <= IDLE:
            return "applicant"
        if self.case == "suspended":
            return "special"
        if "manual" in seen:
            return "window"
        busy = {link for (link, _), state in self.steps.items() if state in ("submitted", "in_review")}
        first = [*filter(busy.__contains__, self.order), *sorted(busy)]
        return f"department:{first[0]}" if first else "platform"

def owners(events: list[dict[str, Any]], told: Mapping[str, Any]) -> Iterator[str]:
    """Whose each minute is, from acceptance to the end."""
    standing, waiting, days = Standing(told["order"]), list(events), told["clock"]["halls"][told["hall"]]
    minute, end = minute_of(told["from"]), minute_of(told["until"])
    while minute < end:
        while waiting and minute_of(waiting[0]["at"]) <= minute:
            standing.take(waiting.pop(0))
        yield standing.owner() if is_open(days, minute) else "closed"
        minute += MINUTE

def hours(events: list[dict[str, Any]], told: Mapping[str, Any]) -> dict[str, Any]:
    """The minutes of a case: wall, closed, paused, working, and by whose they were."""
    parts = Counter(owners(events, told))
    wall, paused = sum(parts.values()), sum(parts[name] for name in PAUSES)
    working = wall - parts["closed"] - paused
    return {"wall": wall, "closed": parts["closed"], "paused": paused, "working": working, "parts": {name: parts[name] for name in sorted(parts) if parts[name]}}

def main(arguments: list[str]) -> int:
    """0, 1 or 2, with one sentence."""
    try:
        with zipfile.ZipFile(arguments[0]) as file:
            events, told = (json.loads(file.read(name)) for name in ("events.json", "hours.json"))
        found = hours(events, told)
    except (OSError, IndexError, KeyError, ValueError, zipfile.BadZipFile) as error:
        print(__doc__, error, sep="\n", file=sys.stderr)
        return 2
    print("✓ 一致 (the same):" if found == told["said"] else f"✗ 不一致 (not the same): {told['said']} ≠", found)
    return 0 if found == told["said"] else 1

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
