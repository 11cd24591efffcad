"""Figures once more, from the event log alone, by somebody who does not know our domain.

Cases are generated; what happened to each is given as plain rows. Every open minute of each is looked at by itself with the program that
stands in every case file, days are added up in dictionaries, percentiles are read off sorted lists. Nothing of
``kaiban.domain.statistics``, of the clock or of the ledger is used.
"""

import json
import random
from collections import Counter
from datetime import UTC, date, timedelta
from functools import lru_cache

from kaiban.documents.case_file import hours as program
from kaiban.domain.cases.link import LinkState
from kaiban.domain.notices.notice import Item, Origin
from kaiban.domain.statistics.case_facts import facts_of
from kaiban.orchestrator.reporting.case_file import told_hours
from kaiban.orchestrator.supervisor.dashboard import dashboard
from kaiban.orchestrator.supervisor.hours import where_hours_went
from kaiban.orchestrator.supervisor.send_backs import send_backs
from kaiban.ports.statistics import Scope, Subset
from kaiban.storage.statistics.figures import SqlFigures
from kaiban.storage.statistics.freezing import freeze
from tests.documents.case_file.stories import Office, on_its_way

GRANTED = {"completed", "completed_partly"}
ENDS = [LinkState.DONE, LinkState.DONE, LinkState.DONE, LinkState.REFUSED]
POINTERS = ["/premises/detail", "/people/holders/3/cert/no", "/people/holders/12/cert/no", ""]
HALL_TIME = timedelta(hours=8)


def some_ended(rng, number):
    """A case that has ended with everything figures tell of, and its city."""
    case, city, end = on_its_way(rng)
    case.no = f"KB{number:08}"
    case.withdrawing = rng.random() < 0.1
    for number_of_notice in range(rng.choice([0, 0, 0, 1, 2])):
        case.ask([some_item(rng) for _ in range(rng.randrange(1, 4))], end)
        if rng.random() < 0.7:
            changed = rng.sample(POINTERS[:3], rng.randrange(3))
            case.note("corrected", end, "applicant", text="、".join(sorted(changed)))
        case.notices[-1] = case.notices[-1].answered(end)
        for _ in range(rng.randrange(3)):
            case.note(
                "sheet", end, "window:w1", link="tax", step="main", code=f"k{number_of_notice}"
            )
    for link in case.links:
        for step in link.steps:
            step.state = rng.choice(ENDS)
            case.note("step", end, "system", link=link.name, step="main", after=step.state.value)
    case.complete(1, end)
    case.clock = city.closing(case, case.finished_at)
    return case, city


def some_item(rng):
    origin = rng.choice([Origin.DEPARTMENT, Origin.DEPARTMENT, Origin.WINDOW])
    reason = "属地要求" if origin is Origin.WINDOW and rng.random() < 0.3 else ""
    link = rng.choice(["registration", "tax"])
    return Item(rng.choice(POINTERS), rng.choice(["R01", "R03"]), "王一请改", link, origin=origin.value, reason=reason)  # fmt: skip


def recounted(case, city):
    """What is to be told of one case, from its events and notices as plain rows."""
    told = json.loads(json.dumps(told_hours(Office(city), case, case.finished_at)))
    events = [
        {"kind": e.kind, "at": e.at.isoformat(), "link": e.link, "step": e.step, "after": e.after, "text": e.text, "code": e.code}
        for e in case.events
    ]  # fmt: skip
    granted = [link.name for link in case.links if link.state.value == "done"]
    minutes, links = minute_by_minute(events, told, granted)
    used = sum(owner not in ("closed", "applicant", "special") for owner in minutes)
    outcome = [e["after"] for e in events if e["kind"] == "case"][-1]
    late = [notice for notice in case.notices if notice.repeats]
    return {
        "no": case.no, "day": in_the_hall(case.finished_at).date(), "granted": outcome in GRANTED, "outcome": outcome,
        "used": used, "owners": Counter(minutes), "weeks": by_week(minutes, case.accepted_at),
        "links": links,
        "sent_back": any(e["kind"] == "step" and e["after"] == "needs_correction" for e in events),
        "level": "red" if used >= 300 or late else "yellow" if used >= 270 else "",
        "provisional": told["provisional"], "marks": marks(case, events),
    }  # fmt: skip


def in_the_hall(instant):
    """What the clocks in the hall said."""
    return instant.astimezone(UTC).replace(tzinfo=None) + HALL_TIME


def by_week(minutes, accepted):
    first = in_the_hall(accepted).replace(second=0, microsecond=0)
    found = Counter()
    for number, owner in enumerate(minutes):
        if owner != "closed":
            at = first + timedelta(minutes=number)
            found[owner, at.isoweekday(), at.hour] += 1
    return found


def minute_by_minute(events, told, granted):
    """Whose each minute was, and the open minutes in which each of the granted links' departments had it in hand."""
    standing, waiting = program.Standing(told["order"]), [(program.minute_of(e["at"]), e) for e in events]  # fmt: skip
    days, links, owners = told["clock"]["halls"][told["hall"]], dict.fromkeys(granted, 0), []
    minute, end, owner, busy, at = program.minute_of(told["from"]), program.minute_of(told["until"]), "platform", set(), 0  # fmt: skip
    while minute < end:
        while at < len(waiting) and waiting[at][0] <= minute:
            standing.take(waiting[at][1])
            at += 1
            owner, busy = standing.owner(), in_hand(standing)
        if is_open(tuple(days[minute.date().isoformat()]), minute.hour * 60 + minute.minute):
            owners.append(owner)
            for link in busy & links.keys():
                links[link] += 1
        else:
            owners.append("closed")
        minute += program.MINUTE
    return owners, links


def in_hand(standing):
    """The links whose departments have it."""
    if standing.case in program.OVER or standing.hall:
        return set()
    return {link for (link, _), state in standing.steps.items() if state in ("submitted", "in_review")}  # fmt: skip


@lru_cache(maxsize=10_000)
def is_open(shifts, minute):
    """Whether a minute of the day lies in one of them ("09:00-12:00")."""
    clock = f"{minute // 60:02}:{minute % 60:02}"
    return any(shift[:5] <= clock < shift[6:] for shift in shifts)


def marks(case, events):
    """(kind, by, place, code) of everything that did not go through at once."""
    found = []
    for notice in case.notices:
        for item in notice.items:
            place = item.pointer.replace("/12/", "/*/").replace("/3/", "/*/")
            by = item.link if item.origin == "department" else item.origin
            found.append(("demand", by, place, item.code))
            if item.reason:
                found.append(("unlisted", item.link, "", ""))
        if notice.repeats:
            found.append(("second_notice", "", "", ""))
    for event in events:
        if event["kind"] == "corrected":
            pointers = [each for each in event["text"].split("、") if each]
            places = [each.replace("/12/", "/*/").replace("/3/", "/*/") for each in pointers]
            found += [("retyped", "", place, "") for place in places]
    sheets = {(e["link"], e["code"]) for e in events if e["kind"] == "sheet"}
    return found + [("re_entered", link, "", "") for link, _ in sheets]


def percentile(values, percent):
    """The smallest of the values that so many per cent do not exceed."""
    return sorted(values)[-(-percent * len(values) // 100) - 1] if values else None


def median(values):
    if not values:
        return None
    ordered, middle = sorted(values), len(values) // 2
    return ordered[middle] if len(values) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def expected(cases):
    """Every figure of these cases, as plain numbers."""
    granted = [each for each in cases if each["granted"]]
    used, owners, weeks = [each["used"] for each in granted], Counter(), Counter()
    for each in granted:
        owners += each["owners"]
        weeks += each["weeks"]
    links, months = {}, Counter()
    for each in granted:
        months[each["day"].strftime("%Y-%m"), each["used"] <= 300] += 1
        for name, minutes in each["links"].items():
            links.setdefault(name, []).append(minutes)
    said = {}
    for each in cases:
        for mark in each["marks"]:
            said.setdefault(mark, Counter())[each["no"]] += 1
    return {
        "granted": len(granted), "in time": sum(minutes <= 300 for minutes in used),
        "late": sum(minutes > 300 for minutes in used), "median": median(used), "p90": percentile(used, 90),
        "refused": sum(each["outcome"] == "refused" for each in cases),
        "withdrawn": sum(each["outcome"] == "withdrawn" for each in cases),
        "yellow": sum(each["level"] == "yellow" for each in cases), "red": sum(each["level"] == "red" for each in cases),
        "sent back": sum(each["sent_back"] for each in cases), "provisional": sum(each["provisional"] for each in cases),
        "links": {name: (len(found), median(found), percentile(found, 90)) for name, found in links.items()},
        "owners": dict(owners), "weeks": dict(weeks), "months": dict(months),
        "kinds": by(said, lambda mark: mark[0]),
        "places": by(said, lambda mark: mark[2], "demand"), "reasons": by(said, lambda mark: (mark[1], mark[3]), "demand"),
        "retyped": by(said, lambda mark: mark[2], "retyped"), "re-entered": by(said, lambda mark: mark[1], "re_entered"),
    }  # fmt: skip


def by(said, key, kind=""):
    """Marks and cases by what the key makes of a mark."""
    counts, cases = Counter(), {}
    for mark, found in said.items():
        if kind in ("", mark[0]):
            counts[key(mark)] += sum(found.values())
            cases.setdefault(key(mark), set()).update(found)
    return {name: (count, len(cases[name])) for name, count in counts.items()}


def shown(figures, scope):
    """The same as the pages have it."""
    found, back, hours = dashboard(figures, scope), send_backs(figures, scope), where_hours_went(figures, scope)  # fmt: skip
    counts, months = found.counts, Counter()
    for stretch in found.trend:
        month, kept = stretch.scope.first.strftime("%Y-%m"), stretch.kept
        months[month, True] += kept.part
        months[month, False] += kept.whole - kept.part
    middle = lambda spread: None if spread.median is None else float(spread.median)  # noqa: E731 - a word for it
    return {
        "granted": counts[Subset.GRANTED], "in time": found.kept.part, "late": counts[Subset.LATE],
        "median": middle(found.times), "p90": found.times.percentile(90),
        "refused": counts[Subset.REFUSED], "withdrawn": counts[Subset.WITHDRAWN], "yellow": counts[Subset.YELLOW],
        "red": counts[Subset.RED], "sent back": found.sent_back.part, "provisional": counts[Subset.PROVISIONAL],
        "links": {name: (each.size, middle(each), each.percentile(90)) for name, each in found.links.items()},
        "owners": {name: count for name, count in found.holders.items() if count},
        "weeks": {(name, hour.weekday, hour.hour): count for (name, hour), count in hours.ledger.minutes.items()},
        "months": {key: count for key, count in months.items() if count},
        "kinds": {kind.value: (line.count, line.cases.part) for kind, line in back.kinds.items() if line.count},
        "places": lines(back.places, "place"), "reasons": lines(back.reasons, "by", "code"),
        "retyped": lines(back.retyped, "place"), "re-entered": lines(back.re_entered, "by"),
    }  # fmt: skip


def lines(found, *names):
    keys = (tuple(getattr(line.marked, name) for name in names) for line in found)
    return {key if len(names) > 1 else key[0]: (line.count, line.cases.part) for key, line in zip(keys, found, strict=True)}  # fmt: skip


def some_cases(database, count, seed):
    """So many generated cases whose facts are kept there, each as we count it."""
    rng, cases = random.Random(seed), []
    with database.transaction() as connection:
        for number in range(count):
            case, city = some_ended(rng, number)
            freeze(connection, facts_of(case, city))
            cases.append(recounted(case, city))
    return cases


def differences(database, cases):
    """Every figure the watch shows otherwise than we count it: (year, figure, ours, the watch's)."""
    wrong, figures, years = [], SqlFigures(database), {each["day"].year for each in cases}
    for year in sorted(years):
        mine = expected([each for each in cases if each["day"].year == year])
        told = shown(figures, Scope(date(year, 1, 1), date(year, 12, 31)))
        wrong += [
            (year, name, mine[name], told[name]) for name in mine if mine[name] != told[name]
        ]
    return wrong


def seen(cases):
    """How many of them had what makes it hard."""
    found = Counter(dict.fromkeys((*GRANTED, "refused", "withdrawn"), 0))
    for each in cases:
        found.update({each["outcome"], each["level"], *(mark[0] for mark in each["marks"])})
    return found
