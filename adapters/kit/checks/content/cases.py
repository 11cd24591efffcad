"""Over time: revision after revision, case beside case, question after question."""

from datetime import datetime, timedelta

from adapters.kit.check import Check
from adapters.kit.checks.content.passing_on import (
    Run,
    carried,
    demand_theirs,
    mild,
    told_about,
)
from adapters.kit.demanding import NotApplicable, demand, raised, told
from adapters.kit.rig.arrivals import demand_legible
from adapters.kit.rig.stand import LONGEST, Stand
from kaiban.ports import (
    Closed,
    Done,
    Manifest,
    NeedsCorrection,
    NotFound,
    Outcome,
    Pending,
    Prepared,
    Ref,
)

REVISIONS = 25
#: A correction is looked at where counting usually ends: two, one digit, two digits.
LOOKED_AT = (2, 3, 9, 10, 11, REVISIONS)
KEY_BYTES = 64
CASES = 3
#: Nobody is asked more often than that; and who looks at it every few minutes sees when it was decided.
SHORTEST, STEP = timedelta(seconds=5), timedelta(minutes=3)
TRIED, ASKED = 20, 400
LATE = timedelta(minutes=30)


def revisions_are_told_apart(stand: Stand) -> None:
    """B16."""
    needs = stand.needs(stand.step)
    before, found = None, []
    for revision in range(1, REVISIONS + 1):
        ready = stand.prepare_raw(needs, stand.key(revision, before))
        demand(isinstance(ready, Prepared), f"revision {revision}: prepare said {told(ready)}")
        assert isinstance(ready, Prepared)
        found.append(ready)
        before = Ref(ready.ref.key, f"N{revision}", ready.ref.extra)
    for name, values in (
        ("key", [one.key for one in found]),
        ("reference", [one.ref.key for one in found]),
    ):
        twice = sorted(
            {values.index(each) + 1 for n, each in enumerate(values) if each in values[:n]}
        )
        demand(not twice, f"revisions after {twice} have its {name} again")
    demand(
        max(len(one.key.encode()) for one in found) <= KEY_BYTES,
        f"a key is longer than {KEY_BYTES} bytes",
    )
    linked = {revision: _says_what_it_corrects(stand, revision) for revision in LOOKED_AT}
    lost = [revision for revision, says in linked.items() if says != linked[2]]
    demand(not lost, f"revisions {lost} do not say what they correct, the second does")


def cases_do_not_mix(stand: Stand) -> None:
    """S35."""
    demand_legible(stand)
    since = len(stand.stub.store.journal())
    changes = [mild(stand, nth) for nth in range(CASES)]
    if stand.manifest.lookup == "by-natural-key":
        changes.append(
            changes[0]
        )  # the same company once more: only our own numbers tell them apart
    ready = [_begun(stand, change, nth) for nth, change in enumerate(changes)]
    sent = [raised(stand.submit, prepared) for _, prepared in ready]
    order = [*range(1, len(ready)), 0]
    done: dict[int, Outcome] = {}
    for nth in order:
        outcome = sent[nth] if isinstance(sent[nth], Pending | Done) else None
        done[nth] = stand.finish(ready[nth][1].ref, outcome)
    _demand_own(stand, since, ready, done)
    for nth, outcome in done.items():
        if isinstance(outcome, Done):
            for asker in (stand.adapter, stand.new_adapter()):
                again = raised(asker.query, outcome.ref)
                demand(
                    again == outcome,
                    f"case {nth + 1} is told as {told(again)} once there are others",
                )


def asked_in_good_time(stand: Stand) -> None:
    """G15."""
    stand.go_before()
    for nth in range(TRIED):
        ready = stand.prepared(
            key=stand.key(case=f"{stand.case[:-4]}{5000 + nth:04}") if nth else stand.key()
        )
        effective = stand.commits()
        outcome = raised(stand.submit, ready)
        if isinstance(outcome, Pending):
            _asked(stand, outcome, effective)
            return
    raise NotApplicable(f"none of {TRIED} applications had to be waited for")


def _waits(manifest: Manifest) -> bool:
    return manifest.finish != ("sync",)


CHECKS = (
    Check("B16", "补正再多次也不混号，且都说明更正哪一件", "bronze", revisions_are_told_apart, stub=False),
    Check("S35", "几件事同办互不相干：内容、回执、结论各归各", "silver", cases_do_not_mix, seconds=90),
    Check("G15", "查询有间隔，办结及时知道，不等到明天", "gold", asked_in_good_time, _waits),
)  # fmt: skip


# --- private ------------------------------------------------------------------------------------


def _says_what_it_corrects(stand: Stand, revision: int) -> bool:
    before = stand.prepared(key=stand.key(revision - 1)).ref
    corrects = Ref(before.key, "N1", before.extra)
    bare, linked = (stand.prepared(key=stand.key(revision, ref)) for ref in (None, corrects))
    return (bare.body, dict(bare.meta)) != (linked.body, dict(linked.meta))


def _begun(stand: Stand, change: dict[str, object], nth: int) -> tuple[Run, Prepared]:
    """Take a case through the earlier steps and prepare this one."""
    here, case = stand.step, f"{stand.case[:-4]}{4000 + nth:04}"
    earlier = stand.steps[: stand.steps.index(here)]
    if earlier:
        stand.step = earlier[-1]
        carried(stand, change, nth, case)
        stand.step = here
    needs = stand.needs(here, change)
    ready = stand.prepare_raw(needs, stand.key(case=case))
    demand(isinstance(ready, Prepared), f"prepare said {told(ready)} to plain contents")
    assert isinstance(ready, Prepared)
    fresh = stand.new_adapter()
    again = fresh.prepare(fresh.Needs().load(needs), stand.key(case=case), here)
    demand(again == ready, "what was prepared before is in what is prepared now")
    return Run(needs, NotFound()), ready


def _demand_own(
    stand: Stand, since: int, ready: list[tuple[Run, Prepared]], done: dict[int, Outcome]
) -> None:
    numbers: dict[str, int] = {}
    for nth, outcome in done.items():
        if not isinstance(outcome, Done):
            allowed = isinstance(outcome, NeedsCorrection) or nth >= CASES
            demand(allowed, f"case {nth + 1} of {CASES} plain ones ended as {told(outcome)}")
            continue
        run, prepared = ready[nth]
        names = {prepared.key, prepared.ref.key, outcome.ref.number} - {""}
        mine = told_about(stand, Run(run.needs, outcome), since, names)
        demand_theirs([mine])
        taken = numbers.setdefault(outcome.ref.number, nth) if outcome.ref.number else nth
        # Fewer became effective than were granted: they have taken one for the other, and say so.
        one = taken == nth or stand.commits() < sum(
            isinstance(each, Done) for each in done.values()
        )
        demand(one, f"cases {taken + 1} and {nth + 1} have one receipt: {outcome.ref.number}")


def _asked(stand: Stand, outcome: Pending, effective: int) -> None:
    """Ask when the adapter wants to, while somebody else looks when it is decided."""
    begin = stand.clock.now()
    end, decided = begin + LONGEST, None
    ref, found, asked = outcome.ref, outcome, 0
    while isinstance(found, Pending) and stand.clock.now() < end:
        demand(found.poll_after >= SHORTEST, f"they would be asked again after {found.poll_after}")
        ref, asked = found.ref, asked + 1
        decided = _pass(stand, stand.clock.now() + found.poll_after, effective, decided)
        answer = raised(stand.adapter.query, ref)
        while isinstance(answer, Closed):
            decided = _pass(stand, answer.until or stand.clock.now() + LATE, effective, decided)
            answer = raised(stand.adapter.query, ref)
        # What is late in their books is waited for as the engine does.
        late_yet = (
            isinstance(answer, NotFound) and stand.clock.now() <= begin + stand.manifest.settle
        )
        found = Pending(ref, timedelta(minutes=1)) if late_yet else answer
    demand(isinstance(found, Done), f"asked when the adapter wanted to, it ended as {told(found)}")
    demand(asked <= ASKED, f"they were asked {asked} times")
    late = stand.clock.now() - (decided or stand.clock.now())
    most = max(LATE, stand.manifest.promise)
    demand(late <= most, f"it was decided, and the adapter asked only {late} later")


def _pass(
    stand: Stand, until: datetime, effective: int, decided: datetime | None
) -> datetime | None:
    """Let business time pass in steps; return when it was decided."""
    while True:
        if decided is None and stand.commits() > effective:
            decided = stand.clock.now()
        if stand.clock.now() >= until:
            return decided
        stand.clock.advance_to(min(until, stand.clock.now() + STEP))
