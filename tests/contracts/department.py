"""What every department's adapter must hold against its stub.

A department's test inherits it and says only what is its own::

    class Bank(Department):
        adapter_class = BankAdapter
        operations = {"main": "KH0001"}

        def needs(self, step):
            return {...}

        def rare(self, needs):
            return needs | {"legal_rep_name": "李𠮷"}, "people.legal_rep.name"

    class TestContract(Bank, DepartmentContract):
        pass

    class TestAnswers(Bank):
        def test_what_only_the_bank_does(self, hall, adapter): ...
"""

import copy
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from marshmallow import fields

from adapters.base import AdapterBase
from adapters.hall import Hall, RealClock
from kaiban.ports import (
    Closed,
    Done,
    Health,
    Key,
    Misconfigured,
    NeedsCorrection,
    NotFound,
    Outcome,
    Pending,
    Prepared,
    Ref,
    Unknown,
)

CASE = "999900202603040001"
LONGEST = timedelta(days=5)


class Department:
    """A department's needs, its hall and adapter, and the ways through; no checks."""

    adapter_class: ClassVar[type[AdapterBase]]
    #: The stub's name of the operation that submits, for each step (for ``lose_next``).
    operations: ClassVar[Mapping[str, str]]
    #: More arguments for the hall.
    hall_options: ClassVar[Mapping[str, Any]] = {}

    # --- what a department says ---------------------------------------------------------------

    def needs(self, step: str) -> dict[str, Any]:
        """Return needs that lead to Done."""
        raise NotImplementedError

    def rare(self, needs: dict[str, Any]) -> tuple[dict[str, Any], str] | None:
        """Return needs with a character the department cannot read, and its form path.

        None if the department reads every character.
        """
        raise NotImplementedError

    # --- fixtures -----------------------------------------------------------------------------

    @property
    def department(self) -> str:
        return self.adapter_class.manifest.department

    @pytest.fixture
    def hall(self) -> Iterator[Hall]:
        with Hall(only=(self.department,), manual=True, **self.hall_options) as hall:
            assert hall.broken == {}
            yield hall

    @pytest.fixture
    def adapter(self, hall: Hall) -> Iterator[AdapterBase]:
        adapter = self.adapter_class(hall.settings(self.department), clock=RealClock())
        yield adapter
        adapter.http.close()

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Let every check that asks for a ``step`` run for each of the department's steps."""
        if "step" in metafunc.fixturenames:
            metafunc.parametrize("step", [each.name for each in self.adapter_class.manifest.steps])

    # --- ways through -------------------------------------------------------------------------

    def key(self, step: str, revision: int = 1, corrects: Ref | None = None) -> Key:
        return Key(CASE, self.department, step, revision, corrects)

    def prepare(
        self, adapter: AdapterBase, needs: Mapping[str, Any], key: Key
    ) -> Prepared | NeedsCorrection:
        """Let the adapter prepare as the engine does: from needs loaded by their schema."""
        return adapter.prepare(adapter.Needs().load(needs), key, key.step)

    def prepared(self, adapter: AdapterBase, step: str) -> Prepared:
        prepared = self.prepare(adapter, self.needs(step), self.key(step))
        assert isinstance(prepared, Prepared), prepared
        return prepared

    def submitted(self, hall: Hall, adapter: AdapterBase, prepared: Prepared) -> Outcome:
        """Submit once it is open."""
        end = hall.clock.now() + LONGEST
        while hall.clock.now() < end:
            try:
                return adapter.submit(prepared)
            except Closed as closed:
                until = closed.until or hall.clock.now() + timedelta(minutes=30)
                hall.clock.advance_to(until)
        raise AssertionError("it never opens")

    def finished(self, hall: Hall, adapter: AdapterBase, ref: Ref, outcome: Any = None) -> Outcome:
        """Query, letting business time pass, until it is neither pending nor unsettled."""
        end = hall.clock.now() + LONGEST
        settled = hall.clock.now() + adapter.manifest.settle
        while hall.clock.now() < end:
            if isinstance(outcome, Pending):
                ref = outcome.ref
            elif outcome is not None and not self._unsettled(outcome, hall, settled):
                return outcome
            if outcome is not None:
                wait = getattr(outcome, "poll_after", timedelta(minutes=1))
                hall.clock.advance(max(wait, timedelta(minutes=1)))
            outcome = self._queried(hall, adapter, ref)
        raise AssertionError(f"still {outcome}")

    def run(self, hall: Hall, adapter: AdapterBase, step: str) -> Outcome:
        """Take the step, and whatever steps come before it, to its end."""
        outcome: Outcome | None = None
        for spec in adapter.manifest.steps:
            prepared = self.prepared(adapter, spec.name)
            outcome = self.submitted(hall, adapter, prepared)
            outcome = self.finished(hall, adapter, prepared.ref, outcome)
            if spec.name == step:
                break
            assert isinstance(outcome, Done), outcome
        assert outcome is not None
        return outcome

    def run_before(self, hall: Hall, adapter: AdapterBase, step: str) -> None:
        """Take every earlier step to its end."""
        names = [spec.name for spec in adapter.manifest.steps]
        if names.index(step) > 0:
            assert isinstance(self.run(hall, adapter, names[names.index(step) - 1]), Done)

    def commits(self, hall: Hall, step: str) -> int:
        """Return how many applications of that step are effective."""
        lines = [line for line in hall.commits() if line.step == step]
        assert len({line.enterprise for line in lines}) <= 1
        return len(lines)

    # --- private ------------------------------------------------------------------------------

    def _queried(self, hall: Hall, adapter: AdapterBase, ref: Ref) -> Outcome:
        try:
            return adapter.query(ref)
        except Closed as closed:
            hall.clock.advance_to(closed.until or hall.clock.now() + timedelta(minutes=30))
            return Pending(ref)

    def _unsettled(self, outcome: Outcome, hall: Hall, settled: Any) -> bool:
        return isinstance(outcome, NotFound) and hall.clock.now() <= settled


class DepartmentContract(Department):
    """The checks every department inherits; times are moved by hand, nothing sleeps."""

    def test_the_adapter_answers_to_the_port(self) -> None:
        manifest = self.adapter_class.manifest
        assert manifest.department == self.department
        assert manifest.title
        assert manifest.office
        assert manifest.owner
        assert manifest.steps
        assert self.adapter_class.Settings
        assert set(self.operations) == {step.name for step in manifest.steps}

    def test_every_need_names_its_form_path_and_every_result_its_label(self) -> None:
        assert not list(_without(self.adapter_class.Needs().fields, "path"))
        assert not list(_without(self.adapter_class.Result().fields, "label"))

    def test_a_step_provides_facts_that_are_part_of_the_result(self) -> None:
        provided = {fact for s in self.adapter_class.manifest.steps for fact in s.provides}
        assert provided <= set(self.adapter_class.Result().fields)

    def test_a_missing_setting_is_named_without_using_the_network(self) -> None:
        with pytest.raises(Misconfigured, match="url"):
            self.adapter_class({}, clock=RealClock())

    def test_an_application_is_granted_and_becomes_effective_once(self, hall, adapter, step):
        outcome = self.run(hall, adapter, step)
        assert isinstance(outcome, Done), outcome
        assert self.adapter_class.Result().load(dict(outcome.result))
        assert self.commits(hall, step) == 1

    def test_the_result_holds_the_facts_the_step_provides(self, hall, adapter, step):
        outcome = self.run(hall, adapter, step)
        assert isinstance(outcome, Done), outcome
        spec = next(each for each in adapter.manifest.steps if each.name == step)
        assert all(isinstance(outcome.result.get(fact), str) for fact in spec.provides)

    def test_prepare_is_pure(self, adapter, step):
        needs = adapter.Needs().load(self.needs(step))
        untouched = copy.deepcopy(needs)
        other = self.adapter_class(adapter.settings, clock=RealClock())
        first = adapter.prepare(needs, self.key(step), step)
        assert other.prepare(copy.deepcopy(untouched), self.key(step), step) == first
        assert needs == untouched

    def test_another_revision_is_another_application(self, adapter, step):
        first = self.prepared(adapter, step)
        second = self.prepare(adapter, self.needs(step), self.key(step, 2, first.ref))
        assert isinstance(second, Prepared)
        assert second.key != first.key

    def test_a_character_they_cannot_read_is_corrected_before_anything_is_sent(
        self, hall, adapter, step
    ):
        rare = self.rare(self.needs(step))
        if rare is None:
            pytest.skip("the department reads every character")
        before = len(hall.stub(self.department).store.journal())
        outcome = self.prepare(adapter, rare[0], self.key(step))
        assert isinstance(outcome, NeedsCorrection), outcome
        assert rare[1] in [item.path for item in outcome.items]
        assert len(hall.stub(self.department).store.journal()) == before

    def test_an_unknown_application_is_not_found(self, adapter, step):
        assert isinstance(adapter.query(self.prepared(adapter, step).ref), NotFound)

    def test_asking_five_times_changes_nothing(self, hall, adapter, step):
        outcome = self.run(hall, adapter, step)
        assert isinstance(outcome, Done), outcome
        again = [adapter.query(outcome.ref) for _ in range(5)]
        assert [dict(each.result) for each in again] == [dict(outcome.result)] * 5
        assert self.commits(hall, step) == 1

    def test_a_second_submission_is_treated_as_declared(self, hall, adapter, step):
        if adapter.manifest.idempotency == "none":
            pytest.skip("the department takes the same application twice")
        self.run_before(hall, adapter, step)
        prepared = self.prepared(adapter, step)
        first = self.submitted(hall, adapter, prepared)
        if adapter.manifest.idempotency == "key":
            second: Outcome | None = self.submitted(hall, adapter, prepared)
        else:
            with pytest.raises(Unknown):
                adapter.submit(prepared)
            second = first
        for outcome in (first, second):
            assert isinstance(self.finished(hall, adapter, prepared.ref, outcome), Done)
        assert self.commits(hall, step) == 1

    def test_a_lost_answer_is_unknown_and_a_query_finds_the_one_application(
        self, hall, adapter, step
    ):
        self.run_before(hall, adapter, step)
        prepared = self.prepared(adapter, step)
        hall.clock.advance_to(hall.stub(self.department).next_opening(hall.clock.now()))
        hall.stub(self.department).lose_next(self.operations[step])
        with pytest.raises(Unknown):
            self.submitted(hall, adapter, prepared)
        assert isinstance(self.finished(hall, adapter, prepared.ref), Done)
        assert self.commits(hall, step) == 1

    def test_a_restart_in_the_middle_loses_nothing(self, hall, adapter, step):
        self.run_before(hall, adapter, step)
        prepared = self.prepared(adapter, step)
        outcome = self.submitted(hall, adapter, prepared)
        hall.restart(self.department)
        assert isinstance(self.finished(hall, adapter, prepared.ref), Done)
        assert not isinstance(outcome, NotFound)
        assert self.commits(hall, step) == 1

    def test_another_process_can_ask_with_what_was_written_down(self, hall, adapter, step):
        self.run_before(hall, adapter, step)
        prepared = self.prepared(adapter, step)
        self.submitted(hall, adapter, prepared)
        other = self.adapter_class(hall.settings(self.department), clock=RealClock())
        assert isinstance(self.finished(hall, other, prepared.ref), Done)
        other.http.close()

    def test_a_dead_department_is_not_healthy_and_a_living_one_is(self, hall, adapter):
        before = Counter(hall.commits())
        assert adapter.health().ok
        hall.stop(self.department)
        health = adapter.health()
        assert isinstance(health, Health)
        assert not health.ok
        assert not before


def _without(declared: Mapping[str, fields.Field], mark: str, at: str = "") -> Iterator[str]:
    for name, each in declared.items():
        inner = each.inner if isinstance(each, fields.List) else each
        if mark not in each.metadata:
            yield at + name
        if isinstance(inner, fields.Nested):
            yield from _without(inner.schema.fields, mark, f"{at}{name}.")
