"""The test stand: what one check needs to take an adapter through its steps."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from adapters.base import AdapterBase
from adapters.hall.driving import Message, Round
from adapters.kit.demanding import Failed, NotApplicable, NotProvable, demand, told
from adapters.kit.rig.contents import fresh
from adapters.kit.rig.site import Site
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

ANOTHER = 9
LONGEST = timedelta(days=5)
#: After so long without an end, a wait is at least that part of all the waiting so far: whatever lies minutes
#: apart at a department was looked at by then.
PATIENT, SPARINGLY = timedelta(hours=12), 20
NO_STEP = "-"


class Stand(Site):
    """Everything one check needs, for one step of the department."""

    # --- preparing ------------------------------------------------------------------------------

    @property
    def steps(self) -> list[str]:
        """The department's steps, in order."""
        return [each.name for each in self.manifest.steps]

    def rounds(self, kind: str) -> list[Round]:
        """Return the samples of a kind for this step; NotApplicable if there are none."""
        found = [each for each in self.driving.rounds(kind) if each.step == self.step]
        if not found:
            raise NotApplicable(f"golden/needs.json has no sample {kind!r} for this step")
        return found

    @property
    def another_case(self) -> str:
        """The number of another case than this stand's own."""
        return f"{self.case[:-4]}{ANOTHER + int(self.case[-4:]) % 1000:04}"

    def needs(self, step: str, change: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return raw needs that lead to Done, or changed ones; another company's where somebody's system is asked."""
        schema = self.adapter_class.Needs()
        own = fresh(schema, self.driving.needs(step), self.case) if self.target.url else {}
        return self.driving.needs(step, {**own, **self.others, **(change or {})})

    def key(self, revision: int = 1, corrects: Ref | None = None, case: str = "") -> Key:
        """Name an application of this step."""
        return Key(case or self.case, self.manifest.department, self.step, revision, corrects)

    def prepare(
        self, change: Mapping[str, Any] | None = None, key: Key | None = None
    ) -> Prepared | NeedsCorrection:
        """Let the adapter prepare as the engine does: from needs loaded by their schema."""
        key = key or self.key()
        return self.prepare_raw(self.needs(key.step, change), key)

    def prepare_raw(self, needs: Mapping[str, Any], key: Key) -> Prepared | NeedsCorrection:
        """The same, of raw needs."""
        return self.adapter.prepare(self.adapter.Needs().load(needs), key, key.step)

    def prepared(
        self, change: Mapping[str, Any] | None = None, key: Key | None = None
    ) -> Prepared:
        """Return what is ready to be sent; Failed if the adapter wants it corrected."""
        found = self.prepare(change, key)
        demand(isinstance(found, Prepared), f"prepare said {told(found)} to the sample needs")
        assert isinstance(found, Prepared)
        return found

    def ready(self, change: Mapping[str, Any] | None = None, key: Key | None = None) -> Prepared:
        """Take earlier steps to their end, warm the session up, prepare this one."""
        self.go_before()
        ready = self.prepared(change, key)
        self.warm_up(ready)
        return ready

    def warm_up(self, prepared: Prepared) -> None:
        """Have a session, so that the next submission takes only the exchanges it must."""
        self.open_up()
        self.adapter.query(prepared.ref)

    # --- ways through -----------------------------------------------------------------------------

    def open_up(self) -> None:
        """Let business time pass until the department works."""
        if self._stub is not None:
            self.clock.advance_to(self._stub.next_opening(self.clock.now()))

    def submit(self, prepared: Prepared, adapter: AdapterBase | None = None) -> Outcome:
        """Submit while the department works."""
        self.open_up()
        return (adapter or self.adapter).submit(prepared)

    def finish(
        self, ref: Ref, outcome: Outcome | None = None, adapter: AdapterBase | None = None
    ) -> Outcome:
        """Query, letting business time pass, until it is neither pending nor unsettled."""
        asker = adapter or self.adapter
        begin = self.clock.now()
        while self.clock.now() < begin + LONGEST:
            if isinstance(outcome, Pending):
                ref = outcome.ref
            elif outcome is not None and not self._unsettled(outcome, begin):
                return outcome
            if outcome is not None:
                asked_for = getattr(outcome, "poll_after", timedelta(minutes=1))
                waited = self.clock.now() - begin
                self.let_pass(
                    max(asked_for, waited / SPARINGLY if waited > PATIENT else asked_for)
                )
            outcome = self._queried(asker, ref)
        raise Failed(f"after five days of business it is still {told(outcome)}")

    def let_pass(self, span: timedelta) -> None:
        """Let business time pass; NotProvable where nobody can move the clock."""
        if self._stub is None:
            raise NotProvable("this needs a clock that can be moved")
        self.clock.advance(max(span, timedelta(minutes=1)))

    def go(self, change: Mapping[str, Any] | None = None, key: Key | None = None) -> Outcome:
        """Take this step to its end."""
        ready = self.prepared(change, key)
        return self.finish(ready.ref, self.submit(ready))

    def go_before(self) -> None:
        """Take every earlier step to its end."""
        here = self.step
        for name in self.steps[: self.steps.index(here)]:
            self.step = name
            outcome = self.go()
            self.step = here
            demand(isinstance(outcome, Done), f"the step {name} before ended as {told(outcome)}")

    def commits(self) -> int:
        """Return how many applications of this step became effective."""
        return len([line for line in self.stub.commits() if line.step == self.step])

    def applied(self) -> int:
        """Return how often the stub heard this step's submission."""
        operation = self.driving.operations[self.step]
        return len([each for each in self.stub.store.journal() if each.operation == operation])

    def says(self, code: str) -> str:
        """Return their code of that meaning; NotApplicable if they have none."""
        if code not in self.driving.codes:
            raise NotApplicable(f"the protocol has no answer {code!r} here")
        return self.driving.codes[code]

    def saying(self, code: str, asked: Message, answer: Message) -> Message:
        """Return their answer with another code, or as it is where none has its place."""
        return self.driving.says(self.stub, asked, self.says(code)) or answer

    # --- private ----------------------------------------------------------------------------------

    def _queried(self, adapter: AdapterBase, ref: Ref) -> Outcome:
        try:
            return adapter.query(ref)
        except Closed as closed:
            if self._stub is None:
                raise
            self.clock.advance_to(closed.until or self.clock.now() + timedelta(minutes=30))
            return Pending(ref)

    def _unsettled(self, outcome: Outcome, begin: Any) -> bool:
        return isinstance(outcome, NotFound) and self.clock.now() <= begin + self.manifest.settle
