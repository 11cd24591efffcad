"""The sentence printed on the hours sheet, counted by minute by minute, against the ledger."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from kaiban.domain.cases.event import Event
from kaiban.domain.cases.staff.holdings import holdings
from kaiban.domain.hours.ledger import CROSS_REGION_RULE, RULE, account
from tests.domain.halls import HALL, at

ORDER = ("registration", "tax", "fund")
STEPS = [("registration", "main"), ("tax", "main"), ("fund", "pre"), ("fund", "confirm")]
STATES = (
    "waiting", "ready", "sending", "needs_correction", "refused", "cancelled", "unknown", "manual",
)  # fmt: skip
#: Mostly several departments are at work at once: there the rule decides.
USUAL = ("submitted", "in_review", "done")
START = at("2026-03-06T11:00")
SHUT = [(at("2026-03-06T12:00"), at("2026-03-06T13:30"))]
MINUTES = 240


def printed(events, start, end):
    """Whose each minute is, read off the sentence alone.

    每一分钟……看这一分钟里最后的状态，按以下次序判断.
    """
    found = []
    minute = start
    while minute < end:
        found.append(_owner(events, minute))
        minute += timedelta(minutes=1)
    return found


def _owner(events, minute):
    states, case = {}, "in_progress"
    for event in events:
        if event.at < minute + timedelta(minutes=1):  # 这一分钟里最后的状态
            if event.kind == "step":
                states[event.link, event.step] = event.after
            else:
                case = event.after
    if any(first <= minute < last for first, last in SHUT):
        return "closed"  # 大厅未开放的
    seen = set(states.values())
    over = case in {"completed", "completed_partly", "refused", "withdrawn"}
    # 有环节待补正、其余环节都在等待前置环节或者已经结束的，以及整个办件结束以后、增加环节以前的
    idle = {"needs_correction", "waiting", "done", "refused", "cancelled"}
    if over or ("needs_correction" in seen and seen <= idle):
        return "applicant"
    if case == "suspended":
        return "special"  # 依法宣布特别程序的
    if "manual" in seen:
        return "window"  # 有环节由窗口处理的
    for name in ORDER:  # 有部门已收件、尚未答复的……几个部门同时在办的，归次序在前的部门
        if any(
            link == name and state in {"submitted", "in_review"}
            for (link, _), state in states.items()
        ):
            return f"department:{name}"
    return "platform"  # 其余的归平台


@st.composite
def stories(draw):
    """Events in order, seconds included, several in one minute."""
    seconds = sorted(draw(st.lists(st.integers(0, MINUTES * 60), min_size=3, max_size=14)))
    told = []
    for second in seconds:
        moment = START + timedelta(seconds=second)
        kind = draw(st.integers(0, 9))
        if kind:
            link, step = draw(st.sampled_from(STEPS))
            state = draw(st.sampled_from(STATES if kind == 1 else USUAL))
            told.append(Event("step", moment, "system", link=link, step=step, after=state))
        else:
            state = draw(st.sampled_from(["in_progress", "suspended", "completed", "refused"]))
            told.append(Event("case", moment, "system", after=state))
    return told


def split(events, end):
    parts = account(START, end, holdings(events), HALL, ORDER).parts
    return {holder: minutes for holder, minutes in parts.items() if minutes}


def counted(owners):
    return {owner: owners.count(owner) for owner in owners}


@settings(deadline=None)
@given(stories())
def test_the_printed_rule_gives_the_printed_split(events):
    end = START + timedelta(minutes=MINUTES)
    assert split(events, end) == counted(printed(events, START, end))


@settings(deadline=None)
@given(stories())
def test_what_happens_later_moves_no_minute(events):
    """The live ledger at any minute is the ledger of that stretch for ever after."""
    for number in range(0, MINUTES, 10):
        seen_at = START + timedelta(minutes=number)
        known = [event for event in events if event.at < seen_at]
        assert split(known, seen_at) == split(events, seen_at)


def test_a_slower_department_takes_nothing_back():
    """The case in which the ledger once rewrote itself: the one that ended last got what the other had been given."""
    told = [
        Event("step", START + timedelta(minutes=minute), "system", link=link, step="main", after=state)
        for minute, link, state in (
            (1, "registration", "submitted"), (1, "tax", "submitted"),
            (20, "registration", "done"), (40, "tax", "done"),
        )
    ]  # fmt: skip
    now = START + timedelta(minutes=10)
    assert (
        split(told[:2], now) == split(told, now) == {"platform": 1, "department:registration": 9}
    )
    assert split(told, START + timedelta(minutes=40)) == {
        "platform": 1,
        "department:registration": 19,
        "department:tax": 20,
    }


def test_the_rule_names_the_departments_in_order():
    assert "次序为：甲、乙" in RULE.format(order="甲、乙")


# --- cases one hall took in for another (CROSS_REGION_RULE) -----------------------------------------


def crossing(events, start, end):
    """The same with the sentence that is printed after it.

    在受理大厅接收以前，除大厅未开放的以外：办件状态为待补正的，归申请人；其余的归拿着它的大厅.
    """
    found, others = [], [event for event in events if event.kind in ("step", "case")]
    for number, owner in enumerate(printed(others, start, end)):
        minute = start + timedelta(minutes=number)
        so_far = [event for event in events if event.at < minute + timedelta(minutes=1)]
        kinds = [event.kind for event in so_far]
        states = ["in_progress", *(event.after for event in so_far if event.kind == "case")]
        over = states[-1] in {"completed", "refused"}
        if owner == "closed" or "received" in kinds or "taken_in" not in kinds or over:
            found.append(owner)
        elif states[-1] == "needs_correction":
            found.append("applicant")
        else:
            # 转交以前是收件大厅，转交以后是受理大厅
            found.append("hall:north" if "sent_on" in kinds else "hall:south")
    return found


@st.composite
def passages(draw):
    """It is taken in, sent on, received, in that order, with the applicant asked in between, and then worked on."""
    kinds = ("taken_in", "sent_on", "received")
    halls = {"taken_in": "south", "sent_on": "north", "received": ""}
    seconds = sorted(draw(st.lists(st.integers(0, MINUTES * 60), min_size=3, max_size=3)))
    moves = [
        Event(kind, START + timedelta(seconds=second), "window:ck1", after=halls[kind])
        for kind, second in zip(kinds, seconds, strict=True)
    ]
    asked = draw(st.lists(st.integers(seconds[0], max(seconds[0], seconds[2])), max_size=6))
    states = st.sampled_from(["needs_correction", "in_progress", "completed"])
    told = [
        Event("case", START + timedelta(seconds=second), "system", after=draw(states))
        for second in asked
    ]
    later = [each for each in draw(stories()) if each.at >= moves[-1].at and each.kind == "step"]
    return sorted([*moves, *told, *later], key=lambda event: event.at)


@settings(deadline=None)
@given(passages())
def test_the_printed_rule_gives_the_split_of_a_case_between_two_halls(events):
    end = START + timedelta(minutes=MINUTES)
    assert "在受理大厅接收以前" in CROSS_REGION_RULE
    assert split(events, end) == counted(crossing(events, START, end))
