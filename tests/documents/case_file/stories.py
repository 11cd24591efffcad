"""Cases as they might go, and calendars as cities might have them; each is counted by us and by the program."""

import json
import random
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from kaiban.documents.case_file import hours as program
from kaiban.domain.cases.case import Case
from kaiban.domain.cases.event import Event
from kaiban.domain.cases.plan import LinkSpec, Plan, StepSpec
from kaiban.domain.city import City, Hall
from kaiban.domain.hours.clock import (
    EveryDay,
    HallHours,
    Promise,
    Season,
    Shift,
    StateCouncilDays,
)
from kaiban.orchestrator.reporting.case_file import told_hours
from tests.domain.halls import AFTERNOON, CHINA, HALL, MORNING, TURNING_POINTS

NIGHT = Shift(time(18), time.max)
STEPS = [("registration", "main"), ("tax", "main"), ("fund", "pre"), ("fund", "confirm")]
STATES = ["waiting", "ready", "sending", "needs_correction", "refused", "cancelled", "unknown", "manual"]  # fmt: skip
USUAL = ["submitted", "in_review", "done"]
CASES = ["in_progress", "needs_correction", "suspended", "completed", "refused"]
PLAN = Plan.of(tuple(LinkSpec(name, name, name, (StepSpec(),)) for name in ("registration", "tax", "fund")), {})  # fmt: skip


def some_hours(rng, around):
    """A calendar: make-up days, half days, other Fridays, seasons, days off of a city's own, provisional years."""
    by_weekday = {5: (MORNING,)} if rng.random() < 0.3 else {}
    by_weekday |= {3: ()} if rng.random() < 0.1 else {}
    shifts = rng.choice([(MORNING, AFTERNOON), (MORNING,), (Shift(time(0), time.max),), (AFTERNOON, NIGHT)])  # fmt: skip
    seasons = [Season(date(2000, 1, 1), shifts, by_weekday)]
    if rng.random() < 0.4:
        seasons.append(Season(around + timedelta(days=rng.randrange(4)), (MORNING, AFTERNOON)))
    days = rng.choice(
        [HALL.days, EveryDay(), StateCouncilDays({around + timedelta(days=1): rng.random() < 0.5})]
    )
    own = (
        {around + timedelta(days=2): (Shift(time(10), time(11, 7)),)} if rng.random() < 0.3 else {}
    )
    return HallHours(tuple(seasons), days, own)


def some_events(rng, start, minutes):
    """What happens, several things in one minute, mostly two departments at work at once."""
    times = sorted(rng.randrange(minutes * 60) for _ in range(rng.randrange(3, 25)))
    crossing = rng.random() < 0.25
    found = [Event("accepted", start, "applicant")]
    if crossing:
        found.append(Event("taken_in", start, "window:ck1", after="south"))
    for second in times:
        at, kind = start + timedelta(seconds=second), rng.randrange(10)
        if kind == 0:
            found.append(Event("case", at, "system", after=rng.choice(CASES)))
        elif kind == 1 and crossing:
            what, after = rng.choice([("sent_on", "north"), ("received", "")])
            found.append(Event(what, at, "window:ck1", after=after))
        else:
            link, step = rng.choice(STEPS)
            state = rng.choice(STATES if kind < 5 else USUAL)
            found.append(Event("step", at, "system", link=link, step=step, after=state))
    return found


def some_case(rng):
    """A case that has ended, and the city that accounts for it; its clock is closed."""
    case, city, end = on_its_way(rng)
    case.complete(1, end)
    case.clock = city.closing(case, case.finished_at)
    return case, city


def on_its_way(rng):
    """A case, the city that accounts for it, and when it is to end."""
    around = date.fromisoformat(rng.choice([*TURNING_POINTS, "2027-02-03", "2027-10-08"]))
    begin = datetime.combine(around, time(rng.randrange(24)), CHINA)
    start = begin + timedelta(seconds=rng.randrange(3600))
    minutes = rng.choice([30, 300, 1500, 6000])
    hall = Hall("north", "北", some_hours(rng, around))
    promise = Promise("five_hours", "五小时办结", timedelta(hours=5))
    city = City("shifan", "示范市", "990100", {"north": hall}, {"five_hours": promise})
    case = Case.accept("KB1", PLAN, city="shifan", hall="north", owner="", promise="five_hours", at=start)  # fmt: skip
    case.events = some_events(rng, start, minutes)
    return case, city, case.instant(start + timedelta(seconds=rng.randrange(minutes * 60)))


class Office:
    """As much of an office as is asked."""

    def __init__(self, city):
        self.city = city


def changed(city):
    """The same city after all of its days were taken away from it."""
    hall = city.halls["north"]
    shut = replace(hall.hours, seasons=(Season(date(2000, 1, 1), (Shift(time(3), time(3, 1)),)),), own={})  # fmt: skip
    return replace(city, halls={"north": replace(hall, hours=shut)})


def mismatches(count, seed, recount=program.hours):
    """Of so many generated cases, those whose hours come out otherwise; and how many had what makes it hard."""
    rng, wrong, seen = random.Random(seed), [], dict.fromkeys(("paused", "provisional", "closed"), 0)  # fmt: skip
    for number in range(count):
        case, city = some_case(rng)
        told = json.loads(json.dumps(told_hours(Office(changed(city)), case, case.finished_at)))
        events = [
            {
                "kind": e.kind,
                "at": e.at.isoformat(),
                "link": e.link,
                "step": e.step,
                "after": e.after,
            }
            for e in case.events
        ]
        seen["paused"] += told["said"]["paused"] > 0
        seen["closed"] += told["said"]["closed"] > 0
        seen["provisional"] += told["provisional"]
        if recount(events, told) != told["said"]:
            wrong.append(number)
    return wrong, seen
