"""A whole city in one process: six pretended departments, the real service, one clock set by hand.

    with playing(tmp_path, database_url) as city:
        no = city.submit(city.form())
        case = city.follow(no)
        assert case["status"] == "completed"

Nothing is replaced but time and who runs the jobs: forms go in over HTTP on a real socket, the
departments are asked and call back over HTTP in their own protocols, the rows are real rows. Time
stands still until ``follow`` or ``pass_time`` lets it go on, so hours of business last as long as
the work in them, and the same journey is the same every time.
"""

import json
from collections import Counter
from contextlib import ExitStack, contextmanager, suppress
from copy import copy
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import count
from uuid import uuid4

import requests
from argon2 import PasswordHasher
from chinese_calendar import is_workday
from sqlalchemy import event, func, select, text, update

import forms.sample
from adapters.hall import Hall, Stub
from forms.jsontext import write
from kaiban.api.app import openapi_text
from kaiban.app import Kaiban
from kaiban.app.installation.keys import make_keys
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.statistics.case_facts import facts_of
from kaiban.orchestrator.worker.steps.case_run import run_alone
from kaiban.orchestrator.worker.upkeep.reconciling import reconcile
from kaiban.ports.statistics import Scope
from kaiban.storage.migrations import upgrade
from kaiban.storage.schema import cases, steps
from tests.api.declared import declared
from tests.orchestrator.driver import JOBS, PlainPackages, TableEngine, without_fsync
from tests.serving import serve

SUNDAY = 6
WEDNESDAY = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)  # 09:00 in the hall, everybody works
MINUTE = timedelta(minutes=1)

#: Longer than any journey here takes, holidays of a week and a half among it; a case that has not ended by then never will.
LONGEST = timedelta(days=14)
EVER = Scope(date(2000, 1, 1), date(2100, 1, 1))

#: Where the rows remember when something should happen.
REMEMBERED = (steps.c.next_action_at, cases.c.package_due, cases.c.notice_due)

#: More than any test takes seeds: their companies' names are others.
MANY = 5000
#: What stands behind a trade name that was asked for so many times before.
AGAIN = ("", *"甲乙丙丁戊己庚辛壬癸")

#: What whoever looks after the city's machines types at `/kiosk`.
KIOSK_KEY = "202603041234"


@contextmanager
def playing(folder, url, *, morning=WEDNESDAY, pace=1, prints=False, **links):
    """Open the city; everything ends with the block.

    ``pace`` divides how long reviews take; packages are only named, unless it ``prints`` them; ``links`` is what the profile says of links besides
    their settings: ``tax={"adapter": "counter"}``.
    """
    with ExitStack() as stack:
        # The hall must know where to call before there is a service that knows where the hall is.
        address = stack.enter_context(serve(lambda *request: city.web(*request)))  # noqa: PLW0108 - there is no city yet
        hall = stack.enter_context(
            Hall(epoch=morning, pace=pace, manual=True, callback_url=address)
        )
        assert hall.broken == {}
        city = City(hall, folder, url, address, prints=prints)
        city.install(**links)
        city.begin()
        stack.callback(city.close)
        yield city


def _counted(row):
    """What pages count of it."""
    minutes = {name: count for name, count in row.minutes.items() if count}
    return row.outcome, row.accepted_on, row.ended_on, row.promised, row.used, minutes


def _toml(link, entries, settings):
    tables = {f"[{link}]": entries, f"[{link}.settings]": settings}
    lines = [
        [head, *(f"{k} = {_value(v)}" for k, v in each.items())] for head, each in tables.items()
    ]
    return "\n".join(line for table in lines for line in table)


def _value(value):
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k} = {_value(v)}" for k, v in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)


class SparingPackages:
    """Prints a package where the test looks at packages; printing takes most of the time of a case."""

    def __init__(self, city, printing):
        self.city, self.printing, self.plain = city, printing, PlainPackages()

    def make(self, case, version, at):
        return (self.printing if self.city.prints else self.plain).make(case, version, at)


class City:
    """What happens in the city: what an applicant does over HTTP, and how time passes."""

    def __init__(self, hall, folder, url, address, *, prints):
        self.hall, self.folder, self.url, self.address = hall, folder, url, address
        self.kaibans = []
        self.prints = prints
        self.numbers = count()
        self.named = Counter()
        self.counted = {}
        stubs = [hall.stub(name) for name in hall.names]
        self.callers = [
            stub for stub in stubs if type(stub).callback_message is not Stub.callback_message
        ]
        self.http = requests.Session()
        self.http.trust_env = False

    def install(self, **links):
        """Put the service together as ``kaiban serve`` does, on the hall's clock and with our engine.

        A second time: start it anew with another profile, as after a restart.
        """
        path = self.folder / "links.toml"
        names = dict.fromkeys((*self.hall.names, *links))
        tables = (_toml(name, links.get(name, {}), self._settings(name)) for name in names)
        path.write_text("\n".join(tables), "utf-8")
        (self.folder / "kiosk.key").write_text(KIOSK_KEY)
        environ = {
            "KAIBAN_VAR": str(self.folder), "KAIBAN_DATABASE": self.url,
            "KAIBAN_BASE_URL": self.address, "KAIBAN_LINKS": str(path),
            "KAIBAN_KIOSK_KEY": f"file:{self.folder / 'kiosk.key'}",
        }  # fmt: skip
        self.environ = environ
        self.kaiban = kaiban = Kaiban(environ)
        self.kaibans.append(kaiban)
        if kaiban.database.is_sqlite:
            event.listen(kaiban.database.engine, "connect", without_fsync)
        make_keys(kaiban.settings, kaiban.database)
        kaiban.clock = self.hall.clock
        kaiban.hasher = PasswordHasher(
            time_cost=1, memory_cost=64
        )  # passwords of tests are no secrets
        kaiban.engine = TableEngine(kaiban.database, self.hall.clock)
        # Only ``make`` is asked of it; the office is made once.
        kaiban.__dict__["office"] = replace(
            kaiban.office, packages=SparingPackages(self, kaiban.office.packages)
        )
        # As the worker does, which is a process of its own: it keeps what it has in hand between its transactions.
        self.worker_cases = copy(kaiban.cases)
        self.worker_cases.keep(100)
        self.web = kaiban.web()

    def _settings(self, name):
        return self.hall.settings(name) if name in self.hall.names else {}

    def begin(self):
        """Make the tables, and let an entrepreneur and the window in."""
        upgrade(self.kaiban.database)
        with self.kaiban.database.transaction() as connection:
            connection.execute(text(JOBS))
        token = self.token("entrepreneur", "cases:read", "cases:write")
        self.http.headers["Authorization"] = f"Bearer {token}"
        self.window = {"Authorization": f"Bearer {self.token('window', 'cases:all')}"}

    def token(self, name, *scopes):
        return self.kaiban.accounts.add_token(name, scopes, self.kaiban.wall.now())

    def close(self):
        self.http.close()
        for kaiban in self.kaibans:
            departments = kaiban.departments
            for adapter in (*departments.adapters.values(), *departments.others.values()):
                adapter.close()
            kaiban.database.close()

    # --- what an applicant does ---------------------------------------------------------------

    def form(self, trade_name="", seed=7, applicant="company"):
        """Return a complete form; some words in the trade name make a department difficult.

        Each is about another company, as the same application is accepted once: without a name and a seed by its name,
        with one asked for before by a character more.
        """
        today = self.hall.clock.now().astimezone(HALL_TIME).date()
        form = forms.sample.sample(seed, today, applicant)
        if seed == 7 and not trade_name and (number := next(self.numbers)):
            trade_name = forms.sample.trade_name(seed + MANY + number)
        name = form["company"]["name"]
        wanted = trade_name or name["trade_name"]
        name["trade_name"] = wanted + AGAIN[self.named[wanted, seed]]
        self.named[wanted, seed] += 1
        return form

    @property
    def today(self):
        """The day in the halls, which begins eight hours before that of UTC."""
        return self.hall.clock.now().astimezone(HALL_TIME).date()

    def sunday(self):
        """A Sunday to come that only the bank minds, and a Monday it opens on; time has passed when tests share a city."""
        ahead = (self.today + timedelta(days=days) for days in range(3, 60))
        day = timedelta(days=1)
        first = next(
            each
            for each in ahead
            if each.weekday() == SUNDAY and not is_workday(each) and is_workday(each + day)
        )
        return first.isoformat(), (first + day).isoformat()

    def call(self, method, path, **more):
        """Call the API; an answer its description does not declare is an error."""
        answer = self.http.request(method, f"{self.address}/api/v1{path}", timeout=250, **more)
        wrong = self._declared.undeclared(
            method, answer.request.path_url.partition("?")[0], answer.status_code,
            answer.headers.get("Content-Type", ""), answer.content, answer.headers,
        )  # fmt: skip
        assert not wrong, wrong
        return answer

    @cached_property
    def _declared(self):
        return declared(openapi_text(self.kaiban.sections, self.kaiban.profile.city))

    def ask(self, method, path, **more):
        """Call, and return the JSON of an answer that is no error."""
        answer = self.call(method, path, **more)
        assert answer.ok, answer.text
        return answer.json()

    def hand_in(self, form, *links):
        """Hand the form in for these links (all of them without any); return the answer."""
        headers = {"Idempotency-Key": uuid4().hex, "Content-Type": "application/json"}
        body = {**form, "links": list(links)} if links else form
        return self.call("POST", "/cases", data=write(body).encode(), headers=headers)

    def submit(self, form, *links):
        """Hand in what is accepted; return the case's number."""
        answer = self.hand_in(form, *links)
        assert answer.status_code == 201, answer.text
        return answer.json()["case_no"]

    def case(self, no):
        return self.ask("GET", f"/cases/{no}")

    def link(self, no, name):
        return next(link for link in self.case(no)["links"] if link["name"] == name)

    def states(self, no):
        return {link["name"]: link["status"] for link in self.case(no)["links"]}

    def events(self, no, kind=""):
        found = self.ask("GET", f"/cases/{no}/events")["events"]
        return [each for each in found if kind in ("", each["kind"])]

    def submissions(self, department):
        """Return what the department granted: the step and key of each, in order."""
        commits = (each for each in self.hall.commits() if each.department == department)
        return [(each.step, each.key) for each in commits]

    def correct(self, no, changes, *confirmed):
        """Answer the open notice: new values by JSON pointer, links settled without a change."""
        version = next((n["version"] for n in self.case(no)["notices"] if n["version"]), "none")
        body = {"changes": changes, "confirmed": list(confirmed), "version": version}
        return self.call("PATCH", f"/cases/{no}/form", json=body)

    def package(self, no, kind, **query):
        answer = self.call("GET", f"/cases/{no}/package.{kind}", params=query)
        assert answer.ok, answer.text
        return answer.content

    # --- how time passes ----------------------------------------------------------------------

    @contextmanager
    def leaving(self):
        """Cases opened inside are left at the end: nothing goes on in them, however much time passes."""
        known, planned = self._numbers(), self._planned()
        yield
        for stub, number in self._planned().keys() - planned.keys():
            with suppress(KeyError):  # it has just been made
                self.hall.stub(stub).callbacks.hold(number)
        self._leave(self._numbers() - known)

    def check_figures(self):
        """What was frozen of each case that has ended is what its events say.

        A test that changes an ended case by hand would falsify the figures of all that follow, and each of those
        would fail or not by the hour at which it was.
        """
        versions = self._versions()
        for frozen in self.kaiban.figures.rows(EVER, limit=10_000):
            version = versions.get(frozen.no)
            if version is None or self.counted.get(frozen.no) == version:
                continue
            self.counted[frozen.no] = version  # the first test to meet it fails, and no other
            told = facts_of(self.kaiban.cases.read(frozen.no), self.kaiban.office.city)
            assert told, f"{frozen.no} has figures, but has not ended"
            assert _counted(told) == _counted(frozen), f"{frozen.no} was changed after its end"

    def _numbers(self):
        return set(self._versions())

    def _versions(self):
        with self.kaiban.database.reading() as connection:
            return dict(connection.execute(select(cases.c.no, cases.c.version)).all())

    def _leave(self, numbers):
        engine = self.kaiban.engine
        for job, _ in engine.waiting():
            if job.case_no in numbers:
                engine.end(job)
        # Nor does the worker's upkeep find anything forgotten in them.
        theirs = {steps: steps.c.case_no.in_(numbers), cases: cases.c.no.in_(numbers)}
        with self.kaiban.database.transaction() as connection:
            for column in (*REMEMBERED, cases.c.draft):  # a draft without its instant is none
                at_rest = update(column.table).where(theirs[column.table])
                connection.execute(at_rest.values({column.name: None}))

    def pass_time(self, **span):
        """Let business time pass, doing everything that becomes due on the way."""
        self._go_on_to(self.hall.clock.now() + timedelta(**span))

    def follow(self, no):
        """Let time pass until the case has ended or nothing goes on without the applicant."""
        return self.until(no, lambda case: case.ended or not self.kaiban.engine.waiting())

    def until(self, no, so):
        """Let time pass until it is so for the stored case; return what the API says of it."""
        self.wait_for(no, so)
        return self.case(no)

    def wait_for(self, no, so):
        """Let time pass until it is so for the stored case, whoever's it is."""
        end, version, case = self.hall.clock.now() + LONGEST, None, None
        while True:
            if version != (version := self._version(no)):
                case = self.kaiban.cases.read(no)
            if so(case):
                return
            while not self._work():
                assert self.hall.clock.now() < end, f"it never came to that: {case.events[-9:]}"
                self._tick(self._next_due())

    def _version(self, no):
        """What each writing of the case raises."""
        with self.kaiban.database.reading() as connection:
            return connection.execute(select(cases.c.version).where(cases.c.no == no)).scalar()

    def _go_on_to(self, instant):
        while self._work() or self.hall.clock.now() < instant:
            self._tick(min(self._next_due(), instant))

    def _work(self):
        """Run the earliest job if it is due; whether there was one."""
        for job, due in self.kaiban.engine.waiting()[:1]:
            if due <= self.hall.clock.now():
                self.kaiban.engine.end(job)
                run_alone(replace(self.kaiban.office, cases=self.worker_cases), job)
                return True
        return False

    def _next_due(self):
        """When the next job is due; without one, the worker's upkeep looks for what was forgotten."""
        waiting = self.kaiban.engine.waiting()
        if waiting:
            return waiting[0][1]
        reconcile(self.kaiban.office)
        return self._next_remembered()

    def _next_remembered(self):
        """When the upkeep, which looks once a minute, could find something; with nothing to come, far away."""
        now = self.hall.clock.now()
        with self.kaiban.database.reading() as connection:
            earliest = [connection.execute(select(func.min(each))).scalar() for each in REMEMBERED]
        return max(min(filter(None, earliest), default=now + LONGEST), now + MINUTE)

    def _tick(self, instant):
        """Go on to an instant, but never past one at which a department means to call."""
        calls = self._planned().values()
        self.hall.clock.advance_to(min([instant, *calls]))
        for stub in self.callers:
            stub.callbacks.deliver_due()

    def _planned(self):
        """When which call of a department (its name, the call's number) is to come."""
        return {
            (stub.name, number): datetime.fromisoformat(call["at"])
            for stub in self.callers
            for number, call in stub.callbacks.all().items()
            if call["state"] == "planned"
        }
