"""One wake-up brings a case: it is taken as far as it goes without waiting for anything but departments.

Each turn is one transaction. It writes down what came since the last one, begins what may begin, and takes up what
can be done at once, as far as the bulkheads have room; none is open while a department is talked to. What finds no room
stays behind as it was written down, and whoever has room next takes it up. So a case that goes through in one run needs
about one transaction a step, and one that dies on its way leaves its leases behind, by which it is found again. As long
as it lives it renews them.

See docs/decisions/0034-one-wake-up-brings-a-case.md.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any, Final, Protocol

from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_random_exponential

from kaiban.domain.cases.case import Case
from kaiban.orchestrator.office import NOW, SIGN_OF_LIFE, Office
from kaiban.orchestrator.worker.steps import issuing, working
from kaiban.ports import Bulkheads, Engine, Job, Permit, Transaction, Unavailable

#: Real seconds for which what came is kept in hand while the database is away.
PATIENCE: Final = 60
_PULSE: Final = SIGN_OF_LIFE.total_seconds()


class Brought(Protocol):
    """What came of a way, to be brought home; ``link`` is whose, "" for the case's own."""

    @property
    def link(self) -> str:
        """Whose."""

    def bring_home(self, office: Office, tx: Transaction, case: Case) -> None:
        """Let it take its effect on the case, which whoever calls writes down."""


class Way(Protocol):
    """What is to be done outside of any transaction."""

    def go(self, office: Office) -> Brought:
        """Do it."""

    def hold(self, office: Office, case: Case) -> None:
        """It is still under way: let nobody else begin with it, until the next lease is over."""

    def let_go(self, office: Office, case: Case) -> None:
        """It came to nothing: let it be found when that makes sense."""


#: Whether a job is still in charge, and what to do for it, by its kind.
_WANTED: Final[dict[str, Callable[[Case, Job], bool]]] = {
    "work": working.is_wanted,
    "issue": issuing.is_wanted,
}
_TAKING_UP: Final[dict[str, Callable[[Office, Transaction, Case, Job], Way | None]]] = {
    "work": working.take_up,
    "issue": issuing.take_up,
}


@dataclass(frozen=True)
class _AtOnce:
    """Hears, in a transaction, what is to be done at once; what waits goes to the engine (kaiban.ports.Engine)."""

    engine: Engine
    jobs: deque[Job] = field(default_factory=deque)

    def enqueue(self, connection: Any, job: Job, delay: timedelta = NOW) -> None:
        """Keep it for this turn, or promise it for later."""
        if delay:
            self.engine.enqueue(connection, job, delay)
        else:
            self.jobs.append(job)

    def is_queued(self, job: Job) -> bool:
        """What the engine knows."""
        return self.engine.is_queued(job)


def run(office: Office, bulkheads: Bulkheads, job: Job) -> None:
    """Do the job, if it is still the one in charge, and whatever of the case can be done at once after it.

    Raises Unavailable if the database stays away: what is in hand then is found again by its leases.
    """
    CaseRun(office, bulkheads, job.case_no).go(job)


def run_alone(office: Office, job: Job) -> None:
    """Do the job and nothing after it; everything else is left to the engine."""
    run(office, _OnePermit(), job)


@dataclass
class CaseRun:
    """A case in hand, and what is under way for it."""

    office: Office
    bulkheads: Bulkheads
    no: str
    _under_way: dict[Future[Brought], Way] = field(default_factory=dict)
    _failed: list[BaseException] = field(default_factory=list)
    _heard_at: float = field(default_factory=time.monotonic)

    def go(self, job: Job) -> None:
        """From the job on, until nothing is under way; then the first thing that went wrong is raised."""
        self._turn((), job)
        while self._under_way:
            done, _ = wait(self._under_way, _PULSE, return_when=FIRST_COMPLETED)
            ended = {each: self._under_way.pop(each) for each in done}
            failed = [way for each, way in ended.items() if each.exception()]
            self._failed += [error for each in ended if (error := each.exception())]
            if brought := [each.result() for each in ended if not each.exception()]:
                self._bring_home(brought)
            self._tell(failed)
        if self._failed:
            raise self._failed[0]

    def _bring_home(self, brought: Sequence[Brought]) -> None:
        """Write it all down at once, or, if that cannot be done, each alone: one takes no other with it."""
        try:
            self._turn(brought)
        except Exception as error:  # noqa: BLE001 - raised at the end; what it was about is found again by its lease
            if len(brought) > 1 and not isinstance(error, Unavailable):
                for each in brought:
                    self._bring_home([each])
            else:
                self._failed.append(error)

    def _tell(self, failed: Sequence[Way]) -> None:
        """Write down what came to nothing; if nothing else has been written for a while, that the rest goes on."""
        is_quiet = time.monotonic() - self._heard_at >= _PULSE
        if not failed and not (is_quiet and self._under_way):
            return
        # While the database is away the leases run out: what is in hand then counts for whoever is first.
        with suppress(Unavailable), self.office.cases.transaction() as tx:
            case = tx.get(self.no)
            for way in failed:
                way.let_go(self.office, case)
            for way in self._under_way.values():
                way.hold(self.office, case)
            tx.save(case)
        self._heard_at = time.monotonic()

    @retry(
        retry=retry_if_exception_type(Unavailable),
        wait=wait_random_exponential(multiplier=0.2, max=5),
        stop=stop_after_delay(PATIENCE),
        reraise=True,
    )
    def _turn(self, brought: Sequence[Brought], *jobs: Job) -> None:
        """One transaction, and then everybody on their way for whom there was room in it."""
        begun: list[tuple[Permit, Way]] = []
        try:
            with self.office.cases.transaction() as tx:
                self._transact(tx, brought, jobs, begun)
        except BaseException:
            for permit, _ in begun:
                permit.leave()
            raise
        for permit, way in begun:
            self._under_way[permit.start(partial(way.go, self.office))] = way

    def _transact(
        self,
        tx: Transaction,
        brought: Sequence[Brought],
        jobs: Iterable[Job],
        begun: list[tuple[Permit, Way]],
    ) -> None:
        case = tx.get(self.no)
        at_once = _AtOnce(self.office.engine, deque(job for job in jobs if _is_wanted(case, job)))
        if not (brought or at_once.jobs):
            return
        office = replace(self.office, engine=at_once)
        # In the order of the plan, in which what follows is taken up, too: departments' rows are locked on the way.
        places = {link.name: n for n, link in enumerate(case.links)}
        for each in sorted(brought, key=lambda one: places.get(one.link, len(places))):
            each.bring_home(office, tx, case)
        if brought:
            office.advance(tx, case)
        while at_once.jobs:
            self._take_up(office, tx, case, at_once.jobs.popleft(), begun)
        tx.save(case)

    def _take_up(
        self,
        office: Office,
        tx: Transaction,
        case: Case,
        job: Job,
        begun: list[tuple[Permit, Way]],
    ) -> None:
        if not _is_wanted(case, job):
            return
        permit = self.bulkheads.enter(job.queue)
        if permit is None:
            self._put_in_line(tx, case, job)
            return
        try:
            way = _TAKING_UP[job.kind](office, tx, case, job)
        except BaseException:
            permit.leave()
            raise
        if way:
            begun.append((permit, way))
        else:
            permit.leave()
            office.advance(tx, case)

    def _put_in_line(self, tx: Transaction, case: Case, job: Job) -> None:
        """Let it be done by whoever has room next: it is due now, and nobody's."""
        link = case.link(job.link) if job.kind == "work" else None
        step = link and link.step(job.step)
        if link and step and not step.is_due_at_once:
            self.office.schedule(tx, case, link, step)
        else:
            self.office.engine.enqueue(tx.connection, job)


@dataclass
class _OnePermit:
    """Room for one job, which is done where it stands (kaiban.ports.Bulkheads and Permit)."""

    taken: bool = False

    def enter(self, _queue: str) -> Permit | None:
        """The permit, once."""
        if self.taken:
            return None
        self.taken = True
        return self

    def start(self, work: Callable[[], Any]) -> Future[Any]:
        """Do it at once."""
        done: Future[Any] = Future()
        try:
            done.set_result(work())
        except Exception as error:  # noqa: BLE001 - whoever asks for the result has it raised
            done.set_exception(error)
        return done

    def leave(self) -> None:
        """Nobody else wants it."""


def _is_wanted(case: Case, job: Job) -> bool:
    return _WANTED[job.kind](case, job)
