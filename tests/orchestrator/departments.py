"""Departments for tests: one that says what it is told to say, one that works, and what can go wrong."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from marshmallow import INCLUDE, Schema, fields

from kaiban.ports import (
    Acknowledgement,
    Cancelled,
    Done,
    Health,
    Hint,
    Manifest,
    Misconfigured,
    NotFound,
    Pending,
    Prepared,
    Ref,
    Rejected,
    Requirement,
    Retryable,
    Silent,
    StepSpec,
    Unknown,
    Unreachable,
)

CREDIT_CODE = Requirement("credit_code")
MAIN = (StepSpec("main", (CREDIT_CODE,)),)
PRE_AND_CONFIRM = (StepSpec("pre"), StepSpec("confirm", (CREDIT_CODE,)))
REGISTRATION = (StepSpec("main", provides={"credit_code": "SPECIMEN"}),)


class Crash(BaseException):
    """The process dies: nothing after this runs."""


class AnyResult(Schema):
    class Meta:
        unknown = INCLUDE


def manifest(name, steps, **more):
    usual = {
        "title": name,
        "office": f"{name} office",
        "version": "1",
        "protocol": "test",
        "idempotency": "none",
        "lookup": "by-key",
        "finish": ("poll",),
        "owner": "tests",
        "cancel": "before-done",
        "settle": timedelta(minutes=2),
    }
    return Manifest(name=name, department=name, steps=steps, **{**usual, **more})


def needs(*paths):
    named = {
        path.replace(".", "_"): fields.Raw(metadata={"path": path}, required=False)
        for path in paths
    }
    return Schema.from_dict(named)


class Department:
    """What both kinds share: they write down their needs as they are."""

    Settings = Schema
    Result = AnyResult

    def __init__(self, name, steps=MAIN, reads=("company.name.full",), **more):
        self.manifest = manifest(name, steps, **more)
        facts = {f"facts.{need.fact}" for step in steps for need in step.requires}
        self.Needs = needs(*reads, *facts)
        self.submits = Counter()
        self.bodies = {}
        self.keys = []

    def prepare(self, needs, key, step):
        self.keys.append(key)
        return Prepared(key.text, repr(sorted(needs.items())).encode(), Ref(key.text))

    def count(self, prepared):
        self.submits[prepared.key] += 1
        first = self.bodies.setdefault(prepared.key, prepared.body)
        assert first == prepared.body, "a re-send used other bytes"

    def parse_callback(self, raw):
        return [Hint(key=raw.body.decode())]

    def acknowledge(self):
        return Acknowledgement(b"OK")

    def readable(self, raw):
        return {"text": raw.decode()} if raw else {}

    def health(self):
        return Health(ok=True)


class Scripted(Department):
    """Answers what it is told, in turn; afterwards always the last."""

    def __init__(self, name, *answers, **more):
        super().__init__(name, **more)
        self.answers = list(answers)
        self.asked = []

    def submit(self, prepared):
        self.count(prepared)
        return self._next("submit")

    def query(self, ref):
        return self._next("query")

    def cancel(self, ref):
        return self._next("cancel")

    def _next(self, errand):
        self.asked.append(errand)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, BaseException):
            raise answer
        return answer


#: What can go wrong in one exchange: whether the department got it, and what we see of that.
FAULTS = {
    "fine": (True, None),
    "refused_connection": (False, Retryable("away")),
    "lost_request": (False, Unknown("time-out")),
    "lost_reply": (True, Unknown("time-out")),
    "nobody_there": (False, Unreachable("not sent")),
    "silent_before": (False, Silent("cut")),
    "silent_after": (True, Silent("cut")),
    "kept_out": (False, Misconfigured("HTTP 401")),
    "defect": (True, RuntimeError("adapter defect")),
    "crash_before": (False, Crash()),
    "crash_after": (True, Crash()),
}


@dataclass
class Application:
    body: bytes
    number: str
    state: str = "submitted"
    looks: int = 0


@dataclass
class Faults:
    """The faults to come, one for each exchange, over all departments; then all goes well."""

    coming: list = field(default_factory=list)

    def next(self):
        return FAULTS[self.coming.pop(0)] if self.coming else FAULTS["fine"]


class Working(Department):
    """A department that does its work: it grants after two looks, or does what ``wishes`` say.

    It knows no idempotency: each submission that reaches it is a further application.
    """

    def __init__(self, name, faults, *, wishes=(), **more):
        super().__init__(name, **more)
        self.faults = faults
        self.wishes = list(wishes)
        self.applications = {}
        self.commits = Counter()
        self.decided = {}

    def submit(self, prepared):
        self.count(prepared)
        return self._exchange(lambda: self._take(prepared))

    def query(self, ref):
        return self._exchange(lambda: self.look_up(ref))

    def cancel(self, ref):
        return self._exchange(lambda: self._take_back(ref))

    def effective(self, key):
        found = self.applications.get(key)
        return found is not None and found.state != "cancelled"

    def _exchange(self, act) -> Any:
        reached, error = self.faults.next()
        answer = act() if reached else None
        if error is not None:
            raise error
        return answer

    def _take(self, prepared):
        self.commits[prepared.key] += 1
        number = f"{self.manifest.department}-{len(self.applications)}"
        self.applications[prepared.key] = Application(prepared.body, number)
        return Pending(self._ref(prepared.key))

    def look_up(self, ref):
        found = self.applications.get(ref.key)
        if found is None:
            return NotFound()
        found.looks += 1
        if found.state == "submitted" and found.looks > 1:
            found.state = "decided"
        if found.state == "submitted":
            return Pending(self._ref(ref.key), in_review=True)
        return Cancelled() if found.state == "cancelled" else self._decision(ref.key)

    def _decision(self, key):
        if self.wishes and key not in self.decided:
            self.decided[key] = self.wishes.pop(0)
        wish = self.decided.get(key)
        if wish is not None:
            return replace(wish, ref=self._ref(key)) if hasattr(wish, "ref") else wish
        step = key.rsplit("-", 2)[1]
        spec = next(s for s in self.manifest.steps if s.name == step)
        return Done(self._ref(key), {fact: f"{fact}-{key}" for fact in spec.provides})

    def _take_back(self, ref):
        found = self.applications.get(ref.key)
        if found is None:
            return NotFound()
        if found.state == "decided" and self.manifest.cancel != "always":
            return Rejected("late", "已办结")
        found.state = "cancelled"
        return Cancelled()

    def _ref(self, key):
        return Ref(key, self.applications[key].number)
