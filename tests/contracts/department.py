"""A department, its hall and the ways through it, for tests of what only that department does.

What every department must hold is asked by the conformance kit (``adapters.kit.suite``)::

    class Bank(Department):
        adapter_class = BankAdapter
        operations = {"main": "KH0001"}

        def needs(self, step):
            return {...}

    class TestConformance(AdapterSuite):
        adapter = BankAdapter

    class TestAnswers(Bank):
        def test_what_only_the_bank_does(self, hall, adapter): ...
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, ClassVar

import pytest

from adapters.base import AdapterBase
from adapters.hall import Hall, RealClock
from kaiban.ports import (
    Closed,
    Done,
    Key,
    NeedsCorrection,
    NotFound,
    Outcome,
    Pending,
    Prepared,
    Ref,
)

CASE = "999900202603040001"
LONGEST = timedelta(days=5)


class Department(ABC):
    """A department's needs, its hall and adapter, and the ways through; no checks."""

    adapter_class: ClassVar[type[AdapterBase]]
    #: The stub's name of the operation that submits, for each step (for ``lose_next``).
    operations: ClassVar[Mapping[str, str]]
    #: More arguments for the hall.
    hall_options: ClassVar[Mapping[str, Any]] = {}

    # --- what a department says ---------------------------------------------------------------

    @abstractmethod
    def needs(self, step: str) -> dict[str, Any]:
        """Return needs that lead to Done."""

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
