"""Chains of audit records, and everything somebody who may write the database can do to one."""

import random
from dataclasses import replace

from kaiban.domain.audit.chain import START, Head, Record, line_of, linked

DAYS = ["2026-11-30", "2026-12-01", "2026-12-03", "2026-12-04"]


def chained(lines_by_day):
    """The records of these lines, as the sealer chains them."""
    found, head = [], START
    for day, lines in lines_by_day.items():
        for seq, line in enumerate(lines, 1):
            head = linked(head, day, seq, line)
            found.append(Record(day, seq, line, head))
    return found


def some_chain(rng):
    """A chain over some days, and what of it was anchored: places here and there, the last not always."""
    lines = {
        day: [line_of({"kind": "event", "case": f"KB{rng.randrange(99)}", "number": n}) for n in range(rng.randrange(1, 9))]
        for day in DAYS[: rng.randrange(1, 5)]
    }  # fmt: skip
    records = chained({day: its or ["{}"] for day, its in lines.items()})
    places = sorted(rng.sample(range(len(records)), rng.randrange(1, len(records) + 1)))
    return records, [Head(records[n].day, records[n].seq, records[n].hash) for n in places]


def covered(records, anchors):
    """How many records the newest anchor covers."""
    newest = max(anchors)
    return sum((each.day, each.seq) <= (newest.day, newest.seq) for each in records)


def rechained(records):
    """The same lines chained anew, as whoever may write everything would: nothing in it contradicts itself."""
    lines = {}
    for each in records:
        lines.setdefault(each.day, []).append(each.line)
    return chained(lines)


def other(rng):
    return line_of({"kind": "event", "case": "KB0", "number": rng.randrange(10**9)})


def edit(rng, records, upto):
    place = rng.randrange(upto)
    changed = replace(records[place], line=other(rng))
    return [*records[:place], changed, *records[place + 1 :]]


def delete(rng, records, upto):
    place = rng.randrange(upto)
    return records[:place] + records[place + 1 :]


def delete_day(rng, records, upto):
    day = records[rng.randrange(upto)].day
    return [each for each in records if each.day != day]


def swap(rng, records, upto):
    if upto < 2:
        return edit(rng, records, upto)
    one, two = rng.sample(range(upto), 2)
    found = list(records)
    found[one], found[two] = (
        replace(records[one], line=records[two].line), replace(records[two], line=records[one].line),
    )  # fmt: skip
    return found if found != records else edit(rng, records, upto)


def insert(rng, records, upto):
    place = rng.randrange(upto)
    at = records[place]
    return [*records[:place], Record(at.day, at.seq, other(rng), "f" * 64), *records[place:]]


def cut(rng, records, upto):
    return records[: rng.randrange(upto)]


def then_rechained(damage):
    def done(rng, records, upto):
        return rechained(damage(rng, records, upto))

    return done


DAMAGES = {
    **{each.__name__: each for each in (edit, delete, delete_day, swap, insert, cut)},
    **{f"rewritten {each.__name__}": then_rechained(each) for each in (edit, delete, delete_day, swap, insert, cut)},
}  # fmt: skip


def campaign(examine, count, seed):
    """What of so many damages a look at the chain does not find, by name; how often each was done."""
    rng = random.Random(seed)
    missed, done = [], dict.fromkeys(DAMAGES, 0)
    for number in range(count):
        records, anchors = some_chain(rng)
        name = list(DAMAGES)[number % len(DAMAGES)]
        damaged = DAMAGES[name](rng, records, covered(records, anchors))
        if damaged == records:
            continue  # what was cut off, swapped or chained anew was the same
        done[name] += 1
        if not examine(damaged, anchors).problems:
            missed.append(name)
    return missed, done
