"""Whose minutes they were, counted one by one from a case's printed events.

Written from the rules, not from the code that is checked: nothing here imports kaiban.
"""

from collections import Counter
from datetime import datetime, time, timedelta

MINUTE = timedelta(minutes=1)
SHIFTS = ((time(9), time(12)), (time(13, 30), time(17, 30)))
AT_DEPARTMENT = {"submitted", "in_review"}
STILL = {"waiting", "needs_correction", "done", "refused", "cancelled"}
ENDED = {"completed", "completed_partly", "refused", "withdrawn"}


def recounted(events, links):
    """Return the ledger: minutes by holder, without those who held it for none."""
    spans = _spans(events)
    first, last = _minute(events[0]), _minute(events[-1])
    count = (last - first) // MINUTE
    whose = (_whose(spans, first + n * MINUTE, links) for n in range(count))
    return dict(Counter(whose))


def _minute(event):
    return datetime.fromisoformat(event["at"]).replace(second=0, microsecond=0)


def _whose(spans, minute, links):
    if not _works(minute):
        return "closed"
    running = {holder for holder, start, end in spans if start <= minute < end}
    order = ["applicant", "window", *(f"department:{name}" for name in links)]
    return min(running, key=order.index, default="platform")


def _works(minute):
    shift = any(opens <= minute.time() < closes for opens, closes in SHIFTS)
    return shift and minute.isoweekday() <= 5


def _spans(events):
    spans, begun, states, case = [], {}, {}, "in_progress"
    for event in events:
        if event["kind"] == "step":
            states[event["link"], event["step"]] = event["after"]
        if event["kind"] == "case":
            case = event["after"]
        holders = _holders(states, case)
        gone = begun.keys() - holders
        spans += [(holder, begun.pop(holder), _minute(event)) for holder in gone]
        begun |= {holder: _minute(event) for holder in holders - begun.keys()}
    return spans + [(holder, start, _minute(events[-1])) for holder, start in begun.items()]


def _holders(states, case):
    if case in ENDED:
        return {"applicant"}
    holders = {f"department:{link}" for (link, _), at in states.items() if at in AT_DEPARTMENT}
    if "manual" in states.values():
        holders.add("window")
    if "needs_correction" in states.values() and set(states.values()) <= STILL:
        holders.add("applicant")
    return holders
