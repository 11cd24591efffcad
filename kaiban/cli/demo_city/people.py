"""The people of a day that is played: applicants over HTTP as any program, staff through the use cases behind their pages."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final
from uuid import uuid4

import requests

import forms.sample
from kaiban.app import Kaiban
from kaiban.cli.demo_city.bad_monday import Arrival, Day, Grievance
from kaiban.domain.cases.case import Case
from kaiban.domain.cases.states import ENDED
from kaiban.domain.desk.worklist import holder_of, tenure_of
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.pointer import to_path, value_at
from kaiban.domain.tickets.ticket import Ticket, TicketState
from kaiban.orchestrator.applicant.aftercare import complaining, rating
from kaiban.orchestrator.window.queue.assigning import Order, take
from kaiban.orchestrator.window.tickets.arriving import Machine, take_number
from kaiban.orchestrator.window.tickets.calling import at_counter, call_next, settle
from kaiban.ports import Account

#: So long applicants think before they answer a notice, and people stay at a window (business time).
THINKING: Final = timedelta(minutes=20)
AT_WINDOW: Final = timedelta(minutes=7)
#: How often somebody comes to the hall without an appointment.
WALKING_IN: Final = timedelta(minutes=9)
_MACHINE: Final = "自助机"


class People:
    """Everybody who acts on the day. Each act tells in a line what was done, or nothing where it could not be done yet."""

    def __init__(self, kaiban: Kaiban, day: Day, clerk: Account, http: "Http", seed: int) -> None:
        self._kaiban, self._day, self._clerk, self._http = kaiban, day, clerk, http
        self._seed = seed
        #: The cases that were handed in, in the order in which their companies came.
        self.numbers: list[str] = []
        self._rated: set[str] = set()
        self._next_walk_in: datetime | None = None

    def arrive(self, arrival: Arrival) -> str:
        """A company is declared."""
        now = self._kaiban.clock.now()
        form = forms.sample.sample(
            self._seed + len(self.numbers), now.astimezone(HALL_TIME).date()
        )
        if arrival.words:
            form["company"]["name"]["trade_name"] = (
                arrival.words + "甲乙丙丁戊己庚辛壬癸"[len(self.numbers) % 10]
            )
        body = {**form, "links": list(arrival.links)} if arrival.links else form
        answer = self._http.send("POST", "/cases", body, key=f"{self._seed}-{len(self.numbers)}")
        no = str(answer["case_no"])
        self.numbers.append(no)
        return f"申请人提交 {no}" + (f"（{arrival.words}）" if arrival.words else "")

    def complain(self, grievance: Grievance) -> str:
        """Somebody complains about a case."""
        no = self.numbers[grievance.about]
        complaining.complain(
            self._kaiban.complaints, no, complaining.Grievance(grievance.text, source="web")
        )
        return f"申请人反映 {no}"

    def habits(self) -> Iterator[Callable[[], str]]:
        """What everybody does without being told: take cases, answer notices, rate, wait in the hall."""
        for no in self.numbers:
            if no not in self._rated:
                yield partial(self._follow, no)
        queue, hall = self._kaiban.queue, self._clerk.hall
        if hall in queue.halls:
            yield self._walk_in
            yield from (partial(self._call, window) for window in queue.rules(hall).windows)

    def _follow(self, no: str) -> str:
        """The first there is to do about a case; what follows from it has its turn at the next look."""
        case = self._kaiban.cases.read(no)
        return self._take(case) or self._reply(case) or self._rate(case)

    def _take(self, case: Case) -> str:
        """The clerk answers for every second case."""
        if case.ended or holder_of(case) or self.numbers.index(case.no) % 2:
            return ""
        order = Order(self._clerk.position, tenure_of(case))
        done = take(self._kaiban.office, self._kaiban.staff.accounts, case.no, order)
        return f"窗口领办 {case.no}" if isinstance(done, Case) else ""

    def _reply(self, case: Case) -> str:
        notice = case.open_notice
        if notice is None or self._kaiban.clock.now() < notice.issued_at + THINKING:
            return ""
        shown = self._http.send("GET", f"/cases/{case.no}")["notices"][-1]
        changes, rest = {}, set()
        for item in shown["items"]:
            known = value_at(case.form, to_path(item["pointer"]))
            replies = self._day.replies.get(item["pointer"], ())
            if new := next((each for each in replies if each != known), None):
                changes[item["pointer"]] = new
            else:
                rest.add(item["link"])
        body = {"changes": changes, "confirmed": sorted(rest), "version": shown["version"]}
        self._http.send("PATCH", f"/cases/{case.no}/form", body)
        return f"申请人补正 {case.no}"

    def _rate(self, case: Case) -> str:
        if case.state not in ENDED:
            return ""
        said = self._day.opinions[len(self._rated) % len(self._day.opinions)]
        rating.rate(
            self._kaiban.complaints, case.no, rating.Opinion(said.level, remark=said.remark)
        )
        self._rated.add(case.no)
        return f"申请人评价 {case.no}（{said.level} 分）"

    def _walk_in(self) -> str:
        """Somebody comes to the hall without an appointment, and draws a number."""
        now, queue, hall = self._kaiban.clock.now(), self._kaiban.queue, self._clerk.hall
        if self._next_walk_in is None or now >= self._next_walk_in:
            self._next_walk_in = now + WALKING_IN
            machine = Machine(
                hall, _MACHINE, self._kaiban.complaints.limits, self._kaiban.wall.now
            )
            take_number(queue, machine, next(iter(queue.rules(hall).business)), uuid4().hex)
        return ""

    def _call(self, window: str) -> str:
        """Whoever was called sits down, then leaves, and the next is called."""
        queue, hall, by = self._kaiban.queue, self._clerk.hall, self._clerk.login
        current = at_counter(queue, hall, window).current
        if current is None:
            called = call_next(queue, hall, window, by)
            return f"窗口 {window} 叫号 {called.number}" if isinstance(called, Ticket) else ""
        now = self._kaiban.clock.now()
        if now - (current.called_at or now) >= AT_WINDOW:
            settle(queue, hall, current.number, "done", by)
        elif current.state is TicketState.CALLED:
            settle(queue, hall, current.number, "serve", by)
        return ""


class Http:
    """The API as applicants' programs call it. Raises UndoneError where nothing came of it; the same may be asked again."""

    def __init__(self, address: str, token: str) -> None:
        self._address = f"{address}/api/v1"
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {token}"

    def send(self, method: str, path: str, body: Any = None, key: str = "") -> dict[str, Any]:
        """The answer's JSON."""
        headers = {"Idempotency-Key": key} if key else {}
        try:
            answer = self._session.request(
                method, self._address + path, json=body, headers=headers, timeout=60
            )
        except requests.RequestException as error:
            raise UndoneError(f"{method} {path}: {type(error).__name__}") from error
        if not answer.ok:
            codes = [each.get("code", "") for each in _json(answer).get("errors", ())]
            raise UndoneError(" ".join((method, path, str(answer.status_code), *codes)))
        return _json(answer)


def _json(answer: requests.Response) -> dict[str, Any]:
    found: dict[str, Any] = answer.json()
    return found


class UndoneError(Exception):
    """An act of the day came to nothing; it says why, in the same words each time."""
