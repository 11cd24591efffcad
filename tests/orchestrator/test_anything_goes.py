"""Whatever goes wrong, in whatever order: the promises of a case hold.

Departments here know no idempotency at all, so a second submission would be a second application.
"""

import itertools
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaiban.domain.cases.link import ALLOWED, NEXT_ACTOR, Actor, LinkState
from kaiban.orchestrator.applicant.correcting import Amendment, correct
from kaiban.orchestrator.applicant.withdrawing import withdraw
from kaiban.orchestrator.window.by_hand.deciding import decide
from kaiban.orchestrator.worker.callbacks import hear
from kaiban.orchestrator.worker.upkeep.reconciling import reconcile
from kaiban.ports import Correction, NeedsCorrection, NotFound, RawCallback, Ref, Rejected
from tests.orchestrator.departments import (
    FAULTS,
    MAIN,
    PRE_AND_CONFIRM,
    REGISTRATION,
    Faults,
    Working,
)
from tests.orchestrator.driver import Driver

NAMES = ("registration", "seal", "social")
FIX = NeedsCorrection((Correction("company.name.full", "E1", "名称有误"),), Ref(""))
WISHES = st.lists(st.sampled_from([None, FIX, Rejected("R", "不予办理")]), max_size=2)
MOVES = st.one_of(
    st.sampled_from(["turn", "turn", "turn", "lose", "twice", "any", "correct", "withdraw"]),
    st.sampled_from(["call", "reconcile", "wait", "decide"]),
)
CANCEL = st.sampled_from(["never", "before-done", "always"])


def for_each(values):
    return st.fixed_dictionaries(dict.fromkeys(NAMES, values))


class Playing:
    """One case, and everything that may happen to it."""

    def __init__(self, path, faults, wishes, cancels, lookups):
        self.faults = Faults(list(faults))
        shapes = {"registration": REGISTRATION, "social": PRE_AND_CONFIRM}
        self.departments = [
            Working(
                name, self.faults, wishes=wishes[name], steps=shapes.get(name, MAIN),
                cancel=cancels[name], lookup=lookups[name],
            )
            for name in NAMES
        ]  # fmt: skip
        self.driver = Driver(path, *self.departments)
        self.no = self.driver.open()
        self.count = itertools.count()

    def play(self, move, choice):
        waiting = self.driver.engine.waiting()
        if move == "turn":
            self.driver.turn()
        elif move in {"lose", "twice", "any"} and waiting:
            job = waiting[choice % len(waiting)][0]
            if move == "lose":
                self.driver.engine.end(job)
            else:
                self.driver.run(job)
            if move == "twice":
                self.driver.run(job)
        elif move == "correct":
            self.correct()
        elif move == "withdraw":
            withdraw(self.driver.office, self.no)
        elif move == "call":
            key = f"{self.no}-{NAMES[choice % 3]}-main-1"
            hear(self.driver.office, NAMES[choice % 3], RawCallback("/", {}, key.encode()))
        elif move == "decide":
            self.decide()
        elif move == "wait":
            self.driver.advance(minutes=choice)
        reconcile(self.driver.office)

    def correct(self):
        name = f"示范市晨光{next(self.count)}有限公司"
        correct(self.driver.office, self.no, Amendment({"/company/name/full": name}))

    def decide(self):
        """Do as a window clerk does who has looked into the department's books."""
        for department in self.departments:
            name = department.manifest.department
            step = self.driver.case(self.no).link(name).current
            if step.state is LinkState.MANUAL:
                heard = department.look_up(Ref(**step.ref)) if step.ref else NotFound()
                decide(self.driver.office, self.no, name, heard)

    def to_the_end(self):
        """Let applicant and window act at once, and everything else go well."""
        self.faults.coming.clear()
        for _ in range(400):
            case = self.driver.case(self.no)
            if case.ended:
                return case
            self.check_nothing_is_stuck(case)
            if case.open_notice:
                self.correct()
            self.decide()
            if not self.driver.turn():
                self.driver.advance(minutes=1)
                reconcile(self.driver.office)
        raise AssertionError(f"it never ended: {self.driver.states(self.no)}")

    def check_nothing_is_stuck(self, case):
        for link, step in case.steps():
            people = NEXT_ACTOR[step.state] in {Actor.APPLICANT, Actor.WINDOW}
            resting = step.finished or people or step.state is LinkState.WAITING
            assert resting or step.next_action_at is not None, (link.name, step)
        if all(link.finished for link in case.links):
            assert case.package_due is not None

    def check_promises(self, case):
        for department in self.departments:
            assert max(department.commits.values(), default=0) <= 1, "a second application"
        times = [event.at for event in case.events]
        assert times == sorted(times)
        for event in case.events:
            if event.kind == "step":
                assert LinkState(event.after) in ALLOWED[LinkState(event.before)]
        hours = self.driver.office.city.hours_of(case, self.driver.clock.now())
        assert sum(hours.parts.values()) == hours.wall_minutes


@pytest.mark.timeout(900)  # each example is a whole case, with all its commits
@settings(max_examples=25, suppress_health_check=[*HealthCheck])
@given(
    faults=st.lists(st.sampled_from(sorted(FAULTS)), max_size=12),
    wishes=for_each(WISHES),
    cancels=for_each(CANCEL),
    lookups=for_each(st.sampled_from(["by-key", "by-key", "none"])),
    moves=st.lists(st.tuples(MOVES, st.integers(0, 20)), max_size=15),
)
def test_a_case_keeps_its_promises_and_ends(tmp_path, template, moves, **shape):
    path = tmp_path / "any.db"
    path.unlink(missing_ok=True)
    shutil.copy(template, path)
    playing = Playing(path, **shape)
    try:
        for move, choice in moves:
            playing.play(move, choice)
        case = playing.to_the_end()
        playing.check_promises(case)
        assert case.ended
    finally:
        playing.driver.close()


@pytest.mark.parametrize("lookup", ["by-key", "none"])
@pytest.mark.parametrize("fault", FAULTS)
def test_after_any_single_fault_every_link_is_done_once(tmp_path, template, fault, lookup):
    shutil.copy(template, tmp_path / "any.db")
    plain = dict.fromkeys(NAMES, ())
    playing = Playing(
        tmp_path / "any.db", [fault], plain,
        dict.fromkeys(NAMES, "never"), dict.fromkeys(NAMES, lookup),
    )  # fmt: skip
    case = playing.to_the_end()
    playing.check_promises(case)
    playing.driver.close()
    assert case.state == "completed"
    assert [department.commits.total() for department in playing.departments] == [1, 1, 2]
