"""A campaign: clients hand in cases while processes die and answers get lost; then the books are checked.

Three ledgers are compared: what the clients were told, what the service's rows say, and what the
departments have made effective (their commit oracle). Whatever does not agree is a *violation*,
in one sentence.
"""

import os
import random
import signal
import sqlite3
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import text

from adapters.hall.hall import MORNING
from kaiban.app import Kaiban
from kaiban.domain.case import Case
from kaiban.domain.link import LinkState
from tests.city import SERVE, City

CREATED = 201
#: For each department the exchanges that may commit.
COMMITTING = {
    "registration": ("establish",),
    "seal": ("GY0101",),
    "tax": ("SW0102",),
    "bank": ("KH0001",),
    "social_insurance": ("2100", "2101"),
    "housing_fund": ("GJJ01.ok", "GJJ02.ok"),
}


@dataclass(frozen=True)
class Plan:
    """How much is to happen. Times are real seconds.

    ``resumed_within``: how soon after a death work must go on; 0: not looked at, because it
    depends on how busy the machine is.
    """

    cases: int
    kills: int
    losses: int = 0
    clients: int = 2
    links: Sequence[str] = ()
    victims: Sequence[str] = ("web", "worker", "everything")
    every: tuple[float, float] = (1.5, 4.0)
    patience: float = 180.0
    resumed_within: float = 0
    seed: int = 1
    program: Sequence[str] = SERVE


@dataclass
class Campaign:
    """One run in one city; ``violations`` after ``run`` tells the outcome."""

    city: City
    plan: Plan
    told: dict[str, str] = field(default_factory=dict)
    forms: dict[str, dict[str, Any]] = field(default_factory=dict)
    unknown: Counter[str] = field(default_factory=Counter)
    kills: list[tuple[float, str]] = field(default_factory=list)
    lost: int = 0
    violations: list[str] = field(default_factory=list)

    def run(self) -> "Campaign":
        """Let it all happen, wait for peace, check the books."""
        self._dice = random.Random(self.plan.seed)
        self._root = self.city.start(*self.plan.program)
        self.city.wait_until_ready()
        clients = [
            threading.Thread(target=self._hand_in, args=(n,)) for n in range(self.plan.clients)
        ]
        for client in clients:
            client.start()
        self._disturb(clients)
        for client in clients:
            client.join()
        self._drain()
        self.violations += self._checked()
        self._insist_again()
        return self

    # --- the clients ---------------------------------------------------------------------------

    def _hand_in(self, first: int) -> None:
        for number in range(first, self.plan.cases, self.plan.clients):
            key = f"key-{number}"
            form = self.city.form(number, self.plan.links)
            no = self._insisted(key, form)
            if no:
                self.told[key] = no
                self.forms[key] = form

    def _insisted(self, key: str, form: dict[str, Any]) -> str:
        """Send until somebody answers; every other outcome is unknown and sent again as it was."""
        end = time.monotonic() + self.plan.patience
        while time.monotonic() < end:
            try:
                with self.city.session() as session:
                    answer = session.post(
                        f"{self.city.address}/api/v1/cases", json=form,
                        headers={"Idempotency-Key": key}, timeout=20,
                    )  # fmt: skip
                if answer.status_code == CREATED:
                    return str(answer.json()["case_no"])
                if answer.status_code == 422:
                    self.violations.append(f"{key} was refused: {answer.text}")
                    return ""
            except requests.RequestException:
                pass
            self.unknown[key] += 1
            time.sleep(0.3)
        self.violations.append(f"{key} was never accepted")
        return ""

    def _insist_again(self) -> None:
        """Whoever did not know what had happened and sent again must have one case, still."""
        for key in self.unknown.keys() & self.told.keys():
            if self._insisted(key, self.forms[key]) != self.told[key]:
                self.violations.append(f"{key} gave two cases")

    # --- what disturbs them --------------------------------------------------------------------

    def _disturb(self, clients: Sequence[threading.Thread]) -> None:
        """Kill and lose until the budget is spent; the last kills may come after the last client."""
        losses = self.plan.losses
        while len(self.kills) < self.plan.kills or (losses and any(c.is_alive() for c in clients)):
            time.sleep(self._dice.uniform(*self.plan.every))
            for _ in range(min(losses, 2)):
                self._lose()
                losses -= 1
            if len(self.kills) < self.plan.kills:
                self._kill(self._dice.choice(list(self.plan.victims)))

    def _lose(self) -> None:
        name = self._dice.choice(list(self.city.hall.names))
        self.city.hall.stub(name).lose_next(self._dice.choice(COMMITTING[name]))
        self.lost += 1

    def _kill(self, victim: str) -> None:
        found = _victims(self._root).get(victim)
        if found is None:
            return  # it is just being started
        self.kills.append((time.time(), victim))
        if victim == "everything":
            self.city.kill(self._root)
            self._root = self.city.start(*self.plan.program)
        else:
            os.kill(found, signal.SIGKILL)

    # --- peace and the books -------------------------------------------------------------------

    def _drain(self) -> None:
        kaiban = self.city.kaiban
        end = time.monotonic() + self.plan.patience
        while time.monotonic() < end and not all(case.ended for case in _cases(kaiban)):
            time.sleep(0.5)

    def _checked(self) -> Iterator[str]:
        cases = {case.no: case for case in _cases(self.city.kaiban)}
        yield from self._acknowledged(cases)
        yield from self._effective(cases)
        yield from self._resumed(cases)
        yield from self._intact()

    def _acknowledged(self, cases: dict[str, Case]) -> Iterator[str]:
        for key, no in self.told.items():
            if no not in cases:
                yield f"{key}: case {no} was acknowledged and is lost"
        if len(set(self.told.values())) < len(self.told):
            yield "two keys were given one case"
        for no in cases.keys() - set(self.told.values()):
            yield f"case {no} was never acknowledged"
        for no, case in cases.items():
            if not case.ended:
                steps = ", ".join(
                    f"{link.name} {step.name} {step.state}" for link, step in case.steps()
                )
                yield f"case {no} did not end by itself: {steps}"

    def _effective(self, cases: dict[str, Case]) -> Iterator[str]:
        commits = self.city.hall.commits()
        found = Counter((c.enterprise, c.department, c.step) for c in commits)
        for place, count in found.items():
            if count > 1:
                yield f"{place} became effective {count} times"
        known = {_name(case) for case in cases.values()}
        known |= {case.facts.get("credit_code", "") for case in cases.values()}
        for enterprise, department, _ in found:
            if enterprise not in known:
                yield f"{department} knows {enterprise}, of whom there is no case"
        done = Counter(
            link.name for case in cases.values() for link, step in case.steps()
            if step.state is LinkState.DONE
        )  # fmt: skip
        effective = Counter(c.department for c in commits)
        for name in done:
            if done[name] > effective[name]:
                yield f"{name}: {done[name]} steps are done, {effective[name]} became effective"

    def _resumed(self, cases: dict[str, Case]) -> Iterator[str]:
        if not self.plan.resumed_within:
            return
        happened = sorted(self._real(e.at) for case in cases.values() for e in case.events)
        for at, victim in self.kills:
            later = next((each for each in happened if each > at), None)
            if later is not None and later - at > self.plan.resumed_within:
                yield f"after {victim} was killed nothing happened for {later - at:.0f} s"

    def _real(self, business: Any) -> float:
        clock = self.city.kaiban.clock
        began = clock.began()
        assert began is not None
        return float((began + (business - MORNING) / clock.speed).timestamp())

    def _intact(self) -> Iterator[str]:
        if not self.city.database.startswith("sqlite"):
            return
        with sqlite3.connect(self.city.folder / "kaiban.db") as connection:
            (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
        if verdict != "ok":
            yield f"the database is damaged: {verdict}"

    def summary(self) -> str:
        """What happened, for people."""
        return (
            f"{len(self.told)} cases acknowledged, {sum(self.unknown.values())} unknown answers,"
            f" {len(self.kills)} kills, {self.lost} answers to be lost, {len(self.violations)} violations"
        )


def _cases(kaiban: Kaiban) -> list[Case]:
    with kaiban.database.reading() as connection:
        numbers = connection.execute(text("SELECT no FROM cases")).scalars().all()
    return [kaiban.cases.read(no) for no in numbers]


def _name(case: Case) -> str:
    return str(case.form["company"]["name"]["full"])


def _victims(root: subprocess.Popen[bytes]) -> dict[str, int]:
    """Every process of the service by what it is: pids from /proc."""
    tree = _tree()
    found = {"everything": root.pid}
    for pid, line in tree.get(root.pid, ()):
        found["web" if " web" in line else "worker"] = pid
    return found


def _tree() -> dict[int, list[tuple[int, str]]]:
    """Every process's children, with their command lines."""
    tree: dict[int, list[tuple[int, str]]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue  # it has just ended
        tree.setdefault(parent, []).append((int(folder.name), line))
    return tree
