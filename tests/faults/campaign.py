"""A campaign: clients hand in cases while something goes wrong again and again; then the books are checked.

What goes wrong is in ``disturbances``, what must agree in ``books``; whatever does not is a violation.
"""

import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

import requests
from sqlalchemy import text

from adapters.hall.hall import MORNING
from kaiban.domain.cases.case import Case
from tests.city import BEGINS, ENDED, SERVE, City
from tests.faults.books import Books, Kind, Ledger, Violation
from tests.faults.disturbances import Disturbance, Kill


def _refused(ledger: Ledger, key: str, answer: requests.Response) -> None:
    ledger.refused.append(f"{key} was refused: {answer.text}")


#: The answers after which nobody asks again, unless they say when to, and what the ledger makes of them.
SETTLING: Mapping[int, Callable[[Ledger, str, requests.Response], None]] = {
    201: lambda ledger, key, answer: ledger.tell(key, answer.json()["case_no"]),
    409: _refused,
    422: _refused,
}
#: For each department the exchanges that may commit.
COMMITTING = {
    "registration": ("establish",),
    "seal": ("GY0101",),
    "tax": ("SW0102",),
    "bank": ("KH0001",),
    "social_insurance": ("2100", "2101"),
    "housing_fund": ("GJJ01.ok", "GJJ02.ok"),
}


#: What people choose, one after the other: everything, or what they need now. A case of two links costs a third of the
#: processor's time, and is as much of a case for whatever goes wrong on its way.
CHOICES = (
    (), ("registration", "bank"), ("registration", "seal"),
    (), ("registration", "social_insurance"), ("registration", "tax"),
    (), ("registration", "housing_fund"), ("registration", "seal", "bank"),
)  # fmt: skip
#: Real seconds within which clients who are let on have handed something in.
MEETING_WITHIN = 60


@dataclass(frozen=True)
class Plan:
    """How much is to happen, and what. Times are real seconds.

    ``by``: what disturbs, each time one of them. ``pause``: how long at most a client rests between
    two cases. ``patience``: how long somebody waits while nothing happens that must happen.
    ``dawdle``: how long each department is silent after each thing it has done, so that cases are on their
    way whenever something strikes. ``resumed_within``: how soon after a death work must go on; 0: not looked
    at, because it depends on how busy the machine is. ``links`` are chosen in turn, one combination a case. ``bug``: what is planted, if anything, and ``tells`` by
    which violations it must be noticed.
    """

    cases: int
    disturbances: int
    by: Sequence[Disturbance] = (Kill("web"), Kill("worker"), Kill("serve"))
    losses: int = 0
    clients: int = 2
    links: Sequence[Sequence[str]] = ((),)
    every: tuple[float, float] = (1.5, 4.0)
    pause: float = 0
    dawdle: float = 0
    patience: float = 180.0
    resumed_within: float = 0
    seed: int = 1
    programs: Sequence[Sequence[str]] = (SERVE,)
    bug: str = ""
    tells: Sequence[Kind] = ()


@dataclass(frozen=True)
class Strike:
    """When something struck, what, and how many cases were on their way."""

    at: float
    what: str
    open: int


@dataclass
class Campaign:
    """One run in one city; ``violations`` after ``run`` tells the outcome.

    Disturbances use the city, the dice, ``processes`` (the programs of the plan, as they run
    now) and the ledger.
    """

    city: City
    plan: Plan
    ledger: Ledger = field(default_factory=Ledger)
    strikes: list[Strike] = field(default_factory=list)
    lost: int = 0
    violations: list[Violation] = field(default_factory=list)

    def run(self) -> "Campaign":
        """Let it all happen, wait for peace, check the books."""
        self.dice = random.Random(self.plan.seed)
        self.began, self._turn = time.monotonic(), 0
        self._door = threading.Semaphore(self.plan.clients)
        self.start()
        self.city.wait_until_ready()
        self.let_departments_dawdle()
        with self._disturbed(), self._clients() as busy:
            self._disturb(busy)
        self._drain()
        self.violations += self._checked()
        self._insist_again()
        return self

    def start(self) -> None:
        """Start what the plan says."""
        self.processes = [self.city.start(*argv) for argv in self.plan.programs]

    def stop(self) -> None:
        """Let all of it die at once."""
        for process in self.processes:
            self.city.kill(process)

    def let_departments_dawdle(self) -> None:
        """Have each department be silent for a while after each thing it has done; it answers questions at once."""
        if self.plan.dawdle:
            slow = {"do": "delay", "at": "after-commit", "seconds": self.plan.dawdle}
            for name, operations in COMMITTING.items():
                for each in operations:
                    self.city.hall.stub(name).trouble({**slow, "op": each})

    def numbers(self) -> Sequence[str]:
        """Every case in the database."""
        with self.city.kaiban.database.reading() as connection:
            return connection.execute(text("SELECT no FROM cases")).scalars().all()

    def let_on(self) -> None:
        """Let the clients on who else come after this strike: what strikes wants to meet them."""
        self._turn = 2 * (len(self.strikes) + 1)

    @contextmanager
    def nobody_asking(self) -> Iterator[None]:
        """Wait until every client has heard what it hears of the service that was stopped, and let none ask."""
        for _ in range(self.plan.clients):
            self._door.acquire()
        yield
        self._door.release(self.plan.clients)

    # --- the clients ---------------------------------------------------------------------------

    @contextmanager
    def _clients(self) -> Iterator[Callable[[], bool]]:
        """Let clients hand in until all is handed in; lends whether they still do."""
        clients = [
            threading.Thread(target=self._hand_in, args=(n,), daemon=True)
            for n in range(self.plan.clients)
        ]
        for client in clients:
            client.start()
        yield lambda: any(client.is_alive() for client in clients)
        for client in clients:
            client.join()

    def _hand_in(self, first: int) -> None:
        dice = random.Random(self.plan.seed + first)
        for number in range(first, self.plan.cases, self.plan.clients):
            self._wait_for_turn(number)
            key = f"key-{number}"
            chosen = self.plan.links[number % len(self.plan.links)]
            self.ledger.forms.setdefault(key, self.city.form(number, chosen))
            self._insist(key)
            time.sleep(dice.uniform(0, self.plan.pause))

    def _wait_for_turn(self, number: int) -> None:
        """Spread the cases: some come before the first strike, some while each goes on, some after it."""
        turns = 2 * self.plan.disturbances
        while self._turn < turns and number >= self.plan.cases * (self._turn + 1) / (turns + 1):
            time.sleep(0.05)

    def _insist(self, key: str) -> None:
        """Send until somebody answers; every other outcome is unknown and sent again as it was."""
        end = time.monotonic() + self.plan.patience
        while time.monotonic() < end:
            with self._door:
                answer = self._sent(key)
                if answer is not None and self._confirms(key, answer):
                    continue
                if answer is not None and _settles(answer):
                    SETTLING[answer.status_code](self.ledger, key, answer)
                    return
            self.ledger.unknown[key] += 1
            time.sleep(0.3)
        self.ledger.refused.append(f"{key} was never accepted")

    def _confirms(self, key: str, answer: requests.Response) -> bool:
        """Confirm what is only strange, as people do: to a clock that is behind, an identity card is valid too long."""
        if answer.status_code != 422:
            return False
        asked = [each.get("confirm") for each in answer.json().get("errors", [])]
        if not all(asked) or "confirm" in self.ledger.forms[key]:
            return False
        self.ledger.forms[key] |= {"confirm": asked}
        return True

    def _sent(self, key: str) -> requests.Response | None:
        try:
            with self.city.session() as session:
                answer = session.post(
                    f"{self.city.address}/api/v1/cases", json=self.ledger.forms[key],
                    headers={"Idempotency-Key": key}, timeout=20,
                )  # fmt: skip
        except requests.RequestException:
            return None
        self.ledger.note(answer.status_code)
        return answer

    def _insist_again(self) -> None:
        """Whoever did not know what had happened and sent again must have one case, still."""
        for key, no in self.ledger.standing.items():
            if self.ledger.unknown[key]:
                self._insist(key)
                if self.ledger.told[key].no != no:
                    two = Violation(Kind.DUPLICATED, f"{key} gave two cases")
                    self.violations.append(two)

    # --- what disturbs them --------------------------------------------------------------------

    @contextmanager
    def _disturbed(self) -> Iterator[None]:
        for each in self.plan.by:
            each.begin(self)
        try:
            yield
        finally:
            for each in self.plan.by:
                each.end(self)

    def _disturb(self, busy: Callable[[], bool]) -> None:
        """Strike and lose until the budget is spent; the last strikes may come after the last client."""
        losses, plan = self.plan.losses, self.plan
        while len(self.strikes) < plan.disturbances or (losses and busy()):
            time.sleep(self.dice.uniform(*plan.every))
            for _ in range(min(losses, 2)):
                self._lose()
                losses -= 1
            if len(self.strikes) < plan.disturbances:
                chosen = self.dice.choice(list(plan.by))
                self._strike(chosen)

    def _strike(self, chosen: Disturbance) -> None:
        chosen.prepare(self)
        self._turn = 2 * len(self.strikes) + 1
        under_way, at = self._met(), time.time()
        if chosen.strike(self):
            self.strikes.append(Strike(at, chosen.name, under_way))
            self._turn = 2 * len(self.strikes)

    def _met(self) -> int:
        """How many cases are on their way; at least one, if somebody still hands any in."""
        end = time.monotonic() + MEETING_WITHIN
        while not (under_way := self._open()) and time.monotonic() < end:
            time.sleep(0.05)
        return under_way

    def _lose(self) -> None:
        name = self.dice.choice(list(self.city.hall.names))
        self.city.hall.stub(name).lose_next(self.dice.choice(COMMITTING[name]))
        self.lost += 1

    # --- peace and the books -------------------------------------------------------------------

    def _drain(self) -> None:
        """Wait until all has ended, or nothing has gone on for so long; a bug may let something go on for ever."""
        seen, end = 0, time.monotonic() + self.plan.patience
        while time.monotonic() < end and self._open():
            if not self.plan.bug and (happened := self._happened()) != seen:
                seen, end = happened, time.monotonic() + self.plan.patience
            time.sleep(0.5)

    def _happened(self) -> int:
        """How much has happened to all cases; that something was taken up anew is not yet anything."""
        with self.city.kaiban.database.reading() as connection:
            count = text("SELECT count(*) FROM events WHERE kind <> 'reconciled'")
            return connection.execute(count).scalar_one()

    def _open(self) -> int:
        with self.city.kaiban.database.reading() as connection:
            states = connection.execute(text("SELECT state FROM cases")).scalars()
            return sum(state not in ENDED for state in states)

    def _checked(self) -> Iterator[Violation]:
        cases = {no: self.city.kaiban.cases.read(no) for no in self.numbers()}
        yield from Books(self.ledger, cases, self.city.hall.commits()).violations()
        yield from self._resumed(cases)
        yield from self._intact()
        yield from self._met_nobody()

    def _met_nobody(self) -> Iterator[Violation]:
        """A strike when nothing is on its way proves nothing; a bug may well keep everybody out."""
        for each in self.strikes:
            if not each.open and not self.plan.bug:
                yield Violation(Kind.OTHER, f"no case was on its way: {each.what}")

    def _resumed(self, cases: dict[str, Case]) -> Iterator[Violation]:
        if not self.plan.resumed_within:
            return
        happened = sorted(self._real(e.at) for case in cases.values() for e in case.events)
        for strike in self.strikes:
            later = next((each for each in happened if each > strike.at), None)
            if later is not None and later - strike.at > self.plan.resumed_within:
                waited = f"nothing happened for {later - strike.at:.0f} s"
                yield Violation(Kind.STUCK, f"after {strike.what} {waited}")

    def _real(self, business: datetime) -> float:
        began = datetime.fromisoformat((self.city.folder / BEGINS).read_text(encoding="ascii"))
        return (began + self.city.kaiban.clock.real(business - MORNING)).timestamp()

    def _intact(self) -> Iterator[Violation]:
        database = self.city.kaiban.database
        if not database.is_sqlite:
            return
        with sqlite3.connect(str(database.url.database)) as connection:
            (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
        if verdict != "ok":
            yield Violation(Kind.LOST, f"the database is damaged: {verdict}")

    def summary(self) -> str:
        """What happened, for people."""
        return (
            f"{len(self.ledger.told)} cases acknowledged, {len(self.ledger.standing)} of them not gone with a"
            f" restored backup, {self.ledger.unknown.total()} unknown answers"
            f" {dict(self.ledger.statuses)}, {[f'{each.what} ({each.open} open)' for each in self.strikes]},"
            f" {self.lost} answers to be lost, {len(self.violations)} violations: {self.violations[:20]}"
        )


def _settles(answer: requests.Response) -> bool:
    return answer.status_code in SETTLING and "Retry-After" not in answer.headers
